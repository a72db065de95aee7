from odoo import models

OURS = "customer.archive"
# Exports of more records than this are one row of the access record.
EXPORTED_ONE_BY_ONE = 100


class Base(models.AbstractModel):
    """Records exports of whatever tells of files, also by way of other models."""

    _inherit = "base"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        ours = _ours_on(self, fields_to_export)
        if ours and not self.env.su:
            # Each once: a name repeated would crowd others out of the record.
            names = " ".join(dict.fromkeys(map(str, fields_to_export)))
            self._record_archive_export(f"{len(self)}: {names}")
        return result

    def _record_archive_export(self, detail):
        """Record an export: of single records each, of long lists as such.

        :param detail: number of records and what was exported
        """
        log = self.env["customer.archive.log"]
        one = self if len(self) <= EXPORTED_ONE_BY_ONE else self.browse()
        log._record("export", one, detail)


def _ours_on(model, paths):
    """Whether records of ``model``, or what ``paths`` lead to, are of this addon."""
    if model._name.startswith(OURS):
        return True
    for path in paths:
        current = model
        for name in str(path).replace(".", "/").split("/"):
            field = current._fields.get(name)
            if not (field and field.relational):
                break
            if field.comodel_name.startswith(OURS):
                return True
            current = current.env[field.comodel_name]
    return False
