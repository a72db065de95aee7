"""When somebody leaves, what was open goes over to who stands in, at once."""

from odoo import models

from ..common.escalation import file_of, head_of, heads, members, superiors
from ..common.heirs import heirs
from ..common.roles import ADMIN, ARCHIVIST, CLERK, MANAGEMENT, users_of
from ..common.sentinel import as_system
from ..common.stand_in import APPROVAL, NOTICES, OVERDUE, REMINDERS, readers
from ..reviews.customer_archive_task import TASK

COMPANIES = {"company_id", "company_ids"}


class ResUsers(models.Model):
    _inherit = "res.users"

    def action_archive(self):
        # First: Odoo deletes all activities of who is archived.
        self.filtered("active").write({"active": False})
        return super().action_archive()

    def write(self, vals):
        result = super().write(vals)
        if COMPANIES & set(vals) and self.env.registry.ready:
            self.filtered("active")._lose_archives()
        return result

    def _record_archive_groups(self, before):
        # Whichever way roles are taken, it is recorded here.
        result = super()._record_archive_groups(before)
        if before and self.env.registry.ready:
            now = self._archive_groups_by_user()
            lost = [user.id for user in self if before.get(user, now[user]) - now[user]]
            self.browse(lost).filtered("active")._lose_archives()
        return result

    def unlink(self):
        # Whoever deletes users need not see files.
        self.env["mail.activity"].sudo()._archive_leave(self, gone=True)
        return super().unlink()

    def _leave_archives(self):
        result = super()._leave_archives()
        # Whoever deactivates users need not see files.
        undertakings = self.env["customer.archive.undertaking"].sudo()
        undertakings.search([("user_id", "in", self.ids)])._end_obsolete_reminders()
        self.env["mail.activity"].sudo()._archive_leave(self, gone=True)
        schedules = self.env["customer.archive.register.schedule"].sudo()
        schedules.search([("recipient_ids", "in", self.ids)])._replace_recipients()
        return result

    def _lose_archives(self):
        """Hand over what these users may not read any more."""
        # Whoever gives and takes roles need not see files.
        self.env["mail.activity"].sudo()._archive_leave(self)
        for name in heirs(self.env, TASK):
            tasks = self.env[name].sudo()
            domain = [("user_id", "in", self.ids), ("state", "=", tasks._open_state)]
            tasks = tasks.search(domain)
            held = readers(tasks, lambda task: task.user_id)
            tasks.filtered(lambda task, held=held: task not in held)._hand_over()


class HrDepartment(models.Model):
    _inherit = "hr.department"

    def write(self, vals):
        # Who heads a department is no secret of those who change that.
        own = self.sudo() if "manager_id" in vals else self.browse()
        before = {each: heads(each) for each in own}
        result = super().write(vals)
        for department, former in before.items():
            if former and former != heads(department):
                department._archive_change_head(former)
        return result

    def _archive_change_head(self, former):
        """Give what a former head was told as such, or stood in for, to the next."""
        activities = self.env["mail.activity"]._archive_open_of(former)
        kinds = activities._archive_kinds()
        told = activities.filtered(
            lambda each: kinds.get(each.activity_type_id.id) in (*NOTICES, *REMINDERS)
        )
        chain = superiors(self.env)
        for model, part in told.grouped("res_model").items():
            records = self.env[model].browse(set(part.mapped("res_id"))).exists()
            records = records.filtered(lambda each: self._archive_heads(each, former))
            part = part.filtered(lambda each, ids=set(records.ids): each.res_id in ids)
            part._archive_hand_over(records, chain=chain)
        for name in heirs(self.env, TASK):
            domain = [("user_id", "=", former.id), ("department_id", "=", self.id)]
            tasks = self.env[name].search(domain)
            tasks.filtered(
                lambda task: (
                    task.state == task._open_state and task.archive_id.user_id != former
                )
            )._hand_over()

    def _archive_heads(self, record, former):
        """Whether a record is of this department, and not the former head's own."""
        owner = file_of(record) or record
        if "department_id" not in owner._fields or owner.department_id != self:
            return False
        return "user_id" not in owner._fields or owner.user_id != former


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    def write(self, vals):
        before = {each: each.user_id for each in self} if "user_id" in vals else {}
        result = super().write(vals)
        for user in {user for user in before.values() if user}:
            files = [each.id for each, old in before.items() if old == user]
            files = self.browse(files).filtered(
                lambda each, user=user: each.user_id != user
            )
            # Whoever gives files to somebody else need not see all about them.
            files.sudo()._pass_on(user)
        return result

    def _pass_on(self, former):
        """Give the next account manager what the former one had to do for the files."""
        activities = self.env["mail.activity"]._archive_open_of(former)
        kinds = activities._archive_kinds()
        along = activities.filtered(
            lambda each: kinds.get(each.activity_type_id.id, "") in ("", *REMINDERS)
        )
        for model, part in along.grouped("res_model").items():
            records = self.env[model].browse(set(part.mapped("res_id"))).exists()
            records = records.filtered(lambda each: file_of(each) in self)
            part = part.filtered(lambda each, ids=set(records.ids): each.res_id in ids)
            for type_, those in part.grouped("activity_type_id").items():
                chain = records._stand_in_chain(kinds.get(type_.id, ""))
                those._archive_hand_over(records, chain=chain)

    def _stand_in_chain(self, kind, former=None):
        chain = super()._stand_in_chain(kind, former)
        if kind == "mail_activity_review_close":
            return [*members(self.env, CLERK), *chain]
        if kind != APPROVAL:
            return chain
        return [lambda file: file._registrar(), *chain]

    def _registrar(self):
        if self.state != "registering":
            return self.env["res.users"]
        return self._registrars().sorted("id")[:1]


class CustomerArchiveApprovalMixin(models.AbstractModel):
    _inherit = "customer.archive.approval.mixin"

    def _stand_in_chain(self, kind, former=None):
        """Who asked withdraws what nobody is left to decide; see the method's room."""
        chain = super()._stand_in_chain(kind, former)
        if kind == APPROVAL:
            return [lambda record: record.requester_id, *chain]
        return [head_of, *chain] if kind == OVERDUE else chain

    def _stand_in_words(self, kind):
        if kind != APPROVAL or self.state == "registering":
            return super()._stand_in_words(kind)
        return undecidable


def undecidable(env):
    """Return what whoever asked has to do if nobody is left who decides."""
    return env._("No approver is left: withdraw the request and submit it again")


class CustomerArchiveLoan(models.Model):
    _inherit = "customer.archive.loan"

    def _stand_in_own(self, activities):
        borrowers = {loan.id: loan.user_id for loan in self}
        own = super()._stand_in_own(activities)
        return own | activities.filtered(
            lambda each: borrowers.get(each.res_id) == each.user_id
        )

    def _stand_in_chain(self, kind, former=None):
        if kind in (APPROVAL, OVERDUE):
            return super()._stand_in_chain(kind, former)
        return superiors(self.env, lambda loan: loan._heads()[:1])


class CustomerArchiveDisposal(models.Model):
    _inherit = "customer.archive.disposal"

    def _stand_in_chain(self, kind, former=None):
        chain = super()._stand_in_chain(kind, former)
        if kind in (APPROVAL, OVERDUE):
            return chain
        return [*members(self.env, ARCHIVIST), *chain]


class CustomerArchiveIntegrity(models.Model):
    _inherit = "customer.archive.integrity"

    def _stand_in_chain(self, kind, former=None):
        return [*members(self.env, ARCHIVIST), *super()._stand_in_chain(kind, former)]


class CustomerArchiveStocktake(models.Model):
    _inherit = "customer.archive.stocktake"

    def _stand_in_chain(self, kind, former=None):
        chain = super()._stand_in_chain(kind, former)
        # What is lost is for management, which the chain ends with.
        lost = kind == "mail_activity_stocktake_lost"
        return chain if lost else [*members(self.env, ARCHIVIST), *chain]


class CustomerArchiveInspection(models.Model):
    _inherit = "customer.archive.inspection"

    def _stand_in_chain(self, kind, former=None):
        chain = super()._stand_in_chain(kind, former)
        # What is overdue is for management, which the chain ends with.
        if kind == "mail_activity_inspection_overdue":
            return chain
        own = [lambda inspection: inspection.location_id._inspector()]
        return [*own, *members(self.env, ARCHIVIST), *chain]


class CustomerArchiveInspectionLine(models.Model):
    _inherit = "customer.archive.inspection.line"

    def _stand_in_chain(self, kind, former=None):
        chain = super()._stand_in_chain(kind, former)
        late = kind == "mail_activity_finding_overdue"
        return chain if late else [*members(self.env, ARCHIVIST), *chain]


class CustomerArchiveBackup(models.Model):
    _inherit = "customer.archive.backup"

    def _stand_in_chain(self, kind, former=None):
        return [*members(self.env, ADMIN), *super()._stand_in_chain(kind, former)]


class CustomerArchiveRegisterSchedule(models.Model):
    _inherit = "customer.archive.register.schedule"

    def _replace_recipients(self):
        """Let the heads, else management, get what nobody would get any more.

        Called as superuser after recipients have left.
        """
        management = users_of(self.env, MANAGEMENT)
        for schedule in self:
            if schedule._recipients():
                continue
            for users in (heads(schedule.department_ids), management):
                fit = schedule._fit(users)
                if fit:
                    as_system(schedule).write({"recipient_ids": [(6, 0, fit.ids)]})
                    break
            log = self.env["customer.archive.log"]
            log._record("configuration", schedule, "recipients left")
