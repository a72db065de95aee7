from odoo import api, models


class CustomerArchiveConfigured(models.AbstractModel):
    """Records who changes the configuration: which fields, never the values."""

    _name = "customer.archive.configured"
    _description = "Audited Configuration"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._record_configuration("create")
        return records

    def write(self, vals):
        # Also what stops being one of ours by this.
        before = self._is_configuration()
        result = super().write(vals)
        self._record_configuration("write", vals, before)
        return result

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        # Words in another language are written past write().
        result = super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )
        self._record_configuration("write", [field_name])
        return result

    def unlink(self):
        self._record_configuration("unlink")
        return super().unlink()

    def _is_configuration(self):
        """Whether these records configure the customer files."""
        return True

    def _record_configuration(self, operation, names=(), before=False):
        # What an installation brings isn't attributed to a user.
        if not self.env.registry.ready or not self:
            return
        # The author of a policy is kept with it; what they write is what is recorded.
        if set(names) == {"author_ids"}:
            return
        if before or self._is_configuration():
            detail = " ".join((operation, *sorted(names)))
            self.env["customer.archive.log"]._record("configuration", self, detail)
