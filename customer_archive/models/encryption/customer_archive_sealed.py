import re

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import identifiers
from ..common.sentinel import as_system
from ..common.values import is_text, label

VALUE = "value"
CHECKED = {"identity_number", "bank_card"}


class CustomerArchiveSealed(models.AbstractModel):
    """A number that is kept encrypted, shown masked, and revealed for a purpose.

    An inheriting model has ``archive_id``: the file whose key encrypts it.
    """

    _name = "customer.archive.sealed"
    _description = "Encrypted Value"
    _inherit = ["customer.archive.guard"]

    kind = fields.Selection(
        [
            ("identity_number", "Resident identity number"),
            ("passport", "Passport or other identity document"),
            ("bank_account", "Bank account"),
            ("bank_card", "Bank card"),
            ("other", "Other"),
        ],
        string="Type",
        required=True,
        default="bank_account",
    )
    label = fields.Char(help="E.g. the bank or the holder's name.")
    masked = fields.Char(
        string="Value", readonly=True, help="Only the last digits are shown."
    )
    value = fields.Char(
        string="New Value",
        compute="_compute_value",
        inverse="_inverse_value",
        help="Encrypted on saving; shown to users only for a stated purpose.",
    )
    ciphertext = fields.Char(groups=fields.NO_ACCESS, prefetch=False, copy=False)

    def _compute_value(self):
        """Nothing ever comes out here: see :meth:`action_reveal`."""
        self.value = False

    def _inverse_value(self):
        for sealed in self.filtered(VALUE):
            sealed._seal_value(sealed._normal_value())
        # What was typed doesn't stay, not even until the form is read again.
        self.invalidate_recordset([VALUE])

    def _seal_value(self, value):
        """Keep ``value`` encrypted with the key of the file."""
        self.ensure_one()
        keys = self.env["customer.archive.keyring"]
        # The writer may write this value; its key is the system's.
        key = keys._file_key(self.archive_id)
        ciphertext = keys._seal(key, self, VALUE, self.archive_id.id, value.encode())
        vals = {"ciphertext": ciphertext, "masked": identifiers.masked(value)}
        as_system(self.sudo()).write({**vals, **self._found_by(value)})

    def _found_by(self, value):
        """Return further fields that are kept of a value."""
        return {}

    def _blind_index(self, value):
        """Return the keyed hash by which values are compared."""
        return self.env["customer.archive.keyring"]._blind_index(VALUE, compact(value))

    def _normal_value(self):
        """Return what was typed in its normal form.

        :raise ValidationError: that never tells the value: messages end up in logs
        """
        typed = self.value.strip()
        if not compact(typed):
            raise ValidationError(self.env._("Enter the value to be kept."))
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

    def _kind_label(self):
        return label(self, "kind")

    # Reveal

    def action_reveal(self, purpose):
        """Return the value, for a purpose that is recorded with it.

        :param str purpose: why it is needed
        :raise AccessError: unless the user's roles allow it
        :raise RedirectWarning: if the user hasn't signed the undertaking
        :raise UserError: without a purpose, or if the value can't be opened
        """
        self.ensure_one()
        self._check_reveal(purpose)
        self._check_kept(self.sudo().ciphertext)
        self.env["customer.archive.log"]._record(
            "reveal", self, self.kind, purpose.strip()
        )
        # The user may see it: the role was checked, and it is recorded.
        return self.sudo()._opened()

    def _check_reveal(self, purpose):
        # Whoever asks counts, and not with whose rights the code runs.
        self.sudo(False).check_access("read")
        if not is_text(purpose):
            raise UserError(
                self.env._("Enter the purpose of revealing the value: it is recorded.")
            )
        self.env.user._archive_check_sensitive(self)
        self._check_needed()

    def _check_kept(self, ciphertext):
        if not ciphertext:
            raise UserError(self.env._("No value is stored here."))

    def _check_needed(self):
        """Check that the user's role needs this kind of value (requirement C5).

        :raise AccessError: if it doesn't; the attempt is recorded
        """
        if not self.env.user._archive_needs({self.kind}):
            raise self._refusal(
                self.env._("Your role doesn't need this type of value."), "reveal"
            )

    def _opened(self):
        keys = self.env["customer.archive.keyring"]
        return keys._open(self, VALUE, self.archive_id.id, self.ciphertext).decode()


def compact(value):
    """Return a value without what people part its characters with."""
    return re.sub(r"[\W_]", "", value).upper()
