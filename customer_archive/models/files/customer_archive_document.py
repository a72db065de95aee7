import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import identifiers
from ..common.company_day import past_field, today_at
from ..common.roles import SEES_MASKED
from ..common.sentinel import as_system, is_system


class CustomerArchiveDocument(models.Model):
    """One paper of a file, expected or received 档案资料."""

    _name = "customer.archive.document"
    _description = "File Item"
    _inherit = ["customer.archive.guard"]
    _order = "archive_id, group, sequence, id"
    _rec_names_search = ["type_id", "archive_id"]
    _check_company_auto = True

    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="archive_id.company_id", store=True)
    partner_id = fields.Many2one(related="archive_id.partner_id")
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
        compute_sudo=True,
        help="Party, item type and date; electronic copies are named accordingly.",
    )
    number = fields.Char()
    secret_ids = fields.One2many(
        "customer.archive.secret",
        "document_id",
        string="Sensitive Number",
        groups=SEES_MASKED,
    )
    is_sensitive = fields.Boolean(related="type_id.is_sensitive")
    shown_number = fields.Char(
        string="Displayed Number",
        compute="_compute_shown_number",
        help="Numbers of identity and bank documents only show their last digits.",
    )
    issuer = fields.Char()
    issue_date = fields.Date()
    valid_until = fields.Date(string="Valid until", index="btree_not_null")
    is_expired = past_field("is_expired", "valid_until", string="Expired")
    is_endless = fields.Boolean(
        string="Valid Indefinitely",
        help="As stated on the document itself, such as 长期.",
    )
    form = fields.Selection(
        [("original", "Original"), ("copy", "Copy"), ("stamped", "Stamped copy")],
        string="Document Form",
        default="copy",
    )
    # An item that is copied is still to be brought in, on paper as well.
    is_paper = fields.Boolean(
        string="On Paper",
        copy=False,
        help="A paper original is kept under the file number.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Electronic Copies", copy=False
    )
    grant_ids = fields.Many2many(
        "customer.archive.grant",
        string="Access Grants",
        readonly=True,
        copy=False,
        help="For this item only, not for the whole file.",
    )
    agrees_with_original = fields.Boolean(readonly=True, copy=False)
    checked_by_id = fields.Many2one(
        "res.users", string="Checked by", readonly=True, copy=False
    )
    checked_on = fields.Datetime(string="Checked on", readonly=True, copy=False)
    received_on = fields.Date(string="Received on", readonly=True, copy=False)
    due_date = fields.Date(
        string="Supply By",
        readonly=True,
        copy=False,
        help="A missing item must be supplied by this date.",
    )
    is_past_due = past_field("is_past_due", "due_date", string="Past Due")
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
            ("faulty", "To Be Completed"),
            ("received", "Received"),
            ("expired", "Expired"),
            ("none", "Optional"),
        ],
        string="Status",
        compute="_compute_state",
        # An item may be open to somebody who doesn't see the rest of its file.
        compute_sudo=True,
    )

    @api.depends(
        "attachment_ids",
        "attachment_ids.archive_trouble",
        "is_paper",
        "archive_id.is_core",
        "requirement",
    )
    def _compute_is_received(self):
        for item in self:
            copies = bool(item._papers())
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
        for item in self:
            today = today_at(item)
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

    @api.depends("number", "secret_ids.masked")
    def _compute_shown_number(self):
        # Who may read the item may read the end of its number.
        for item in self.sudo():
            item.shown_number = item.secret_ids.masked or item.number

    @api.depends("archive_id.partner_id.name", "type_id.name", "received_on")
    @api.depends_context("lang")
    def _compute_name(self):
        for item in self:
            day = item.received_on or today_at(item)
            parts = (item.archive_id.partner_id.name, item.type_id.name)
            # A date alone says nothing of a new item.
            parts = (*filter(None, parts), str(day)) if any(parts) else ()
            item.name = "_".join(
                re.sub(r'[\\/:*?"<>|\s_]+', " ", part).strip() for part in parts
            )

    @api.depends("archive_id", "type_id")
    @api.depends_context("archive_within_file")
    def _compute_display_name(self):
        """Within a request for one file, the file needn't be said again."""
        within = self.env.context.get("archive_within_file")
        # An item may be open to somebody who doesn't see the rest of its file.
        for item in self.sudo():
            kind = item.type_id.name
            item.display_name = (
                kind if within else f"{item.archive_id.display_name} – {kind}"
            )

    # Constraints

    @api.constrains("issue_date", "valid_until")
    def _check_dates(self):
        for item in self:
            issued, ends = item.issue_date, item.valid_until
            if issued and issued > today_at(item):
                raise ValidationError(
                    self.env._(
                        "%s: the issue date is in the future.", item.type_id.name
                    )
                )
            if issued and ends and ends < issued:
                raise ValidationError(
                    self.env._(
                        "%s: the expiry date can't be before the issue date.",
                        item.type_id.name,
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

    @api.onchange("number")
    def _onchange_number(self):
        if self.type_id.number_format == "identity_number" and self.number:
            return self.env["res.partner"]._archive_identity_hint(self.number)
        return None

    def _problems(self):
        """Return, as sentences, what is wrong with a received item."""
        self.ensure_one()
        problems = []
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
                self.env._("Item “%s”: enter its number.", self.type_id.name)
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
            "grant_ids": [],
            **dict.fromkeys(recorded, False),
            **dict.fromkeys(derived),
        }

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._encrypted_uploads(vals) for vals in vals_list]
        default = self.default_get(["number"]).get("number")
        numbers = [vals.pop("number", default) for vals in vals_list]
        # Whether it is sensitive is known once there is an item of a type. A query
        # that fails is logged by the database with all it holds.
        items = super().create([{**vals, "number": False} for vals in vals_list])
        if not is_system(self.env):
            items.archive_id._check_items_open()
            items.filtered("is_paper")._check_takes_paper()
        for item, number in zip(items, numbers, strict=True):
            if item.type_id.is_sensitive:
                item._keep_number(number)
            elif number:
                as_system(item).number = number
        items._set_due_dates()
        items._adopt_attachments()
        return items

    def write(self, vals):
        if not is_system(self.env):
            self._check_stays(vals)
            self._check_unlocked(vals)
            if vals.get("is_paper"):
                self.filtered(lambda item: not item.is_paper)._check_takes_paper()
            self._record_open_edits(vals)
        sensitive = self._sensitive_after(vals) if vals.get("number") else self.browse()
        if sensitive:
            number = vals["number"]
            (self - sensitive).write(vals)
            sensitive.write({**vals, "number": False})
            for item in sensitive:
                item._keep_number(number)
            return True
        vals = self._encrypted_uploads(vals)
        adopts = {"attachment_ids", "is_paper"} & set(vals)
        known = {item.id: set(item.attachment_ids.ids) for item in self if adopts}
        result = super().write(vals)
        if "type_id" in vals:
            for item in self:
                item._keep_number(item.number)
        if "attachment_ids" in vals:
            self._forget_checks(known)
        if adopts:
            self._adopt_attachments(known)
        return result

    def _sensitive_after(self, vals):
        """Return the items whose number is sensitive once ``vals`` are written."""
        if vals.get("type_id"):
            type_ = self.env["customer.archive.document.type"].browse(vals["type_id"])
            return self if type_.is_sensitive else self.browse()
        return self.filtered("type_id.is_sensitive")

    def _keep_number(self, number):
        """Keep the number of a sensitive item encrypted, and nowhere else."""
        self.ensure_one()
        if not number or not self.type_id.is_sensitive:
            return
        if self.number:
            as_system(self).write({"number": False})
        # The item may be written, which was checked; its number goes with it.
        secret = as_system(self.sudo().secret_ids)
        if secret:
            secret.write({"value": number})
            return
        secret.create(
            {
                "archive_id": self.archive_id.id,
                "document_id": self.id,
                "kind": self.type_id._number_kind(),
                "label": self.type_id.name,
                "value": number,
            }
        )

    def _is_blank(self):
        """Whether nothing was entered on this checklist row yet."""
        self.ensure_one()
        return not (
            self.is_received
            or self.attachment_ids
            or self.number
            or self.sudo().secret_ids
            or self.issuer
            or self.issue_date
            or self.valid_until
            or self.note
        )

    def _set_due_dates(self):
        for (company, days), items in self.grouped(
            lambda item: (item.company_id, item.type_id.collection_days)
        ).items():
            as_system(items).write({"due_date": company._archive_working_day(days)})
