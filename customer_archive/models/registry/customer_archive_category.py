from odoo import api, fields, models

from ..common.customer_archive_lifted import unticked


def longer(category, name, value):
    """Whether checks of files that are there would hold for longer."""
    usual = category.env.company.archive_registry_days
    return category._has_files() and (value or usual) > (category[name] or usual)


class CustomerArchiveCategory(models.Model):
    """Whose parties are looked up in the public registry, and how often."""

    _inherit = "customer.archive.category"

    registry_check = fields.Boolean(
        help="Compliance approves a file of this category, and its reviews are "
        "confirmed, only with a registry check that still holds and found nothing. "
        "Private persons are in no registry: they are never asked about.",
    )
    registry_check_days = fields.Integer(
        string="Check Holds for (Days)",
        help="0: as long as the company's settings say.",
    )

    _registry_check_days_positive = models.Constraint(
        "CHECK (registry_check_days >= 0)", "A check can't hold for less than no day."
    )

    @api.model
    def _power(self):
        own = {"registry_check": unticked, "registry_check_days": longer}
        return {**super()._power(), **own}

    def _asks_registry(self):
        """Whether the parties of this category are looked up in the registry."""
        return self.registry_check and not self.is_person

    def _registry_days(self, company):
        """Return for how many days a check of a party of this category holds."""
        return self.registry_check_days or company.sudo().archive_registry_days
