"""Nobody is shown what is in a file, in whichever way, without a row in the record."""

from datetime import datetime, timedelta
from itertools import count
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import TransactionCase, tagged

from .reading_case import ARCHIVE, ITEM, ReadCase

OPENED = "odoo.addons.customer_archive.models.agreements.customer_archive_opened"
SECRET, AGREEMENT = "customer.archive.secret", "customer.archive.agreement"
PERFORMANCE = f"{AGREEMENT}.performance"
REGISTRY = ("customer.archive.registry.check", "customer.archive.doubt")
LINE = "customer.archive.change.line"
# Models with a way to files whose reading shows nothing of what is in these.
NAMING = {
    "customer.archive.annual": "runs over files",
    "customer.archive.annual.line": "says that a file was run over",
    "customer.archive.annual.request": "asks for papers by name",
    "customer.archive.approval": "who decides what",
    "customer.archive.audit.finding": "what a supervisor found, of a file by number",
    "customer.archive.audit.line": "that a point was looked at in a file",
    "customer.archive.backup": "that there are backups",
    "customer.archive.change": "its lines show what changes",
    "customer.archive.consultation": "who asks for what, and why",
    "customer.archive.disposal": "its lines",
    "customer.archive.disposal.line": "what becomes of a file",
    "customer.archive.grant": "who was given what",
    "customer.archive.hold": "that a file is held, and why",
    "customer.archive.incident": "what happened, of files by number",
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
    "customer.archive.tree": "which files are exported, and why",
    "customer.archive.tree.line": "how many copies of a file are exported",
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
        known |= {"customer.archive.event", "customer.archive.credit.fact"}
        known |= {"customer.archive.assessment", "customer.archive.assessment.line"}
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
