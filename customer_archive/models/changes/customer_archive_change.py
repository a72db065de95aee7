from odoo import api, fields, models
from odoo.exceptions import UserError

from ...exceptions import RedirectWarning
from ..common.company_day import today_here
from ..common.sentinel import as_system
from ..common.windows import open_page


class CustomerArchiveChange(models.Model):
    """An application to change data of a file, field by field 变更申请.

    Once approved, all of it is written in one transaction; if anything has been
    changed by others meanwhile, it goes back to be looked at again.
    """

    _name = "customer.archive.change"
    _description = "Change Request"
    _inherit = ["customer.archive.request"]

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("review", "Awaiting Approval"),
            ("done", "Executed"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )
    purpose = fields.Text(string="Reason")
    asked_by = fields.Char(
        string="Proposed by",
        help="Who on the customer's or supplier's side proposed it, and how.",
    )
    asked_on = fields.Date(string="Proposed on", default=today_here)
    line_ids = fields.One2many(
        "customer.archive.change.line", "change_id", string="Changes", copy=False
    )
    evidence_ids = fields.One2many(
        "customer.archive.document",
        "change_id",
        copy=False,
        help="Documents that prove the change; they become part of the file.",
    )
    evidence_type_id = fields.Many2one(
        "customer.archive.document.type",
        compute="_compute_evidence_type_id",
        export_string_translation=False,
    )
    is_serious = fields.Boolean(
        string="Major",
        compute="_compute_is_serious",
        store=True,
        help=(
            "Affects the name, credit code, bank account or a qualification: "
            "compliance also approves."
        ),
    )
    has_stale = fields.Boolean(
        compute="_compute_has_stale", export_string_translation=False
    )
    done_on = fields.Datetime(string="Executed on", readonly=True, copy=False)
    summary = fields.Char(compute="_compute_summary", string="Subject")

    def _compute_evidence_type_id(self):
        self.evidence_type_id = self.env.ref(
            "customer_archive.document_type_change_evidence", raise_if_not_found=False
        )

    @api.depends("line_ids.field_id.is_serious", "line_ids.contact_id")
    def _compute_is_serious(self):
        for change in self:
            change.is_serious = any(line._is_serious() for line in change.line_ids)

    @api.depends("line_ids.is_stale")
    def _compute_has_stale(self):
        for change in self:
            change.has_stale = any(change.line_ids.mapped("is_stale"))

    @api.depends("line_ids.field_id")
    @api.depends_context("lang")
    def _compute_summary(self):
        for change in self:
            names = change.line_ids.field_id.mapped("name")
            change.summary = ", ".join(filter(None, names))

    @api.model
    def _protected(self):
        return {**super()._protected(), "done_on": False, "is_serious": None}

    @api.model_create_multi
    def create(self, vals_list):
        changes = super().create(vals_list)
        for change in changes:
            change._check_asks()
        return changes

    def _check_asks(self):
        """Changes are asked for by those who look after the file."""
        if not self.archive_id.has_access("write"):
            manager = self.archive_id.sudo().user_id.name
            raise self._refusal(
                self.env._(
                    "Changes are requested by the account manager (%s) or a "
                    "records clerk: ask one of them.",
                    manager,
                ),
                "create",
            )

    # Approval

    def _approval_check(self):
        result = super()._approval_check()
        # Who represents the party may have changed since the lines were written.
        self.env.add_to_compute(self._fields["is_serious"], self)
        for change in self:
            change._check_asks()
            if not change.line_ids:
                raise UserError(self.env._("Enter the changes."))
            if not (change.asked_by or "").strip():
                raise UserError(self.env._("Enter who proposed the change."))
            if change.is_serious and not change._has_evidence():
                raise UserError(
                    self.env._(
                        "This change needs evidence: add the document that proves it."
                    )
                )
            change.line_ids._take_old_values()
            change.line_ids._check_differ()
        return result

    def _lacking(self):
        """Return, in words, what it was submitted with or without, and is no longer."""
        if not any(line._is_serious() for line in self.line_ids):
            return []
        if not self.is_serious:
            return [self.env._("it now affects the legal representative")]
        if not self._has_evidence():
            return [self.env._("the evidence no longer exists")]
        return []

    def _has_evidence(self):
        return any(self.evidence_ids.mapped("is_received"))

    def _next_step(self):
        """Go on, unless data has been changed meanwhile: then ask again.

        Nobody approves a change that would overwrite something they didn't see.
        """
        # Whoever decides needn't see all of what is to be changed.
        lines = self.sudo().line_ids
        lines._lock_rows()
        words = [word for word in (line._outdated() for line in lines) if word]
        words += self.sudo()._lacking()
        if not words:
            return super()._next_step()
        self._clear_current()
        return self.sudo()._ask_again("; ".join(words))

    def _approval_completed(self):
        for change in self:
            change._carry_out()

    def _ask_again(self, words):
        """Send it back: what was approved is no longer what would be overwritten."""
        self.ensure_one()
        self._end_round()
        self._tell(
            self.requester_id,
            lambda own: own.env._(
                "Not executed because data has changed since the request: %s. "
                "Check it again, and resubmit it if it is still correct.",
                words,
            ),
        )

    def _carry_out(self):
        """Write all of it; the decisions, and who asked, were checked before."""
        self.ensure_one()
        self.line_ids._write_new_values()
        as_system(self).write({"state": "done", "done_on": fields.Datetime.now()})
        names = self.line_ids.mapped(
            lambda line: f"{line.subject}.{line.field_id.field_name}"
        )
        detail = f"{self.name}: {' '.join(names)}"
        self.env["customer.archive.log"]._record("change", self, detail, self.purpose)
        self._tell(self.requester_id, lambda own: own.env._("Approved and executed."))

    # The way from a refused edit to a request

    @api.model
    def _needed(self, archive, message, lines):
        """Return the error for an edit that needs a request, with the way to one.

        :param archive: the file, as superuser
        :param message: what is refused, as a sentence
        :param lines: values of change lines that say what was typed
        """
        own = archive.sudo(False)
        if not (own.has_access("read") and own.has_access("write")):
            return UserError(
                self.env._(
                    "%(problem)s Ask its account manager, %(manager)s, "
                    "for a change request.",
                    problem=message,
                    manager=archive.user_id.name,
                )
            )
        if archive.company_id != self.env.company:
            return UserError(
                self.env._(
                    "%(problem)s Switch to %(company)s to make a change request there.",
                    problem=message,
                    company=archive.company_id.name,
                )
            )
        action = open_page(self.browse(), self.env._("Change Request"))
        context = {
            "default_partner_id": archive.partner_id.id,
            "default_archive_id": archive.id,
            "default_line_ids": [[0, 0, line] for line in lines],
        }
        words = self.env._("%s Make a change request.", message)
        button = self.env._("Request this Change")
        return RedirectWarning(words, action, button, context)

    @api.depends("done_on")
    def _compute_duration(self):
        return super()._compute_duration()

    def _duration_end(self):
        return self._day_of(self.done_on)
