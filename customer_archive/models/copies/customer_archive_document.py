import os
import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.sharing_package import safe_name
from ..common.roles import CHECKERS
from ..common.sentinel import as_system

# What the access record says of a copy that was opened, as ``_archive_detail`` has it.
OPENED = re.compile(r"attachment (\d+)\b")


class CustomerArchiveDocument(models.Model):
    """Electronic copies of a paper: whose they are, their names, and their original."""

    _inherit = "customer.archive.document"

    can_check = fields.Boolean(
        compute="_compute_can_check", export_string_translation=False
    )
    can_download = fields.Boolean(
        compute="_compute_can_download", export_string_translation=False
    )

    @api.depends("type_id")
    @api.depends_context("uid")
    def _compute_can_download(self):
        for kind, items in self.grouped("type_id").items():
            may = not kind or kind._may_be_downloaded(self.env.user)
            items.can_download = may

    @api.depends("is_received", "agrees_with_original", "archive_id.state")
    @api.depends_context("uid")
    def _compute_can_check(self):
        for item in self:
            # Before it is saved, there is nothing to record it on.
            waits = item.is_received and not item.agrees_with_original and item._origin
            item.can_check = bool(waits) and item._origin._may_check()

    def action_check_original(self):
        """Record that the user has compared the copies with the originals.

        :raise AccessError: unless the user keeps the file, or reviews it
        :raise UserError: if there is no copy yet, or it was checked already
        """
        self.check_access("read")
        for item in self:
            if not item.is_received:
                raise UserError(
                    self.env._("“%s” hasn't been received yet.", item.type_id.name)
                )
            if item.agrees_with_original:
                raise UserError(
                    self.env._(
                        "“%(item)s” has already been compared by %(user)s.",
                        item=item.type_id.name,
                        user=item.checked_by_id.name,
                    )
                )
            if not item._may_check():
                raise item._refusal(
                    self.env._(
                        "Copies are compared by the account manager, a records "
                        "clerk or compliance."
                    ),
                    "check_original",
                )
            # Role checked above; a compliance officer doesn't otherwise write items.
            as_system(item.sudo()).write(
                {
                    "agrees_with_original": True,
                    "checked_by_id": self.env.uid,
                    "checked_on": fields.Datetime.now(),
                }
            )
        return True

    def _may_check(self):
        """Whether the user may compare the copy: reviewers also during a review."""
        self.ensure_one()
        state = self.archive_id.state
        if state in ("draft", "active") and self.has_access("write"):
            return True
        reviewer = self.env.user.has_groups(CHECKERS)
        return reviewer and state not in ("closed", "destroyed")

    def _copies_opened_by(self, user):
        """Return ids of the copies of these items that a user has opened.

        :param user: a single user
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT detail FROM customer_archive_log"
                " WHERE model = %s AND res_id = ANY(%s) AND user_id = %s"
                " AND event IN ('view', 'download')",
                self._name,
                self.ids,
                user.id,
            )
        )
        found = (OPENED.match(detail or "") for (detail,) in rows)
        return {int(each[1]) for each in found if each}

    def _archive_request_numbers(self):
        """Return the numbers of the requests by which the user sees this item.

        They are part of the mark on what leaves. Who sees the item by their role
        doesn't see it by a request.

        :return: text, several separated by commas; empty if it isn't seen by a request
        """
        self.ensure_one()
        if self.sudo().archive_id._has_permanent_access(self.env.user):
            return ""
        return self.env["customer.archive.grant"]._numbers(self)

    # Electronic copies; called by whatever writes an item

    @api.model
    def _encrypted_uploads(self, vals):
        """Return ``vals`` with new electronic copies marked as an item's.

        So they are encrypted before anything is stored.
        """
        if not vals.get("attachment_ids"):
            return dict(vals)
        commands = [
            (0, 0, {**each[2], "res_model": self._name})
            if isinstance(each, list | tuple) and each[0] == 0
            else each
            for each in vals["attachment_ids"]
        ]
        return {**vals, "attachment_ids": commands}

    def _adopt_attachments(self, known=None):
        """Bind new electronic copies to their items, named by customer, type and date.

        :param known: ids of the attachments that were linked before, by item id
        """
        received = self.filtered(lambda item: item.is_received and not item.received_on)
        for company, items in received.grouped("company_id").items():
            today = company._archive_today()
            as_system(items).write({"received_on": today})
        self._give_item_numbers()
        for item in self:
            copies = item.attachment_ids.sorted("id")
            there = copies.filtered(
                lambda each, item=item: each.id in (known or {}).get(item.id, ())
            )
            taken = {(each.name or "").casefold() for each in there}
            for index, attachment in enumerate(copies, 1):
                if attachment in there:
                    continue
                item._check_adoptable(attachment)
                name = item._archive_in_house().name
                extension = os.path.splitext(attachment.name or "")[1].lower()
                # As many more as there are copies: one of them is free.
                numbers = range(index, index + len(copies))
                suffixes = [f"_{number}" for number in numbers]
                suffixes = suffixes if len(copies) > 1 else [""]
                own_name = _free_name(name, suffixes, extension, taken)
                taken.add(own_name.casefold())
                # Owner and origin were checked above. Written as an item's, its content
                # is encrypted with the key of the file.
                as_system(attachment.sudo()).write(
                    {
                        # Of a length that systems take for a file.
                        "name": own_name,
                        "res_model": self._name,
                        "res_id": item.id,
                        "public": False,
                        "access_token": False,
                    }
                )

    def _check_adoptable(self, attachment):
        """Check that an attachment is this item's or a new upload of the user's.

        :raise AccessError: if it belongs to anything or anybody else
        """
        # With the user's own rights: what can't be read can't be adopted.
        attachment.check_access("read")
        if attachment.res_id:
            own = (attachment.res_model, attachment.res_id) == (self._name, self.id)
            # What was mailed to the file, or was plain once, waits for its item.
            waits = attachment._archive_is_unsorted()
            waits = waits and attachment._archive_file() == self.archive_id
            if not (own or waits):
                raise self._refusal(
                    self.env._(
                        "“%s” belongs to another record: upload the file again.",
                        attachment.name,
                    ),
                    "adopt",
                )
        elif attachment.create_uid != self.env.user and not self.env.su:
            raise self._refusal(
                self.env._(
                    "“%s” was uploaded by another user: upload the file again.",
                    attachment.name,
                ),
                "adopt",
            )

    def _forget_checks(self, known):
        """Other copies haven't been compared with the original yet."""
        changed = self.filtered(
            lambda item: set(item.attachment_ids.ids) != known[item.id]
        )
        as_system(changed.filtered("agrees_with_original")).write(
            {"agrees_with_original": False, "checked_by_id": False, "checked_on": False}
        )


def _free_name(name, suffixes, extension, taken):
    """Return the name of a copy that no other copy of its item has, if there is one.

    Where a copy was removed, its number is free, and that by position isn't. A name
    that is too long is cut, whatever its number.
    """
    names = [safe_name(f"{name}{suffix}{extension}") for suffix in suffixes]
    free = (each for each in names if each.casefold() not in taken)
    return next(free, names[0])
