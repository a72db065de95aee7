"""Ways around the models, by rights.tsv."""

from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..support.size import meets
from .rights_case import FORGERY, QUIET, REFUSALS, RightsCase
from .rights_names import ARCHIVE, COPY
from .rights_rpc import (
    EXPORTS,
    MARK,
    REGISTER_EXPORT,
    TOKEN,
    copy_urls,
    export_request,
    hidden_fields,
    hidden_tries,
    hidden_value,
    holds_scan,
    make_report,
    report_urls,
    shows_value,
    some_subject,
)
from .rights_table import EVERYONE

EXPORT = "customer.archive.export"
# What is hidden is so from everybody: each way is tried by one in so many, in turn.
HIDDEN_APART = 16
BINARY = (*QUIET, "odoo.addons.base.models.ir_binary", "odoo.addons.web.controllers")


@tagged("post_install", "-at_install")
class TestRightsDoors(RightsCase):
    """Requirements C5, G5 and I4."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_report(cls.env)
        cls.env.cr.execute("UPDATE customer_archive SET note = %s", [MARK])
        ids = [copy.id for copy in cls.ground.subjects[COPY].values()]
        # As links that were shared before the paper became an item's.
        cls.env.cr.execute(
            "UPDATE ir_attachment SET access_token = %s WHERE id = ANY(%s)",
            [TOKEN, ids],
        )
        cls.env.invalidate_all()

    @mute_logger(*BINARY)
    def test_copies(self):
        """A token opens nothing to whom the file is closed."""
        for role in EVERYONE:
            self.log_in("call_kw", role)
            for subject, copy in self.ground.subjects[COPY].items():
                for operation, url in copy_urls(copy):
                    answer = self.url_open(url)
                    shown = holds_scan(answer) or self._shows_key(answer, copy)
                    self.note(role, (COPY, subject, operation), shown)
        self.compare()

    def _shows_key(self, response, copy):
        return response.ok and copy.sudo().archive_key.encode() in response.content

    @mute_logger(*BINARY)
    def test_without_undertaking(self):
        """Nobody sees what is sensitive before he has signed."""
        self.env.cr.execute(
            "UPDATE customer_archive_undertaking SET revoked_on = now()"
        )
        self.env.invalidate_all()
        for role in EVERYONE:
            self.log_in("call_kw", role)
            for subject, copy in self.ground.subjects[COPY].items():
                if not subject.endswith("_sensitive"):
                    continue
                for operation, url in copy_urls(copy):
                    if holds_scan(self.url_open(url)):
                        self.problems.append(f"{role} sees {subject} by {operation}")
            secrets = self.ground.subjects["customer.archive.secret"]
            for subject, secret in secrets.items():
                error, _result = self.call(
                    "call_kw",
                    role,
                    secret._name,
                    "action_reveal",
                    secret.ids,
                    {"purpose": "matrix"},
                )
                if error not in REFUSALS:
                    self.problems.append(f"{role} reveals {subject}: {error}")
        self.assertFalse(self.problems)

    @mute_logger(*BINARY)
    def test_reports(self):
        for role in EVERYONE:
            self.log_in("call_kw", role)
            for subject, archive in self.ground.subjects[ARCHIVE].items():
                for operation, url in report_urls(archive):
                    response = self.url_open(url)
                    shown = response.ok and MARK.encode() in response.content
                    self.note(role, (ARCHIVE, subject, operation), shown)
        self.compare()

    @mute_logger(*BINARY)
    def test_exports(self):
        """The web client's own export, and registers by the dialogs of each."""
        for role in EVERYONE:
            self.log_in("call_kw", role)
            for subject, archive in self.ground.subjects[ARCHIVE].items():
                self._export(role, subject, archive)
            for subject in ("own", "another"):
                dialog = self.ground.subject(EXPORT, subject, role)
                if dialog:
                    found = self.url_open(f"/customer_archive/export/{dialog.id}")
                    shown = found.ok and found.content.startswith(b"PK")
                    self.note(role, (EXPORT, subject, REGISTER_EXPORT), shown)
        self.compare()

    def _export(self, role, subject, archive):
        paths = ["partner_id/name", "category_id"]
        for operation in EXPORTS:
            kind = operation.partition(":")[2]
            form = {
                "data": export_request(ARCHIVE, archive.ids, paths),
                "csrf_token": Request.csrf_token(self),
            }
            response = self.url_open(f"/web/export/{kind}", data=form)
            name = archive.partner_id.name.encode()
            start = b"PK" if kind == "xlsx" else b'"'
            shown = response.ok and response.content.startswith(start)
            if kind == "csv":
                shown = shown and name in response.content
            self.note(role, (ARCHIVE, subject, operation), shown)

    @mute_logger(*QUIET)
    def test_hidden_fields(self):
        """Nobody searches, sorts, groups by or reads what is hidden."""
        self.turns, found = {}, hidden_fields(self.env)
        self.assertGreaterEqual(len(found), 4)
        for field in found:
            if field.model_name not in self.ground.subjects:
                # Nobody but Odoo's own administrators reads such records at all.
                for user in self.ground.users.values():
                    model = self.env[field.model_name].with_user(user)
                    self.assertFalse(model.has_access("read"), field)
        found = [each for each in found if each.model_name in self.ground.subjects]
        for role in EVERYONE:
            self.log_in("call_kw", role)
            for field in found:
                record = some_subject(self.ground, field.model_name)
                value = hidden_value(record, field)
                for name, *call in hidden_tries(self.ground, self.env, field):
                    for turn, context in enumerate((None, FORGERY)):
                        turns = EVERYONE.index(role), self._turn(name, field), turn
                        if meets(HIDDEN_APART, *turns):
                            self._try_hidden(role, field, value, name, call, context)
        self.assertGreater(self.tried, 400)
        self.assertFalse(self.problems, "\n".join(["", *self.problems]))

    def _turn(self, *words):
        """Return the turn of a way to use a field, by the order of their coming."""
        return self.turns.setdefault(words, len(self.turns))

    def _try_hidden(self, role, field, value, name, call, context):
        self.tried += 1
        error, result = self.call("call_kw", role, *call, context)
        if error in REFUSALS or error == "builtins.ValueError":
            return
        if error or shows_value(result, value):
            self.problems.append(f"{role}: {name} {field}: {error or result}"[:200])
