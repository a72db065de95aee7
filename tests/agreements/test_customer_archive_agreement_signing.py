from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .agreements_case import AGREEMENT, AgreementsCase

RULES = "odoo.addons.base.models.ir_rule"
SIGNING = "customer.archive.signing"
BEFORE = "before signing"


@tagged("post_install", "-at_install")
@freeze_time("2027-03-01 02:00:00")
class TestCustomerArchiveAgreementSigning(AgreementsCase, TransactionCase):
    """C8: whoever records a signing was shown the party's file before."""

    def setUp(self):
        super().setUp()
        self.agreement = self.approve_terms(self.agree())

    def dialog(self, role="sales"):
        action = self.by(self.agreement, role).action_open_signing()
        self.assertEqual(action["res_model"], SIGNING)
        model = self.env[SIGNING].with_user(self.users[role])
        return model.with_context(**action["context"])

    def test_by_dialog(self):
        form = Form(self.dialog())
        self.assertEqual(form.archive_state, "On Record")
        self.assertEqual(form.completeness, self.file.completeness)
        form.save().action_sign()
        self.assertEqual(self.agreement.state, "signed")
        self.assertEqual(self.agreement.consulted_by_id, self.users["sales"])

    def test_recorded(self):
        """Who, when and for which agreement; also of one's own file."""
        self.dialog("finance")
        self.dialog()
        shown = [(who, what) for who, what in self.recorded(self.agreement, "open")]
        self.assertEqual(shown, [("t_finance", BEFORE), ("t_sales", BEFORE)])
        row = self.env["customer.archive.log"].search(
            [("model", "=", AGREEMENT), ("detail", "=", BEFORE)], limit=1
        )
        self.assertEqual(row.archive_id, self.file)
        self.assertTrue(row.summary)

    def test_not_without_and_not_by_another(self):
        with self.assertRaisesRegex(UserError, "样本铸件有限公司 first"):
            self.agreement.action_sign()
        self.dialog()
        for role in ("head", "finance", "legal"):
            with (
                self.subTest(role),
                self.assertRaisesRegex(UserError, "look at the file"),
            ):
                self.by(self.agreement, role).action_sign()
        # Whoever looks later signs, and who looked before looks again.
        self.dialog("finance")
        with self.assertRaisesRegex(UserError, "look at the file"):
            self.agreement.action_sign()
        self.by(self.agreement, "finance").action_sign()

    def test_nobody_writes_that_they_looked(self):
        values = {"consulted_by_id": self.users["sales"].id}
        with self.assertRaises(AccessError):
            self.agreement.write(values)
        with self.assertRaises(AccessError):
            self.agree(**values)
        with self.assertRaises(AccessError):
            self.agree(approved_on="2027-03-01 00:00:00")

    def test_a_dialog_alone_is_no_look(self):
        """One that is made by hand neither records nor signs."""
        model = self.env[SIGNING].with_user(self.users["sales"])
        dialog = model.create({"agreement_id": self.agreement.id})
        with self.assertRaisesRegex(UserError, "look at the file"):
            dialog.action_sign()

    def test_what_is_shown(self):
        self.file.relation_stage = "intended"
        self.file.relation_stage = "cooperating"
        license_, power = (
            self.env.ref(f"customer_archive.document_type_{name}")
            for name in ("license", "power")
        )
        item = self.file.document_ids.filtered(lambda each: each.type_id == license_)
        self.write_date(item, "2027-02-28")
        make = as_system(self.env["customer.archive.doubt"].sudo())
        make.create({"archive_id": self.file.id, "kind": "premises"})
        dialog = self.dialog().create({})
        self.assertEqual(dialog.licence, "Expired on 2027-02-28")
        self.assertIn(f"{license_.name}, on 2027-02-28", dialog.expired_papers)
        self.assertIn(power.name, dialog.missing_papers)
        self.assertEqual(
            dialog.open_doubts, "• Business at another address, without proof"
        )
        self.assertEqual(dialog.registry_check, "Never looked up")
        self.assertEqual(dialog.relation_stage, "Cooperating")
        self.write_date(item, "2027-03-01")
        self.assertEqual(self.dialog().create({}).licence, "Valid until 2027-03-01")
        self.write_date(item, None)
        self.assertIn("without its end date", self.dialog().create({}).licence)
        self.env.cr.execute(
            "UPDATE customer_archive_document SET is_endless = TRUE WHERE id = %s",
            [item.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.dialog().create({}).licence, "Valid indefinitely")
        self.env.cr.execute(
            "UPDATE customer_archive_document SET is_complete = FALSE WHERE id = %s",
            [item.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.dialog().create({}).licence, "None in the file")

    def write_date(self, item, day):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive_document SET valid_until = %s, is_endless = FALSE"
            " WHERE id = %s",
            [day, item.id],
        )
        self.env.invalidate_all()

    def test_registry_check(self):
        values = {
            "archive_id": self.file.id,
            "licence_status": "active",
            "abnormal_listing": "no",
            "dishonest_listing": "no",
            "document_id": self.file.document_ids[0].id,
            "user_id": self.users["compliance"].id,
        }
        make = as_system(self.env["customer.archive.registry.check"].sudo())
        make.create({**values, "date": "2027-01-01", "valid_until": "2027-01-31"})
        dialog = self.dialog().create({})
        self.assertEqual(
            dialog.registry_check, "2027-01-01: Nothing found; no longer counts"
        )
        make.create({**values, "date": "2027-02-20", "valid_until": "2027-03-20"})
        dialog = self.dialog().create({})
        self.assertEqual(dialog.registry_check, "2027-02-20: Nothing found")

    def test_shown_to_readers_of_the_file_alone(self):
        """Who decides on an agreement needn't see the file."""
        step = self.env.ref("customer_archive.step_agreement_legal")
        lawyer = self.users["sales_other"]
        step.write({"approver": "user", "user_ids": [(6, 0, lawyer.ids)]})
        self.agreement.action_revise("x")
        self.agreement.action_submit()
        model = self.env[SIGNING].with_user(lawyer)
        form = Form(model.with_context(default_agreement_id=self.agreement.id))
        self.assertFalse(form.archive_name)
        self.assertFalse(form.licence)
        self.assertFalse(form.completeness)

    def test_of_others_dialogs_and_agreements(self):
        model = self.env[SIGNING].with_user(self.users["sales_other"])
        with mute_logger(RULES), self.assertRaises(AccessError):
            model.create({"agreement_id": self.agreement.id})
        with mute_logger(RULES), self.assertRaises(AccessError):
            Form(model.with_context(default_agreement_id=self.agreement.id))
