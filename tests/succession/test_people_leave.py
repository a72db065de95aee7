"""Who leaves, loses a role or hands over leaves nothing open behind."""

from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..validity.validity_case import TODAY, ValidityCase

FILE = "customer.archive"
TODO = "mail.mail_activity_data_todo"


class LeavingCase(ValidityCase):
    """Mixed into a TransactionCase."""

    def open_of(self, *roles):
        users = self.env["res.users"].browse(self.users[role].id for role in roles)
        return self.env["mail.activity"]._archive_open_of(users)

    def holders(self, record):
        """Return who has something to do on a record, by role."""
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id)]
        found = self.env["mail.activity"].sudo().search(domain)
        return sorted(login[2:] for login in found.user_id.mapped("login"))

    def plan(self, record, role, kind=TODO, automated=False):
        """Give a user something to do."""
        return (
            self.env["mail.activity"]
            .sudo()
            .create(
                {
                    "activity_type_id": self.env.ref(kind).id,
                    "automated": automated,
                    "res_model_id": self.env["ir.model"]._get_id(record._name),
                    "res_id": record.id,
                    "user_id": self.users[role].id,
                    "date_deadline": TODAY,
                    "summary": "to do",
                }
            )
        )

    def run_crons(self, day):
        crons = self.env["ir.cron"].search([("cron_name", "!=", False)])
        ours = crons.get_external_id()
        with freeze_time(f"{day} 03:00:00"), self.enter_registry_test_mode():
            for cron in crons:
                # The access record is verified by real time, whoever leaves.
                own = ours[cron.id].startswith("customer_archive.")
                if own and not cron.model_id.model.startswith("customer.archive.log"):
                    cron.method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestPeopleLeave(LeavingCase, TransactionCase):
    def reminded(self):
        """Return a paper and an agreement that sales is reminded of."""
        with freeze_time(f"{TODAY} 02:00:00"):
            agreement, item = self.agree("2027-03-20"), self.item("2027-03-25")
        self.run_cron(TODAY)
        self.assertEqual(self.holders(item), ["sales"])
        self.assertEqual(self.holders(agreement), ["sales"])
        return item, agreement

    def test_archived_by_the_button(self):
        """Odoo deletes all activities there: what is open is with the head before."""
        item, agreement = self.reminded()
        other = self.env["res.partner"].create({"name": "某客户"})
        self.plan(other, "sales")
        with freeze_time(f"{TODAY} 05:00:00"):
            self.users["sales"].action_archive()
        self.assertFalse(self.users["sales"].active)
        for record in (item, agreement):
            self.assertEqual(self.holders(record), ["head"])
        self.assertFalse(self.holders(other))

    def test_told_once_and_on_record(self):
        item, agreement = self.reminded()
        self.env["mail.activity"].sudo().search([]).archive_digest = False
        with freeze_time(f"{TODAY} 05:00:00"):
            self.users["sales"].active = False
        moved = self.reminders(item) + self.reminders(agreement)
        self.assertEqual(moved.mapped("archive_digest"), [True, True])
        log = self.env["customer.archive.log"].sudo()
        for record in (item, agreement):
            domain = [("model", "=", record._name), ("res_id", "=", record.id)]
            rows = log.search([*domain, ("event", "=", "review")])
            self.assertEqual(
                rows.mapped("detail"),
                ["handed over mail_activity_expiring t_sales > t_head"],
            )
        before = self.mails()
        self.run_cron(date(2027, 3, 2))
        mails = self.mails() - before
        self.assertEqual(mails.recipient_ids, self.users["head"].partner_id)
        self.assertEqual(len(mails), 1)

    def test_reactivated_he_gets_nothing_twice(self):
        item, agreement = self.reminded()
        user = self.users["sales"]
        with freeze_time(f"{TODAY} 05:00:00"):
            user.action_archive()
            user.action_unarchive()
        for day in (TODAY, date(2027, 3, 2), date(2027, 3, 18), date(2027, 3, 25)):
            self.run_crons(day)
            for record in (item, agreement):
                with self.subTest(day, record=record):
                    self.assertEqual(len(self.reminders(record)), 1)

    def test_then_management_then_nobody(self):
        item, _agreement = self.reminded()
        with freeze_time(f"{TODAY} 05:00:00"):
            for role, next_ in (("sales", "head"), ("head", "management")):
                self.users[role].action_archive()
                self.assertEqual(self.holders(item), [next_])
            managers = self.env.ref("customer_archive.group_management").all_user_ids
            managers.action_archive()
        last = self.reminders(item)
        self.assertTrue(last)
        self.assertFalse(last.user_id)

    def test_the_head_who_was_told_in_the_end_leaves(self):
        """The account manager, who has his own, isn't told a second time."""
        with freeze_time(f"{TODAY} 02:00:00"):
            item = self.item("2027-03-05")
        for day in (TODAY, date(2027, 4, 2), date(2027, 4, 9), date(2027, 4, 16)):
            self.run_cron(day)
        self.assertEqual(self.holders(item), ["head", "sales"])
        with freeze_time("2027-04-16 05:00:00"):
            self.users["head"].action_archive()
        self.assertEqual(self.holders(item), ["management", "sales"])

    def test_loses_the_role(self):
        """Whoever can't read it any more has nothing to do there."""
        item, agreement = self.reminded()
        user = self.users["sales"]
        employee = [Command.set([self.env.ref("base.group_user").id])]
        with freeze_time(f"{TODAY} 05:00:00"):
            user.group_ids = employee
        for record in (item, agreement):
            self.assertEqual(self.holders(record), ["head"])

    def test_next_account_manager(self):
        item, agreement = self.reminded()
        todo = self.plan(self.file, "sales")
        kept = self.plan(self.file, "head")
        with freeze_time(f"{TODAY} 05:00:00"):
            draft = self.archive()
            self.plan(draft, "sales")
            for file in (self.file, draft):
                self.hand(file, "sales_other")
        for record in (item, agreement, draft):
            self.assertEqual(self.holders(record), ["sales_other"])
        self.assertEqual(todo.user_id, self.users["sales_other"])
        self.assertEqual(kept.user_id, self.users["head"])

    def hand(self, file, role):
        as_system(file.sudo()).write({"user_id": self.users[role].id})

    def test_next_head(self):
        item, _agreement = self.reminded()
        department = self.departments["sales"]
        employee = self.departments["purchase"].manager_id
        with freeze_time(f"{TODAY} 05:00:00"):
            self.users["sales"].action_archive()
            self.assertEqual(self.holders(item), ["head"])
            department.manager_id = employee
        self.assertEqual(self.holders(item), ["purchase_head"])

    def test_what_nobody_is_left_to_decide(self):
        """Whoever asked has it, in words that say what to do."""
        with freeze_time(f"{TODAY} 02:00:00"):
            waiting = self.submitted()
        self.assertEqual(self.holders(waiting), ["head"])
        with freeze_time(f"{TODAY} 05:00:00"):
            self.users["head"].action_archive()
        activity = self.open_of("sales").filtered(
            lambda each: each.res_id == waiting.id and each.res_model == FILE
        )
        self.assertEqual(len(activity), 1)
        self.assertIn("submit it again", activity.summary)

    def test_costs_by_users_not_by_activities(self):
        def queries(count):
            with freeze_time(f"{TODAY} 02:00:00"):
                items = [self.item("2027-03-25") for _count in range(count)]
            for item in items:
                self.plan(
                    item, "sales", "customer_archive.mail_activity_expiring", True
                )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["mail.activity"].sudo()._archive_leave(
                self.users["sales"], gone=True
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(1)
        few = queries(2)
        self.assertLessEqual(queries(20), few + 12)

    def test_registers_that_nobody_would_get(self):
        schedule = self.env["customer.archive.register.schedule"].create(
            {
                "name": "每月台账",
                "register_ids": [
                    Command.set(self.env.ref("customer_archive.register_ledger").ids)
                ],
                "recipient_ids": [Command.set(self.users["clerk"].ids)],
                "department_ids": [Command.set(self.departments["sales"].ids)],
            }
        )
        self.users["clerk"].action_archive()
        self.assertEqual(schedule.recipient_ids, self.users["head"])


@tagged("post_install", "-at_install")
class TestEveryOpenThing(LeavingCase, TransactionCase):
    """The walk: whatever can be open in the customer files, and who leaves.

    Requirements D3 and D8.
    """

    def ground(self):
        """Return one record of each model that has activities; see the walk."""
        with freeze_time(f"{TODAY} 02:00:00"):
            return {FILE: self.file, **self.records()}

    def records(self):
        """Make records as rows in the database: what counts is who is asked."""
        file, sales = self.file, self.users["sales"]
        item, agreement = self.item("2027-03-25"), self.agree("2027-03-20")
        rows = self.env["customer.archive.undertaking"].with_user(self.users["finance"])
        found = {
            "customer.archive.document": item,
            "customer.archive.agreement": agreement,
            "customer.archive.undertaking": rows.browse(rows.sign("2027-02-01")),
        }
        common = {"archive_id": file.id, "purpose": "审核"}
        for name in ("consultation", "sharing", "loan", "change"):
            model = self.env[f"customer.archive.{name}"].with_user(sales)
            found[model._name] = model.create(self.application(model, item, common))
        found["customer.archive.disposal"] = self.env[
            "customer.archive.disposal"
        ].create({"kind": "close"})
        found["customer.archive.review"] = self.env["customer.archive.review"]._open(
            file.sudo()
        )
        run = self.env["customer.archive.annual"]._start(self.company, 2027)
        found["customer.archive.annual.request"] = self.asked(run)
        found["customer.archive.loan.extension"] = self.extension(
            found["customer.archive.loan"]
        )
        checks = as_system(self.env["customer.archive.integrity"])
        check = checks.create({"company_id": self.company.id, "state": "done"})
        found[checks._name] = self.env[checks._name].browse(check.id)
        found["customer.archive.event"] = self.complaint(self.file)
        gates = self.env.ref("customer_archive.gate_lapsed")
        waivers = self.env["customer.archive.waiver"].with_user(sales)
        values = {"partner_id": file.partner_id.id, "gate_ids": gates.ids}
        found[waivers._name] = waivers.create(values)
        finance = self.users["finance"]
        begun = file.with_user(finance).action_assess_credit()["res_id"]
        rating = self.env["customer.archive.assessment"].browse(begun)
        found[rating._name] = rating.with_user(finance)
        count = self.env["customer.archive.stocktake"].create({"scope": "all"})
        found[count._name] = count
        found |= self.inspection()
        target = self.env["customer.archive.backup.target"].create(
            {"name": "异地备份", "url": "/tmp/customer_archive_left"}
        )
        trees = self.env["customer.archive.tree"].with_user(self.users["archivist"])
        found[trees._name] = trees.create({"purpose": "年度审计取证"})
        runs = as_system(self.env["customer.archive.backup"])
        run = runs.create({"name": "20261130-daily", "target_id": target.id})
        found[runs._name] = self.env[runs._name].browse(run.id)
        return {**found, **self.regulation(), **self.supervision()}

    def supervision(self):
        """Return an incident, a check with a finding, and feedback."""
        incidents = self.env["customer.archive.incident"].with_user(self.users["clerk"])
        incident = incidents.create({"kind": "late", "facts": "归档晚了一周"})
        audits = self.env["customer.archive.audit"].with_user(self.users["auditor"])
        audit = audits.create({"subject": "抽查", "draw": "none"})
        audit.action_start()
        audit.line_ids[:1].action_finding()
        rows = self.env["customer.archive.feedback"].with_user(self.users["reader"])
        row = rows.create({"subject": "借阅", "description": "希望在手机上签收"})
        found = (incident, audit, audit.finding_ids, row)
        return {each._name: each for each in found}

    def inspection(self):
        """Return an inspection, and one of its points."""
        room = self.env["customer.archive.location"].create(
            {"name": "二楼库房", "kind": "room"}
        )
        inspections = self.env["customer.archive.inspection"]
        inspection = inspections.create({"location_id": room.id})
        line = inspection.line_ids[:1]
        return {inspection._name: inspection, line._name: line}

    def complaint(self, file):
        """Return a complaint of the party that isn't answered."""
        type_ = self.env.ref("customer_archive.event_type_complaint")
        party = file.sudo().partner_id
        notes = self.env["customer.archive.event"].with_user(file.sudo().user_id)
        values = {"type_id": type_.id, "partner_id": party.id}
        return notes.create({**values, "description": "交货短少"})

    def regulation(self):
        """Return a draft of a regulation, and somebody's row as if it were asked."""
        rule = self.env["customer.archive.regulation"].create({"name": "制度"})
        values = {"regulation_id": rule.id, "number": "1", "summary": "x"}
        version = self.env["customer.archive.regulation.version"].create(
            {**values, "valid_from": TODAY}
        )
        rows = self.env["customer.archive.regulation.acknowledgement"]
        row = as_system(rows).create(
            {
                "version_id": version.id,
                "user_id": self.users["reader"].id,
                "asked_on": TODAY,
                "due_date": TODAY,
                "state": "open",
            }
        )
        return {version._name: version, rows._name: rows.browse(row.id)}

    def application(self, model, item, common):
        more = {
            "customer.archive.sharing": {
                "recipient_name": "外部律师",
                "legal_basis": "contract",
            },
            "customer.archive.loan": {"days": 3},
        }
        return {**common, **more.get(model._name, {})}

    def asked(self, run):
        request = as_system(self.env["customer.archive.annual.request"].sudo()).create(
            {
                "annual_id": run.id,
                "archive_id": self.file.id,
                "user_id": self.users["sales"].id,
                "asked_on": TODAY,
                "due_date": TODAY,
            }
        )
        return request.browse(request.id)

    def extension(self, loan):
        self.env.cr.execute(
            "INSERT INTO customer_archive_loan_extension"
            " (loan_id, archive_id, partner_id, company_id, user_id, state, days, name,"
            "  purpose, approval_round)"
            " VALUES (%s, %s, %s, %s, %s, 'draft', 1, 'X', '审核', 0) RETURNING id",
            [
                *(loan.id, self.file.id, self.file.partner_id.id),
                *(self.company.id, self.users["sales"].id),
            ],
        )
        return self.env["customer.archive.loan.extension"].browse(
            self.env.cr.fetchone()[0]
        )

    def test_each_has_one_living_person_after_each_cron(self):
        ground = self.ground()
        models = self.env["mail.activity"]._archive_models()
        # A model that somebody adds has to be tried here.
        self.assertEqual(sorted(ground), models)
        todos = {name: self.plan(record, "sales") for name, record in ground.items()}
        for day in (TODAY, date(2027, 3, 2), date(2027, 3, 19)):
            self.run_crons(day)
            if day == TODAY:
                with freeze_time(f"{TODAY} 05:00:00"):
                    self.users["sales"].action_archive()
            for name, todo in todos.items():
                with self.subTest(name, day=day):
                    self.assertTrue(todo.exists())
                    self.assertTrue(todo.user_id.active)
            dead = (
                self.env["mail.activity"]
                .sudo()
                .search([("res_model", "in", models)])
                .filtered(lambda each: not each.user_id.active)
            )
            self.assertFalse(
                dead, dead.mapped(lambda each: (each.res_model, each.summary))
            )

    def test_each_kind_on_each_model(self):
        """Also what only one of a role was asked, of each type of ours."""
        ground = self.ground()
        kinds = self.env["mail.activity"]._archive_kinds()
        gone = self.users["clerk"]
        given = self.env["mail.activity"]
        for record in ground.values():
            self.env["mail.activity"].sudo().search(
                [("res_model", "=", record._name), ("res_id", "=", record.id)]
            ).unlink()
            for kind in kinds.values():
                given += self.plan(record, "clerk", f"customer_archive.{kind}", True)
        wanted = {
            (each.res_model, each.res_id, each.activity_type_id) for each in given
        }
        gone.action_archive()
        found = (
            self.env["mail.activity"].sudo().search([("res_model", "in", list(ground))])
        )
        for model, res_id, type_ in wanted:
            with self.subTest(model, kind=kinds[type_.id]):
                held = found.filtered(
                    lambda each, what=(model, res_id, type_): (
                        (each.res_model, each.res_id, each.activity_type_id) == what
                    )
                )
                self.assertEqual(len(held), 1)
                self.assertTrue(held.user_id.active)
