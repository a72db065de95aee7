from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import AUDITOR
from ..common.sentinel import as_system, is_system
from ..common.values import label
from ..files.customer_archive_lock import ALWAYS_WRITABLE


class CustomerArchiveApplication(models.AbstractModel):
    """Something about a party that somebody applies for 申请: numbered and approved.

    Who applies names the party, and need not see its file. An inheriting model has
    ``state`` and ``company_id``, a sequence of its own name, and says
    what it is tied to for good and what happens once it is approved.
    """

    _name = "customer.archive.application"
    _description = "Numbered Request"
    _inherit = ["customer.archive.approval.mixin"]
    _order = "id desc"
    _rec_names_search = ["name", "partner_id.name"]
    _check_company_auto = True

    name = fields.Char(string="Number", readonly=True, copy=False)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer/Supplier",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
    )
    archive_id = fields.Many2one("customer.archive", string="File", ondelete="restrict")
    department_id = fields.Many2one(
        related="archive_id.department_id",
        string="File Department",
        store=True,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Requester",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
        copy=False,
    )
    request_date = fields.Date(
        string="Requested on", readonly=True, copy=False, index="btree_not_null"
    )
    is_mine = fields.Boolean(
        compute="_compute_is_mine", export_string_translation=False
    )

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for application in self:
            application.is_mine = application.user_id == self.env.user

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for application in self:
            parts = (application.name, application.partner_id.name)
            application.display_name = " ".join(filter(None, parts))

    # What an inheriting model says

    @api.model
    def _tied(self):
        """Return the fields that stay, and what who would change one is told."""
        raise NotImplementedError

    # Create, write

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            "name": False,
            "request_date": False,
            "department_id": None,
            "user_id": self.env.uid,
        }

    @api.model_create_multi
    def create(self, vals_list):
        self._check_may_apply()
        applications = super().create(vals_list)
        for company, numbered in applications.grouped("company_id").items():
            # Numbers are given here: nobody else draws them (ir_sequence.py).
            sequence = self.env["ir.sequence"].sudo().with_company(company)
            for application in numbered:
                number = as_system(sequence).next_by_code(self._name)
                as_system(application).name = number
        return applications

    @api.model
    def _check_may_apply(self):
        """Refuse auditors: they read every file, and ask for nothing.

        :raise AccessError: if the user is one
        """
        if self.env.user.has_group(AUDITOR):
            raise self._refusal(
                self.env._(
                    "Auditors can't make requests: they read all files, and only "
                    "record checks and incidents."
                ),
                "apply",
            )

    def write(self, vals):
        if not is_system(self.env):
            self._check_editable(set(vals))
        return super().write(vals)

    def _check_editable(self, names):
        tied, message = self._tied()
        if tied & names:
            raise UserError(message)
        for application in self:
            start = application._approval_states()["start"]
            if application.state != start and names - ALWAYS_WRITABLE:
                raise UserError(
                    self.env._(
                        "%(request)s can't be changed now (%(state)s): withdraw it "
                        "first, or make a new request.",
                        request=application.display_name,
                        state=label(application, "state"),
                    )
                )

    def _mail_get_partner_fields(self, introspect_fields=False):
        # What is asked about the party isn't meant for the party.
        return []

    # Approval

    def _approval_archive(self):
        return self.archive_id

    def _approval_check(self):
        self._check_may_apply()
        for application in self:
            if application.user_id != self.env.user:
                raise application._refusal(
                    self.env._("Requests must be submitted by the requester."), "submit"
                )
