"""Whose a reviewed account is and where money goes: changed by request only."""

from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.modules import migration
from odoo.tests import TransactionCase, tagged

from odoo.addons import customer_archive
from odoo.addons.customer_archive.models.changes.res_partner_bank import HARMLESS

from .change_case import ACCOUNTS, BANK, ChangeCase
from .protection_case import ProtectionCase

SCRIPT = "pre_bank"
LISTED = ("acc_holder_name", "bank_id", "clearing_number", "currency_id")


def taken_over(cr):
    """Run the script of the update by what Odoo runs it."""
    folder = Path(customer_archive.__path__[0], "migrations", "19.0.7.0.0")
    module = migration.load_script(str(folder / "pre-bank.py"), SCRIPT)
    with patch.object(migration, "load_script", lambda *_arguments: module):
        name = f"{SCRIPT}.py"
        migration.exec_script(cr, "19.0.6.0.0", name, "customer_archive", "pre")


@tagged("post_install", "-at_install")
class TestBankRouting(ProtectionCase, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.banks = cls.env["res.bank"].create(
            [{"name": "First Bank", "bic": "FBNKCNBJ"}, {"name": "Second Bank"}]
        )
        cls.account = cls.bank(
            ACCOUNTS[0], bank_id=cls.banks[0].id, acc_holder_name="Test Party Ltd"
        )
        cls.env.flush_all()

    def another(self, name):
        """Return a value that the account hasn't got in a field."""
        field, value = self.env[BANK]._fields[name], self.account[name]
        if field.type == "many2one":
            model = self.env[field.comodel_name].sudo()
            return model.search([("id", "!=", value.id)], limit=1).id
        if field.type == "selection":
            codes = [code for code, _label in field._description_selection(self.env)]
            return next(code for code in codes if code != value)
        if field.type in ("integer", "float", "monetary"):
            return value + 1
        return not value if field.type == "boolean" else "Another"

    def test_every_field(self):
        """By whichever field that Odoo, or a country's module, adds."""
        names = self.env[BANK]._archive_routing_names()
        self.assertLessEqual({*LISTED, "bank_name", "bank_bic", "acc_number"}, names)
        self.assertFalse(names & HARMLESS)
        for name in sorted(names - {"sanitized_acc_number"}):
            value, before = self.another(name), self.account[name]
            for role in ("employee", "sales", "purchase", "finance", "admin"):
                own = self.account.with_user(self.users[role])
                with self.subTest(name, role=role), self.assertRaises(UserError):
                    own.write({name: value})
            self.env.invalidate_all()
            self.assertEqual(self.account[name], before, name)

    def test_from_the_party(self):
        line = [(1, self.account.id, {"acc_holder_name": "Another"})]
        with self.refused():
            self.own.write({"bank_ids": line})

    def test_what_is_the_same_is_no_edit(self):
        own = self.account.with_user(self.users["sales"])
        own.write({"acc_holder_name": "Test Party Ltd", "bank_id": self.banks[0].id})
        own.write({"note": "Ring first", "sequence": 4})
        self.assertEqual(own.sequence, 4)

    def test_the_way_holds_what_was_typed(self):
        own = self.account.with_user(self.users["sales"])
        with self.refused(error=RedirectWarning) as caught:
            own.write({"acc_holder_name": "Another", "bank_id": self.banks[1].id})
        lines = self.lines_of(caught.exception)
        self.assertEqual({line["bank_id"] for line in lines}, {self.account.id})
        typed = {line.get("new_text") or line.get("new_res_id") for line in lines}
        self.assertEqual(typed, {"Another", self.banks[1].id})

    def test_by_request(self):
        new = {"bank_id": self.account.id}
        change = self.submit(
            ("bank", "acc_holder_name", {**new, "new_text": "Another"}),
            ("bank", "bank_id", {**new, "new_res_id": self.banks[1].id}),
        )
        self.assertTrue(all(line._is_serious() for line in change.line_ids))
        self.decide(change, "head", "compliance")
        self.assertEqual(change.state, "done")
        self.assertEqual(self.account.acc_holder_name, "Another")
        self.assertEqual(self.account.bank_id, self.banks[1])
        self.assertEqual(self.account.acc_number, ACCOUNTS[0])

    def test_of_an_account_that_is_there(self):
        """Only a number can be that of an account that is to be added."""
        with self.assertRaisesRegex(UserError, "select the record to change"):
            self.ask(("bank", "acc_holder_name", {"new_text": "Another"}))

    def test_what_was_freed_is_free(self):
        self.field("bank", "acc_holder_name").is_protected = False
        own = self.account.with_user(self.users["sales"])
        own.acc_holder_name = "Another"
        self.assertEqual(self.account.acc_holder_name, "Another")
        with self.refused():
            own.clearing_number = "7"

    def test_without_a_reviewed_file(self):
        account = self.bank(ACCOUNTS[1], self.archive().partner_id)
        account.with_user(self.users["sales"]).acc_holder_name = "Another"
        self.assertEqual(account.acc_holder_name, "Another")

    def test_who_does_not_see_a_number_trusts_none(self):
        self.users["purchase"].group_ids += self.env.ref(
            "account.group_validate_bank_account"
        )
        account = self.bank(ACCOUNTS[2], self.archive().partner_id)
        own = account.with_user(self.users["purchase"])
        if own.archive_is_masked:
            with self.assertRaises(AccessError):
                own.allow_out_payment = True


@tagged("post_install", "-at_install")
class TestBankRoutingTaken(ChangeCase, TransactionCase):
    def test_rows_that_an_administrator_made_are_taken_over(self):
        """A row of the same field doesn't stand in the way of the update."""
        rows = self.env["customer.archive.change.field"]
        for name in LISTED:
            self.field("bank", name).unlink()
        made = rows.create({"subject": "bank", "field_name": "bank_id"})
        self.env.flush_all()
        taken_over(self.env.cr)
        self.env.invalidate_all()
        self.assertEqual(self.field("bank", "bank_id"), made)
        self.assertTrue(made.is_protected)
