from odoo import models
from odoo.exceptions import AccessError

from .customer_archive_guard import is_ours
from .sentinel import is_system


class IrSequence(models.Model):
    """Numbers of requests, lists, agreements and certificates are drawn by us alone.

    Every employee may read sequences, and so draw from them: each draw by somebody
    else would be a gap in a register that is to have none.
    """

    _name = "ir.sequence"
    _inherit = ["ir.sequence", "customer.archive.configured"]

    def _is_configuration(self):
        # What a number looks like and which is the next is set by who may configure
        # Odoo: it is recorded, as all configuration of the files is.
        return any(is_ours(sequence.code) for sequence in self.sudo())

    def _next(self, sequence_date=None):
        self._archive_check_drawing()
        return super()._next(sequence_date)

    def _archive_check_drawing(self):
        """Refuse to draw from our sequences, unless for a record of ours.

        :raise AccessError: to everybody, administrators included
        """
        # Which sequence is one of ours is nothing to be kept secret.
        if not is_system(self.env) and any(is_ours(each.code) for each in self.sudo()):
            message = self.env._(
                "Numbers of the customer files are assigned with the record. "
                "Create the request, and it gets the next number."
            )
            log = self.env["customer.archive.log"]
            log._record_refusal(self, "draw", message)
            raise AccessError(message)


class IrSequenceDateRange(models.Model):
    """The sequences of single years."""

    _name = "ir.sequence.date_range"
    _inherit = ["ir.sequence.date_range", "customer.archive.configured"]

    def _is_configuration(self):
        # A new year's begins with its first number, by itself.
        return not is_system(self.env) and self.sequence_id._is_configuration()

    def _next(self):
        self.sequence_id._archive_check_drawing()
        return super()._next()
