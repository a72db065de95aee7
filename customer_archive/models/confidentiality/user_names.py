"""Users whose acts are recorded can't choose the name under which they are.

The access record and histories name users as they are called now: who has a role in the
customer files neither rename themselves nor are renamed by who may edit contacts.
"""

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError

from ..common.roles import READER
from ..common.sentinel import is_system

# Who looks after users, in Odoo.
USER_ADMINISTRATORS = "base.group_erp_manager"
CALLED = ("name", "login")


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        if not vals.keys() & {*CALLED, "partner_id"}:
            return super().write(vals)
        known = self._archive_known()
        # The name of another contact is another name.
        known._archive_check_renaming(vals, (*CALLED, "partner_id"))
        before = known._archive_called()
        result = super().write(vals)
        known._archive_record_renamed(before)
        return result

    def _archive_known(self):
        """Return those of these users who have a role in the customer files."""
        # Whatever the writer may see of users.
        own = self.sudo().with_context(active_test=False)
        return own.filtered(lambda user: user.has_group(READER))

    def _archive_check_renaming(self, vals, names):
        """Check that nobody else than who looks after users renames these.

        Who is logged in decides: Odoo writes a user's own data as superuser.

        :param vals: what is written, on users or on their contacts
        :raise AccessError: if somebody does; the attempt is recorded
        """
        renamed = self.filtered(
            lambda user: any(
                user._fields[name].convert_to_write(user[name], user)
                != (vals[name] or False)
                for name in names
                if name in vals
            )
        )
        if not renamed or self._archive_may_rename():
            return
        message = self.env._(
            "Actions in the customer files are recorded under the user's name: "
            "names and logins of their users can only be changed by Odoo's user "
            "administrators."
        )
        log = self.env["customer.archive.log"]
        log._record_refusal(renamed, "rename", message)
        raise AccessError(message)

    @api.model
    def _archive_may_rename(self):
        user = self.env.user
        system = user.id == SUPERUSER_ID or is_system(self.env)
        return system or user.has_group(USER_ADMINISTRATORS)

    def _archive_called(self):
        return {user: {name: user[name] for name in CALLED} for user in self}

    def _archive_record_renamed(self, before):
        log = self.env["customer.archive.log"]
        for user, old in before.items():
            for name in CALLED:
                if user[name] != old[name]:
                    detail = f"renamed {name}: {old[name]} > {user[name]}"
                    log._record("configuration", user, detail)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        if "name" not in vals:
            return super().write(vals)
        # Whether a contact is a user's, and whose, decides for everybody.
        users = self.sudo().with_context(active_test=False).user_ids
        known = users._archive_known() if users else users
        known._archive_check_renaming(vals, ("name",))
        before = known._archive_called()
        result = super().write(vals)
        known._archive_record_renamed(before)
        return result
