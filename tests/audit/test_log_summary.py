"""The access record stays readable, whatever its rows are about."""

import logging

from lxml import etree

from odoo.tests import TransactionCase, tagged

from ...models.audit import customer_archive_log_summary
from ...models.audit import words as log_words
from .record_case import LOG, RecordedCase

GONE = 999_999_999
LANGUAGES = ("en_US", "zh_CN")
# A detail of each event that is worded, and one that nobody knows.
DETAILS = {
    "reveal": "bank_account",
    "integrity": "checked failed",
    "stocktake": "settled lost",
    "inspection": "finding repaired",
    "note": "amended description score",
    "remark": "created",
    "backup": "run done",
    "assessment": "begun credit",
    "gate": f"sale {GONE} no_file,lapsed",
    "view": f"attachment {GONE}",
    "download": f"attachment {GONE} unmarked",
    "print": "no.such_report",
    "export": "2: name partner_id/name no_such_field",
    "state": "draft > review",
    "decision": "approved round 1 step 10",
    "grant": f"CY-1 user {GONE} 2026-01-01 00:00:00 > 2026-02-01 00:00:00",
    "loan": "JY-1 received",
    "share": "package 0123456789abcdef",
    "change": "BG-1: party.phone nobody.no_such_field",
    "review": "confirmed",
    "hold": "placed dispute",
    "dispose": "close CZ-1",
    "denied": "write name",
    "key": "rotate m2",
    "configuration": "write name no_such_field",
    "erase": "list CZ-1 copies 2",
    "import": f"created import {GONE}",
    "move": f"{GONE} > 0 scanned",
    "incident": "notified authority",
    "audit": "finding corrected",
    "feedback": "answered",
}


class SummaryCase(RecordedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["auditor"].group_ids += cls.env.ref("base.group_allow_export")

    def add(self, *rows):
        """Record rows as they may lie in a database, and return them."""
        common = {"company_id": self.env.company.id, "user_id": self.env.uid}
        values = [
            {"date": "2026-01-01 00:00:00", **common, **dict(row)} for row in rows
        ]
        self.env[LOG]._append(values)
        return self.env[LOG].search([("id", ">", self.last)], order="id")

    def summaries(self, rows, lang="en_US", user=None):
        rows = rows.with_user(user or self.users["auditor"]).with_context(lang=lang)
        rows.invalidate_recordset(["summary"])
        return rows.mapped("summary")

    def summary(self, event, record, detail="", lang="en_US"):
        self.mark()
        self.env[LOG]._record(event, record, detail)
        return self.summaries(self.rows(), lang)[0]


@tagged("-at_install", "post_install")
class TestEveryModel(SummaryCase, TransactionCase):
    """Rows about every model there is, twice each: no row hides the others.

    Requirement C6.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.events = [code for code, _label in cls.env[LOG]._fields["event"].selection]

    def every_row(self):
        models = [*self.env, "no.such.model", "customer.archive.gone"]
        for place, model in enumerate(sorted(models)):
            ids = [1, False, GONE]
            if model in self.env and self.env[model]._auto:
                found = self.env[model].sudo().search([], limit=1)
                ids += [] if self.env[model]._abstract else found.ids
            # Each event comes with each kind of model; not every pair is needed.
            for shift, res_id in enumerate(ids * 2):
                event = self.events[(place + shift) % len(self.events)]
                detail = DETAILS.get(event, "no such code")
                yield {
                    "event": event,
                    "model": model,
                    "res_id": res_id,
                    "archive_id": res_id if model == "customer.archive" else False,
                    "detail": detail if shift < len(ids) else "no such code 1 > 2 > 3",
                }

    def test_every_model_and_event(self):
        rows = self.add(*self.every_row())
        self.assertGreater(len(rows), 1000)
        view = self.env.ref("customer_archive.view_customer_archive_log_list")
        for lang in LANGUAGES:
            reader = self.env[LOG].with_user(self.users["auditor"])
            reader = reader.with_context(lang=lang)
            arch = reader.get_view(view.id, "list")["arch"]
            shown = {
                name: {"fields": {"display_name": {}}} if name.endswith("_id") else {}
                for name in reader._fields
                if f'name="{name}"' in arch and name != "res_id"
            }
            domain = [("id", "in", rows.ids)]
            found = reader.web_search_read(domain, shown, limit=len(rows) + 1)
            self.assertEqual(len(found["records"]), len(rows))
            exported = reader.browse(rows.ids).export_data(list(shown))
            self.assertEqual(len(exported["datas"]), len(rows))

    def test_filters_of_the_view(self):
        self.add(*self.every_row())
        reader = self.env[LOG].with_user(self.users["auditor"])
        arch = reader.get_view(
            self.env.ref("customer_archive.view_customer_archive_log_search").id,
            "search",
        )["arch"]
        names = [part.split('"')[0] for part in arch.split('<filter name="')[1:]]
        self.assertIn("configuration", names)
        for event in self.events:
            domain = [("event", "=", event), ("id", ">", self.last)]
            found = reader.web_search_read(domain, {"summary": {}, "event": {}})
            self.assertTrue(found["records"], event)
        for group in ("event", "user_id", "date:day", "archive_id"):
            reader.web_read_group([("id", ">", self.last)], [group], ["__count"])

    def test_form_and_rows_of_a_file(self):
        archive = self.archive("sales")
        some = list(self.every_row())[: 10 * len(self.events)]
        rows = self.add(*({**row, "archive_id": archive.id} for row in some))
        reader = self.env[LOG].with_user(self.users["auditor"])
        found = reader.search_read([("archive_id", "=", archive.id)], ["summary"])
        self.assertGreaterEqual(len(found), len(rows))
        for row in rows[:5]:
            own = row.with_user(self.users["auditor"])
            self.assertEqual(own.web_read({"summary": {}})[0]["id"], row.id)

    def test_what_words_fail_on_is_shown_as_recorded(self):
        """Also a mistake of ours hides nothing, and is told in the server's log."""
        rows = self.add({"event": "hold", "model": "customer.archive", "detail": "x"})

        def broken(_row, _names):
            raise ZeroDivisionError

        words = customer_archive_log_summary.words
        self.patch(words, "summary", broken)
        with self.assertLogs(customer_archive_log_summary.__name__, logging.ERROR):
            self.assertEqual(self.summaries(rows), ["x"])


@tagged("-at_install", "post_install")
class TestBlind(SummaryCase, TransactionCase):
    """The ways in which one call made the record unreadable."""

    def test_refused_confirmation_of_a_policy(self):
        policies = self.env.ref("customer_archive.retention_customer")
        reader = policies.with_user(self.users["reader"])
        self.refuse(reader.action_confirm)
        row = self.rows("denied")
        self.assertEqual((row.model, row.res_id), (policies._name, policies.id))
        self.assertEqual(self.summaries(row), [f"{policies.name}: confirming"])

    def test_abstract_models_are_no_subject(self):
        """Only the keystore, which has no records, is recorded by itself."""
        refusing = [
            name
            for name, model in self.env.items()
            if model._abstract and name.startswith("customer.archive")
        ]
        rows = self.add(
            *(
                {"event": "denied", "model": name, "res_id": False, "detail": "write"}
                for name in refusing
            )
        )
        self.assertEqual(len(self.summaries(rows)), len(refusing))

    def test_same_value_revealed_twice(self):
        secret = self.secret()
        for _time in range(2):
            self.env[LOG]._record("reveal", secret, "bank_account", "why")
        first, second = self.summaries(self.rows("reveal"))
        self.assertEqual(first, second)
        self.assertEqual(first, secret.display_name)

    def test_refused_then_decided(self):
        archive = self.submitted()
        step = archive.approval_ids.filtered(lambda each: each.state == "pending")
        self.mark()
        self.env[LOG]._record("denied", step, "decide")
        self.env[LOG]._record("decision", step, "approved round 1 step 1")
        self.assertEqual(
            self.summaries(self.rows()),
            [f"{step.name}: deciding", f"{step.name}: Approved"],
        )

    def test_keys(self):
        keys = self.env["customer.archive.keyring"]
        words = self.summary("key", keys, "rotate m2")
        self.assertIn("New master key, all keys re-wrapped: m2", words)


@tagged("-at_install", "post_install")
class TestInWords(SummaryCase, TransactionCase):
    """What auditors read in place of codes."""

    def test_change(self):
        detail = "BG-2026-0001: party.phone party.registered_address"
        archive = self.archive()
        self.assertEqual(
            self.summary("change", archive, detail),
            "Phone and Registered Address changed under request BG-2026-0001",
        )

    def test_field_changes_in_both_forms(self):
        archive, user = self.archive(), self.users["head"]
        stage = "Relationship Stage: Prospect → Cooperating"
        detail = "relation_stage prospect > cooperating"
        self.assertEqual(self.summary("change", archive, detail), stage)
        detail = "relation_stage:prospect > cooperating"
        self.assertEqual(self.summary("change", archive, detail), stage)
        manager = f"user_id:{user.id} > {GONE}"
        words = self.summary("change", archive, manager)
        self.assertEqual(words, f"Account Manager: {user.name} → User (deleted)")
        words = self.summary("change", archive, f"user_id: > {user.id}")
        self.assertEqual(words, f"Account Manager: – → {user.name}")

    def test_grant_names_the_user_and_local_time(self):
        archive, user = self.archive(), self.users["reader"]
        self.users["auditor"].tz = "Asia/Shanghai"
        detail = f"CY-1 user {user.id} 2026-01-01 20:00:00 > 2026-01-09 16:00:00"
        words = self.summary("grant", archive, detail)
        self.assertIn(f"{user.name} may read from ", words)
        self.assertIn("under request CY-1", words)

    def test_roles(self):
        detail = "+customer_archive.group_clerk -customer_archive.group_reader"
        words = self.summary("configuration", self.users["clerk"], detail)
        clerk, reader = (
            self.env.ref(f"customer_archive.group_{role}").name
            for role in ("clerk", "reader")
        )
        self.assertEqual(
            words,
            f"Test clerk: roles given: {clerk}; roles removed: {reader}",
        )

    def test_copy(self):
        item = self.sensitive_item()
        detail = f"attachment {item.attachment_ids.id}"
        name = item.attachment_ids.name
        self.assertEqual(
            self.summary("view", item, f"{detail} unmarked"),
            f"{item.type_id.name}: {name}, without watermark",
        )
        self.assertIn(name, self.summary("export", item, detail))

    def test_exports(self):
        files = self.archive() | self.archive()
        words = self.summary("export", files, "2: name partner_id/name partner_id/id")
        self.assertEqual(words, "2 rows with File Number, Name, and External ID")
        register = self.env["customer.archive.register"].search([], limit=1)
        words = self.summary("export", files, f"2: register {register.code}")
        self.assertEqual(words, f"{register.name}, 2 rows")

    def test_refusals(self):
        archive = self.archive()
        words = self.summary("denied", archive, "edit party: phone email")
        self.assertEqual(words, "change of Phone and Email")
        self.assertEqual(
            self.summary("denied", archive, "take over"), "taking over a review"
        )
        words = self.summary("denied", archive, "create bank")
        self.assertEqual(words, "creating: bank accounts")
        copy = self.sensitive_item().attachment_ids
        words = self.summary(
            "denied", archive, f"link mail.message attachment {copy.id}"
        )
        self.assertEqual(
            words, f"using a document of a file elsewhere: {copy.name} and Message"
        )
        label = self.env["customer.archive"]._fields["note"].string
        words = self.summary("denied", archive, "write note")
        self.assertEqual(words, f"changing: {label}")

    def test_zones_and_hand_overs(self):
        zone = "archive_tz Asia/Shanghai > Asia/Urumqi"
        words = self.summary("configuration", self.company, zone)
        self.assertIn("Asia/Shanghai → Asia/Urumqi", words)
        detail = "handed over agreement wang, li > zhao"
        words = self.summary("review", self.archive(), detail)
        self.assertEqual(words, "Reassigned: wang, li → zhao")

    def test_the_file_is_said_once(self):
        """It is shown beside: names of what is in it needn't repeat it."""
        file = "2026-SALE-001 样本有限公司"
        for name, shown in (
            (file, None),
            ("2026-SALE-001", None),
            ("XY-2026-0001 样本有限公司", "XY-2026-0001"),
            ("样本有限公司", None),
            ("营业执照", "营业执照"),
        ):
            self.assertEqual(log_words._beside(name, file), shown)

    def test_nothing_in_codes(self):
        """No summary of a kind that the addon records shows the code itself."""
        archive = self.archive()
        for event, detail in DETAILS.items():
            with self.subTest(event):
                words = self.summary(event, archive, detail)
                self.assertNotEqual(words, detail)

    def test_chinese(self):
        archive, user = self.archive(), self.users["reader"]
        for event, detail in DETAILS.items():
            with self.subTest(event):
                words = self.summary(event, archive, detail, "zh_CN") or ""
                if event not in ("print",):
                    self.assertRegex(words, "[\u4e00-\u9fff]")
        detail = f"CY-1 user {user.id} 2026-01-01 20:00:00 > 2026-01-09 16:00:00"
        words = self.summary("grant", archive, detail, "zh_CN")
        self.assertIn("按申请 CY-1", words)


@tagged("-at_install", "post_install")
class TestBudget(SummaryCase, TransactionCase):
    """A page of the record costs as many queries however many rows it has."""

    def test_eighty_rows(self):
        few, many = self.rows_of_kinds(1), self.rows_of_kinds(8)
        self.assertEqual(len(many), 80)
        self.summaries(many)
        self.env.flush_all()

        def count(rows):
            self.env.invalidate_all()
            self.env.registry.clear_all_caches()
            before = self.env.cr.sql_log_count
            self.assertTrue(all(self.summaries(rows)))
            return self.env.cr.sql_log_count - before

        self.assertLessEqual(count(many), count(few) + 2)

    def rows_of_kinds(self, times):
        """Return rows of ten kinds, of records of their own."""
        self.mark()
        rows = []
        for _time in range(times):
            archive = self.archive()
            item = archive.document_ids[0]
            secret = self.secret()
            user = self.users["reader"].id
            about = (
                ("state", archive, "draft > review"),
                ("change", archive, f"user_id:{user} > {self.env.uid}"),
                ("denied", item, "write name"),
                ("view", item, f"attachment {item.id}"),
                ("reveal", secret, "bank_account"),
                ("configuration", archive.category_id, "write name"),
                ("configuration", archive.user_id, "+customer_archive.group_clerk"),
                ("export", archive.partner_id, "1: name email"),
                ("grant", archive, f"CY-1 user {user} 2026-01-01 > 2026-01-02"),
                ("import", archive, f"created import {item.id}"),
            )
            rows += [
                {
                    "event": event,
                    "model": record._name,
                    "res_id": record.id,
                    "archive_id": archive.id,
                    "detail": detail,
                }
                for event, record, detail in about
            ]
        self.mark()
        return self.add(*rows)


@tagged("-at_install", "post_install")
class TestForm(SummaryCase, TransactionCase):
    """A row is headed and told in words; its codes are for those who look for them."""

    def test_headed_in_words(self):
        self.mark()
        self.env[LOG]._record("denied", self.env["res.partner"], "write name")
        [row] = self.rows().with_user(self.users["auditor"])
        for lang in LANGUAGES:
            own = row.with_context(lang=lang)
            label = dict(own._fields["event"]._description_selection(own.env))
            kind = self.env["ir.model"].with_context(lang=lang)._get("res.partner")
            with self.subTest(lang):
                self.assertEqual(own.display_name, label["denied"])
                self.assertEqual(own.model_name, kind.name)
        row = self.env[LOG].new({"event": "open", "sequence": 24})
        self.assertEqual(row.display_name, "File opened 24")

    def fields_shown(self, kind, user):
        """Return the names of the fields that are shown outside of debug mode."""
        arch = self.env[LOG].with_user(user).get_view(view_type=kind)["arch"]
        return etree.fromstring(arch).xpath(
            "//field[not(ancestor-or-self::*[@invisible or @column_invisible])]/@name"
        )

    def test_codes_are_technical(self):
        shown = self.fields_shown("form", self.users["auditor"])
        self.assertNotIn("detail", shown)
        self.assertNotIn("model", shown)
        self.assertIn("model_name", shown)

    def test_a_phone_shows_what_matters(self):
        shown = self.fields_shown("list", self.users["auditor"])
        self.assertEqual(shown[:3], ["date", "event", "archive_id"])
