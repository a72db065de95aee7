import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import identifiers
from .engine import as_engine, is_engine
from .selections import label

VALUE = "value"
# Which kind of value the number of an item is, by the format of its type.
KIND_OF_FORMAT = {"identity_number": "identity_number", "bank_card": "bank_card"}
# Roles that need some kinds only; who has none but such a role reveals no others.
NEEDED = {
    "customer_archive.group_finance": {"bank_account", "bank_card"},
    "customer_archive.group_legal": {"identity_number", "passport", "other"},
}
# Roles that may need every kind, of the files that they see.
NEED_ALL = ",".join(
    f"customer_archive.group_{role}"
    for role in ("user", "clerk", "compliance", "management", "auditor")
)
CHECKED = {"identity_number", "bank_card"}


class CustomerArchiveSecret(models.Model):
    """A number that only some may see, each time for a purpose 敏感信息.

    The database holds its ciphertext, its end, and a keyed hash to find it by.
    """

    _name = "customer.archive.secret"
    _description = "Sensitive Value"
    _inherit = ["customer.archive.guard"]
    _order = "archive_id, kind, id"
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
        help="The paper that carries this number.",
    )
    kind = fields.Selection(
        [
            ("identity_number", "Resident identity number"),
            ("passport", "Passport or other identity paper"),
            ("bank_account", "Bank account"),
            ("bank_card", "Bank card"),
            ("other", "Other"),
        ],
        required=True,
        default="bank_account",
    )
    label = fields.Char(
        string="Whose or What for", help="Such as the name of the bank or the holder."
    )
    masked = fields.Char(string="Value", readonly=True, help="Only its end is shown.")
    value = fields.Char(
        string="New Value",
        compute="_compute_value",
        inverse="_inverse_value",
        search="_search_value",
        help="Is encrypted as soon as it is saved, and shown to nobody without a "
        "purpose.",
    )
    ciphertext = fields.Char(groups=fields.NO_ACCESS, prefetch=False, copy=False)
    blind_index = fields.Char(
        groups=fields.NO_ACCESS, index="btree_not_null", copy=False
    )
    duplicate_warning = fields.Char(compute="_compute_duplicate_warning")

    _one_per_item = models.UniqueIndex(
        "(document_id) WHERE document_id IS NOT NULL",
        "This paper's number is recorded already.",
    )

    # Computed fields

    def _compute_value(self):
        """Nothing ever comes out here: see :meth:`action_reveal`."""
        self.value = False

    def _inverse_value(self):
        keys = self.env["customer.archive.keyring"]
        for secret in self.filtered("value"):
            value = secret._normal_value()
            # The writer may write this value; its key is the system's.
            key = keys._file_key(secret.archive_id)
            ciphertext = keys._seal(
                key, secret, VALUE, secret.archive_id.id, value.encode()
            )
            as_engine(secret.sudo()).write(
                {
                    "ciphertext": ciphertext,
                    "blind_index": keys._blind_index(VALUE, _compact(value)),
                    "masked": identifiers.masked(value),
                }
            )
        # What was typed doesn't stay, not even until the form is read again.
        self.invalidate_recordset([VALUE])

    def _normal_value(self):
        """Return what was typed in its normal form.

        :raise ValidationError: that never tells the value: messages end up in logs
        """
        typed = self.value.strip()
        if not _compact(typed):
            raise ValidationError(self.env._("Enter the value that is to be kept."))
        if (
            self.kind not in CHECKED
            or not self.archive_id.partner_id._archive_is_chinese()
        ):
            return typed
        try:
            return getattr(identifiers, self.kind)(typed)
        except ValueError as error:
            message = self.env["res.partner"]._archive_number_message(
                self.kind, error.args[0]
            )
        raise ValidationError(
            self.env._(
                "%(item)s: %(problem)s",
                item=self.label or self._kind_label(),
                problem=message,
            )
        )

    @api.model
    def _search_value(self, operator, value):
        """Find exactly one value, by its keyed hash; each search is recorded."""
        values = [value] if isinstance(value, str) else list(value or ())
        if operator not in ("=", "in") or len(values) != 1 or not values[0]:
            raise UserError(
                self.env._("Sensitive values are searched one by one, as a whole.")
            )
        self.env.user._archive_check_sensitive(self)
        index = self.env["customer.archive.keyring"]._blind_index(
            VALUE, _compact(str(values[0]))
        )
        self.env["customer.archive.log"]._record("search", self.browse())
        # Only the hash is looked up here; the rows found go by the user's rights. Those
        # of a company that he hasn't signed for aren't his to find.
        signed = self.env.companies.filtered(
            lambda company: self.env["customer.archive.undertaking"]._is_signed(
                self.env.user, company
            )
        )
        found = [("blind_index", "=", index), ("company_id", "in", signed.ids)]
        return fields.Domain("id", "in", self.sudo()._search(found))

    @api.depends("blind_index")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_duplicate_warning(self):
        hashes = {secret: secret.sudo().blind_index for secret in self}
        # Files are named only as far as the user may see them.
        same = self.sudo().search(
            [
                ("blind_index", "in", list(filter(None, hashes.values()))),
                ("company_id", "in", self.sudo().company_id.ids),
            ]
        )
        shown = same.archive_id.sudo(False)._filtered_access("read")
        by_hash = same.grouped("blind_index")
        for secret in self:
            found = by_hash.get(hashes[secret], same.browse()).filtered(
                lambda other, secret=secret: (
                    other.archive_id != secret.archive_id
                    and other.company_id == secret.company_id
                )
            )
            secret.duplicate_warning = secret._duplicate_words(found.archive_id, shown)

    def _duplicate_words(self, archives, shown):
        """Return where else the same value is.

        :param archives: the files that hold it
        :param shown: those files that the user may see
        """
        if not archives:
            return False
        names = [archive.display_name for archive in archives.sudo(False) & shown]
        if archives - shown:
            names.append(self.env._("a file that you can't see"))
        return self.env._("The same value is in: %s", ", ".join(names))

    @api.depends("kind", "label", "masked")
    def _compute_display_name(self):
        for secret in self:
            parts = (secret.label or secret._kind_label(), secret.masked)
            secret.display_name = " ".join(filter(None, parts))

    def _kind_label(self):
        return label(self, "kind")

    # Constraints

    @api.constrains("document_id", "archive_id")
    def _check_document(self):
        for secret in self:
            if (
                secret.document_id
                and secret.document_id.archive_id != secret.archive_id
            ):
                raise ValidationError(
                    self.env._("The item belongs to another file than the value.")
                )

    # Create, write, delete

    @api.model
    def _protected(self):
        return {**super()._protected(), "masked": False, "company_id": None}

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not (_compact(str(vals.get(VALUE) or "")) or is_engine(self.env)):
                raise UserError(self.env._("Enter the value that is to be kept."))
        secrets = super().create(vals_list)
        if not is_engine(self.env):
            secrets.archive_id._check_items_open()
        return secrets

    def write(self, vals):
        if not is_engine(self.env):
            self._check_stays(vals)
        return super().write(vals)

    def _check_stays(self, vals):
        if "archive_id" in vals and any(
            secret.archive_id.id != vals["archive_id"] for secret in self
        ):
            raise UserError(self.env._("Sensitive values don't move between files."))
        self._check_collecting()

    @api.ondelete(at_uninstall=False)
    def _check_collecting(self):
        for secret in self:
            if secret.archive_id.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(value)s” of %(file)s is locked: "
                        "reviewed data isn't altered. Add a new value instead.",
                        value=secret.display_name,
                        file=secret.archive_id.display_name,
                    )
                )

    def copy_data(self, default=None):
        raise UserError(self.env._("Sensitive values aren't copied: enter it again."))

    # Reveal

    def action_reveal(self, purpose):
        """Return the value, for a purpose that is recorded with it.

        :param str purpose: why it is needed
        :raise AccessError: unless the user's roles allow it
        :raise RedirectWarning: if the user hasn't signed the undertaking
        :raise UserError: without a purpose, or if the value can't be opened
        """
        self.ensure_one()
        # Whoever asks counts, and not with whose rights the code runs.
        self.sudo(False).check_access("read")
        if not (isinstance(purpose, str) and purpose.strip()):
            raise UserError(
                self.env._("Say what you need the value for: it is recorded.")
            )
        self.env.user._archive_check_sensitive(self)
        self._check_needed()
        self.env["customer.archive.log"]._record(
            "reveal", self, self.kind, purpose.strip()
        )
        # The user may see it: the role was checked, and it is recorded.
        return self.sudo()._opened()

    def _check_needed(self):
        """Check that the user's role needs this kind of value (requirement C5).

        :raise AccessError: if it doesn't; the attempt is recorded
        """
        user = self.env.user
        if user.has_groups(NEED_ALL):
            return
        kinds = (kinds for role, kinds in NEEDED.items() if user.has_group(role))
        if self.kind not in set().union(*kinds):
            raise self._refusal(
                self.env._("Your role doesn't need this kind of value."), "reveal"
            )

    def _opened(self):
        keys = self.env["customer.archive.keyring"]
        return keys._open(self, VALUE, self.archive_id.id, self.ciphertext).decode()


def _compact(value):
    """Return a value without what people part its characters with."""
    return re.sub(r"[\W_]", "", value).upper()
