"""Incidents from the report to their end; requirement G2."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .supervision_case import INCIDENT, PERSON, SupervisionCase

APPROVAL = "customer.archive.approval"
UNSEEN = "Something that you don't see is under way"
QUIET = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")


@tagged("post_install", "-at_install")
class TestIncident(SupervisionCase, TransactionCase):
    """Requirement G2."""

    def reported(self, role="sales", **values):
        return self.by(self.env[INCIDENT], role).create(
            {"kind": "loss", "facts": "柜里找不到协议原件", **values}
        )

    def test_whole(self):
        """Reported, looked into, decided with a fine, carried out, ended."""
        incident = self.reported("clerk", archive_ids=[Command.set(self.file.ids)])
        self.assertRegex(incident.name, r"^WG-\d{4}-\d{4}$")
        self.assertEqual(incident.user_id, self.users["clerk"])
        self.assertIn(self.users["compliance"], self.work(incident, "incident"))
        own = self.by(incident, "compliance")
        with self.assertRaisesRegex(UserError, "isn't ready for a decision"):
            own.action_submit()
        own.write({"severity": "grave", "cause": "钥匙未交接", "measures": "换锁"})
        row = {"user_id": self.users["sales"].id, "penalty": "fine", "amount": 300}
        own.person_ids = [Command.create(row)]
        with self.assertRaisesRegex(UserError, "Enter what Test sales did"):
            own.action_submit()
        own.person_ids.responsibility = "未交接钥匙"
        own.action_submit()
        # Submitting reports it to management.
        self.assertTrue(own.reported_on)
        self.assertIn(self.users["management"], self.work(own, "incident_report"))
        self.assertEqual(own.approver_ids, self.users["management"])
        self.by(own, "management").action_approve("同意")
        self.assertEqual(own.state, "decided")
        self.assertFalse(self.work(own, "incident"))
        with self.assertRaisesRegex(UserError, "Enter what was carried out"):
            own.action_close()
        own.outcome = "已罚款，钥匙已重新登记"
        with self.assertRaisesRegex(UserError, "when they were told"):
            own.action_close()
        day = fields.Date.context_today(own)
        own.person_ids.write({"informed_on": day, "statement": "认可"})
        with self.assertRaisesRegex(UserError, "when it was carried out|carried out"):
            own.action_close()
        own.person_ids.carried_out_on = day
        own.action_close()
        self.assertEqual(
            (own.state, own.closed_by_id), ("closed", self.users["compliance"])
        )
        person = f"person added {self.users['sales'].id}"
        steps = ["reported", person, "reported to management", "decided", "closed"]
        self.assertEqual(self.recorded(own), steps)

    def test_who_reads(self):
        """Whom it is about doesn't, whatever their role; RR-17, CD-33."""
        incident = self.reported()
        for role in ("sales", "compliance", "legal", "management", "auditor"):
            self.assertTrue(self.by(incident, role).read(["facts"]), role)
        for role in ("sales_other", "head", "clerk", "archivist", "finance", "admin"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(incident, role).read(["facts"])
        # Who reported it doesn't read what is made of it.
        for name in ("severity", "measures", "person_ids", "legal_handling"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.by(incident, "sales").read([name])
        for role in ("compliance", "legal", "management", "auditor"):
            author = "compliance" if role == "auditor" else "auditor"
            about = self.incident(author, role)
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(about, role).read(["facts"])
            own = self.by(self.env[INCIDENT], role)
            self.assertNotIn(about.id, own.search([]).ids)
            rows = self.by(self.env[PERSON], role)
            self.assertFalse(rows.search([("incident_id", "=", about.id)]))

    def test_own_row_once_decided(self):
        """Each reads what was decided about them, and nothing of the others."""
        incident = self.incident(person="sales")
        other = {"user_id": self.users["purchase"].id, "responsibility": "转发"}
        incident.person_ids = [Command.create(other)]
        rows = self.by(self.env[PERSON], "sales")
        self.assertFalse(rows.search([]))
        incident.action_submit()
        self.assertFalse(rows.search([]))
        self.by(incident, "management").action_approve("同意")
        found = rows.search([])
        self.assertEqual(found.user_id, self.users["sales"])
        self.assertEqual(found.penalty, "warning")
        with self.assertRaises(AccessError):
            found.write({"statement": "不服"})
        with self.assertRaises(AccessError):
            self.by(incident, "sales").read(["name"])

    def test_steps_are_for_those_who_look_into_it(self):
        """Steps of approval name and explain as the incident does."""
        incident = self.incident(person="legal")
        incident.action_submit()
        rows = incident.sudo().approval_ids
        for role in ("compliance", "management", "auditor"):
            self.assertTrue(self.by(rows, role).read(["record_name"]), role)
        for role in ("legal", "clerk", "archivist", "finance", "admin", "sales"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(rows, role).read(["record_name"])

    def test_access_record_is_silent_to_whom_it_is_about(self):
        """Neither the incident nor its persons and steps; all is there all the same."""
        incident = self.incident("auditor", "compliance")
        row = {"user_id": self.users["sales"].id, "responsibility": "转发"}
        incident.person_ids = [Command.create(row)]
        incident.severity = "grave"
        incident.action_submit()
        self.by(incident, "management").action_approve("先谈话，辞退过重")
        log = self.env["customer.archive.log"]
        log._record("incident", incident.sudo().person_ids, "decided")
        self.env.flush_all()
        steps = [("res_id", "in", incident.sudo().approval_ids.ids)]
        about = [
            "|",
            ("model", "like", INCIDENT),
            "&",
            ("model", "=", APPROVAL),
            *steps,
        ]
        rows = log.sudo().search(about)
        for model in (INCIDENT, PERSON, APPROVAL):
            self.assertIn(model, rows.mapped("model"))
        self.assertFalse([each for each in rows.mapped("note") if each])
        self.assertEqual(incident.sudo().approval_ids.comment, "先谈话，辞退过重")
        self.assertFalse(self.by(log, "compliance").search(about))
        with self.assertRaises(AccessError):
            self.by(rows[:1], "compliance").read(["detail"])
        for role in ("auditor", "management"):
            self.assertEqual(self.by(log, role).search(about).ids, rows.ids)
        # What else is recorded is read as before, also what is about no record.
        log._record("denied", log.browse(), "read")
        others = self.by(log, "compliance").search([("event", "=", "denied")], limit=1)
        self.assertFalse(others.res_id)
        self.assertTrue(self.by(log, "compliance").search([("res_id", "!=", False)]))
        # All of the chain is verified, whoever does it.
        verified = [self.by(log, role).verify() for role in ("compliance", "auditor")]
        self.assertEqual(verified[0]["rows"], verified[1]["rows"])

    def test_nobody_decides_on_themselves(self):
        """A manager who is responsible isn't asked; without another, an auditor is."""
        incident = self.incident(person="management")
        incident.action_submit()
        self.assertEqual(incident.sudo().approver_ids, self.users["auditor"])
        with self.assertRaises(AccessError):
            self.by(incident, "management").action_approve("同意")
        self.by(incident, "auditor").action_approve("同意")
        self.assertEqual(incident.state, "decided")
        leak = self.incident(kind="leak")
        leak.action_submit()
        self.assertEqual(leak.approver_ids, self.users["legal"])
        with self.assertRaises(AccessError):
            self.by(leak, "management").action_approve()
        with self.assertRaises(AccessError):
            leak.action_approve()
        self.by(leak, "legal").action_approve("同意")
        self.assertEqual(leak.approver_ids, self.users["management"])

    def colleague(self, role):
        """Return a second person of a role."""
        return new_test_user(
            self.env,
            f"t_{role}_second",
            groups=f"customer_archive.group_{role}",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_who_asks_doesn_t_choose_who_decides(self):
        """By naming every manager: none of their own role decides then."""
        second = self.colleague("compliance")
        named = [Command.set(self.users["management"].ids)]
        for role, values, deciding in (
            ("compliance", {"person": "management"}, self.users["auditor"]),
            ("compliance", {"named_ids": named}, self.users["auditor"]),
            ("auditor", {"named_ids": named}, self.users["compliance"] | second),
            ("legal", {"named_ids": named}, self.users["compliance"] | second),
        ):
            incident = self.incident(role, **values)
            with self.subTest(role, **values):
                incident.action_submit()
                self.assertEqual(incident.sudo().approver_ids, deciding)
        # A manager who isn't concerned comes first, as ever.
        other = self.colleague("management")
        incident = self.incident("compliance", person="management")
        incident.action_submit()
        self.assertEqual(incident.sudo().approver_ids, other)

    def test_nobody_but_colleagues_could_decide(self):
        """Who asks is told of the roles that can, and not of their own."""
        self.colleague("compliance")
        auditors = self.env.ref("customer_archive.group_auditor")
        auditors.user_ids = [Command.unlink(self.users["auditor"].id)]
        incident = self.incident("compliance", person="management")
        with self.assertRaisesRegex(UserError, "roles: Management, Auditor;"):
            incident.action_submit()
        self.assertEqual(incident.state, "draft")

    def test_nobody_looks_into_their_own(self):
        incident = self.incident(person=None)
        with self.assertRaisesRegex(UserError, "responsible for yourself"):
            row = {"user_id": self.users["compliance"].id, "responsibility": "x"}
            incident.person_ids = [Command.create(row)]
        own = {"user_id": self.users["legal"].id, "responsibility": "x"}
        incident.person_ids = [Command.create(own)]
        with self.assertRaisesRegex(UserError, "responsible for yourself"):
            incident.person_ids.user_id = self.users["compliance"]

    def test_who_writes_what(self):
        incident = self.reported()
        own = self.by(incident, "sales")
        own.facts = "柜里找不到协议原件，最后一次见到是三月"
        for values in ({"severity": "minor"}, {"cause": "x"}, {"outcome": "x"}):
            with self.subTest(values), self.assertRaises(AccessError):
                own.write(values)
        for values in ({"state": "closed"}, {"name": "x"}, {"user_id": 1}):
            with self.subTest(values), self.assertRaises(AccessError):
                own.write(values)
        for role in ("management", "clerk", "admin"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(incident, role).write({"facts": "x"})
        for action in ("action_submit", "action_report", "action_dismiss"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(own, action)()
        self.assertTrue(self.refusals(INCIDENT, "incident"))
        with self.assertRaisesRegex(UserError, "stays on record"):
            self.by(incident.sudo(), "compliance").sudo().unlink()

    def test_what_is_decided_stays(self):
        incident = self.decided()
        row = incident.person_ids
        for record, values in (
            (incident, {"severity": "minor"}),
            (incident, {"facts": "x"}),
            (incident, {"measures": "x"}),
            (row, {"penalty": "none"}),
            (row, {"responsibility": "x"}),
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                record.write(values)
        with self.assertRaises(AccessError):
            row.unlink()
        with self.assertRaises(AccessError):
            incident.person_ids = [Command.create({"person": "司机"})]
        self.assertTrue(self.refusals(PERSON, "write"))

    @mute_logger("odoo.sql_db")
    def test_what_is_ended_stays(self):
        """For clients by the guard, for SQL by triggers."""
        incident = self.decided()
        row = incident.person_ids
        incident.outcome = "已通报"
        day = fields.Date.context_today(row)
        row.write({"informed_on": day, "carried_out_on": day})
        incident.action_close()
        with self.assertRaises(AccessError):
            incident.outcome = "x"
        with self.assertRaises(AccessError):
            row.statement = "x"
        self.env.flush_all()
        for query in (
            "UPDATE customer_archive_incident SET facts = 'x' WHERE id = %s",
            "UPDATE customer_archive_incident SET state = 'draft' WHERE id = %s",
            "DELETE FROM customer_archive_incident WHERE id = %s",
        ):
            self.refused_by_sql(query, incident)
        for query in (
            "UPDATE customer_archive_incident_person SET amount = 1 WHERE id = %s",
            "DELETE FROM customer_archive_incident_person WHERE id = %s",
        ):
            self.refused_by_sql(query, row)

    def test_penalties(self):
        """CD-32: a warning, a fine with its amount, a dismissal."""
        incident = self.incident(person=None)
        for values, works in (
            ({"penalty": "warning"}, True),
            ({"penalty": "dismissal"}, True),
            ({"penalty": "fine", "amount": 0.01}, True),
            ({"penalty": "fine"}, False),
            ({"penalty": "fine", "amount": -5}, False),
            ({"penalty": "warning", "amount": 5}, False),
            ({"person": False}, False),
        ):
            values = {"person": "司机老王", "responsibility": "x", **values}
            with self.subTest(values):
                if works:
                    incident.person_ids = [Command.create(values)]
                    continue
                with self.assertRaises(ValidationError):
                    incident.person_ids = [Command.create(values)]

    def test_unfounded(self):
        incident = self.reported()
        own = self.by(incident, "compliance")
        with self.assertRaisesRegex(UserError, "Enter first why"):
            own.action_dismiss()
        own.reason = "原件在借阅期内"
        with self.assertRaisesRegex(UserError, "Nobody says at present"):
            self.by(own, "management").action_confirm_dismissal()
        own.action_dismiss()
        self.assertEqual(own.state, "draft")
        asked = self.work(own, "incident_report")
        self.assertEqual(asked, self.users["management"])
        for role in ("compliance", "sales"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(own, role).action_confirm_dismissal()
        # Who confirms it confirms what was said, and nothing that is put in later.
        own.reason = "原件在借阅期内，已当面核对"
        with self.assertRaisesRegex(UserError, "Nobody says at present"):
            self.by(own, "management").action_confirm_dismissal()
        own.action_dismiss()
        self.assertTrue(self.by(own, "management").can_confirm_dismissal)
        self.assertFalse(own.can_confirm_dismissal)
        self.by(own, "management").action_confirm_dismissal()
        self.assertEqual(own.state, "unfounded")
        self.assertFalse(self.work(own, "incident") | self.work(own, "incident_report"))
        self.assertIn("unfounded proposed", self.recorded(own))
        # Who reported it is told, and not why.
        said = own.sudo().message_ids.filtered(
            lambda each: self.users["sales"].partner_id in each.partner_ids
        )
        self.assertIn("unfounded", said.body)
        self.assertNotIn("借阅", said.body)
        with self.assertRaises(AccessError):
            own.facts = "x"
        with self.assertRaisesRegex(UserError, "isn't possible"):
            own.action_report()

    def test_unfounded_leaves_nobody_responsible(self):
        """Nobody ends alone what the law gives a time for, or whom it is about."""
        own = self.incident(kind="leak", has_personal_data=True, reason="误报")
        with self.assertRaisesRegex(UserError, "no personal data is concerned"):
            own.action_dismiss()
        own.has_personal_data = False
        with self.assertRaisesRegex(UserError, "off the list"):
            own.action_dismiss()
        own.person_ids.unlink()
        own.action_dismiss()
        self.by(own, "legal").action_confirm_dismissal()
        self.assertEqual(own.state, "unfounded")
        self.assertFalse(own.is_notice_late)

    def test_named_by_who_reports_it(self):
        """Whoever it is about is neither asked nor reads it, from the first moment."""
        compliance, legal = self.users["compliance"], self.users["legal"]
        incident = self.reported("clerk", named_ids=[Command.set(compliance.ids)])
        asked = self.work(incident, "incident")
        self.assertNotIn(compliance, asked)
        self.assertEqual(asked, legal | self.users["auditor"])
        self.assertTrue(self.by(incident, "clerk").read(["named_ids"]))
        with self.assertRaises(AccessError):
            self.by(incident, "compliance").read(["facts"])
        log = self.by(self.env["customer.archive.log"], "compliance")
        about = [("model", "=", INCIDENT), ("res_id", "=", incident.id)]
        self.assertFalse(log.search(about))
        self.assertTrue(self.by(log, "management").search(about))
        # Who looks into it names others besides, and takes nobody off.
        own = self.by(incident, "auditor")
        with self.assertRaises(AccessError):
            own.named_ids = [Command.clear()]
        self.env.invalidate_all()
        own.named_ids = [Command.link(legal.id)]
        self.assertNotIn(legal, self.work(incident, "incident"))
        with self.assertRaises(AccessError):
            self.by(incident, "legal").read(["facts"])
        with self.assertRaises(UserError):
            self.reported("clerk", named_ids=[Command.set(self.users["clerk"].ids)])
        # Nor do they decide.
        other = self.incident("auditor")
        named = self.users["management"] | self.users["compliance"]
        other.named_ids = [Command.set(named.ids)]
        with self.assertRaisesRegex(UserError, "No one but you could approve"):
            other.action_submit()

    def test_who_is_taken_off_the_list_stays_out(self):
        """Nor do they end it; who reported it doesn't read who that was."""
        incident = self.reported("clerk")
        own = self.by(incident, "auditor")
        row = {"user_id": self.users["legal"].id, "responsibility": "误删"}
        own.person_ids = [Command.create(row)]
        own.person_ids.user_id = self.users["management"]
        own.person_ids.unlink()
        own.reason = "系统误报"
        own.action_dismiss()
        self.assertFalse(self.work(own, "incident_report"))
        for role in ("legal", "management"):
            about = self.by(incident, role)
            with self.subTest(role), self.assertRaises(AccessError):
                about.read(["facts"])
            with self.subTest(role), self.assertRaises(AccessError):
                about.action_confirm_dismissal()
        log = self.by(self.env["customer.archive.log"], "management")
        domain = [("model", "=", INCIDENT), ("res_id", "=", incident.id)]
        self.assertFalse(log.search(domain))
        self.assertTrue(self.by(log, "auditor").search(domain))
        clerk = self.by(incident, "clerk")
        self.assertFalse(clerk.named_ids)
        with self.assertRaises(AccessError):
            clerk.read(["held_ids"])
        with self.assertRaises(AccessError):
            own.held_ids = [Command.clear()]
        self.by(incident, "compliance").action_confirm_dismissal()
        self.assertEqual(own.state, "unfounded")

    def test_reported_words_stay(self):
        """Who looks into it may be whom it is about, and not named."""
        other = self.registered(partner=self.partner("常熟恒信五金有限公司")).sudo()
        incident = self.reported(archive_ids=[Command.set(self.file.ids)])
        own = self.by(incident, "compliance")
        self.assertFalse(own.can_tell)
        for values in (
            {"facts": "没有此事"},
            {"archive_ids": [Command.clear()]},
            {"archive_ids": [Command.set(other.ids)]},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                own.write(values)
            self.env.invalidate_all()
        self.assertIn("柜里找不到", own.facts)
        own.write(
            {
                "archive_ids": [Command.link(other.id)],
                "partner_ids": [Command.link(self.party.id)],
            }
        )
        self.assertEqual(own.archive_ids.sudo(), self.file | other)
        with self.assertRaises(AccessError):
            own.partner_ids = [Command.unlink(self.party.id)]
        self.env.invalidate_all()
        self.by(incident, "sales").archive_ids = [Command.set(self.file.ids)]
        self.assertEqual(own.archive_ids.sudo(), self.file)
        self.assertGreaterEqual(self.refusals(INCIDENT, "write"), 4)

    def test_persons_are_in_the_access_record(self):
        """Whom somebody put on the list, and took off it again."""
        sales, legal = self.users["sales"], self.users["legal"]
        incident = self.incident(person="sales")
        incident.person_ids.user_id = legal
        incident.person_ids.unlink()
        incident.person_ids = [Command.create({"person": "司机老王"})]
        steps = [each for each in self.recorded(incident) if "person" in each]
        expected = [
            *(f"person added {sales.id}", f"person removed {sales.id}"),
            *(f"person added {legal.id}", f"person removed {legal.id}"),
            "person added 0",
        ]
        self.assertEqual(steps, expected)
        log = self.env["customer.archive.log"].sudo()
        about = [("model", "=", INCIDENT), ("res_id", "=", incident.id)]
        rows = log.search([*about, ("detail", "like", "person ")], order="id")
        self.assertIn(f"Named as responsible: {sales.name}", rows[0].summary)
        self.assertIn("not named", rows[1].summary.lower())
        self.assertIn("without a login", rows[-1].summary)

    def test_days(self):
        with self.assertRaisesRegex(ValidationError, "Say when"):
            self.reported().found_on = False
        with self.assertRaisesRegex(ValidationError, "later than now"):
            self.reported(found_on="2099-01-01 00:00:00")
        with self.assertRaisesRegex(ValidationError, "after it was noticed"):
            self.reported(found_on="2026-01-01 00:00:00", occurred_on="2026-02-01")

    @mute_logger(*QUIET)
    def test_secret_files(self):
        """Legal, who isn't cleared, hears of no incident about a secret file."""
        self.file.sudo()._write({"security_level": "secret"})
        self.env.invalidate_all()
        incident = self.incident(role="compliance")
        with self.assertRaises(AccessError):
            self.by(incident, "legal").read(["facts"])
        self.assertTrue(self.by(incident, "auditor").read(["facts"]))
        leak = self.incident(kind="leak")
        leak.action_submit()
        # Whoever may see the file decides instead of legal.
        self.assertNotIn(self.users["legal"], leak.approver_ids)

    def test_nobody_looks(self):
        """It goes up to management, once."""
        incident = self.reported()
        as_system(incident.sudo()).act_on = "2026-01-01"
        self.run_cron("incident")
        self.assertIn(self.users["management"], self.work(incident, "incident_overdue"))
        self.run_cron("incident")
        found = incident.sudo()._activities("mail_activity_incident_overdue")
        self.assertEqual(len(found), len(found.user_id))
        self.assertEqual(self.recorded(incident)[-1], "overdue")

    def test_reminders_of_each_step(self):
        """None while it is decided; anew when it is sent back; of what isn't done."""
        incident = self.incident()
        incident.action_submit()
        self.assertFalse(incident.sudo().act_on)
        self.assertFalse(self.work(incident, "incident"))
        self.by(incident, "management").action_reject("原因不清")
        today = incident.company_id._archive_today()
        self.assertGreater(incident.sudo().act_on, today)
        incident.action_submit()
        self.by(incident, "management").action_approve("同意")
        self.assertGreater(incident.sudo().act_on, today)
        as_system(incident.sudo()).act_on = "2026-01-01"
        self.run_cron("incident")
        self.assertIn(self.users["management"], self.work(incident, "incident_overdue"))
        self.assertEqual(self.recorded(incident)[-1], "not carried out")
        self.assertFalse(incident.sudo().act_on)

    def test_what_is_said(self):
        """It reaches those who look into it: not who reported it, nor who is named."""
        incident = self.reported("legal")
        own = self.by(incident, "compliance")
        legal, sales = self.users["legal"], self.users["sales"]
        self.assertIn(legal.partner_id, incident.sudo().message_partner_ids)
        incident.sudo().activity_schedule(
            "mail.mail_activity_data_todo", user_id=legal.id
        )
        row = {"user_id": legal.id, "responsibility": "x"}
        own.person_ids = [Command.create(row)]
        self.assertNotIn(legal.partner_id, incident.sudo().message_partner_ids)
        self.assertNotIn(legal, incident.sudo().activity_ids.user_id)
        said = own.message_post(
            body="疑为钥匙未交接",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertNotIn(legal.partner_id, said.sudo().notified_partner_ids)
        other = self.reported("sales")
        self.assertIn(sales.partner_id, other.sudo().message_partner_ids)
        said = self.by(other, "compliance").message_post(
            body="与张某有关", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertNotIn(sales.partner_id, said.sudo().notified_partner_ids)
        with self.assertRaises(AccessError):
            self.by(said, "sales").read(["body"])
        messages = self.by(self.env["mail.message"], "sales")
        on = [("model", "=", INCIDENT), ("res_id", "=", other.id)]
        self.assertNotIn(said.id, messages.search(on).ids)
        for role in ("auditor", "management"):
            self.assertTrue(self.by(said, role).read(["body"]))
        for name in ("authority_due", "persons_on", "is_notice_late", "notice_at"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.by(other, "sales").read([name])

    def test_who_reported_it_sees_it_without_others_tasks(self):
        """The page's tasks are the reporter's own, and opening it is no error."""
        incident = self.reported("sales")
        task = incident.sudo().activity_ids
        self.assertTrue(task)
        self.env.invalidate_all()
        own = self.by(incident, "sales")
        self.assertFalse(own.activity_ids)
        mine = incident.sudo().activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.users["sales"].id
        )
        self.env.invalidate_all()
        self.assertEqual(own.activity_ids.sudo(), mine)
        self.assertTrue(own.activity_ids.read(["summary"]))
        self.env.invalidate_all()
        seen = self.by(incident, "compliance").activity_ids
        self.assertEqual(seen.sudo(), task | mine)

    def test_persons_stay_with_their_company(self):
        incident = self.incident()
        other = self.env["res.company"].create({"name": "外单位"})
        with self.assertRaises(AccessError):
            incident.person_ids.company_id = other

    @mute_logger(*QUIET)
    def test_steps_on_secret_files(self):
        """Legal reads no step of an incident about a file above their clearance."""
        self.file.sudo()._write({"security_level": "secret"})
        self.env.invalidate_all()
        incident = self.incident()
        incident.action_submit()
        rows = incident.sudo().approval_ids
        with self.assertRaises(AccessError):
            self.by(rows, "legal").read(["record_name"])
        self.assertTrue(self.by(rows, "auditor").read(["record_name"]))

    def test_open_ones_keep_a_file(self):
        """No file is destroyed while an incident about it is open."""
        incident = self.incident()
        with self.assertRaisesRegex(UserError, "Incidents that aren't dealt with"):
            self.by(self.file, "compliance")._check_erasable()
        told = self.by(self.file, "compliance").retention_blockers
        self.assertIn(incident.name, told)
        # It says nothing to who may not know of it.
        self.assertFalse(self.by(self.file, "sales").retention_blockers)
        incident.person_ids.unlink()
        incident.reason = "误报"
        incident.action_dismiss()
        self.by(incident, "management").action_confirm_dismissal()
        self.file._check_erasable()

    @mute_logger("odoo.sql_db")
    def test_words_go_with_the_last_file(self):
        other = self.registered(partner=self.partner("乙再生资源有限公司")).sudo()
        incident = self.decided(
            archive_ids=[Command.set((self.file | other).ids)], person=None
        )
        incident.outcome = "已通报"
        incident.action_close()
        self.file._erase("test")
        self.env.flush_all()
        query = "UPDATE customer_archive_incident SET cause = NULL WHERE id = %s"
        self.refused_by_sql(query, incident)
        self.env.invalidate_all()
        self.assertTrue(incident.sudo().facts)
        other._erase("test")
        self.env.invalidate_all()
        self.assertFalse(incident.sudo().cause)

    def test_it_keeps_a_file_from_being_closed(self):
        """What is being decided or carried out on a file has to end first."""
        incident = self.decided()
        dialogs = self.by(self.env["customer.archive.dispose"], "sales")
        closing = {"kind": "close", "archive_ids": self.file.ids, "reason": "终止合作"}
        # Whom it is about learns neither that it is an incident nor its number.
        with self.assertRaisesRegex(UserError, UNSEEN) as refused:
            dialogs.create(closing).action_apply()
        self.assertNotIn(incident.name, str(refused.exception))
        with self.assertRaisesRegex(UserError, incident.name):
            self.by(self.file, "compliance").sudo()._check_closable()

    def test_what_is_not_seen_is_told_in_the_same_words(self):
        """An incident isn't told from a complaint, nor once from twice."""
        incident = self.decided()
        note = self.by(self.env["customer.archive.event"], "sales")
        kind = self.env.ref("customer_archive.event_type_complaint")
        note.create(
            {
                "partner_id": self.party.id,
                "type_id": kind.id,
                "description": "第三批有气孔",
            }
        )
        with self.assertRaisesRegex(UserError, UNSEEN) as refused:
            self.by(self.file, "sales_other").sudo()._check_erasable()
        told = str(refused.exception)
        self.assertEqual(told.count("•"), 1)
        self.assertNotIn("Incidents", told)
        running = self.by(self.file, "sales").sudo()._running_requests()
        self.assertEqual(len(running), 1)
        self.assertNotIn(incident.name, running[0])

    def test_it_keeps_a_draft_file(self):
        """Who deletes their own draft isn't told what keeps it."""
        file = self.archive(partner=self.partner("张家港永丰贸易有限公司"))
        self.incident(archive_ids=[Command.set(file.ids)])
        with self.assertRaisesRegex(UserError, UNSEEN) as refused:
            self.by(file, "sales").unlink()
        self.assertNotIn("Incident", str(refused.exception))

    def test_print(self):
        incident = self.decided()
        report = "customer_archive.report_incident"
        made = self.by(self.env["ir.actions.report"], "management")
        html, _kind = made._render_qweb_html(report, incident.ids)
        for said in (incident.name, "误发客户名单", "要求对方删除", "Test management"):
            self.assertIn(said, html.decode())
