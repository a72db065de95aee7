"""Requests whose people leave, or act at the same moment."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from ..support.clone import at_once, cloned_database, scene
from .grant_case import CONSULTATION, ConsultationCase


@tagged("post_install", "-at_install")
class TestConsultationPeople(ConsultationCase, TransactionCase):
    """Requirement C1."""

    def test_nobody_named_is_deleted(self):
        ask = self.asked()
        done = self.approved("reader")
        self.assertTrue(done.grant_ids)
        step = self.env.ref("customer_archive.step_consultation_head")
        step.write(
            {"approver": "user", "user_ids": [Command.set(self.users["legal"].ids)]}
        )
        for role in ("sales_other", "head", "reader", "legal"):
            # Whatever else would stand in the way of it.
            with (
                self.subTest(role),
                self.assertRaisesRegex(UserError, "deactivate the user instead"),
            ):
                self.users[role]._unlink_except_named_in_archives()
        with self.assertRaises(UserError):
            self.users["reader"].unlink()
        self.assertEqual(ask.sudo().approver_ids, self.head)
        self.users["employee"].unlink()

    def test_an_applicant_who_left(self):
        ask, other = self.asked(), self.asked(date_to=self.now + self.hour)
        self.users["sales_other"].active = False
        head, sales = self.head, self.users["sales"]
        with self.assertRaisesRegex(UserError, "is no longer active: refuse"):
            ask.with_user(head).action_approve("fine")
        self.assertFalse(ask.sudo().grant_ids)
        ask.with_user(head).action_reject("has left")
        for role in ("clerk", "finance", "reader"):
            with self.assertRaises(AccessError):
                other.with_user(self.users[role]).action_withdraw()
        self.assertTrue(other.with_user(sales).can_withdraw)
        other.with_user(sales).action_withdraw()
        self.assertEqual((ask | other).mapped("state"), ["draft", "draft"])

    def test_an_approver_who_left(self):
        """The applicant is told, and asks again: then somebody else decides."""
        ask, file = self.asked(), self.submitted()
        self.head.active = False
        for record in (ask, file):
            message = record.sudo().message_ids[0]
            self.assertIn("No approver is left", message.body)
            self.assertEqual(message.partner_ids, record.requester_id.partner_id)
        ask.action_withdraw()
        ask.action_submit()
        self.assertIn(self.users["management"], ask.sudo().approver_ids)
        ask.with_user(self.users["management"]).action_approve("fine")
        self.assertTrue(self.opens())

    def test_all_concerned_left(self):
        ask = self.asked()
        (self.head | self.users["sales_other"]).active = False
        ask.with_user(self.users["management"]).action_withdraw()
        self.assertEqual(ask.state, "draft")


@tagged("post_install", "-at_install")
class TestConsultationAtOnce(TransactionCase):
    """On a database of its own, with real commits: one clean outcome each.

    Requirement C1.
    """

    def test_two_at_once(self):
        with cloned_database(self.env.cr.dbname) as registry:
            with scene(registry) as case:
                archive = case.registered()
                users = {role: user.id for role, user in case.users.items()}
                asks = [self.asked(case, archive).id for _number in range(4)]
            head, applicant = users["head"], users["sales_other"]
            approve = ("action_approve", ("fine",))
            pairs = [
                [(head, *approve), (head, *approve)],
                [(head, *approve), (head, "action_reject", ("no",))],
                [(head, *approve), (applicant, "action_withdraw", ())],
                [(applicant, "action_withdraw", ()), (head, "action_reject", ("no",))],
            ]
            for ask, pair in zip(asks, pairs, strict=True):
                kinds = self.run_pair(registry, ask, pair)
                self.assertIn(
                    kinds, (["UserError", "bool"], ["AccessError", "bool"]), pair
                )
            self.check_grants(registry)
            ask = self.approved_ask(registry, asks[0])
            pair = [(applicant, "action_end", ()), (applicant, "action_end", ())]
            self.assertEqual(self.run_pair(registry, ask, pair), ["UserError", "bool"])
            self.check_deletion(registry, asks[2], applicant)

    def asked(self, case, archive):
        model = case.env[CONSULTATION].with_user(case.users["sales_other"])
        ask = model.create(
            {"partner_id": archive.partner_id.id, "purpose": "x", "scope": "file"}
        )
        ask.action_submit()
        return ask

    def run_pair(self, registry, ask, pair):
        def calling(method, args):
            return lambda env: getattr(env[CONSULTATION].browse(ask), method)(*args)

        results = at_once(
            registry, [(uid, calling(method, args)) for uid, method, args in pair]
        )
        return sorted(type(result).__name__ for result in results)

    def check_grants(self, registry):
        """As many grants as approvals, and an approved request for each."""
        with registry.cursor() as cr:
            cr.execute(
                "SELECT c.state, count(g.id), (SELECT count(*)"
                "   FROM customer_archive_approval a WHERE a.state = 'approved'"
                "    AND a.res_model = %s AND a.res_id = c.id)"
                " FROM customer_archive_consultation c"
                " LEFT JOIN customer_archive_grant g ON g.res_id = c.id"
                " GROUP BY c.id ORDER BY c.id",
                [CONSULTATION],
            )
            for state, grants, approvals in cr.fetchall():
                expected = 1 if state == "approved" else 0
                self.assertEqual((grants, approvals), (expected, expected), state)

    def approved_ask(self, registry, ask):
        with registry.cursor() as cr:
            cr.execute(
                "SELECT state FROM customer_archive_consultation WHERE id = %s", [ask]
            )
            self.assertEqual(cr.fetchone(), ("approved",))
        return ask

    def check_deletion(self, registry, ask, applicant):
        """The applicant can't be deleted under a request; he is deactivated."""
        admin = self.env.ref("base.user_admin").id
        results = at_once(
            registry,
            [
                (applicant, lambda env: env[CONSULTATION].browse(ask).action_submit()),
                (admin, lambda env: env["res.users"].browse(applicant).unlink()),
            ],
        )
        self.assertIsInstance(results[1], UserError)
        self.assertIn("deactivate the user instead", str(results[1]))
