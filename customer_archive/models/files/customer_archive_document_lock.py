from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.values import differs

# What may still be entered on an item that the file holds already.
OPEN_ONCE_RECEIVED = {"note"}


class CustomerArchiveDocument(models.Model):
    """What of an item may be altered in which state of its file."""

    _inherit = "customer.archive.document"

    is_locked = fields.Boolean(
        compute="_compute_is_locked",
        compute_sudo=True,
        export_string_translation=False,
    )

    @api.depends("archive_id.state", "is_complete")
    def _compute_is_locked(self):
        for item in self:
            # What is being entered isn't held yet: a form that closed once the copy is
            # attached would take neither its number nor its date.
            saved = item._origin
            item.is_locked = saved._is_locked() if saved else item._is_closed_to_new()

    def _is_closed_to_new(self):
        """Whether the file takes no new item now."""
        return self.archive_id.state not in ("draft", "active")

    def _is_locked(self):
        """Whether nothing of this item may be altered or removed."""
        self.ensure_one()
        state = self.archive_id.state
        return state != "draft" and not (state == "active" and not self.is_complete)

    def _check_unlocked(self, vals=None):
        """Check that the items may be altered.

        :param vals: what is to be written, if it is the items themselves
        :raise UserError: naming the item and its file; with the way to a change
            request if there is one
        """
        for item in self.filtered(lambda item: item._is_locked()):
            edited = item._edited(vals or {})
            if edited or not vals:
                message = self.env._(
                    "“%(item)s” of %(file)s is locked: reviewed items can't be "
                    "altered. Add a new item instead.",
                    item=item.type_id.name,
                    file=item.archive_id.display_name,
                )
                raise item.sudo().archive_id._locked(item, "item", edited, message)

    def _edited(self, vals):
        """Return what of ``vals`` is new and isn't open once the file is kept."""
        is_open = OPEN_ONCE_RECEIVED if self.archive_id.state == "active" else ()
        return {
            name: value
            for name, value in vals.items()
            if name not in is_open and differs(self.sudo(), name, value)
        }

    def _record_open_edits(self, vals):
        """Record what is entered on items that are locked otherwise."""
        names = sorted(OPEN_ONCE_RECEIVED & vals.keys())
        edited = self.filtered(
            lambda item: (
                item._is_locked()
                and any(differs(item.sudo(), name, vals[name]) for name in names)
            )
        )
        if edited:
            log = self.env["customer.archive.log"]
            log._record("change", edited, f"edit {' '.join(names)}")

    def _check_stays(self, vals):
        """An item always belongs to the same file."""
        if "archive_id" in vals and any(
            item.archive_id.id != vals["archive_id"] for item in self
        ):
            raise UserError(
                self.env._("Items can't be moved between files: add a new item there.")
            )
        if "type_id" in vals and not self._sensitive_after(vals):
            self._check_stays_sensitive()

    def _check_stays_sensitive(self):
        """What was taken in as sensitive stays so: it would be shown unrecorded."""
        sensitive = self.filtered("type_id.is_sensitive")
        # Also copies that were taken out of the item: they belong to it still.
        copies = self.env["ir.attachment"].sudo()
        domain = [("res_model", "=", self._name), ("res_id", "in", sensitive.ids)]
        with_copies = set(copies.search(domain).mapped("res_id"))
        for item in sensitive:
            if item.id in with_copies or item.sudo().secret_ids:
                raise UserError(
                    self.env._(
                        "“%s” contains sensitive data, so its type can't be "
                        "changed: remove its copies and number, or add another "
                        "item.",
                        item.type_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_while_collecting(self):
        for item in self:
            if item.archive_id.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(item)s” can't be removed from %(file)s, which is no "
                        "longer being collected.",
                        item=item.type_id.name,
                        file=item.archive_id.display_name,
                    )
                )
