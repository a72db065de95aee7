from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..common.heirs import naming_users
from ..common.roles import BY_JOB, NEEDS_ACCOUNTS, READER, SEGREGATED


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        users._record_archive_groups({})
        return users

    def write(self, vals):
        asks = {"group_ids", "role", "active"} & set(vals)
        before = self._archive_groups_by_user() if asks else {}
        leaving = self.filtered("active") if vals.get("active") is False else ()
        result = super().write(vals)
        if leaving:
            leaving._leave_archives()
        if asks:
            own = self & self.env.user
            own._check_own_archive_groups(before.get(own))
            self._record_archive_groups(before)
        return result

    def _leave_archives(self):
        """End the access of users who leave, and tell whose request nobody decides.

        What they asked for is withdrawn by who answers for the file.
        """
        # Whoever deactivates users need not see files.
        grants = self.env["customer.archive.grant"].sudo()
        domain = [("user_id", "in", self.ids), ("state", "in", ("coming", "open"))]
        grants.search(domain)._end(self.env._("The user was deactivated."))
        steps = self.env["customer.archive.approval"].sudo()
        domain = [
            ("state", "in", ("pending", "waiting")),
            ("approver_ids", "in", self.ids),
        ]
        rows = steps.with_context(active_test=False).search(domain)
        for row in rows:
            if any(row.approver_ids.mapped("active")):
                continue
            self.env[row.res_model].browse(row.res_id).exists()._notify_undecidable()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_named_in_archives(self):
        """Keep who asked for, decided or was given something.

        Where a list names a user, the database would just remove them from it.

        :raise UserError: naming the user
        """
        for model, names in self._archive_mentions().items():
            # Whoever deletes users need not see files.
            records = self.env[model].sudo().with_context(active_test=False)
            for name in names:
                found = records.search([(name, "in", self.ids)], limit=1)
                if found:
                    raise UserError(
                        self.env._(
                            "%(user)s is referenced in the customer files "
                            "(%(what)s), whose records are kept: deactivate the "
                            "user instead.",
                            user=(found[name] & self)[:1].name,
                            what=self.env["ir.model"]._get(model).name,
                        )
                    )

    @api.model
    def _archive_mentions(self):
        """Return the fields that name users, by model: requests, approvals, grants."""
        models = [
            "customer.archive.approval",
            "customer.archive.approval.step",
            "customer.archive.grant",
            *self.env["customer.archive.approval.mixin"]._approval_models(),
        ]
        return {model: naming_users(self.env[model]) for model in models}

    def _archive_groups_by_user(self):
        groups = self.env["res.groups"]._archive_groups()
        return {user: user.sudo().all_group_ids & groups for user in self}

    def _record_archive_groups(self, before):
        """Record who was given or lost which role in the customer files."""
        if not self.env.registry.ready:
            return
        for user, groups in self._archive_groups_by_user().items():
            old = before.get(user, groups.browse())
            names = [
                f"{sign}{group.get_external_id()[group.id]}"
                for sign, changed in (("+", groups - old), ("-", old - groups))
                for group in changed
            ]
            if names:
                detail = " ".join(sorted(names))
                log = self.env["customer.archive.log"]
                log._record("configuration", user, detail)

    def _check_own_archive_groups(self, before):
        """Refuse to give oneself a role of the customer files: somebody else does.

        :param before: the roles so far
        :raise AccessError: naming the role
        """
        if self.env.su or not self or not self.env.registry.ready:
            return
        gained = self._archive_groups_by_user()[self] - before
        by_job = {self.env.ref(each).id for each in BY_JOB}
        gained = gained.filtered(lambda group: group.id not in by_job)
        if gained:
            message = self.env._(
                "“%s” is a role of the customer files: another person must assign "
                "it to you (four-eyes principle).",
                gained[:1].full_name,
            )
            log = self.env["customer.archive.log"]
            log._record_refusal(self, "role", message)
            raise AccessError(message)

    @api.constrains("group_ids")
    def _check_archive_duties(self):
        """Keep system administration, security and audit in different hands.

        Whoever supervises the files neither keeps nor configures them, and whoever
        configures them isn't the one who watches over confidentiality.
        """
        for user in self:
            groups = user.all_group_ids
            for duty, others in SEGREGATED.items():
                if self.env.ref(duty) not in groups:
                    continue
                for other in others:
                    if self.env.ref(other) in groups:
                        raise ValidationError(
                            self.env._(
                                "%(user)s can't be both “%(one)s” and “%(other)s”: "
                                "these duties are segregated.",
                                user=user.name,
                                one=self.env.ref(duty).full_name,
                                other=self.env.ref(other).full_name,
                            )
                        )

    def _archive_sees_sensitive(self):
        """Whether the user's roles allow sensitive data.

        Those of administrators and archivists don't, whatever else the user is.
        """
        self.ensure_one()
        excluded = ("group_admin", "group_archivist")
        return self.has_group(READER) and not any(
            self.has_group(f"customer_archive.{group}") for group in excluded
        )

    def _archive_check_sensitive(self, records):
        """Check that the user may see what is sensitive about ``records``.

        :raise AccessError: if the user's roles exclude it
        :raise RedirectWarning: if there is no valid undertaking
        """
        self.ensure_one()
        if not self._archive_sees_sensitive():
            raise records._refusal(
                self.env._(
                    "Administrators and archivists of the customer files can't see "
                    "sensitive data. Ask someone who works with the file."
                ),
                "sensitive",
            )
        # By whose data it is, and not by which company a client chose for the call.
        for company in records.sudo().company_id or self.env.company:
            self.env["customer.archive.undertaking"]._check_signed(company)

    def _archive_mark_lines(self, company, numbers=""):
        """Return the lines of a mark: who, when, by which requests.

        The time is the company's, as in the access record, with its distance from UTC;
        never that of what a client says, nor of what users choose for themselves.

        :param company: whose file it is; may be empty
        :param numbers: of the requests by which the user sees it
        """
        self.ensure_one()
        company = company or self.env.company
        who = self.name if self.name == self.login else f"{self.name} ({self.login})"
        lines = (who, company._archive_stamp(), numbers)
        return [line for line in lines if line]

    def _archive_needs_accounts(self):
        """Whether the user's roles need the bank accounts of all parties."""
        self.ensure_one()
        return self.id == SUPERUSER_ID or self.has_groups(NEEDS_ACCOUNTS)
