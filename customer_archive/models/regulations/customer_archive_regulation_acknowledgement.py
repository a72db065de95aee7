from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..common.company_day import past_field, today_at
from ..common.row_lock import wait_for_others
from ..common.sentinel import as_system, is_system
from .customer_archive_regulation import VERSION

ASKED = "mail_activity_acknowledgement"
OVERDUE = "mail_activity_acknowledgement_overdue"


class CustomerArchiveRegulationAcknowledgement(models.Model):
    """Who has read which version of a regulation, and when; or has to, until when 阅知.

    Nobody writes these rows by hand: they are made by asking, and done by the one who
    is asked. What is done stays, and isn't even the system's to change.
    """

    _name = "customer.archive.regulation.acknowledgement"
    _description = "Acknowledgement"
    _inherit = [
        "customer.archive.guard",
        "customer.archive.due",
        "customer.archive.silent",
    ]
    _order = "asked_on desc, id desc"
    _rec_names_search = ["regulation_id.name", "user_id.name"]

    version_id = fields.Many2one(
        VERSION, required=True, readonly=True, ondelete="restrict"
    )
    regulation_id = fields.Many2one(
        related="version_id.regulation_id", store=True, index=True, precompute=True
    )
    version_number = fields.Char(related="version_id.number", string="Version Number")
    valid_from = fields.Date(related="version_id.valid_from")
    company_id = fields.Many2one(
        related="version_id.company_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="restrict"
    )
    department_id = fields.Many2one(
        "hr.department",
        readonly=True,
        index="btree_not_null",
        help="That of the user when he was asked.",
    )
    asked_on = fields.Date(string="Asked on", required=True, readonly=True)
    due_date = fields.Date(string="Due", required=True, readonly=True)
    state = fields.Selection(
        [
            ("open", "To Acknowledge"),
            ("done", "Acknowledged"),
            ("ended", "Not Asked any more"),
        ],
        string="Status",
        required=True,
        readonly=True,
        index=True,
    )
    opened_on = fields.Datetime(
        string="Text Opened on",
        compute="_compute_opened_on",
        compute_sudo=True,
        help="For the first time, by the access record.",
    )
    acknowledged_on = fields.Datetime(string="Acknowledged on", readonly=True)
    digest = fields.Char(
        string="SHA-256 of the Text", readonly=True, help="Of what was acknowledged."
    )
    remind_date = fields.Date(
        string="Next Reminder", readonly=True, index="btree_not_null"
    )
    level = fields.Integer(
        string="Reminders",
        readonly=True,
        aggregator=None,
        help="1: the user was reminded. 2: the head of the department and human "
        "resources know.",
    )
    is_past = past_field("is_past", "due_date", export_string_translation=False)
    is_current = fields.Boolean(
        string="In Force", compute="_compute_is_current", search="_search_is_current"
    )
    can_acknowledge = fields.Boolean(
        compute="_compute_can_acknowledge", export_string_translation=False
    )

    _one_each = models.UniqueIndex(
        "(version_id, user_id)", "This user is asked already."
    )

    @api.depends("version_id", "user_id")
    def _compute_display_name(self):
        for each in self:
            # Who may read the row may know what it is of.
            own = each.sudo()
            each.display_name = f"{own.version_id.display_name}: {own.user_id.name}"

    @api.depends("version_id", "user_id")
    def _compute_opened_on(self):
        opened = self._openings()
        for each in self:
            each.opened_on = opened.get((each.version_id.id, each.user_id.id))

    def _openings(self):
        """Return when users opened texts first, by version and user."""
        log = self.env["customer.archive.log"]
        log.flush_model()
        query = SQL(
            "SELECT l.res_id, l.user_id, MIN(l.date) FROM customer_archive_log l"
            " JOIN customer_archive_regulation_version v ON v.id = l.res_id"
            " WHERE l.model = %s AND l.res_id = ANY(%s) AND l.user_id = ANY(%s)"
            " AND l.event IN ('view', 'download')"
            " AND l.detail = 'attachment ' || v.text_id GROUP BY 1, 2",
            VERSION,
            self.version_id.ids,
            self.user_id.ids,
        )
        rows = self.env.execute_query(query)
        return {(version, user): moment for version, user, moment in rows}

    @api.depends("version_id.standing")
    def _compute_is_current(self):
        for each in self:
            each.is_current = each.version_id.standing in ("force", "repealed")

    @api.model
    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        return fields.Domain("version_id.standing", "in", ["force", "repealed"])

    @api.depends("state", "user_id")
    @api.depends_context("uid")
    def _compute_can_acknowledge(self):
        for each in self:
            each.can_acknowledge = (
                each.state == "open" and each.user_id == self.env.user
            )

    # Create, write, delete

    def _refuse_outsiders(self):
        raise self._refusal(self._how_words(), "write")

    @api.model
    def _how_words(self):
        return self.env._(
            "Acknowledgements are made by whoever has read the text, and never changed."
        )

    def write(self, vals):
        if is_system(self.env) and any(each.state == "done" for each in self):
            raise AccessError(self._how_words())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self._how_words())

    # Actions

    def action_acknowledge(self):
        """Acknowledge what was read, as the one who is asked.

        :raise AccessError: if somebody else is
        :raise UserError: if it isn't asked any more, or the text wasn't opened yet
        """
        self.check_access("read")
        wait_for_others(self)
        for each in self:
            each._check_may_acknowledge()
        for each in self:
            # Who is asked was checked above; the rows belong to nobody.
            own = each.sudo()
            as_system(own).write(
                {
                    "state": "done",
                    "acknowledged_on": fields.Datetime.now(),
                    "digest": own.version_id.digest,
                    "remind_date": False,
                }
            )
            as_system(own._activities(ASKED, OVERDUE)).unlink()
            log = self.env["customer.archive.log"]
            log._record("acknowledge", each, f"text {own.digest}")
        return True

    def _check_may_acknowledge(self):
        if self.user_id != self.env.user:
            raise self._refusal(
                self.env._(
                    "Everybody acknowledges for himself: this is for %s.",
                    self.sudo().user_id.name,
                ),
                "acknowledge",
            )
        version = self.version_id
        if self.state == "done":
            raise UserError(
                self.env._("You have acknowledged %s already.", version.display_name)
            )
        if self.state != "open" or version.standing != "force":
            raise UserError(
                self.env._(
                    "%s isn't in force any more, or you aren't bound by it: there is "
                    "nothing to acknowledge.",
                    version.display_name,
                )
            )
        if not self.opened_on:
            raise UserError(
                self.env._(
                    "Open the text of %s and read it first.", version.display_name
                )
            )
        version._check_genuine()

    def action_open_text(self):
        """Return the address of the text that is to be acknowledged."""
        self.ensure_one()
        self.check_access("read")
        return self.version_id.action_open_text()

    # Asking; called as superuser

    @api.model
    def _open(self, version, users, again):
        """Ask users to acknowledge a version, and those of some rows once more."""
        company = version.company_id
        today, due = today_at(version), company._archive_acknowledge_by()
        asked = {
            "asked_on": today,
            "due_date": due,
            "remind_date": due,
            "level": 0,
            "state": "open",
        }
        as_system(again).write(asked)
        departments = {
            user: user.with_company(company).employee_id.department_id for user in users
        }
        rows = as_system(self).create(
            [
                {
                    **asked,
                    "version_id": version.id,
                    "user_id": user.id,
                    "department_id": departments[user].id,
                    "acknowledged_on": False,
                    "digest": False,
                }
                for user in users
            ]
        )
        (self.browse(rows.ids) | again)._give_asked(type(self)._asked_words)

    def _end(self):
        """Ask these no longer."""
        as_system(self).write({"state": "ended", "remind_date": False})
        as_system(self._activities(ASKED, OVERDUE)).unlink()

    def _give_asked(self, words):
        work = [(each, each.user_id, each.due_date) for each in self]
        self._schedule_activities(ASKED, work, words, archive_digest=True)

    def _asked_words(self):
        return self.env._(
            "%(version)s is in force: read it, and acknowledge it by %(day)s",
            version=self.version_id.display_name,
            day=self.due_date,
        )
