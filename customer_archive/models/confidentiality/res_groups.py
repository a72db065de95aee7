from odoo import api, models
from odoo.exceptions import AccessError

from ..common.roles import SEGREGATED

# Changes who has which role.
MEMBERSHIP = {"implied_by_ids", "implied_ids", "user_ids"}
# Its members write code that runs with any rights:
# see data/ir_config_parameter_data.xml.
CODE = "mail.group_mail_template_editor"


class ResGroups(models.Model):
    _name = "res.groups"
    _inherit = ["res.groups", "customer.archive.configured"]

    @api.model_create_multi
    def create(self, vals_list):
        if not any(MEMBERSHIP & set(vals) for vals in vals_list):
            return super().create(vals_list)
        before = self._archive_roles()
        groups = super().create(vals_list)
        self._record_archive_roles(before)
        return groups

    def write(self, vals):
        if not MEMBERSHIP & set(vals):
            return super().write(vals)
        before = self._archive_roles()
        result = super().write(vals)
        self._record_archive_roles(before)
        return result

    def copy(self, default=None):
        """As ever, but for roles: a copy would have their rights under no name.

        Neither which duties are kept apart nor the record would know of it.
        """
        ours = self.sudo() & self._archive_groups()
        if ours and not self.env.su:
            message = self.env._(
                "“%s” is a role of the customer files and can't be duplicated: "
                "create a group that includes it.",
                ours[:1].full_name,
            )
            log = self.env["customer.archive.log"]
            log._record_refusal(ours.with_env(self.env), "copy", message)
            raise AccessError(message)
        return super().copy(default)

    def unlink(self):
        before = self._archive_roles()
        result = super().unlink()
        self._record_archive_roles(before)
        return result

    @api.constrains("implied_ids", "implied_by_ids", "user_ids")
    def _check_archive_duties(self):
        """Roles are given from here, too, and kept apart all the same."""
        self.env.registry.clear_cache("groups")
        for duty in SEGREGATED:
            # While the addon is being installed, not all of them are there.
            if group := self.env.ref(duty, raise_if_not_found=False):
                group.sudo().all_user_ids._check_archive_duties()

    def _archive_roles(self):
        """Return the roles of all who have one, by user."""
        if not self.env.registry.ready:
            return {}
        groups = self._archive_groups()
        users = groups.with_context(active_test=False).all_user_ids
        return {user: user.all_group_ids & groups for user in users}

    def _record_archive_roles(self, before):
        if not self.env.registry.ready:
            return
        self.env.registry.clear_cache("groups")
        now = self._archive_roles()
        users = self.env["res.users"].sudo().union(*before, *now)
        # Odoo assigns the user as superuser: here the acting user counts.
        own = self.env.user.with_env(self.env)
        own._check_own_archive_groups(before.get(own.sudo(), self.sudo().browse()))
        users._record_archive_groups(before)

    def _is_configuration(self):
        """Whether one of the customer files' groups, or a group that implies one."""
        groups = self._archive_groups() | self.env.ref(CODE).sudo()
        return bool(self.sudo().all_implied_ids & groups)

    def _archive_groups(self):
        """Return the groups that give rights to customer files."""
        data = self.env["ir.model.data"].sudo()
        rows = data.search(
            [("module", "=", "customer_archive"), ("model", "=", "res.groups")]
        )
        return self.sudo().browse(rows.mapped("res_id"))
