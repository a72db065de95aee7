from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.selections import choices


class CustomerArchiveExport(models.TransientModel):
    """Chooses a register and the records for it: those selected, or by filter."""

    _name = "customer.archive.export"
    _description = "Export of a Register"
    _inherit = ["customer.archive.guard"]

    register_id = fields.Many2one(
        "customer.archive.register",
        required=True,
        default=lambda self: self._default_register(),
    )
    model = fields.Char(related="register_id.model")
    archive_ids = fields.Many2many("customer.archive", string="Selected Files")
    scope = fields.Selection(
        [("selected", "The selected files"), ("filter", "All files that fit")],
        required=True,
        default=lambda self: (
            "selected" if self.env.context.get("default_archive_ids") else "filter"
        ),
    )
    department_ids = fields.Many2many("hr.department", string="Departments")
    category_ids = fields.Many2many("customer.archive.category", string="Categories")
    state = fields.Selection(
        selection=lambda self: choices(self.env["customer.archive"], "state"),
        string="Status",
    )
    date_from = fields.Date(
        string="From", help="By the day of filing; of requests, that of applying."
    )
    date_to = fields.Date(string="To")
    count = fields.Integer(compute="_compute_count", string="Records")

    @api.model
    def _default_register(self):
        return self.env["customer.archive.register"].search([], limit=1)

    @api.depends(
        "register_id",
        "scope",
        "archive_ids",
        "department_ids",
        "category_ids",
        "state",
        "date_from",
        "date_to",
    )
    def _compute_count(self):
        for wizard in self:
            model = wizard.model and self.env[wizard.model]
            wizard.count = (
                model.search_count(wizard.register_id._domain() & wizard._domain())
                if wizard.model
                else 0
            )

    def _domain(self):
        """Return the chosen filter; on items and the like it goes by their file."""
        model = self.env[self.model]
        if self.scope == "selected":
            return self._by_file(fields.Domain("id", "in", self.archive_ids.ids))
        of_files = _every(
            ("department_id", "in", self.department_ids.ids),
            ("category_id", "in", self.category_ids.ids),
            ("state", "=", self.state),
        )
        of_requests = "request_date" in model._fields
        day = "request_date" if of_requests else "opening_date"
        period = _every((day, ">=", self.date_from), (day, "<=", self.date_to))
        if of_requests:
            return self._by_file(of_files) & period
        return self._by_file(of_files & period)

    def _by_file(self, domain):
        """Return a filter of files as one of the register's records."""
        if self.model == "customer.archive" or domain.is_true():
            return domain
        if "archive_id" not in self.env[self.model]._fields:
            raise UserError(
                self.env._(
                    "This register isn't about files: it is exported without a filter."
                )
            )
        return fields.Domain("archive_id", "any", domain)

    def _records(self):
        self.ensure_one()
        return self.register_id.records(self._domain())

    def action_export(self):
        """Refuse here, in the dialog, what the download would refuse; then download."""
        self.ensure_one()
        if not self.count:
            raise UserError(self.env._("There is nothing to export: no record fits."))
        self.register_id.column_ids._specifications(self.env[self.model])
        # In this tab: browsers block a window that opens after a request.
        url = f"/customer_archive/export/{self.id}"
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}


def _every(*conditions):
    """Return the conditions that have a value, joined."""
    return fields.Domain.AND(fields.Domain(*each) for each in conditions if each[2])
