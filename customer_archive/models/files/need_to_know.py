"""Which sensitive data a role needs (requirement C5): of values and of scans alike."""

from odoo import api, fields, models

from ..common.customer_archive_lifted import chosen
from ..common.roles import FINANCE, LEGAL, NEED_ALL

# Kinds of values by the kind of paper that shows them.
SHOWN_ON = {
    "identity": {"identity_number", "passport"},
    "bank": {"bank_account", "bank_card"},
    "other": {"other"},
}
# Roles that need some kinds only; who has none but such a role reveals no others.
NEEDED = {
    FINANCE: SHOWN_ON["bank"],
    LEGAL: SHOWN_ON["identity"] | SHOWN_ON["other"],
}


def of_sensitive(type_, name, value):
    """Whether papers that some see become papers that others see."""
    return type_.is_sensitive and chosen(type_, name, value)


class ResUsers(models.Model):
    _inherit = "res.users"

    def _archive_needs(self, kinds):
        """Whether the user's roles need any of these kinds of values."""
        self.ensure_one()
        if self.has_groups(NEED_ALL):
            return True
        needed = (kinds for role, kinds in NEEDED.items() if self.has_group(role))
        return bool(set(kinds) & set().union(*needed))


class CustomerArchiveDocumentType(models.Model):
    _inherit = "customer.archive.document.type"

    sensitive_kind = fields.Selection(
        [
            ("identity", "Identity document"),
            ("bank", "Bank document"),
            ("other", "Other"),
        ],
        string="Sensitive Document Type",
        required=True,
        default="other",
        help=(
            "Finance can open bank documents, Legal identity and other documents; "
            "those who maintain, review or audit files can open all documents in "
            "them."
        ),
    )

    @api.model
    def _power(self):
        return {**super()._power(), "sensitive_kind": of_sensitive}

    def _number_kind(self):
        """Return which kind of value the number of a sensitive paper is."""
        by_format = {"identity_number": "identity_number", "bank_card": "bank_card"}
        by_kind = {"identity": "passport", "bank": "bank_account"}
        kind = by_kind.get(self.sensitive_kind, "other")
        return by_format.get(self.number_format, kind)


class CustomerArchiveDocument(models.Model):
    _inherit = "customer.archive.document"

    def _check_copy_needed(self, event):
        """Check that the user's role needs what a copy of this item shows.

        Whom an approved request gives the item needs it for what that says.

        :param event: what is done, as a code
        :raise AccessError: if it doesn't; the attempt is recorded
        """
        item = self.sudo()
        if not item.is_sensitive:
            return
        if self.env.user._archive_needs(SHOWN_ON[item.type_id.sensitive_kind]):
            return
        if self.env["customer.archive.grant"]._numbers(item):
            return
        raise self._refusal(
            self.env._(
                "Your role doesn't need this type of document. If you need it, "
                "request a consultation of the item."
            ),
            event,
        )
