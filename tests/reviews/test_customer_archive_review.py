from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from .review_case import ReviewCase

REVIEW = "customer.archive.review"
REVIEWED = date(2027, 3, 1)
FILED = date(2026, 3, 1)
# Ten working days after Monday the 1st; the next one; and two more of these.
DEADLINE, HEAD, MANAGEMENT = date(2027, 3, 15), date(2027, 3, 16), date(2027, 3, 18)


@tagged("post_install", "-at_install")
class TestReviewCycle(ReviewCase, TransactionCase):
    """When files fall due, and what moves that day. Requirement D2."""

    def test_first_cycle_that_fits(self):
        works = self.env.ref("customer_archive.category_works")
        person = self.env.ref("customer_archive.category_person")
        self.assertTrue(works.is_high_risk)
        for values, months in (
            ({}, 12),
            ({"is_core": True}, 6),
            ({"role": "purchase"}, 12),
            ({"role": "purchase", "category": works}, 6),
        ):
            with self.subTest(values):
                file = self.file_on("2026-08-31", **values)
                expected = {12: date(2027, 8, 31), 6: date(2027, 2, 28)}[months]
                self.assertEqual(file.next_review_date, expected)
        self.assertEqual(person.side, "both")
        supplier = self.env.ref("customer_archive.review_cycle_supplier")
        with freeze_time("2026-09-01 03:00:00"):
            supplier.months = 24
        self.assertEqual(file.next_review_date, date(2027, 2, 28))

    def test_planned_once_registered_by_the_day_of_the_company(self):
        draft = self.archive().sudo()
        self.assertFalse(draft.next_review_date)
        with freeze_time("2026-12-31 17:00:00"):
            # Already the new year in Shanghai.
            file = self.registered().sudo()
        self.assertEqual(file.next_review_date, date(2028, 1, 1))

    def test_changes_move_the_day_but_not_into_the_past(self):
        file = self.file_on("2026-03-31")
        other = self.env.ref("customer_archive.review_cycle_other")
        core = self.env.ref("customer_archive.review_cycle_core")
        with freeze_time("2026-05-10 03:00:00"):
            other.months = 1
            # A month after is over: it falls due now, and nobody is late yet.
            self.assertEqual(file.next_review_date, date(2026, 5, 10))
            other.months = 11
            self.assertEqual(file.next_review_date, date(2027, 2, 28))
            buyer = self.buyer
            buyer.is_high_risk = True
            self.assertEqual(file.next_review_date, date(2026, 9, 30))
            self.env.ref("customer_archive.review_cycle_high_risk").active = False
            self.assertEqual(file.next_review_date, date(2027, 2, 28))
            core.domain = "[('relation_stage', '=', 'cooperating')]"
            self.by(file, "sales").relation_stage = "intended"
            self.by(file, "sales").relation_stage = "cooperating"
            self.assertEqual(file.next_review_date, date(2026, 9, 30))
            core.unlink()
            self.assertEqual(file.next_review_date, date(2027, 2, 28))
            self.env[other._name].create(
                {"name": "Own", "months": 2, "company_id": self.company.id}
            )
            self.assertEqual(file.next_review_date, date(2026, 5, 31))

    def test_there_is_a_cycle_for_every_file(self):
        other = self.env.ref("customer_archive.review_cycle_other")
        for change in (
            lambda: other.write({"active": False}),
            lambda: other.write({"domain": "[('is_core', '=', True)]"}),
            lambda: other.write({"company_id": self.company.id}),
            other.unlink,
        ):
            with self.assertRaisesRegex(ValidationError, "keep one without filter"):
                change()
        other.copy({"name": "Another"})
        other.unlink()
        for wrong in ("[('nothing', '=', 1)]", "[(", "uid", "[('can_decide', '=', 1)]"):
            with self.subTest(wrong), self.assertRaises(ValidationError):
                self.env[other._name].create({"name": "x", "domain": wrong})

    def test_configured_by_administrators_and_recorded(self):
        cycle = self.env.ref("customer_archive.review_cycle_core")
        with self.assertRaises(AccessError):
            self.by(cycle, "sales").months = 3
        self.by(cycle, "admin").months = 3
        log = self.env["customer.archive.log"].sudo().search([], limit=1)
        self.assertEqual((log.event, log.detail), ("configuration", "write months"))

    def test_what_was_there_before_is_planned(self):
        """As a migration does it, for files that were registered long ago."""
        old, new = self.file_on("2020-02-29"), self.file_on("2026-02-28")
        model = self.env["customer.archive"]
        self.env.cr.execute("UPDATE customer_archive SET next_review_date = NULL")
        self.env.invalidate_all()
        with freeze_time("2026-03-02 03:00:00"):
            model._plan_reviews_of([])
        self.assertEqual(old.next_review_date, date(2026, 3, 2))
        self.assertEqual(new.next_review_date, date(2027, 2, 28))


@tagged("post_install", "-at_install")
class TestReview(ReviewCase, TransactionCase):
    """A review from the day it falls due to its outcome. Requirement D2."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.file_on(FILED)

    def opened(self, day=REVIEWED):
        self.run_cron(day)
        return self.file.review_ids.filtered(lambda each: each.state == "open")

    def at(self, day):
        return freeze_time(f"{day} 03:00:00")

    def test_one_review_and_one_activity_on_the_day(self):
        self.run_cron(REVIEWED - timedelta(days=1), 15)
        self.assertFalse(self.file.review_ids)
        # It is the day in Shanghai.
        self.run_cron(REVIEWED - timedelta(days=1), 16)
        review = self.file.review_ids
        self.assertEqual(review.user_id, self.users["sales"])
        self.assertEqual(review.opened_on, REVIEWED)
        self.assertEqual(review.due_date, DEADLINE)
        self.assertEqual(self.told(review, "review"), ["sales"])
        self.assertEqual(review.activity_ids.date_deadline, DEADLINE)
        self.assertFalse(self.file.next_review_date)
        for day in (1, 2, 3):
            self.run_cron(date(2027, 3, day))
        self.assertEqual(len(self.file.review_ids), 1)
        self.assertEqual(len(review.activity_ids), 1)
        self.assertIn(self.file, self.file.search([("review_ids.state", "=", "open")]))
        # A changed cycle waits for its outcome.
        with self.at(REVIEWED):
            self.env.ref("customer_archive.review_cycle_other").months = 3
        self.assertFalse(self.file.next_review_date)

    def test_escalated_by_working_days_until_done(self):
        review, found = self.opened(), {}
        for offset in range(30):
            day = REVIEWED + timedelta(days=offset)
            before = self.told(review, "review_overdue")
            self.run_cron(day)
            self.run_cron(day, 9)
            now = self.told(review, "review_overdue")
            if now != before:
                found[day] = now
        expected = {HEAD: ["head"], MANAGEMENT: ["head", "management"]}
        self.assertEqual(found, expected)
        self.assertEqual(HEAD, self.working_day_after(DEADLINE, 1))
        self.assertEqual(MANAGEMENT, self.working_day_after(HEAD, 2))
        self.assertEqual(self.told(review, "review"), ["sales"])
        with self.at("2027-04-01"):
            self.by(review, "sales").action_confirm("Looked at everything")
        self.assertFalse(review.activity_ids)
        self.assertEqual(review.days_late, 17)

    def test_management_at_once_without_a_head(self):
        self.departments["sales"].manager_id = False
        review = self.opened()
        self.run_cron(HEAD)
        self.assertEqual(self.told(review, "review_overdue"), ["management"])
        self.assertFalse(review.escalation_date)

    def test_late_run_leaves_everybody_his_days(self):
        review = self.opened(date(2027, 4, 1))
        self.assertEqual(review.due_date, date(2027, 4, 15))
        self.run_cron("2027-05-03")
        self.assertEqual(self.told(review, "review_overdue"), ["head"])
        self.run_cron("2027-05-04")
        self.assertEqual(self.told(review, "review_overdue"), ["head"])
        self.run_cron("2027-05-05")
        self.assertEqual(self.told(review, "review_overdue"), ["head", "management"])

    def test_time_is_a_setting(self):
        settings = self.env["res.config.settings"]
        settings.create({"archive_review_days": 3}).execute()
        self.assertEqual(self.opened().due_date, date(2027, 3, 4))

    # Outcomes

    def test_confirmed(self):
        review = self.opened()
        with self.at("2027-03-03"):
            own = self.by(review, "sales")
            own.note = "Called them"
            own.action_confirm()
        self.assertEqual((review.state, review.outcome), ("done", "confirmed"))
        self.assertEqual(review.done_on, date(2027, 3, 3))
        self.assertEqual(review.done_by_id, self.users["sales"])
        self.assertEqual(review.note, "Called them")
        self.assertFalse(review.activity_ids)
        self.assertEqual(self.file.last_review_date, date(2027, 3, 3))
        self.assertEqual(self.file.next_review_date, date(2028, 3, 3))
        self.assertEqual(
            self.events(review), [("__system__", "fell due"), ("sales", "confirmed")]
        )
        with self.assertRaisesRegex(UserError, "already done"):
            self.by(review, "sales").action_confirm()
        with self.assertRaisesRegex(UserError, "already done"):
            self.by(review, "sales").note = "Later"

    def test_changed_ends_with_the_submitted_request(self):
        review = self.opened()
        with self.at("2027-03-04"):
            action = self.by(review, "sales").action_changed()
            changes = self.by(self.env[action["res_model"]], "sales")
            fax = self.env["customer.archive.change.field"].search(
                [("field_name", "=", "fax")]
            )
            change = changes.with_context(**action["context"]).create(
                {
                    "asked_by": "Their office",
                    "purpose": "Moved",
                    "line_ids": [
                        Command.create({"field_id": fax.id, "new_text": "021-5"})
                    ],
                }
            )
            self.assertEqual(change.review_id, review)
            self.assertEqual(change.archive_id, self.file)
            self.assertEqual(review.state, "open")
            change.action_submit()
        self.assertEqual((review.state, review.outcome), ("done", "changed"))
        self.assertEqual(review.change_id, change)
        self.assertEqual(self.file.next_review_date, date(2028, 3, 4))
        # Refused and submitted again, it doesn't review the file once more.
        with self.at("2027-03-05"):
            change.action_withdraw()
            change.action_submit()
        self.assertEqual(review.done_on, date(2027, 3, 4))
        self.assertEqual(len(self.events(review)), 2)

    def test_changed_by_a_request_that_was_made_already(self):
        review = self.opened()
        fax = self.env["customer.archive.change.field"].search(
            [("field_name", "=", "fax")]
        )
        with self.at("2027-03-04"):
            change = self.by(self.env["customer.archive.change"], "sales").create(
                {
                    "partner_id": self.file.partner_id.id,
                    "asked_by": "Their office",
                    "purpose": "Moved",
                    "line_ids": [
                        Command.create({"field_id": fax.id, "new_text": "021-5"})
                    ],
                }
            )
            with self.assertRaisesRegex(UserError, "Select a change request"):
                self.by(review, "sales").action_changed(change.id)
            change.action_submit()
            self.by(review, "sales").action_changed(change.id)
        self.assertEqual((review.outcome, review.change_id), ("changed", change))

    def test_change_of_another_file_or_another_reviewer(self):
        review = self.opened()
        other = self.file_on(FILED, partner=self.partner("Another Ltd"))
        values = {"partner_id": other.partner_id.id, "asked_by": "x", "purpose": "x"}
        changes = self.env["customer.archive.change"]
        with self.assertRaisesRegex(UserError, "belongs to another file"):
            self.by(changes, "sales").create({**values, "review_id": review.id})
        values["partner_id"] = self.file.partner_id.id
        with self.assertRaises(AccessError):
            self.by(changes, "clerk").create({**values, "review_id": review.id})

    def test_to_close_tells_the_clerk(self):
        review = self.opened()
        with self.at("2027-03-04"):
            with self.assertRaisesRegex(UserError, "why the file should be closed"):
                self.by(review, "sales").action_to_close("  ")
            self.by(review, "sales").action_to_close("Out of business")
        self.assertEqual((review.outcome, review.note), ("to_close", "Out of business"))
        self.assertEqual(self.told(self.file, "review_close"), ["clerk"])
        message = self.file.message_ids[0]
        self.assertIn("Out of business", message.body)
        self.assertEqual(self.file.state, "active")
        self.assertEqual(self.file.next_review_date, date(2028, 3, 4))

    # People

    def test_who_may(self):
        review = self.opened()
        for role in (
            "sales_other",
            "purchase",
            "finance",
            "legal",
            "admin",
            "employee",
        ):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(review, role).read(["state"])
        for role in ("clerk", "compliance", "archivist", "management", "auditor"):
            own = self.by(review, role)
            self.assertEqual(own.read(["state"])[0]["state"], "open")
            self.assertFalse(own.can_act)
            for call in (
                own.action_confirm,
                own.action_changed,
                lambda own=own: own.action_to_close("x"),
                own.action_take_over,
                lambda own=own: own.write({"note": "x"}),
                own.unlink,
            ):
                with self.subTest(role), self.assertRaises(AccessError):
                    call()
        own = self.by(review, "sales")
        for values in ({"state": "done"}, {"outcome": "confirmed"}, {"user_id": 1}):
            with self.assertRaises(AccessError):
                own.write(values)
        with self.assertRaises(AccessError):
            own.create({"archive_id": self.file.id})
        with self.at("2027-03-04"):
            self.by(review, "head").action_confirm()
        self.assertEqual(review.done_by_id, self.users["head"])

    def test_refusals_are_recorded(self):
        review = self.opened()
        log = self.env["customer.archive.log"]
        with (
            patch.object(type(log), "_record_refusal") as refused,
            self.assertRaises(AccessError),
        ):
            self.by(review, "auditor").action_confirm()
        refused.assert_called_once()

    def test_handed_over_with_the_file(self):
        review = self.opened()
        self.by(self.file, "clerk").user_id = self.users["sales_other"]
        self.assertEqual(review.user_id, self.users["sales_other"])
        self.assertEqual(self.told(review, "review"), ["sales_other"])
        self.assertEqual(review.activity_ids.date_deadline, DEADLINE)
        with self.assertRaises(AccessError):
            self.by(review, "sales").action_confirm()
        self.by(review, "sales_other").action_confirm()
        self.assertEqual(
            self.events(review),
            [
                ("__system__", "fell due"),
                ("clerk", "handed over"),
                ("sales_other", "confirmed"),
            ],
        )

    def test_manager_who_left(self):
        review = self.opened()
        self.users["sales"].active = False
        self.assertEqual(self.told(review, "review"), ["head"])
        self.users["head"].active = False
        self.assertEqual(self.told(review, "review"), ["management"])
        self.assertEqual(review.user_id, self.users["management"])
        self.by(review, "management").action_confirm()
        self.assertEqual(review.outcome, "confirmed")

    def test_manager_who_left_before(self):
        self.users["sales"].active = False
        self.assertEqual(self.told(self.opened(), "review"), ["head"])

    def test_manager_who_sees_the_file_no_more(self):
        group = self.env.ref("sales_team.group_sale_salesman")
        self.users["sales"].group_ids = [Command.unlink(group.id)]
        self.assertEqual(self.told(self.opened(), "review"), ["head"])

    def test_taken_over_by_management(self):
        review = self.opened()
        self.run_cron(HEAD)
        with self.assertRaises(AccessError):
            self.by(review, "management").action_take_over()
        self.run_cron(MANAGEMENT)
        self.by(review, "management").action_take_over()
        self.assertEqual(review.user_id, self.users["management"])
        self.by(review, "management").action_confirm()
        self.assertEqual(
            [detail for _user, detail in self.events(review)],
            [
                "fell due",
                "went up to head",
                "went up to management",
                "taken over",
                "confirmed",
            ],
        )

    def test_classified_file(self):
        file = self.file_on(FILED, security_level="secret", partner=self.partner("S"))
        self.run_cron(REVIEWED)
        review = file.review_ids
        self.assertEqual(self.told(review, "review"), ["sales"])
        self.assertTrue(self.by(review, "clerk").has_access("read"))
        self.assertFalse(self.by(review, "sales_other").has_access("read"))

    def test_ended_file(self):
        review = self.opened()
        other = self.file_on(FILED, partner=self.partner("Another Ltd"))
        (self.file | other)._cancel_tasks()
        self.assertEqual(review.state, "cancelled")
        self.assertFalse(review.activity_ids)
        self.assertFalse(other.review_ids)
        self.assertFalse((self.file | other).filtered("next_review_date"))
        self.run_cron("2028-03-01")
        self.assertFalse(other.review_ids)

    def test_words_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.users["sales"].lang = "zh_CN"
        words, review = {}, type(self.env[REVIEW])
        with patch.object(
            review, "_asked_words", lambda each: words.setdefault(each.env.lang, "复核")
        ):
            self.assertEqual(self.opened().activity_ids.summary, "复核")
        self.assertEqual(set(words), {"zh_CN"})

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Other Ltd"})
        user = new_test_user(
            self.env,
            "t_abroad",
            groups="customer_archive.group_auditor",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.assertFalse(self.opened().with_user(user).has_access("read"))

    # Trouble

    def test_broken_file_does_not_stop_the_others(self):
        other = self.file_on(FILED, partner=self.partner("Another Ltd"))
        model = type(self.env[REVIEW])
        real = model._open

        def broken(reviews, archives):
            if self.file in archives:
                raise ValueError("broken")
            return real(reviews, archives)

        with (
            patch.object(model, "_open", broken),
            mute_logger(
                "odoo.addons.customer_archive.models.common.customer_archive_due"
            ),
        ):
            self.run_cron(REVIEWED)
        self.assertFalse(self.file.review_ids)
        self.assertEqual(self.told(other.review_ids, "review"), ["sales"])
        self.run_cron(REVIEWED + timedelta(days=1))
        self.assertEqual(self.told(self.file.review_ids, "review"), ["sales"])
