from odoo import fields, models
from odoo.exceptions import UserError

from .selections import label

# Whom a file of each level is open to by clearance; internal needs none.
CLEARANCES = {
    "confidential": "customer_archive.group_clearance_confidential",
    "secret": "customer_archive.group_clearance_secret",
}


class CustomerArchiveClassification(models.AbstractModel):
    """The level of a file, and what keeps others from hearing of it 密级.

    Who sees a file above his clearance is said by the global record rules; here
    is what doesn't pass them: messages and activities, which their recipients
    may read whatever they are about.

    An inheriting model has ``company_id``, ``user_id`` and ``department_id``.
    """

    _name = "customer.archive.classification"
    _description = "Classification"
    _inherit = ["mail.thread", "mail.activity.mixin"]

    security_level = fields.Selection(
        [
            ("internal", "Internal"),
            ("confidential", "Confidential"),
            ("secret", "Secret"),
        ],
        required=True,
        default="internal",
        tracking=True,
    )

    def write(self, vals):
        result = super().write(vals)
        if {"security_level", "user_id", "department_id"} & set(vals):
            self._drop_foreign_activities()
        return result

    def _is_cleared(self, user):
        """Whether ``user`` may see this level at all, or answers for the file."""
        self.ensure_one()
        # Who may see a file can't depend on what its asker may see.
        archive = self.sudo()
        clearance = CLEARANCES.get(archive.security_level)
        head = archive.department_id.manager_id.user_id
        return (
            not clearance or user in archive.user_id | head or user.has_group(clearance)
        )

    def _is_open_to(self, user):
        """Whether ``user`` may read this file now; every reader if it is internal."""
        self.ensure_one()
        company = self.sudo().company_id
        return self.sudo().security_level not in CLEARANCES or (
            user.active
            and company in user.company_ids
            and self.with_user(user)
            .with_context(allowed_company_ids=company.ids)
            .has_access("read")
        )

    def _level_label(self):
        return label(self, "security_level")

    # Messages and activities

    def _closed_to(self, partners):
        """Return those of ``partners`` who may not hear of this file."""
        if self.sudo().security_level not in CLEARANCES:
            return partners.browse()
        return partners.filtered(
            lambda partner: not any(map(self._is_open_to, partner.user_ids))
        )

    def message_post(self, *, partner_ids=None, **kwargs):
        """Post as usual; whoever may not see a classified file isn't addressed.

        :raise UserError: naming those who aren't cleared
        """
        if partner_ids and not self.env.su:
            self.check_access("read")
            partners = self.env["res.partner"].browse(partner_ids)
            # Whether they are users of the file isn't the writer's to know.
            closed = self._closed_to(partners.sudo())
            if closed:
                raise UserError(
                    self.env._(
                        "This file is classified (%(level)s), and not open to "
                        "%(names)s: send the message without them.",
                        level=self._level_label(),
                        names=", ".join(closed.mapped("name")),
                    )
                )
        return super().message_post(partner_ids=partner_ids, **kwargs)

    def _message_create(self, values_list):
        # Recipients read a message whether or not they may read its record.
        for values in values_list:
            if values.get("partner_ids") and values.get("model") == self._name:
                archive = self.browse(values["res_id"])
                partners = self.env["res.partner"].sudo().browse(values["partner_ids"])
                values["partner_ids"] = (partners - archive._closed_to(partners)).ids
        return super()._message_create(values_list)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if len(self) != 1 or self.sudo().security_level not in CLEARANCES:
            return recipients
        ids = [each["id"] for each in recipients if each["id"]]
        partners = self.env["res.partner"].sudo().browse(ids)
        told = set((partners - self._closed_to(partners)).ids)
        return [each for each in recipients if each["id"] in told]

    def _drop_foreign_activities(self):
        """Take from users who don't see the files any more what names these files."""
        classified = self.filtered(lambda file: file.security_level in CLEARANCES)
        # Whose activities they are makes no difference.
        for archive in classified.sudo():
            users = archive.activity_ids.user_id
            closed = users.filtered(
                lambda user, archive=archive: not archive._is_open_to(user)
            )
            archive.activity_ids.filtered(
                lambda activity, closed=closed: activity.user_id in closed
            ).unlink()
