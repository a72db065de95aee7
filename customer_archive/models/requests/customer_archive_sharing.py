from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..common.roles import READER
from ..common.values import is_text
from ..common.windows import open_dialog

# What is said of a recipient, by its kind; the others' is forgotten.
RECIPIENT_FIELDS = {
    "department": ("recipient_department_id",),
    "outsider": ("recipient_name", "recipient_contact", "recipient_email", "channel"),
}
REQUIRED_RECIPIENT_FIELDS = {
    "department": ("recipient_department_id",),
    "outsider": ("recipient_name", "recipient_contact", "channel"),
}
# What is recorded when it happens.
RECORDED = ("revoked_on", "revoked_by_id", "revoke_reason", "deletion_note")


class CustomerArchiveSharing(models.Model):
    """Passing papers of a file on, to a department or outside the company 共享.

    Item by item, for a purpose, on a legal basis, for a term (requirement C4). A
    department gets grants; an outsider an encrypted package.
    """

    _name = "customer.archive.sharing"
    _description = "Sharing"
    _inherit = ["customer.archive.request.period"]

    type_ids = fields.Many2many(
        relation="customer_archive_sharing_type_rel", copy=False
    )
    recipient = fields.Selection(
        [("department", "A department"), ("outsider", "External recipient")],
        string="Shared With",
        required=True,
        default="department",
        tracking=True,
    )
    recipient_department_id = fields.Many2one(
        "hr.department",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    recipient_name = fields.Char(string="Organisation")
    recipient_contact = fields.Char()
    recipient_email = fields.Char(string="E-mail")
    channel = fields.Selection(
        [
            ("telephone", "By telephone"),
            ("person", "In person"),
            ("other", "Separately from the package"),
        ],
        string="Password Sent By",
        help="Never the channel used for the package.",
    )
    recipient_label = fields.Char(
        string="Recipient", compute="_compute_recipient_label", compute_sudo=True
    )
    legal_basis = fields.Selection(
        [
            ("contract", "Performance of a contract with the party"),
            ("consent", "Consent of the party"),
            ("duty", "Statutory duty"),
            ("authority", "Request by an authority"),
            ("need", "Legitimate business need"),
        ],
        required=True,
        tracking=True,
    )
    legal_basis_note = fields.Text(
        string="Details", help="E.g. the contract, article or letter."
    )
    copy_ids = fields.Many2many(
        "ir.attachment",
        relation="customer_archive_sharing_copy_rel",
        string="Copies",
        readonly=True,
        copy=False,
        help="The copies decided on: copies added later are not handed over.",
    )
    package_ids = fields.One2many(
        "customer.archive.sharing.package",
        "sharing_id",
        string="Packages",
        readonly=True,
        copy=False,
    )
    revoked_on = fields.Datetime(string="Revoked on", readonly=True, copy=False)
    revoked_by_id = fields.Many2one(
        "res.users", string="Revoked by", readonly=True, copy=False
    )
    revoke_reason = fields.Text(string="Revocation Reason", readonly=True, copy=False)
    deletion_note = fields.Text(
        string="Deletion by Recipient", readonly=True, copy=False
    )
    can_revoke = fields.Boolean(
        compute="_compute_can_revoke", export_string_translation=False
    )

    @api.depends("recipient", "recipient_department_id.name", "recipient_name")
    def _compute_recipient_label(self):
        for sharing in self:
            outside = sharing.recipient == "outsider"
            department = sharing.recipient_department_id.name
            sharing.recipient_label = sharing.recipient_name if outside else department

    @api.depends("state", "archive_id")
    @api.depends_context("uid")
    def _compute_can_revoke(self):
        for sharing in self:
            # A new one has no file yet.
            running = sharing.state == "approved"
            sharing.can_revoke = running and sharing.archive_id._is_guarded_by(
                self.env.user
            )

    @api.depends("state", "date_from", "date_to", "recipient", "grant_ids.state")
    def _compute_is_open(self):
        outside = self.filtered(lambda sharing: sharing.recipient == "outsider")
        now = fields.Datetime.now()
        for sharing in outside:
            begun = not sharing.date_from or sharing.date_from <= now
            running = sharing.state == "approved" and begun
            sharing.is_open = running and sharing.date_to > now
        return super(CustomerArchiveSharing, self - outside)._compute_is_open()

    @api.model
    def _search_is_open(self, operator, value):
        granted = super()._search_is_open(operator, value)
        if granted is NotImplemented:
            return granted
        begun = fields.Domain("date_from", "=", False)
        begun |= fields.Domain("date_from", "<=", "now")
        running = begun & fields.Domain("date_to", ">", "now")
        outside = fields.Domain("recipient", "=", "outsider")
        packed = outside & fields.Domain("state", "=", "approved") & running
        return (~outside & granted) | packed

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            # Item by item, by somebody who sees them.
            "scope": "items",
            "type_ids": [],
            "copy_ids": [],
            "package_ids": [],
            **dict.fromkeys(RECORDED, False),
        }

    # Approval

    def _longest_days(self):
        if self.recipient == "outsider":
            return self.company_id.archive_sharing_days
        return super()._longest_days()

    def _approval_check(self):
        result = super()._approval_check()
        for sharing in self:
            sharing._check_named()
            sharing._check_said()
            if sharing.recipient == "outsider":
                sharing._check_packable()
            elif not sharing._department_users():
                raise sharing._nobody()
        return result

    def _check_named(self):
        """Check that the requester still sees what they name, and the file has it.

        :raise UserError: naming the items that it hasn't
        """
        # What they no longer see they wouldn't find among them.
        named = self.sudo().document_ids
        named.sudo(False).check_access("read")
        missing = named - self.sudo()._wanted_items()
        if missing:
            raise UserError(
                self.env._(
                    "The file contains no %s.",
                    ", ".join(f"“{name}”" for name in missing.type_id.mapped("name")),
                )
            )

    def _check_said(self):
        """Check that all is said of the recipient, and forget what isn't of its kind.

        :raise UserError: naming what is missing
        """
        missing = [
            name for name in REQUIRED_RECIPIENT_FIELDS[self.recipient] if not self[name]
        ]
        if missing:
            labels = (
                self._fields[name]._description_string(self.env) for name in missing
            )
            raise UserError(
                self.env._("Also enter for the recipient: %s.", ", ".join(labels))
            )
        if self.recipient_email and not email_normalize(self.recipient_email):
            raise UserError(
                self.env._("“%s” isn't an e-mail address.", self.recipient_email)
            )
        other = "department" if self.recipient == "outsider" else "outsider"
        self.write(dict.fromkeys(RECIPIENT_FIELDS[other], False))

    def _nobody(self):
        return UserError(
            self.env._(
                "No other user in “%s” works with customer files: choose another "
                "department, or ask an administrator to grant access to its users.",
                self.sudo().recipient_department_id.name,
            )
        )

    def _department_users(self):
        """Return who of the recipient department gets to read the items."""
        self.ensure_one()
        own = self.sudo()
        company = own.company_id
        # Employees and their users aren't the applicant's to look up.
        employees = own.env["hr.employee"].search(
            [
                ("active", "=", True),
                ("company_id", "=", company.id),
                ("department_id", "=", own.recipient_department_id.id),
            ]
        )
        fit = employees.user_id.filtered(
            lambda user: (
                user.active and company in user.company_ids and user.has_group(READER)
            )
        )
        return fit - own.user_id

    def _begin(self, begin):
        if self.recipient == "outsider":
            self._make_password()
            return
        users = self._department_users()
        if not users:
            raise self._nobody()
        self.env["customer.archive.grant"]._give(self, users, begin, self.date_to)
        self._tell(
            users,
            lambda own: own.env._(
                "Shared with you for a limited time: %s", own.purpose
            ),
        )

    def _approved_words(self):
        if self.recipient == "outsider":
            return self.env._("Approved: you can download the package now.")
        return self.env._("Approved: the department can now read what you share.")

    # Revocation

    def action_revoke(self, reason, deletion_note=None):
        """End a sharing before its time, at once.

        :param str reason: why; the applicant and the recipients read it
        :param str deletion_note: whether an outsider who got a package has confirmed
            that the copies are deleted
        :raise AccessError: unless one answers for the file, or guards all of them
        :raise UserError: if something isn't said, or it isn't running
        """
        if not is_text(reason):
            raise UserError(self.env._("Enter the reason for revoking the sharing."))
        self._wait_for_others()
        for sharing in self:
            sharing._check_may_revoke(deletion_note)
        now = fields.Datetime.now()
        for sharing in self:
            sharing._end(
                reason.strip(),
                revoked_on=now,
                revoked_by_id=self.env.uid,
                revoke_reason=reason.strip(),
                deletion_note=deletion_note.strip() if deletion_note else False,
            )
            told = sharing.sudo().user_id | sharing.sudo().grant_ids.user_id
            sharing._tell(
                told - self.env.user,
                lambda own: own.env._("The sharing was revoked: %s", reason.strip()),
            )
        self.env["customer.archive.log"]._record(
            "share", self, "revoked", reason.strip()
        )
        return True

    def _check_may_revoke(self, deletion_note):
        if not self.archive_id._is_guarded_by(self.env.user):
            raise self._refusal(
                self.env._(
                    "A sharing can be revoked by those responsible for the file, "
                    "an archivist, compliance or management."
                ),
                "revoke",
            )
        self._check_running()
        if deletion_note and not is_text(deletion_note):
            raise UserError(self.env._("Enter a text."))
        if self.sudo().package_ids and not deletion_note:
            raise UserError(
                self.env._(
                    "%s: a package was created. Specify whether the recipient has "
                    "confirmed the deletion of the copies.",
                    self.display_name,
                )
            )

    def action_open_revoke(self):
        """Return the dialog that asks for the reason."""
        self.check_access("read")
        return open_dialog(
            "customer.archive.revoke",
            self.env._("Revoke Sharing"),
            {"default_sharing_ids": self.ids},
        )
