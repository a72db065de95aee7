from odoo import api, models
from odoo.exceptions import ValidationError

from ..encryption.customer_archive_sealed import VALUE
from .customer_archive_change_line import NAMED_BY, TYPED


class CustomerArchiveChangeLine(models.Model):
    """What can be asked for: about whom, and which new value."""

    _inherit = "customer.archive.change.line"

    @api.constrains("field_id", *NAMED_BY.values())
    def _check_target(self):
        for line in self:
            target = line._target()
            if not target and not line._may_add():
                raise ValidationError(
                    self.env._(
                        "%s: select the record to change.", line.field_id.display_name
                    )
                )
            if target and not line._owns(target):
                raise ValidationError(
                    self.env._(
                        "%s: it belongs to another customer or supplier.",
                        line.field_id.display_name,
                    )
                )
            if line.subject == "item" and line.field_id.field_name == "number":
                line._check_plain_number()

    def _may_add(self):
        """Whether it may be about an account that isn't there yet: by its number."""
        return self.subject == "bank" and self._is_sealed()

    def _owns(self, target):
        """Whether ``target`` belongs to the file that the request is about."""
        if self.subject == "contact":
            return target.parent_id == self.partner_id
        if self.subject == "bank":
            return target.partner_id.commercial_partner_id == self.partner_id
        if self.subject in NAMED_BY:
            return target.archive_id == self.archive_id
        return True

    def _check_plain_number(self):
        if self.document_id.is_sensitive:
            raise ValidationError(
                self.env._(
                    "The number of “%s” is sensitive: choose the field "
                    "“Sensitive value” instead.",
                    self.document_id.type_id.name,
                )
            )

    @api.constrains("field_id", *TYPED)
    def _check_new_value(self):
        for line in self:
            if line._is_sealed() and any(line[name] for name in TYPED):
                raise ValidationError(
                    self.env._(
                        "Numbers must be entered in the encrypted field “%s”.",
                        self._fields[VALUE]._description_string(self.env),
                    )
                )
            field = line.field_id._field()
            known = dict(line.choices or ())
            if line.new_choice and known and line.new_choice not in known:
                raise ValidationError(self.env._("Choose one of the available values."))
            if field is not None and field.type == "many2one" and line.new_res_id:
                line._check_new_record(field)

    @api.constrains("field_id", "is_removal", "bank_id")
    def _check_removal(self):
        for line in self.filtered("is_removal"):
            if line.subject != "bank" or not (line.bank_id and line._is_sealed()):
                raise ValidationError(
                    self.env._("Choose the account that is no longer used.")
                )

    def _check_new_record(self, field):
        record = self.env[field.comodel_name].browse(self.new_res_id).exists()
        if not record:
            raise ValidationError(self.env._("Choose one of the available values."))
        # Constraints run as superuser: who names a record has to see it.
        record.sudo(False).check_access("read")
        if not self._fits(field, record):
            raise ValidationError(
                self.env._(
                    "%(contact)s isn't a contact of %(party)s: add the contact first.",
                    contact=record.display_name,
                    party=self.partner_id.display_name,
                )
            )

    def _fits(self, field, record):
        """Whether ``record`` can be the new value."""
        if field.name == "legal_representative_id":
            return record.active and record.parent_id == self.partner_id
        return True
