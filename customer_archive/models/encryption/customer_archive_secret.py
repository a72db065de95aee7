from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.sentinel import is_system
from ..common.values import differs
from .customer_archive_sealed import VALUE, compact


class CustomerArchiveSecret(models.Model):
    """A number that only some may see, each time for a purpose 敏感信息.

    The database holds its ciphertext, its end, and a keyed hash to find it by.
    """

    _name = "customer.archive.secret"
    _description = "Sensitive Value"
    _inherit = ["customer.archive.sealed"]
    _order = "archive_id, kind, id"
    _rec_names_search = ["label", "archive_id"]
    _check_company_auto = True

    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="archive_id.company_id", store=True)
    document_id = fields.Many2one(
        "customer.archive.document",
        string="Item",
        index="btree_not_null",
        ondelete="cascade",
        help="The item that carries this number.",
    )
    value = fields.Char(search="_search_value")
    blind_index = fields.Char(
        groups=fields.NO_ACCESS, index="btree_not_null", copy=False
    )

    _one_per_item = models.UniqueIndex(
        "(document_id) WHERE document_id IS NOT NULL",
        "This item's number has already been recorded.",
    )

    # Computed fields

    def _check_kept(self, ciphertext):
        """Nothing: without its value it was tampered with, which opening it finds."""

    def _found_by(self, value):
        return {"blind_index": self._blind_index(value)}

    @api.model
    def _search_value(self, operator, value):
        """Find exactly one value, by its keyed hash; each search is recorded."""
        values = [value] if isinstance(value, str) else list(value or ())
        if operator not in ("=", "in") or len(values) != 1 or not values[0]:
            raise UserError(
                self.env._(
                    "Sensitive values can only be searched one at a time and in full."
                )
            )
        self.env.user._archive_check_sensitive(self)
        self._check_attempts()
        index = self._blind_index(str(values[0]))
        self.env["customer.archive.log"]._record("search", self.browse())
        # Only the hash is looked up here; the rows found go by the user's rights. Those
        # of a company whose undertaking the user hasn't signed aren't theirs to find.
        signed = self.env.companies.filtered(
            lambda company: self.env["customer.archive.undertaking"]._is_signed(
                self.env.user, company
            )
        )
        found = [("blind_index", "=", index), ("company_id", "in", signed.ids)]
        return fields.Domain("id", "in", self.sudo()._search(found))

    @api.depends("kind", "label", "masked")
    def _compute_display_name(self):
        for secret in self:
            parts = (secret.label or secret._kind_label(), secret.masked)
            secret.display_name = " ".join(filter(None, parts))

    @api.onchange(VALUE, "kind")
    def _onchange_value(self):
        if self.kind == "identity_number" and self.value:
            return self.env["res.partner"]._archive_identity_hint(self.value)
        return None

    # Constraints

    @api.constrains("document_id", "archive_id")
    def _check_document(self):
        for secret in self:
            if (
                secret.document_id
                and secret.document_id.archive_id != secret.archive_id
            ):
                raise ValidationError(
                    self.env._("The item and the value belong to different files.")
                )

    # Create, write, delete

    @api.model
    def _protected(self):
        return {**super()._protected(), "masked": False, "company_id": None}

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not (compact(str(vals.get(VALUE) or "")) or is_system(self.env)):
                raise UserError(self.env._("Enter the value to be kept."))
        secrets = super().create(vals_list)
        if not is_system(self.env):
            secrets.archive_id._check_items_open()
        return secrets

    def write(self, vals):
        if not is_system(self.env):
            self._check_stays(vals)
        return super().write(vals)

    def _check_stays(self, vals):
        if "archive_id" in vals and any(
            secret.archive_id.id != vals["archive_id"] for secret in self
        ):
            raise UserError(
                self.env._("Sensitive values can't be moved between files.")
            )
        self._check_collecting(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_while_collecting(self):
        self._check_collecting({})

    def _check_collecting(self, vals):
        for secret in self.filtered(lambda each: each.archive_id.state != "draft"):
            edited = {
                name: value
                for name, value in vals.items()
                if differs(secret.sudo(), name, value)
            }
            if edited or not vals:
                message = self.env._(
                    "“%(value)s” of %(file)s is locked: reviewed data can't be "
                    "altered. Add a new value instead.",
                    value=secret.display_name,
                    file=secret.archive_id.display_name,
                )
                raise secret.sudo().archive_id._locked(
                    secret, "secret", edited, message
                )

    def copy_data(self, default=None):
        raise UserError(
            self.env._("Sensitive values can't be duplicated: enter the value again.")
        )
