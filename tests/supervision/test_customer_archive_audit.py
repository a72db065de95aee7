"""Supervisors' checks: planned, drawn, answered, signed, corrected; requirement G1."""

from datetime import date, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.tools import draw

from .supervision_case import AUDIT, FINDING, LINE, POINT, SupervisionCase


@tagged("post_install", "-at_install")
class TestAudit(SupervisionCase, TransactionCase):
    """Requirement G1."""

    def test_whole(self):
        """CD-29, RR-11, SC-60: from the plan to the confirmed correction."""
        audit = self.audit()
        self.assertRegex(audit.name, r"^JC-\d{4}-\d{4}$")
        self.assertEqual(self.work(audit, "audit"), self.users["auditor"])
        audit.action_start()
        self.assertEqual(audit.line_ids.archive_id, self.file)
        points = self.env[POINT].search([("is_per_file", "=", True)])
        lines = audit.line_ids.filtered("archive_id")
        self.assertEqual(set(lines.mapped("name")), set(points.mapped("name")))
        self.assertTrue(all(line.basis for line in audit.line_ids))
        finding = self.found(audit)
        self.assertEqual(self.work(finding, "correction"), self.users["sales"])
        with self.assertRaisesRegex(UserError, "Write the conclusion"):
            audit.action_sign()
        audit.conclusion = "一处整改"
        with self.assertRaisesRegex(UserError, "aren't answered yet"):
            audit.action_sign()
        self.signed(audit)
        self.assertEqual(audit.signed_by_id, self.users["auditor"])
        self.assertFalse(self.work(audit, "audit"))
        own = self.by(finding, "sales")
        with self.assertRaisesRegex(UserError, "enter what was corrected"):
            own.action_correct()
        own.correction = "已补盖章复印件"
        own.action_correct()
        self.assertEqual(self.work(finding, "correction_confirm"), audit.checker_id)
        finding.confirm_note = "缺法人章"
        finding.action_send_back()
        own.correction = "已补法人章"
        own.action_correct()
        finding.action_confirm()
        self.assertEqual(finding.finding_state, "confirmed")
        self.assertEqual(audit.open_finding_count, 0)
        self.assertFalse(self.work(finding, "correction_confirm"))
        steps = ["finding corrected", "finding returned", "finding corrected"]
        self.assertEqual(self.recorded(finding), [*steps, "finding confirmed"])

    def test_who_does_what(self):
        """Auditors and compliance; the rest reads at most."""
        for role in ("management", "archivist", "clerk", "sales", "admin", "legal"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.audit(role)
        audit = self.begun()
        line = audit.line_ids[0]
        for role in ("compliance", "management"):
            own = self.by(audit, role)
            self.assertTrue(own.read(["subject"]))
            for action in (own.action_sign, self.by(line, role).action_in_order):
                with self.subTest(role), self.assertRaises(AccessError):
                    action()
        for role in ("archivist", "clerk", "sales", "admin", "finance"):
            for record in (audit, line):
                with self.subTest(role), self.assertRaises(AccessError):
                    self.by(record, role).read(["name"])
        self.assertTrue(self.refusals(AUDIT, "audit"))
        # Who is in the group answers, and doesn't sign.
        audit.helper_ids = [Command.link(self.users["compliance"].id)]
        self.by(line, "compliance").action_in_order()
        with self.assertRaises(AccessError):
            self.by(audit, "compliance").action_sign()
        with self.assertRaisesRegex(ValidationError, "can't check"):
            audit.checker_id = self.users["archivist"]
        with self.assertRaisesRegex(ValidationError, "can't check"):
            self.audit().company_id = self.env["res.company"].create({"name": "外单位"})
        for values in ({"result": "ok"}, {"name": "x"}, {"answered_by_id": 1}):
            with self.subTest(values), self.assertRaises(AccessError):
                line.write(values)
        for values in ({"state": "signed"}, {"seed": "1"}, {"population": 9}):
            with self.subTest(values), self.assertRaises(AccessError):
                audit.write(values)
        with self.assertRaises(AccessError):
            point = {"point_id": line.point_id.id, "name": "x", "audit_id": audit.id}
            self.by(self.env[LINE], "auditor").create(point)

    def test_auditors_write_nothing_else(self):
        """The checker still changes no file."""
        self.begun()
        with self.assertRaises(AccessError):
            self.by(self.file, "auditor").write({"note": "x"})

    def test_drawn_again(self):
        """By the seed the same files come, until what is drawn from changes."""
        for number in range(6):
            self.registered(partner=self.partner(f"测试{number}号有限公司"))
        audit = self.begun(sample_size=3)
        files = audit.line_ids.archive_id
        self.assertEqual((len(files), audit.file_count), (3, 3))
        self.assertEqual(audit.population, 7)
        fitting = self.by(self.env["customer.archive"], "auditor").search(
            [("state", "not in", ("draft", "closed", "destroyed"))]
        )
        self.assertEqual(
            draw.drawn(audit.seed, fitting.ids, 3),
            [
                each
                for each in draw.drawn(audit.seed, fitting.ids, 9)
                if each in files.ids
            ],
        )
        params = audit.action_redraw()["params"]
        self.assertEqual(params["type"], "success")
        self.registered(partner=self.partner("新来有限公司"))
        params = self.by(audit, "management").action_redraw()["params"]
        self.assertEqual(params["type"], "warning")
        self.assertIn("8 files fit now, 7 did then", params["message"])
        with self.assertRaisesRegex(UserError, "nothing is drawn yet"):
            self.audit().action_redraw()

    def test_which_files(self):
        supplier = self.registered("purchase", partner=self.partner("供方有限公司"))
        secret = self.registered(partner=self.partner("核心有限公司"))
        secret.sudo()._write({"security_level": "secret"})
        self.env.invalidate_all()
        supplier = supplier.sudo()
        for values, files in (
            ({"draw": "all"}, self.file + supplier + secret.sudo()),
            ({"draw": "all", "category_id": supplier.category_id.id}, supplier),
            ({"draw": "all", "department_id": supplier.department_id.id}, supplier),
            ({"draw": "all", "security_level": "secret"}, secret.sudo()),
            ({"draw": "none"}, self.file.browse()),
        ):
            audit = self.begun(**values)
            with self.subTest(values):
                self.assertEqual(audit.line_ids.archive_id, files)
        percent = self.begun(draw="percent", sample_size=34)
        self.assertEqual(percent.file_count, 2)
        with self.assertRaisesRegex(UserError, "No file fits"):
            self.begun(security_level="confidential")

    @mute_logger("odoo.sql_db")
    def test_bad_samples(self):
        for values in (
            {"sample_size": 0},
            {"draw": "percent", "sample_size": 101},
            {"repeat_months": -1},
        ):
            with (
                self.subTest(values),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.audit(**values)
                self.env.flush_all()

    def test_answers_change_until_it_is_signed(self):
        audit = self.begun()
        finding = self.found(audit)
        line = finding.line_id
        line.action_in_order()
        self.assertFalse(finding.exists())
        self.assertIn("finding dropped", self.recorded(line))
        self.assertFalse(self.work(line.sudo().finding_ids, "correction"))
        finding = self.found(audit)
        own = self.by(finding, "sales")
        own.correction = "已补"
        own.action_correct()
        with self.assertRaisesRegex(UserError, "corrected already"):
            line.action_in_order()
        with self.assertRaisesRegex(UserError, "isn't at that step"):
            finding.description = "x"

    def test_not_corrected_before_it_is_described(self):
        """Else nobody could say any more what was found, and the check never ends."""
        audit = self.begun()
        line = audit.line_ids.filtered("archive_id")[:1]
        line.action_finding()
        finding = line.finding_ids
        finding.responsible_id = self.users["sales"]
        self.assertFalse(self.work(finding, "correction"))
        own = self.by(finding, "sales")
        own.correction = "已补"
        with self.assertRaisesRegex(UserError, "isn't described yet"):
            own.action_correct()
        finding.description = "营业执照复印件未盖章"
        self.assertEqual(self.work(finding, "correction"), self.users["sales"])
        finding.description = " "
        self.assertFalse(self.work(finding, "correction") or finding.sudo().act_on)
        finding.description = "营业执照复印件未盖章，缺骑缝章"
        asked = finding.sudo()._activities("mail_activity_correction")
        # Who is asked already isn't asked anew for each word.
        finding.description = "营业执照复印件未盖章"
        self.assertTrue(asked.exists())
        own.action_correct()
        as_system(finding.sudo()).description = False
        with self.assertRaisesRegex(UserError, "say what was found"):
            finding.action_confirm()
        as_system(finding.sudo()).description = "营业执照复印件未盖章"
        finding.action_confirm()
        self.signed(audit)

    def test_not_by_who_checks(self):
        """Whoever checks doesn't correct, and whoever corrects doesn't confirm."""
        audit = self.begun(helper_ids=[Command.set(self.users["compliance"].ids)])
        finding = self.found(audit)
        for role in ("auditor", "compliance"):
            with (
                self.subTest(role),
                self.assertRaisesRegex(ValidationError, "doesn't correct"),
            ):
                finding.responsible_id = self.users[role]
        with self.assertRaisesRegex(ValidationError, "can't see findings"):
            finding.responsible_id = self.users["employee"]
        with self.assertRaisesRegex(UserError, "over already"):
            finding.deadline = "2020-01-01"
        for role in ("auditor", "management", "archivist"):
            own = self.by(finding, role)
            with self.subTest(role), self.assertRaises(AccessError):
                own.action_correct()
        own = self.by(finding, "sales")
        with self.assertRaises(AccessError):
            own.severity = "minor"
        own.correction = "已补"
        own.action_correct()
        for role in ("sales", "management"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(finding, role).action_confirm()
        self.assertTrue(self.refusals(FINDING, "correct_finding"))
        self.assertTrue(self.refusals(FINDING, "confirm_correction"))
        self.by(finding, "compliance").action_confirm()

    @mute_logger("odoo.sql_db")
    def test_signed_stays(self):
        """For clients by the guard, for SQL by triggers."""
        audit = self.begun()
        finding = self.found(audit)
        self.signed(audit)
        line = finding.line_id
        for record, values in (
            (audit, {"conclusion": "x"}),
            (audit, {"helper_ids": [Command.clear()]}),
            (line, {"note": "x"}),
            (finding, {"severity": "minor"}),
        ):
            with self.subTest(values), self.assertRaises(UserError):
                record.write(values)
        with self.assertRaises(UserError):
            line.action_not_applicable()
        with self.assertRaises(UserError):
            audit.unlink()
        self.env.flush_all()
        for table, column, record in (
            ("audit", "subject", audit),
            ("audit_line", "note", line),
            ("audit_finding", "description", finding),
        ):
            name = f"customer_archive_{table}"
            query = f"UPDATE {name} SET {column} = 'x' WHERE id = %s"
            self.refused_by_sql(query, record)
            self.refused_by_sql(f"DELETE FROM {name} WHERE id = %s", record)
        own = self.by(finding, "sales")
        own.correction = "已补"
        own.action_correct()
        finding.action_confirm()
        self.env.flush_all()
        self.refused_by_sql(
            "UPDATE customer_archive_audit_finding SET correction = 'x' WHERE id = %s",
            finding,
        )

    def test_signed_file_is_destroyed(self):
        """Its words go, the rest stays as it was signed."""
        audit = self.begun()
        finding = self.found(audit)
        self.signed(audit)
        self.file._erase("test")
        self.env.invalidate_all()
        self.assertFalse(finding.sudo().description)
        self.assertEqual(finding.sudo().severity, "major")
        self.assertEqual(audit.state, "signed")

    def test_words_are_those_it_began_with(self):
        audit = self.begun()
        point = audit.line_ids.filtered("archive_id")[0].point_id
        before = audit.line_ids.filtered("archive_id")[0].name
        self.by(point, "auditor").name = "另一句话"
        self.assertEqual(audit.line_ids.filtered("archive_id")[0].name, before)
        for role in ("clerk", "admin", "management"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(point, role).name = "x"

    def test_repeated(self):
        """When it is signed the next one is planned, with the same people."""
        audit = self.begun(repeat_months=3, sample_size=1)
        self.signed(audit)
        following = audit.next_id
        self.assertEqual(following.state, "planned")
        expected = fields.Date.add(audit.planned_on, months=3)
        self.assertEqual(following.planned_on, expected)
        self.assertEqual(following.checker_id, audit.checker_id)
        self.assertFalse(self.work(following, "audit"))
        following.unlink()
        self.assertEqual(audit.state, "signed")

    def test_reminders(self):
        """Asked on the day, reminded on the last, then management is told, once."""
        with freeze_time("2027-03-01 03:00:00"):
            audit = self.audit(planned_on="2027-03-08")
        self.assertFalse(self.work(audit, "audit"))
        told = {}
        for offset in range(45):
            day = date(2027, 3, 1) + timedelta(days=offset)
            before = audit.sudo()._activities(
                "mail_activity_audit", "mail_activity_audit_overdue"
            )
            with freeze_time(f"{day} 03:00:00"):
                self.run_cron("audit")
            new = (
                audit.sudo()._activities(
                    "mail_activity_audit", "mail_activity_audit_overdue"
                )
                - before
            )
            if new:
                told[str(day)] = new.user_id.mapped("login")
        self.assertEqual(list(told), ["2027-03-08", "2027-03-22", "2027-03-24"])
        self.assertIn("t_management", told["2027-03-24"])

    def test_late_corrections_go_up(self):
        """To the head of the department, then to management."""
        self.env["hr.employee"].create(
            {
                "name": "Of sales",
                "user_id": self.users["sales"].id,
                "department_id": self.departments["sales"].id,
            }
        )
        with freeze_time("2027-03-01 03:00:00"):
            finding = self.found(self.begun(), deadline="2027-03-05")
        told = {}
        for offset in range(20):
            day = date(2027, 3, 1) + timedelta(days=offset)
            kind = "mail_activity_correction_overdue"
            before = finding.sudo()._activities(kind)
            with freeze_time(f"{day} 03:00:00"):
                self.run_cron("audit")
            if new := finding.sudo()._activities(kind) - before:
                told[day.day] = sorted(new.user_id.mapped("login"))
        self.assertEqual(told[8], ["t_head"])
        self.assertIn("t_management", told[11])
        self.assertEqual(len(told), 2)
        # The head reads it, and writes nothing.
        own = self.by(finding, "head")
        self.assertTrue(own.read(["description"]))
        with self.assertRaises(AccessError):
            own.correction = "x"

    def test_cancelled(self):
        audit = self.begun()
        finding = self.found(audit)
        with self.assertRaisesRegex(UserError, "Enter as the conclusion why"):
            audit.action_cancel()
        audit.conclusion = "与年度审计合并"
        audit.action_cancel()
        # What was found stays on record, and nobody is asked for it any more.
        self.assertEqual(finding.finding_state, "open")
        self.assertFalse(finding.sudo().act_on)
        self.assertFalse(self.work(finding, "correction"))
        self.assertFalse(audit.open_finding_count)
        with self.assertRaises(UserError):
            self.by(finding, "sales").correction = "已补"
        with self.assertRaises(UserError):
            audit.action_sign()

    def test_whom_it_finds_against(self):
        """They neither join those who check, nor change or give up the check."""
        audit = self.begun()
        finding = self.found(audit, "compliance")
        own = self.by(audit, "compliance")
        for values in (
            {"helper_ids": [Command.link(own.env.uid)]},
            {"checker_id": own.env.uid},
            {"conclusion": "x"},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                own.write(values)
        audit.conclusion = "无"
        with self.assertRaises(AccessError):
            own.action_cancel()
        self.assertFalse(own.can_plan)
        self.assertTrue(self.refusals(AUDIT, "audit"))
        for values in (
            {"helper_ids": [Command.link(own.env.uid)]},
            {"checker_id": own.env.uid},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, "has to correct"),
            ):
                audit.write(values)
        # Nor once whoever checks has left.
        self.users["auditor"].sudo().active = False
        for action in (own.action_cancel, lambda: own.write({"conclusion": "x"})):
            with self.assertRaises(AccessError):
                action()
        self.assertEqual(finding.sudo().finding_state, "open")

    def test_who_changes_what_is_begun(self):
        """Whoever checks; somebody else who supervises once they have left."""
        audit = self.begun()
        other = new_test_user(
            self.env,
            "t_compliance_other",
            groups="customer_archive.group_compliance",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        own = audit.with_user(other)
        for values in ({"subject": "x"}, {"helper_ids": [Command.link(other.id)]}):
            with self.subTest(values), self.assertRaises(AccessError):
                own.write(values)
        self.users["auditor"].sudo().active = False
        own.checker_id = other
        self.assertEqual(audit.sudo().checker_id, other)
        log = self.env["customer.archive.log"].sudo()
        found = log.search(
            [("model", "=", AUDIT), ("res_id", "=", audit.id), ("event", "=", "change")]
        )
        before = self.users["auditor"].id
        self.assertIn(f"checker_id {before} > {other.id}", found.mapped("detail"))

    def test_other_people_have_no_longer(self):
        """Of a check that is begun the day stays, whoever carries it out."""
        with freeze_time("2027-03-01 03:00:00"):
            audit = self.begun()
        due = audit.due_on
        with freeze_time("2027-04-01 03:00:00"):
            audit.helper_ids = [Command.link(self.users["compliance"].id)]
        self.assertEqual(audit.due_on, due)

    def test_people_leave(self):
        """The head corrects for who left; another supervisor confirms then."""
        self.env["hr.employee"].create(
            {
                "name": "Of sales",
                "user_id": self.users["sales"].id,
                "department_id": self.departments["sales"].id,
            }
        )
        audit = self.begun()
        finding = self.found(audit)
        self.signed(audit)
        own = self.by(finding, "head")
        with self.assertRaises(AccessError):
            own.correction = "x"
        self.users["sales"].sudo().active = False
        with self.assertRaises(AccessError):
            self.by(finding, "management").correction = "x"
        own.invalidate_recordset()
        self.assertTrue(own.can_correct)
        own.correction = "已补盖章复印件"
        own.action_correct()
        with self.assertRaises(AccessError):
            self.by(finding, "compliance").action_confirm()
        groups = [Command.unlink(self.env.ref("customer_archive.group_auditor").id)]
        self.users["auditor"].sudo().group_ids = groups
        self.by(finding, "compliance").action_confirm()
        self.assertEqual(finding.sudo().finding_state, "confirmed")

    def test_without_a_day(self):
        audit = self.audit()
        with self.assertRaisesRegex(ValidationError, "on which day"):
            audit.planned_on = False

    def test_print(self):
        audit = self.begun()
        finding = self.found(audit)
        self.signed(audit)
        report = "customer_archive.report_audit"
        made = self.by(self.env["ir.actions.report"], "management")
        html, _kind = made._render_qweb_html(report, audit.ids)
        for said in (audit.name, finding.description, audit.seed, "Test auditor"):
            self.assertIn(said, html.decode())
