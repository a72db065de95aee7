"""Requirement G5: trainings on record, and undertakings that follow from them."""

import base64
from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .regulations_case import LINE, LOG, MONDAY, TRAINING, WHEN, RegulationsCase, pdf

UNDERTAKING, SIGN = "customer.archive.undertaking", "customer.archive.sign"


@tagged("post_install", "-at_install")
class TestTraining(RegulationsCase, TransactionCase):
    """Requirement G8."""

    def test_planned_then_held(self):
        with freeze_time("2027-02-26 02:00:00"):
            training = self.training("sales", "finance")
            with self.assertRaisesRegex(UserError, "hasn't been held"):
                training.action_record_held()
        with freeze_time(WHEN):
            training.line_ids[1].attended = False
            training.action_record_held()
            with self.assertRaisesRegex(UserError, "was held"):
                training.action_record_held()
        self.assertEqual((training.state, training.attendee_count), ("held", 1))
        self.assertEqual(training.organiser_id, self.users["hr"])
        row = self.env[LOG].search([("model", "=", TRAINING)], limit=1)
        self.assertEqual((row.event, row.detail), ("state", "draft > held"))

    def test_nobody_attended(self):
        with freeze_time(WHEN):
            training = self.training("sales")
            training.line_ids.attended = False
            with self.assertRaisesRegex(UserError, "who attended"):
                training.action_record_held()
            training.action_all_attended()
            training.action_record_held()
        self.assertEqual(training.attendee_count, 1)

    def test_by_employees(self):
        """Whoever is no user attends as well; names stay as they were."""
        department = self.departments["sales"]
        values = {"department_id": department.id}
        keeper = self.env["hr.employee"].create({"name": "仓库张三", **values})
        seller = self.env["hr.employee"].create(
            {"name": "赵销售", "user_id": self.users["sales"].id, **values}
        )
        with freeze_time(WHEN):
            with Form(self.by(self.env[TRAINING], "hr")) as form:
                form.name, form.date, form.trainer = "保密培训", MONDAY, "周合规"
                for employee in (keeper, seller):
                    with form.line_ids.new() as line:
                        line.employee_id = employee.with_user(self.users["hr"])
                        line.attended = True
            training = form.record
            training.action_record_held()
        lines = training.line_ids
        self.assertEqual(lines.mapped("name"), ["仓库张三", "赵销售"])
        self.assertEqual(lines.department_id, department)
        self.assertEqual(lines.user_id, self.users["sales"])
        seller.name = "赵改名"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(lines[1].name, "赵销售")

    def test_held_is_immutable(self):
        """For human resources, administrators and superuser alike."""
        with freeze_time(WHEN):
            training = self.held("sales")
        new = {"user_id": self.users["finance"].id, "attended": True}
        for own in (training, training.sudo(), self.by(training, "admin")):
            for call in (
                lambda own=own: own.write({"date": "2027-03-02"}),
                lambda own=own: own.write({"line_ids": [Command.create(new)]}),
                lambda own=own: own.write({"state": "draft"}),
                own.unlink,
                lambda own=own: own.line_ids.write({"attended": False}),
                lambda own=own: own.line_ids.unlink(),
                lambda own=own: own.env[LINE].create({"training_id": own.id, **new}),
            ):
                with self.subTest(own=own.env.user.login), self.assertRaises(UserError):
                    call()
        # Nor is a line of another training moved in.
        planned = self.training("finance")
        with self.assertRaises(UserError):
            planned.line_ids.training_id = training

    def test_signed_list(self):
        """It comes after the training, once."""
        with freeze_time(WHEN):
            training = self.held("sales")
        with self.assertRaisesRegex(UserError, "no signed list"):
            training.action_open_list()
        with self.assertRaisesRegex(UserError, "isn't kept here"):
            training.write({"file_name": "x.txt", "upload": base64.b64encode(b"x")})
        signed = {"file_name": "签到表.pdf", "upload": pdf("签到表")}
        training.write(signed)
        stored = training.sudo().list_id
        self.assertEqual((stored.name, stored.res_model), ("签到表.pdf", TRAINING))
        self.assertIn(f"/{stored.id}?", training.action_open_list()["url"])
        with self.assertRaisesRegex(UserError, "was held"):
            training.write(signed)
        with self.assertRaises(UserError):
            stored.sudo().unlink()

    def test_who_does_what(self):
        with freeze_time(WHEN):
            training = self.held("sales")
        for role in ("sales", "compliance", "management", "auditor", "admin", "hr"):
            self.assertTrue(self.by(training, role).read(["name"]), role)
            self.assertTrue(self.by(training.line_ids, role).read(["name"]), role)
        for role in ("finance", "reader", "employee"):
            for records in (training, training.line_ids):
                with self.subTest(role), self.assertRaises(AccessError):
                    self.by(records, role).read(["name"])
        planned = self.training("sales")
        for role in ("sales", "compliance", "management", "auditor", "admin"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(planned, role).name = "x"
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(planned, role).action_record_held()
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(self.env[TRAINING], role).create(
                    {"name": "x", "date": MONDAY, "trainer": "x"}
                )
        planned.unlink()
        self.assertFalse(planned.exists())


@tagged("post_install", "-at_install")
class TestUndertakingByTraining(RegulationsCase, TransactionCase):
    def sign(self, day=None, role="sales"):
        rows = self.by(self.env[UNDERTAKING], role)
        return rows.browse(rows.sign(day))

    def test_it_follows_from_the_training(self):
        with freeze_time(WHEN):
            self.held("sales", day=date(2027, 1, 4))
            last = self.held("sales", day=date(2027, 2, 1))
            self.held("sales", day=date(2027, 2, 8), kind="procedures")
            self.training("sales", day=date(2027, 2, 15))
            missed = self.training("sales", "finance", day=date(2027, 2, 16))
            missed.line_ids[0].attended = False
            missed.action_record_held()
            row = self.sign("2027-02-26")
            self.assertEqual(row.training_date, date(2027, 2, 1))
            self.assertEqual(row.training_id, last)
            self.assertEqual(self.sign().training_date, date(2027, 2, 1))

    def test_without_a_training_on_record(self):
        with freeze_time(WHEN):
            row = self.sign("2027-02-26")
            self.assertEqual(row.training_date, date(2027, 2, 26))
            self.assertFalse(row.training_id)
            with self.assertRaisesRegex(UserError, "Enter the date on which"):
                self.sign()

    def test_required(self):
        with freeze_time(WHEN):
            before = self.sign("2027-02-26")
            self.company.archive_training_required = True
            # What is valid stays so.
            self.by(self.env[UNDERTAKING], "sales")._check_signed()
            self.assertEqual(before.state, "valid")
            with self.assertRaisesRegex(UserError, "human resources"):
                self.sign("2027-02-26")
            training = self.held("sales")
            self.assertEqual(self.sign("2027-02-26").training_id, training)

    def test_of_this_company(self):
        other = self.env["res.company"].create({"name": "另一公司"})
        self.users["hr"].company_ids = [Command.link(other.id)]
        with freeze_time(WHEN):
            abroad = self.by(self.env[TRAINING], "hr").with_company(other)
            line = {"user_id": self.users["sales"].id, "attended": True}
            abroad.create(
                {
                    "name": "保密培训",
                    "date": MONDAY,
                    "trainer": "周合规",
                    "company_id": other.id,
                    "line_ids": [Command.create(line)],
                }
            ).action_record_held()
            self.assertFalse(self.sign("2027-02-26").training_id)

    def test_dialog(self):
        dialog = self.by(self.env[SIGN], "sales")
        with freeze_time(WHEN):
            with Form(dialog) as form:
                self.assertFalse(form.is_recorded)
                form.training_date = "2027-02-26"
            form.record.action_sign()
            self.company.archive_training_required = True
            self.assertTrue(Form(dialog).is_missing)
            self.held("sales")
            form = Form(dialog)
            self.assertEqual(form.training_date, MONDAY)
            self.assertTrue(form.is_recorded)
            with self.assertRaises(AssertionError):
                form.training_date = "2027-02-26"
            form.save().action_sign()
        row = self.by(self.env[UNDERTAKING], "sales").search([], limit=1)
        self.assertEqual((row.training_date, bool(row.training_id)), (MONDAY, True))

    def test_a_forged_default(self):
        with freeze_time(WHEN):
            training = self.held("finance")
            rows = self.by(self.env[UNDERTAKING], "sales")
            rows = rows.with_context(default_training_id=training.id)
            self.assertFalse(rows.browse(rows.sign("2027-02-26")).training_id)

    def test_nobody_else_writes_it(self):
        with freeze_time(WHEN):
            training = self.held("finance")
            row = self.sign("2027-02-26")
        with self.assertRaises(AccessError):
            row.sudo().training_id = training
        as_system(row.sudo()).training_id = training
        with self.assertRaises(UserError):
            training.sudo().unlink()
