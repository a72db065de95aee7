from odoo import api, fields, models

from ..common.fields import LooseMany2one
from ..common.roles import SEES_IMPORTED_FILES


class CustomerArchiveImportRow(models.Model):
    """What became of a row of a ledger: what going on and taking back need."""

    _name = "customer.archive.import.row"
    _description = "Ledger Row"
    _inherit = ["customer.archive.guard"]
    _order = "import_id, number"
    _rec_name = "number"

    import_id = fields.Many2one(
        "customer.archive.import", required=True, readonly=True, ondelete="cascade"
    )
    number = fields.Integer(string="Row", required=True, readonly=True, aggregator=None)
    result = fields.Selection(
        [
            ("created", "New File"),
            ("updated", "Changed"),
            ("error", "Error"),
            ("undone", "Undone"),
        ],
        required=True,
        readonly=True,
    )
    archive_id = LooseMany2one(
        "customer.archive",
        string="File",
        readonly=True,
        index="btree_not_null",
        groups=SEES_IMPORTED_FILES,
    )
    problems = fields.Json(string="Issues", readonly=True, groups=fields.NO_ACCESS)
    message = fields.Text(compute="_compute_message", compute_sudo=True)
    # What taking it back needs: ids that were made, and values before. When it was says
    # the time of creation: that of the transaction, as on what it wrote.
    made = fields.Json(string="Created Records", readonly=True, groups=fields.NO_ACCESS)
    before = fields.Json(readonly=True, groups=fields.NO_ACCESS)

    _once = models.UniqueIndex("(import_id, number)")

    @api.depends("problems")
    @api.depends_context("lang")
    def _compute_message(self):
        imports = self.env["customer.archive.import"]
        for row in self:
            row.message = "\n".join(
                imports._problem_line(*problem) for problem in row.problems or ()
            )

    def _refuse_outsiders(self):
        raise self._refusal(
            self.env._("Ledger rows are recorded by their import."), "write"
        )

    def unlink(self):
        # Erased with a file: the table that said the same goes, too.
        self.sudo().filtered("archive_id").import_id._forget_upload()
        return super().unlink()
