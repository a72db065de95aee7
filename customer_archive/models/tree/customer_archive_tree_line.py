from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.sentinel import as_system, is_system


class CustomerArchiveTreeLine(models.Model):
    """One file of an export, with its part of the manifest: it goes with the file."""

    _name = "customer.archive.tree.line"
    _description = "File of an Electronic Tree Export"
    _inherit = ["customer.archive.guard"]
    _order = "tree_id desc, id"
    _rec_name = "archive_number"
    _check_company_auto = True

    tree_id = fields.Many2one(
        "customer.archive.tree",
        string="Electronic Tree Export",
        required=True,
        index=True,
        ondelete="cascade",
    )
    tree_state = fields.Selection(related="tree_id.state", string="Export Status")
    company_id = fields.Many2one(
        related="tree_id.company_id", store=True, index=True, precompute=True
    )
    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    archive_number = fields.Char(
        string="File Number", readonly=True, help="As at the time of listing."
    )
    copies = fields.Integer(
        string="Number of Copies",
        readonly=True,
        aggregator="sum",
        help="As they were when it was submitted; what came later isn't exported.",
    )
    size = fields.Float(string="Size (MB)", readonly=True, digits=(16, 1))
    folder = fields.Char(readonly=True, help="Where they are in the tree.")
    # The file's, as it was for those who decide.
    security_level = fields.Char(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
    )
    # JSON: what the manifest says of each copy, and which stored copy it is.
    entries = fields.Text(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        prefetch=False,
        export_string_translation=False,
    )

    _once = models.UniqueIndex(
        "(tree_id, archive_id)", "A file can be exported only once in one tree."
    )

    @api.model
    def _protected(self):
        names = ("archive_number", "folder", "security_level", "entries")
        return {
            **super()._protected(),
            **dict.fromkeys(names, False),
            **dict.fromkeys(("copies", "size"), 0),
            "company_id": None,
        }

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not is_system(self.env):
            lines._check_draft()
            lines.archive_id.check_access("read")
        for line in lines:
            as_system(line).archive_number = line.archive_id.sudo().name
        return lines

    def write(self, vals):
        if not is_system(self.env):
            self._check_draft()
            if {"tree_id", "archive_id"} & vals.keys():
                raise UserError(
                    self.env._("Delete this line, and add the other file instead.")
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_in_draft(self):
        if not is_system(self.env):
            self._check_draft()

    def _check_draft(self):
        for tree in self.tree_id:
            if tree.state != "draft":
                raise UserError(
                    self.env._(
                        "%s has been submitted: withdraw it to change it.", tree.name
                    )
                )
