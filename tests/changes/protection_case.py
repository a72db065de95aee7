"""A registered file whose party has contacts and an account; edits are refused."""

import json

from odoo.exceptions import RedirectWarning

from .change_case import CHANGE, ChangeCase


class ProtectionCase(ChangeCase):
    """A file whose party is protected, with contacts and an account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.legal = cls.party.legal_representative_id
        cls.contact = cls.party.child_ids - cls.legal
        cls.account = cls.bank()
        cls.own = cls.party.with_user(cls.users["sales"])

    def lines_of(self, error):
        """Return the lines that the way to the request is opened with."""
        self.assertIsInstance(error, RedirectWarning)
        _message, action, _button, context = error.args
        self.assertEqual(action["res_model"], CHANGE)
        self.assertEqual(context["default_archive_id"], self.file.id)
        json.dumps(context)
        lines = [values for _0, _0_, values in context["default_line_ids"]]
        # What the dialog is opened with can be saved.
        change = self.env[CHANGE].with_user(self.users["sales"])
        change = change.with_context(**context).create(
            {"asked_by": "Buyer", "purpose": "x"}
        )
        self.assertEqual(len(change.line_ids), len(lines))
        return lines
