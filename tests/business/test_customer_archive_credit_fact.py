from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from ..support.common import ArchiveCase
from .business_case import FACT

RULES = "odoo.addons.base.models.ir_rule"
ACCESS = "odoo.addons.base.models.ir_model"


@tagged("post_install", "-at_install")
@freeze_time("2027-03-01 02:00:00")
class TestCustomerArchiveCreditFact(ArchiveCase, TransactionCase):
    """A7: ratings and checks by others, with their source and day 信用信息."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.registered(partner=cls.partner("样本铸件有限公司")).sudo()

    def fact(self, role="sales", **values):
        return (
            self.env[FACT]
            .with_user(self.users[role])
            .create(
                {
                    "archive_id": self.file.id,
                    "kind": "rating",
                    "result": "AA",
                    "source": "样本行业协会",
                    "date": "2027-02-20",
                    **values,
                }
            )
        )

    def by(self, record, role):
        return record.with_user(self.users[role])

    def test_on_the_file(self):
        fact = self.fact()
        self.assertEqual(self.file.credit_fact_ids, fact)
        self.assertEqual(fact.partner_id, self.file.partner_id)
        self.assertEqual(fact.user_id, self.users["sales"])
        self.assertEqual(fact.display_name, "2027-02-20 Industry rating AA")

    def test_by_the_form(self):
        action = self.by(self.file, "finance").action_new_credit_fact()
        model = self.env[FACT].with_user(self.users["finance"])
        with Form(model.with_context(**action["context"])) as form:
            form.kind = "check"
            form.result = "无失信记录，建议账期不超过 30 天"
            form.source = "样本征信机构"
            form.document_id = self.file.document_ids[:1]
        self.assertEqual(str(form.record.date), "2027-03-01")
        with self.assertRaises(AssertionError):
            Form(form.record).result = "x"

    def test_never_altered(self):
        fact = self.fact()
        for role in ("sales", "head", "finance", "compliance", "admin"):
            own = self.by(fact, role)
            for way in (lambda own=own: own.write({"result": "AAA"}), own.unlink):
                with (
                    self.subTest(role),
                    mute_logger(ACCESS, RULES),
                    self.assertRaises(AccessError),
                ):
                    way()
        with self.assertRaisesRegex(AccessError, "stays as it is"):
            fact.sudo().write({"result": "AAA"})
        self.assertEqual(fact.result, "AA")

    def test_corrected_by_another(self):
        fact = self.fact()
        again = self.fact("finance", result="A", corrects_id=fact.id)
        self.assertTrue(fact.is_corrected)
        other = self.registered(partner=self.partner("别家有限公司"))
        with self.assertRaisesRegex(ValidationError, "of the same file"):
            self.fact(archive_id=other.id, corrects_id=again.id)
        with self.assertRaisesRegex(ValidationError, "own file"):
            self.fact(document_id=other.document_ids[:1].id)

    def test_who_adds_and_who_reads(self):
        fact = self.fact()
        adds = {"sales", "head", "finance", "compliance"}
        reads = {*adds, "clerk", "legal", "archivist", "management", "auditor", "admin"}
        for role in self.users.keys() - {"portal", "employee"}:
            with self.subTest(role), mute_logger(RULES, ACCESS):
                own = self.by(fact, role)
                self.assertEqual(own.has_access("read"), role in reads)
                if role in adds:
                    self.assertEqual(self.fact(role).user_id, self.users[role])
                else:
                    with self.assertRaises(AccessError):
                        self.fact(role)

    def test_bad_input(self):
        for values in ({"date": "2027-03-02"}, {"date": "2999-01-01"}):
            with self.assertRaisesRegex(ValidationError, "day to come"):
                self.fact(**values)
        with self.assertRaises(AccessError):
            self.fact(user_id=self.users["legal"].id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive SET state = 'closed' WHERE id = %s", [self.file.id]
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "has ended"):
            self.fact()
