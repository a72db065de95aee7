from odoo import models

from .customer_archive_waiver import ORDERS, WAIVER


class CustomerArchive(models.Model):
    """What a file is opened without, by an approved waiver.

    Requirement A3: complete papers, and nothing against the party in the registry.
    """

    _inherit = "customer.archive"

    def _missing_problems(self):
        problems = super()._missing_problems()
        return [] if problems and self._is_waived("papers") else problems

    def _opening_problems(self):
        problems = super()._opening_problems()
        return [] if problems and self._is_waived("registry") else problems

    def _is_waived(self, condition):
        """Whether a waiver in force lets this file be opened without a condition."""
        self.ensure_one()
        # What was granted counts for whoever submits or decides.
        waivers = self.env[WAIVER].sudo()
        return bool(
            waivers.search_count(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("gate_ids.condition", "=", condition),
                    ("is_in_force", "=", True),
                    # One for an order is for nothing else.
                    *((name, "=", False) for name in ORDERS),
                ],
                limit=1,
            )
        )
