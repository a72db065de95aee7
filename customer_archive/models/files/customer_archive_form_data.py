from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..common.sentinel import as_system

# What the tax number of a party without one is set to.
NO_CODE = "/"


class CustomerArchive(models.Model):
    """What the forms say of a party that no other field says 汇总表 登记表."""

    _inherit = "customer.archive"

    contact_id = fields.Many2one(
        "res.partner",
        string="Main Contact",
        compute="_compute_contact_id",
        inverse="_inverse_contact_id",
        domain="[('parent_id', '=', partner_id), ('type', '=', 'contact')]",
        help=(
            "The contact named in forms and registers. Unless you choose one, it is "
            "the first contact that isn't the legal representative."
        ),
    )
    chosen_contact_id = fields.Many2one(
        "res.partner", readonly=True, copy=False, index="btree_not_null"
    )
    contact_phone = fields.Char(
        compute="_compute_contact_details",
        help="The main contact's telephone numbers; the party's if they have none.",
    )
    contact_email = fields.Char(
        string="Contact E-mail",
        compute="_compute_contact_details",
        help="The main contact's e-mail address; the party's if they have none.",
    )
    other_contact = fields.Text(
        string="Other Contact Details",
        help="What else is to be known for reaching the party, such as WeChat.",
    )
    business_licence = fields.Char(
        string="Licence Number",
        compute="_compute_business_licence",
        help="The unified social credit code, or the number of an older licence.",
    )

    @api.depends(
        "chosen_contact_id",
        "partner_id.child_ids.type",
        "partner_id.legal_representative_id",
    )
    def _compute_contact_id(self):
        for archive in self:
            partner = archive.partner_id
            contacts = partner.child_ids.filtered(lambda child: child.type == "contact")
            others = contacts - partner.legal_representative_id
            # Who has left the party isn't its contact any more.
            chosen = archive.chosen_contact_id & contacts
            archive.contact_id = chosen or (others or contacts)[:1]

    def _inverse_contact_id(self):
        for archive in self:
            # Who may write the file chooses its contact, which was checked.
            as_system(archive).write({"chosen_contact_id": archive.contact_id.id})
        # Without a choice it is the first one again.
        self.invalidate_recordset(["contact_id"])

    @api.depends(
        "contact_id",
        *("partner_id.child_ids.phone", "partner_id.child_ids.other_phone"),
        *("partner_id.child_ids.email", "partner_id.phone"),
        *("partner_id.other_phone", "partner_id.email"),
    )
    def _compute_contact_details(self):
        """The party's own where the contact has none: it is put through from there."""
        for archive in self:
            contact, party = archive.contact_id, archive.partner_id
            archive.contact_phone = _phones(contact) or _phones(party)
            archive.contact_email = contact.email or party.email

    @api.depends(
        *("partner_id.vat", "partner_id.licence_number"),
        *("document_ids.number", "document_ids.is_received"),
    )
    def _compute_business_licence(self):
        for archive in self:
            party = archive.partner_id
            code = party.vat if party.vat != NO_CODE else False
            archive.business_licence = (
                code or party.licence_number or archive._number_of_licence()
            )

    def _number_of_licence(self):
        """Return the number on the paper itself, whichever kind of number it is."""
        licences = self.document_ids.filtered(
            lambda item: (
                item.is_received and item.type_id.number_format == "credit_code"
            )
        )
        return next(filter(None, licences.mapped("number")), False)

    @api.constrains("chosen_contact_id")
    def _check_contact(self):
        for archive in self:
            chosen = archive.chosen_contact_id
            if chosen and chosen.parent_id != archive.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s isn't a contact of %(party)s.",
                        contact=chosen.name,
                        party=archive.partner_id.name,
                    )
                )

    @api.model
    def _protected(self):
        # It is chosen by way of the contact.
        return {**super()._protected(), "chosen_contact_id": False}


def _phones(partner):
    """Return the telephone numbers of a partner as one text."""
    return "、".join(filter(None, (partner.phone, partner.other_phone)))
