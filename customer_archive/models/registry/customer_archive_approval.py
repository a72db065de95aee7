from odoo import fields, models


class CustomerArchiveApproval(models.Model):
    """The step of a file's review that needs a registry check and no open doubts."""

    _inherit = "customer.archive.approval"

    checks_opening = fields.Boolean(
        string="Conditions Are Checked",
        readonly=True,
        help="This step isn't approved before the registry was checked, if the "
        "category asks for it, and every doubt was verified.",
    )
    checks_papers = fields.Boolean(
        string="Copies Are Compared",
        readonly=True,
        help=(
            "This step isn't approved before the items that ask for it were compared "
            "with their originals."
        ),
    )
