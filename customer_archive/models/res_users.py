from odoo import api, models
from odoo.exceptions import ValidationError

# Roles that nobody has together (requirement G6).
APART = {
    "customer_archive.group_auditor": (
        "base.group_system",
        "customer_archive.group_admin",
        "customer_archive.group_archivist",
    ),
    "customer_archive.group_compliance": ("customer_archive.group_admin",),
}


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
        result = super().write(vals)
        if asks:
            self._record_archive_groups(before)
        return result

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

    @api.constrains("group_ids")
    def _check_archive_duties(self):
        """Keep system administration, security and audit in different hands.

        Whoever supervises the files neither keeps nor configures them, and whoever
        configures them isn't the one who watches over confidentiality.
        """
        for user in self:
            groups = user.all_group_ids
            for duty, others in APART.items():
                if self.env.ref(duty) not in groups:
                    continue
                for other in others:
                    if self.env.ref(other) in groups:
                        raise ValidationError(
                            self.env._(
                                "%(user)s can't be both “%(one)s” and “%(other)s”: "
                                "these duties are kept apart.",
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
        return self.has_group("customer_archive.group_reader") and not any(
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
                    "Administrators and archivists of the customer files see no "
                    "sensitive data. Somebody who works with the file can help."
                ),
                "sensitive",
            )
        # By whose data it is, and not by which company a client chose for the call.
        for company in records.sudo().company_id or self.env.company:
            self.env["customer.archive.undertaking"]._check_signed(company)
