"""Nobody is shown what is in a file, in whichever way, without a row in the record."""

import base64
import re
import threading
from datetime import datetime, timedelta
from itertools import count
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, http
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from ..audit.record_case import RecordedCase
from ..encryption.encryption_case import picture
from ..rights.rights_rpc import COPY_URLS, copy_urls, export_request
from ..support.common import PASSWORD

OPENED = "odoo.addons.customer_archive.models.agreements.customer_archive_opened"
ARCHIVE, ITEM, COPY = "customer.archive", "customer.archive.document", "ir.attachment"
SECRET, AGREEMENT = "customer.archive.secret", "customer.archive.agreement"
PERFORMANCE = f"{AGREEMENT}.performance"
REGISTRY = ("customer.archive.registry.check", "customer.archive.doubt")
LINE = "customer.archive.change.line"
VIEWED = ("url:content", "url:raw", "url:datas", "url:named", "url:image")
# Routes with a copy's content for whoever may see it; all are tried below.
SERVING = (
    "/web/content",
    "/web/image",
    "/mail/attachment/zip",
    "/mail/attachment/pdf_first_page",
    "/account/download_invoice_attachments",
    "/web/export/csv",
    "/web/export/xlsx",
    "/customer_archive/sharing/",
    "/customer_archive/transfer/",
)
# And such as sound like it; what they give, if anything, isn't a copy's content.
OTHERS = {
    "/account/download_invoice_documents": "documents of invoices, by their ids",
    "/account/download_move_attachments": "attachments whose record is an invoice",
    "/base_import/set_file": "takes in",
    "/customer_archive/export/": "registers; recorded as exports",
    "/customer_archive/import/": "templates and rows with errors",
    "/customer_archive/record/": "the access record",
    "/discuss/channel/attachments": "names, of a channel",
    "/html_editor/": "takes in, or copies, which copies of items refuse",
    "/web_editor/": "takes in, or copies, which copies of items refuse",
    "/web_unsplash/": "takes in",
    "/mail/attachment/delete": "removes",
    "/mail/attachment/update_thumbnail": "takes in; items have no thumbnails",
    "/mail/attachment/upload": "takes in",
    "/mail/message/update_content": "takes in",
    "/my/": "documents of orders",
    "/portal/attachment/remove": "removes",
    "/product/": "takes in, or a pricelist",
    "/report/": "prints; recorded as such",
    "/web/binary/upload_attachment": "takes in",
    "/web/export/formats": "names",
    "/web/export/get_fields": "names",
    "/web/export/namelist": "names",
    "/web/filestore": "a file of the filestore, which is encrypted",
    "/web/pivot/export_xlsx": "what its client sends",
    "/web/profile_config": "profiles",
    "/web/speedscope": "profiles",
    "/web/assets": "code",
    "/dashboard/download": "spreadsheets of boards",
}


class ReadCase(RecordedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.archive()
        cls.content = picture()
        cls.items = cls.file.document_ids.filtered(
            lambda item: item.type_id.requirement == "always"
        )[:1]
        cls.items |= cls.file.document_ids.filtered("is_sensitive")[:1]
        data = base64.b64encode(cls.content)
        for item in cls.items:
            item.attachment_ids = [Command.create({"name": "s.png", "datas": data})]
        cls.copies = cls.items.attachment_ids
        cls.env.flush_all()

    def as_role(self, records, role="compliance"):
        self.env.invalidate_all()
        return records.with_user(self.users[role])

    def assertTaken(self, copies, role="compliance"):
        """Check that each copy has one row, whose detail names it."""
        rows = self.rows("download")
        self.assertEqual(set(rows.mapped("user_id")), {self.users[role]})
        details = [f"attachment {copy.id}" for copy in copies]
        self.assertEqual(sorted(rows.mapped("detail")), sorted(details))
        self.assertEqual(rows.archive_id, self.file)
        items = {copy.res_id for copy in copies.sudo()}
        self.assertEqual(set(rows.mapped("res_id")), items)


@tagged("post_install", "-at_install")
class TestCopiesRead(ReadCase, TransactionCase):
    """Requirement C6."""

    def test_each_way_of_reading(self):
        """Programs take contents away, sensitive or not."""
        domain = [("id", "in", self.copies.ids)]
        for name in ("datas", "raw"):
            ways = {
                "read": lambda own, name=name: own.read([name]),
                "search_read": lambda own, name=name: own.search_read(domain, [name]),
                "web_read": lambda own, name=name: own.web_read({name: {}}),
                "web_search_read": lambda own, name=name: own.web_search_read(
                    domain, {name: {}}
                ),
                "export_data": lambda own, name=name: own.export_data([name]),
            }
            for way, call in ways.items():
                with self.subTest(way, field=name):
                    own = self.as_role(self.copies)
                    self.mark()
                    call(own)
                    self.assertTaken(self.copies)

    def test_by_way_of_what_leads_to_it(self):
        ways = {
            "items": lambda: self.as_role(self.items).web_read(
                {"attachment_ids": {"fields": {"datas": {}}}}
            ),
            "export": lambda: self.exported(self.items, "attachment_ids/datas"),
            "file": lambda: self.exported(
                self.file, "document_ids/attachment_ids/datas"
            ),
        }
        for way, call in ways.items():
            with self.subTest(way):
                self.mark()
                self.assertIn(base64.b64encode(self.content).decode()[:60], _str(call))
                self.assertTaken(self.copies)

    def exported(self, records, path):
        # As the dialog does, unless what is exported is to be imported again.
        return (
            self.as_role(records).with_context(import_compat=False).export_data([path])
        )

    def test_every_field_that_could_hold_it(self):
        """Whichever field of any model gives a content has it recorded."""
        found = set()
        content = base64.b64encode(self.content)[:200]
        for field in _binary_fields(self.env, COPY):
            with self.subTest(field):
                own = self.as_role(self.copies)
                self.mark()
                with mute_logger("odoo.addons.base.models.ir_rule"):
                    shown = _shown(own, field)
                if content in shown or self.content[:100] in shown:
                    found.add(field)
                    self.assertTaken(self.copies)
        self.assertEqual(found, {"datas", "raw"})
        # Copies of those, in models that refer to attachments.
        others = {
            str(field)
            for name in self.env.registry
            for field in self.env[name]._fields.values()
            if field.type == "binary"
            and field.related
            and field.related.split(".")[-1] in {*found, "db_datas", "thumbnail"}
            and self.env[name]._fields[field.related.split(".")[0]].comodel_name == COPY
        }
        for name in sorted(others):
            field = self.env[name.rpartition(".")[0]]._fields[name.rpartition(".")[2]]
            # Computed by the field above, as superuser: its user is asked and recorded.
            self.assertFalse(field.store, name)

    def test_sizes_alone(self):
        """What a list of copies shows opens none."""
        own = self.as_role(self.copies)
        self.mark()
        own.read(["name", "file_size", "checksum", "mimetype"])
        self.assertFalse(self.rows("download", "view"))

    def test_refused_ones_are_not_recorded_as_taken(self):
        self.mark()
        self.refuse(self.as_role(self.copies, "archivist").read, ["datas"])
        self.assertEqual(set(self.rows().mapped("event")), {"denied"})

    def test_many_at_once(self):
        """However many: no query more for each but what opening it takes."""
        log = self.env["customer.archive.log"].with_user(self.users["compliance"])
        items = [item.sudo() for item in self.items]

        def cost(times):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            details = [str(each) for each in range(len(items) * times)]
            log._record_each("download", items * times, details)
            return self.env.cr.sql_log_count - before

        cost(1)
        self.assertLessEqual(cost(40) - cost(1), 1)


@tagged("post_install", "-at_install")
class TestCopiesServed(ReadCase, HttpCase):
    """Requirement C6."""

    def setUp(self):
        super().setUp()
        # Test cursors can't write beside one that only reads, as real ones do.
        self.set_registry_readonly_mode(False)
        self.addCleanup(self.set_registry_readonly_mode, True)
        self.authenticate("t_compliance", PASSWORD)

    def fetch(self, url, **kwargs):
        self.env.invalidate_all()
        self.mark()
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_binary"):
            response = self.url_open(url, **kwargs)
        self.env.invalidate_all()
        return response

    def test_addresses(self):
        for copy in self.copies:
            for operation, url in copy_urls(copy):
                with self.subTest(operation, sensitive=copy == self.copies[-1]):
                    content = self.fetch(url).content
                    shown = self.content in content
                    if operation in VIEWED or "download" in operation:
                        self.assertTrue(shown)
                    if not shown:
                        self.assertFalse(self.rows("view", "download"))
                    elif "download" in operation:
                        self.assertTaken(copy)
                    elif rows := self.rows("view"):
                        self.assertEqual(rows.detail, f"attachment {copy.id}")
                    else:
                        self.assertTrue(self.viewed_just_now(copy))
        self.assertIn("url:image", COPY_URLS)

    def viewed_just_now(self, copy):
        """Whether it was viewed within the minute that counts as one viewing."""
        return self.env["customer.archive.log"].search(
            [
                ("event", "=", "view"),
                ("detail", "=", f"attachment {copy.id}"),
                ("user_id", "=", self.users["compliance"].id),
            ]
        )

    def test_thumbnails(self):
        for copy in self.copies:
            url = f"/web/image/{copy.id}/64x64"
            self.assertEqual(self.fetch(url).status_code, 200)
            self.assertEqual(self.rows("view").detail, f"attachment {copy.id}")

    def test_archive_of_several(self):
        ids = ",".join(map(str, self.copies.ids))
        token = http.Request.csrf_token(self)
        data = {"file_ids": ids, "zip_name": "x.zip", "csrf_token": token}
        response = self.fetch("/mail/attachment/zip", data=data)
        self.assertEqual(response.content[:2], b"PK")
        self.assertTaken(self.copies)

    def test_invoices_route(self):
        ids = ",".join(map(str, self.copies.ids))
        response = self.fetch(f"/account/download_invoice_attachments/{ids}")
        if response.content[:2] == b"PK":
            self.assertTaken(self.copies)
        else:
            self.assertFalse(self.rows("view", "download"))

    def test_first_page(self):
        pdf = base64.b64encode(_pdf())
        item = self.items[0]
        known = item.attachment_ids
        item.attachment_ids = [Command.create({"name": "a.pdf", "datas": pdf})]
        copy = item.attachment_ids - known
        response = self.fetch(f"/mail/attachment/pdf_first_page/{copy.id}")
        self.assertEqual(response.content[:4], b"%PDF")
        self.assertTaken(copy)

    def test_exports(self):
        ids = self.items.ids
        data = export_request(ITEM, ids, ["attachment_ids/datas"])
        for kind in ("csv", "xlsx"):
            with self.subTest(kind):
                token = http.Request.csrf_token(self)
                form = {"data": data, "csrf_token": token}
                response = self.fetch(f"/web/export/{kind}", data=form)
                self.assertEqual(response.status_code, 200)
                self.assertTaken(self.copies)

    def test_every_route_is_known(self):
        """A route that sounds like giving files away is tried, or said not to."""
        thread = threading.current_thread()
        with patch.object(thread, "dbname", self.env.cr.dbname, create=True):
            rules = list(self.env["ir.http"].routing_map().iter_rules())
        sounds = re.compile("attach|content|image|file|document|download|zip|export")
        unknown = {
            rule.rule
            for rule in rules
            if sounds.search(rule.rule)
            and not rule.rule.startswith((*SERVING, *OTHERS))
        }
        self.assertFalse(unknown, "try these routes, or say what they give")


# Models with a way to files whose reading shows nothing of what is in these.
NAMING = {
    "customer.archive.annual": "runs over files",
    "customer.archive.annual.line": "says that a file was run over",
    "customer.archive.annual.request": "asks for papers by name",
    "customer.archive.approval": "who decides what",
    "customer.archive.backup": "that there are backups",
    "customer.archive.change": "its lines show what changes",
    "customer.archive.consultation": "who asks for what, and why",
    "customer.archive.disposal": "its lines",
    "customer.archive.disposal.line": "what becomes of a file",
    "customer.archive.grant": "who was given what",
    "customer.archive.hold": "that a file is held, and why",
    "customer.archive.import": "what was typed in a ledger",
    "customer.archive.import.row": "what was typed in a ledger, to its importer",
    "customer.archive.integrity": "that a copy is as it was filed",
    "customer.archive.integrity.line": "that a copy isn't",
    "customer.archive.loan": "which papers are lent",
    "customer.archive.loan.extension": "for how long",
    "customer.archive.loan.line": "which papers are lent",
    "customer.archive.log": "the record itself, to those who supervise",
    "customer.archive.move": "where a bag, or a paper by name, is and was",
    "customer.archive.register.run": "that registers were made",
    "customer.archive.restore": "that copies came back from a backup",
    "customer.archive.review": "that a file is reviewed, and what came of it",
    "customer.archive.sharing": "what is passed on, by name",
    "customer.archive.sharing.package": "digests",
    "customer.archive.stocktake": "how many there are",
    "customer.archive.stocktake.line": "that a bag, or a paper by name, is there",
    "customer.archive.transfer": "which files are handed over, with digests",
    "customer.archive.undertaking": "who signed",
    "customer.archive.waiver": "why an order passes all the same",
}


@tagged("post_install", "-at_install")
class TestOpened(ReadCase, TransactionCase):
    """Requirement C6."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secret_of = cls.env[SECRET].create(
            {
                "archive_id": cls.file.id,
                "kind": "bank_account",
                "value": "622202123412",
            }
        )
        cls.agreement = cls.env[AGREEMENT].create(
            {"archive_id": cls.file.id, "content": "supply", "kind": "sales"}
        )

    def shows(self):
        """Return records with a field of each that shows what is in their file."""
        return {
            self.file: "note",
            self.items: "issuer",
            self.secret_of: "masked",
            self.agreement: "content",
        }

    def test_each_way_of_reading(self):
        # An hour from one to the next, which is more than counts as one opening.
        hours = (timedelta(hours=each) for each in count())
        moments = (datetime(2026, 3, 2, 8) + each for each in hours)
        for records, name in self.shows().items():
            domain = [("id", "in", records.ids)]
            ways = {
                "read": lambda own, name=name: own.read([name]),
                "search_read": lambda own, d=domain, name=name: own.search_read(
                    d, [name]
                ),
                "web_read": lambda own, name=name: own.web_read({name: {}}),
                "web_search_read": lambda own, d=domain, n=name: own.web_search_read(
                    d, {n: {}}
                ),
            }
            for way, call in ways.items():
                with self.subTest(f"{way} of {records._name}"):
                    first = next(moments)
                    self.opened_at(first, records, call, 1)
                    self.opened_at(first + timedelta(minutes=9), records, call, 0)

    def opened_at(self, when, records, call, times):
        own = self.as_role(records)
        self.mark()
        with freeze_time(when):
            call(own)
        rows = self.rows("open")
        self.assertEqual(rows.archive_id, self.file if times else self.file.browse())
        self.assertEqual(len(rows), times)

    def test_forms_being_filled_in(self):
        """A form's first answer shows what is in the record, to who may edit it."""
        file = self.registered()
        item = file.document_ids.filtered(lambda each: not each.is_received)[:1]
        for day, records in enumerate((file, item), 1):
            with self.subTest(records._name):
                own = self.as_role(records, "clerk")
                self.mark()
                with freeze_time(datetime(2026, 3, day)):
                    own.onchange({}, [], {"note": {}})
                self.assertRecorded("clerk", "open", file)

    def test_nested(self):
        """By way of another model: a tab of the file, a party, a request."""
        own = self.as_role(self.file.partner_id)
        self.mark()
        own.web_read({"archive_ids": {"fields": {"document_ids": {"fields": {}}}}})
        self.assertRecorded("compliance", "open", self.file)

    def test_names_are_quiet(self):
        """Lists of files, and of what is missing, and choosing a name."""
        quiet = {
            self.file: ["name", "partner_id", "state", "completeness", "user_id"],
            self.items: ["type_id", "archive_id", "state", "due_date"],
            self.agreement: ["name", "kind", "state", "date_end"],
        }
        for records, names in quiet.items():
            with self.subTest(records._name):
                own = self.as_role(records)
                self.mark()
                own.web_read({name: {} for name in names})
                own.name_search("")
                self.assertFalse(self.rows("open"))

    def test_own_files_are_quiet(self):
        for records, name in self.shows().items():
            own = self.as_role(records, "sales")
            self.mark()
            own.web_read({name: {}})
            self.assertFalse(self.rows("open"), records)

    def test_groups_by_what_is_written(self):
        own = self.as_role(self.items)
        self.mark()
        own.formatted_read_group([], ["type_id"], ["__count"])
        own.formatted_read_group([], ["valid_until:month"], ["__count"])
        self.assertFalse(self.rows("open"))
        of_this = [("id", "in", self.items.ids)]
        own.formatted_read_group(of_this, ["number"], ["__count"])
        own.formatted_read_group(of_this, [], ["issuer:array_agg"])
        rows = self.rows("open").sorted("id")
        details = rows.mapped("detail")
        self.assertEqual(details, ["grouped number", "grouped issuer"])
        self.assertEqual(rows.archive_id, self.file)

    def test_groups_of_a_file_name_it(self):
        own = self.as_role(self.file)
        self.mark()
        own.formatted_read_group([("id", "=", self.file.id)], ["note"], ["__count"])
        row = self.rows("open")
        self.assertEqual((row.archive_id, row.res_id), (self.file, self.file.id))
        mine = self.as_role(self.file, "sales")
        self.mark()
        mine.formatted_read_group([("id", "=", self.file.id)], ["note"], ["__count"])
        self.assertFalse(self.rows("open"))

    def test_groups_of_many_name_the_model(self):
        own = self.as_role(self.items)
        self.mark()
        with patch(f"{OPENED}.GROUPED_ONE_BY_ONE", 1):
            own.formatted_read_group([], ["number"], ["__count"])
        row = self.rows("open")
        self.assertEqual((row.model, row.res_id), (self.items._name, 0))

    def test_one_query_however_many(self):
        """A list that was read just now costs one query of the record."""
        types = self.env["customer.archive.document.type"].search([])
        items = self.env[ITEM]
        for _file in range(3):
            items |= self.archive().document_ids.filtered("type_id")[: len(types)]
        log = self.env["customer.archive.log"].with_user(self.users["compliance"])
        files = items.archive_id
        log._record_once("open", files)
        self.env.flush_all()
        with self.assertQueryCount(1):
            log._record_once("open", files)

    def test_every_model_is_known(self):
        """A model that leads to files records its reading, or shows nothing."""
        recorded = set(self.env["customer.archive.opened"]._inherit_children)
        known = {ARCHIVE, ITEM, SECRET, AGREEMENT, PERFORMANCE, LINE, *REGISTRY}
        known.add("customer.archive.event")
        self.assertEqual(recorded, known)
        leads = {
            name
            for name in self.env.registry
            if name.startswith("customer.archive")
            and not self.env[name]._abstract
            and not self.env[name]._transient
            and any(
                field.comodel_name in (ARCHIVE, ITEM, SECRET)
                for field in self.env[name]._fields.values()
            )
        }
        self.assertFalse(leads - recorded - set(NAMING), "record, or say why not")
        self.assertFalse(set(NAMING) & recorded)
        self.assertFalse(set(NAMING) - set(self.env.registry))


def _str(call):
    return str(call())


def _binary_fields(env, model):
    return [
        name for name, field in env[model]._fields.items() if field.type == "binary"
    ]


def _shown(records, name):
    """Return the values of a field as bytes; nothing if they are refused."""
    try:
        values = [each[name] for each in records.read([name])]
    except Exception as error:  # noqa: BLE001
        return str(error).encode()
    return b"".join(
        value if isinstance(value, bytes) else str(value).encode() for value in values
    )


def _pdf():
    from io import BytesIO

    from reportlab.pdfgen.canvas import Canvas

    stream = BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(72, 720, "Scan")
    canvas.showPage()
    canvas.save()
    return stream.getvalue()
