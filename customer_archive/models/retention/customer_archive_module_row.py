from odoo import api, models


class ArchiveModuleRow(models.AbstractModel):
    """Rows beside those of modules, which say what goes along with which.

    Odoo writes them in SQL, or as superuser.
    """

    _name = "customer.archive.module.row"
    _description = "Module Record"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._archive_check_module()
        return records

    def write(self, vals):
        self._archive_check_module()
        result = super().write(vals)
        self._archive_check_module()
        return result

    def unlink(self):
        self._archive_check_module()
        return super().unlink()

    def _archive_check_module(self):
        """Check that none of these is about this addon or what it needs.

        :raise AccessError: unless the superuser asks
        """
        if self.env.su:
            return
        modules = self._archive_modules()
        if kept := modules and modules & modules._archive_needed():
            raise kept._archive_by_hand()

    def _archive_modules(self):
        """Return the modules that these rows are about."""
        return self.module_id
