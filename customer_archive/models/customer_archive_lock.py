from odoo import models
from odoo.exceptions import UserError

from .compared import differs
from .customer_archive import ENDED

# Chatter and activities are kept on a file in every state.
ALWAYS_WRITABLE = {
    "activity_ids",
    "message_follower_ids",
    "message_ids",
    "message_main_attachment_id",
    "message_partner_ids",
    "website_message_ids",
}
# What stays editable in the states after collection (in "draft" everything is).
WRITABLE = {
    "registering": {"custodian_id", "place"},
    "active": {
        "relation_stage",
        "cooperation_term",
        "custodian_id",
        "place",
        "cooperation_content",
        "main_products",
        "note",
        "document_ids",
        "secret_ids",
    },
}
# Who looks after a file is for the clerks to change, also when its manager has left.
HANDED_OVER = {"user_id"}


class CustomerArchive(models.Model):
    """What of a file may be altered in which state, and by whom."""

    _inherit = "customer.archive"

    def _check_writable(self, vals):
        """Check that ``vals`` may be written in the present states.

        :raise UserError: naming the fields that are locked; with the way to a change
            request if there is one
        """
        names = set(vals)
        user = self.env.user
        clerk = user.has_group("customer_archive.group_clerk")
        for archive in self:
            if archive.state == "draft" and (archive.user_id == user or not clerk):
                continue
            writable = WRITABLE.get(archive.state, set())
            if clerk and archive.state not in ENDED:
                writable = writable | HANDED_OVER
            locked = {
                name
                for name in names - ALWAYS_WRITABLE - writable
                if differs(archive, name, vals[name])
            }
            if locked:
                labels = ", ".join(
                    sorted(
                        self._fields[name]._description_string(self.env)
                        for name in locked
                    )
                )
                message = self.env._(
                    "%(file)s is locked (%(state)s): %(fields)s can't be changed now.",
                    file=archive.display_name,
                    state=archive._state_label(),
                    fields=labels,
                )
                locked_vals = {name: vals[name] for name in locked}
                raise archive.sudo()._locked(archive, "file", locked_vals, message)

    def _check_items_open(self):
        """Check that items may be added: while collecting, and once the file is kept.

        :raise UserError: naming the file that is locked
        """
        for archive in self:
            if archive.state not in ("draft", "active"):
                raise UserError(
                    self.env._(
                        "%(file)s is locked (%(state)s): no item can be added now.",
                        file=archive.display_name,
                        state=archive._state_label(),
                    )
                )
