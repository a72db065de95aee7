"""Bad credit is doubted, and verified before a file is approved."""

from odoo.exceptions import UserError
from odoo.tests import Form, TransactionCase, tagged

from ..assessment.assessment_case import AssessmentCase

FACT = "customer.archive.credit.fact"
KINDS = ("credit_fact", "overdue", "credit_grade")


@tagged("post_install", "-at_install")
class TestDoubtsOfCredit(AssessmentCase, TransactionCase):
    """Requirements A3 and A21, RR-20."""

    def fact(self, file, adverse=True, **values):
        return (
            self.env[FACT]
            .with_user(self.users["compliance"])
            .create(
                {
                    "archive_id": file.id,
                    "kind": "check",
                    "result": "列入被执行人",
                    "is_adverse": adverse,
                    "source": "样例征信有限公司",
                    "date": self.today,
                    **values,
                }
            )
        )

    def found(self, file=None, state="open"):
        """Bring the doubts up to date, and return those of credit."""
        file = (file or self.file).sudo()
        file._find_doubts()
        doubts = file.doubt_ids.filtered(lambda each: each.state == state)
        return [each._key() for each in doubts.sorted("id") if each.kind in KINDS]

    def close(self, file):
        file.flush_recordset()
        self.env.cr.execute(
            "UPDATE customer_archive SET state = 'closed' WHERE id = %s", [file.id]
        )
        self.env.invalidate_all()

    def test_verified_before_approval(self):
        file = self.collect(self.archive())
        self.fact(file)
        file.action_submit()
        self.by(file, "head").action_approve("收到")
        own = self.by(file, "compliance")
        self.assertIn("列入被执行人, 样例征信有限公司", own.opening_problems)
        with self.assertRaisesRegex(UserError, "Credit fact against the party"):
            own.action_approve("同意")
        self.by(file.sudo().doubt_ids, "compliance").action_settle("已结案，见裁定书")
        own.action_approve("同意")
        self.assertEqual(file.state, "registering")

    def at_compliance(self, **values):
        """Return a file that waits for compliance, without doubts."""
        file = self.collect(self.archive(**values))
        file.action_submit()
        self.by(file, "head").action_approve("收到")
        self.assertFalse(file.sudo().doubt_ids)
        return file

    def refused_until_verified(self, file, kind):
        own = self.by(file, "compliance")
        with self.assertRaisesRegex(UserError, kind):
            own.action_approve("同意")
        self.by(file.sudo().doubt_ids, "compliance").action_settle("已核实")
        own.action_approve("同意")
        self.assertEqual(file.state, "registering")

    def test_told_during_the_review(self):
        """RR-20: what is entered after submission is verified as well."""
        file = self.at_compliance()
        self.fact(file)
        self.refused_until_verified(file, "Credit fact against the party")

    def test_told_of_another_party_during_the_review(self):
        """RR-20: what is told of another party doubts nothing."""
        file = self.at_compliance()
        self.fact(self.file)
        self.assertFalse(file.sudo().doubt_ids)
        self.by(file, "compliance").action_approve("同意")

    def test_fallen_due_during_the_review(self):
        """RR-20: looked at anew when the step begins that asks for it."""
        file = self.collect(self.archive())
        file.action_submit()
        self.billed(file.sudo().partner_id, 1000, ago=60)
        self.assertFalse(file.sudo().doubt_ids)
        self.by(file, "head").action_approve("收到")
        self.refused_until_verified(file, "Overdue debts")

    def test_facts_against_it(self):
        """Others don't count, nor what was corrected."""
        self.fact(self.file, adverse=False, result="AA")
        self.assertEqual(self.found(), [])
        wrong = self.fact(self.file)
        said = f"{self.today}, 列入被执行人, 样例征信有限公司"
        self.assertEqual(self.found(), [("credit_fact", "", said)])
        self.fact(self.file, adverse=False, result="查无记录", corrects_id=wrong.id)
        self.assertEqual(self.found(), [])
        self.assertEqual(self.found(state="settled"), [("credit_fact", "", said)])

    def test_entered_by_the_form(self):
        action = self.by(self.file, "finance").action_new_credit_fact()
        model = self.env[FACT].with_user(self.users["finance"])
        with Form(model.with_context(**action["context"])) as form:
            form.result = "两笔逾期贷款"
            form.is_adverse = True
            form.source = "样例征信有限公司"
        self.assertEqual([kind for kind, *_values in self.found()], ["credit_fact"])

    def test_overdue(self):
        """Since when, and no amounts: not everybody who reads a file sees invoices."""
        invoice = self.billed(self.party, 1000, ago=60)
        since = str(invoice.invoice_date_due)
        self.assertEqual(self.found(), [("overdue", "", since)])
        self.paid(invoice, ago=0)
        self.assertEqual(self.found(), [])
        self.billed(self.party, 500, ago=10)
        self.assertEqual(self.found(), [], "not due yet")

    def test_what_we_owe_is_not_theirs(self):
        self.billed(
            self.party,
            1000,
            ago=60,
            move_type="in_invoice",
            journal_id=self.purchase_journal.id,
        )
        self.assertEqual(self.found(), [])

    def test_lowest_grade(self):
        self.decided(self.begun(), "C")
        self.assertEqual(self.found(), [])
        self.decided(self.begun(), "D")
        said = f"D, {self.today}"
        self.assertEqual(self.found(), [("credit_grade", "", said)])
        self.decided(self.begun(), "B")
        self.assertEqual(self.found(), [])

    def test_the_only_grade_is_not_the_lowest(self):
        self.decided(self.begun(), "D")
        grade = self.grade("credit", "D")
        others = grade.scheme_id.grade_ids - grade
        self.env.cr.execute(
            "UPDATE customer_archive_assessment_grade SET active = false"
            " WHERE id = ANY(%s)",
            [others.ids],
        )
        self.env.invalidate_all()
        self.assertEqual(self.found(), [])

    def test_former_files(self):
        """What a closed file holds counts; what it says stays there."""
        self.fact(self.file)
        self.decided(self.begun(), "D")
        former = self.file.name
        self.close(self.file)
        new = self.collect(self.archive(partner=self.party))
        new.action_submit()
        self.assertEqual(
            self.found(new),
            [
                ("credit_fact", "", f"{self.today}, {former}"),
                ("credit_grade", "", f"D, {self.today}"),
            ],
        )

    def test_of_the_party_and_no_other(self):
        self.fact(self.file)
        self.billed(self.party, 1000, ago=60)
        self.decided(self.begun(), "D")
        other = self.registered()
        self.assertEqual(self.found(other), [])
        self.assertEqual(len(self.found()), 3)

    def test_private_persons(self):
        """What is their own; what the company owes in which they are doesn't count."""
        category = self.env.ref("customer_archive.category_person")
        self.billed(self.party, 1000, ago=60)
        people = self.env["res.partner"].create(
            [
                {"name": "王小明", "phone": "13900000003"},
                {"name": "李建国", "phone": "13900000004"},
            ]
        )
        inside, alone = (
            self.archive(category=category, partner=person) for person in people
        )
        people[0].parent_id = self.party
        both = (inside | alone | self.file).sudo()
        self.billed(people[1], 300, ago=60)
        self.fact(alone, result="两笔逾期贷款")
        both._find_doubts()
        self.assertEqual(self.found(inside), [])
        kinds = [kind for kind, *_values in self.found(alone)]
        self.assertEqual(kinds, ["credit_fact", "overdue"])
