"""Ways round the checks of change requests: what forms tell, and who owns what."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .change_case import ACCOUNTS, CHANGE, ChangeCase

LINE = {"what": {}, "current_text": {}, "shown_old": {}, "shown_new": {}}


@tagged("post_install", "-at_install")
class TestChangeDoors(ChangeCase, TransactionCase):
    def told(self, line, values=None):
        """Return what a form tells of a line that isn't saved."""
        changes = self.env[CHANGE].with_user(self.users["sales"])
        values = {
            "partner_id": self.party.id,
            "line_ids": [Command.create(line)],
            **(values or {}),
        }
        self.env.invalidate_all()
        spec = {"line_ids": {"fields": LINE}, "partner_id": {}}
        return str(changes.onchange(values, [], spec))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_forms_name_nothing_hidden(self):
        other = self.registered("purchase")
        item = other.document_ids.filtered(lambda each: not each.is_sensitive)[0]
        item.sudo().with_context(**self.engine()).issuer = "Hidden Office"
        field = self.field("item", "issuer")
        with self.assertRaises(AccessError):
            self.told({"field_id": field.id, "document_id": item.id})
        with self.assertRaises(AccessError):
            self.env[CHANGE].with_user(self.users["sales"]).with_context(
                default_line_ids=[(0, 0, {"document_id": item.id})]
            ).default_get(["line_ids"])
        evidence = {"evidence_ids": [Command.create({"archive_id": other.id})]}
        with self.assertRaises(AccessError):
            self.told({"field_id": field.id}, evidence)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_forms_read_as_their_user(self):
        company = self.env["res.company"].create({"name": "Sister"})
        hidden = self.partner("Hidden Ltd", company_id=company.id)
        hidden.child_ids.company_id = company
        contact = hidden.child_ids[0]
        field = self.field("contact", "phone")
        with self.assertRaises(AccessError):
            self.told({"field_id": field.id, "contact_id": contact.id})
        account = self.bank(ACCOUNTS[0], contact, company_id=company.id)
        field = self.field("bank", "acc_number")
        with self.assertRaises(AccessError):
            self.told({"field_id": field.id, "bank_id": account.id})
        field = self.field("party", "legal_representative_id")
        with self.assertRaises(AccessError):
            self.told({"field_id": field.id, "new_res_id": contact.id})
        lines = self.env["customer.archive.change.line"]
        field = self.field("party", "vat")
        values = {"change_id": {"partner_id": hidden.id}, "field_id": field.id}
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            lines.with_user(self.users["sales"]).onchange(values, [], LINE)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_own_file_is_still_shown(self):
        item = self.file.document_ids.filtered("issuer")[:1] or self.file.document_ids
        field = self.field("party", "phone")
        self.assertIn(self.party.phone, self.told({"field_id": field.id}))
        field = self.field("item", "form")
        line = {"field_id": field.id, "document_id": item[0].id}
        self.assertIn("Stamped copy", self.told(line))

    def engine(self):
        return as_system(self.env["res.partner"]).env.context

    def test_whose_accounts_they_are_is_computed(self):
        """Nobody says by hand to which company a party belongs."""
        other = self.env["res.partner"].create({"name": "Front", "is_company": True})
        contact = self.party.child_ids[0]
        account = self.bank()
        with self.assertRaises(UserError):
            self.party.sudo().write({"commercial_partner_id": other.id})
        with self.assertRaises(UserError):
            self.bank(ACCOUNTS[2], contact)
            contact.sudo().write({"commercial_partner_id": other.id})
        with self.assertRaises(UserError):
            account.write({"acc_number": ACCOUNTS[1]})

    # What was approved is what was shown

    def test_evidence_stays_while_it_is_decided(self):
        change = self.ask(("party", "name", {"new_text": "New Ltd"}))
        change.action_submit()
        paper = change.evidence_ids
        with self.assertRaises(UserError):
            paper.write({"change_id": False})
        with self.assertRaises(UserError):
            paper.write({"attachment_ids": [Command.clear()]})
        self.env.cr.execute(
            "UPDATE customer_archive_document SET change_id = NULL WHERE id = %s",
            paper.ids,
        )
        self.env.invalidate_all()
        self.decide(change, "head")
        self.assertEqual(change.state, "draft")

    def test_who_became_legal_representative(self):
        """Compliance decides on the name of whoever represents the party by then."""
        contact = self.party.child_ids - self.party.legal_representative_id
        line = ("contact", "name", {"contact_id": contact.id, "new_text": "Other"})
        early, late = (self.ask(line, evidence=False) for _each in range(2))
        early.action_submit()
        self.party.with_context(**self.engine()).legal_representative_id = contact
        with self.assertRaisesRegex(UserError, "evidence"):
            late.action_submit()
        self.decide(early, "head")
        self.assertEqual(early.state, "draft")
        self.assertNotEqual(contact.name, "Other")

    def test_who_lost_the_file_sees_it_no_more(self):
        change = self.ask(("party", "phone", {"new_text": "021-55550999"}))
        line = change.line_ids
        self.assertEqual(line.current_text, self.party.phone)
        self.file.sudo().with_context(**self.engine()).user_id = self.users[
            "sales_other"
        ]
        self.env.invalidate_all()
        self.assertFalse(line.current_text)
        self.assertFalse(line.shown_old)

    def test_another_round_than_was_shown(self):
        change = self.ask(("party", "phone", {"new_text": "021-55550999"}))
        change.action_submit()
        own = change.with_user(self.users["head"])
        action = own.action_open_decision()
        dialogs = self.env["customer.archive.decision"].with_user(self.users["head"])
        dialog = dialogs.with_context(**action["context"]).create({})
        change.action_withdraw()
        change.line_ids.new_text = "021-55550998"
        change.action_submit()
        with self.assertRaisesRegex(UserError, "was resubmitted"):
            dialog.action_approve()
        with self.assertRaisesRegex(UserError, "was resubmitted"):
            own.with_context(shown_round=1).action_open_decision()
        action = own.with_context(shown_round=2).action_open_decision()
        dialogs.with_context(**action["context"]).create({}).action_approve()
        self.assertEqual(change.state, "done")
