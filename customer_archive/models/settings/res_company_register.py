from odoo import fields, models


class ResCompany(models.Model):
    """What becomes of registers that are made in the background."""

    # A file of its own: this is another matter than the rest of the model.
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    archive_register_days = fields.Integer(
        string="Exports are kept for (Days)",
        default=7,
        required=True,
        help="For so long an export made in the background can be downloaded.",
    )
    archive_register_mailing = fields.Boolean(
        string="Registers may be mailed",
        help="Mail leaves the system: what is in a mailed workbook can't be recalled.",
    )

    _archive_register_days_positive = models.Constraint(
        "CHECK (archive_register_days > 0)", "Exports are kept for at least one day."
    )
