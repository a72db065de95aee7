from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.company_day import today_at
from ..common.sentinel import as_system
from ..common.windows import open_form


class CustomerArchiveRequest(models.AbstractModel):
    """An application to use or change one file, by whoever needs it 申请.

    The requester names the customer or supplier, and need not see the file. An
    inheriting model has ``state`` and says what happens once it is approved.
    """

    _name = "customer.archive.request"
    _description = "Request"
    _inherit = ["customer.archive.application"]

    archive_id = fields.Many2one(
        required=True,
        index=True,
    )
    # Told to whoever may read the request, who need not see the file.
    archive_number = fields.Char(related="archive_id.name", string="File Number")
    company_id = fields.Many2one(
        related="archive_id.company_id", store=True, index=True, precompute=True
    )
    purpose = fields.Text(required=True, help="The purpose of use, which is recorded.")
    approved_by = fields.Char(
        compute="_compute_approved_by",
        compute_sudo=True,
        help="Who approved it, by step.",
    )
    approved_on = fields.Datetime(
        string="Approved on", compute="_compute_approved_by", compute_sudo=True
    )
    duration = fields.Integer(
        string="Duration (Days)",
        compute="_compute_duration",
        store=True,
        aggregator="avg",
        help=(
            "Calendar days from request to end; 0 while it hasn't ended, or if it "
            "ended on the same day."
        ),
    )

    @api.depends("approval_ids.state", "approval_round")
    def _compute_approved_by(self):
        for request in self:
            rows = request.approval_ids.filtered(
                lambda row, last=request.approval_round: (
                    row.round == last and row.state == "approved"
                )
            )
            rows = rows.sorted("sequence")
            request.approved_by = ", ".join(rows.decided_by_id.mapped("name"))
            request.approved_on = rows[-1:].decided_on

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """Show at once what can be applied for, to those who see the file."""
        for request in self:
            # As on saving; what is shown of it goes by the user's own rights.
            found = request._file_of(request.partner_id)
            request.archive_id = found.sudo(False)._filtered_access("read")

    # Create, write, delete

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            "company_id": None,
            "duration": None,
        }

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if values.get("archive_id") and not values.get("partner_id"):
            # Readable: what a client names is checked in the guard.
            archive = self.env["customer.archive"].browse(values["archive_id"])
            values["partner_id"] = archive.partner_id.id
        return values

    @api.model_create_multi
    def create(self, vals_list):
        self._check_may_apply()
        return super().create([self._with_file(vals) for vals in vals_list])

    @api.model
    def _with_file(self, vals):
        """Return ``vals`` with both the party and its file, from either of them.

        :raise UserError: if the party has no file on record
        """
        defaults = self.default_get(["partner_id", "archive_id"])
        vals = {**defaults, **vals}
        files = self.env["customer.archive"]
        if vals.get("partner_id"):
            # Applying is for those who don't see the file.
            partner = self.env["res.partner"].browse(vals["partner_id"])
            archive = self._file_of(partner)
            if not archive:
                raise UserError(
                    self.env._(
                        "%(party)s has no registered file in %(company)s.",
                        party=partner.display_name,
                        company=self.env.company.name,
                    )
                )
            if (vals.get("archive_id") or archive.id) != archive.id:
                raise UserError(self.env._("The file belongs to another party."))
        else:
            archive = files.browse(vals.get("archive_id")).exists()
            archive.check_access("read")
        return {
            **vals,
            "archive_id": archive.id,
            "partner_id": archive.sudo().partner_id.id,
        }

    @api.model
    def _file_of(self, partner):
        """Return, as superuser, the file of a party in the current company."""
        domain = [
            ("partner_id", "in", partner.commercial_partner_id.ids),
            ("company_id", "=", self.env.company.id),
            ("state", "=", "active"),
        ]
        return self.env["customer.archive"].sudo().search(domain)

    @api.model
    def _tied(self):
        message = self.env._(
            "A request can't be moved to another file: make a new request instead."
        )
        return {"partner_id", "archive_id"}, message

    # Approval

    def _stands_in(self, user):
        # A request is its applicant's alone to write.
        return self.archive_id._is_guarded_by(user)

    def _approval_check(self):
        result = super()._approval_check()
        for request in self:
            if request.sudo().archive_id.state != "active":
                raise UserError(
                    self.env._(
                        "%s is no longer on record: it can't be requested.",
                        request.sudo().archive_id.display_name,
                    )
                )
            if not (request.purpose or "").strip():
                raise UserError(self.env._("Enter the purpose."))
        for request in self:
            as_system(request).write({"request_date": today_at(request)})
        return result

    # Actions of the screen

    def action_open_file(self):
        """Return the action that shows the file, for whoever may see it."""
        self.ensure_one()
        self.archive_id.check_access("read")
        return open_form(self.archive_id)

    @api.depends("request_date")
    def _compute_duration(self):
        for request in self:
            end, start = request._duration_end(), request.request_date
            days = (end - start).days if end and start else 0
            request.duration = max(days, 0)

    def _duration_end(self):
        """Return the day on which it was over, false if it isn't."""
        return False

    def _day_of(self, moment):
        """Return the day of a moment in the company's zone, whoever computes it."""
        return self.company_id._archive_day(moment)
