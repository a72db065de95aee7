"""What has to be decided isn't ticked off beside the decision (F10)."""

from contextlib import closing
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.approvals.mail_activity import (
    FREE,
    NOTICES,
)
from odoo.addons.customer_archive.models.common.customer_archive_guard import is_ours

from ..audit.history_case import talking_models
from ..support.common import ArchiveCase
from ..support.size import meets

ACTIVITY, TYPE = "mail.activity", "mail.activity.type"
QUIET = ("odoo.addons.base.models.ir_rule", "odoo.sql_db")
STORED = (
    "SELECT id, active, user_id, date_deadline, activity_type_id, res_model, res_id,"
    " automated, summary, feedback FROM mail_activity WHERE id = %s"
)


@tagged("post_install", "-at_install")
class TestDecisions(ArchiveCase, TransactionCase):
    def given(self, record, kind):
        """Return an activity as the system gives it, of an approver."""
        self.day = record._fields and self.company._archive_now().date()
        return (
            self.env[ACTIVITY]
            .sudo()
            .with_context(mail_activity_quick_update=True)
            .create(
                {
                    "activity_type_id": kind.id,
                    "automated": True,
                    "date_deadline": self.day,
                    "res_model_id": self.env["ir.model"]._get_id(record._name),
                    "res_id": record.id,
                    "summary": "部门负责人审核",
                    "user_id": self.users["head"].id,
                }
            )
        )

    def kinds(self):
        """Return all types of activities of this addon, by name."""
        data = self.env["ir.model.data"].search(
            [("module", "=", "customer_archive"), ("model", "=", TYPE)]
        )
        return {row.name: self.env[TYPE].browse(row.res_id) for row in data}

    def ways(self, user, activity, record):
        own = activity.with_user(user)
        about = record.with_user(user)
        later = self.day + timedelta(days=30)
        xmlid = f"customer_archive.{self.name_of(activity)}"
        yield "done", own.action_done
        yield "feedback", lambda: own.action_feedback(feedback="x")
        yield "and another", own.action_feedback_schedule_next
        yield "deleted", own.unlink
        yield "archived", own.action_archive
        yield "today", own.action_reschedule_today
        for name, value in {
            "active": False,
            "user_id": user.id,
            "date_deadline": later,
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            "automated": False,
            "summary": "x",
            "res_id": record.id + 1,
            "feedback": "x",
        }.items():
            yield f"write {name}", lambda n=name, v=value: own.write({n: v})
        for name, command in {
            "delete": Command.delete(activity.id),
            "unlink": Command.unlink(activity.id),
            "clear": Command.clear(),
            "update": Command.update(activity.id, {"date_deadline": later}),
        }.items():
            yield (
                f"x2many {name}",
                lambda c=command: about.write({"activity_ids": [c]}),
            )
        yield "by type", lambda: about.activity_unlink([xmlid])
        yield "fed back by type", lambda: about.activity_feedback([xmlid])
        yield (
            "moved by type",
            lambda: about.activity_reschedule([xmlid], new_user_id=user.id),
        )
        yield "next", about.action_reschedule_my_next_nextweek

    def name_of(self, activity):
        kinds = {kind: name for name, kind in self.kinds().items()}
        return kinds[activity.activity_type_id]

    def stored(self, activity):
        self.env.flush_all()
        self.env.cr.execute(STORED, [activity.id])
        return self.env.cr.fetchall()

    def attempt(self, way):
        try:
            with mute_logger(*QUIET):
                way()
                self.env.flush_all()
        except (AccessError, UserError, ValueError) as error:
            return str(error)
        return ""

    def test_nobody_ends_it_beside_the_decision(self):
        """Every type of this addon, every way, everybody."""
        file = self.submitted()
        people = {**self.users, "system": self.env.ref("base.user_admin")}
        said = set()
        for turn, (name, kind) in enumerate(self.kinds().items()):
            free = {f"write {each}" for each in FREE.get(name, ())}
            if name in FREE:
                free.add("moved by type")
            if name in NOTICES:
                free |= {
                    "done",
                    "feedback",
                    "and another",
                    "archived",
                    "fed back by type",
                }
            activity = self.given(file, kind)
            before = self.stored(activity)
            self.assertTrue(before)
            for who, (role, user) in enumerate(people.items()):
                ways = self.ways(user, activity, file)
                for number, (way, act) in enumerate(ways):
                    if way in free or not meets(len(people), turn, who, number):
                        continue
                    with closing(self.env.cr.savepoint(flush=False)):
                        said.add(self.attempt(act))
                        same = self.stored(activity) == before
                    self.env.invalidate_all(flush=False)
                    self.assertTrue(same, f"{name}: {way} as {role}")
        for told in (
            "complete it in",
            "is a renewal reminder",
            "assigned by the system",
        ):
            self.assertTrue(any(told in words for words in said), told)

    def test_on_every_model(self):
        """Whatever is decided or done, on all models with activities."""
        kind = self.env.ref("customer_archive.mail_activity_approval")
        seen = 0
        for name in talking_models(self.env):
            if "activity_ids" not in self.env[name]._fields:
                continue
            activity = self.env[ACTIVITY].new(
                {
                    "automated": True,
                    "activity_type_id": kind.id,
                    "res_model_id": self.env["ir.model"]._get_id(name),
                }
            )
            self.assertTrue(activity._given(), name)
            seen += 1
        self.assertGreater(seen, 8)

    def test_every_type_is_known(self):
        kinds = self.kinds()
        self.assertLessEqual(FREE.keys(), kinds.keys())
        known = {kind.id: name for name, kind in kinds.items()}
        self.assertEqual(self.env[ACTIVITY]._given_kinds(), known)

    def test_it_ends_with_the_decision(self):
        file = self.submitted()
        head = self.users["head"]
        domain = [("res_model", "=", file._name), ("res_id", "=", file.id)]
        activities = self.env[ACTIVITY]
        [given] = activities.search([*domain, ("user_id", "=", head.id)])
        with self.assertRaisesRegex(UserError, "complete it in"):
            given.with_user(head).action_feedback(feedback="x")
        self.assertFalse(given.with_user(head).can_write)
        file.with_user(head).action_approve("同意")
        self.assertFalse(activities.search([*domain, ("user_id", "=", head.id)]))
        self.assertIn("同意", " ".join(file.sudo().message_ids.mapped("body")))

    def test_a_requester_doesnt_take_the_approvers_away(self):
        file = self.submitted()
        given = file.sudo().activity_ids
        with self.assertRaises(UserError):
            given.with_user(self.users["sales"]).unlink()
        file.action_withdraw()
        self.assertFalse(given.exists())

    def test_notices_and_own_plans_stay_theirs(self):
        file = self.submitted()
        sales = self.users["sales"]
        notice = self.given(
            file, self.env.ref("customer_archive.mail_activity_loan_lost")
        )
        notice.user_id = sales
        notice.with_user(sales).action_feedback(feedback="已知悉")
        self.assertFalse(notice.active)
        for kind in (
            "mail.mail_activity_data_todo",
            "customer_archive.mail_activity_approval",
        ):
            own = (
                self.env[ACTIVITY]
                .with_user(sales)
                .create(
                    {
                        "activity_type_id": self.env.ref(kind).id,
                        "automated": True,
                        "res_model_id": self.env["ir.model"]._get_id(file._name),
                        "res_id": file.id,
                        "user_id": sales.id,
                    }
                )
            )
            own.write({"date_deadline": self.day + timedelta(days=1)})
            own.write({"automated": True})
            own.action_done()
            self.assertFalse(own.active, kind)

    def test_who_leaves_keeps_nobody_from_leaving(self):
        file = self.submitted()
        head = self.users["head"]
        self.assertIn(head, file.sudo().activity_ids.user_id)
        head.action_archive()
        self.assertFalse(head.active)

    def test_other_records_are_as_before(self):
        """On records of the ERP, activities are what they were."""
        partner = self.partner("别的公司")
        activity = partner.with_user(self.users["sales"]).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.users["sales"].id
        )
        self.assertTrue(activity.automated)
        self.assertFalse(is_ours(activity.res_model))
        activity.action_done()
        self.assertFalse(activity.active)
