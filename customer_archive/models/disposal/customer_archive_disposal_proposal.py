from odoo import api, fields, models

from ..common.escalation import REVIEW_DAYS, goes_to_head, head_of, members
from ..common.roles import ARCHIVIST, CLERK, MANAGEMENT, users_of
from ..common.scheduled import scheduled
from ..common.sentinel import as_system
from ..common.stand_in import readers

BATCH = 500
# Working days to look at what is to be reviewed by hand, or to appraise a list.
APPRAISAL_DAYS = 10


class CustomerArchiveDisposal(models.Model):
    """Lists that nobody has to ask for: what is due, and what nobody uses."""

    # A file of its own, as the execution is.
    _inherit = "customer.archive.disposal"

    @api.model
    @scheduled
    def _cron_retention(self):
        """End what is to be ended: propose, remind, carry out.

        Each step commits its batches; killed anywhere, the next run goes on.
        """
        files = self.env["customer.archive"]
        files._finish_erasures()
        files._erase_again()
        files._finish_erasures()
        self._propose_due()
        self._propose_due("review")
        self._process_due("due_date", "_remind")
        self._propose_unused()
        self._execute_running()
        files._finish_erasures()

    # Destruction lists

    @api.model
    def _propose_due(self, kind="destroy"):
        """List the closed files whose retention period is over (rows F1, F5).

        :param kind: of the lists: to appraise, or to review by hand
        """
        cron = self.env["ir.cron"]
        last = 0
        while files := self._due_files(last, kind):
            last = files[-1].id
            cron._commit_progress(remaining=len(files))
            self._list_files(files._unblocked(), kind)
            if not cron._commit_progress(len(files)) or len(files) < BATCH:
                break

    @api.model
    def _due_files(self, last, kind):
        """Return a batch of due files on no running list, behind the id ``last``."""
        files = self.env["customer.archive"]
        due = files._retention_over(kind == "review")
        unlisted = ~fields.Domain(
            "disposal_line_ids", "any", [("state", "=", "pending")]
        )
        behind = fields.Domain("id", ">", last)
        return files.search(due & unlisted & behind, limit=BATCH, order="id")

    @api.model
    def _list_files(self, files, kind):
        """Put files on the lists that await an appraisal, or on new ones."""
        role = CLERK if kind == "close" else ARCHIVIST
        parts = files.grouped(lambda file: (file.company_id, file.department_id))
        for (company, department), part in parts.items():
            disposal = self._open_list(company, department, kind)
            lines = as_system(self.env["customer.archive.disposal.line"])
            lines.create(
                [
                    {
                        "disposal_id": disposal.id,
                        "archive_id": file.id,
                        "verdict": self._proposed_verdict(file, kind),
                    }
                    for file in part
                ]
            )
            disposal._ask_for_appraisal(role)

    @api.model
    def _proposed_verdict(self, file, kind):
        """Return what a list says of a file before anybody has looked at it."""
        if kind == "close":
            return "close"
        anonymise = file.retention_policy_id.action == "anonymise"
        return "anonymise" if kind == "destroy" and anonymise else False

    @api.model
    def _open_list(self, company, department, kind):
        """Return the proposed list of a department that is open, or a new one."""
        domain = [
            *(("company_id", "=", company.id), ("department_id", "=", department.id)),
            *(("kind", "=", kind), ("state", "=", "draft")),
            *(("is_proposed", "=", True), ("approval_round", "=", 0)),
        ]
        found = self.search(domain, limit=1)
        return found or as_system(self).create(
            {
                "kind": kind,
                "company_id": company.id,
                "department_id": department.id,
                "user_id": False,
                "is_proposed": True,
                "date": company._archive_today(),
                "reason": self._proposal_reason(kind),
            }
        )

    def _proposal_reason(self, kind):
        if kind == "close":
            return self.env._("Inactive for a long time")
        return self.env._("The retention period has ended")

    def _ask_for_appraisal(self, role):
        """Give those of a role one activity on the list, unless they have it."""
        self.ensure_one()
        if self.kind == "review" and not self.due_date:
            # Its first day, or files have come to a list that went all the way up.
            late = self.company_id._archive_working_day(APPRAISAL_DAYS + 1)
            as_system(self).write({"due_date": late, "escalation": 0})
        if self._activities("mail_activity_disposal"):
            return

        def words(disposal):
            if disposal.kind == "close":
                return disposal.env._("Check the list of inactive files and submit it")
            if disposal.kind == "review":
                return disposal.env._(
                    "Review by hand the files whose retention period has ended"
                )
            return disposal.env._("Appraise the files whose retention period has ended")

        self._give_to(role, words)

    def _give_to(self, role, words):
        users = users_of(self.env, role).filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        deadline = self.company_id._archive_working_day(APPRAISAL_DAYS)
        work = [(self, user, deadline) for user in users]
        self._schedule_activities("mail_activity_disposal", work, words)

    # What nobody goes on with

    def _remind(self):
        """Remind of lists whose day has come, whatever is to be done with them."""
        drafts = self.filtered(lambda each: each.state == "draft")
        (self - drafts)._remind_to_execute()
        drafts._go_up()

    def _remind_to_execute(self):
        """Tell archivists that nobody stopped it in time."""

        def words(disposal):
            if disposal._erases_only("anonymise"):
                return disposal.env._("Execute the anonymisation with a witness")
            return disposal.env._("Execute the destruction with a witness")

        as_system(self).write({"due_date": False})
        for disposal in self.filtered(lambda each: each.state == "approved"):
            disposal._give_to(ARCHIVIST, words)

    def _go_up(self):
        """Tell the head of the department, then management, of what isn't reviewed."""
        found = readers(self, head_of)
        to_head = self.filtered(
            lambda each: goes_to_head(each.escalation, found.get(each))
        )
        to_head._notice({each: found[each] for each in to_head})
        for member in members(self.env, MANAGEMENT):
            (self - to_head)._notice(readers(self - to_head, member))
        for company, part in to_head.grouped("company_id").items():
            following = company._archive_working_day(REVIEW_DAYS)
            as_system(part).write({"escalation": 1, "due_date": following})
        as_system(self - to_head).write({"escalation": 2, "due_date": False})

    def _notice(self, told):
        """Give users an activity each on lists that are overdue.

        :param told: dict of list to user
        """

        def words(disposal):
            return disposal.env._(
                "Overdue: %(count)s files whose retention period has ended await "
                "their manual review.",
                count=len(disposal.line_ids),
            )

        work = [
            (each, user, each.company_id._archive_today())
            for each, user in told.items()
        ]
        self._schedule_activities("mail_activity_disposal_overdue", work, words)

    # The clearing list

    @api.model
    def _propose_unused(self):
        """Once a year, list the files of each company that nobody uses (row F8)."""
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search(
            self.env["res.company"]._archive_by_day(
                lambda today: fields.Domain("archive_clearing_date", "<=", today), "id"
            )
            | fields.Domain("archive_clearing_date", "=", False)
        )
        for company in companies:
            today = company._archive_today()
            begun = company.archive_clearing_date
            if begun:
                self._list_unused(company)
            company.archive_clearing_date = fields.Date.add(today, years=1)
            cron._commit_progress()

    def _list_unused(self, company):
        files = self.env["customer.archive"]
        pending = fields.Domain("disposal_line_ids", "any", [("state", "=", "pending")])
        domain = fields.Domain("company_id", "=", company.id)
        domain &= fields.Domain("is_unused", "=", True) & ~pending
        self._list_files(files.search(domain, order="id"), "close")
