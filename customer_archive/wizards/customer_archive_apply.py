from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.common.windows import open_list


class CustomerArchiveApply(models.TransientModel):
    """Applies to consult or to borrow several files at once: one request for each.

    Each has its own department head to approve it.
    """

    _name = "customer.archive.apply"
    _description = "Multi-File Request"
    _inherit = ["customer.archive.guard"]

    kind = fields.Selection(
        [
            ("customer.archive.consultation", "Consult"),
            ("customer.archive.loan", "Borrow"),
        ],
        string="Type",
        required=True,
        default="customer.archive.consultation",
    )
    archive_ids = fields.Many2many("customer.archive", string="Files", required=True)
    purpose = fields.Text(required=True)
    scope = fields.Selection(
        [("file", "The whole file"), ("items", "Selected item types")],
        required=True,
        default="file",
    )
    type_ids = fields.Many2many("customer.archive.document.type", string="Item Types")
    include_sensitive = fields.Boolean(string="Include Sensitive Items")
    date_to = fields.Datetime(
        string="Until",
        default=lambda self: self.env[
            "customer.archive.consultation"
        ]._default_date_to(),
    )
    days = fields.Integer(string="Working Days", default=5)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "customer.archive":
            ids = self.env.context.get("active_ids") or []
            values["archive_ids"] = [(6, 0, ids)]
            self._check_references(values)
        return values

    def action_apply(self):
        """Make and submit the requests, and show them."""
        self.ensure_one()
        if not self.archive_ids:
            raise UserError(self.env._("Choose the files first."))
        common = {
            "purpose": self.purpose,
            "scope": self.scope,
            "type_ids": [fields.Command.set(self.type_ids.ids)],
            "include_sensitive": self.include_sensitive,
        }
        if self.kind == "customer.archive.loan":
            common["days"] = self.days
        else:
            common["date_to"] = self.date_to
        requests = self.env[self.kind].create(
            [{**common, "archive_id": archive.id} for archive in self.archive_ids]
        )
        requests.action_submit()
        return open_list(
            self.kind,
            self.env["ir.model"]._get(self.kind).name,
            [("id", "in", requests.ids)],
        )
