import contextlib
import logging
import secrets
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models

from ...tools import backup
from ..common.roles import ADMIN, VERIFIES_BACKUPS, users_of
from ..common.row_lock import kept_alone
from ..common.scheduled import scheduled
from ..common.sentinel import as_system, quietly
from ..encryption.customer_archive_keyring import KeyProblem
from .backup_words import words

_logger = logging.getLogger(__name__)

# A run of a kind isn't begun again so soon: the scheduler calls more often. A week's
# that was made up some days late doesn't take the place of the next week's.
AGAIN = {"daily": timedelta(hours=20), "weekly": timedelta(days=2)}


class CustomerArchiveBackup(models.Model):
    """One run of the backup on one target: complete, or not there 备份."""

    _name = "customer.archive.backup"
    _description = "Backup"
    _inherit = [
        "customer.archive.guard",
        "customer.archive.due",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    target_id = fields.Many2one(
        "customer.archive.backup.target",
        string="Backup Target",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    holds = fields.Selection(related="target_id.holds")
    kind = fields.Selection(
        [("daily", "Daily: what changed"), ("weekly", "Weekly: all")],
        string="Type",
        required=True,
        readonly=True,
        default="daily",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Started by",
        readonly=True,
        help="Empty: it was started by its schedule.",
    )
    state = fields.Selection(
        [
            ("running", "In Progress"),
            ("done", "Done"),
            ("failed", "Not Completed"),
            ("removed", "Removed"),
        ],
        string="Status",
        required=True,
        readonly=True,
        default="running",
        index=True,
    )
    started_on = fields.Datetime(
        string="Started", required=True, readonly=True, default=fields.Datetime.now
    )
    ended_on = fields.Datetime(string="Completed", readonly=True)
    contents = fields.Integer(readonly=True, aggregator=None)
    copied = fields.Integer(string="Newly Written", readonly=True, aggregator=None)
    copied_size = fields.Float(
        string="Newly Written (MB)", readonly=True, digits=(16, 1)
    )
    problem = fields.Text(string="What Is Wrong", readonly=True)
    problem_count = fields.Integer(string="Problems", readonly=True, aggregator=None)
    verify_state = fields.Selection(
        [("running", "In Progress"), ("passed", "Passed"), ("failed", "Failed")],
        string="Verification",
        readonly=True,
    )
    verify_problem = fields.Text(string="Damage on the Target", readonly=True)
    verified_on = fields.Datetime(string="Verified", readonly=True)
    # How many contents were read again; the next run goes on behind them.
    verify_place = fields.Integer(
        string="Contents Read Again", readonly=True, aggregator=None
    )
    can_verify = fields.Boolean(
        compute="_compute_can_verify", export_string_translation=False
    )

    _running = models.UniqueIndex(
        "(target_id) WHERE state = 'running'",
        "A backup is running on this target already.",
    )

    @api.depends("state", "verify_state", "holds")
    @api.depends_context("uid")
    def _compute_can_verify(self):
        may = self.env.user.has_groups(VERIFIES_BACKUPS)
        for run in self:
            run.can_verify = bool(
                may
                and run.state == "done"
                and run.holds == "contents"
                and run.verify_state != "running"
            )

    @api.model
    def _protected(self):
        names = (
            *("name", "target_id", "user_id", "ended_on", "problem"),
            *("verify_state", "verified_on", "verify_problem"),
        )
        numbers = (
            *("contents", "copied", "copied_size", "problem_count"),
            "verify_place",
        )
        return {
            **super()._protected(),
            **dict.fromkeys(names, False),
            **dict.fromkeys(numbers, 0),
            "kind": "daily",
            "state": "running",
            "started_on": False,
        }

    def _mail_get_partner_fields(self, introspect_fields=False):
        return []

    # Actions

    def action_open_items(self):
        """Return the list of the items whose copies are in this backup."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_archive.action_customer_archive_document"
        )
        return {**action, "domain": [("backup_id", "=", self.id)], "context": {}}

    # By schedule

    @api.model
    @scheduled
    def _cron_backup_daily(self):
        """Go on with what runs, and begin what is due of today.

        Killed anywhere, the next run goes on with what isn't on the target yet.
        """
        self._run_due("daily")

    @api.model
    @scheduled
    def _cron_backup_weekly(self):
        """Go on with what runs, and begin what is due of this week."""
        self._run_due("weekly")

    @api.model
    def _run_due(self, kind):
        # What is wrong is said in the language of the company's histories.
        targets = self._archive_in_house().env["customer.archive.backup.target"]
        targets = targets.search([("holds", "!=", "exports")])
        for target in targets:
            run = target.backup_ids.browse()
            # Somebody else begins one at this moment.
            with contextlib.suppress(UniqueViolation), self.env.cr.savepoint():
                run = target._due_run(kind)
            if run and not run._attempt():
                return

    def _attempt(self):
        """Go on with a run; return whether there is time for more."""
        with self.target_id._locked() as is_ours:
            # Another process is at work there; of a new run there is nothing to keep.
            self.env["ir.cron"]._commit_progress(remaining=1)
            if not is_ours:
                return True
            try:
                return self._go_on()
            except (backup.BackupError, KeyProblem) as error:
                self.env.cr.rollback()
                is_ours = isinstance(error, backup.BackupError)
                self._fail(words(self.env, error) if is_ours else str(error))
            except Exception as error:
                self.env.cr.rollback()
                _logger.debug("%s failed", self, exc_info=True)
                said = backup.BackupError("failed", f"{type(error).__name__}: {error}")
                self._fail(words(self.env, said))
            return True

    # How it ends

    def _finish(self, **values):
        """Say that this run is complete."""
        problems = values.pop("problems", [])
        as_system(self).write(
            {
                **values,
                "state": "done",
                "ended_on": fields.Datetime.now(),
                "problem": "\n".join(problems) or False,
            }
        )
        self._log_run("done")
        self._settle()
        if problems:
            self._tell()
        self.env["ir.cron"]._commit_progress(1)

    def _fail(self, text):
        _logger.error("The backup %s failed: %s", self.name, text)
        as_system(self).write(
            {"state": "failed", "ended_on": fields.Datetime.now(), "problem": text}
        )
        self._log_run("failed")
        self._tell_failed()
        self.env["ir.cron"]._commit_progress(1)

    def _log_run(self, what):
        self.env["customer.archive.log"]._record("backup", self, f"run {what}")

    def _settle(self):
        """End what administrators were asked because of earlier runs."""
        earlier = self.search(
            [("target_id", "=", self.target_id.id), ("activity_ids", "!=", False)]
        )
        earlier._activities("mail_activity_backup").unlink()

    def _tell(self):
        """Have administrators see to it."""
        people = users_of(self.env, ADMIN).filtered("active")
        self._schedule_activities(
            "mail_activity_backup",
            [(self, user, user.company_id._archive_today()) for user in people],
            lambda run: run.env._(
                "Backup on “%(target)s”: %(problem)s",
                target=run.target_id.name,
                problem=(run.problem or run.verify_problem or "").partition("\n")[0],
            ),
        )


class CustomerArchiveBackupTarget(models.Model):
    _inherit = "customer.archive.backup.target"

    def _locked(self):
        """Keep other processes from this target, whatever is committed meanwhile.

        Give whether that is so; who is killed keeps nobody out.
        """
        return kept_alone(self.env.cr, "customer_archive_backup", self.id)

    def _due_run(self, kind):
        """Return the run that is to be gone on with, if any."""
        runs = self.env["customer.archive.backup"]
        own = [("target_id", "=", self.id)]
        running = runs.search([*own, ("state", "=", "running")], limit=1)
        if running:
            return running
        since = fields.Datetime.now() - AGAIN[kind]
        kinds = ("weekly",) if kind == "weekly" else ("daily", "weekly")
        recent = [("kind", "in", kinds), ("started_on", ">", since)]
        if kind != "daily":
            recent.append(("state", "!=", "failed"))
        if runs.search_count([*own, *recent], limit=1):
            return runs
        # A week's that failed for good is made up for by the next day's.
        week = runs.search([*own, ("kind", "=", "weekly")], limit=1)
        return self._begin("weekly" if week.state == "failed" else kind)

    def _begin(self, kind, user=None):
        """Return the run of each target that runs, or a new one. As superuser."""
        runs = self.env["customer.archive.backup"]
        running = runs.search(
            [("target_id", "in", self.ids), ("state", "=", "running")]
        )
        now = fields.Datetime.now()
        quiet = quietly(runs, "mail_create_nosubscribe", "mail_create_nolog")
        made = as_system(quiet).create(
            [
                {
                    "name": f"{now:%Y%m%d-%H%M%S}-{kind}-{secrets.token_hex(3)}",
                    "target_id": target.id,
                    "kind": kind,
                    "user_id": user.id if user else False,
                }
                for target in self - running.target_id
            ]
        )
        return running + runs.browse(made.ids)
