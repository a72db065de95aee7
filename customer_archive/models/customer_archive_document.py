import os
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import identifiers
from .engine import as_engine, is_engine

# What may still be entered on an item that the file holds already.
OPEN_ONCE_RECEIVED = {"note"}


class CustomerArchiveDocument(models.Model):
    """One paper of a file, expected or received 档案资料."""

    _name = "customer.archive.document"
    _description = "File Item"
    _inherit = ["customer.archive.guard"]
    _order = "archive_id, group, sequence, id"
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
    partner_id = fields.Many2one(related="archive_id.partner_id", related_sudo=False)
    type_id = fields.Many2one(
        "customer.archive.document.type",
        string="Item Type",
        required=True,
        ondelete="restrict",
        index=True,
    )
    group = fields.Selection(related="type_id.group", store=True)
    sequence = fields.Integer(related="type_id.sequence", store=True)
    requirement = fields.Selection(related="type_id.requirement")
    has_number = fields.Boolean(related="type_id.has_number")
    has_validity = fields.Boolean(related="type_id.has_validity")
    description = fields.Text(related="type_id.description")
    name = fields.Char(
        compute="_compute_name",
        help="Customer, item type and date; electronic copies are named like this.",
    )
    number = fields.Char()
    shown_number = fields.Char(
        compute="_compute_shown_number",
        help="Numbers of identity and bank papers show their end only.",
    )
    issuer = fields.Char()
    issue_date = fields.Date()
    valid_until = fields.Date(string="Valid until", index="btree_not_null")
    is_endless = fields.Boolean(
        string="Valid without End", help="The paper itself says so, such as 长期."
    )
    form = fields.Selection(
        [("original", "Original"), ("copy", "Copy"), ("stamped", "Stamped copy")],
        string="Kind of Copy",
        default="copy",
    )
    is_paper = fields.Boolean(
        string="On Paper", help="A paper copy is kept under the file's number."
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Electronic Copies", copy=False
    )
    agrees_with_original = fields.Boolean(readonly=True, copy=False)
    checked_by_id = fields.Many2one(
        "res.users", string="Checked by", readonly=True, copy=False
    )
    checked_on = fields.Datetime(string="Checked on", readonly=True, copy=False)
    received_on = fields.Date(string="Received on", readonly=True, copy=False)
    due_date = fields.Date(
        string="To be Supplied by",
        readonly=True,
        copy=False,
        help="A missing paper must be supplied by this day.",
    )
    note = fields.Char(string="Remarks")
    is_received = fields.Boolean(
        compute="_compute_is_received", store=True, string="Received"
    )
    is_complete = fields.Boolean(
        compute="_compute_is_received", store=True, string="Complete"
    )
    state = fields.Selection(
        [
            ("missing", "Missing"),
            ("overdue", "Overdue"),
            ("received", "Received"),
            ("expired", "Expired"),
            ("none", "Optional"),
        ],
        string="Status",
        compute="_compute_state",
    )

    @api.depends("attachment_ids", "is_paper", "archive_id.is_core", "requirement")
    def _compute_is_received(self):
        for item in self:
            copies = bool(item.attachment_ids)
            item.is_received = copies or item.is_paper
            # A core party's required papers are kept on paper and electronically.
            both = item.archive_id.is_core and item.requirement != "optional"
            item.is_complete = copies and item.is_paper if both else item.is_received

    @api.depends(
        "is_complete",
        "valid_until",
        "due_date",
        "type_id",
        "archive_id.relation_stage",
        "archive_id.is_core",
    )
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for item in self:
            if item.is_complete:
                item.state = (
                    "expired"
                    if item.valid_until and item.valid_until < today
                    else "received"
                )
            elif item.type_id not in item.archive_id._required_types():
                item.state = "none"
            else:
                item.state = (
                    "overdue" if item.due_date and item.due_date < today else "missing"
                )

    @api.depends("number", "type_id.is_sensitive")
    def _compute_shown_number(self):
        for item in self:
            sensitive = item.type_id.is_sensitive
            item.shown_number = (
                identifiers.masked(item.number) if sensitive else item.number
            )

    @api.depends("archive_id.partner_id.name", "type_id.name", "received_on")
    def _compute_name(self):
        for item in self:
            day = item.received_on or fields.Date.context_today(item)
            parts = (item.archive_id.partner_id.name, item.type_id.name, str(day))
            item.name = "_".join(
                re.sub(r'[\\/:*?"<>|\s_]+', " ", part or "").strip() for part in parts
            )

    @api.depends("archive_id", "type_id")
    def _compute_display_name(self):
        for item in self:
            item.display_name = f"{item.archive_id.display_name} – {item.type_id.name}"

    # Constraints

    @api.constrains("issue_date", "valid_until")
    def _check_dates(self):
        today = fields.Date.context_today(self)
        for item in self:
            issued, ends = item.issue_date, item.valid_until
            if issued and issued > today:
                raise ValidationError(
                    self.env._(
                        "%s: the issue date is in the future.", item.type_id.name
                    )
                )
            if issued and ends and ends < issued:
                raise ValidationError(
                    self.env._(
                        "%s: it can't end before it was issued.", item.type_id.name
                    )
                )

    @api.constrains("number", "type_id")
    def _check_number(self):
        for item in self.filtered(
            lambda item: item.number and item.type_id.number_format
        ):
            try:
                getattr(identifiers, item.type_id.number_format)(item.number)
            except ValueError as error:
                # Never with the number itself: messages end up in logs.
                message = self.env["res.partner"]._archive_number_message(
                    item.type_id.number_format, error.args[0]
                )
                raise ValidationError(
                    self.env._(
                        "%(item)s: %(problem)s",
                        item=item.type_id.name,
                        problem=message,
                    )
                ) from None

    def _problems(self):
        """Return, as sentences, what is wrong with a received item."""
        self.ensure_one()
        problems = []
        if self.has_validity and not (self.valid_until or self.is_endless):
            problems.append(
                self.env._("Item “%s”: until when is it valid?", self.type_id.name)
            )
        if self.state == "expired":
            problems.append(
                self.env._(
                    "Item “%(item)s” expired on %(date)s.",
                    item=self.type_id.name,
                    date=self.valid_until,
                )
            )
        if self.has_number and not self.number and not self.type_id.is_sensitive:
            problems.append(
                self.env._("Item “%s”: its number is not filled in.", self.type_id.name)
            )
        code = self.archive_id.partner_id.vat
        if self.type_id.number_format == "credit_code" and self.number != code:
            problems.append(
                self.env._(
                    "Item “%s”: its number differs from the credit code of the party.",
                    self.type_id.name,
                )
            )
        return problems

    # Create, write, delete

    @api.model
    def _protected(self):
        recorded = (
            "agrees_with_original",
            "checked_by_id",
            "checked_on",
            "received_on",
            "due_date",
        )
        derived = ("is_received", "is_complete", "company_id", "group", "sequence")
        return {
            **super()._protected(),
            **dict.fromkeys(recorded, False),
            **dict.fromkeys(derived),
        }

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items.archive_id._check_items_open()
        items._set_due_dates()
        items._adopt_attachments()
        return items

    def write(self, vals):
        if not is_engine(self.env):
            self._check_stays(vals)
            self._check_unlocked(set(vals))
        known = {item.id: set(item.attachment_ids.ids) for item in self}
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._forget_checks(known)
        if {"attachment_ids", "is_paper"} & set(vals):
            self._adopt_attachments(known)
        return result

    def _forget_checks(self, known):
        """Other copies haven't been compared with the original yet."""
        changed = self.filtered(
            lambda item: set(item.attachment_ids.ids) != known[item.id]
        )
        as_engine(changed.filtered("agrees_with_original")).write(
            {"agrees_with_original": False, "checked_by_id": False, "checked_on": False}
        )

    def _check_stays(self, vals):
        """An item belongs to its file for good."""
        if "archive_id" in vals and any(
            item.archive_id.id != vals["archive_id"] for item in self
        ):
            raise UserError(
                self.env._("Items don't move between files: add a new item there.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_while_collecting(self):
        for item in self:
            if item.archive_id.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(item)s” can't be removed from %(file)s: "
                        "it is no longer being collected.",
                        item=item.type_id.name,
                        file=item.archive_id.display_name,
                    )
                )

    def _is_locked(self):
        """Whether nothing of this item may be altered or removed."""
        self.ensure_one()
        state = self.archive_id.state
        return state != "draft" and not (state == "active" and not self.is_complete)

    def _check_unlocked(self, names=frozenset()):
        """Check that the items may be altered.

        :param names: fields to be written
        :raise UserError: naming the item and its file
        """
        for item in self:
            active = item.archive_id.state == "active"
            if item._is_locked() and not (
                active and names and names <= OPEN_ONCE_RECEIVED
            ):
                raise UserError(
                    self.env._(
                        "“%(item)s” of %(file)s is locked: "
                        "reviewed papers aren't altered. Add a new item instead.",
                        item=item.type_id.name,
                        file=item.archive_id.display_name,
                    )
                )

    def _is_blank(self):
        """Whether nothing was entered on this checklist row yet."""
        self.ensure_one()
        return not (
            self.is_received
            or self.number
            or self.issuer
            or self.issue_date
            or self.valid_until
            or self.note
        )

    def _set_due_dates(self):
        approval = self.env["customer.archive.approval"]
        for (company, days), items in self.grouped(
            lambda item: (item.company_id, item.type_id.collection_days)
        ).items():
            as_engine(items).write(
                {"due_date": approval._working_day_after(company, days)}
            )

    def _adopt_attachments(self, known=None):
        """Bind new electronic copies to their items, named by customer, type and date.

        :param known: ids of the attachments that were linked before, by item id
        """
        today = fields.Date.context_today(self)
        received = self.filtered(lambda item: item.is_received and not item.received_on)
        as_engine(received).write({"received_on": today})
        for item in self:
            copies = item.attachment_ids.sorted("id")
            for index, attachment in enumerate(copies, 1):
                if attachment.id in (known or {}).get(item.id, ()):
                    continue
                item._check_adoptable(attachment)
                extension = os.path.splitext(attachment.name or "")[1].lower()
                suffix = f"_{index}" if len(copies) > 1 else ""
                # Owner and origin were checked above.
                as_engine(attachment.sudo()).write(
                    {
                        "name": f"{item.name}{suffix}{extension}",
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
            if (attachment.res_model, attachment.res_id) != (self._name, self.id):
                raise AccessError(
                    self.env._(
                        "“%s” belongs to another record: upload the file again.",
                        attachment.name,
                    )
                )
        elif attachment.create_uid != self.env.user and not self.env.su:
            raise AccessError(
                self.env._(
                    "“%s” was uploaded by somebody else: upload the file again.",
                    attachment.name,
                )
            )

    # Actions

    def _may_check(self):
        """Whether the user may compare the copy: reviewers also during a review."""
        self.ensure_one()
        state = self.archive_id.state
        if state in ("draft", "active") and self.has_access("write"):
            return True
        reviewer = any(
            self.env.user.has_group(f"customer_archive.group_{role}")
            for role in ("clerk", "compliance")
        )
        return reviewer and state not in ("closed", "destroyed")

    def action_check_original(self):
        """Record that the user has compared the copy with the original."""
        self.check_access("read")
        for item in self:
            if not item.is_received:
                raise UserError(
                    self.env._("“%s” hasn't been received yet.", item.type_id.name)
                )
            if item.agrees_with_original:
                raise UserError(
                    self.env._(
                        "“%(item)s” was checked by %(user)s already.",
                        item=item.type_id.name,
                        user=item.checked_by_id.name,
                    )
                )
            if not item._may_check():
                raise AccessError(
                    self.env._(
                        "Copies are checked by the account manager, "
                        "a clerk or compliance."
                    )
                )
            # Role checked above; a compliance officer doesn't otherwise write items.
            as_engine(item.sudo()).write(
                {
                    "agrees_with_original": True,
                    "checked_by_id": self.env.uid,
                    "checked_on": fields.Datetime.now(),
                }
            )
        return True
