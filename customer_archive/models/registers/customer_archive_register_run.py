import json
import logging
import tempfile

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..common.row_lock import lock_rows
from ..common.scheduled import scheduled
from ..common.sentinel import as_system
from ..common.values import choices
from ..common.windows import open_page
from .customer_archive_register_filter import SPOOL
from .progress import Progress, Stopped

_logger = logging.getLogger(__name__)

OPEN = ("waiting", "running")
# So often a run is started anew after its process was killed.
MAX_STARTS = 10


class CustomerArchiveRegisterRun(models.Model):
    """An export of registers that is made in the background 后台导出.

    It shows what its user may see at the time of the run. What is stored tells of
    files, so it goes away by itself, and with the first file that is destroyed.
    Killed in the middle, it is started anew: all that comes of it is one transaction.
    """

    _name = "customer.archive.register.run"
    _description = "Register Export"
    _inherit = ["customer.archive.guard", "customer.archive.register.filter"]
    _order = "id desc"
    _rec_names_search = ["register_ids.name"]

    name = fields.Char(compute="_compute_name", compute_sudo=True)
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    company_ids = fields.Many2many("res.company", string="Companies", readonly=True)
    register_ids = fields.Many2many(
        "customer.archive.register", string="Registers", readonly=True
    )
    file_state = fields.Selection(
        selection=lambda self: choices(self.env["customer.archive"], "state"),
        string="Status of the Files",
        readonly=True,
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Under Way"),
            ("done", "Ready"),
            ("cancelled", "Cancelled"),
            ("failed", "Failed"),
        ],
        string="Status",
        required=True,
        readonly=True,
        default="waiting",
    )
    rows_total = fields.Integer(string="Records", readonly=True, aggregator=None)
    rows_done = fields.Integer(string="Written", readonly=True, aggregator=None)
    percentage = fields.Integer(compute="_compute_percentage", string="Progress (%)")
    starts = fields.Integer(
        readonly=True, required=True, default=0, groups=fields.NO_ACCESS
    )
    started_on = fields.Datetime(readonly=True)
    ended_on = fields.Datetime(readonly=True)
    message = fields.Char(readonly=True)
    attachment_id = fields.Many2one("ir.attachment", string="Workbook", readonly=True)
    keep_until = fields.Date(
        string="Kept until",
        readonly=True,
        help="On the next day the workbook is removed; it can be exported anew.",
    )
    # What the workbook shows: ids by model, and the fields; see _check_still_allowed.
    shown = fields.Text(groups=fields.NO_ACCESS, prefetch=False, copy=False)

    _unfinished = models.Index("(starts, id) WHERE state IN ('waiting', 'running')")
    _kept = models.Index("(keep_until) WHERE attachment_id IS NOT NULL")

    @api.depends("register_ids")
    @api.depends_context("lang")
    def _compute_name(self):
        for run in self:
            run.name = ", ".join(run.register_ids.mapped("name"))

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for run in self:
            run.display_name = run.name or self.env._("Register Export")

    @api.depends("state", "rows_done", "rows_total")
    def _compute_percentage(self):
        for run in self:
            total = max(run.rows_total, run.rows_done, 1)
            run.percentage = (
                100 if run.state == "done" else min(99, 100 * run.rows_done // total)
            )

    def _refuse_outsiders(self):
        raise self._refusal(
            self.env._("Exports are made by the system, as they were asked for."),
            "write",
        )

    def _registers(self):
        return self.register_ids

    def _state_of_files(self):
        return self.file_state

    # Actions of the screen

    def action_cancel(self):
        """End a run that isn't done yet; nothing is stored.

        :raise UserError: if it has ended already
        """
        self.ensure_one()
        self.check_access("read")
        if self.state not in OPEN:
            raise UserError(self.env._("This export has ended already."))
        # Whose it is was checked by the rule on reading.
        as_system(self.sudo()).write(
            {"state": "cancelled", "ended_on": fields.Datetime.now()}
        )
        return True

    def action_download(self):
        """Return the action that downloads the workbook; it is recorded.

        :raise UserError: if there is none, or the user may not see all of it any more
        """
        self.ensure_one()
        self.check_access("read")
        if not self.attachment_id:
            raise UserError(self.env._("Nothing is stored here: export it anew."))
        self._check_still_allowed()
        url = f"/web/content/{self.attachment_id.id}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def _action_open(self):
        """Return the action that shows this run."""
        return open_page(self, self.env._("My Exports"))

    # Rights

    def _check_still_allowed(self):
        """Check that the user may still see all that the workbook shows.

        :raise AccessError: if it isn't his, or his rights have become less since
        """
        for run in self:
            # What is stored with the run isn't the user's to read, nor to choose.
            known = run.sudo()
            if known.user_id.id != self.env.uid or not run._sees(
                json.loads(known.shown or "{}")
            ):
                raise run._refusal(
                    self.env._(
                        "You may not see everything any more that is in this workbook. "
                        "Export the register anew."
                    ),
                    "download",
                )

    def _sees(self, shown):
        """Whether the user may see what a workbook shows.

        :param shown: {model: {"ids": ids, "paths": field paths}}
        """
        if self.sudo().company_ids - self.env.user.company_ids:
            return False
        as_user = self._as_user()
        try:
            as_user.check_access("read")
            return all(
                as_user._sees_model(name, **what) for name, what in shown.items()
            )
        except AccessError:
            return False

    def _sees_model(self, name, ids, paths):
        model = self.env[name].with_context(active_test=False)
        for path in paths:
            owner = model
            for step in path.split("."):
                field = owner._fields.get(step)
                if field is None or not owner._has_field_access(field, "read"):
                    return False
                owner = self.env[field.comodel_name] if field.relational else None
        return model.search_count([("id", "in", ids)]) == len(ids)

    def _as_user(self):
        """Return this run as its user has it: his language and companies."""
        known = self.sudo()
        user = known.user_id
        # Alone: to read others' along with it would be recorded as refused.
        return (
            self.with_prefetch()
            .with_user(user)
            .with_context(
                lang=user.lang,
                allowed_company_ids=(known.company_id | known.company_ids).ids,
            )
        )

    # Called by dialogs and schedules

    @api.model
    def _start(self, vals_list):
        """Return new runs, which begin at once.

        :param vals_list: filters, see ``customer.archive.register.filter``; whose it
            is, and in which companies, is the user's own unless it is given
        """
        own = {
            "user_id": self.env.uid,
            "company_id": self.env.company.id,
            "company_ids": self.env.companies.ids,
        }
        # Nobody has the right to make one but by these methods.
        runs = as_system(self.sudo()).create([{**own, **vals} for vals in vals_list])
        self.env.ref("customer_archive.cron_register_run").sudo()._trigger()
        return self.browse(runs.ids)

    # Scheduled action

    @api.model
    @scheduled
    def _cron_run(self):
        """Make the exports that wait, and remove those kept long enough."""
        self._remove_expired()
        cron = self.env["ir.cron"]
        # Those that killed their process come last: they don't keep others waiting.
        runs = self.search([("state", "in", OPEN)], order="starts, id")
        cron._commit_progress(remaining=len(runs))
        for run in runs:
            try:
                run._work()
            except OperationalError:
                # Somebody changes it at this moment: next time, then.
                self.env.cr.rollback()
                self.env.ref("customer_archive.cron_register_run")._trigger()
            if not cron._commit_progress(1):
                break

    @api.model
    def _remove_expired(self):
        domain = fields.Domain("attachment_id", "!=", False)
        domain &= self.env["res.company"]._archive_by_day(
            lambda today: fields.Domain("keep_until", "<", today)
        )
        self.search(domain)._remove_workbooks()

    def _remove_workbooks(self, message=False):
        """Delete what is stored; the run tells what became of it.

        :return: the names of the stored files
        """
        attachments = self.attachment_id
        stored = list(filter(None, attachments.mapped("store_fname")))
        as_system(self).write({"attachment_id": False, "shown": False})
        for run in self:
            told = run.with_context(lang=run.user_id.lang)
            words = message or told.env._("The workbook was removed after its time.")
            as_system(run).write({"message": words})
        as_system(attachments).unlink()
        return stored

    def _work(self):
        """Make this export, and commit what comes of it. Called as superuser."""
        if not self._begin():
            return
        told = self.with_context(lang=self.user_id.lang)
        try:
            with tempfile.SpooledTemporaryFile(max_size=SPOOL) as stream:
                made = self._as_user()._made(stream)
                # What was read is of the time of this snapshot; now it is stored.
                self.env.cr.rollback()
                self._finish(stream, *made)
        except Stopped:
            self.env.cr.rollback()
        except OperationalError:
            raise
        except UserError as error:
            self.env.cr.rollback()
            self._fail(str(error))
        except Exception:
            self.env.cr.rollback()
            _logger.exception("%s failed", self)
            self._fail(told.env._("An error happened; an administrator finds it."))

    def _begin(self):
        """Mark this run as under way; return whether it is to be made."""
        run = self._locked()
        if run.state not in OPEN:
            return False
        run = run.with_context(lang=run.user_id.lang)
        if run.starts >= MAX_STARTS:
            run._fail(run.env._("The server was stopped each time. Choose less."))
            return False
        if not run.user_id.active:
            run._fail(run.env._("The user doesn't work here any more."))
            return False
        values = {"state": "running", "starts": run.starts + 1, "rows_done": 0}
        as_system(run).write({**values, "started_on": fields.Datetime.now()})
        self.env["ir.cron"]._commit_progress()
        return True

    def _locked(self):
        """Return this run, locked and as it is now.

        :raise OperationalError: if somebody changes it at this moment
        """
        # Waits for who has it: a lock that is refused would end a finished export.
        lock_rows(self)
        self.invalidate_recordset()
        return self

    def _made(self, stream):
        """Write the export with the rights of the user.

        :return: ({register: records}, what is shown)
        """
        if self.sudo().company_ids - self.env.user.company_ids:
            raise UserError(
                self.env._("You don't work for all of these companies any more.")
            )
        self.check_access("read")
        chosen = self._chosen()
        shown = {}
        for register, records in chosen.items():
            what = shown.setdefault(records._name, {"ids": set(), "paths": set()})
            what["ids"].update(records.ids)
            paths = [*register.column_ids.mapped("path"), register.group_path]
            what["paths"].update(filter(None, paths))
        total = sum(map(len, chosen.values()))
        progress = Progress(self, total)
        self._write_export(stream, chosen, progress)
        progress.tell()
        return chosen, {
            name: {key: sorted(values) for key, values in what.items()}
            for name, what in shown.items()
        }

    def _finish(self, stream, chosen, shown):
        """Store the workbook, record the export and tell the user, all at once."""
        run = self._locked()
        if run.state != "running":
            raise Stopped
        stream.seek(0)
        own = run._as_user()
        attachment = as_system(run.env["ir.attachment"]).create(
            {
                "name": own._file_name(chosen),
                "raw": stream.read(),
                "res_model": run._name,
                "res_id": run.id,
            }
        )
        total = sum(map(len, chosen.values()))
        today = run.company_id._archive_today()
        days = run.company_id.archive_register_days
        as_system(run).write(
            {
                "state": "done",
                "starts": 0,
                "rows_total": total,
                "rows_done": total,
                "ended_on": fields.Datetime.now(),
                "attachment_id": attachment.id,
                "keep_until": fields.Date.add(today, days=days),
                "shown": json.dumps(shown),
                "message": False,
            }
        )
        own._record_export(chosen)
        run._tell_done()
        self.env["ir.cron"]._commit_progress()

    def _fail(self, words):
        """Write down why there is no workbook, and tell the user."""
        run = self._locked()
        if run.state not in OPEN:
            return
        as_system(run).write(
            {
                "state": "failed",
                "starts": 0,
                "ended_on": fields.Datetime.now(),
                "message": words,
            }
        )
        run._notify(words, "danger")
        self.env["ir.cron"]._commit_progress()

    def _tell_done(self):
        told = self.with_context(lang=self.user_id.lang)
        self._notify(told.env._("%s: the export is ready.", told.name), "success")

    def _notify(self, message, kind):
        """Show a message on the user's screen, with a button that leads here."""
        told = self.with_context(lang=self.user_id.lang)
        self.user_id._bus_send(
            "customer_archive.register_run",
            {
                "title": told.env._("Register Export"),
                "message": message,
                "type": kind,
                "id": self.id,
            },
        )
