from odoo import fields, models
from odoo.exceptions import UserError

from ..models.common.values import are_ids


class CustomerArchiveDialog(models.AbstractModel):
    """A dialog about records of several models, which a client names."""

    _name = "customer.archive.dialog"
    _description = "Record Dialog"

    res_model = fields.Char(required=True, export_string_translation=False)
    # Checked below: of an empty list the database would say that there is none.
    res_ids = fields.Json(export_string_translation=False)

    def _records_of(self, model_names):
        """Return the records that the dialog is about.

        :param model_names: names of the models that it can be about
        :raise UserError: if it is about anything else
        """
        self.ensure_one()
        if self.res_model in model_names and are_ids(self.res_ids):
            records = self.env[self.res_model].browse(self.res_ids).exists()
            if len(records) == len(set(self.res_ids)) > 0:
                return records
        raise UserError(
            self.env._(
                "This dialog has no records: open it again from the record itself."
            )
        )
