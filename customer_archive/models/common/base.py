from odoo import models

from .customer_archive_guard import is_ours


class Base(models.AbstractModel):
    """What holds for each of our models, whatever else it is.

    The name of a record is worked out for those who may read it.

    Odoo's own routes ask a record that a client names for its name, and check nothing:
    names say whose file it is, and which papers it has.
    """

    _inherit = "base"

    def _compute_field_value(self, field):
        # Names of what a record refers to are shown as superuser, and pass.
        if field.name == "display_name" and not self.env.su:
            self._archive_check_named()
        return super()._compute_field_value(field)

    def _archive_check_named(self):
        """Check that the user may read what is to be named.

        :raise AccessError: if he may not
        """
        if is_ours(self._name):
            # What is being typed stands for the record that it is typed in.
            self._origin.check_access("read")
