from odoo import api, fields, models

from ...tools.likeness import words


def fewer(type_, name, value):
    """Whether words are taken out, so that fewer trades ask for the paper."""
    return bool(set(words(type_[name])) - set(words(value)))


class CustomerArchiveDocumentType(models.Model):
    """Which trades need a permit, by the words of a business scope."""

    _inherit = "customer.archive.document.type"

    scope_words = fields.Char(
        string="Needed for Trades",
        help="Words parted by commas: a party whose business scope has one of them, "
        "and whose file has no such paper, is doubted when its file is submitted.",
    )

    @api.model
    def _power(self):
        return {**super()._power(), "scope_words": fewer}
