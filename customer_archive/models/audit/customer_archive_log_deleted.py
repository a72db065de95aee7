from odoo import api, models

from ..common.fields import LooseMany2one


class CustomerArchiveLog(models.Model):
    """Names what rows are about though it is gone, which Odoo doesn't expect.

    A list would fail as a whole because of one row about a deleted file.
    """

    _inherit = "customer.archive.log"

    def web_read(self, specification):
        self._name_what_is_gone(specification)
        return super().web_read(specification)

    def export_data(self, fields_to_export):
        paths = (str(path).replace(".", "/") for path in fields_to_export)
        self._name_what_is_gone({path.partition("/")[0] for path in paths})
        return super().export_data(fields_to_export)

    def _read_group_postprocess_groupby(self, groupby_spec, raw_values):
        raw_values = list(raw_values)
        if self._is_loose(groupby_spec):
            self._name_gone(groupby_spec, raw_values)
        return super()._read_group_postprocess_groupby(groupby_spec, raw_values)

    def _name_what_is_gone(self, names):
        for name in filter(self._is_loose, names):
            self._name_gone(name, self[name].ids)

    @api.model
    def _name_gone(self, name, ids):
        """Give those of ``ids`` a name that don't exist any more.

        :param name: field that refers to them
        """
        comodel = self.env[self._fields[name].comodel_name]
        records = comodel.browse({each for each in ids if each})
        display_name = comodel._fields["display_name"]
        for gone in records - records.exists():
            text = self.env._("%s (deleted)", gone.id)
            for each in (gone, gone.sudo()):
                display_name._update_cache(each, text)

    @api.model
    def _is_loose(self, name):
        return isinstance(self._fields.get(name), LooseMany2one)
