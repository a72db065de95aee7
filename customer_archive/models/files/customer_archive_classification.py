from odoo import fields, models
from odoo.exceptions import UserError

from ..common.readers import may_read
from ..common.roles import CLEARANCES, GUARDIANS, READ_ALL
from ..common.values import label
from ..confidentiality.reader import Reader


class CustomerArchive(models.Model):
    """The level of a file, and what keeps others from hearing of it 密级.

    Who sees a file is said by the record rules, in the words of ``reader.py``; here
    is what doesn't pass them: messages and activities, which their recipients
    may read whatever they are about.
    """

    _inherit = "customer.archive"

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

    def _fits(self, part):
        """Whether what a record rule says by ``reader`` is true of this file."""
        self.ensure_one()
        # Who may see a file can't depend on what its asker may see.
        return bool(self.sudo().filtered_domain(part))

    def _is_cleared(self, user):
        """Whether ``user`` may see this level at all, or answers for the file."""
        reader = Reader(user)
        return self._fits(reader.within_level())

    def _is_classified(self):
        return self.sudo().security_level in CLEARANCES

    def _is_open_to(self, user):
        """Whether ``user`` may hear of this file; everybody if it is internal."""
        return not self._is_classified() or self._is_read_by(user)

    def _is_read_by(self, user):
        """Whether ``user`` may read this file at this moment."""
        self.ensure_one()
        return may_read(user, self)

    def _is_guarded_by(self, user):
        """Whether ``user`` answers for this file, or guards all of them."""
        if not self:
            # A form asks before a file is chosen.
            return False
        # Who answers for it is no secret of its readers.
        answers = self._fits(Reader(user).answers_for())
        return answers or user.has_groups(GUARDIANS)

    def _has_permanent_access(self, user):
        """Whether ``user`` reads this file by their role.

        Who reads it by a grant alone neither follows it nor has something to do
        there: both would outlast the grant.
        """
        self.ensure_one()
        return self._is_named_for_good(user) and self._is_read_by(user)

    def _is_named_for_good(self, user):
        """Whether it isn't by a grant that ``user`` reads this file, if at all."""
        reader = Reader(user)
        named = reader.answers_for() | reader.named("approver_ids")
        by_role = user.has_groups(READ_ALL) and self._is_cleared(user)
        return self._fits(named) or by_role

    def _temporary_readers(self, partners):
        """Return those of ``partners`` who are users reading by a grant alone."""
        return partners.filtered(
            lambda partner: (
                any(map(self._is_read_by, partner.user_ids))
                and not any(map(self._has_permanent_access, partner.user_ids))
            )
        )

    def _level_label(self):
        return label(self, "security_level")

    # Messages and activities

    def _not_cleared(self, partners):
        """Return those of ``partners`` who may not hear of this file."""
        if not self._is_classified():
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
            closed = self._not_cleared(partners.sudo())
            if closed:
                raise UserError(
                    self.env._(
                        "This file is restricted (%(level)s), and %(names)s may "
                        "not read it: send the message without them.",
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
                values["partner_ids"] = (partners - archive._not_cleared(partners)).ids
        return super()._message_create(values_list)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Subscribe as usual, but nobody who reads the file by a grant alone.

        :raise AccessError: if the user does and wants to follow it
        """
        if set(partner_ids or ()) == set(self.env.user.partner_id.ids):
            for archive in self:
                if archive._temporary_readers(self.env.user.sudo().partner_id):
                    raise archive._refusal(
                        self.env._(
                            "Your access to this file is temporary: only those "
                            "responsible for the file can follow it."
                        ),
                        "follow",
                    )
        return super().message_subscribe(partner_ids, subtype_ids)

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        partners = self.env["res.partner"].sudo().browse(partner_ids)
        for archive in self:
            fit = partners - archive._temporary_readers(partners)
            super(CustomerArchive, archive)._message_subscribe(
                fit.ids, subtype_ids, customer_ids
            )
        return True

    def _message_auto_subscribe_notify(self, partner_ids, template):
        # Whoever hands a file over no longer sees it when the successor is told; that
        # they may do so was checked before.
        return super(CustomerArchive, self.sudo())._message_auto_subscribe_notify(
            partner_ids, template
        )

    def _drop_temporary_followers(self):
        """Take from the followers who reads the file by a grant alone."""
        for archive in self.sudo():
            archive.message_unsubscribe(
                archive._temporary_readers(archive.message_partner_ids).ids
            )

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if len(self) != 1:
            return recipients
        told = self.env["res.partner"].sudo()
        told = told.browse(each["id"] for each in recipients if each["id"])
        if self._is_classified():
            closed = self._not_cleared(told)
        else:
            # Of an internal file everybody may be told, but its followers hear of
            # it only as long as they may read it.
            followers = (told - message.sudo().partner_ids).filtered(
                lambda partner: any(not user.share for user in partner.user_ids)
            )
            closed = followers.filtered(
                lambda partner: not any(map(self._is_read_by, partner.user_ids))
            )
        return [each for each in recipients if each["id"] not in closed.ids]

    def _drop_foreign_activities(self):
        """Take from users who don't see the files any more what names these files."""
        classified = self.filtered(lambda file: file._is_classified())
        # sudo: includes other users' activities.
        for archive in classified.sudo():
            users = archive.activity_ids.user_id
            closed = users.filtered(
                lambda user, archive=archive: not archive._has_permanent_access(user)
            )
            archive.activity_ids.filtered(
                lambda activity, closed=closed: activity.user_id in closed
            ).unlink()
