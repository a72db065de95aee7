from odoo import fields, models


class CustomerArchive(models.Model):
    """The catalogue 档案目录: by category and year of filing, found by number."""

    # pylint: disable=consider-merging-classes-inherited
    _inherit = "customer.archive"

    # Part of a number is typed as often as all of it.
    name = fields.Char(index="trigram")
    opening_date = fields.Date(index="btree_not_null")
