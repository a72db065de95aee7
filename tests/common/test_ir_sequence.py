"""Nobody draws the numbers of requests, lists, agreements and certificates."""

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..audit.record_case import RecordedCase

SEQUENCE = "ir.sequence"
# Public methods of sequences that draw; the others are tried as well.
DRAWING = {"next_by_id", "next_by_code"}


@tagged("post_install", "-at_install")
class TestIrSequence(RecordedCase, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = [("code", "=like", "customer.archive%")]
        cls.ours = cls.env[SEQUENCE].search(domain)

    def standing(self):
        """Return what each of our sequences would give next, by year."""
        self.env.invalidate_all()
        return {
            (each.code, each.number_next_actual): each.date_range_ids.mapped(
                "number_next_actual"
            )
            for each in self.ours
        }

    def test_every_sequence_by_every_public_method(self):
        codes = {"consultation", "change", "loan", "sharing", "disposal", "agreement"}
        codes |= {"certificate", "location", "stocktake", "transfer", "inspection"}
        codes |= {"waiver", "incident", "audit", "feedback", "tree"}
        names = {f"customer.archive.{code}" for code in codes}
        self.assertEqual(set(self.ours.mapped("code")), names)
        for sequence in self.ours:
            # A year that has begun, as in use.
            as_system(sequence).next_by_id()
        before = self.standing()
        for role in ("employee", "sales", "auditor", "admin"):
            for sequence in self.ours:
                for name in self.public_methods():
                    with self.subTest(role, sequence=sequence.code, by=name):
                        self.call(role, sequence, name)
        self.assertEqual(self.standing(), before)
        # Nor as superuser, which some method of another addon may be.
        with self.assertRaisesRegex(AccessError, "assigned with the record"):
            self.ours[0].sudo().next_by_id()
        self.assertEqual(self.standing(), before)

    def call(self, role, sequence, name):
        own = sequence.with_user(self.users[role]).with_context(
            customer_archive_engine=True, su=True
        )
        today = self.env.company._archive_today()
        arguments = {
            "next_by_code": (sequence.code,),
            "next_by_id": (today,),
            "get_next_char": (7,),
        }
        if name in DRAWING:
            self.refuse(getattr(own, name), *arguments[name])
            row = self.rows("denied").filtered(lambda row: row.detail == "draw")[-1:]
            self.assertEqual(row.user_id, self.users[role])
        elif name in arguments:
            getattr(own, name)(*arguments[name])
        else:
            self.fail(f"{name}: draws it, or not?")

    def public_methods(self):
        """Return the public methods that sequences have beyond other models."""
        own = self.env[SEQUENCE]
        names = set(dir(type(own))) - set(dir(type(self.env["res.bank"])))
        return sorted(name for name in names if self.is_public(own, name))

    def is_public(self, model, name):
        try:
            return callable(get_public_method(model, name))
        except (AccessError, AttributeError):
            return False

    def test_years(self):
        for each in self.ours.date_range_ids:
            with self.assertRaises(AccessError):
                each.sudo()._next()

    def test_others_are_drawn_as_ever(self):
        sequence = self.env[SEQUENCE].create({"name": "Others", "code": "test.others"})
        own = sequence.with_user(self.users["employee"])
        self.assertEqual(own.next_by_id(), "1")
        self.assertEqual(own.next_by_code("test.others"), "2")

    def test_requests_have_the_next_number(self):
        file = self.registered()
        requests = self.env["customer.archive.consultation"]
        values = {"partner_id": file.partner_id.id, "purpose": "Offer"}
        own = requests.with_user(self.users["reader"])
        names = [own.create(dict(values)).name for _each in range(2)]
        first, second = (int(name.rpartition("-")[2]) for name in names)
        self.assertEqual(second, first + 1)

    def test_settings_are_recorded(self):
        """Who configures Odoo may set the next number, and it is seen that he did."""
        system = self.env.ref("base.user_admin")
        loan = self.env.ref("customer_archive.sequence_loan")
        as_system(loan).next_by_id()
        for record, vals in (
            (loan, {"prefix": "J-"}),
            (loan, {"number_next_actual": 50}),
            (loan.date_range_ids[:1], {"number_next_actual": 70}),
        ):
            with self.subTest(record._name, vals=vals):
                self.mark()
                record.with_user(system).write(vals)
                rows = self.rows("configuration")
                self.assertEqual(set(rows.mapped("res_id")), {record.id})
                self.assertEqual(rows.user_id, system)
