from odoo import fields, models
from odoo.exceptions import UserError

from ..models.common.windows import open_form, open_list
from ..models.disposal.customer_archive_disposal import VERDICT_OF


class CustomerArchiveDispose(models.TransientModel):
    """The dialog that applies for closing, keeping or handing over files."""

    _name = "customer.archive.dispose"
    _description = "Disposal Request"
    _inherit = ["customer.archive.guard"]

    kind = fields.Selection(
        [
            ("close", "Close File"),
            ("extend", "Extend Retention"),
            ("transfer", "Transfer to Another Custodian"),
        ],
        string="Type",
        required=True,
        default="close",
    )
    archive_ids = fields.Many2many("customer.archive", string="Files", required=True)
    reason = fields.Text(required=True)
    extend_until = fields.Date()
    transfer_to = fields.Char(string="Transferred to")
    warning = fields.Text(
        compute="_compute_warning",
        help="Matters that prevent destruction of a file, but not its closing.",
    )

    def _compute_warning(self):
        for wizard in self:
            lines = [
                f"{file.display_name}: {file.retention_blockers}"
                for file in wizard.archive_ids
                if wizard.kind == "close" and file.retention_blockers
            ]
            wizard.warning = "\n".join(lines)

    def action_apply(self):
        """Make the lists, one per company and department, and submit them.

        :return: the action that shows them
        """
        self.ensure_one()
        if not self.archive_ids:
            raise UserError(self.env._("Choose at least one file."))
        verdict = {"verdict": VERDICT_OF[self.kind]}
        if self.kind == "extend":
            verdict["extend_until"] = self.extend_until
        if self.kind == "transfer":
            verdict["transfer_to"] = self.transfer_to
        disposals = self.env["customer.archive.disposal"]._prepare(
            self.archive_ids, self.kind, self.reason, **verdict
        )
        disposals.action_submit()
        name = self.env._("Disposals")
        domain = [("id", "in", disposals.ids)]
        if len(disposals) == 1:
            return open_form(disposals, name=name, domain=domain)
        return open_list(disposals._name, name, domain)


class CustomerArchiveDisposeStep(models.TransientModel):
    """The dialog that asks how files are destroyed, or why they aren't."""

    _name = "customer.archive.dispose.step"
    _description = "Disposal Step"
    _inherit = ["customer.archive.guard"]

    disposal_id = fields.Many2one("customer.archive.disposal", required=True)
    step = fields.Selection(
        [("execute", "Execute"), ("stop", "Stop Destruction")],
        required=True,
        default="execute",
    )
    words = fields.Text(string="Explanation", required=True)

    def action_confirm(self):
        """Take the step; the list decides whether the user may."""
        self.ensure_one()
        if self.step == "execute":
            self.disposal_id.action_execute(self.words)
        else:
            self.disposal_id.action_stop(self.words)
        return {"type": "ir.actions.act_window_close"}
