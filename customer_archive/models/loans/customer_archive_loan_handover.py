from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import MANAGEMENT
from ..common.row_lock import touch_rows
from ..common.sentinel import as_system
from ..common.values import is_text, label
from .customer_archive_loan_line import CONDITIONS, OUT_OF_CABINET


class Step(NamedTuple):
    """One person's word that a paper changed hands; it takes another's besides."""

    field: str  # who gave it
    other: str  # who gives the other one
    states: tuple  # in which it can be given
    half: str  # state once one has given it
    whole: str  # state once both have
    moment: str  # when that was
    is_archivist: bool


_HERE, _AWAY = ("waiting", "handing"), ("out", "returning", "lost")
HANDED = Step("handed_by_id", "received_by_id", _HERE, "handing", "out", "out_on", True)
RECEIVED = HANDED._replace(
    field="received_by_id", other="handed_by_id", is_archivist=False
)
BROUGHT = Step(
    "brought_by_id",
    "taken_by_id",
    _AWAY,
    "returning",
    "returned",
    "returned_on",
    False,
)
TAKEN = BROUGHT._replace(field="taken_by_id", other="brought_by_id", is_archivist=True)


class CustomerArchiveLoan(models.Model):
    """Handing out and taking back: by borrower and archivist together.

    Each side confirms for itself, in any order, some papers or all of them.
    """

    _inherit = "customer.archive.loan"

    can_hand_out = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_confirm_receipt = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_bring_back = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_take_back = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_report_lost = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_cancel = fields.Boolean(compute="_compute_can", export_string_translation=False)

    @api.depends("line_ids.can_hand_out", "line_ids.can_confirm_receipt")
    @api.depends("line_ids.can_bring_back", "line_ids.can_take_back", "state")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        for loan in self:
            lines = loan.line_ids
            away = lines.filtered(lambda line: line.state != "lost")
            loan.can_hand_out = any(lines.mapped("can_hand_out"))
            loan.can_confirm_receipt = any(lines.mapped("can_confirm_receipt"))
            loan.can_bring_back = any(away.mapped("can_bring_back"))
            loan.can_take_back = any(lines.mapped("can_take_back"))
            concerned = loan._is_archivist(user) or user in loan._borrower_side()
            states = set(lines.mapped("state"))
            loan.can_report_lost = concerned and bool(states & {"out", "returning"})
            loan.can_cancel = concerned and bool(states & set(_HERE))

    # Public methods

    def action_hand_out(self, line_ids=None):
        """Confirm as an archivist that papers were handed out.

        :param line_ids: ids of the papers; all that can be, if not given
        :raise AccessError: unless the user is an archivist and not the borrower
        :raise UserError: if a paper is out on another loan, or it is too late
        """
        return self._confirm(HANDED, line_ids)

    def action_confirm_receipt(self, line_ids=None):
        """Confirm as the borrower that papers were received.

        :param line_ids: ids of the papers; all that can be, if not given
        :raise AccessError: unless the user is the borrower
        :raise UserError: if a paper is out on another loan, or it is too late
        """
        return self._confirm(RECEIVED, line_ids)

    def action_bring_back(self, line_ids=None):
        """Confirm as the borrower that papers were brought back.

        :param line_ids: ids of the papers; all that are out, if not given
        :raise AccessError: unless the user is the borrower
        """
        return self._confirm(BROUGHT, line_ids)

    def action_take_back(self, conditions):
        """Confirm as an archivist that papers were taken back, and in which condition.

        :param conditions: list of ``{"line_id": id, "condition": code, "note": text}``;
            codes are ``good``, ``damaged`` and ``incomplete``, the latter two
            need a note
        :raise AccessError: unless the user is an archivist and not the borrower
        """
        found = self._checked_conditions(conditions)
        return self._confirm(TAKEN, list(found), found)

    def action_report_lost(self, line_ids, note):
        """Report papers as lost, as the borrower or an archivist.

        Management is told. A paper that is found again can still be taken back.

        :param line_ids: ids of the papers
        :param str note: what happened
        """
        self.ensure_one()
        if not is_text(note):
            raise UserError(self.env._("Describe what happened to the items."))
        if not line_ids:
            raise UserError(self.env._("Select the lost items."))
        self._wait_for_others()
        self._check_concerned("report_lost")
        lines = self._lines(
            line_ids, ("out", "returning"), lambda line: not line.taken_by_id
        )
        # The side was checked; the system writes the lines.
        as_system(lines.sudo()).write(
            {
                "state": "lost",
                "lost_by_id": self.env.uid,
                "lost_on": fields.Datetime.now(),
                "remarks": note.strip(),
                "brought_by_id": False,
                "taken_by_id": False,
            }
        )
        self._record_step(lines, "lost", note.strip())
        self._settle()
        self._tell_of_loss(lines, note.strip())
        return True

    def action_cancel(self, line_ids=None):
        """Give up papers that weren't collected, or take back one's own confirmation.

        :param line_ids: ids of the papers; all that weren't collected, if not given
        :raise AccessError: unless the user is the borrower or an archivist
        :raise UserError: if the other one has confirmed that a paper changed hands
        """
        self.ensure_one()
        self._wait_for_others()
        self._check_concerned("cancel")
        lines = self._lines(line_ids, _HERE)
        archivist = self._is_archivist(self.env.user)
        field = RECEIVED.field if archivist else HANDED.field
        for line in lines:
            if line[field]:
                raise UserError(
                    self.env._(
                        "“%(item)s”: %(user)s has confirmed the handover. Return "
                        "it, or have that confirmation withdrawn first.",
                        item=line.type_id.name,
                        user=line.sudo()[field].name,
                    )
                )
        # The side was checked; the system writes the lines.
        as_system(lines.sudo()).write(
            {"state": "cancelled", HANDED.field: False, RECEIVED.field: False}
        )
        self._record_step(lines, "cancelled")
        self._settle()
        return True

    # Checks

    def _check_concerned(self, operation):
        self.ensure_one()
        user = self.env.user
        if not (self._is_archivist(user) or user in self._borrower_side()):
            raise self._refusal(
                self.env._("Only the borrower or an archivist can do this."), operation
            )

    def _check_side(self, step):
        """Check that the user speaks for the side that ``step`` is of (four eyes)."""
        user = self.env.user
        if step.is_archivist and not self._is_archivist(user):
            raise self._refusal(
                self.env._(
                    "An archivist confirms this, but never for items that they "
                    "borrow themselves (four-eyes principle)."
                ),
                step.field,
            )
        if not step.is_archivist and user not in self._borrower_side():
            raise self._refusal(
                self.env._("This must be confirmed by the borrower in person."),
                step.field,
            )

    def _lines(self, line_ids, states, left=lambda _line: True):
        """Return the lines that a client named, or those that can be meant.

        :param line_ids: from the client; None for all that fit
        :param states: in which a line fits
        :param left: whether a line isn't done yet
        :raise UserError: if a line is of another loan, or doesn't fit
        """
        if line_ids is None:
            lines = self.line_ids.filtered(
                # A lost paper is found by naming it.
                lambda line: (
                    line.state in states and line.state != "lost" and left(line)
                )
            )
            if not lines:
                raise UserError(
                    self.env._("%s has no matching item.", self.display_name)
                )
            return lines
        ids = line_ids if isinstance(line_ids, list | tuple) else [line_ids]
        ids = {each for each in ids if isinstance(each, int)} or {0}
        lines = self.line_ids.filtered(lambda line: line.id in ids)
        if len(lines) != len(ids):
            raise UserError(
                self.env._("Select items of this loan (%s).", self.display_name)
            )
        for line in lines:
            if line.state not in states or not left(line):
                raise UserError(
                    self.env._(
                        "“%(item)s”: not possible in this status (%(state)s).",
                        item=line.type_id.name,
                        state=label(line, "state"),
                    )
                )
        return lines

    def _checked_conditions(self, conditions):
        """Return (condition, note) by line id from what a client sent.

        :raise UserError: if a condition is missing or unknown
        """
        found = {}
        rows = conditions if isinstance(conditions, list | tuple) else []
        for row in rows:
            row = row if isinstance(row, dict) else {}
            code, note = row.get("condition"), row.get("note") or ""
            if code not in dict(CONDITIONS) or not isinstance(note, str):
                raise UserError(
                    self.env._("Enter the condition of each returned item.")
                )
            if code != "good" and not note.strip():
                raise UserError(self.env._("Describe what is damaged or missing."))
            line_id = row.get("line_id")
            found[line_id if isinstance(line_id, int) else 0] = (code, note.strip())
        if not found:
            raise UserError(self.env._("Select the returned items."))
        return found

    # Steps

    def _confirm(self, step, line_ids, conditions=None):
        """Take the user's word for ``step``; with both, the paper has changed hands."""
        self.ensure_one()
        self._wait_for_others()
        self._check_side(step)
        lines = self._lines(line_ids, step.states, lambda line: not line[step.field])
        for line in lines:
            if line[step.other] == self.env.user:
                raise self._refusal(
                    self.env._(
                        "The other party must confirm this, not you (four-eyes "
                        "principle)."
                    ),
                    step.field,
                )
        if step.half == "handing":
            self._check_can_go_out(lines)
        if conditions:
            self._keep_conditions(lines, conditions)
        whole = lines.filtered(lambda line: line[step.other])
        half = {step.field: self.env.uid, "state": step.half}
        both = {**half, "state": step.whole, step.moment: fields.Datetime.now()}
        # The side was checked; the system writes the lines.
        as_system((lines - whole).sudo()).write(half)
        as_system(whole.sudo()).write(both)
        self._record_step(lines, step.field.removesuffix("_by_id"))
        self._settle()
        return True

    def _record_step(self, lines, step, note=None):
        log = self.env["customer.archive.log"]
        log._record("loan", lines, f"{self.name} {step}", note)

    def _keep_conditions(self, lines, conditions):
        for line in lines:
            code, note = conditions[line.id]
            values = {"condition": code}
            if note:
                remarks = filter(None, [line.remarks, note])
                values["remarks"] = "\n".join(remarks)
            as_system(line.sudo()).write(values)
            self._record_step(line, f"condition {code}", note or None)

    def _check_can_go_out(self, lines):
        """Check that the papers are in the cabinet and the loan still runs.

        :raise UserError: naming the loan that has a paper
        """
        lines = lines.filtered(lambda line: line.state == "waiting")
        if not lines:
            return
        today = self.company_id._archive_today()
        if self.due_date and self.due_date < today:
            raise UserError(
                self.env._(
                    "%s has ended: nothing more can be handed out.",
                    self.display_name,
                )
            )
        # sudo: the confirming user need not see the file.
        items = lines.sudo().document_id
        if set(items.archive_id.mapped("state")) != {"active"}:
            raise UserError(self.env._("The file is no longer on record."))
        gone = items.filtered(lambda item: not item.is_paper)
        if gone:
            raise UserError(
                self.env._(
                    "No longer kept on paper: %s.",
                    ", ".join(gone.type_id.mapped("name")),
                )
            )
        self._claim(items)
        items._check_not_out()

    def _claim(self, items):
        """Let whoever hands out the same papers at this moment finish first.

        Whoever comes second is started again, and reads which loan has them.
        """
        touch_rows(items)

    def _settle(self):
        """Move the loan on to what its papers say."""
        loan = as_system(self.sudo())
        states = set(loan.line_ids.mapped("state"))
        if loan.state == "approved" and states & {"out"}:
            due = loan.company_id._archive_working_day(loan.days)
            loan.write({"state": "out", "due_date": due})
            loan._restart_reminders()
        elif loan.state == "out" and not states & {"handing", "out", "returning"}:
            # What nobody came for while the rest was out isn't held any longer.
            waiting = loan.line_ids.filtered(lambda line: line.state == "waiting")
            waiting.write({"state": "cancelled"})
            loan.write({"state": "returned"})
            loan._end_reminders()
            loan.extension_ids._end_with_loan()
        elif loan.state == "approved" and states == {"cancelled"}:
            loan.write({"state": "cancelled"})
        if not states & set(OUT_OF_CABINET):
            loan._activities("mail_activity_loan_lost").unlink()

    def _tell_of_loss(self, lines, note):
        """Tell management what was lost: of which file, what kind of copy, by whom."""

        def words(loan):
            loan = loan.sudo()
            papers = loan.line_ids.browse(lines.ids)
            return loan.env._(
                "Lost: %(papers)s of %(file)s, lent to %(user)s on %(loan)s. %(note)s",
                papers=", ".join(
                    f"{line.type_id.name} ({label(line, 'form')})" for line in papers
                ),
                file=loan.archive_id.display_name,
                user=loan.user_id.name,
                loan=loan.name,
                note=note,
            )

        management = self._users_of(MANAGEMENT)
        self._notify(management, "mail_activity_loan_lost", words)
