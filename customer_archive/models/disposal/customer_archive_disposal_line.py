from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.company_day import today_at
from ..common.sentinel import as_system, is_system
from ..common.values import is_text
from .customer_archive_disposal import VERDICT_OF

# State of a file that a list of some kind may take.
STATE_OF = {"close": "active"}
# While a line is in one of these, no other list takes its file.
UNDER_WAY = ("pending", "handover")


class CustomerArchiveDisposalLine(models.Model):
    """One file of a list, what was decided about it, and what became of it."""

    _name = "customer.archive.disposal.line"
    _description = "Disposal Line"
    _inherit = ["customer.archive.guard"]
    _order = "disposal_id desc, id"
    _rec_name = "archive_number"

    disposal_id = fields.Many2one(
        "customer.archive.disposal",
        string="List",
        required=True,
        index=True,
        ondelete="cascade",
    )
    kind = fields.Selection(related="disposal_id.kind")
    disposal_state = fields.Selection(related="disposal_id.state", string="List Status")
    company_id = fields.Many2one(
        related="disposal_id.company_id", store=True, index=True, precompute=True
    )
    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        index=True,
        ondelete="restrict",
    )
    archive_number = fields.Char(
        string="File Number", readonly=True, help="As at the time of listing."
    )
    partner_name = fields.Char(
        string="Customer/Supplier",
        readonly=True,
        help="As at the time of listing; after destruction, the part that is kept.",
    )
    retention_date = fields.Date(related="archive_id.retention_date")
    retention_blockers = fields.Text(related="archive_id.retention_blockers")
    verdict = fields.Selection(
        [
            ("close", "Close File"),
            ("destroy", "Destroy"),
            ("anonymise", "Anonymise"),
            ("extend", "Extend Until"),
            ("keep", "Permanent retention"),
            ("transfer", "Transfer"),
        ],
        string="Appraisal",
    )
    verdict_reason = fields.Char(string="Reason")
    extend_until = fields.Date()
    transfer_to = fields.Char(string="Transferred to")
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("handover", "To Hand Over"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("dropped", "Not executed"),
        ],
        string="Status",
        required=True,
        readonly=True,
        default="pending",
        index=True,
    )
    problem = fields.Text(string="Error Details", readonly=True)
    executed_on = fields.Datetime(string="Executed on", readonly=True)
    is_repeated = fields.Boolean(
        string="Repeated Destruction",
        readonly=True,
        help=(
            "It had been destroyed before the database was restored to an earlier "
            "state."
        ),
    )
    # For the register of destructions.
    list_number = fields.Char(related="disposal_id.name", string="List Number")
    approved_by = fields.Char(related="disposal_id.approved_by")
    executor_id = fields.Many2one(related="disposal_id.executor_id")
    witness_id = fields.Many2one(related="disposal_id.witness_id")
    method = fields.Char(related="disposal_id.method")
    certificate = fields.Char(related="disposal_id.certificate")

    _one_list = models.UniqueIndex(
        "(archive_id) WHERE state IN ('pending', 'handover')",
        "This file is already on another list: see its disposals.",
    )
    _to_execute = models.Index(
        "(disposal_id) WHERE state = 'pending' AND verdict IN ('destroy', 'anonymise')"
    )

    @api.constrains("verdict", "disposal_id")
    def _check_verdict_fits(self):
        for line in self:
            own = VERDICT_OF.get(line.kind)
            if (own and line.verdict != own) or (not own and line.verdict == "close"):
                raise ValidationError(
                    self.env._("This appraisal isn't available for this type of list.")
                )

    # Create, write, delete

    @api.model
    def _protected(self):
        given = ("archive_number", "partner_name", "problem", "executed_on")
        return {
            **super()._protected(),
            **dict.fromkeys(given, False),
            "state": "pending",
            "is_repeated": False,
            "company_id": None,
        }

    @api.model_create_multi
    def create(self, vals_list):
        lists = self.env["customer.archive.disposal"]
        filled = []
        for vals in vals_list:
            kind = lists.browse(vals.get("disposal_id")).sudo().kind
            own = VERDICT_OF.get(kind)
            filled.append({**vals, "verdict": own} if own else vals)
        self._check_unlisted([vals.get("archive_id") for vals in filled])
        lines = super().create(filled)
        if not is_system(self.env):
            lines._check_editable()
            lines._check_may_list()
        lines._take_names()
        return lines

    def write(self, vals):
        if not is_system(self.env):
            if {"archive_id", "disposal_id"} & set(vals):
                raise UserError(
                    self.env._("Remove the file from the list and add another one.")
                )
            self._check_editable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_in_draft(self):
        if not is_system(self.env):
            self._check_editable()

    def _check_editable(self):
        for disposal in self.disposal_id:
            disposal._check_may_prepare("write")
            if disposal.state != "draft":
                raise UserError(
                    self.env._(
                        "%s has been submitted: withdraw it to change it.",
                        disposal.display_name,
                    )
                )

    @api.model
    def _check_unlisted(self, file_ids):
        """Check that no other list has these files.

        :raise UserError: naming the list
        """
        domain = [("archive_id", "in", file_ids), ("state", "in", UNDER_WAY)]
        # A list that the user doesn't see has it all the same.
        for line in self.sudo().search(domain, limit=1):
            raise UserError(
                self.env._(
                    "%(file)s is already on another list, %(list)s: continue "
                    "there, or remove it from that list.",
                    file=line.archive_number,
                    list=line.disposal_id.name,
                )
            )

    def _check_may_list(self):
        """Check that the user may put these files on their lists."""
        for line in self:
            file = line.archive_id
            file.check_access("write" if line.kind == "close" else "read")
            if file.company_id != line.company_id:
                raise UserError(
                    self.env._(
                        "A list can only contain files of one company: %s", file.name
                    )
                )
            if file.state != STATE_OF.get(line.kind, "closed"):
                raise line._wrong_state()

    def _wrong_state(self):
        file = self.archive_id.display_name
        if self.kind == "close":
            return UserError(
                self.env._("%s isn't on record: it can't be closed.", file)
            )
        return UserError(self.env._("%s isn't closed: close it first.", file))

    def _take_names(self):
        for line in self:
            # The file was readable; what is noted of it is its name.
            file = line.archive_id.sudo()
            as_system(line.sudo()).write(
                {"archive_number": file.name, "partner_name": file.partner_id.name}
            )

    # Verdicts

    def _check_verdicts(self):
        """Check, on submission, that each file has a verdict that can be carried out.

        :raise UserError: naming the file
        """
        for line in self:
            name = line.archive_id.display_name
            today = line.company_id._archive_today()
            until = line.extend_until
            if line.archive_id.state != STATE_OF.get(line.kind, "closed"):
                raise line._wrong_state()
            if not line.verdict:
                raise UserError(self.env._("%s: enter the appraisal.", name))
            if line.verdict == "extend" and not (until and until > today):
                raise UserError(
                    self.env._(
                        "%s: enter the date until which it is kept. It must be in the "
                        "future.",
                        name,
                    )
                )
            if line.kind == "review" and not is_text(line.verdict_reason):
                raise UserError(
                    self.env._(
                        "%s: enter the reason. In a manual review each file is "
                        "decided by itself.",
                        name,
                    )
                )
            if line.verdict == "transfer" and not (line.transfer_to or "").strip():
                raise UserError(self.env._("%s: enter the new custodian.", name))

    def action_verdict_destroy(self):
        """Decide, as an archivist, that these files are to be destroyed."""
        self.check_access("write")
        return self.write({"verdict": "destroy", "extend_until": False})

    def action_verdict_anonymise(self):
        """Decide, as an archivist, that these files are to be anonymised."""
        self.check_access("write")
        return self.write({"verdict": "anonymise", "extend_until": False})

    def action_verdict_keep(self):
        """Decide, as an archivist, that these files are kept permanently."""
        self.check_access("write")
        return self.write({"verdict": "keep", "extend_until": False})

    def _carry_out_decisions(self):
        """Do at once what takes nothing away; the list was approved.

        What is handed over waits until two people have done so.
        """
        for line in self:
            handler = {
                "close": line._close_file,
                "extend": line._extend_file,
                "keep": line._keep_file,
            }.get(line.verdict)
            if handler:
                handler()
                line._set_done()
        transferred = self.filtered(lambda line: line.verdict == "transfer")
        as_system(transferred).write({"state": "handover"})
        self.env["customer.archive.transfer"]._begin(transferred)

    def _close_file(self):
        self.archive_id._close(self.disposal_id)

    def _extend_file(self):
        file = self.archive_id
        as_system(file).write({"retention_extended_until": self.extend_until})
        file._update_retention()

    def _keep_file(self):
        as_system(self.archive_id).write({"is_kept_permanently": True})

    def _transfer_file(self):
        as_system(self.archive_id).write(
            {
                "transferred_to": self.transfer_to,
                "transferred_on": today_at(self),
            }
        )

    def _set_done(self, **values):
        now = fields.Datetime.now()
        as_system(self).write({"state": "done", "executed_on": now, **values})
        # Another list may take the file from now on.
        self.flush_recordset(["state"])
        for line in self:
            detail = f"{line.verdict} {line.disposal_id.name}"
            self.env["customer.archive.log"]._record("dispose", line, detail)
