import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.attempt import attempt
from ..common.roles import ARCHIVIST, STOPPERS, WITNESSES
from ..common.row_lock import lock_rows
from ..common.sentinel import as_system
from ..common.values import is_text
from ..common.windows import open_dialog
from .customer_archive_disposal import ERASING

_logger = logging.getLogger(__name__)

STOPPABLE = ("approved", "witness")


class CustomerArchiveDisposal(models.Model):
    """Destruction: by a named person, before a witness, file by file (row F5)."""

    _inherit = "customer.archive.disposal"

    can_execute = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_witness = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_stop = fields.Boolean(compute="_compute_can", export_string_translation=False)

    @api.depends_context("uid")
    @api.depends("state", "executor_id", "requester_id", "wait_until")
    def _compute_can(self):
        user = self.env.user
        for disposal in self:
            disposal.can_execute = (
                disposal.state == "approved"
                and user.has_group(ARCHIVIST)
                and not disposal._days_left()
            )
            disposal.can_witness = (
                disposal.state == "witness" and disposal._may_witness(user)
            )
            disposal.can_stop = disposal.state in STOPPABLE and user.has_groups(
                STOPPERS
            )

    def _days_left(self):
        """Return for how many days it can't be carried out yet."""
        today = self.company_id._archive_today()
        return max((self.wait_until - today).days, 0) if self.wait_until else 0

    def _may_witness(self, user):
        return user.has_groups(WITNESSES) and user not in (
            self.requester_id | self.executor_id
        )

    # Public methods

    def action_stop(self, reason):
        """Stop an approved destruction, as legal or management.

        :param str reason: why; the archivists read it
        :raise AccessError: for other roles
        :raise UserError: if it was begun already, or without a reason
        """
        if not is_text(reason):
            raise UserError(self.env._("Enter the reason for stopping."))
        self._wait_for_others()
        for disposal in self:
            if not self.env.user.has_groups(STOPPERS):
                raise disposal._refusal(
                    self.env._("Destructions are stopped by legal or management."),
                    "stop",
                )
            if disposal.state not in STOPPABLE:
                raise UserError(
                    self.env._(
                        "%s can't be stopped: it isn't awaiting execution.",
                        disposal.display_name,
                    )
                )
            disposal.sudo()._stop(reason.strip())
        return True

    def _stop(self, reason):
        """End it without a destruction; the role was checked."""
        as_system(self).write(
            {
                "state": "stopped",
                "due_date": False,
                "stopped_by_id": self.env.uid,
                "stop_reason": reason,
            }
        )
        left = self.line_ids.filtered(lambda line: line.state == "pending")
        as_system(left).write({"state": "dropped"})
        left.flush_recordset(["state"])
        self._activities("mail_activity_disposal").unlink()
        log = self.env["customer.archive.log"]
        log._record("dispose", left, f"stopped {self.name}", reason)
        self._tell(self.requester_id, lambda own: own.env._("Stopped: %s", reason))

    def action_execute(self, method):
        """Take over the destruction, as the archivist who carries it out.

        Nothing is destroyed before a witness confirms.

        :param str method: how papers and copies are destroyed
        :raise AccessError: for other roles
        :raise UserError: during the waiting period, without a method, or if a file is
            held
        """
        if not is_text(method):
            raise UserError(self.env._("Enter how the files are destroyed."))
        self._wait_for_others()
        for disposal in self:
            if not self.env.user.has_group(ARCHIVIST):
                raise disposal._refusal(
                    self.env._("Destructions are executed by archivists."),
                    "execute",
                )
            if disposal.state != "approved":
                raise UserError(
                    self.env._("%s isn't awaiting execution.", disposal.display_name)
                )
            if days := disposal._days_left():
                raise UserError(
                    self.env._(
                        "%(list)s can still be stopped for %(days)s days: execute "
                        "it from %(day)s onwards.",
                        list=disposal.display_name,
                        days=days,
                        day=disposal.wait_until,
                    )
                )
            disposal._check_not_held()
            disposal.sudo()._hand_to_witness(method.strip())
        return True

    def _check_not_held(self):
        """Check that no file that is to be destroyed was held since the approval.

        The rest of what keeps a file is noted file by file when its turn comes.

        :raise UserError: that names file and hold
        """
        # A hold counts, also on a file that isn't the user's to see.
        lines = self.sudo().line_ids.filtered(
            lambda line: line.verdict in ERASING and line.state == "pending"
        )
        files = lines.archive_id
        files._refuse_if(files._obstacles({"hold"}))

    def _hand_to_witness(self, method):
        as_system(self).write(
            {
                "state": "witness",
                "due_date": False,
                "executor_id": self.env.uid,
                "executed_on": fields.Datetime.now(),
                "method": method,
            }
        )
        self._activities("mail_activity_disposal").unlink()

    def action_witness(self):
        """Confirm, as a second person, that these files are destroyed now.

        :raise AccessError: if the user asked for it, carries it out, or has a role that
            witnesses nothing
        :raise UserError: if it isn't its turn, or a file is held
        """
        self._wait_for_others()
        for disposal in self:
            if not disposal._may_witness(self.env.user):
                raise disposal._refusal(
                    self.env._(
                        "A destruction must be witnessed by an archivist, "
                        "compliance, legal or management; the witness can be "
                        "neither the requester nor the executor."
                    ),
                    "witness",
                )
            if disposal.state != "witness":
                raise UserError(
                    self.env._("%s isn't awaiting a witness.", disposal.display_name)
                )
            disposal._check_not_held()
            # Role and independence were checked.
            as_system(disposal.sudo()).write(
                {
                    "state": "running",
                    "witness_id": self.env.uid,
                    "witnessed_on": fields.Datetime.now(),
                }
            )
        self.env.ref("customer_archive.cron_retention").sudo()._trigger()
        return True

    def action_open_execution(self):
        """Return the dialog that asks how it is destroyed."""
        return self._open_step("execute", self.env._("Execute"))

    def action_open_stop(self):
        """Return the dialog that asks why it is stopped."""
        return self._open_step("stop", self.env._("Stop Destruction"))

    def _open_step(self, step, title):
        self.ensure_one()
        self.check_access("read")
        return open_dialog(
            "customer.archive.dispose.step",
            title,
            {"default_disposal_id": self.id, "default_step": step},
        )

    # Scheduled; as superuser

    @api.model
    def _execute_running(self):
        """Destroy what was witnessed, each file in a transaction of its own.

        Killed anywhere, the next run goes on with the files that are left.

        :return: whether there was time for all of it
        """
        cron = self.env["ir.cron"]
        for disposal in self.search([("state", "=", "running")], order="id"):
            domain = [("disposal_id", "=", disposal.id), ("state", "=", "pending")]
            lines = disposal.line_ids.search(domain, order="id")
            cron._commit_progress(remaining=len(lines))
            busy = False
            for line in lines:
                try:
                    line._archive_in_house()._destroy_file()
                except OperationalError:
                    # Somebody works on the file at this moment: next time, then.
                    self.env.cr.rollback()
                    busy = True
                    continue
                if not cron._commit_progress(1):
                    return False
                self.env["customer.archive"]._finish_erasures()
            if not busy:
                disposal._complete()
                cron._commit_progress()
        return True

    def _complete(self):
        """End a list all of whose files are done or failed, with its certificate.

        :return: whether it could be ended now
        """
        destroyed = self.line_ids.filtered(
            lambda line: (
                line.verdict in ERASING
                and line.state == "done"
                and not line.is_repeated
            )
        )
        erasing = destroyed.archive_id.filtered("erasure_pending")
        if erasing or (destroyed and not destroyed._seal()):
            _logger.info("%s is certified later: not all is destroyed yet", self.name)
            return False
        self._finish()
        if destroyed:
            self._certify(destroyed)
        users = self.executor_id | self.witness_id
        failed = self.line_ids.filtered(lambda line: line.state == "failed")

        def words(own):
            if failed:
                return own.env._(
                    "Executed, except for %s files: see the errors.", len(failed)
                )
            return own.env._("Executed.")

        if users:
            self._tell(users, words)
        return True


class CustomerArchiveDisposalLine(models.Model):
    """The last moment of a file."""

    _inherit = "customer.archive.disposal.line"

    def _destroy_file(self):
        """Erase the file, or note what stands in the way."""
        self.ensure_one()
        file = self.archive_id
        # Nobody else begins anything with it from here on.
        lock_rows(file, "UPDATE NOWAIT")
        file.invalidate_recordset()
        error = attempt(self.env, self._erase_file)
        if isinstance(error, UserError):
            self._note_failure(str(error))
        elif error:
            _logger.error("File %s couldn't be destroyed", file.id, exc_info=error)
            self._note_failure(
                self.env._(
                    "Something went wrong; the administrator finds the error in the "
                    "server log."
                )
            )

    def _erase_file(self):
        file = self.archive_id
        self._check_destroyable()
        file._check_erasable()
        anonymise = self.verdict == "anonymise"
        ground = "anonymised list" if anonymise else "list"
        file._erase(f"{ground} {self.disposal_id.name}", anonymise)
        self._set_done(partner_name=file.partner_id.name)

    def _check_destroyable(self):
        file = self.archive_id
        if file.state != "closed":
            raise self._wrong_state()
        if file.is_kept_permanently:
            raise UserError(self.env._("It is subject to permanent retention."))
        today = self.company_id._archive_today()
        if not file.retention_date or file.retention_date > today:
            raise UserError(
                self.env._(
                    "Its retention period has changed and hasn't ended: %s",
                    file.retention_date or "–",
                )
            )

    def _note_failure(self, problem):
        as_system(self).write({"state": "failed", "problem": problem})
        self.flush_recordset(["state"])
        detail = f"failed {self.disposal_id.name}"
        self.env["customer.archive.log"]._record("dispose", self, detail)
