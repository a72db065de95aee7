from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.customer_archive_locked import same_but
from ..common.row_lock import lock_rows
from ..common.sentinel import as_system, is_system
from ..common.windows import open_form
from .customer_archive_audit import AUDIT, FINDING, POINT


class CustomerArchiveAuditLine(models.Model):
    """One point of a check, in one file or on the whole: in order, or a finding."""

    _name = "customer.archive.audit.line"
    _description = "Line of a Supervisor's Check"
    _inherit = ["customer.archive.locked", "customer.archive.listed"]
    _order = "audit_id desc, archive_id, sequence, id"
    _rec_names_search = ["name", "audit_id.name"]
    _locked_with = "audit_id"
    _filled_in = ("note",)

    audit_id = fields.Many2one(
        AUDIT,
        string="Supervisor's Check",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="audit_id.company_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(related="audit_id.state", string="Status of the Check")
    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: looked at on the whole.",
    )
    point_id = fields.Many2one(
        POINT,
        string="Point of Checks",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    # As it was asked for then: points may be changed later.
    name = fields.Char(string="What Is Checked", required=True, readonly=True)
    basis = fields.Char(string="What the Regulation Says", readonly=True)
    sequence = fields.Integer(readonly=True, aggregator=None)
    result = fields.Selection(
        [
            ("ok", "In Order"),
            ("finding", "Finding"),
            ("none", "Not Applicable"),
        ],
        readonly=True,
        index=True,
    )
    note = fields.Char(string="Remarks")
    answered_by_id = fields.Many2one(
        "res.users",
        string="Point Checked by",
        readonly=True,
        ondelete="restrict",
    )
    answered_on = fields.Datetime(string="Point Checked at", readonly=True)
    finding_ids = fields.One2many(FINDING, "line_id", readonly=True)
    can_check = fields.Boolean(compute="_compute_can", export_string_translation=False)

    _once = models.UniqueIndex(
        "(audit_id, point_id, COALESCE(archive_id, 0))",
        "Each point is looked at once in a file.",
    )

    @api.depends("audit_id", "archive_id", "name")
    def _compute_display_name(self):
        for line in self:
            # Who may read the line may know of what it is.
            own = line.sudo()
            parts = (own.audit_id.name, own.archive_id.name, own.name)
            line.display_name = " ".join(filter(None, parts))

    @api.depends("audit_id", "state")
    @api.depends_context("uid")
    def _compute_can(self):
        for line in self:
            line.can_check = line.sudo().audit_id.with_env(self.env).can_check

    # Create, write, delete

    def write(self, vals):
        if "note" in vals and not is_system(self.env):
            self._check_may_answer()
        return super().write(vals)

    def _listed_words(self):
        return self.env._(
            "What is looked at is written down when the check is begun: answer each "
            "point."
        )

    @api.model
    def _still_written(self):
        # A row of what is signed stays; its words go with a file that is destroyed.
        return f"""NEW.note IS NULL AND {same_but("note")}
            AND EXISTS (SELECT 1 FROM customer_archive a
                         WHERE a.id = OLD.archive_id AND a.state = 'destroyed')"""

    # Answering

    def action_in_order(self):
        """Say that these points are in order.

        :raise AccessError: for others than who checks, and the group
        """
        return self._answer("ok")

    def action_not_applicable(self):
        """Say that these points don't apply here.

        :raise AccessError: for others than who checks, and the group
        """
        return self._answer("none")

    def action_finding(self):
        """Say that something was found, and return the form in which it is said.

        :raise AccessError: for others than who checks, and the group
        """
        self.ensure_one()
        if self.result == "finding":
            self._check_may_answer()
        else:
            self._answer("finding")
        # Who checks reads what was found.
        finding = self.sudo().finding_ids
        return open_form(finding.with_env(self.env))

    def _answer(self, result):
        self._check_may_answer()
        # The right to check was checked; what else was found is found no more.
        own = self.sudo()
        own.finding_ids._drop()
        as_system(own).write(
            {
                "result": result,
                "answered_by_id": self.env.uid,
                "answered_on": fields.Datetime.now(),
            }
        )
        if result == "finding":
            self.env[FINDING]._begin(own)
        return True

    def _check_may_answer(self):
        self.check_access("read")
        for audit in self.sudo().audit_id.with_env(self.env):
            audit._check_checks()
            lock_rows(audit, "SHARE")
            audit.invalidate_recordset(["state"])
            audit._check_audit_state("open")
        lock_rows(self)
        done = self.sudo().finding_ids.filtered(
            lambda finding: finding.finding_state != "open"
        )
        if done:
            raise UserError(
                self.env._(
                    "“%s” is corrected already: what was found stays as it is.",
                    done[0].display_name,
                )
            )

    def action_open_file(self):
        """Return the action that shows the file.

        :raise UserError: if it is about no file
        """
        self.ensure_one()
        if not self.archive_id:
            raise UserError(self.env._("This concerns no single file."))
        return open_form(self.archive_id)
