from odoo import api, models
from odoo.exceptions import UserError

from .customer_archive_guard import is_ours
from .values import fits


class Base(models.AbstractModel):
    """What holds for each of our models, whatever else it is.

    The name of a record is worked out for those who may read it.

    Odoo's own routes ask a record that a client names for its name, and check nothing:
    names say whose file it is, and which papers it has.
    """

    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        if is_ours(self._name):
            for vals in vals_list:
                self._archive_check_fits(vals)
        return super().create(vals_list)

    def write(self, vals):
        if is_ours(self._name):
            self._archive_check_fits(vals)
        return super().write(vals)

    @api.model
    def _archive_check_fits(self, vals):
        """Check numbers and days before the database would refuse them by a code.

        :raise UserError: naming the field
        """
        for name, value in vals.items():
            field = self._fields.get(name)
            if field is not None and not fits(field, value):
                raise UserError(
                    self.env._(
                        "%(field)s: %(value)s is too small or too large.",
                        field=field._description_string(self.env),
                        value=value,
                    )
                )

    def _compute_field_value(self, field):
        # Names of what a record refers to are shown as superuser, and pass.
        if field.name == "display_name" and not self.env.su:
            self._archive_check_named()
        return super()._compute_field_value(field)

    def _archive_check_named(self):
        """Check that the user may read what is to be named.

        :raise AccessError: if the user may not
        """
        if is_ours(self._name):
            # What is being typed stands for the record that it is typed in.
            self._origin.check_access("read")
