"""A grant of two seconds over RPC and by URL: it opens everything, and then nothing.

Nothing tidies up between: no scheduled action, no restart, no cleared cache.
"""

import json
from datetime import timedelta

from odoo import Command, fields
from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..rights.rights_case import REFUSALS
from ..rpc.rpc_case import RpcCalls
from .grant_case import ARCHIVE, COPY, GRANT, ITEM, SECRET, GrantCase

MARK = "Doormark"
SCAN = b"Doormark scan"
SECONDS = 2
MESSAGE_WAYS = ("read", "web_read", "search_read", "web_search_read")
QUIET = (
    "odoo.http",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.rpc.controllers.json2",
    "odoo.addons.web.controllers",
    "odoo.addons.base.models.ir_binary",
)


class DoorsCase(GrantCase, RpcCalls):
    _registry_readonly_enabled = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        readers = [cls.users[role].id for role in ("reader", "sales_other")]
        allowed = [Command.link(uid) for uid in readers]
        cls.env.ref("base.group_allow_export").user_ids = allowed
        cls.env.cr.execute("UPDATE customer_archive SET note = %s", [MARK])
        cls.env.cr.execute("UPDATE customer_archive_document SET note = %s", [MARK])
        cls.env.invalidate_all()
        said = cls.file.message_post(body=MARK)
        cls.message = said
        cls.env.flush_all()

    @classmethod
    def collect(cls, archive, content=SCAN):
        return super().collect(archive, content)

    def ask(self, role, model, method, ids=None, **kwargs):
        """Return (exception or None, answer as text), the same over both transports."""
        answers = []
        for transport in ("call_kw", "json/2"):
            error, result = self.call(transport, role, model, method, ids, kwargs)
            self.assertIn(error, {None, *REFUSALS}, (model, method))
            answers.append((error, json.dumps(result, ensure_ascii=False)))
        self.assertEqual(*answers, (model, method))
        return answers[0]

    def readings(self, record, field="note"):
        """Yield (name, arguments of :meth:`ask`) of ways to meet one record."""
        name, ids = record._name, record.ids
        domain = [("id", "in", ids)]
        shown = {"specification": {field: {}}}
        yield "read", (name, "read", ids), {"fields": [field]}
        yield "web_read", (name, "web_read", ids), shown
        yield "export_data", (name, "export_data", ids), {"fields_to_export": [field]}
        yield (
            "search_read",
            (name, "search_read"),
            {
                "domain": domain,
                "fields": [field],
            },
        )
        yield "web_search_read", (name, "web_search_read"), {"domain": domain, **shown}
        yield (
            "read_group",
            (name, "read_group"),
            {
                "domain": domain,
                "fields": [],
                "groupby": [field],
            },
        )
        yield (
            "formatted_read_group",
            (name, "formatted_read_group"),
            {
                "domain": domain,
                "groupby": [field],
                "aggregates": ["__count"],
            },
        )

    def counts(self, record):
        """Yield ways to learn that there is a record, without a field of it."""
        name, domain = record._name, [("id", "in", record.ids)]
        yield "search", (name, "search"), {"domain": domain}
        yield "search_count", (name, "search_count"), {"domain": domain}
        yield "name_search", (name, "name_search"), {"domain": domain}

    def urls(self, copy):
        for address in ("content", "image"):
            yield f"/web/{address}/{copy.id}"
            yield f"/web/{address}/{copy.id}?download=1"

    def export(self, record):
        form = {
            "data": json.dumps(
                {
                    "model": record._name,
                    "ids": record.ids,
                    "domain": [],
                    "groupby": [],
                    "import_compat": False,
                    "fields": [{"name": "note", "label": "note"}],
                }
            ),
            "csrf_token": Request.csrf_token(self),
        }
        return self.url_open("/web/export/csv", data=form)

    def look(self, role, records, copy, message):
        """Return the names of the ways by which ``role`` sees something."""
        self.log_in("call_kw", role)
        seen = set().union(*(self.look_at(role, record) for record in records))
        for way, args, kwargs in self.readings(message, "body"):
            if way in MESSAGE_WAYS and MARK in self.ask(role, *args, **kwargs)[1]:
                seen.add(f"message {way}")
        for url in self.urls(copy):
            if SCAN in self.url_open(url).content:
                seen.add(url.replace(str(copy.id), "ID"))
        return seen

    def look_at(self, role, record):
        seen = {
            way
            for way, args, kwargs in self.readings(record)
            if MARK in self.ask(role, *args, **kwargs)[1]
        }
        seen |= {
            way
            for way, args, kwargs in self.counts(record)
            if self.ask(role, *args, **kwargs)[1] not in ("[]", "0", "null")
        }
        if MARK.encode() in self.export(record).content:
            seen.add("export")
        return {f"{record._name} {way}" for way in seen}

    def everything(self, records, message=True):
        ways = [way for way, *_rest in self.readings(self.file)]
        ways += [way for way, *_rest in self.counts(self.file)] + ["export"]
        expected = {f"{record._name} {way}" for record in records for way in ways}
        expected |= {"/web/content/ID", "/web/content/ID?download=1"}
        if message:
            expected |= {f"message {way}" for way in MESSAGE_WAYS}
        return expected


@tagged("post_install", "-at_install")
class TestGrantDoors(DoorsCase):
    """One test per class: requests are real, and so is the time between them.

    Requirement C1.
    """

    @mute_logger(*QUIET)
    def test_two_seconds(self):
        """It ends between two requests, though the rules were cached by the first."""
        copy, records = self.item.attachment_ids[:1], [self.file, self.item]

        def look():
            return self.look("reader", records, copy, self.message)

        self.assertFalse(look())
        grant = self.give(hours=1)
        self.env.flush_all()
        # Images are shown as such; what isn't one is never shown.
        self.assertEqual(
            look() - {"/web/image/ID?download=1", "/web/image/ID"},
            self.everything(records),
        )
        # Time passes, and nothing else.
        end = fields.Datetime.now() + timedelta(seconds=SECONDS)
        as_system(grant).write({"date_to": end})
        self.env.flush_all()
        self.log_in("call_kw", "reader")
        question = ("reader", ARCHIVE, "read", self.file.ids)
        self.assertIn(MARK, self.ask(*question, fields=["note"])[1])
        self.assertIn(SCAN, self.url_open(f"/web/content/{copy.id}").content)
        self.wait_until(end)
        self.env.invalidate_all()
        self.assertFalse(look())


@tagged("post_install", "-at_install")
class TestGrantDoorsRevoked(DoorsCase):
    """Requirement C1."""

    @mute_logger(*QUIET)
    def test_revoked_over_rpc(self):
        """Who answers for the file takes it back, the next request finds nothing."""
        copy, records = self.item.attachment_ids[:1], [self.file, self.item]
        grant = self.give()
        self.env.flush_all()
        found = self.look("reader", records, copy, self.message)
        self.assertGreaterEqual(found, self.everything(records))
        self.log_in("call_kw", "sales_other")
        reason = {"reason": "enough"}
        error, _answer = self.call(
            "call_kw", "sales_other", GRANT, "action_revoke", grant.ids, reason
        )
        self.assertIn(error, REFUSALS)
        self.log_in("call_kw", "head")
        error, _answer = self.call(
            "call_kw", "head", GRANT, "action_revoke", grant.ids, reason
        )
        self.assertIsNone(error)
        self.env.invalidate_all()
        self.assertFalse(self.look("reader", records, copy, self.message))


@tagged("post_install", "-at_install")
class TestGrantDoorsItems(DoorsCase):
    """A grant to one item: the file can't be guessed from it, either.

    Requirement C1.
    """

    @mute_logger(*QUIET)
    def test_items_alone(self):
        copy = self.item.attachment_ids[:1]
        self.give(scope="items", document_ids=self.item)
        self.give(user="sales_other", scope="items", document_ids=self.item)
        self.env.flush_all()
        found = self.look("reader", [self.item], copy, self.message)
        self.assertGreaterEqual(found, self.everything([self.item], message=False))
        self.assertFalse([each for each in found if each.startswith("message")])
        other = (self.file.document_ids - self.item).filtered("attachment_ids")[:1]
        for role in ("reader", "sales_other"):
            closed = [self.file, other, self.sensitive]
            found = self.look(role, closed, other.attachment_ids[:1], self.message)
            self.assertFalse(found, role)
            self.log_in("call_kw", role)
            for url in self.urls(self.sensitive.attachment_ids[:1]):
                self.assertNotIn(b"card", self.url_open(url).content)

    @mute_logger(*QUIET)
    def test_searching_tells_nothing_of_the_rest(self):
        """By dotted paths, groups and orders from what is open to what isn't."""
        grant = self.give(user="sales_other", scope="items", document_ids=self.item)
        self.env.flush_all()
        self.log_in("call_kw", "sales_other")
        number = self.env["customer.archive"].browse(self.file.id).name
        other = (self.file.document_ids - self.item)[:1]
        for model, path in ((ITEM, "archive_id"), (GRANT, "archive_id")):
            for domain in (
                [(f"{path}.note", "ilike", MARK)],
                [(path, "any", [("note", "ilike", MARK)])],
                [(f"{path}.is_core", "=", False)],
                [(f"{path}.name", "=", number)],
                [(f"{path}.document_ids.note", "ilike", MARK)],
                [(f"{path}.document_ids", "in", other.ids)],
                [(f"{path}.secret_ids.masked", "ilike", "7890")],
                [(f"{path}.message_ids.body", "ilike", MARK)],
                [(f"{path}.approval_ids.round", "=", 1)],
            ):
                for method in ("search", "search_count"):
                    error, text = self.ask("sales_other", model, method, domain=domain)
                    if not error:
                        self.assertIn(text, ("[]", "0"), (model, domain))
            for groupby in (f"{path}.note", f"{path}.security_level"):
                error, text = self.group("sales_other", model, groupby)
                self.assertNotIn(MARK, text)
                self.assertNotIn("internal", text)
        for domain in (
            [("document_ids", "in", other.ids)],
            [("document_ids", "any", [("id", "!=", self.item.id)])],
        ):
            error, text = self.ask("sales_other", GRANT, "search", domain=domain)
            self.assertEqual(text, "[]", domain)
        values = {"specification": {"document_ids": {"fields": {"note": {}}}}}
        error, text = self.ask("sales_other", GRANT, "web_read", grant.ids, **values)
        self.assertIsNone(error)
        for secret in self.file.secret_ids:
            error, _text = self.ask(
                "sales_other", SECRET, "action_reveal", secret.ids, purpose="x"
            )
            self.assertIn(error, REFUSALS)

    def group(self, role, model, groupby):
        """As :meth:`ask`, but unknown ways to group may end in any error."""
        kwargs = {"domain": [], "groupby": [groupby], "aggregates": ["__count"]}
        error, result = self.call(
            "call_kw", role, model, "formatted_read_group", None, kwargs
        )
        return error, json.dumps(result, ensure_ascii=False)


@tagged("post_install", "-at_install")
class TestGrantDoorsWriting(DoorsCase):
    @mute_logger(*QUIET)
    def test_nothing_is_altered_over_rpc(self):
        """Requirement C2, by what a form and the chatter would send."""
        self.give(include_sensitive=True)
        self.give(user="sales_other", include_sensitive=True)
        self.env.flush_all()
        before = self.fingerprint()
        copy = self.item.attachment_ids
        partner = self.users["reader"].partner_id.id
        attacks = [
            (ARCHIVE, "write", self.file.ids, {"vals": {"note": "x"}}),
            (
                ARCHIVE,
                "web_save",
                self.file.ids,
                {"vals": {"note": "x"}, "specification": {}},
            ),
            (ARCHIVE, "unlink", self.file.ids, {}),
            (ARCHIVE, "message_post", self.file.ids, {"body": "x"}),
            (ARCHIVE, "message_subscribe", self.file.ids, {"partner_ids": [partner]}),
            (ARCHIVE, "action_submit", self.file.ids, {}),
            (ARCHIVE, "action_withdraw", self.file.ids, {}),
            (ITEM, "write", self.item.ids, {"vals": {"note": "x"}}),
            (ITEM, "write", self.missing.ids, {"vals": {"is_paper": True}}),
            (ITEM, "copy", self.item.ids, {}),
            (ITEM, "unlink", self.item.ids, {}),
            (ITEM, "action_check_original", self.item.ids, {}),
            (COPY, "write", copy.ids, {"vals": {"name": "x"}}),
            (COPY, "unlink", copy.ids, {}),
            (COPY, "generate_access_token", copy.ids, {}),
            (
                COPY,
                "create",
                None,
                {
                    "vals_list": {
                        "name": "x",
                        "raw": "eA==",
                        "res_model": ITEM,
                        "res_id": self.missing.id,
                    }
                },
            ),
            (
                "mail.message",
                "create",
                None,
                {
                    "vals_list": {
                        "body": "x",
                        "model": ARCHIVE,
                        "res_id": self.file.id,
                        "parent_id": self.message.id,
                    }
                },
            ),
            ("mail.message", "unlink", self.message.ids, {}),
            (
                "mail.followers",
                "create",
                None,
                {
                    "vals_list": {
                        "res_model": ARCHIVE,
                        "res_id": self.file.id,
                        "partner_id": partner,
                    }
                },
            ),
            (
                "mail.activity",
                "create",
                None,
                {
                    "vals_list": {
                        "res_model_id": self.env["ir.model"]._get_id(ARCHIVE),
                        "res_id": self.file.id,
                        "summary": "x",
                    }
                },
            ),
        ]
        for role in ("reader", "sales_other"):
            self.log_in("call_kw", role)
            for model, method, ids, kwargs in attacks:
                for transport in ("call_kw", "json/2"):
                    with self.subTest(role, attack=f"{model} {method}", by=transport):
                        error, answer = self.call(
                            transport, role, model, method, ids, dict(kwargs)
                        )
                        self.assertIn(error, REFUSALS, answer)
                        self.assertEqual(self.fingerprint(), before)

    def fingerprint(self):
        """Return what there is of the file, by the database."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.cr.execute(
            f"""
            SELECT (SELECT md5(string_agg(t::text, '|' ORDER BY id))
                      FROM customer_archive t),
                   (SELECT md5(string_agg(t::text, '|' ORDER BY id))
                      FROM customer_archive_document t),
                   (SELECT md5(string_agg(t::text, '|' ORDER BY id))
                      FROM ir_attachment t WHERE res_model = '{ITEM}'),
                   (SELECT count(*) FROM mail_message WHERE model = '{ARCHIVE}'),
                   (SELECT count(*) FROM mail_followers
                     WHERE res_model = '{ARCHIVE}'),
                   (SELECT count(*) FROM mail_activity WHERE res_model = '{ARCHIVE}')
            """
        )
        return self.env.cr.fetchone()
