from odoo import models

from ..common.stand_in import first_readers, readers
from ..files.customer_archive import ENDED

# Models of what is asked about a file of who looks after it.
TASKS = ("customer.archive.review", "customer.archive.annual.request")


class CustomerArchive(models.Model):
    """Who does what is asked about a file, and what becomes of it with the file."""

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
        return first_readers(self, self._stand_in_chain(""))

    def _readers(self, user_of):
        """Return those of some users who are active and may read the files.

        One query for all files of a user. Called as superuser.

        :param user_of: function of a file that returns the user
        :return: dict from file to user
        """
        return readers(self, user_of)
