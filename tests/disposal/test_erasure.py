"""What a destruction leaves of a file and of its party, and what it doesn't touch."""

import json
import os
from pathlib import Path

from odoo import Command
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.customer_archive_guard import is_ours
from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.models.disposal import erasure_table

from ..copies.papers_case import plain_paper
from .disposal_case import DisposalCase


@tagged("post_install", "-at_install")
class TestErasureTable(TransactionCase):
    """Whatever holds text or refers to a file is in the table, so that it is erased."""

    def models(self):
        for name, model in self.env.items():
            # Dialogs are removed by themselves within the day.
            if is_ours(name) and not (model._abstract or model._transient):
                yield name, model

    def test_every_model_is_in_one_of_the_tables(self):
        for name, model in self.models():
            fields = model._fields.values()
            told = any(
                field.type in erasure_table.TEXTS
                or field.comodel_name == "customer.archive"
                for field in fields
                if field.store
            )
            with self.subTest(name):
                if name in erasure_table.NOT_OF_FILES:
                    self.assertNotIn(name, erasure_table.OF_FILES)
                elif told:
                    self.assertIn(name, erasure_table.OF_FILES)

    def test_the_tables_name_what_exists(self):
        for name, model in self.models():
            spec = erasure_table.OF_FILES.get(name)
            if spec is None:
                continue
            with self.subTest(name):
                self.assertIn(spec.path.split(".")[0], model._fields)
                for field in getattr(spec, "also", ()):
                    self.assertIn(field, model._fields)

    def test_what_refers_to_a_file_is_not_configuration(self):
        exempt = {"customer.archive.log"}
        for name, model in self.models():
            refers = any(
                field.store and field.comodel_name == "customer.archive"
                for field in model._fields.values()
            )
            if refers and name not in exempt:
                with self.subTest(name):
                    self.assertIn(name, erasure_table.OF_FILES)


@tagged("post_install", "-at_install")
class TestErasure(DisposalCase, TransactionCase):
    """Requirement F5: a trace remains, and nothing personal."""

    def planted(self, **values):
        """Return a closed file full of personal values, and these values."""
        file = self.registered(
            partner=self.partner(
                "Zhang Planted Trading",
                phone="021-77770001",
                email="planted@party.example",
                street="77 Planted Road",
                comment="Planted remark",
                registered_address="78 Planted Road",
            ),
            **values,
        )
        own = file.sudo()
        as_system(self.env["res.partner.bank"].sudo()).create(
            {"partner_id": own.partner_id.id, "acc_number": "6222000077770002"}
        )
        file.write({"note": "Planted note", "main_products": "Planted products"})
        file.message_post(body="Planted message", subtype_xmlid="mail.mt_note")
        plain_paper(file, "planted.txt", b"Planted attachment")
        self.env["customer.archive.secret"].with_user(self.users["sales"]).create(
            {
                "archive_id": file.id,
                "kind": "passport",
                "label": "Planted holder",
                "value": "PLANTED77",
            }
        )
        consultation = self.env["customer.archive.consultation"]
        consultation = self.by(consultation, "sales_other").create(
            {
                "partner_id": own.partner_id.id,
                "purpose": "Planted purpose",
                "scope": "file",
            }
        )
        consultation.action_submit()
        self.by(consultation, "head").action_approve("Planted comment")
        agreement = self.env["customer.archive.agreement"].create(
            {
                "archive_id": file.id,
                "content": "Planted content",
                "note": "Planted terms",
            }
        )
        self.assertTrue(agreement)
        self.by(file, "legal").action_hold("legal", "Planted claim", "Planted case")
        self.by(own.hold_ids, "compliance").action_lift("Planted settlement")
        [application] = self.apply_to_close(file, reason="Planted reason")
        self.by(application, "head").action_approve("Planted closing")
        self.assertEqual(file.state, "closed")
        return file

    def stored(self, file):
        """Return the paths of the stored copies of a file."""
        attachments = self.env["ir.attachment"].sudo()
        copies = file.sudo().document_ids.attachment_ids
        copies |= file.sudo().message_ids.attachment_ids
        return [
            Path(attachments._full_path(each.store_fname))
            for each in copies
            if each.store_fname
        ]

    def destroy(self, file):
        own = file.sudo()
        own._erase("list TEST")
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive.cron_retention").method_direct_trigger()
        self.env.invalidate_all()
        return own

    def everything(self):
        """Return all text of the tables that say anything of files or parties."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema ="
            " 'public' AND (table_name LIKE 'customer_archive%%' OR table_name IN"
            " ('res_partner', 'res_partner_bank', 'mail_message', 'ir_attachment',"
            " 'mail_tracking_value', 'mail_activity', 'mail_mail'))"
            " AND table_type = 'BASE TABLE'"
        )
        texts = []
        for (table,) in self.env.cr.fetchall():
            # Notes not sealed yet go with the sealing; here nothing is committed.
            columns = "to_jsonb(t)" + (
                " - 'note'" if table == "customer_archive_log" else ""
            )
            self.env.cr.execute(f"SELECT ({columns})::text FROM {table} t")
            texts += [f"{table} {text}" for (text,) in self.env.cr.fetchall()]
        return texts

    def test_nothing_personal_is_left(self):
        file = self.planted()
        planted = ("lanted", "PLANTED77", "77770001", "77770002")
        told = [text for text in self.everything() if "lanted" in text]
        self.assertGreater(len(told), 5)
        party, number = file.sudo().partner_id, file.name
        contacts = party.child_ids
        self.destroy(file)
        found = [
            text
            for text in self.everything()
            if any(value in text for value in planted)
            and not text.startswith("customer_archive_dispose ")
        ]
        self.assertEqual(found, [])
        self.assertIn(number, party.name)
        self.assertFalse(party.active)
        self.assertFalse(any(contacts.mapped("phone")))
        self.assertFalse(party.legal_representative_id)

    def test_a_trace_remains(self):
        file = self.planted()
        number, opened = file.name, file.sudo().opening_date
        key = file.sudo().key_id
        log = self.env["customer.archive.log"]
        before = log.search_count([("archive_id", "=", file.id)])
        own = self.destroy(file)
        self.assertEqual((own.state, own.name), ("destroyed", number))
        # Its party is called by the number, too, which is said once.
        self.assertEqual(own.display_name.count(number), 1)
        self.assertEqual(own.opening_date, opened)
        self.assertTrue(own.destroyed_on)
        self.assertGreater(log.search_count([("archive_id", "=", file.id)]), before)
        [erasure] = log.search([("archive_id", "=", file.id), ("event", "=", "erase")])
        self.assertIn("list TEST", erasure.detail)
        keystore = self.env["customer.archive.keyring"]._keystore()
        self.assertTrue(keystore.is_destroyed(key))
        self.assertFalse(own.erasure_pending)
        self.assertFalse(own.secret_ids)
        self.assertFalse(own.document_ids.attachment_ids)
        self.assertFalse(own.grant_ids)

    def test_stored_copies_are_overwritten_and_removed(self):
        file = self.planted()
        paths = self.stored(file)
        self.assertTrue(paths)
        self.assertTrue(all(path.is_file() for path in paths))
        # A second name of the same content on the disk shows what became of it.
        seen = []
        for index, path in enumerate(paths):
            link = path.with_name(f"seen-{index}")
            os.link(path, link)
            self.addCleanup(link.unlink)
            seen.append((link, path.read_bytes()))
        self.destroy(file)
        self.assertFalse(any(path.exists() for path in paths))
        for link, content in seen:
            self.assertEqual(link.stat().st_size, len(content))
            self.assertNotEqual(link.read_bytes(), content)

    def test_copies_that_others_use_stay(self):
        file = self.planted()
        content = b"Planted attachment"
        other = self.env["ir.attachment"].create({"name": "other", "raw": content})
        stored = file.sudo().message_ids.attachment_ids
        self.assertIn(other.store_fname, stored.mapped("store_fname"))
        self.destroy(file)
        self.assertEqual(other.raw, content)
        self.assertTrue(Path(other._full_path(other.store_fname)).is_file())

    def test_what_is_left_to_do_is_done_by_the_next_run(self):
        file = self.planted()
        paths, key = self.stored(file), file.sudo().key_id
        own = file.sudo()
        own._erase("list TEST")
        # As if the server had stopped here.
        self.env.flush_all()
        keystore = self.env["customer.archive.keyring"]._keystore()
        self.assertFalse(keystore.is_destroyed(key))
        self.assertTrue(all(path.is_file() for path in paths))
        self.assertEqual(json.loads(own.erasure_pending)["key"], key)
        self.run_cron()
        self.assertTrue(keystore.is_destroyed(key))
        self.assertFalse(any(path.exists() for path in paths))
        self.assertFalse(own.erasure_pending)

    # The party

    def test_documents_and_whom_they_name_stay(self):
        file = self.planted()
        party = file.sudo().partner_id
        buyer = party.child_ids.filtered(lambda child: child.function == "Buyer")
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)], limit=1
        )
        if not journal:
            self.env["account.chart.template"].try_loading("generic_coa", self.company)
            journal = self.env["account.journal"].search(
                [("type", "=", "sale"), ("company_id", "=", self.company.id)], limit=1
            )
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": party.id,
                "partner_shipping_id": buyer.id,
                "journal_id": journal.id,
                "invoice_line_ids": [
                    Command.create({"name": "Goods", "price_unit": 10, "tax_ids": []})
                ],
            }
        )
        invoice.action_post()
        payment = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        payment.create({})._create_payments()
        before = invoice.read(["name", "amount_total", "partner_id", "invoice_date"])
        self.destroy(file)
        self.assertEqual(
            invoice.read(["name", "amount_total", "partner_id", "invoice_date"]), before
        )
        self.assertEqual(party.name, "Zhang Planted Trading")
        self.assertEqual(party.street, "77 Planted Road")
        self.assertTrue(party.vat)
        self.assertFalse(party.phone or party.email or party.comment)
        self.assertFalse(party.registered_address)
        self.assertTrue(buyer.name.startswith("Buyer"))
        self.assertFalse(buyer.phone)
        partners = party.with_context(active_test=False)
        [legal] = partners.search([("parent_id", "=", party.id)]) - buyer
        self.assertNotIn("Legal", legal.name)
        self.assertFalse(party.with_context(active_test=False).bank_ids)

    def test_a_party_that_somebody_works_with_stays(self):
        file = self.planted()
        party = file.sudo().partner_id
        other = self.env["res.company"].create({"name": "Second Company"})
        self.env["customer.archive"].create(
            {
                "partner_id": party.id,
                "company_id": other.id,
                "category_id": self.buyer.id,
            }
        )
        self.destroy(file)
        self.assertEqual(party.phone, "021-77770001")
        self.assertTrue(party.active)
        self.assertEqual(party.bank_ids.acc_number, "6222000077770002")

    def test_a_user_stays(self):
        file = self.planted()
        party = file.sudo().partner_id
        portal = self.users["portal"]
        portal.partner_id.parent_id = party
        self.destroy(file)
        self.assertEqual(party.phone, "021-77770001")

    def test_copies_in_a_clear_attachment_are_gone(self):
        file = self.planted()
        attachment = plain_paper(file, "loose.txt", b"loose", linked=False)
        self.destroy(file)
        self.assertFalse(attachment.exists())
