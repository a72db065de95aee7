from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

from ..common.roles import SEES_INCIDENTS
from ..common.sentinel import as_system


class CustomerArchiveIncident(models.Model):
    """Whom it is about in the words of who reports it 涉及人员.

    They are kept out of it from the first moment: whoever looks into it says only later
    who is responsible, and could be one of them. Whoever was held responsible stays
    out when they are taken off the list; who reported it doesn't read who that was.
    """

    _inherit = "customer.archive.incident"

    named_ids = fields.Many2many(
        "res.users",
        "customer_archive_incident_named_rel",
        "incident_id",
        "user_id",
        string="Whom It Is About",
        copy=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="They neither read it nor look into it, whatever their role.",
    )

    held_ids = fields.Many2many(
        "res.users",
        "customer_archive_incident_held_rel",
        "incident_id",
        "user_id",
        string="Whom It Was Held Against",
        readonly=True,
        copy=False,
        groups=SEES_INCIDENTS,
        help="Everybody who is, or was, on the list of persons responsible: they "
        "neither read it nor look into it.",
    )

    @api.constrains("named_ids")
    def _check_named(self):
        if self.env.user in self.sudo().named_ids:
            raise ValidationError(
                self.env._(
                    "You don't read what you are named in: say in the course of events "
                    "what you did yourself."
                )
            )

    @api.model
    def _protected(self):
        return {**super()._protected(), "held_ids": []}

    @api.model_create_multi
    def create(self, vals_list):
        incidents = super().create(vals_list)
        incidents.sudo()._shut_out_named()
        return incidents

    def write(self, vals):
        result = super().write(vals)
        if "named_ids" in vals:
            # Whoever may write it was checked.
            self.sudo()._shut_out_named()
        return result

    def _shut_out_named(self):
        for incident in self.filtered("named_ids"):
            incident._shut_out(incident.named_ids)

    def _hold(self, users):
        """Keep some users out of it for good; as superuser."""
        as_system(self).held_ids = [Command.link(user.id) for user in users]
        self._shut_out(users)

    def _concerned(self):
        own = self.sudo()
        return super()._concerned() | own.named_ids | own.held_ids
