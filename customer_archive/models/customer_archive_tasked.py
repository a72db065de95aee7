from odoo import models

from .customer_archive import ENDED

MANAGEMENT = "customer_archive.group_management"
# Who may read what is asked about the files that he reads.
SEES_TASKS = ",".join(
    f"customer_archive.group_{role}"
    for role in ("user", "clerk", "compliance", "archivist", "management", "auditor")
)
# Models of what is asked about a file of who looks after it.
TASKS = ("customer.archive.review", "customer.archive.annual.request")


class CustomerArchive(models.Model):
    """Who does what is asked about a file, and what becomes of it with the file."""

    # A file of its own: this is another matter than the rest of the model.
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "customer.archive"

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "department_id"} & set(vals):
            for model in TASKS:
                self.env[model]._open_on(self)._hand_over()
        if "state" in vals:
            ended = self.filtered(lambda file: file.state in ENDED)
            for model in TASKS if ended else ():
                self.env[model]._open_on(ended)._cancel()
        return result

    def _responsible_users(self):
        """Return who does what is asked about each of these files.

        The account manager; the head of the department if he has left or doesn't
        see the file any more; else somebody of management. Called as superuser.

        :return: dict from file to user, who is empty if there is nobody
        """
        found, rest = {}, self
        managers = self.env.ref(MANAGEMENT).all_user_ids.sorted("id")
        for user_of in (
            lambda file: file.user_id,
            lambda file: file.department_id.manager_id.user_id,
            *(lambda _file, user=user: user for user in managers),
        ):
            found |= rest._readers(user_of)
            rest = self.browse(each.id for each in rest if each not in found)
        return found | dict.fromkeys(rest, self.env["res.users"])

    def _readers(self, user_of):
        """Return those of some users who are active and may read the files.

        One query for all files of a user. Called as superuser.

        :param user_of: function of a file that returns the user
        :return: dict from file to user
        """
        found = {}
        for user, files in self.grouped(user_of).items():
            if user.active:
                seen = files.with_user(user).with_context(
                    allowed_company_ids=user.company_ids.ids
                )
                for file in seen._filtered_access("read"):
                    found[file.with_env(self.env)] = user
        return found
