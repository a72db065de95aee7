from odoo import api, models
from odoo.exceptions import AccessError

from ..common.sentinel import is_system
from .ir_module_module import ADDON

# A module in one of these is loaded; by Odoo's buttons it goes from one to another.
LOADED = ("installed", "to upgrade", "to remove")
# What the apps list takes over from the code of a module: it only describes it.
DESCRIBED = frozenset(
    (
        *("application", "author", "auto_install", "category_id", "contributors"),
        *("country_ids", "description", "icon", "license", "maintainer", "sequence"),
        *("shortdesc", "summary", "to_buy", "url", "website"),
    )
)


class IrModuleModule(models.Model):
    """The rows by which the server knows that it has to load this addon.

    Written by hand they would take the addon away past everything that an
    uninstallation is asked for: with the next reload of the registry nothing keeps
    the files any more. The same goes for the modules without which it isn't loaded.
    """

    _inherit = "ir.module.module"

    def write(self, vals):
        if not is_system(self.env):
            self._archive_check_row(vals)
        return super().write(vals)

    def unlink(self):
        # Odoo's own check is left out by a key of the context.
        self._archive_check_needed()
        return super().unlink()

    def _archive_check_needed(self):
        if kept := self & self._archive_needed():
            raise kept._archive_by_hand()

    def _archive_check_row(self, vals):
        """Check that this write leaves the addon, and what it needs, to be loaded.

        :raise AccessError: if it doesn't
        """
        names = vals.keys() - DESCRIBED
        if self.env.su:
            # Loading a module notes its version.
            names &= {"state"}
        kept = self & self._archive_needed() if names else self.browse()
        if kept and (names != {"state"} or not kept._archive_is_step(vals["state"])):
            raise kept._archive_by_hand()

    def _archive_is_step(self, state):
        """Whether these modules may come to ``state`` past an uninstallation."""
        if state == "to remove" and ADDON not in self.mapped("name"):
            # What the addon needs goes with it or not at all.
            return self._archive_addon().state == "to remove"
        loaded = any(module.state in LOADED for module in self)
        return state in LOADED or not loaded

    @api.model
    def _archive_needed(self):
        """Return this addon's row, and those of all modules that it needs."""
        addon = self._archive_addon()
        return addon | addon.upstream_dependencies(exclude_states=("",))

    def _archive_by_hand(self):
        """Return the error that refuses it, after recording the attempt."""
        message = self.env._(
            "Customer Archive keeps files: the module and its dependencies can't "
            "be removed or marked otherwise manually. Use Odoo's own buttons to "
            "upgrade it; to uninstall it, see Customer Files → Supervision "
            "→ Uninstall."
        )
        log = self.env["customer.archive.log"]
        log._record_refusal(self, "module", message)
        return AccessError(message)
