from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError

from ..common.roles import CLERK
from ..common.values import differs
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
    "registering": {"custodian_id", "location_id"},
    "active": {
        "relation_stage",
        "cooperation_term",
        "custodian_id",
        "location_id",
        "cooperation_content",
        "main_products",
        "contact_id",
        "other_contact",
        "note",
        "signatory_id",
        "document_ids",
        "secret_ids",
    },
}
# Who looks after a file is for the clerks to change, also when its manager has left.
HANDED_OVER = {"user_id"}
DEPARTMENT = {"department_id"}


class CustomerArchive(models.Model):
    """What of a file may be altered in which state, and by whom."""

    _inherit = "customer.archive"

    def _locked_names(self, names):
        """Return which of some fields the user may not write in the present state.

        The one answer for forms, interfaces, imports and takings back; whether the
        user may write to the file at all is asked of the rules of access besides.
        """
        self.ensure_one()
        user = self.env.user
        clerk = user.has_group(CLERK)
        names = set(names) - ALWAYS_WRITABLE
        if self.state == "draft" and (self.user_id == user or not clerk):
            return names & self._department_locked()
        writable = WRITABLE.get(self.state, set())
        if clerk and self.state not in ENDED:
            writable = writable | HANDED_OVER
        if clerk and self.state == "draft":
            writable = writable | (DEPARTMENT - self._department_locked())
        return names - writable

    def _department_locked(self):
        """Return the field of the department, unless the user may choose it.

        Its head is the first to decide, so who asks doesn't choose it: it is that of
        the category, or else of the account manager, and clerks put that right.
        """
        if self.env.uid == SUPERUSER_ID:
            return set()
        # Whose department it is doesn't depend on who asks.
        category = self.sudo().category_id.with_company(self.sudo().company_id)
        free = not category.department_id and self.env.user.has_group(CLERK)
        return set() if free else DEPARTMENT

    def _check_department_given(self, given):
        """Check that nobody chose a department who may not.

        :param given: for each file the department it was created with, if any
        :raise UserError: naming the one it belongs to
        """
        for archive, department in zip(self, given, strict=True):
            own = archive._own_department()
            if department and department != own.id and archive._department_locked():
                raise UserError(
                    self.env._(
                        "The department comes from the category, or otherwise from "
                        "the account manager (here: %s); if the category has none, "
                        "a records clerk can correct it.",
                        own.sudo().name or self.env._("none"),
                    )
                )

    def _check_writable(self, vals):
        """Check that ``vals`` may be written in the present states.

        :raise UserError: naming the fields that are locked; with the way to a change
            request if there is one
        """
        for archive in self:
            locked = {
                name
                for name in archive._locked_names(vals)
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
                        "%(file)s is locked (%(state)s): items can't be added now.",
                        file=archive.display_name,
                        state=archive._state_label(),
                    )
                )
