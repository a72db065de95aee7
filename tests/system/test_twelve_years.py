"""Twelve years of two hundred files: everything on its day, once, and none missing."""

from collections import Counter
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import SUPERUSER_ID, Command, api
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ArchiveCase
from ..support.size import sample, size
from . import life_plan

FILES = 200
KINDS = ("review", "review_overdue", "expiring", "expired", "annual", "disposal")
MODELS = {
    "customer.archive.review": "review",
    "customer.archive.document": "document",
    "customer.archive.agreement": "agreement",
    "customer.archive.annual.request": "annual",
    "customer.archive.disposal": "disposal",
}
DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestTwelveYears(ArchiveCase, TransactionCase):
    """Requirements D2, D3, D4 and F5."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env
        policies = {
            side: env["customer.archive.retention.policy"].create(
                {
                    "name": side,
                    "trigger": "last_business" if side == "customer" else "closing",
                    "years": years,
                }
            )
            for side, years in life_plan.KEPT.items()
        }
        env["customer.archive.document.type"].search([]).retention_policy_id = False
        for category in env["customer.archive.category"].search([]):
            category.retention_policy_id = policies[category.side]
        cls.paper_type = env["customer.archive.document.type"].create(
            {"name": "Permit", "has_validity": True, "requirement": "optional"}
        )
        cls.types = {
            env.ref(f"customer_archive.mail_activity_{kind}").id: kind for kind in KINDS
        }
        cls.management = env.ref("customer_archive.group_management").all_user_ids
        cls.product = env["product.product"].create({"name": "Test", "type": "service"})

    def test_twelve_years(self):
        lives = life_plan.lives(FILES)
        lives = size(life_plan.one_of_each(lives), lives)
        sorts = {(side, risky) for _name, side, risky in life_plan.CATEGORIES}
        self.assertEqual(len({life_plan.sort(life) for life in lives}), 2 * len(sorts))
        logins = [user.login for user in self.management]
        expected = life_plan.expected(lives, [self.short(each) for each in logins])
        acts = life_plan.acts(lives)
        self.files, self.places, self.destroyed = {}, {}, set()
        self.extended, self.todo = set(), {}
        self.lives = {life.index: life for life in lives}
        self.seen = {"activity": 0, "line": 0}
        found = {}
        # Whatever happens on another day than reckoned shows on one of these: what
        # is early the day before, what is late on a later one.
        eves = {day - DAY for day in sample(sorted(expected), 8)}
        days = expected.keys() | eves | acts.keys()
        day, last = life_plan.START, life_plan.END
        with self.enter_registry_test_mode(), freeze_time(day) as clock:
            while day <= last:
                if day in days or day in self.todo:
                    self.today = day
                    clock.move_to(f"{day} 03:00:00")
                    self.run_crons()
                    if new := self.observed():
                        found[day] = new
                    clock.move_to(f"{day} 08:00:00")
                    self.act(day, acts.get(day, ()))
                day += DAY
        missing, extra = [], []
        for day in sorted(expected.keys() | found.keys()):
            wanted, new = expected.get(day, Counter()), found.get(day, Counter())
            missing += [(str(day), *what) for what in (wanted - new).elements()]
            extra += [(str(day), *what) for what in (new - wanted).elements()]
        self.assertEqual((missing, extra), ([], []))
        kinds = Counter()
        for counter in expected.values():
            for what, count in counter.items():
                kinds[what[0]] += count
        # Each kind did happen, and not by a handful.
        self.assertGreater(min(kinds.values()), size(5, 10), kinds)
        self.assertEqual(set(kinds), {*KINDS, "listed", "destroyed"})
        self.check_end(lives)

    def check_end(self, lives):
        for life in lives:
            file = self.files[life.index]
            if life.closed and not life.is_extended:
                kept = life_plan.kept_until(life)
                self.assertEqual(file.retention_date, kept, life)
        lists = self.env["customer.archive.disposal"].search(
            [("kind", "=", "destroy"), ("state", "=", "done")]
        )
        for each in lists.filtered(
            lambda each: "destroy" in each.line_ids.mapped("verdict")
        ):
            self.assertTrue(each.certificate, each.name)

    # What the system does

    def run_crons(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["customer.archive"]._cron_review()
            env["customer.archive.validity"]._cron_validity()
            env["customer.archive.annual"]._cron_annual()
            env["customer.archive.disposal"]._cron_retention()
        self.env.invalidate_all()

    def observed(self):
        found = Counter()
        activities = self.env["mail.activity"].search(
            [
                ("id", ">", self.seen["activity"]),
                ("activity_type_id", "in", list(self.types)),
            ],
            order="id",
        )
        for activity in activities:
            found[self.described(activity)] += 1
        lines = self.env["customer.archive.disposal.line"].search(
            [("id", ">", self.seen["line"]), ("kind", "=", "destroy")], order="id"
        )
        for line in lines:
            found["listed", self.places[line.archive_id.id]] += 1
        for name, records in (("activity", activities), ("line", lines)):
            self.seen[name] = max([self.seen[name], *records.ids])
        ids = [file.id for file in self.files.values()]
        domain = [("id", "in", ids), ("state", "=", "destroyed")]
        files = self.env["customer.archive"].search(domain)
        gone = {self.places[file.id] for file in files}
        found.update(("destroyed", index) for index in gone - self.destroyed)
        self.destroyed |= gone
        return found

    def described(self, activity):
        kind = self.types[activity.activity_type_id.id]
        record = self.env[activity.res_model].browse(activity.res_id)
        login = self.short(activity.user_id.login)
        if kind == "disposal":
            # Appraised the next day, carried out on the day when it may be.
            self.plan(record, 1 if record.state == "draft" else 0)
            head = record.department_id.manager_id.user_id
            return kind, self.short(head.login), login
        index = self.places[record.archive_id.id]
        if kind == "annual":
            self.plan(record, 0)
        if kind == "review":
            self.plan(record, self.lives[index].review_lag)
        what = (MODELS[record._name],) if kind in ("expiring", "expired") else ()
        return kind, *what, index, login

    def plan(self, record, days):
        """Have somebody see to what was asked, so many days later."""
        day = self.today + timedelta(days=days)
        self.todo.setdefault(day, []).append(record)

    @staticmethod
    def short(login):
        return login.removeprefix("t_")

    # What people do

    def act(self, day, acts):
        for what, life, value in acts:
            getattr(self, f"do_{what}")(life, value)
        for record in self.todo.pop(day, ()):
            getattr(self, f"end_{MODELS[record._name]}")(record)
        self.env.cr.flush()

    def do_open(self, life, _value):
        file = self.archive(
            life.role,
            category=self.env.ref(f"customer_archive.category_{life.category}"),
            is_core=life.is_core,
            relation_stage=life.stage,
        ).sudo()
        values = {"state": "active", "name": f"T-{life.index}"}
        as_system(file).write({**values, "opening_date": self.today})
        self.files[life.index] = file
        self.places[file.id] = life.index

    def do_paper(self, life, end):
        self.env["customer.archive.document"].with_user(self.users["clerk"]).create(
            {
                "archive_id": self.files[life.index].id,
                "type_id": self.paper_type.id,
                "is_paper": True,
                "valid_until": end,
            }
        )

    def do_agreement(self, life, end):
        agreements = self.env["customer.archive.agreement"]
        agreement = agreements.with_user(self.users[life.role]).create(
            {
                "archive_id": self.files[life.index].id,
                "kind": "framework",
                "date_start": self.today,
                "date_end": end,
            }
        )
        self.sign(agreement)

    def do_order(self, life, _value):
        """Confirmed and cancelled: there was business, and nothing is left open."""
        product = Command.create({"product_id": self.product.id, "price_unit": 1})
        party = self.files[life.index].partner_id.id
        order = self.env["sale.order"].create(
            {"partner_id": party, "order_line": [product]}
        )
        order.action_confirm()
        order._action_cancel()

    def do_close(self, life, _value):
        file = self.files[life.index]
        lists = self.env["customer.archive.disposal"].with_user(self.users[life.role])
        disposal = lists.create(
            {
                "kind": "close",
                "reason": "Test",
                "line_ids": [Command.create({"archive_id": file.id})],
            }
        )
        self.decide(disposal)
        self.assertEqual(file.state, "closed")

    def do_hold(self, life, _value):
        file = self.files[life.index].with_user(self.users["legal"])
        file.action_hold("legal", "Test")

    def do_lift(self, life, _value):
        hold = self.files[life.index].hold_ids.filtered(lambda hold: not hold.lifted_on)
        hold.with_user(self.users["management"]).action_lift("Test")

    def end_review(self, review):
        if review.state == "open":
            review.with_user(review.user_id).action_confirm("Looked at")

    def end_annual(self, request):
        if request.state == "asked":
            items = self.env["customer.archive.document"].with_user(self.users["clerk"])
            paper = {"archive_id": request.archive_id.id, "is_paper": True}
            for kind in request.asked_type_ids:
                items.create({**paper, "type_id": kind.id})
            request.with_user(request.user_id).action_answer("All are there")

    def end_disposal(self, disposal):
        archivist = self.users["archivist"]
        if disposal.state == "approved":
            disposal.with_user(archivist).action_execute("Shredded")
            disposal.with_user(self.users["compliance"]).action_witness()
            return
        for line in disposal.line_ids:
            index = self.places[line.archive_id.id]
            if self.lives[index].is_extended and index not in self.extended:
                self.extended.add(index)
                until = self.today + relativedelta(years=1)
                line.with_user(archivist).write(
                    {"verdict": "extend", "extend_until": until}
                )
            else:
                line.with_user(archivist).verdict = "destroy"
        self.decide(disposal.with_user(archivist))

    def decide(self, disposal):
        disposal.action_submit()
        while disposal.state == "review":
            approver = disposal.sudo().approver_ids.sorted("id")[:1]
            disposal.with_user(approver).action_approve()
