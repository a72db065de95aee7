from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..common.escalation import head_of
from ..common.roles import MANAGEMENT
from ..common.row_lock import wait_for_others
from ..common.sentinel import as_system, quietly
from ..common.values import is_text


class CustomerArchiveAnnualRequest(models.Model):
    """What the handler of a party is asked once a year: new papers 年度资料更新.

    Which ones says the item type. What was asked for before papers were named is
    answered by anything received, or by a remark.
    """

    _name = "customer.archive.annual.request"
    _description = "Document Update Request"
    _inherit = ["customer.archive.task"]
    _order = "id desc"

    _open_state = "asked"
    _activity_kind = "mail_activity_annual"

    annual_id = fields.Many2one(
        "customer.archive.annual",
        string="Annual Run",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    year = fields.Integer(related="annual_id.year", store=True, aggregator=None)
    user_id = fields.Many2one(string="Handler")
    asked_on = fields.Date(string="Sent on", required=True, readonly=True)
    due_date = fields.Date(string="Answer By")
    state = fields.Selection(
        [("asked", "Requested"), ("answered", "Answered"), ("waived", "Waived")],
        string="Status",
        required=True,
        readonly=True,
        default="asked",
        index=True,
        tracking=True,
    )
    answered_on = fields.Date(string="Completed on", readonly=True)
    answered_by_id = fields.Many2one("res.users", string="Completed by", readonly=True)
    missing_count = fields.Integer(
        compute="_compute_papers", compute_sudo=True, string="Missing Items"
    )
    expired_count = fields.Integer(
        compute="_compute_papers", compute_sudo=True, string="Expired Items"
    )
    renewed_count = fields.Integer(
        compute="_compute_papers",
        compute_sudo=True,
        string="Items Received Since",
        help="Items of the file received since its handler was asked.",
    )
    asked_type_ids = fields.Many2many(
        "customer.archive.document.type",
        "customer_archive_annual_request_type_rel",
        "request_id",
        "type_id",
        string="Requested Documents",
        readonly=True,
    )
    received_type_ids = fields.Many2many(
        "customer.archive.document.type",
        compute="_compute_types",
        compute_sudo=True,
        string="Received Documents",
        help="Received since the annual run began, and not expired.",
    )
    lacking_type_ids = fields.Many2many(
        "customer.archive.document.type",
        compute="_compute_types",
        compute_sudo=True,
        string="Outstanding Documents",
    )
    can_waive = fields.Boolean(
        compute="_compute_can_waive", export_string_translation=False
    )

    _once = models.UniqueIndex(
        "(annual_id, archive_id)",
        "Updated documents have already been requested for this file.",
    )

    @api.depends("archive_id.document_ids.is_complete", "archive_id.missing_type_ids")
    def _compute_papers(self):
        for request in self:
            items = request.archive_id.document_ids
            request.missing_count = len(request.archive_id.missing_type_ids)
            expired = items.filtered(lambda item: item.state == "expired")
            request.expired_count = len(expired)
            request.renewed_count = len(
                items.filtered(
                    lambda item, since=request.asked_on: (
                        item.received_on and item.received_on >= since
                    )
                )
            )

    @api.depends(
        *("asked_type_ids", "annual_id.date", "archive_id.document_ids.type_id"),
        *("archive_id.document_ids.received_on", "archive_id.document_ids.state"),
    )
    def _compute_types(self):
        for request in self:
            since = request.annual_id.date
            items = request.archive_id.document_ids.filtered(
                lambda item, since=since: (
                    item.is_received
                    and item.state != "expired"
                    and item.received_on
                    and item.received_on >= since
                )
            )
            received = request.asked_type_ids & items.type_id
            request.received_type_ids = received
            request.lacking_type_ids = request.asked_type_ids - received

    @api.depends("state", "department_id.manager_id")
    @api.depends_context("uid")
    def _compute_can_waive(self):
        for request in self:
            request.can_waive = request.state == "asked" and request._may_waive()

    @api.model
    def _protected(self):
        recorded = ("annual_id", "asked_on", "answered_on", "answered_by_id")
        return {
            **super()._protected(),
            **dict.fromkeys(recorded, False),
            "asked_type_ids": [],
            "year": None,
        }

    # Public methods

    def action_answer(self, note=None):
        """Say that the papers were asked for, and what came of it.

        :param str note: where no papers were named, needed if none was received since,
            unless it was written into the request
        :raise AccessError: unless the user is its handler, the account manager or
            the head of the department
        :raise UserError: naming the papers that were asked for and aren't there
        """
        wait_for_others(self)
        self._check_may_act()
        for request in self:
            words = note if is_text(note) else request.note
            request._check_received(words)
            request._settle("answered", words)
        return True

    def _check_received(self, words):
        """Check that what was asked for is there.

        :param words: remarks, which suffice where no papers were named
        :raise UserError: saying what lacks
        """
        self.ensure_one()
        if self.lacking_type_ids:
            raise UserError(
                self.env._(
                    "%(request)s: not received since %(date)s: %(documents)s. Add the "
                    "new items to the file. If a document can't be obtained, the "
                    "department head can decide that no answer is needed.",
                    request=self.display_name,
                    date=self.annual_id.date,
                    documents=", ".join(self.lacking_type_ids.mapped("name")),
                )
            )
        if not (self.asked_type_ids or self.renewed_count or is_text(words)):
            raise UserError(
                self.env._(
                    "%s: nothing has been received since you were asked. Add the new "
                    "items to the file, or explain in the remarks why there are none.",
                    self.display_name,
                )
            )

    def action_waive(self, reason=None):
        """Do without an answer, as head of the department or management.

        :param str reason: why; else what was written into the request
        :raise AccessError: if the user is neither
        """
        wait_for_others(self)
        for request in self:
            if not request._may_waive():
                raise request._refusal(
                    self.env._(
                        "Only the department head or management can decide that no "
                        "answer is needed."
                    ),
                    "waive",
                )
            request._check_may_write()
            words = reason if is_text(reason) else request.note
            if not is_text(words):
                raise UserError(
                    self.env._("Enter in the remarks why no answer is needed.")
                )
            request._settle("waived", words)
        return True

    def _may_waive(self):
        self.ensure_one()
        head = head_of(self.sudo())
        return self.env.user == head or self.env.user.has_group(MANAGEMENT)

    def _may_write(self):
        return super()._may_write() or self._may_waive()

    def _settle(self, state, note):
        self.ensure_one()
        self._finish_activities(note)
        # Who may was checked before.
        as_system(self.sudo()).write(
            {
                "state": state,
                "note": note.strip() if is_text(note) else False,
                "answered_on": self.company_id._archive_today(),
                "answered_by_id": self.env.uid,
            }
        )
        self.env["customer.archive.log"]._record("review", self, state, note)

    # Asking; called as superuser

    @api.model
    def _ask_for(self, run, archives):
        """Ask the handlers of files for their papers, in a run."""
        users = archives._responsible_users()
        today = run.company_id._archive_today()
        quiet = quietly(self, "tracking_disable", "mail_create_nosubscribe")
        created = as_system(quiet).create(
            [
                {
                    "annual_id": run.id,
                    "archive_id": archive.id,
                    "user_id": users[archive].id,
                    "asked_on": today,
                    "due_date": max(run.due_date, today),
                    "asked_type_ids": [Command.set(archive._types_asked_yearly().ids)],
                }
                for archive in archives
            ]
        )
        requests = self.browse(created.ids)
        requests._ask()
        return requests

    def _asked_words(self):
        return self.env._("Annual run %s: request updated documents", self.year)

    def _cancel(self):
        """Ask no more, because the files end."""
        self.activity_ids.unlink()
        words = self._archive_in_house().env._("File closed.")
        as_system(self).write({"state": "waived", "note": words})

    @api.model
    def _progress_by(self, name, runs):
        """Return {id: (asked, settled)} by run or department.

        :param name: field to group by
        :param runs: annual runs to count
        """
        counts = {}
        # Numbers only: how far the others are is no secret.
        for record, state, count in self.sudo()._read_group(
            [("annual_id", "in", runs.ids)], [name, "state"], ["__count"]
        ):
            asked, settled = counts.get(record.id, (0, 0))
            settled += count if state != "asked" else 0
            counts[record.id] = asked + count, settled
        return counts
