import contextlib
from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .validity_case import AGREEMENT, ITEM, TODAY, ValidityCase

DUE = "odoo.addons.customer_archive.models.common.customer_archive_due"
DIGEST = "odoo.addons.customer_archive.models.validity.customer_archive_digest"
RULES = "odoo.addons.base.models.ir_rule"


def expected(end, leads, user, head, entered=TODAY):
    """Return who is to be reminded on which day, worked out without the addon."""
    found = {}
    for lead in leads:
        day = end - timedelta(days=lead)
        if day >= entered:
            found[day] = [(user, "expiring")]
    found[end] = [(user, "expiring")]
    for weeks in range(1, 5):
        found[end + timedelta(weeks=weeks)] = [(user, "expired")]
    found[end + timedelta(weeks=5)] = [(head, "expired")]
    return found


@tagged("post_install", "-at_install")
class TestCustomerArchiveValidity(ValidityCase, TransactionCase):
    """D3: reminded before, on and after the end; of nothing twice."""

    def test_days_of_items(self):
        end = date(2027, 6, 10)
        with freeze_time(f"{TODAY} 02:00:00"):
            item = self.item(end)
        self.assertEqual(
            self.walk(item, TODAY, end + timedelta(days=60)),
            expected(end, (90, 30, 7), "sales", "head"),
        )
        self.assertFalse(item.validity_date)
        # The last reminder of the one who has to renew it stays open.
        left = self.reminders(item)
        self.assertEqual(set(left.user_id.mapped("login")), {"t_sales", "t_head"})

    def test_days_of_agreements_and_undertakings(self):
        self.company.archive_lead_days = "60, 10"
        end = date(2027, 5, 31)
        with freeze_time(f"{TODAY} 02:00:00"):
            agreement = self.agree(end)
            rows = self.env["customer.archive.undertaking"]
            rows = rows.with_user(self.users["finance"])
            self.company.archive_undertaking_months = 3
            signed = rows.browse(rows.sign("2027-02-01"))
        self.assertEqual(signed.valid_until, date(2027, 6, 1))
        last = end + timedelta(days=50)
        with patch.object(
            type(signed), "_validity_head", lambda row: self.users["purchase_head"]
        ):
            seen = self.reminders(signed)
            found = self.walk(agreement, TODAY, last)
        self.assertEqual(found, expected(end, (60, 10), "sales", "head"))
        self.assertEqual(agreement.state, "ended")
        with freeze_time(f"{last} 02:00:00"):
            self.assertEqual(agreement.validity_state, "expired")
        users = (self.reminders(signed) - seen).user_id
        self.assertEqual(users, self.users["finance"] | self.users["purchase_head"])

    def test_a_day_begins_when_it_is_morning_where_the_company_is(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            item = self.item("2027-06-10")
        self.run_cron("2027-03-11", 15)
        self.assertFalse(self.reminders(item))
        self.run_cron("2027-03-11", 16)
        self.assertEqual(self.reminders(item).user_id, self.users["sales"])

    def test_one_activity_that_is_replaced_by_the_next(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            item = self.item("2027-06-10")
        for day in (
            "2027-03-12",
            "2027-05-11",
            "2027-06-03",
            "2027-06-10",
            "2027-06-17",
        ):
            self.run_cron(day)
            self.assertEqual(len(self.reminders(item)), 1, day)
        self.assertIn("expired on 2027-06-10", self.reminders(item).summary)

    def test_entered_late_only_the_latest_is_told(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            soon, over = self.item("2027-03-06"), self.item("2027-01-05")
        self.assertEqual(
            self.walk(soon, TODAY, date(2027, 3, 10)),
            {TODAY: [("sales", "expiring")], date(2027, 3, 6): [("sales", "expiring")]},
        )
        # Nobody's head is told before he was reminded himself, and had a week.
        self.assertEqual(self.walk(over, date(2027, 3, 11), date(2027, 3, 30)), {})
        self.assertEqual(
            sorted(self.reminders(over).user_id.mapped("login")), ["t_head", "t_sales"]
        )
        with freeze_time("2027-04-01 02:00:00"):
            over = self.item("2027-01-06", file=self.registered())
        self.assertEqual(
            self.walk(over, date(2027, 4, 1), date(2027, 4, 20)),
            {
                date(2027, 4, 1): [("sales", "expired")],
                date(2027, 4, 8): [("head", "expired")],
            },
        )

    def test_another_end_or_other_lead_times(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            item = self.item("2027-06-10")
            agreement = self.agree("2027-06-10")
        self.assertEqual(item.validity_date, date(2027, 3, 12))
        self.run_cron("2027-03-12")
        self.assertEqual(item.validity_date, date(2027, 5, 11))
        self.kind.lead_days = "90,60,30"
        self.assertEqual(item.validity_date, date(2027, 4, 11))
        self.assertEqual(agreement.validity_date, date(2027, 5, 11))
        self.company.archive_lead_days = "90,45"
        self.assertEqual(agreement.validity_date, date(2027, 4, 26))
        self.kind.lead_days = False
        self.assertEqual(item.validity_date, date(2027, 4, 26))
        self.assertTrue(self.reminders(item))
        # As a change request does.
        as_system(item.sudo()).valid_until = "2028-06-10"
        self.assertFalse(self.reminders(item))
        self.assertEqual(item.validity_date, date(2028, 3, 12))
        as_system(item.sudo()).valid_until = False
        self.assertFalse(item.validity_date)

    def test_lead_times_are_checked(self):
        for text in ("x", "90,,7", "90,-7", "0", "90;30", "7,7", "99999"):
            with self.subTest(text):
                with self.assertRaisesRegex(ValidationError, "90,30,7"):
                    self.kind.lead_days = text
                with self.assertRaisesRegex(ValidationError, "90,30,7"):
                    self.company.archive_lead_days = text
        self.kind.lead_days = "7， 30"
        with freeze_time(f"{TODAY} 02:00:00"):
            self.assertEqual(self.item("2027-06-10").validity_date, date(2027, 5, 11))

    # Renewed

    def test_renewed_by_a_newer_item(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            old = self.item("2027-03-20")
            self.run_cron(TODAY)
            self.assertTrue(self.reminders(old))
            other = self.env.ref("customer_archive.document_type_iso")
            self.item("2028-03-20", type_id=other.id)
            self.item("2027-03-20")
            self.item("2028-03-20", is_paper=False)
            self.item(False)
            self.item("2028-03-20", file=self.registered())
            self.assertFalse(old.renewed_by_id)
            self.assertTrue(self.reminders(old))
            new = self.item("2028-03-20")
        self.assertEqual((old.renewed_by_id, old.validity_state), (new, "renewed"))
        self.assertFalse(self.reminders(old))
        self.assertFalse(old.validity_date)
        self.assertEqual(new.validity_date, date(2027, 12, 21))
        with freeze_time("2027-04-01 02:00:00"):
            self.env.invalidate_all()
            self.assertEqual((old.state, new.state), ("received", "received"))
            self.assertNotIn(self.kind, self.file.missing_type_ids)
        # Another one again: that is watched from then on.
        with freeze_time("2028-03-01 02:00:00"):
            endless = self.item(False, is_endless=True)
        self.assertEqual((new.renewed_by_id, old.renewed_by_id), (endless, endless))
        self.assertEqual(
            (endless.validity_state, endless.validity_date), ("valid", False)
        )

    def test_an_older_item_renews_nothing(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            first = self.item("2028-03-20")
        with freeze_time("2027-03-02 02:00:00"):
            second = self.item("2027-06-20")
        self.assertFalse(first.renewed_by_id or second.renewed_by_id)
        self.assertTrue(first.validity_date and second.validity_date)

    def test_completeness_counts_what_was_renewed(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            self.file.relation_stage = "intended"
            self.file.relation_stage = "cooperating"
            self.collect(self.file)
            self.assertEqual(self.file.completeness, 100)
            old = self.file.document_ids.filtered(lambda i: i.type_id == self.kind)
            as_system(old.sudo()).valid_until = "2027-03-10"
        with freeze_time("2027-04-01 02:00:00"):
            self.env.invalidate_all()
            self.assertEqual(old.state, "expired")
            self.item("2028-04-01")
            self.assertEqual(old.state, "received")
        self.assertEqual(self.file.completeness, 100)
        self.assertFalse(self.file.missing_type_ids)

    def test_agreement_renewed_and_terminated(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            one, two = self.agree("2027-03-20"), self.agree("2027-03-20")
            self.run_cron(TODAY)
            self.assertEqual(len(self.reminders(one | two)), 2)
            draft = one.browse(one.action_renew()["res_id"])
            self.assertTrue(self.reminders(one))
            self.sign(draft)
            two.action_terminate("Breach")
        self.assertFalse(self.reminders(one | two))
        self.assertEqual((one.validity_date, two.validity_date), (False, False))
        self.assertEqual((one.validity_state, two.validity_state), ("renewed", False))
        self.assertTrue(draft.validity_date)

    def test_undertaking_signed_again_or_revoked(self):
        rows = self.env["customer.archive.undertaking"]
        rows = rows.with_user(self.users["finance"])
        self.company.archive_undertaking_months = 1
        with freeze_time(f"{TODAY} 02:00:00"):
            one = rows.browse(rows.sign("2027-02-01"))
            self.run_cron(TODAY)
            self.assertEqual(self.reminders(one).user_id, self.users["finance"])
        with freeze_time("2027-03-05 02:00:00"):
            two = rows.browse(rows.sign("2027-02-01"))
            self.assertEqual((one.renewed_by_id, one.validity_date), (two, False))
            self.assertFalse(self.reminders(one))
            self.run_cron("2027-03-05")
            self.assertTrue(self.reminders(two))
            two.with_user(self.users["compliance"]).action_revoke("Leak")
        self.assertFalse(self.reminders(two))
        self.assertFalse(two.validity_date)

    def test_the_paper_of_an_agreement_is_renewed_with_it(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            item = self.item("2027-03-20")
            self.run_cron(TODAY)
            self.assertTrue(self.reminders(item))
            self.agree("2027-03-20", document_ids=[(6, 0, item.ids)])
        self.assertFalse(item.validity_date)
        self.assertFalse(self.reminders(item))

    def test_closed_files_end_their_reminders(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            records = self.item("2027-03-20"), self.agree("2027-03-20")
            self.run_cron(TODAY)
            for each in records:
                self.assertTrue(self.reminders(each))
            as_system(self.file.sudo()).state = "closed"
        for each in records:
            self.assertFalse(self.reminders(each))
            self.assertFalse(each.validity_date)

    # Waived

    def waive(self, record, role, reason="No longer needed"):
        return record.with_user(self.users[role]).action_waive(reason)

    @mute_logger(RULES)
    def test_waived(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            item, later = self.item("2027-03-20"), self.item("2028-03-20", type_id=1)
            self.run_cron(TODAY)
            for role in ("sales", "head", "finance", "management", "auditor", "admin"):
                with self.subTest(role), self.assertRaises(AccessError):
                    self.waive(item, role)
            self.assertFalse(item.with_user(self.users["sales"]).can_waive)
            self.assertTrue(item.with_user(self.users["legal"]).can_waive)
            with self.assertRaisesRegex(UserError, "Enter (a|the) reason"):
                self.waive(item, "legal", " ")
            with self.assertRaisesRegex(UserError, "nothing to waive"):
                self.waive(later, "legal")
            clerk = item.with_user(self.users["clerk"])
            context = clerk.action_open_waive()["context"]
            dialogs = clerk.env["customer.archive.waive"].with_context(**context)
            dialogs.create({"reason": "Given up"}).action_waive()
        self.assertEqual(
            (item.waived_by_id, item.waive_reason, item.waived_on, item.validity_state),
            (self.users["clerk"], "Given up", TODAY, "waived"),
        )
        self.assertFalse(item.validity_date)
        self.assertFalse(self.reminders(item))
        log = self.env["customer.archive.log"].search(
            [("model", "=", ITEM), ("res_id", "=", item.id), ("detail", "=", "waive")]
        )
        self.assertEqual(
            (log.event, log.note, log.user_id, log.archive_id),
            ("change", "Given up", self.users["clerk"], self.file),
        )
        self.assertEqual(self.walk(item, TODAY, date(2027, 5, 10), 5), {})
        # Another end is another matter.
        as_system(item.sudo()).valid_until = "2027-09-01"
        self.assertEqual(item.validity_state, "valid")
        self.assertTrue(item.validity_date)

    @mute_logger(RULES)
    def test_nobody_waives_what_he_has_to_renew(self):
        self.users["sales"].group_ids += self.env.ref("customer_archive.group_legal")
        with freeze_time(f"{TODAY} 02:00:00"):
            item, agreement = self.item("2027-03-20"), self.agree("2027-03-20")
            for each in (item, agreement):
                with self.assertRaisesRegex(AccessError, "four-eyes"):
                    self.waive(each, "sales")
            self.waive(agreement, "legal")
        self.assertEqual(agreement.validity_state, "waived")

    # States

    @freeze_time(f"{TODAY} 02:00:00")
    def test_states_are_found_as_they_are_shown(self):
        iso = self.env.ref("customer_archive.document_type_iso")
        iso.lead_days = "10"
        made = {
            "valid": self.item("2027-05-31"),
            "valid 2": self.item("2027-03-12", type_id=iso.id, is_endless=True),
            "expiring": self.item("2027-03-11", type_id=iso.id, file=self.registered()),
            "valid 3": self.item("2027-03-12", type_id=iso.id, file=self.registered()),
            "expiring 2": self.item("2027-03-01", file=self.registered()),
            "expired": self.item("2027-02-28", file=self.registered()),
        }
        self.kind.lead_days = "90"
        old = self.item("2027-02-27", file=made["expired"].archive_id)
        made["renewed"] = old
        as_system(old.sudo()).received_on = "2020-01-01"
        self.kind.lead_days = "90"
        made["waived"] = self.item("2027-02-20", file=self.registered())
        self.waive(made["waived"], "legal")
        items = self.env[ITEM].union(*made.values())
        missing = self.file.document_ids.filtered(lambda item: not item.is_complete)
        made["valid"].sudo().type_id.lead_days = "90"
        for name, item in made.items():
            state = name.split()[0]
            if name == "valid":
                # 91 days ahead of it.
                self.assertEqual(item.days_left, 91)
            self.assertEqual(item.validity_state, state, name)
            self.assertIn(item, item.search([("validity_state", "=", state)]), name)
            others = item.search([("validity_state", "!=", state)])
            self.assertNotIn(item, others, name)
        self.assertFalse(any(missing.mapped("validity_state")))
        self.assertIn(missing[0], items.search([("validity_state", "=", False)]))
        agreements = self.env[AGREEMENT]
        one, two = self.agree("2027-03-20"), self.agree("2027-12-31")
        for each, state in ((one, "expiring"), (two, "valid")):
            self.assertEqual(each.validity_state, state)
            self.assertEqual(agreements.search([("validity_state", "=", state)]), each)

    # Whom and what

    def test_in_the_readers_language(self):
        self.users["sales"].lang = "zh_CN"
        self.kind.with_context(lang="zh_CN").name = "授权委托书"
        with freeze_time(f"{TODAY} 02:00:00"):
            item = self.item("2027-03-20")
            other = self.item("2027-03-20", file=self.registered("sales_other"))
        self.run_cron(TODAY)
        self.assertIn("授权委托书", self.reminders(item).summary)
        self.assertIn("Power of attorney", self.reminders(other).summary)
        mails = self.mails_to("sales"), self.mails_to("sales_other")
        self.assertIn("授权委托书", mails[0].body_html)
        self.assertIn("Power of attorney", mails[1].body_html)

    def mails_to(self, role):
        partner = self.users[role].partner_id
        # Not those that say how an agreement was decided.
        domain = [("recipient_ids", "in", partner.ids), ("model", "!=", AGREEMENT)]
        return self.env["mail.mail"].sudo().search(domain)

    def test_who_stands_in_for_those_who_left(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            item = self.item("2027-03-20")
        self.users["sales"].active = False
        self.run_cron(TODAY)
        self.assertEqual(self.reminders(item).user_id, self.users["head"])
        self.departments["sales"].manager_id = False
        self.run_cron("2027-03-13")
        self.assertEqual(self.reminders(item).user_id, self.users["management"])

    def test_successor_gets_the_reminders(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            item = self.item("2027-03-20")
            self.run_cron(TODAY)
            clerk = self.file.with_user(self.users["clerk"])
            clerk.user_id = self.users["sales_other"]
        self.assertEqual(self.reminders(item).user_id, self.users["sales_other"])

    def test_classified_files_are_named_to_nobody_else(self):
        as_system(self.file.sudo()).security_level = "secret"
        with freeze_time(f"{TODAY} 02:00:00"):
            item = self.item("2027-03-20")
        self.users["sales"].active = False
        self.departments["sales"].manager_id = False
        self.run_cron(TODAY)
        activity = self.reminders(item)
        self.assertEqual(activity.user_id, self.users["management"])
        with self.assertRaisesRegex(UserError, "may not see this file"):
            activity.with_user(self.users["clerk"]).user_id = self.users["finance"]
        as_system(self.file.sudo()).security_level = "internal"
        activity.user_id = self.users["finance"]
        as_system(self.file.sudo()).security_level = "secret"
        self.assertFalse(self.reminders(item))

    def test_papers_are_asked_for_again_before_a_contract_ends(self):
        """A19: by the first reminder of its end, and not by the others."""
        with freeze_time(f"{TODAY} 02:00:00"):
            file = self.collect(self.signed_by_other(self.registered("purchase")))
            file.relation_stage = "intended"
            file.relation_stage = "cooperating"
            self.collect(file)
            power = file.document_ids.filtered(lambda i: i.type_id == self.kind)
            as_system(power.sudo()).valid_until = "2027-06-01"
            agreement = self.agree("2027-06-10", file, kind="purchase")
            bank = self.env.ref("customer_archive.document_type_bank")
            paper = file.document_ids.filtered(lambda i: i.type_id == bank).sudo()
            as_system(paper).write({"is_paper": False, "attachment_ids": [(5,)]})
        self.run_cron("2027-03-12")
        text = self.reminders(agreement).summary
        self.assertRegex(text, r"Request from Test Party Ltd \(.*\): ")
        self.assertIn("Power of attorney expires on 2027-06-01", text)
        self.assertIn("Account-opening certificate: missing", text)
        self.assertNotIn("Business licence", text)
        self.run_cron("2027-05-11")
        self.assertNotIn("Request from Test Party", self.reminders(agreement).summary)
        # Customers aren't asked.
        with freeze_time(f"{TODAY} 02:00:00"):
            sold = self.agree("2027-06-10")
            self.file.relation_stage = "intended"
            self.file.relation_stage = "cooperating"
        self.run_cron("2027-05-12")
        self.assertNotIn("Ask ", self.reminders(sold).summary)

    def test_a_reminder_ends_with_the_renewal_only(self):
        """Nobody deletes it or ticks it off, not even who has to renew it."""
        with freeze_time(f"{TODAY} 02:00:00"):
            item, agreement = self.item("2027-03-20"), self.agree("2027-03-20")
            self.run_cron(TODAY)
            for record in (item, agreement):
                activity = self.reminders(record)
                for role in ("sales", "head", "clerk", "management"):
                    own = activity.with_user(self.users[role])
                    self.assertFalse(own.can_write)
                    ways = (own.unlink, own.action_done, own.action_archive)
                    for way in (*ways, lambda own=own: own.action_feedback("x")):
                        with self.assertRaises(UserError):
                            way()
                with self.assertRaisesRegex(UserError, "is a renewal reminder.*waived"):
                    activity.with_user(self.users["sales"]).unlink()
                self.assertTrue(activity.active)
            item.with_user(self.users["clerk"]).action_waive("Not used any more")
            self.assertFalse(self.reminders(item))
            # Renewed.
            as_system(agreement.sudo()).date_end = "2029-03-20"
            agreement.sudo()._end_obsolete_reminders()
            self.assertFalse(self.reminders(agreement))

    # Killed, broken

    def test_killed_in_the_middle(self):
        """Whatever was committed stays, the rest is done by the next run, once."""
        with freeze_time(f"{TODAY} 02:00:00"):
            items = self.env[ITEM].union(
                *(self.item("2027-03-20", file=self.registered()) for _each in range(5))
            )
        real, runs = type(items)._process_batch, []

        def killed(batch, name, step, due):
            if len(runs) == 2:
                raise KeyboardInterrupt
            runs.append(len(batch))
            return real(batch, name, step, due)

        with (
            patch(f"{DUE}.BATCH", 2),
            patch.object(type(items), "_process_batch", killed),
            # Odoo's assertRaises would roll back what was committed.
            contextlib.suppress(KeyboardInterrupt),
        ):
            self.run_cron(TODAY)
        self.env.invalidate_all()
        self.assertEqual(runs, [2, 2])
        self.assertEqual(len(self.reminders(items)), 4)
        self.assertFalse(self.mails())
        with patch(f"{DUE}.BATCH", 2):
            self.run_cron(TODAY)
        self.assertEqual(
            sorted(self.reminders(items).mapped("res_id")), sorted(items.ids)
        )
        self.assertEqual(len(self.mails_to("sales")), 1)

    def test_one_broken_item_does_not_stop_the_others(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            bad = self.item("2027-03-20")
            good = self.item("2027-03-20", file=self.registered())
        real = type(bad)._validity_name

        def broken(item):
            if item == bad:
                raise ValueError("broken")
            return real(item)

        with patch.object(type(bad), "_validity_name", broken), mute_logger(DUE):
            self.run_cron(TODAY)
        self.assertFalse(self.reminders(bad))
        self.assertTrue(self.reminders(good))
        self.run_cron("2027-03-02")
        self.assertTrue(self.reminders(bad))

    # Digest

    def test_one_mail_a_day_of_what_is_new(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            one, two = self.item("2027-03-20"), self.agree("2027-03-20")
            other = self.item("2027-03-20", file=self.registered("sales_other"))
        self.run_cron(TODAY)
        self.run_cron(TODAY, 9)
        mail = self.mails_to("sales")
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.subject, "Customer files: 2 new reminders")
        for record in (one, two):
            self.assertIn(f"/odoo/{record._name}/{record.id}", mail.body_html)
        self.assertEqual(len(self.mails_to("sales_other")), 1)
        self.assertNotIn(f"{ITEM}/{other.id}", mail.body_html)
        # What comes up later that day is told on the next one.
        with freeze_time(f"{TODAY} 04:00:00"):
            late = self.item("2027-03-20", file=self.registered())
        self.run_cron(TODAY, 10)
        self.assertTrue(self.reminders(late))
        self.assertEqual(self.mails_to("sales"), mail)
        self.run_cron("2027-03-02")
        new = self.mails_to("sales") - mail
        self.assertIn(f"{ITEM}/{late.id}", new.body_html)
        self.assertNotIn(f"{ITEM}/{one.id}", new.body_html)
        # Nothing new, no mail.
        self.run_cron("2027-03-03")
        self.assertEqual(len(self.mails_to("sales")), 2)

    def test_a_long_mail_ends_with_the_way_to_the_rest(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            for day in ("2027-03-20", "2027-03-21", "2027-03-22"):
                self.item(day, file=self.registered())
        self.users["sales"].lang = "zh_CN"
        with patch(f"{DIGEST}.LINES", 2):
            self.run_cron(TODAY)
        mail = self.mails_to("sales")
        self.assertEqual(mail.body_html.count(f"/odoo/{ITEM}/"), 2)
        self.assertIn("……另有 1 条。", mail.body_html)
        self.assertIn("action-mail.mail_activity_action_my", mail.body_html)
        self.assertIn("3", mail.subject)

    def test_no_mail_on_days_off(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            item = self.item("2027-06-11")
        # A Saturday.
        self.run_cron("2027-03-13")
        self.assertTrue(self.reminders(item))
        self.assertFalse(self.mails_to("sales"))
        self.run_cron("2027-03-14")
        self.assertFalse(self.mails_to("sales"))
        self.run_cron("2027-03-15")
        self.assertEqual(len(self.mails_to("sales")), 1)

    def test_renewed_before_the_mail_it_is_not_told(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            item = self.item("2027-06-11")
        self.run_cron("2027-03-13")
        with freeze_time("2027-03-14 02:00:00"):
            self.item("2028-06-11")
        self.assertFalse(self.reminders(item))
        self.run_cron("2027-03-15")
        self.assertFalse(self.mails_to("sales"))

    # Cost

    def queries(self, count):
        with freeze_time(f"{TODAY} 02:00:00"):
            items = self.env[ITEM].union(
                *(
                    self.item("2027-03-20", file=self.registered())
                    for _each in range(count)
                )
            )
        used = self.take_due(f"{TODAY} 03:00:00")
        self.assertEqual(len(self.reminders(items)), count)
        return used

    def take_due(self, moment):
        """Return how many queries it takes to remind of what is due."""
        self.env.flush_all()
        with (
            freeze_time(moment),
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            before = cr.sql_log_count
            self.env(cr=cr, su=True)[ITEM]._process_due("validity_date", "_remind")
            used = cr.sql_log_count - before
        self.env.invalidate_all()
        return used

    def test_costs_by_batches_not_by_items(self):
        self.queries(1)
        few = self.queries(3)
        self.assertLessEqual(self.queries(30), few + 5)

    def test_nothing_due_costs_next_to_nothing(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            self.item("2029-03-20")
        self.assertLessEqual(self.take_due(f"{TODAY} 03:00:00"), 6)

    def test_worked_out_anew_after_sql(self):
        with freeze_time(f"{TODAY} 02:00:00"):
            item = self.item("2027-06-10")
        self.env.flush_all()
        self.env.cr.execute("UPDATE customer_archive_document SET validity_date = NULL")
        self.env.invalidate_all()
        self.env[ITEM]._refresh_validity()
        self.assertEqual(item.validity_date, date(2027, 3, 12))
