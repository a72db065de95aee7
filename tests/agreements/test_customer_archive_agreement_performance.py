from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from .agreements_case import AGREEMENT, AgreementsCase

PERFORMANCE = f"{AGREEMENT}.performance"
RULES = "odoo.addons.base.models.ir_rule"
ACCESS = "odoo.addons.base.models.ir_model"


@tagged("post_install", "-at_install")
@freeze_time("2027-03-01 02:00:00")
class TestCustomerArchiveAgreementPerformance(AgreementsCase, TransactionCase):
    """A6: how agreements were kept, entry by entry 合作履约记录."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-03-01 02:00:00"):
            cls.agreement = cls.sign(cls.agree())

    def note(self, role="sales", **values):
        model = self.env[PERFORMANCE].with_user(self.users[role])
        return model.create(
            {
                "agreement_id": self.agreement.id,
                "kind": "delivered",
                "description": "二月铸件按期交齐",
                **values,
            }
        )

    def test_on_the_agreement_and_the_file(self):
        late = self.note(kind="delivered_late", date="2027-02-20")
        entry = self.note(date="2027-02-28")
        self.assertEqual(entry.user_id, self.users["sales"])
        self.assertEqual(entry.archive_id, self.file)
        self.assertEqual(self.agreement.performance_ids, entry | late)
        self.assertEqual(self.file.performance_ids, entry | late)
        self.assertEqual(
            self.agreement.performance_summary, "Delivered on time 1, Delivered late 1"
        )

    def test_by_the_forms(self):
        with Form(self.agreement) as form, form.performance_ids.new() as entry:
            entry.kind = "paid_late"
            entry.description = "货款晚付 12 天"
        entry = self.agreement.performance_ids
        self.assertEqual((entry.kind, str(entry.date)), ("paid_late", "2027-03-01"))
        with self.assertRaises(AssertionError):
            Form(entry).description = "x"

    def test_once_it_is_signed(self):
        draft = self.agree()
        approved = self.approve_terms(self.agree())
        for agreement in (draft, approved):
            with self.assertRaisesRegex(ValidationError, "isn't signed yet"):
                self.note(agreement_id=agreement.id)
        ended = self.sign(self.agree())
        ended.action_terminate("x")
        self.note(agreement_id=ended.id, kind="breach")

    def test_never_altered(self):
        """Not by its author, not by way of the agreement, and not as superuser."""
        entry = self.note()
        for role in ("sales", "head", "finance", "legal", "management", "admin"):
            own = self.by(entry, role)
            for way in (
                lambda own=own: own.write({"description": "x"}),
                lambda own=own: own.write({"kind": "breach"}),
                lambda own=own: own.write({"agreement_id": self.agreement.id}),
                own.unlink,
            ):
                with (
                    self.subTest(role),
                    mute_logger(ACCESS, RULES),
                    self.assertRaises(AccessError),
                ):
                    way()
        for command in (
            Command.update(entry.id, {"description": "x"}),
            Command.delete(entry.id),
            Command.clear(),
            Command.set([]),
        ):
            with mute_logger(ACCESS, RULES), self.assertRaises(AccessError):
                self.agreement.write({"performance_ids": [command]})
        with self.assertRaisesRegex(AccessError, "stay as they are"):
            entry.sudo().write({"description": "x"})
        self.assertEqual(entry.description, "二月铸件按期交齐")

    def test_corrected_by_another(self):
        entry = self.note(kind="breach")
        self.assertFalse(entry.is_corrected)
        again = self.note("legal", corrects_id=entry.id)
        self.assertTrue(entry.is_corrected)
        self.assertEqual(self.agreement.performance_summary, "Delivered on time 1")
        other = self.sign(self.agree())
        with self.assertRaisesRegex(ValidationError, "of the same agreement"):
            self.note(agreement_id=other.id, corrects_id=again.id)

    def test_who_adds_and_who_reads(self):
        entry = self.note()
        adds = {"sales", "head", "finance", "legal"}
        reads = {*adds, "clerk", "compliance", "archivist", "management", "auditor"}
        for role in self.users.keys() - {"portal", "employee"}:
            with self.subTest(role), mute_logger(RULES, ACCESS):
                own = self.by(entry, role)
                self.assertEqual(own.has_access("read"), role in {*reads, "admin"})
                if role in adds:
                    self.assertEqual(self.note(role).user_id, self.users[role])
                else:
                    with self.assertRaises(AccessError):
                        self.note(role)

    def test_nobody_writes_for_another(self):
        for values in (
            {"user_id": self.users["legal"].id},
            {"archive_id": self.registered().id},
        ):
            with self.assertRaises(AccessError):
                self.note(**values)
        copy = self.by(self.note(), "legal").copy()
        self.assertEqual(copy.user_id, self.users["legal"])

    def test_days_and_orders(self):
        with self.assertRaisesRegex(ValidationError, "in the future"):
            self.note(date="2027-03-02")
        orders = self.env["sale.order"]
        own = orders.create({"partner_id": self.file.partner_id.id})
        foreign = orders.create({"partner_id": self.partner("别家有限公司").id})
        self.assertEqual(self.note(sale_order_id=own.id).sale_order_id, own)
        with self.assertRaisesRegex(ValidationError, "isn't an order of"):
            self.note(sale_order_id=foreign.id)

    def test_closed_files_stay_as_they_are(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive SET state = 'closed' WHERE id = %s", [self.file.id]
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "is locked"):
            self.note()
