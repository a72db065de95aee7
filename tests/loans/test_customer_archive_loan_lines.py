from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .loan_case import LoanCase

ITEM = "customer.archive.document"


@tagged("post_install", "-at_install")
class TestLoanLines(LoanCase, TransactionCase):
    """Requirement C3: handing out and taking back, two people each."""

    def test_whole_walk(self):
        loan = self.approved_loan()
        archivist = self.by(loan, "archivist")
        archivist.action_hand_out()
        self.assertEqual(set(loan.line_ids.mapped("state")), {"handing"})
        self.assertEqual((loan.state, loan.due_date), ("approved", False))
        loan.action_confirm_receipt()
        self.assertEqual(set(loan.line_ids.mapped("state")), {"out"})
        self.assertEqual(loan.state, "out")
        due = self.company._archive_working_day(5)
        self.assertEqual(loan.due_date, due)
        loan.action_bring_back()
        self.assertEqual(set(loan.line_ids.mapped("state")), {"returning"})
        self.assertEqual(loan.state, "out")
        self.give_back(loan)
        self.assertEqual(loan.state, "returned")
        for line in loan.line_ids:
            self.assertEqual(line.state, "returned")
            self.assertEqual(line.condition, "good")
            self.assertTrue(line.out_on and line.returned_on)
            self.assertEqual(line.handed_by_id, self.users["archivist"])
            self.assertEqual(line.received_by_id, self.users["sales_other"])
        self._assert_recorded(loan)

    def _assert_recorded(self, loan):
        log = self.env["customer.archive.log"]
        for line in loan.line_ids:
            domain = [("model", "=", line._name), ("res_id", "=", line.id)]
            steps = log.search([*domain, ("event", "=", "loan")], order="id")
            self.assertEqual(
                [step.detail.removeprefix(f"{loan.name} ") for step in steps],
                ["handed", "received", "brought", "condition good", "taken"],
            )
            self.assertEqual(steps.archive_id, self.file)
        domain = [("model", "=", loan._name), ("event", "=", "state")]
        changes = log.search([*domain, ("res_id", "=", loan.id)], order="id")
        self.assertEqual(
            changes.mapped("detail"),
            ["draft > review", "review > approved", "approved > out", "out > returned"],
        )

    def test_in_the_other_order(self):
        loan = self.approved_loan()
        loan.action_confirm_receipt()
        self.assertEqual(loan.state, "approved")
        self.by(loan, "archivist").action_hand_out()
        self.assertEqual(loan.state, "out")
        self.give_back(loan)
        self.assertEqual(set(loan.line_ids.mapped("state")), {"returning"})
        loan.action_bring_back()
        self.assertEqual(loan.state, "returned")

    def test_each_confirms_for_himself_alone(self):
        loan = self.approved_loan()
        lines = [{"line_id": line.id, "condition": "good"} for line in loan.line_ids]
        calls = (
            ("action_hand_out", (), {"archivist"}),
            ("action_confirm_receipt", (), {"sales_other"}),
            ("action_bring_back", (), {"sales_other"}),
            ("action_take_back", (lines,), {"archivist"}),
        )
        for method, args, allowed in calls:
            for role in self.users.keys() - allowed - {"portal"}:
                own = self.by(loan, role)
                with self.subTest(f"{method} {role}"), self.assertRaises(AccessError):
                    getattr(own, method)(*args)
            for role in allowed:
                getattr(self.by(loan, role), method)(*args)
        self.assertEqual(loan.state, "returned")

    def test_an_archivist_who_borrows_needs_another_archivist(self):
        loan = self.approved_loan("archivist")
        with self.assertRaisesRegex(AccessError, "four-eyes"):
            loan.action_hand_out()
        loan.action_confirm_receipt()
        self.users["clerk"].group_ids += self.env.ref(
            "customer_archive.group_archivist"
        )
        self.by(loan, "clerk").action_hand_out()
        self.assertEqual(loan.state, "out")
        with self.assertRaisesRegex(AccessError, "four-eyes"):
            self.give_back(loan)

    def test_some_of_the_papers(self):
        loan = self.lent(type_ids=[(6, 0, self.kinds[:3].ids)])
        first, second, third = loan.line_ids
        loan.action_bring_back(first.ids)
        self.give_back(loan, first)
        self.assertEqual(loan.line_ids.mapped("state"), ["returned", "out", "out"])
        self.assertEqual(loan.state, "out")
        self.give_back(loan, second | third, "incomplete", "Page 2 is missing")
        loan.action_bring_back()
        self.assertEqual(loan.state, "returned")
        self.assertEqual(third.remarks, "Page 2 is missing")

    def test_papers_that_wait_end_with_the_rest(self):
        loan = self.approved_loan()
        first, second = loan.line_ids
        self.by(loan, "archivist").action_hand_out(first.ids)
        loan.action_confirm_receipt(first.ids)
        self.assertEqual((loan.state, second.state), ("out", "waiting"))
        loan.action_bring_back()
        self.give_back(loan, first)
        self.assertEqual((loan.state, second.state), ("returned", "cancelled"))

    def test_only_papers_of_this_loan_in_the_state_for_it(self):
        other, loan = self.approved_loan(), self.approved_loan()
        archivist = self.by(loan, "archivist")
        for ids in (other.line_ids.ids, [0], [], ["x"], "x", [[1]], [False], 10**9):
            with self.subTest(ids), self.assertRaisesRegex(UserError, "of this loan"):
                archivist.action_hand_out(ids)
        with self.assertRaisesRegex(UserError, "has no matching item"):
            loan.action_bring_back()
        with self.assertRaisesRegex(
            UserError, r"not possible in this status \(To Hand Out\)"
        ):
            loan.action_bring_back(loan.line_ids.ids)
        archivist.action_hand_out()
        with self.assertRaisesRegex(UserError, "has no matching item"):
            archivist.action_hand_out()

    def test_the_condition_is_noted(self):
        loan = self.lent()
        archivist = self.by(loan, "archivist")
        ids = loan.line_ids.ids
        cases = (
            ("Select the (lost|returned) items", ([], None, "x", {})),
            (
                "the condition of each",
                ([1], [{"line_id": ids[0]}], [{"line_id": ids[0], "condition": "x"}]),
            ),
            ("damaged or missing", ([{"line_id": ids[0], "condition": "damaged"}],)),
            (
                "of this loan",
                ([{"condition": "good"}], [{"line_id": [1], "condition": "good"}]),
            ),
        )
        for message, wrong in cases:
            for conditions in wrong:
                with (
                    self.subTest(conditions),
                    self.assertRaisesRegex(UserError, message),
                ):
                    archivist.action_take_back(conditions)

    def test_an_item_is_not_lent_twice(self):
        one, two = self.approved_loan(), self.approved_loan("head")
        self.by(one, "archivist").action_hand_out()
        for _step in range(2):
            with self.assertRaisesRegex(UserError, f"cabinet. On loan: {one.name}"):
                self.by(two, "archivist").action_hand_out()
            with self.assertRaisesRegex(UserError, f"cabinet. On loan: {one.name}"):
                two.action_confirm_receipt()
            if one.state == "approved":
                one.action_confirm_receipt()
        one.action_bring_back()
        self.give_back(one)
        self.by(two, "archivist").action_hand_out()
        two.action_confirm_receipt()
        self.assertEqual(two.state, "out")

    def test_not_collected(self):
        loan = self.approved_loan()
        first, second = loan.line_ids
        with self.assertRaises(AccessError):
            self.by(loan, "head").action_cancel()
        self.by(loan, "archivist").action_hand_out(first.ids)
        with self.assertRaisesRegex(UserError, "Test archivist has confirmed"):
            loan.action_cancel(first.ids)
        loan.action_cancel(second.ids)
        self.assertEqual(loan.state, "approved")
        self.by(loan, "archivist").action_cancel()
        self.assertEqual(loan.state, "cancelled")
        self.assertEqual(set(loan.line_ids.mapped("state")), {"cancelled"})
        self.assertFalse(loan.line_ids.handed_by_id)
        self.assertFalse(self.papers.filtered("loan_state"))

    def test_nothing_is_handed_out_of_a_file_that_has_ended(self):
        loan = self.approved_loan()
        self.env.cr.execute(
            "UPDATE customer_archive SET state = 'closed' WHERE id = %s", [self.file.id]
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "no longer on record"):
            self.by(loan, "archivist").action_hand_out()

    def test_loss_is_reported_to_management_and_may_end(self):
        loan = self.lent()
        first, second = loan.line_ids
        with self.assertRaises(AccessError):
            self.by(loan, "head").action_report_lost(first.ids, "gone")
        for ids, note in ((first.ids, " "), (first.ids, None), ([], "x"), (None, "x")):
            with self.subTest(ids=ids, note=note), self.assertRaises(UserError):
                loan.action_report_lost(ids, note)
        loan.action_report_lost(first.ids, "Left in a taxi")
        self.assertEqual((first.state, loan.state), ("lost", "out"))
        self.assertTrue(loan.has_lost)
        self.assertEqual(self.logins(loan, "loan_lost"), ["management"])
        activity = loan.sudo()._activities("mail_activity_loan_lost")
        for part in (
            self.file.name,
            first.type_id.name,
            "Stamped copy",
            "Test sales_other",
        ):
            self.assertIn(part, activity.summary)
        item = first.sudo().document_id
        self.assertEqual(item.loan_state, f"Lost: {loan.name}")
        with self.assertRaisesRegex(UserError, f"Lost: {loan.name}"):
            item._check_not_out()
        # The rest comes back as usual.
        loan.action_bring_back()
        self.assertEqual(first.state, "lost")
        self.give_back(loan, second)
        self.assertEqual(loan.state, "returned")
        self.assertEqual(self.logins(loan, "loan_lost"), ["management"])
        # It was in the other taxi.
        self.give_back(loan, first, "damaged", "Wet")
        self.assertEqual(first.state, "returning")
        with self.assertRaisesRegex(UserError, "not possible in this status"):
            loan.action_report_lost(first.ids, "Gone again")
        loan.action_bring_back(first.ids)
        self.assertEqual(first.state, "returned")
        self.assertEqual(first.remarks, "Left in a taxi\nWet")
        self.assertFalse(item.loan_state)
        self.assertFalse(self.logins(loan, "loan_lost"))

    def test_who_left_is_stood_in_for_by_somebody_else_than_the_archivist(self):
        loan = self.lent()
        self.users["sales_other"].active = False
        with self.assertRaises(AccessError):
            self.by(loan, "sales").action_bring_back()
        self.give_back(loan)
        self.by(loan, "head").action_bring_back()
        self.assertEqual(loan.state, "returned")
        self.assertEqual(loan.line_ids.brought_by_id, self.users["head"])
        loan = self.lent("sales")
        self.users["sales"].active = False
        both = self.users["management"]
        both.group_ids += self.env.ref("customer_archive.group_archivist")
        rows = [{"line_id": line.id, "condition": "good"} for line in loan.line_ids]
        self.by(loan, "management").action_take_back(rows)
        with self.assertRaisesRegex(AccessError, "four-eyes"):
            self.by(loan, "management").action_bring_back()
        self.by(loan, "head").action_bring_back()
        self.assertEqual(loan.state, "returned")

    # Screen

    def test_buttons_are_for_whom_they_concern(self):
        loan = self.approved_loan()
        names = ("hand_out", "confirm_receipt", "bring_back", "take_back")

        def shown(record, role):
            own = self.by(record, role)
            return [name for name in names if any(own.mapped(f"can_{name}"))]

        for record in (loan, loan.line_ids):
            self.assertEqual(shown(record, "archivist"), ["hand_out"])
            self.assertEqual(shown(record, "sales_other"), ["confirm_receipt"])
            self.assertEqual(shown(record, "management"), [])
        self.by(loan.line_ids, "archivist").action_hand_out()
        self.by(loan.line_ids, "sales_other").action_confirm_receipt()
        for record in (loan, loan.line_ids):
            self.assertEqual(shown(record, "archivist"), ["take_back"])
            self.assertEqual(shown(record, "sales_other"), ["bring_back"])
            self.assertEqual(shown(record, "management"), [])
        self.by(loan.line_ids, "sales_other").action_bring_back()
        self.assertEqual(shown(loan, "sales_other"), [])

    def _dialog(self, action, role):
        model = self.env[action["res_model"]].with_user(self.users[role])
        return Form(model.with_context(**action["context"]))

    def test_dialog_takes_back_what_was_chosen(self):
        loan = self.lent()
        first, second = loan.line_ids
        action = self.by(first, "archivist").action_open_return()
        form = self._dialog(action, "archivist")
        with form.line_ids.edit(0) as row:
            self.assertTrue(row.is_chosen)
            row.condition = "damaged"
            row.note = "Stained"
        with form.line_ids.edit(1) as row:
            self.assertFalse(row.is_chosen)
        form.save().action_take_back()
        self.assertEqual((first.state, second.state), ("returning", "out"))
        self.assertEqual((first.condition, first.remarks), ("damaged", "Stained"))
        form = self._dialog(
            self.by(loan, "archivist").action_open_return(), "archivist"
        )
        form.save().action_take_back()
        self.assertEqual(second.state, "returning")

    def test_dialog_reports_a_loss(self):
        loan = self.lent()
        form = self._dialog(loan.action_open_loss(), "sales_other")
        with form.line_ids.edit(1) as row:
            self.assertFalse(row.is_chosen)
            row.is_chosen = True
        form.note = "Not found"
        form.save().action_report_lost()
        self.assertEqual(loan.line_ids.mapped("state"), ["out", "lost"])

    def test_dialog_shows_nothing_of_what_its_user_may_not_read(self):
        loan = self.lent()
        dialogs = self.env["customer.archive.loan.return"]
        dialogs = dialogs.with_user(self.users["finance"])
        with self.assertRaises(AccessError):
            dialogs.create({"loan_id": loan.id})
        with self.assertRaises(AccessError):
            dialogs.with_context(default_loan_id=loan.id).default_get(["loan_id"])
        own = self.lent("finance", type_ids=[(6, 0, self.kinds[2:3].ids)])
        row = [(0, 0, {"line_id": loan.line_ids[:1].id})]
        with self.assertRaises(AccessError):
            dialogs.create({"loan_id": own.id, "line_ids": row})


@tagged("post_install", "-at_install")
class TestLoanDiscretion(LoanCase, TransactionCase):
    def test_losses_of_classified_files(self):
        """Archivists who aren't cleared hear nothing of them; management is."""
        loan = self.lent()
        self.assertIn(self.users["archivist"], loan._archivists())
        self.file.sudo().with_context(**as_system(self.env[ITEM]).env.context).write(
            {"security_level": "secret"}
        )
        secret = self.env.ref("customer_archive.group_clearance_secret")
        self.env.ref("customer_archive.group_archivist").implied_ids -= secret
        self.env.invalidate_all()
        self.assertNotIn(self.users["archivist"], loan._archivists())
        loan.action_report_lost(loan.line_ids.ids, "Left in a taxi")
        self.assertEqual(self.logins(loan, "loan_lost"), ["management"])
