from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .agreements_case import AGREEMENT, AgreementsCase

RULES = "odoo.addons.base.models.ir_rule"
ACCESS = "odoo.addons.base.models.ir_model"
# What legal reviews, with other values than a draft of the tests has.
TERMS = {
    "amount": 1,
    "breach_liability": "无",
    "content": "x",
    "date_end": "2030-01-01",
    "date_start": "2027-02-01",
    "delivery_terms": "x",
    "is_endless": True,
    "kind": "framework",
    "name": "x",
    "settlement": "预付",
}


@tagged("post_install", "-at_install")
@freeze_time("2027-03-01 02:00:00")
class TestCustomerArchiveAgreementApproval(AgreementsCase, TransactionCase):
    """A23: legal reviews the terms; unapproved ones aren't signed, by nobody."""

    def asked(self, role="sales", **values):
        agreement = self.agree(role, **values)
        agreement.action_submit()
        return agreement

    def assertRefused(self, records, method, *args):
        with mute_logger(RULES, ACCESS), self.assertRaises(AccessError):
            getattr(records, method)(*args)

    def test_of_every_kind_and_category_legal_decides(self):
        kinds = self.env[AGREEMENT]._fields["kind"].get_values(self.env)
        for kind in kinds:
            with self.subTest(kind):
                agreement = self.asked(kind=kind)
                row = agreement.sudo().approval_ids
                self.assertEqual(row.approver_ids, self.users["legal"])
                self.assertEqual(row.deadline, date(2027, 3, 3))
                self.assertEqual(agreement.requester_id, self.users["sales"])

    def test_nobody_signs_what_was_not_approved(self):
        draft, review = self.agree(), self.asked()
        for role in ("sales", "head", "finance", "legal"):
            for agreement, words in (
                (draft, "hasn't been approved: submit it"),
                (review, "still being reviewed by Test legal"),
            ):
                own = self.by(agreement, role)
                for method in ("action_sign", "action_open_signing"):
                    with (
                        self.subTest(role, state=agreement.state, method=method),
                        self.assertRaisesRegex(UserError, words),
                    ):
                        getattr(own, method)()
        for role in ("clerk", "compliance", "archivist", "management", "admin"):
            for method in ("action_sign", "action_open_signing", "action_submit"):
                self.assertRefused(self.by(draft, role), method)
        for values in ({"state": "approved"}, {"state": "signed"}):
            self.assertRefused(draft, "write", values)
            self.assertRefused(
                self.env[AGREEMENT].with_user(self.users["sales"]),
                "create",
                {"archive_id": self.file.id, "kind": "other", **values},
            )

    def test_what_is_asked_for(self):
        """Payment and liability where the kind has them, and both signatories."""
        model = self.env[AGREEMENT].with_user(self.users["sales"])
        terms = {
            "sales": ("payment terms", "liability", "for us", "other party", "dates"),
            "confidentiality": ("liability", "for us", "other party", "dates"),
            "other": ("for us", "other party", "dates"),
        }
        every = {*terms["sales"]}
        for kind, words in terms.items():
            draft = model.create({"archive_id": self.file.id, "kind": kind})
            with self.subTest(kind), self.assertRaises(UserError) as error:
                draft.action_submit()
            told = str(error.exception)
            self.assertEqual({each for each in every if each in told}, {*words}, told)
            self.assertEqual(draft.missing_terms.count("•"), len(words))
        term = self.env.ref("account.account_payment_term_30days")
        agreement = self.agree(settlement=" ", payment_term_id=term.id)
        self.assertFalse(agreement.missing_terms)
        agreement.action_submit()

    def test_our_signatory_may_read_the_file(self):
        with self.assertRaisesRegex(UserError, "Test sales_other may not"):
            self.asked(our_signatory_id=self.users["sales_other"].id)
        self.asked(our_signatory_id=self.users["management"].id)

    def test_refused_then_mended(self):
        agreement = self.asked(breach_liability="面议")
        legal = self.by(agreement, "legal")
        with self.assertRaisesRegex(UserError, "reason for the refusal"):
            legal.action_reject(" ")
        legal.action_reject("违约责任不明确")
        self.assertEqual((agreement.state, agreement.approver_ids.ids), ("draft", []))
        self.assertIn("违约责任不明确", agreement.message_ids[:1].body)
        self.assertIn(
            self.users["sales"].partner_id, agreement.message_ids[:1].partner_ids
        )
        with self.assertRaisesRegex(UserError, "hasn't been approved"):
            agreement.action_sign()
        with self.assertRaisesRegex(UserError, "can't be deleted"):
            agreement.unlink()
        agreement.breach_liability = "每日万分之五"
        agreement.action_submit()
        legal.action_approve("同意")
        rows = agreement.sudo().approval_ids.sorted("round")
        self.assertEqual(
            [(row.round, row.state, row.comment) for row in rows],
            [(1, "rejected", "违约责任不明确"), (2, "approved", "同意")],
        )

    def test_approved_and_signed(self):
        agreement = self.asked()
        todo = agreement.sudo().activity_ids
        self.assertEqual(todo.user_id, self.users["legal"])
        self.by(agreement, "legal").action_approve("付款与违约条款清楚")
        self.assertFalse(agreement.sudo().activity_ids)
        self.assertEqual(agreement.state, "approved")
        self.assertEqual(str(agreement.approved_on), "2027-03-01 02:00:00")
        agreement.action_open_signing()
        agreement.action_sign()
        self.assertEqual(agreement.state, "signed")
        self.assertEqual(
            self.recorded(agreement, "state"),
            [
                ("t_sales", "draft > review"),
                ("t_legal", "review > approved"),
                ("t_sales", "approved > signed"),
            ],
        )

    def test_who_decides(self):
        agreement = self.asked()
        others = self.users.keys() - {"legal", "portal", "employee"}
        for role in others:
            for method, args in (("action_approve", ()), ("action_reject", ("x",))):
                with self.subTest(role):
                    self.assertRefused(self.by(agreement, role), method, *args)
        # Nobody decides on what they asked for: management does, if legal asks.
        own = self.asked("legal")
        self.assertEqual(own.sudo().approver_ids, self.users["management"])
        self.assertRefused(own, "action_approve")
        self.by(own, "management").action_approve("fine")
        self.assertEqual(own.state, "approved")

    def test_legal_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other Ltd"})
        abroad = new_test_user(
            self.env,
            "t_abroad",
            groups="customer_archive.group_legal",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        agreement = self.asked()
        self.assertNotIn(abroad, agreement.sudo().approver_ids)
        for method, args in (("action_approve", ()), ("action_reject", ("x",))):
            self.assertRefused(agreement.with_user(abroad), method, *args)
        self.assertEqual(agreement.state, "review")

    def test_above_clearance(self):
        """Legal without the clearance isn't asked, and a named lawyer is."""
        as_system(self.file.sudo()).security_level = "secret"
        agreement = self.asked()
        self.assertEqual(agreement.sudo().approver_ids, self.users["management"])
        agreement.action_withdraw()
        step = self.env.ref("customer_archive.step_agreement_legal")
        lawyer = self.users["sales_other"]
        step.write({"approver": "user", "user_ids": [Command.set(lawyer.ids)]})
        agreement.action_submit()
        own = self.by(agreement, "sales_other")
        self.assertEqual(own.content, agreement.content)
        self.assertTrue(agreement.sudo().activity_ids)
        with mute_logger(RULES):
            self.assertFalse(self.by(self.file, "sales_other").has_access("read"))
        own.action_approve("fine")
        with mute_logger(RULES):
            self.assertFalse(own.has_access("read"))

    def test_terms_are_locked_once_reviewed(self):
        """Under review, approved and signed, by everybody who wrote them before."""
        other = self.file.partner_id.child_ids[1].id
        values = {
            **TERMS,
            "currency_id": self.env.ref("base.EUR").id,
            "our_signatory_id": self.users["management"].id,
            "payment_term_id": self.env.ref("account.account_payment_term_30days").id,
            "their_signatory_id": other,
        }
        agreement = self.asked()
        self.by(agreement, "legal").action_approve("fine")
        signed = self.sign(self.agree())
        for each in (self.asked(), agreement, signed):
            for role in ("sales", "head", "finance", "legal"):
                own = self.by(each, role)
                for name, value in values.items():
                    with (
                        self.subTest(role, state=each.state, field=name),
                        self.assertRaisesRegex(UserError, "is locked"),
                    ):
                        own.write({name: value})
            each.note = "原件在法务"
        fields = {
            name
            for name, field in agreement._fields.items()
            if field.store and not field.readonly and not field.compute
        }
        open_ones = {"note", "archive_id", "message_main_attachment_id"}
        listed = {*values, *open_ones, "create_uid", "write_uid"}
        rest = {f for f in fields - listed if agreement._fields[f].column_type}
        self.assertFalse(rest - agreement._protected().keys(), "try these, too")

    def test_only_the_signed_paper_is_added(self):
        items = self.file.document_ids[:2]
        agreement = self.asked(document_ids=[Command.set(items[0].ids)])
        link = {"document_ids": [Command.link(items[1].id)]}
        with self.assertRaisesRegex(UserError, "Withdraw it"):
            agreement.write(link)
        self.by(agreement, "legal").action_approve("fine")
        agreement.write(link)
        self.assertEqual(agreement.document_ids, items)
        for command in (
            Command.unlink(items[0].id),
            Command.set(items[1].ids),
            Command.clear(),
        ):
            with self.assertRaisesRegex(UserError, "Change Terms"):
                agreement.write({"document_ids": [command]})

    def test_other_terms_take_another_round(self):
        agreement = self.approve_terms(self.agree())
        agreement.action_open_signing()
        for reason in (" ", None):
            with self.assertRaisesRegex(UserError, "what has to be changed"):
                agreement.action_revise(reason)
        self.assertRefused(self.by(agreement, "management"), "action_revise", "x")
        context = agreement.action_open_revision()["context"]
        dialog = self.env["customer.archive.revise"].with_user(self.users["sales"])
        dialog = dialog.with_context(**context).create({"reason": "价格调整"})
        dialog.action_revise()
        self.assertEqual((agreement.state, agreement.approved_on), ("draft", False))
        self.assertIn("价格调整", agreement.message_ids[:1].body)
        self.assertIn(
            self.users["legal"].partner_id, agreement.message_ids[:1].partner_ids
        )
        self.assertIn(("t_sales", "revise"), self.recorded(agreement, "change"))
        with self.assertRaisesRegex(UserError, "hasn't been approved"):
            agreement.action_sign()
        agreement.amount = 99
        agreement.action_submit()
        self.by(agreement, "legal").action_approve("fine")
        # The file is looked at again, too.
        with self.assertRaisesRegex(UserError, "look at the file"):
            agreement.action_sign()
        agreement.action_open_signing()
        agreement.action_sign()
        with self.assertRaisesRegex(UserError, "not possible in this status"):
            agreement.action_revise("x")

    def test_withdraw(self):
        agreement = self.asked()
        for role in ("head", "finance", "legal", "management"):
            self.assertRefused(self.by(agreement, role), "action_withdraw")
        agreement.action_withdraw()
        self.assertEqual(agreement.state, "draft")
        agreement.amount = 5
        with self.assertRaisesRegex(UserError, "Nothing to decide"):
            self.by(agreement, "legal").action_approve("fine")

    def test_a_decision_on_what_was_not_seen(self):
        """Taken back, changed and submitted again behind the dialog."""
        agreement = self.asked()
        legal = self.by(agreement, "legal").with_context(shown_round=1)
        dialog = self.env["customer.archive.decision"].with_user(self.users["legal"])
        context = legal.action_open_decision()["context"]
        agreement.action_withdraw()
        agreement.amount = 5
        agreement.action_submit()
        with self.assertRaisesRegex(UserError, "resubmitted"):
            dialog.with_context(**context).create({"comment": "x"}).action_approve()

    def test_renewals_pass_as_well(self):
        agreement = self.sign(self.agree())
        draft = agreement.browse(agreement.action_renew()["res_id"])
        self.assertEqual((draft.state, draft.approval_round), ("draft", 0))
        self.assertEqual(draft.breach_liability, agreement.breach_liability)
        with self.assertRaisesRegex(UserError, "hasn't been approved"):
            draft.action_sign()
        self.sign(draft)
        self.assertEqual(agreement.validity_state, "renewed")

    def test_without_a_policy_nothing_is_submitted(self):
        """As with everything that is approved: no policy is no way round."""
        policy = self.env.ref("customer_archive.policy_agreement")
        policy.active = False
        with self.assertRaisesRegex(UserError, "No approval policy"):
            self.asked()
        with self.assertRaisesRegex(UserError, "hasn't been approved"):
            self.agree().action_sign()

    def test_a_policy_that_takes_two(self):
        """Who wants somebody else to decide writes it into a new version."""
        policy = self.env.ref("customer_archive.policy_agreement")
        with self.assertRaisesRegex(UserError, "stays as it was confirmed"):
            self.by(policy, "admin").write({"active": False})
        action = self.by(policy, "admin").action_new_version()
        version = self.by(policy.browse(action["res_id"]), "admin")
        head = self.env.ref("customer_archive.group_management")
        version.step_ids.write({"group_id": head.id})
        self.assertRefused(version, "action_confirm")
        self.by(version, "compliance").action_confirm()
        agreement = self.asked()
        self.assertEqual(agreement.sudo().approver_ids, self.users["management"])

    def test_files_are_not_closed_meanwhile(self):
        for agreement in (self.asked(), self.approve_terms(self.agree())):
            running = self.file.sudo()._running_requests()
            self.assertIn(f"{agreement.name} is in progress", running)

    def test_form(self):
        agreement = self.agree()
        with Form(agreement) as form:
            form.breach_liability = False
            self.assertIn("liability", form.missing_terms)
            form.breach_liability = "每日万分之五"
            self.assertFalse(form.missing_terms)
        agreement.action_submit()
        form = Form(self.by(agreement, "legal"))
        self.assertTrue(form.can_decide)
        with self.assertRaises(AssertionError):
            form.breach_liability = "x"

    def test_told_as_long_as_they_may_read(self):
        """Followers who may not read the file any more aren't told of it."""
        agreement = self.agree()
        manager, other = self.users["sales"], self.users["sales_other"]
        self.assertIn(manager.partner_id, agreement.message_partner_ids)
        self.by(self.file, "clerk").user_id = other
        message = self.by(agreement, "legal").message_post(body="条款已核对")
        told = agreement.sudo()._notify_get_recipients(message.sudo(), {})
        self.assertNotIn(manager.partner_id.id, [each["id"] for each in told])
