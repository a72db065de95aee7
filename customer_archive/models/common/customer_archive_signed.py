from odoo import fields, models

from .roles import READER, users_of


class CustomerArchiveSigned(models.AbstractModel):
    """What somebody carries out, signs and leaves as it is: a count, an inspection."""

    _name = "customer.archive.signed"
    _description = "Signed Record"
    _inherit = ["customer.archive.locked"]

    signed_by_id = fields.Many2one(
        "res.users",
        string="Signed by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    signed_on = fields.Datetime(string="Signed on", readonly=True, copy=False)

    def _mail_get_partner_fields(self, introspect_fields=False):
        # What is said about it isn't meant for any party.
        return []

    def _people(self, role):
        """Return who has a role, and is at work in the company."""
        return users_of(self.env, role).filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )

    def _takes_part(self, user):
        """Whether somebody is at work here, and has a role in the customer files."""
        # Where somebody works is no secret of who gives them work.
        here = self.company_id in user.sudo().company_ids
        return user.active and here and user.has_group(READER)
