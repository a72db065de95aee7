from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..support.common import ROLES
from .retention_case import RetentionCase

SEE_BLOCKED = {"compliance", "legal", "archivist", "management", "auditor"}
HANGS_ON = (
    "customer.archive.document",
    "customer.archive.secret",
    "customer.archive.approval",
    "customer.archive.consultation",
    "customer.archive.grant",
)


@tagged("post_install", "-at_install")
class TestBlocked(RetentionCase, TransactionCase):
    """Kept and not used: PIPL, article 47. Requirement F7."""

    def block(self, role="compliance"):
        self.by(self.file, role).action_block("Purpose has ended")
        self.env.flush_all()

    def sees(self, role, model="customer.archive"):
        field = "id" if model == "customer.archive" else "archive_id"
        found = self.env[model].with_user(self.users[role])
        return bool(found.search_count([(field, "=", self.file.id)]))

    def test_daily_work_does_not_find_it(self):
        roles = sorted(ROLES.keys() - {"portal", "employee", "reader"})
        before = {role for role in roles if self.sees(role)}
        self.assertLessEqual(SEE_BLOCKED, before)
        self.block()
        self.assertEqual({role for role in roles if self.sees(role)}, SEE_BLOCKED)
        for role in before - SEE_BLOCKED:
            with self.assertRaises(AccessError):
                self.by(self.file, role).read(["name"])
            for model in HANGS_ON[:3]:
                if self.env[model].with_user(self.users[role]).has_access("read"):
                    self.assertFalse(self.sees(role, model), (role, model))
        self.by(self.file, "legal").action_unblock("Needed again")
        self.assertEqual({role for role in roles if self.sees(role)}, before)

    def test_grants_end_at_once(self):
        request = (
            self.env["customer.archive.consultation"]
            .with_user(self.users["reader"])
            .create(
                {
                    "partner_id": self.party.id,
                    "purpose": "Offer",
                    "scope": "file",
                }
            )
        )
        request.action_submit()
        self.by(request, "head").action_approve("fine")
        self.assertTrue(self.sees("reader"))
        for model in HANGS_ON:
            if self.env[model].with_user(self.users["reader"]).has_access("read"):
                known = self.sees("reader", model)
                self.block()
                self.assertFalse(self.sees("reader", model), model)
                self.by(self.file, "legal").action_unblock("Needed again")
                self.assertEqual(self.sees("reader", model), known)
        self.assertTrue(self.sees("reader"))

    def test_nobody_applies_for_it(self):
        draft = {
            "partner_id": self.party.id,
            "purpose": "Offer",
            "scope": "file",
        }
        requests = self.env["customer.archive.consultation"]
        requests = requests.with_user(self.users["reader"])
        waiting = requests.create(draft)
        self.block()
        with self.assertRaisesRegex(UserError, "no registered file"):
            requests.create(draft)
        with self.assertRaises(UserError):
            waiting.action_submit()

    def test_by_role_and_four_eyes(self):
        for role in sorted(ROLES.keys() - {"portal"}):
            own = self.by(self.file, role)
            with self.subTest(role):
                if role in ("compliance", "legal"):
                    own.action_block("Purpose has ended")
                    self.assertEqual(self.file.sudo().blocked_by_id, own.env.user)
                    for one in (own, own.sudo()):
                        with self.assertRaisesRegex(AccessError, "another person"):
                            one.action_unblock("Again")
                    other = "legal" if role == "compliance" else "compliance"
                    with self.assertRaises(AccessError):
                        self.by(self.file, "archivist").action_unblock("Again")
                    self.by(self.file, other).action_unblock("Again")
                else:
                    with self.assertRaises(AccessError):
                        own.action_block("Purpose has ended")
        events = self.file.sudo().log_ids.filtered(lambda row: row.event == "hold")
        self.assertEqual(set(events.mapped("detail")), {"blocked", "unblocked"})

    def test_needs_words_and_the_right_state(self):
        own = self.by(self.file, "compliance")
        for reason in ("", " ", None):
            with self.assertRaises(UserError):
                own.action_block(reason)
        with self.assertRaises(UserError):
            own.action_unblock("x")
        own.action_block("x")
        with self.assertRaises(UserError):
            own.action_block("x")

    def test_party_is_out_of_use(self):
        contacts = self.party.child_ids
        contacts[0].active = False
        self.block()
        self.env.invalidate_all()
        self.assertFalse(self.party.active)
        self.assertFalse(any(contacts.mapped("active")))
        for role in ("sales", "admin"):
            names = self.env["res.partner"].with_user(self.users[role]).name_search
            self.assertFalse(names(self.party.name))
        for partner in (self.party, contacts[1]):
            for one in (partner, partner.with_user(self.users["sales"])):
                with self.assertRaises(UserError):
                    one.active = True
                with self.assertRaises(UserError):
                    one.action_unarchive()
        self.by(self.file, "legal").action_unblock("Needed again")
        self.assertTrue(self.party.active)
        # What was out of use before stays so.
        self.assertEqual(contacts.mapped("active"), [False, True])

    def test_party_that_another_company_deals_with_stays(self):
        company = self.env["res.company"].create({"name": "Other Company"})
        buyers = "sales_team.group_sale_salesman"
        user = new_test_user(self.env, "t_other", groups=buyers, company_id=company.id)
        files = self.env["customer.archive"].with_user(user)
        values = {"partner_id": self.party.id, "category_id": self.buyer.id}
        other = files.create(values)
        draft = self.order(confirm=False)
        self.block()
        self.assertTrue(self.party.active)
        self.assertTrue(other.with_user(user).name_search())
        with self.assertRaisesRegex(UserError, "blocked"):
            draft.action_confirm()
            self.env.cr.flush()

    def test_no_new_orders_or_invoices(self):
        drafts = {
            "order": self.order(confirm=False).action_confirm,
            "purchase": self.purchase(confirm=False).button_confirm,
            "invoice": self.invoice(post=False).action_post,
            "bill": self.invoice(kind="in_invoice", post=False).action_post,
        }
        contact = self.order(self.party.child_ids[0], confirm=False)
        drafts["contact"] = contact.action_confirm
        open_invoice = self.invoice()
        self.commit()
        self.block()
        self.commit()
        for name, do in drafts.items():
            with self.subTest(name), self.assertRaisesRegex(UserError, "blocked"):
                do()
                self.env.cr.flush()
        # What is owed may be settled.
        self.pay(open_invoice)
        self.env.cr.flush()
        self.assertEqual(open_invoice.payment_state, "paid")

    def test_no_second_file(self):
        self.block()
        closed = self.file.sudo().with_context(active_test=False)
        self.env.cr.execute(
            "UPDATE customer_archive SET state = 'closed' WHERE id = %s", [closed.id]
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "blocked"):
            self.archive(partner=self.party)
