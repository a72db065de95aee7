from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.likeness import within


class CustomerArchive(models.Model):
    """Who signs for the party, and where it works: some papers go by that."""

    _inherit = "customer.archive"

    signatory_id = fields.Many2one(
        "res.partner",
        domain="[('parent_id', '=', partner_id)]",
        ondelete="restrict",
        copy=False,
        tracking=True,
        help=(
            "Who signs for the party. Leave empty if the legal representative signs; "
            "anybody else needs a power of attorney and shows an identity card."
        ),
    )
    is_signed_by_other = fields.Boolean(
        string="Signed by Another",
        compute="_compute_is_signed_by_other",
        store=True,
        compute_sudo=True,
        help="Somebody else than the legal representative signs.",
    )
    has_other_address = fields.Boolean(
        string="Other Business Address",
        compute="_compute_has_other_address",
        store=True,
        compute_sudo=True,
        help="The party doesn't work at its registered address.",
    )

    @api.depends(lambda self: self._signatory_triggers())
    def _compute_is_signed_by_other(self):
        for archive in self:
            own = archive.partner_id.legal_representative_id
            archive.is_signed_by_other = bool(archive._signatories() - own)

    @api.model
    def _signatory_triggers(self):
        """Return the fields by which it is known who signs."""
        return ["partner_id.legal_representative_id", "signatory_id"]

    def _signatories(self):
        """Return who signs for the party, where it isn't the legal representative."""
        self.ensure_one()
        return self.signatory_id

    @api.depends("partner_id.registered_address", "partner_id.street")
    def _compute_has_other_address(self):
        for archive in self:
            own = archive.partner_id.street
            registered = archive.partner_id.registered_address
            archive.has_other_address = bool(
                own and registered and not within(own, registered)
            )

    @api.constrains("signatory_id", "partner_id")
    def _check_signatory(self):
        for archive in self.sudo():
            person, party = archive.signatory_id, archive.partner_id
            if person and person.commercial_partner_id != party:
                raise ValidationError(
                    self.env._(
                        "%(person)s isn't a contact of %(party)s: add the signatory "
                        "to the contacts first.",
                        person=person.name,
                        party=party.name,
                    )
                )

    @api.model
    def _protected(self):
        derived = ("is_signed_by_other", "has_other_address")
        return {**super()._protected(), **dict.fromkeys(derived)}
