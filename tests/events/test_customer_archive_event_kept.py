from datetime import timedelta

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..disposal.disposal_case import DisposalCase
from .events_case import LOG, NOTE, EventsCase

RULES = "odoo.addons.base.models.ir_rule"


@tagged("post_install", "-at_install")
class TestKeptInTheDatabase(EventsCase, TransactionCase):
    """A8, I3: what was noted stays as it is, for SQL too."""

    def aged(self, note, days=3):
        """Have a note be made some days earlier, its answer as well."""
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE customer_archive_event DISABLE TRIGGER"
            " customer_archive_event_kept"
        )
        self.env.cr.execute(
            """
            UPDATE customer_archive_event
               SET create_date = create_date - %(days)s,
                   written_on = written_on - %(days)s,
                   answered_on = answered_on - 3, closed_on = closed_on - 3
             WHERE id = %(id)s
            """,
            {"days": timedelta(days=days), "id": note.id},
        )
        self.env.cr.execute(
            "ALTER TABLE customer_archive_event ENABLE TRIGGER"
            " customer_archive_event_kept"
        )
        self.env.invalidate_all()
        return note

    def refused(self, statement, *values):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.RestrictViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(statement, values)

    def test_what_it_says(self):
        note = self.aged(self.note())
        for name, value in (
            ("description", "x"),
            ("date", "2020-01-01"),
            ("user_id", self.users["clerk"].id),
            ("type_id", self.kind("greeting").id),
            ("written_on", "2099-01-01"),
            ("create_date", "2099-01-01"),
        ):
            with self.subTest(name):
                self.refused(
                    f"UPDATE customer_archive_event SET {name} = %s WHERE id = %s",
                    value,
                    note.id,
                )
        self.refused("DELETE FROM customer_archive_event WHERE id = %s", note.id)
        self.refused("TRUNCATE customer_archive_event CASCADE")

    def test_its_answer(self):
        note = self.note("complaint")
        note.answer = "已换货"
        note.action_give_answer()
        note.score = "4"
        note.action_settle_complaint()
        self.aged(note)
        for name, value in (("answer", "x"), ("answered_on", "2020-01-01")):
            self.refused(
                f"UPDATE customer_archive_event SET {name} = %s WHERE id = %s",
                value,
                note.id,
            )
        self.refused(
            "UPDATE customer_archive_event SET score = '5' WHERE id = %s", note.id
        )

    def test_what_is_still_to_be_done(self):
        """And with whose file it goes isn't what it says."""
        note = self.aged(self.note(follow_up_date="2099-01-01"))
        self.by(note, "clerk").responsible_id = self.users["head"]
        note.sudo().action_follow_up()
        as_system(note.sudo()).write({"archive_id": False})
        self.env.flush_all()
        self.assertFalse(note.sudo().archive_id)

    def test_moved_to_where_it_would_go(self):
        """Not in two statements either: to a destroyed file, and deleted there."""
        note = self.note()
        other = self.registered(partner=self.partner("别家有限公司"))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive SET state = 'destroyed' WHERE id = %s", [other.id]
        )
        self.refused(
            "UPDATE customer_archive_event SET archive_id = %s WHERE id = %s",
            other.id,
            note.id,
        )
        # Nor loose, beside a destroyed file, while there is another one of the party.
        as_system(note.sudo()).write({"archive_id": False})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive SET partner_id = %s WHERE id = %s",
            [self.party.id, other.id],
        )
        self.refused("DELETE FROM customer_archive_event WHERE id = %s", note.id)

    def test_a_plan_is_none_yet(self):
        plan = self.aged(self.note(date="2099-01-05"))
        plan.description = "改谈付款期"
        self.env.flush_all()
        plan.action_call_off()
        self.env.flush_all()


@tagged("post_install", "-at_install")
@freeze_time("2027-03-01 02:00:00")
class TestWhoAnswers(EventsCase, TransactionCase):
    """A8: a complaint stays one, and with somebody who may answer it."""

    def test_corrected_while_it_is_open(self):
        """The correction takes its place, as late as it is; there is one to answer."""
        wrong = self.note(
            "complaint", description="第三批有气孔", follow_up_date="2027-03-30"
        )
        for day in ("2027-03-04", "2027-03-05"):
            with freeze_time(f"{day} 02:00:00"):
                self.remind()
        self.assertEqual(wrong.level, 2)
        before = (wrong.due_date, wrong.level, wrong.remind_date)
        with freeze_time("2027-03-08 02:00:00"):
            right = self.note("complaint", description="是第四批", corrects_id=wrong.id)
            self.assertEqual(right.state, "open")
            self.assertEqual((right.due_date, right.level, right.remind_date), before)
            self.assertEqual((wrong.state, wrong.is_overdue), ("off", False))
            # Nor does it stand among the complaints, or come back by its follow-up.
            self.assertFalse(wrong.due_date or wrong.follow_up_date)
            self.assertEqual(str(right.follow_up_date), "2027-03-30")
            self.assertTrue(right.is_overdue)
            self.assertFalse(wrong.sudo().activity_ids)
            self.assertEqual(self.work(right, "complaint"), self.users["sales"])
            told = self.work(right, "complaint_overdue")
            self.assertEqual(told, self.users["head"])
        steps = [detail for _who, _what, detail in self.recorded(wrong)]
        self.assertEqual(steps, ["created", "replaced"])
        blockers = self.file._blockers()[self.file.id]
        self.assertEqual(blockers["complaint"], (NOTE, [right.id]))
        with self.assertRaisesRegex(UserError, "has taken the place"):
            self.note("complaint", description="又是第三批", corrects_id=wrong.id)

    def test_corrected_twice_at_once(self):
        wrong = self.note("complaint")
        values = {
            "type_id": wrong.type_id.id,
            "partner_id": self.party.id,
            "description": "是第四批",
            "corrects_id": wrong.id,
        }
        with self.assertRaisesRegex(UserError, "has taken the place"):
            self.by(self.env[NOTE], "sales").create([values, values])
        self.assertEqual(wrong.state, "open")

    def test_corrected_once_it_is_answered(self):
        """Neither answered twice, nor complained of anew without a day."""
        wrong = self.note("complaint")
        self.assertIn("default_type_id", wrong.action_correct()["context"])
        wrong.answer = "已换货"
        wrong.action_give_answer()
        for step in (lambda: None, wrong.action_settle_complaint):
            step()
            with self.assertRaisesRegex(UserError, "has been answered"):
                self.note("complaint", description="x", corrects_id=wrong.id)
            self.assertNotIn("default_type_id", wrong.action_correct()["context"])
        remark = self.note("feedback", description="是第四批", corrects_id=wrong.id)
        self.assertEqual((remark.state, wrong.state), ("recorded", "closed"))

    def test_what_a_complaint_corrects_otherwise(self):
        """What was no complaint, and is one now, is answered by a day of its own."""
        visit = self.note("visit")
        right = self.note("complaint", corrects_id=visit.id)
        self.assertEqual((right.state, str(right.due_date)), ("open", "2027-03-04"))
        self.assertEqual(visit.state, "recorded")

    def test_taken_over_by_who_only_reads(self):
        """Whoever ends a complaint by correcting it is one of those who answer it."""
        lead = self.partner("样本线索有限公司", user_id=self.users["sales"].id)
        complaint = self.note("complaint", party=lead)
        finance = self.users["finance"]
        finance.group_ids += self.env.ref("customer_archive.group_user")
        self.assertTrue(self.by(complaint, "finance").has_access("read"))
        log = self.env[LOG].sudo()
        known = log.search([])
        values = {"party": lead, "role": "finance", "corrects_id": complaint.id}
        with self.enter_registry_test_mode(), mute_logger(RULES):
            with self.assertRaises(AccessError):
                self.note("complaint", description="无事", **values)
            self.env.cr.postrollback.run()
        self.env.invalidate_all()
        denied = (log.search([]) - known).filtered(lambda row: row.event == "denied")
        self.assertEqual(denied.user_id, finance)
        self.assertEqual(complaint.state, "open")
        self.assertTrue(self.note("feedback", **values))
        self.assertEqual(complaint.state, "open")

    def test_who_was_told_may_not_read_the_correction(self):
        """It goes up anew, to who may."""
        wrong = self.note("complaint")
        for day in ("2027-03-04", "2027-03-05", "2027-03-09"):
            with freeze_time(f"{day} 02:00:00"):
                self.remind()
        self.assertEqual(wrong.level, 3)
        kind = self.env[wrong.type_id._name].create(
            {
                "name": "举报",
                "is_complaint": True,
                "group_ids": self.env.ref("customer_archive.group_compliance").ids,
            }
        )
        with freeze_time("2027-03-10 02:00:00"):
            right = self.note(type_id=kind.id, corrects_id=wrong.id)
            told = self.work(right, "complaint_overdue")
            # The head answers for the file, and reads it.
            self.assertEqual(told, self.users["head"])
        self.departments["sales"].manager_id = False
        with freeze_time("2027-03-10 02:00:00"):
            again = self.note(
                type_id=kind.id, corrects_id=right.id, role="sales", description="更正"
            )
            self.assertFalse(self.work(again, "complaint_overdue"))
            self.assertEqual(again.level, 1)
            self.assertEqual(str(again.remind_date), "2027-03-10")

    def test_made_another_kind_of_note(self):
        """What was complained of isn't got rid of by calling it a visit."""
        wrong = self.note("complaint")
        self.note("visit", corrects_id=wrong.id)
        self.assertEqual(wrong.state, "open")

    def test_given_to_somebody_who_may_not_answer(self):
        for role in ("archivist", "auditor", "admin"):
            with (
                self.subTest(role),
                self.assertRaisesRegex(ValidationError, "neither answer nor"),
            ):
                self.note("complaint", responsible_id=self.users[role].id)
        complaint = self.note("complaint")
        with self.assertRaisesRegex(ValidationError, "neither answer nor"):
            self.by(complaint, "head").responsible_id = self.users["archivist"]
        for role in ("legal", "management", "compliance", "finance", "clerk"):
            complaint.responsible_id = self.users[role]
            self.by(complaint, role).answer = f"{role} 答复"

    def test_less_is_answered_by_two_people_only(self):
        """Neither later nor not at all: one administrator isn't enough."""
        kind = self.by(self.kind("complaint"), "admin")
        for name, value in (("answer_days", 30), ("is_complaint", False)):
            with self.subTest(name):
                before = kind[name]
                kind.write({name: value})
                self.assertEqual(kind[name], before)
                self.assertTrue(kind.lifting_words)
                with self.assertRaises(AccessError):
                    kind.action_confirm_lifting(kind.lifting_digest)
                self.by(kind, "compliance").action_confirm_lifting(kind.lifting_digest)
                self.assertEqual(kind[name], value)
        other = self.by(self.env[kind._name], "admin").create(
            {"name": "退货", "is_complaint": True}
        )
        other.active = False
        self.assertTrue(other.active)
        other.answer_days = 1
        self.assertEqual(other.answer_days, 1)
        plain = self.by(self.kind("visit"), "admin")
        plain.active = False
        self.assertFalse(plain.active)

    def test_a_new_salesperson_of_a_party_without_a_file(self):
        """What the former one had to do goes along."""
        lead = self.partner("样本线索有限公司", user_id=self.users["sales"].id)
        plan = self.note(party=lead, date="2027-03-09")
        complaint = self.note("complaint", party=lead)
        other = self.note(party=lead, date="2027-03-10", role="clerk")
        lead.user_id = self.users["sales_other"]
        for note, kind in ((plan, "event_planned"), (complaint, "complaint")):
            self.assertEqual(note.sudo().responsible_id, self.users["sales_other"])
            self.assertEqual(self.work(note, kind), self.users["sales_other"])
        self.assertEqual(other.responsible_id, self.users["clerk"])
        # Who leaves is stood in for by the salesperson.
        self.users["clerk"].active = False
        self.assertEqual(self.work(other, "event_planned"), self.users["sales_other"])

    def test_nobody_becomes_a_reader_by_being_the_salesperson(self):
        """What isn't for the new one stays, or goes to who reads and answers it."""
        lead = self.partner("样本线索有限公司", user_id=self.users["sales"].id)
        later = {"party": lead, "follow_up_date": "2027-03-30"}
        own = self.note("risk", **later)
        others = self.note(
            "risk", role="clerk", responsible_id=self.users["sales"].id, **later
        )
        lead.user_id = self.users["sales_other"]
        for note in (own, others):
            self.assertFalse(self.by(note, "sales_other").has_access("read"))
        # Its author reads it still; of the other the former salesperson doesn't.
        self.assertEqual(own.sudo().responsible_id, self.users["sales"])
        self.assertEqual(others.sudo().responsible_id, self.users["management"])
        self.assertTrue(self.by(others, "management").has_access("write"))

    def test_nobody_answers_by_being_the_salesperson(self):
        lead = self.partner("样本线索有限公司", user_id=self.users["sales"].id)
        complaint = self.note("complaint", party=lead)
        for role in ("auditor", "archivist", "employee"):
            lead.user_id = self.users[role]
            self.assertEqual(complaint.responsible_id, self.users["sales"], role)
            self.assertEqual(self.work(complaint, "complaint"), self.users["sales"])


@tagged("post_install", "-at_install")
class TestNotesOfClosedFiles(DisposalCase, TransactionCase):
    """A8, F5: what was noted after a file was closed."""

    def setUp(self):
        super().setUp()
        self.file = self.registered().sudo()
        self.party = self.file.partner_id
        as_system(self.file).write({"state": "closed", "closed_on": "2020-01-01"})
        self.env.flush_all()

    def note(self, kind):
        type_ = self.env.ref(f"customer_archive.event_type_{kind}")
        note = (
            self.env[NOTE]
            .with_user(self.users["sales"])
            .create(
                {
                    "type_id": type_.id,
                    "partner_id": self.party.id,
                    "description": "来电说旧货有问题",
                }
            )
        )
        self.assertFalse(note.archive_id)
        return note

    def test_a_complaint_keeps_the_file(self):
        complaint = self.note("complaint")
        blockers = self.file._blockers()[self.file.id]
        self.assertEqual(blockers["complaint"], (NOTE, [complaint.id]))
        complaint.answer = "已赔付"
        complaint.action_give_answer()
        self.assertNotIn("complaint", self.file._blockers().get(self.file.id, {}))

    def test_they_go_with_the_last_file(self):
        visit = self.note("visit")
        elsewhere = self.partner("别家有限公司")
        other = visit.copy({"partner_id": elsewhere.id, "archive_id": False})
        self.file._erase("test")
        self.assertFalse(visit.exists())
        self.assertTrue(other.exists())

    def test_not_while_there_is_another_file(self):
        visit = self.note("visit")
        again = self.archive(partner=self.party).sudo()
        self.assertEqual(visit.archive_id, again)
        self.file._erase("test")
        self.assertTrue(visit.exists())
