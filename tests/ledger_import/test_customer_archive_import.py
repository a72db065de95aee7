import io
from datetime import timedelta
from unittest.mock import patch

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import PASSWORD, credit_code
from .ledger_case import HEADINGS, IMPORT, LedgerCase, workbook

MODELS = "odoo.addons.customer_archive.models"


@tagged("post_install", "-at_install")
class TestCustomerArchiveImport(LedgerCase, TransactionCase):
    """Requirement H10."""

    maxDiff = None

    def test_walk(self):
        """Requirement H10: checked, confirmed by a second person, taken over."""
        rows = [
            self.row(700, number="2023-TSALE-007", date="2023年3月1日"),
            self.row(701, number="2024-TSALE-012", date="20240301", core="是"),
            self.row(702),
        ]
        one = self.checked(rows)
        self.assertEqual((one.state, one.row_count), ("checked", 3))
        self.assertEqual((one.created_count, one.error_count), (3, 0))
        self.assertEqual(one.numbered_count, 2)
        self.assertFalse(self.files_of(rows))
        with self.assertRaisesRegex(UserError, "compliance"):
            one.action_import()
        one.with_user(self.users["compliance"]).action_confirm()
        one.action_import()
        self.assertEqual(one.state, "running")
        self.run_jobs()
        self.assertEqual((one.state, one.progress), ("done", 100))
        files = self.files_of(rows).sorted("id")
        self.assertEqual(files.mapped("state"), ["active", "active", "draft"])
        first = files[0]
        self.assertEqual(first.name, "2023-TSALE-007")
        self.assertEqual((first.number_prefix, first.number_index), ("2023-TSALE-", 7))
        self.assertEqual(str(first.opening_date), "2023-03-01")
        self.assertEqual(first.user_id, self.users["sales"])
        self.assertEqual(first.custodian_id, self.users["archivist"])
        self.assertEqual(first.department_id, self.departments["sales"])
        self.assertEqual(first.create_uid, self.users["clerk"])
        self.assertEqual(first.partner_id.legal_representative_id.name, "法人700")
        self.assertEqual(first.contact_id.name, "联系人700")
        self.assertTrue(first.next_review_date)
        self.assertTrue(files[1].is_core)
        # Assessed one after the other, and not all on the first morning.
        today = self.company._archive_today()
        for file in files[:2]:
            day = today + timedelta(days=file.id % 365)
            self.assertEqual(file.risk_next_date, day)
        for file in files:
            told = file.sudo().log_ids.filtered(lambda log: log.event == "import")
            self.assertEqual(told.detail, f"created import {one.id}")
            self.assertEqual(told.user_id, self.users["clerk"])

    def test_numbers_go_on(self):
        """The next number follows on what was taken over."""
        year = self.company._archive_now().year
        number = f"{year}-TSALE-041"
        self.imported([self.row(710, number=number, date=f"{year}-01-02")])
        self.assertEqual(self.registered().name, f"{year}-TSALE-042")

    def test_as_by_hand(self):
        """A file that was imported is, field by field, as one that was typed in."""
        [row] = rows = [self.row(720)]
        self.imported(rows)
        made = self.files_of(rows)
        party = (
            self.env["res.partner"]
            .with_user(self.users["sales"])
            .create(
                {
                    "name": row["name"],
                    "is_company": True,
                    "vat": credit_code(721),
                    "registered_address": row["address"],
                    "phone": row["phone"],
                    "email": row["email"],
                }
            )
        )
        for name in (row["legal"], row["contact"]):
            party.child_ids.create({"name": name, "parent_id": party.id})
        party.legal_representative_id = party.child_ids.filtered(
            lambda child: child.name == row["legal"]
        )
        typed = (
            self.env["customer.archive"]
            .with_user(self.users["sales"])
            .create(
                {
                    "partner_id": party.id,
                    "category_id": self.buyer.id,
                    "department_id": self.departments["sales"].id,
                    "user_id": self.users["sales"].id,
                    "custodian_id": self.users["archivist"].id,
                    "relation_stage": "cooperating",
                    "security_level": "internal",
                    "cooperation_content": row["content"],
                    "main_products": row["products"],
                    "cooperation_term": "long",
                    "note": row["note"],
                }
            )
        )
        self.env.flush_all()
        self.env.invalidate_all()
        typed = typed.sudo()
        self.assertEqual(self.told(made), self.told(typed))
        self.assertEqual(self.told(made.partner_id), self.told(typed.partner_id))
        for one, other in zip(
            made.partner_id.child_ids.sorted("name"),
            typed.partner_id.child_ids.sorted("name"),
            strict=True,
        ):
            self.assertEqual(self.told(one), self.told(other))
        for one, other in zip(
            made.document_ids.sorted("type_id"),
            typed.document_ids.sorted("type_id"),
            strict=True,
        ):
            self.assertEqual(self.told(one), self.told(other))

    def told(self, record):
        """Return the stored values that say something, but for ids and who and when."""
        passing = {
            *("id", "create_uid", "create_date", "write_uid", "write_date"),
            *("partner_id", "archive_id", "parent_id", "commercial_partner_id"),
            *("legal_representative_id", "vat", "user_ids", "signup_type"),
        }
        return {
            name: record._fields[name].convert_to_write(record[name], record)
            for name, field in record._fields.items()
            if field.store
            and field.type not in ("one2many", "many2many")
            and name not in passing
        }

    def test_check_writes_nothing(self):
        parties = self.env["res.partner"].search_count([])
        files = self.env["customer.archive"].search_count([])
        self.checked([self.row(730), self.row(731, phone="abc")])
        self.assertEqual(self.env["res.partner"].search_count([]), parties)
        self.assertEqual(self.env["customer.archive"].search_count([]), files)

    # Updates

    def test_update(self):
        """What is found by its code is updated where that is allowed; a second run
        finds nothing to do."""
        file = self.registered()
        row = {"vat": file.partner_id.vat, "products": "螺丝", "note": "新"}
        row["contact"] = "新联系人"
        one = self.imported([row])
        self.assertEqual((one.updated_count, one.created_count), (1, 0))
        self.assertEqual((file.main_products, file.note), ("螺丝", "新"))
        self.assertIn("新联系人", file.partner_id.child_ids.mapped("name"))
        again = self.checked([row])
        self.assertEqual((again.same_count, again.updated_count), (1, 0))
        with self.assertRaisesRegex(UserError, "Nothing to import"):
            again.action_import()

    def test_contacts_are_changed_by_those_who_may(self):
        """An import is no way round the right to edit contacts."""
        party, known = self.partner("Nobody's Ltd"), self.registered()
        phone = party.phone
        row = self.row(720, name=party.name, vat=party.vat, phone="021-66660001")
        own = {"vat": known.partner_id.vat, "contact": "新联系人"}
        head = {"vat": self.archive().partner_id.vat, "legal": "王法人"}
        for role, rows, refused in (
            ("clerk", [head], {"contact_right"}),
            ("clerk", [row], {"contact_right"}),
            ("admin", [row], {"open_right"}),
            ("admin", [own], {"contact_right"}),
            # A clerk may add contacts by hand, and change none.
            ("clerk", [own], set()),
        ):
            one = self.checked(rows, role)
            with self.subTest(role, rows=rows):
                self.assertEqual(one.error_count, int(bool(refused)))
                codes = {
                    code
                    for problems in one.sudo().row_ids.mapped("problems")
                    for _key, code, *_more in problems
                }
                self.assertEqual(codes, refused)
        self.assertEqual(party.phone, phone)
        editors = self.env.ref("base.group_partner_manager")
        self.users["clerk"].write({"group_ids": [Command.link(editors.id)]})
        self.assertFalse(self.checked([row]).error_count)

    def test_found_by_number(self):
        file = self.registered()
        rows = [{"number": file.name, "products": "螺丝"}]
        self.imported(rows)
        self.assertEqual(file.main_products, "螺丝")
        self.imported([{"number": file.name, "note": "x"}], key_field="number")
        self.assertEqual(file.note, "x")

    def test_protected(self):
        """A protected value that differs leads to a change request; so does a lock."""
        file = self.registered()
        waiting = self.submitted()
        one = self.checked(
            [
                {"vat": file.partner_id.vat, "name": "另一名称", "level": "机密"},
                {"vat": waiting.partner_id.vat, "note": "x"},
                {"vat": file.partner_id.vat + "9", "name": "x", "category": "buyer"},
            ]
        )
        self.assertEqual(
            self.problems(one),
            {
                (2, "name", "protected"),
                (2, "level", "protected"),
                (3, "note", "locked"),
                (4, "vat", "credit_code.length"),
                (4, "user", "required"),
            }
            - {(4, "user", "required")},
        )
        self.assertIn("change request", one.row_ids[0].message)

    def test_all_or_nothing_after_the_check(self):
        """What became wrong since the check takes all of it back."""
        rows = [self.row(740), self.row(741)]
        one = self.checked(rows)
        other = self.partner(vat=credit_code(741))
        self.registered(partner=other)
        one.action_import()
        self.run_jobs()
        self.run_jobs()
        self.assertEqual(one.state, "checked")
        self.assertEqual(one.error_count, 1)
        self.assertIn("Nothing was imported", one.outcome)
        self.assertFalse(self.files_of(rows[:1]))
        with self.assertRaisesRegex(UserError, "rows have errors"):
            one.action_import()
        one.mode = "rows"
        one.action_check()
        one.action_import()
        self.run_jobs()
        self.assertEqual((one.created_count, one.error_count), (1, 1))

    def test_a_row_that_the_database_refuses(self):
        """What no check foresaw is the error of its row, and of no other."""
        rows = [self.row(745 + number) for number in range(4)]
        one = self.checked(rows, mode="rows")
        one.action_import()
        parties = self.env.registry["res.partner"]
        create = parties._load_records_create

        def refusing(records, values):
            if any(each.get("vat") == rows[2]["vat"] for each in values):
                raise UserError("not this one")
            return create(records, values)

        with patch.object(parties, "_load_records_create", refusing):
            self.run_jobs()
        self.assertEqual((one.created_count, one.error_count), (3, 1))
        [row] = one.row_ids.filtered(lambda row: row.result == "error")
        self.assertEqual((row.number, row.message), (4, "not this one"))

    def test_large_ledgers_in_the_background(self):
        rows = [self.row(900 + number) for number in range(12)]
        with patch(f"{MODELS}.ledger_import.customer_archive_import_run.AT_ONCE", 10):
            one = self.checked(rows)
            self.assertEqual((one.state, one.job), ("draft", "check"))
            with self.assertRaisesRegex(UserError, "is being executed"):
                one.mode = "rows"
            self.run_jobs()
        self.assertEqual((one.state, one.row_count), ("checked", 12))
        self.assertEqual(one.created_count, 12)

    def test_forgotten(self):
        """The table goes after 30 days, and when a file of it is destroyed."""
        one = self.imported([self.row(940), self.row(941)])
        rows = one.sudo().row_ids
        as_system(rows[0]).unlink()
        self.assertFalse(one.has_upload)
        with self.assertRaisesRegex(UserError, "30 days"):
            one.action_undo()
        other = self.upload([self.row(942)])
        self.env[IMPORT]._gc_uploads()
        self.assertTrue(other.has_upload)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive_import SET write_date = now() - interval '31 days'"
        )
        self.env.invalidate_all()
        self.env[IMPORT]._gc_uploads()
        self.assertFalse(other.has_upload)

    # Undo

    def test_undo(self):
        file = self.registered()
        draft = self.archive()
        before = (file.note, draft.partner_id.name, file.relation_stage)
        # Who changes what a contact says by an import may do so by hand.
        editors = self.env.ref("base.group_partner_manager")
        self.users["clerk"].write({"group_ids": [Command.link(editors.id)]})
        rows = [
            self.row(750, number="2022-TSALE-003", date="2022-05-05"),
            self.row(751),
            {"vat": file.partner_id.vat, "note": "changed", "stage": "终止"},
            {"vat": draft.partner_id.vat, "name": "改名有限公司"},
        ]
        parties = self.env["res.partner"].search_count([])
        one = self.imported(rows)
        self.assertEqual((one.created_count, one.updated_count), (2, 2))
        self.assertEqual(draft.partner_id.name, "改名有限公司")
        one.action_undo()
        self.run_jobs()
        self.assertEqual(one.state, "undone")
        self.assertFalse(self.files_of(rows[:2]))
        self.assertEqual(self.env["res.partner"].search_count([]), parties)
        self.assertEqual(
            (file.note, draft.partner_id.name, file.relation_stage), before
        )
        # The way is free for the same ledger.
        self.assertEqual(self.imported(rows).created_count, 2)

    def test_undo_refused(self):
        """What was used since stays, and is named by its row."""
        rows = [self.row(760), self.row(761), self.row(762), self.row(763)]
        one = self.imported(rows)
        files = self.files_of(rows).sorted("id")
        self.env["res.partner"].create(
            {"name": "Later", "parent_id": files[1].partner_id.id}
        )
        files[2].message_post(body="seen")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive SET write_date = write_date + interval '1 second'"
            " WHERE id = %s",
            [files[3].id],
        )
        with self.assertRaisesRegex(UserError, r"3 rows .*rows 3, 4, 5"):
            one.action_undo()
        self.assertEqual(len(files.exists()), 4)

    # People

    def test_roles(self):
        for role in ("sales", "archivist", "compliance", "auditor", "management"):
            with self.assertRaises(AccessError):
                self.upload([self.row(770)], role)
        rows = [self.row(771, number="2021-TSALE-001", date="2021-01-01")]
        one = self.checked(rows)
        with self.assertRaises(AccessError):
            one.with_user(self.users["clerk"]).action_confirm()
        both = self.users["compliance"]
        clerks = self.env.ref("customer_archive.group_clerk")
        both.write({"group_ids": [Command.link(clerks.id)]})
        with self.assertRaisesRegex(AccessError, "prepared"):
            own = self.checked(rows, "compliance")
            own.action_confirm()
        one.with_user(both).action_confirm()
        self.assertEqual(one.state, "confirmed")

    def test_changed_after_the_confirmation(self):
        """What was confirmed is what is imported."""
        rows = [self.row(780, number="2020-TSALE-001", date="2020-01-01")]
        one = self.checked(rows)
        one.with_user(self.users["compliance"]).action_confirm()
        one.mode = "rows"
        self.assertEqual((one.state, one.confirmed_by_id.id), ("draft", False))
        with self.assertRaisesRegex(UserError, "check the ledger"):
            one.action_import()
        column = one.column_ids.filtered(lambda column: column.field == "note")
        one.action_check()
        column.field = False
        self.assertEqual(one.state, "draft")
        with self.assertRaises(AccessError):
            one.write({"state": "confirmed"})

    # Tables

    def test_sensitive_columns(self):
        headings = {**HEADINGS, "x": "法人身份证号"}
        one = self.upload(workbook([self.row(790)], headings))
        column = one.column_ids.filtered("refused")
        self.assertEqual(column.heading, "法人身份证号")
        self.assertIn("encrypted", column.hint)
        with self.assertRaisesRegex(UserError, "Identity numbers"):
            one.action_check()
        with self.assertRaisesRegex(UserError, "Identity numbers"):
            column.field = "note"

    def test_refused_in_words(self):
        with self.assertRaisesRegex(UserError, r"\.xls,"):
            self.upload(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600)
        with self.assertRaisesRegex(UserError, "PDF"):
            self.upload(b"%PDF-1.7 x")

    def test_layout_of_an_office(self):
        """Title and department above the headings, a signature line below."""
        before = [["客户汇总表"], ["部门：销售部", None, "日期：2026-01-01"]]
        book = openpyxl.load_workbook(
            io.BytesIO(workbook([self.row(800)], before=before))
        )
        book.active.append(["制表人：", None, "经办人：", None, "审核："])
        stream = io.BytesIO()
        book.save(stream)
        one = self.checked(stream.getvalue())
        self.assertEqual((one.created_count, one.error_count), (1, 0))

    def test_error_workbook(self):
        rows = [self.row(810), self.row(811, phone="abc", date="昨天")]
        one = self.checked(rows, mode="rows")
        self.assertEqual(
            one.action_download_errors()["url"],
            f"/customer_archive/import/{one.id}/errors",
        )
        stream = io.BytesIO()
        one._write_errors(stream)
        sheet = openpyxl.load_workbook(stream).active
        self.assertEqual(sheet.max_row, 2)
        self.assertIn("Phone", sheet.cell(2, 1).value)
        place = 2 + list(HEADINGS).index("phone")
        bad = sheet.cell(2, place)
        self.assertEqual(bad.value, "abc")
        self.assertIn("digits", bad.comment.text)
        self.assertEqual(bad.fill.fgColor.rgb, "FFFFC7CE")
        good = sheet.cell(2, 2 + list(HEADINGS).index("email"))
        self.assertFalse(good.comment)
        # Once more with what was corrected: the column with the errors is ignored.
        again = self.upload(stream.getvalue(), mode="rows")
        self.assertEqual(len(again.column_ids.filtered("field")), len(HEADINGS))

    def test_template(self):
        stream = io.BytesIO()
        imports = self.env[IMPORT].with_user(self.users["clerk"])
        imports._write_template(stream)
        one = self.upload(stream.getvalue())
        self.assertEqual(len(one.column_ids.filtered("field")), len(HEADINGS))

    def test_upload_is_sealed(self):
        one = self.upload([self.row(820)])
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT sealed FROM customer_archive_import WHERE id = %s", [one.id]
        )
        [sealed] = self.env.cr.fetchone()
        self.assertNotIn("PK", sealed[:4])
        self.assertFalse(one.upload)
        with self.assertRaises(AccessError):
            one.read(["sealed"])


@tagged("post_install", "-at_install")
class TestImportDownloads(LedgerCase, HttpCase):
    @mute_logger("odoo.http")
    def test_downloads(self):
        """The template is for who imports, the errors for who may write the import."""
        one = self.checked([self.row(830, phone="abc")])
        self.env.flush_all()
        urls = {
            "/customer_archive/import/template": {"clerk", "admin"},
            f"/customer_archive/import/{one.id}/errors": {"clerk"},
            "/customer_archive/import/0/errors": set(),
        }
        for role in ("clerk", "admin", "compliance", "auditor", "sales", "portal"):
            self.authenticate(self.users[role].login, PASSWORD)
            for url, roles in urls.items():
                found = self.url_open(url)
                shown = found.ok and found.content.startswith(b"PK")
                self.assertEqual(shown, role in roles, (role, url))
        told = (
            one.sudo()
            .env["customer.archive.log"]
            .search(
                [
                    ("model", "=", IMPORT),
                    ("res_id", "=", one.id),
                    ("event", "=", "export"),
                ]
            )
        )
        self.assertEqual(told.detail, "errors 1")
