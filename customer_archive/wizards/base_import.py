from odoo import api, models

from ..models.common.customer_archive_guard import is_ours
from ..models.encryption.customer_archive_keyring import UPLOAD

FILE = "file"


def _is_sealed(model_name):
    """Whether the tables imported into a model are kept encrypted."""
    return is_ours(model_name) or model_name == "res.partner.bank"


class BaseImport(models.TransientModel):
    """A table that is imported into files is kept encrypted while the dialog is open.

    Which of its columns are numbers of people, nobody knows before.
    """

    _inherit = "base_import.import"

    @api.model_create_multi
    def create(self, vals_list):
        contents = [vals.get(FILE) for vals in vals_list]
        wizards = super().create([{**vals, FILE: False} for vals in vals_list])
        for wizard, content in zip(wizards, contents, strict=True):
            if content:
                wizard.write({FILE: content})
        return wizards

    def write(self, vals):
        if not {FILE, "res_model"} & set(vals):
            return super().write(vals)
        for wizard in self:
            content = vals[FILE] if FILE in vals else wizard._archive_content()
            model = vals.get("res_model", wizard.res_model)
            if content and _is_sealed(model):
                content = wizard._archive_sealed(content)
            super(BaseImport, wizard).write({**vals, FILE: content})
        return True

    def _archive_sealed(self, content):
        keys = self.env["customer.archive.keyring"]
        content = content.encode() if isinstance(content, str) else content
        key = keys._named_key(UPLOAD)
        return keys._seal(key, self, FILE, self.id, content).encode()

    def _archive_content(self):
        """Return the table as it was uploaded."""
        if not (self.file and _is_sealed(self.res_model)):
            return self.file
        keys = self.env["customer.archive.keyring"]
        return keys._open(self, FILE, self.id, self.file.decode())

    def _read_file(self, options):
        if not (self.file and _is_sealed(self.res_model)):
            return super()._read_file(options)
        self.ensure_one()
        # Never written: a record that exists in memory only.
        plain = self.new(
            {
                "res_model": self.res_model,
                "file_name": self.file_name,
                "file_type": self.file_type,
                FILE: self._archive_content(),
            }
        )
        return super(BaseImport, plain)._read_file(options)


class BaseImportMapping(models.Model):
    """What is taken for a heading may be somebody's number."""

    _inherit = "base_import.mapping"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [vals for vals in vals_list if not is_ours(vals.get("res_model"))]
        )
