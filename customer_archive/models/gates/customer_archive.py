from odoo import models

from .customer_archive_waiver import ORDERS, WAIVER


class CustomerArchive(models.Model):
    """What a file is opened without, by an approved waiver.

    Requirement A3: complete papers, and nothing against the party in the registry.
    """

    _inherit = "customer.archive"

    def action_submit(self):
        result = super().action_submit()
        # The review sees the terms of the party, and none that a contact has.
        self.partner_id._archive_align_terms()
        return result

    def _missing_problems(self):
        problems = super()._missing_problems()
        return [] if problems and self._is_waived("papers") else problems

    def _registry_problems(self):
        problems = super()._registry_problems()
        # What was found is waived, never that nobody has looked.
        looked = problems and self._registry_verdict()
        return [] if looked and self._is_waived("registry") else problems

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
                    ("conditions", "like", f",{condition}"),
                    ("is_in_force", "=", True),
                    # One for an order is for nothing else.
                    *((name, "=", False) for name in ORDERS),
                ],
                limit=1,
            )
        )
