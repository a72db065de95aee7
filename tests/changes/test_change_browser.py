"""The way from an edit that is refused to a request, in a browser."""

import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..support.common import PASSWORD
from .change_case import CHANGE, ChangeCase


@tagged("post_install", "-at_install")
class TestChangeBrowser(ChangeCase, HttpCase):
    """Requirement D1."""

    def authenticate(self, user, password, **kwargs):
        # start_tour logs in with the login for a password.
        return super().authenticate(user, user and PASSWORD, **kwargs)

    def test_from_a_refused_edit_to_the_request(self):
        path = f"/odoo/res.partner/{self.party.id}"
        options = json.dumps({"stepDelay": 0, "startUrl": path})
        name = "customer_archive_change"
        # Odoo logs each refusal that a person reads in a dialog.
        with mute_logger("odoo.http"):
            self.start_tour(
                path,
                name,
                login=self.users["sales"].login,
                code=f"odoo.startTour('{name}', {options})",
                timeout=180,
            )
        change = self.env[CHANGE].search([("archive_id", "=", self.file.id)])
        self.assertEqual(
            [(line.what, line.shown_new) for line in change.line_ids],
            [("Name", "Renamed Ltd"), ("Security Level", "Confidential")],
        )
        self.assertEqual(change.line_ids[1].new_choice, "confidential")
        self.assertEqual(change.asked_by, "Buyer, by letter")
        self.assertEqual(change.state, "draft")
        self.assertNotEqual(self.party.name, "Renamed Ltd")
