from datetime import date

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ArchiveCase

RULES = "odoo.addons.base.models.ir_rule"
ACCESS = "odoo.addons.base.models.ir_model"


@tagged("post_install", "-at_install")
@freeze_time("2027-03-01 02:00:00")
class TestCustomerArchiveAgreement(ArchiveCase, TransactionCase):
    """A6: agreements as records, linked to the ERP's own orders; A19: papers first.

    Requirement A20.
    """

    def agree(self, archive, role="sales", **values):
        model = self.env["customer.archive.agreement"].with_user(self.users[role])
        return model.create(
            {
                "archive_id": archive.id,
                "kind": "sales",
                "date_start": "2027-01-01",
                "date_end": "2027-12-31",
                "amount": 120000,
                "content": "Castings, 10 t a month",
                "delivery_terms": "Ex works",
                "settlement": "30 days after delivery",
                **values,
            }
        )

    def order(self, partner, model="sale.order", **values):
        return self.env[model].create(
            {"partner_id": partner.id, "user_id": self.users["sales"].id, **values}
        )

    def test_whose_they_are(self):
        """Finding 13: account manager and head their own, finance and legal all."""
        file = self.registered()
        signing = {
            "sales": True,
            "head": True,
            "finance": True,
            "legal": True,
            "sales_other": False,
            "purchase_head": False,
            "clerk": False,
            "management": False,
            "archivist": False,
            "admin": False,
        }
        for role, may in signing.items():
            agreement = self.agree(file).with_user(self.users[role])
            with self.subTest(role), mute_logger(RULES, ACCESS):
                if not may:
                    for method in ("submit", "open_signing", "sign"):
                        with self.assertRaises(AccessError):
                            getattr(agreement, f"action_{method}")()
                    self.sign(agreement.with_user(self.users["sales"]))
                    for method, args in (("renew", ()), ("terminate", ("x",))):
                        with self.assertRaises(AccessError):
                            getattr(agreement, f"action_{method}")(*args)
                    continue
                self.sign(agreement)
                agreement.action_renew()
                agreement.action_terminate("Both agreed")
                self.assertEqual(agreement.state, "terminated")

    def test_any_file_is_offered(self):
        """A new one has no company yet, which mustn't narrow the list of files."""
        told = self.env["customer.archive.agreement"].fields_get(["archive_id"])
        self.assertFalse(told["archive_id"]["domain"])

    def test_numbers(self):
        file = self.registered()
        one, two = self.agree(file), self.agree(file, name="HT-7")
        self.assertRegex(one.name, r"^XY-2027-\d{4}$")
        self.assertEqual(two.name, "HT-7")
        with (
            self.assertRaisesRegex(Exception, "agreement with this number|unique"),
            mute_logger("odoo.sql_db"),
        ):
            self.agree(file, name="HT-7")
            self.env.flush_all()
        self.assertEqual(
            (one.partner_id, one.company_id, one.department_id, one.user_id),
            (
                file.partner_id,
                self.company,
                self.departments["sales"],
                self.users["sales"],
            ),
        )

    def test_dates(self):
        file = self.registered()
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.agree(file, date_end="2026-12-31")
            self.env.flush_all()
        with self.assertRaisesRegex(UserError, "the start and end dates"):
            self.complete(self.agree(file, date_end=False)).action_submit()
        endless = self.sign(self.agree(file, date_end=False, is_endless=True))
        self.assertEqual((endless.state, endless.validity_date), ("signed", False))

    def test_orders_are_those_of_the_party(self):
        file = self.registered()
        contact = file.partner_id.child_ids[0]
        own, of_contact = self.order(file.partner_id), self.order(contact)
        foreign = self.order(self.partner("Somebody Else Ltd"))
        bought = self.order(file.partner_id, "purchase.order")
        agreement = self.agree(file)
        agreement.sale_order_ids = own | of_contact
        agreement.sudo().purchase_order_ids = bought
        self.assertEqual(
            (agreement.sale_order_count, agreement.purchase_order_count), (2, 1)
        )
        action = agreement.action_open_sales()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, own | of_contact)
        with self.assertRaises(AccessError):
            agreement.action_open_purchases()
        with self.assertRaisesRegex(ValidationError, "isn't an order of"):
            agreement.sale_order_ids = foreign
        other = self.env["res.company"].create({"name": "Other Ltd"})
        self.env.user.company_ids += other
        abroad = self.order(file.partner_id, company_id=other.id)
        with self.assertRaisesRegex(ValidationError, "isn't an order of"):
            agreement.sudo().sale_order_ids = abroad
        # Who sees no orders in the ERP sees how many there are.
        seen = agreement.with_user(self.users["auditor"])
        self.assertEqual(seen.sale_order_count, 2)
        with self.assertRaises(AccessError):
            seen.read(["sale_order_ids"])

    def test_papers_and_signatory_are_of_the_file(self):
        file, other = self.registered(), self.registered()
        agreement = self.agree(file)
        agreement.document_ids = file.document_ids[:1]
        with self.assertRaisesRegex(
            ValidationError, "items of the agreement's own file"
        ):
            agreement.document_ids = other.document_ids[:1]
        agreement.their_signatory_id = file.partner_id.child_ids[0]
        with self.assertRaisesRegex(ValidationError, "isn't a contact of"):
            agreement.their_signatory_id = other.partner_id.child_ids[0]

    def test_signed_ones_are_locked_but_for_remarks_and_orders(self):
        file = self.registered()
        agreement = self.agree(file)
        agreement.amount = 130000
        self.sign(agreement)
        self.assertEqual(
            (agreement.state, agreement.signed_on), ("signed", date(2027, 3, 1))
        )
        for values in (
            {"amount": 1},
            {"date_end": "2030-01-01"},
            {"content": "x"},
            {"name": "x"},
            {"document_ids": [Command.link(file.document_ids[0].id)]},
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "is locked"):
                agreement.write(values)
        agreement.note = "Original is with legal"
        agreement.sale_order_ids = self.order(file.partner_id)
        with self.assertRaisesRegex(UserError, "can't be deleted"):
            agreement.unlink()
        with self.assertRaisesRegex(UserError, "not possible in this status"):
            agreement.action_sign()
        for values in (
            {"state": "draft"},
            {"validity_date": False},
            {"waived_on": "2027-01-01"},
            {"renewed_by_id": agreement.id},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                agreement.write(values)
        log = self.env["customer.archive.log"].search(
            [("model", "=", agreement._name), ("res_id", "=", agreement.id)]
        )
        self.assertIn(
            ("state", "approved > signed"), log.mapped(lambda r: (r.event, r.detail))
        )
        self.agree(file).unlink()

    def test_terminate(self):
        agreement = self.agree(self.registered())
        with self.assertRaisesRegex(UserError, "not possible in this status"):
            agreement.action_terminate("Breach")
        self.sign(agreement)
        with self.assertRaisesRegex(UserError, "Enter (a|the) reason"):
            agreement.action_terminate(" ")
        dialog = self.env["customer.archive.terminate"].with_user(self.users["sales"])
        context = agreement.action_open_termination()["context"]
        dialog.with_context(**context).create({"reason": "Breach"}).action_terminate()
        self.assertEqual(
            (agreement.state, agreement.terminated_on, agreement.termination_reason),
            ("terminated", date(2027, 3, 1), "Breach"),
        )
        self.assertFalse(agreement.validity_date)
        with self.assertRaisesRegex(UserError, "not possible in this status"):
            agreement.action_renew()

    def test_renew(self):
        file = self.registered()
        for start, end, following in (
            ("2027-01-01", "2027-12-31", ("2028-01-01", "2028-12-31")),
            ("2027-02-15", "2027-08-14", ("2027-08-15", "2028-02-14")),
            ("2027-03-01", "2027-03-10", ("2027-03-11", "2027-03-20")),
        ):
            agreement = self.sign(self.agree(file, date_start=start, date_end=end))
            draft = agreement.browse(agreement.action_renew()["res_id"])
            self.assertEqual(
                (str(draft.date_start), str(draft.date_end)), following, (start, end)
            )
            self.assertEqual((draft.state, draft.amount), ("draft", 120000))
            self.assertEqual(
                (draft.renews_id, agreement.renewed_by_id), (agreement, draft)
            )
            self.assertNotEqual(draft.name, agreement.name)
            # It is renewed once that is signed.
            self.assertNotEqual(agreement.validity_state, "renewed")
            with self.assertRaisesRegex(UserError, "already"):
                agreement.action_renew()
            with self.assertRaisesRegex(UserError, "hasn't been approved"):
                draft.action_sign()
            self.sign(draft)
            self.assertEqual(agreement.validity_state, "renewed")
            self.assertFalse(agreement.validity_date)
        # A draft that is given up can be made again.
        agreement = self.sign(self.agree(file))
        agreement.browse(agreement.action_renew()["res_id"]).unlink()
        self.env.invalidate_all()
        self.assertTrue(agreement.action_renew())

    def test_ends_by_itself(self):
        agreement = self.sign(self.agree(self.registered(), date_end="2027-03-10"))
        for day, state in (("2027-03-10", "signed"), ("2027-03-11", "ended")):
            with freeze_time(f"{day} 02:00:00"), self.enter_registry_test_mode():
                self.env.ref("customer_archive.cron_validity").method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(agreement.state, state)

    # A19

    def test_papers_of_a_supplier_come_first(self):
        file = self.registered("purchase")
        agreement = self.agree(file, "purchase", kind="purchase")
        license_, power = (
            self.env.ref(f"customer_archive.document_type_{name}")
            for name in ("license", "power")
        )
        file.relation_stage = "intended"
        file.relation_stage = "cooperating"
        self.approve_terms(agreement).action_open_signing()
        with self.assertRaisesRegex(
            UserError, r"request from Test Party Ltd \(.*\):"
        ) as error:
            agreement.action_sign()
        told = str(error.exception)
        self.assertIn(f"• {power.name}: missing", told)
        self.assertNotIn(license_.name, told)
        self.assertNotIn("Cooperation agreement", told)
        self.collect(file)
        item = file.document_ids.filtered(lambda each: each.type_id == power)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive_document SET valid_until = %s WHERE id = %s",
            ["2027-02-28", item.id],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, f"• {power.name} expired on 2027-02-28"):
            agreement.action_sign()
        clerk = self.users["clerk"]
        item.with_user(clerk).copy({"is_paper": True, "valid_until": "2027-03-01"})
        agreement.action_sign()
        self.assertEqual(agreement.state, "signed")

    def test_customers_are_asked_for_nothing(self):
        file = self.registered()
        file.relation_stage = "intended"
        file.relation_stage = "cooperating"
        self.assertTrue(file.missing_type_ids)
        agreement = self.sign(self.agree(file))
        self.assertEqual(agreement.state, "signed")

    def test_sample_appraisal_where_the_category_says_so(self):
        category = self.env.ref("customer_archive.category_raw_material")
        sample = self.env.ref("customer_archive.document_type_sample_appraisal")
        self.assertTrue(category.needs_sample_appraisal)
        self.assertIn(sample, category.document_type_ids)
        file = self.registered("purchase", category=category)
        agreement = self.agree(file, "purchase", kind="purchase")
        self.approve_terms(agreement).action_open_signing()
        with self.assertRaisesRegex(UserError, "• Sample appraisal: missing"):
            agreement.action_sign()
        item = file.document_ids.filtered(lambda each: each.type_id == sample)
        item.with_user(self.users["clerk"]).is_paper = True
        agreement.action_sign()
        self.assertEqual(agreement.state, "signed")

    # Who

    @mute_logger(RULES, ACCESS)
    def test_who_reads_and_writes(self):
        file = self.registered()
        agreement = self.agree(file)
        readers = {
            *("sales", "head", "clerk", "compliance", "archivist", "finance"),
            *("legal", "management", "auditor", "admin"),
        }
        for role in self.users.keys() - {"portal", "employee"}:
            with self.subTest(role):
                seen = agreement.with_user(self.users[role])
                self.assertEqual(seen.has_access("read"), role in readers)
                writes = role in ("sales", "head", "finance", "legal")
                self.assertEqual(seen.has_access("write"), writes)
                if role in ("head", "finance", "legal"):
                    self.sign(self.agree(file, role))
                else:
                    with self.assertRaises(AccessError):
                        seen.action_sign() if not writes else self.agree(
                            self.archive("sales_other"), role
                        )
        as_system(file.sudo()).security_level = "secret"
        for role in ("finance", "legal"):
            seen = agreement.with_user(self.users[role])
            self.assertFalse(seen.has_access("read"))
        self.assertTrue(
            agreement.with_user(self.users["management"]).has_access("read")
        )

    def test_closed_files_stay_as_they_are(self):
        file = self.registered()
        agreement = self.agree(file)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive SET state = 'closed' WHERE id = %s", [file.id]
        )
        self.env.invalidate_all()
        for change in (
            lambda: self.agree(file),
            lambda: agreement.write({"note": "x"}),
            agreement.action_sign,
        ):
            with self.assertRaisesRegex(UserError, "is locked|locked"):
                change()

    def test_on_the_file(self):
        file = self.registered()
        agreement = self.agree(file)
        self.assertEqual((file.agreement_ids, file.agreement_count), (agreement, 1))
        action = file.action_open_agreements()
        self.assertEqual(self.env[agreement._name].search(action["domain"]), agreement)
        with self.assertRaises(UserError):
            file.agreement_ids = [Command.create({"name": "x"})]
        with self.assertRaises(AccessError):
            self.archive().agreement_ids = [Command.create({"name": "x"})]
        self.assertEqual(agreement.action_open_file()["res_id"], file.id)
        with self.assertRaisesRegex(UserError, "can't be moved to another file"):
            agreement.archive_id = self.registered()
