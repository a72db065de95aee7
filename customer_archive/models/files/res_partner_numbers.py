from odoo import api, fields, models

from ...tools import identifiers


class ResPartner(models.Model):
    """Numbers of a party besides those that Odoo has a place for."""

    _inherit = "res.partner"

    other_phone = fields.Char(
        string="Other Telephones", help="Additional numbers, separated by 、."
    )
    organisation_code = fields.Char(
        index="btree_not_null",
        help="On documents from before October 2015: XXXXXXXX-X.",
    )
    licence_number = fields.Char(
        string="Old Licence Number",
        index="btree_not_null",
        help="Registration number of a business licence from before October 2015: "
        "15 digits, or 13.",
    )

    @api.constrains("other_phone", "organisation_code", "licence_number")
    def _check_archive_other_numbers(self):
        self._check_archive_formats()

    def _archive_format_checks(self):
        checks = super()._archive_format_checks()
        if self._archive_is_chinese():
            others = (self.other_phone or "").split("、")
            checks += [("other_phone", "phone", number) for number in others]
            for name in ("organisation_code", "licence_number"):
                checks.append((name, name, self[name]))
        return checks

    @api.model
    def _archive_identity_hint(self, number):
        """Return a warning for a form, without the number, or None."""
        if not identifiers.identity_hint(number):
            return None
        return {
            "warning": {
                "title": self.env._("Please check this again"),
                "message": self.env._(
                    "The place code in this identity number did not exist in the "
                    "year of birth. This happens, for example with a county "
                    "created later: compare the number with the card again, and "
                    "continue if it is correct."
                ),
            }
        }
