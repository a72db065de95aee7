from odoo import api, models
from odoo.exceptions import UserError

ADDON = "customer_archive"


class IrModuleModule(models.Model):
    """Taking the addon away would be one more way to delete what is held."""

    _inherit = "ir.module.module"

    def write(self, vals):
        if vals.get("state") == "to remove" and ADDON in self.mapped("name"):
            self._archive_check_nothing_held()
        return super().write(vals)

    @api.private
    def module_uninstall(self):
        # No client calls it. Here, too: the state may be set past the method above.
        if ADDON in self.mapped("name"):
            self._archive_check_nothing_held()
        return super().module_uninstall()

    def _archive_check_nothing_held(self):
        """Refuse, whoever asks and in whichever company a file is held.

        :raise UserError: if a hold is in force, or a file blocked
        """
        domain = ["|", ("is_held", "=", True), ("is_blocked", "=", True)]
        # Whether something is held decides, also where it can't be seen.
        held = self.env["customer.archive"].sudo().search_count(domain)
        if held:
            raise UserError(
                self.env._(
                    "%s customer files are held or blocked: the addon that keeps "
                    "them stays as long as that lasts.",
                    held,
                )
            )
