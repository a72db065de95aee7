"""Requirement G8: versions of a regulation, who decides on them, whom they bind."""

import base64
import hashlib
from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .regulations_case import (
    ACKNOWLEDGEMENT,
    LOG,
    MONDAY,
    NAME,
    REGULATION,
    VERSION,
    WHEN,
    RegulationsCase,
    docx,
    pdf,
)

BOUND = (
    *("sales", "sales_other", "purchase", "head", "purchase_head", "clerk"),
    *("compliance", "archivist", "finance", "legal", "management", "auditor"),
    *("admin", "reader"),
)


@tagged("post_install", "-at_install")
class TestPublishing(RegulationsCase, TransactionCase):
    def test_one_proposes_another_approves(self):
        with freeze_time(WHEN):
            regulation = self.regulation()
            version = self.version(regulation)
            self.assertFalse(regulation.version_id)
            version.action_submit()
            self.assertEqual(version.state, "review")
            self.assertIn(self.users["management"], version.approver_ids)
            with self.assertRaises(UserError):
                version.action_approve("mine")
            with self.assertRaises(UserError):
                self.by(version, "compliance").action_approve("not asked")
            self.by(version, "management").action_approve("同意")
            self.assertEqual((version.state, version.standing), ("published", "force"))
            self.assertEqual(regulation.version_id, version)
        rows = self.env[LOG].search([("model", "=", VERSION), ("event", "=", "state")])
        self.assertEqual(
            rows.mapped("detail")[:2], ["review > published", "draft > review"]
        )

    def test_management_doesnt_decide_on_its_own(self):
        """Whoever proposes doesn't approve, whatever the role; compliance stands in."""
        with freeze_time(WHEN):
            regulation = self.regulation(user_id=self.users["management"].id)
            version = self.version(regulation, role="management")
            others = self.env.ref("customer_archive.group_management").all_user_ids
            (others - self.users["management"]).active = False
            version.action_submit()
            with self.assertRaises(UserError):
                version.action_approve("mine")
            self.by(version, "compliance").action_approve("fine")
            self.assertEqual(version.state, "published")

    def test_refused_goes_back(self):
        with freeze_time(WHEN):
            version = self.version(self.regulation())
            version.action_submit()
            with self.assertRaisesRegex(UserError, "has been submitted"):
                version.summary = "other"
            self.by(version, "management").action_reject("缺少附则")
            self.assertEqual(version.state, "draft")
            version.summary = "补充附则"
            self.publish(version)
            self.assertEqual(version.approval_round, 2)

    def test_what_has_to_be_there(self):
        with freeze_time(WHEN):
            regulation = self.regulation()
            bare = self.version(regulation, upload=False)
            with self.assertRaisesRegex(UserError, "Upload the text"):
                bare.action_submit()
            blank = self.version(regulation, "1.1", summary=" ")
            with self.assertRaisesRegex(UserError, "what changed"):
                blank.action_submit()
            ending = self.version(regulation, "1.2", is_ending=True)
            with self.assertRaisesRegex(UserError, "repealed"):
                ending.action_submit()
            self.publish(self.version(regulation, "1.3"))
            late = self.version(regulation, "2.0", MONDAY)
            with self.assertRaisesRegex(UserError, "has to begin after"):
                late.action_submit()

    def test_texts(self):
        """A PDF or a Word document that everybody can read, and nothing else."""
        regulation = self.regulation()
        for number, content in enumerate((pdf(), docx())):
            name = f"{NAME}.{('pdf', 'docx')[number]}"
            version = self.version(
                regulation, str(number), file_name=name, upload=content
            )
            raw = base64.b64decode(content)
            self.assertEqual(version.digest, hashlib.sha256(raw).hexdigest())
            text = version.sudo().text_id
            self.assertEqual((text.name, text.res_model), (name, VERSION))
            with text._archive_plain() as stored:
                self.assertEqual(stored.read(), raw)
        broken = base64.b64encode(b"%PDF-1.4 nothing")
        for name, content in (
            ("x.exe", base64.b64encode(b"MZ\0\0")),
            ("x.html", base64.b64encode(b"<html>")),
            ("x.pdf", docx()),
            ("x.docx", pdf()),
            ("x.pdf", broken),
            (False, pdf()),
        ):
            with self.subTest(name), self.assertRaises(UserError):
                self.version(regulation, "9", file_name=name, upload=content)

    def test_a_draft_takes_another_text(self):
        version = self.version(self.regulation())
        first = version.sudo().text_id
        version.write({"file_name": f"{NAME}.docx", "upload": docx().decode()})
        self.assertFalse(first.exists())
        self.assertEqual(version.sudo().text_id.name, f"{NAME}.docx")
        second = version.sudo().text_id
        version.unlink()
        self.assertFalse(second.exists())

    def test_published_is_immutable(self):
        """For everybody, superuser and context included."""
        regulation = self.published()
        version = regulation.sudo().version_ids
        text = version.text_id
        self.assertEqual(version.state, "published")
        for who in ("legal", "compliance", "admin", "management"):
            own = self.by(version, who)
            for values in (
                {"summary": "x"},
                {"valid_from": "2030-01-01"},
                {"upload": docx(), "file_name": "x.docx"},
                {"is_ending": True},
                {"state": "draft"},
                {"digest": "0"},
                {"text_id": False},
            ):
                with (
                    self.subTest(who, values=list(values)),
                    self.assertRaises(UserError),
                ):
                    own.write(values)
            with self.assertRaises(UserError):
                own.unlink()
            with self.assertRaises(UserError):
                text.with_user(self.users[who]).raw = b"x"
            with self.assertRaises(UserError):
                text.with_user(self.users[who]).unlink()
        for call in (
            lambda: version.sudo().write({"summary": "x"}),
            lambda: text.sudo().write({"raw": b"x"}),
            lambda: text.sudo().unlink(),
        ):
            with self.assertRaises(UserError):
                call()

    def test_whose_drafts(self):
        """The responsible and those who keep them write; others don't see."""
        regulation = self.regulation()
        version = self.version(regulation)
        for role in ("legal", "compliance", "archivist", "admin"):
            self.by(version, role).summary = role
        for role in ("management", "auditor"):
            self.assertEqual(self.by(version, role).summary, "admin")
            with self.assertRaises(AccessError):
                self.by(version, role).summary = "x"
        for role in ("sales", "reader", "hr", "employee"):
            with self.assertRaises(AccessError):
                self.by(version, role).read(["summary"])
        for role in ("sales", "finance"):
            with self.assertRaises(AccessError):
                self.by(self.env[VERSION], role).create(
                    {
                        "regulation_id": regulation.id,
                        "number": "x",
                        "valid_from": MONDAY,
                        "summary": "x",
                    }
                )
            with self.assertRaises(AccessError):
                self.by(self.env[REGULATION], role).create({"name": "x"})

    def test_in_force_by_the_day(self):
        regulation = self.published()
        second = self.next_version(regulation)
        first = regulation.version_ids - second
        for day, in_force, standings in (
            ("2027-03-31 15:59:00", first, ("force", "coming")),
            ("2027-03-31 16:00:00", second, ("replaced", "force")),
        ):
            with self.subTest(day), freeze_time(day):
                self.env.invalidate_all()
                self.assertEqual(regulation.version_id, in_force)
                self.assertEqual((first.standing, second.standing), standings)
                found = self.env[VERSION].search([("standing", "=", "force")])
                self.assertEqual(found & (first | second), in_force)

    def test_the_text_was_altered(self):
        """Nobody acknowledges what isn't what was published."""
        regulation = self.published()
        row = self.row(regulation, "sales")
        own = self.read_text(row)
        version = regulation.sudo().version_ids
        as_system(version).write({"digest": "0" * 64})
        with (
            mute_logger("odoo.addons.customer_archive"),
            freeze_time(WHEN),
            self.assertRaisesRegex(UserError, "altered"),
        ):
            own.action_acknowledge()


@tagged("post_install", "-at_install")
class TestWhoIsBound(RegulationsCase, TransactionCase):
    def bound(self, regulation):
        """Return the roles of those who are asked."""
        self.env.invalidate_all()
        rows = self.env[ACKNOWLEDGEMENT].search(
            [("regulation_id", "=", regulation.id), ("state", "=", "open")]
        )
        known = {user: role for role, user in self.users.items()}
        return {known[row.user_id] for row in rows if row.user_id in known}

    def test_everybody_with_a_role(self):
        self.assertEqual(self.bound(self.published()), set(BOUND))

    def test_some_roles(self):
        groups = self.env.ref("customer_archive.group_clerk")
        groups |= self.env.ref("customer_archive.group_archivist")
        values = {"scope": "groups", "group_ids": [Command.set(groups.ids)]}
        self.assertEqual(self.bound(self.published(**values)), {"clerk", "archivist"})

    def test_some_departments(self):
        """With those below, and of people with a role only."""
        top = self.departments["sales"]
        below = self.env["hr.department"].create(
            {"name": "华东销售组", "parent_id": top.id}
        )
        for role, department in (("sales", top), ("finance", below), ("employee", top)):
            self.env["hr.employee"].create(
                {
                    "name": role,
                    "user_id": self.users[role].id,
                    "department_id": department.id,
                }
            )
        values = {"scope": "departments", "department_ids": [Command.set(top.ids)]}
        self.assertEqual(self.bound(self.published(**values)), {"sales", "finance"})

    def test_narrowing_takes_two(self):
        regulation = self.published()
        clerks = self.env.ref("customer_archive.group_clerk")
        own = self.by(regulation, "compliance")
        own.write({"scope": "groups", "group_ids": [Command.link(clerks.id)]})
        self.assertEqual(regulation.scope, "everybody")
        self.assertEqual(self.bound(regulation), set(BOUND))
        with self.assertRaisesRegex(AccessError, "four-eyes"):
            own.action_confirm_lifting(own.lifting_digest)
        other = self.by(regulation, "management")
        with freeze_time(WHEN):
            other.action_confirm_lifting(other.lifting_digest)
        self.assertEqual(self.bound(regulation), {"clerk"})
        # Whoever binds more people again needs nobody.
        with freeze_time(WHEN):
            own.write({"scope": "everybody"})
        self.assertEqual(self.bound(regulation), set(BOUND))

    def test_an_unpublished_one_is_free(self):
        regulation = self.regulation()
        clerks = self.env.ref("customer_archive.group_clerk")
        regulation.write(
            {"name": "新名", "scope": "groups", "group_ids": [Command.link(clerks.id)]}
        )
        self.assertEqual((regulation.scope, regulation.name), ("groups", "新名"))
        self.assertFalse(regulation.lifting_by_id)

    def test_joiner_and_leaver(self):
        regulation = self.published()
        with freeze_time("2027-03-10 02:00:00"):
            joiner = new_test_user(
                self.env,
                "t_joiner",
                groups="base.group_user,customer_archive.group_clerk",
            )
            self.users["joiner"] = joiner
            row = self.row(regulation, "joiner")
            self.assertEqual((row.state, row.due_date), ("open", date(2027, 3, 17)))
            self.assertEqual(self.told(row), ["joiner"])
            joiner.group_ids = [Command.set([self.env.ref("base.group_user").id])]
            self.assertEqual(self.row(regulation, "joiner").state, "ended")
            self.assertEqual(self.told(row), [])
        with freeze_time("2027-03-11 02:00:00"):
            self.users["employee"].group_ids = [
                Command.link(self.env.ref("customer_archive.group_reader").id)
            ]
            self.assertEqual(self.row(regulation, "employee").state, "open")
            sales = self.row(regulation, "sales")
            done = self.acknowledge(self.row(regulation, "finance"))
            (self.users["sales"] | self.users["finance"]).action_archive()
            self.env.invalidate_all()
            self.assertEqual((sales.state, done.state), ("ended", "done"))
            self.assertFalse(sales._activities("mail_activity_acknowledgement"))
        with freeze_time("2027-03-12 02:00:00"):
            self.users["sales"].active = True
            again = self.row(regulation, "sales")
            self.assertEqual((again, again.state), (sales, "open"))
            self.assertEqual(again.asked_on, date(2027, 3, 12))

    def test_roles_by_the_group(self):
        """Whoever is given a role on the role's own form is asked as well."""
        regulation = self.published()
        self.assertFalse(self.row(regulation, "employee"))
        with freeze_time(WHEN):
            group = self.env.ref("customer_archive.group_reader")
            group.user_ids = [Command.link(self.users["employee"].id)]
        self.assertEqual(self.row(regulation, "employee").state, "open")

    def test_another_company(self):
        other = self.env["res.company"].create({"name": "另一公司"})
        regulation = self.published(company_id=self.company.id)
        abroad = self.env[REGULATION].create({"name": NAME, "company_id": other.id})
        with self.assertRaises(AccessError):
            self.by(abroad, "compliance").read(["name"])
        self.users["sales"].write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.run_cron(MONDAY)
        self.assertEqual(self.row(regulation, "sales").state, "ended")
        with self.assertRaisesRegex(UserError, "other company"):
            regulation.company_id = other

    def test_repealed(self):
        regulation = self.published()
        done = self.acknowledge_at(regulation, "finance")
        self.next_version(regulation, is_ending=True)
        self.run_cron("2027-04-01")
        self.assertEqual(self.bound(regulation), set())
        self.assertEqual(done.state, "done")
        with freeze_time("2027-04-01 03:00:00"):
            self.env.invalidate_all()
            self.assertEqual(regulation.version_ids[:1].standing, "repealed")

    def acknowledge_at(self, regulation, role):
        with freeze_time(WHEN):
            return self.acknowledge(self.row(regulation, role))
