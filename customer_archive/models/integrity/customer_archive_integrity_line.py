from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.fields import LooseMany2one
from ..common.roles import ARCHIVIST
from ..common.sentinel import as_system
from ..common.values import is_text
from ..common.windows import open_form

# By problem, the check that it fails; by check, the property that it is about.
CHECK_OF = {
    "altered": "digest",
    "type": "format",
    "missing": "content",
    "size": "content",
    "orphan": "belonging",
    "number": "numbers",
    "key": "key",
    "unreadable": "readable",
    "plain": "encrypted",
    "trouble": "harmless",
}
PROPERTY_OF = {
    "digest": "authenticity",
    "content": "integrity",
    "belonging": "integrity",
    "numbers": "integrity",
    "key": "usability",
    "readable": "usability",
    "format": "usability",
    "encrypted": "safety",
    "harmless": "safety",
}


class CustomerArchiveIntegrityLine(models.Model):
    """One check with its result, or one thing that failed it 检测结果."""

    _name = "customer.archive.integrity.line"
    _description = "Result of a Four-Property Check"
    _inherit = ["customer.archive.guard"]
    _order = "property, check, problem, id"
    _rec_name = "check"

    integrity_id = fields.Many2one(
        "customer.archive.integrity",
        string="Four-Property Check",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="integrity_id.company_id", store=True, index=True, precompute=True
    )
    property = fields.Selection(
        [
            ("authenticity", "Authenticity"),
            ("integrity", "Integrity"),
            ("usability", "Usability"),
            ("safety", "Safety"),
        ],
        compute="_compute_property",
        store=True,
        precompute=True,
    )
    check = fields.Selection(
        [
            ("digest", "Content is as it was filed (SHA-256)"),
            ("content", "Content is there, in its full size"),
            ("belonging", "Everything stored belongs to an item"),
            ("numbers", "File numbers have no gaps"),
            ("key", "Key is there"),
            ("readable", "Content can be read"),
            ("format", "Format is as registered"),
            ("encrypted", "Content is encrypted"),
            ("harmless", "No program, macro or password in it"),
        ],
        compute="_compute_check",
        store=True,
        readonly=False,
        precompute=True,
    )
    problem = fields.Selection(
        [
            ("altered", "Altered, damaged or exchanged"),
            ("type", "Another format than registered"),
            ("missing", "Not there any more"),
            ("size", "Cut off, or another size than registered"),
            ("orphan", "Belongs to no item"),
            ("number", "Number missing"),
            ("key", "Key is lost"),
            ("unreadable", "Can't be read from the disk"),
            ("plain", "Not encrypted"),
            ("trouble", "Program, macros or password"),
        ],
        readonly=True,
    )
    tried = fields.Integer(string="Looked at", readonly=True, aggregator=None)
    failed = fields.Integer(readonly=True, aggregator=None)
    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    document_id = LooseMany2one(
        "customer.archive.document", string="Item", readonly=True
    )
    # A number, and no reference: the line is no evidence that keeps the copy.
    copy_id = fields.Integer(
        readonly=True, aggregator=None, export_string_translation=False
    )
    copy_name = fields.Char(
        string="Name", readonly=True, help="Of the copy; else what is missing or there."
    )
    note = fields.Char(string="What Was Done")
    settled_on = fields.Date(string="Settled on", readonly=True)
    settled_by_id = fields.Many2one("res.users", string="Settled by", readonly=True)
    can_settle = fields.Boolean(
        compute="_compute_can_settle", export_string_translation=False
    )

    @api.depends("problem")
    def _compute_check(self):
        for line in self:
            # Of what passed it was given.
            line.check = CHECK_OF.get(line.problem) or line.check

    @api.depends("check")
    def _compute_property(self):
        for line in self:
            line.property = PROPERTY_OF.get(line.check)

    @api.depends("problem", "settled_on")
    @api.depends_context("uid")
    def _compute_can_settle(self):
        may = self.env.user.has_group(ARCHIVIST)
        for line in self:
            line.can_settle = bool(may and line.problem and not line.settled_on)

    @api.model
    def _protected(self):
        names = (
            *("integrity_id", "problem", "archive_id", "document_id"),
            *("copy_name", "settled_on", "settled_by_id"),
        )
        return {
            **super()._protected(),
            **dict.fromkeys(names, False),
            **dict.fromkeys(("company_id", "property", "check")),
            **dict.fromkeys(("copy_id", "tried", "failed"), 0),
        }

    def write(self, vals):
        if "note" in vals and any(self.mapped("settled_on")):
            raise UserError(
                self.env._("What was settled stays as it is: check the copies anew.")
            )
        return super().write(vals)

    def action_settle(self, note=None):
        """Say that these problems are settled, as an archivist.

        :param str note: what was done; else what was written into them
        :raise AccessError: for everybody else
        :raise UserError: without a note, or if there is nothing to settle
        """
        self.check_access("read")
        if not self.env.user.has_group(ARCHIVIST):
            raise self._refusal(
                self.env._("Problems with stored copies are settled by archivists."),
                "settle",
            )
        for line in self:
            words = note if is_text(note) else line.note
            if not line.problem or line.settled_on:
                raise UserError(self.env._("There is nothing to settle here."))
            if not is_text(words):
                raise UserError(
                    self.env._(
                        "Enter what was done about it, such as “restored from the "
                        "backup” or “scanned anew”."
                    )
                )
            # The role was checked above.
            as_system(line.sudo()).write(
                {
                    "note": words.strip(),
                    "settled_on": line.company_id._archive_today(),
                    "settled_by_id": self.env.uid,
                }
            )
            self.env["customer.archive.log"]._record(
                "integrity",
                line.archive_id or line,
                f"settled {line.problem}",
                words,
            )
        self.sudo().integrity_id._settled()
        return True

    def action_open_file(self):
        """Return the action that shows the file.

        :raise UserError: if it is about no file
        """
        self.ensure_one()
        if not self.archive_id:
            raise UserError(self.env._("This concerns no single file."))
        return open_form(self.archive_id)
