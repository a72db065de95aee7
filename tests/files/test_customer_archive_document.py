import base64
from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, tagged

from ..support.common import ArchiveCase


@tagged("post_install", "-at_install")
class TestCustomerArchiveDocument(ArchiveCase, TransactionCase):
    """Requirements A5 and A11."""

    def _item(self, archive, kind):
        return archive.document_ids.filtered(
            lambda item: (
                item.type_id == self.env.ref(f"customer_archive.document_type_{kind}")
            )
        )

    def test_missing_papers_are_due_in_three_working_days(self):
        """A9: three working days after a Thursday is Tuesday."""
        with freeze_time("2026-03-05 02:00:00"):
            archive = self.archive()
            item = self._item(archive, "license")
            self.assertEqual(
                (item.due_date, item.state), (date(2026, 3, 10), "missing")
            )
        with freeze_time("2026-03-11 02:00:00"):
            item.invalidate_recordset()
            self.assertEqual(item.state, "overdue")

    def test_electronic_copies_name_themselves(self):
        """A16: customer name + item type + date."""
        with freeze_time("2026-03-05 02:00:00"):
            archive = self.archive(partner=self.partner("Acme: Metals/China"))
            item = self._item(archive, "license")
            item.attachment_ids = [
                Command.create({"name": "IMG_0001.JPG", "raw": b"one"}),
                Command.create({"name": "IMG_0002.jpg", "raw": b"two"}),
            ]
        self.assertEqual(
            sorted(item.attachment_ids.mapped("name")),
            [
                "Acme Metals China_Business licence_2026-03-05_1.jpg",
                "Acme Metals China_Business licence_2026-03-05_2.jpg",
            ],
        )
        self.assertEqual(set(item.attachment_ids.mapped("res_id")), {item.id})

    def test_a_new_item_has_no_name_yet(self):
        """A date alone, and what is between nothing and nothing, names nothing."""
        items = self.env["customer.archive.document"].with_user(self.users["sales"])
        self.assertFalse(items.new({}).name)
        party = self.archive(partner=self.partner("西安示例有限公司"))
        with freeze_time("2026-03-05 02:00:00"):
            item = items.new({"archive_id": party.id})
            self.assertEqual(item.name, "西安示例有限公司_2026-03-05")

    def test_uploaded_file_is_adopted(self):
        """As the browser does it: first the upload, then the link."""
        archive = self.archive()
        item = self._item(archive, "license")
        upload = (
            self.env["ir.attachment"]
            .with_user(self.users["sales"])
            .create(
                {
                    "name": "licence.pdf",
                    "raw": b"%PDF-1.4",
                    "res_model": item._name,
                    "res_id": 0,
                }
            )
        )
        item.attachment_ids = [Command.link(upload.id)]
        self.assertEqual((upload.res_model, upload.res_id), (item._name, item.id))

    def test_foreign_attachment_is_not_adopted(self):
        other = self.collect(self.archive("sales_other"))
        theirs = other.document_ids.attachment_ids[0]
        item = self._item(self.archive(), "license")
        with self.assertRaises(AccessError):
            item.attachment_ids = [Command.link(theirs.id)]

    def test_stays_open_until_it_is_saved(self):
        """A5: of a file on record, what is attached closes nothing of its form yet."""
        file = self.registered()
        sales, items = self.users["sales"], self.env["customer.archive.document"]
        licence = self.env.ref("customer_archive.document_type_license")
        files = self.env["ir.attachment"].with_user(sales)
        values = {"name": "营业执照.txt", "raw": b"scan", "res_model": items._name}
        new = items.with_user(sales).with_context(default_archive_id=file.id)
        known = self._item(file, "iso")
        for record in (new, known.with_user(sales)):
            with (
                self.subTest(record),
                Form(
                    record, "customer_archive.view_customer_archive_document_form"
                ) as form,
            ):
                if not record:
                    form.type_id = licence
                form.attachment_ids.add(files.create(values))
                form.number = file.partner_id.vat
                form.form = "stamped"
                form.valid_until = "2037-03-31"
            self.assertTrue(form.record.is_locked)
            self.assertEqual(str(form.record.valid_until), "2037-03-31")

    def test_original_stays_as_received(self):
        """A11: the electronic original is kept unchanged once the file is submitted."""
        archive = self.submitted()
        attachment = archive.document_ids.attachment_ids[0]
        before = attachment.checksum
        for user in (self.users["sales"], self.env.ref("base.user_root")):
            for values in (
                {"raw": b"other"},
                {"name": "x"},
                {"res_id": 0},
                {"datas": base64.b64encode(b"other")},
            ):
                with (
                    self.subTest(f"{user.login} {values}"),
                    self.assertRaises(UserError),
                ):
                    attachment.with_user(user).sudo().write(values)
            with self.assertRaises(UserError):
                attachment.with_user(user).sudo().unlink()
        self.assertEqual((attachment.checksum, attachment.raw), (before, b"scan"))
        with self.assertRaises(UserError):
            self.env["ir.attachment"].create(
                {
                    "name": "late",
                    "raw": b"x",
                    "res_model": attachment.res_model,
                    "res_id": attachment.res_id,
                }
            )

    def test_agrees_with_the_original(self):
        """A11: who compared the copy with the original, and when."""
        archive = self.submitted()
        item = archive.document_ids.filtered("is_received")[0]
        blank = archive.document_ids.filtered(lambda each: not each.is_received)[0]
        compliance = self.users["compliance"]
        with self.assertRaisesRegex(UserError, "hasn't been received"):
            blank.with_user(compliance).action_check_original()
        item.with_user(compliance).action_check_original()
        self.assertEqual(
            (item.agrees_with_original, item.checked_by_id), (True, compliance)
        )
        self.assertTrue(item.checked_on)
        with self.assertRaisesRegex(
            UserError, "already been compared by Test compliance"
        ):
            item.with_user(compliance).action_check_original()
        other = self.submitted().document_ids.filtered("is_received")[0]
        for role in ("auditor", "archivist", "finance"):
            with self.subTest(role), self.assertRaises(AccessError):
                other.with_user(self.users[role]).action_check_original()

    def test_other_copies_are_compared_anew(self):
        archive = self.collect(self.archive())
        item = self._item(archive, "license")
        item.action_check_original()
        with self.assertRaisesRegex(UserError, "stays as it was received"):
            item.attachment_ids[0].raw = b"exchanged"
        item.attachment_ids = [Command.create({"name": "second.pdf", "raw": b"%PDF"})]
        self.assertFalse(item.agrees_with_original or item.checked_by_id)

    def test_items_belong_to_their_file(self):
        item = self._item(self.archive(), "license")
        with self.assertRaisesRegex(UserError, "can't be moved between files"):
            item.archive_id = self.archive()

    def test_recorded_facts_are_not_written(self):
        item = self._item(self.archive(), "license")
        for values in (
            {"agrees_with_original": True},
            {"checked_by_id": self.env.uid},
            {"received_on": "2020-01-01"},
            {"due_date": "2099-01-01"},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                item.write(values)

    def test_numbers_and_dates_are_checked(self):
        """A14"""
        item = self._item(self.archive(), "license")
        with self.assertRaisesRegex(ValidationError, "one character is mistyped"):
            item.number = "91110000600037341M"
        item.number = "91110000600037341L"
        with self.assertRaisesRegex(ValidationError, "in the future"):
            item.issue_date = "2099-01-01"
        with self.assertRaisesRegex(ValidationError, "can't be before the issue"):
            item.write({"issue_date": "2020-02-01", "valid_until": "2020-01-01"})

    def test_number_of_another_licence_is_noticed(self):
        archive = self.collect(self.archive())
        self._item(archive, "license").number = "91110000600037341L"
        with self.assertRaisesRegex(UserError, "differs from the credit code"):
            archive.action_submit()

    def test_paper_without_end(self):
        archive = self.collect(self.archive(relation_stage="cooperating"))
        item = self._item(archive, "power")
        item.valid_until = False
        item.is_endless = True
        archive.action_submit()
        self.assertEqual(archive.state, "review")

    def test_numbers_of_identity_papers_show_their_end_only(self):
        item = self._item(self.archive(), "legal_id")
        item.number = "360426199101010071"
        self.assertEqual(item.shown_number, "**************0071")

    def test_account_manager_does_not_check_during_the_review(self):
        item = self.submitted().document_ids.filtered("is_received")[0]
        with self.assertRaises(AccessError):
            item.with_user(self.users["sales"]).action_check_original()

    def test_identity_number_is_never_repeated_in_a_message(self):
        person = self.env["res.partner"].create(
            {"name": "Test Person", "phone": "13900000003"}
        )
        archive = self.archive(
            partner=person, category=self.env.ref("customer_archive.category_person")
        )
        item = self._item(archive, "person_id")
        with self.assertRaises(ValidationError) as caught:
            item.number = "360426199101010072"
        self.assertNotIn("3604", str(caught.exception))
