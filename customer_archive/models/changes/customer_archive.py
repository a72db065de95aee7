from odoo import models
from odoo.exceptions import UserError

from ..common.values import differs
from .customer_archive_change_field import SEALED, VALUE_FIELDS
from .customer_archive_change_line import NAMED_BY

NUMBER = "acc_number"


class CustomerArchive(models.Model):
    """Edits that need a change request: the refusal, and the way to one."""

    _inherit = "customer.archive"

    def _check_edit(self, record, subject, names, vals):
        """Refuse an edit of protected fields of a party, contact or account.

        :param record: what is edited
        :param subject: which kind it is, as in a change request
        :param names: the fields that nobody edits directly
        :param vals: what is written
        """
        changed = [
            name
            for name in sorted(names & vals.keys())
            if differs(record.sudo(), name, vals[name])
        ]
        if changed:
            raise self._edit_refused(record, subject, changed, vals)

    def _edit_refused(self, record, subject, names, vals):
        """Return the error for an edit of a file's data that was reviewed."""
        self.ensure_one()
        labels = ", ".join(
            record._fields[name]._description_string(self.env) for name in names
        )
        message = self.env._(
            "%(party)s has a customer file: %(fields)s can't be changed directly.",
            party=self.partner_id.name,
            fields=labels,
        )
        self._record_edit(subject, names, message)
        if self.env.user.share:
            # That there is a file, and who keeps it, is nothing for outsiders.
            return UserError(
                self.env._(
                    "%s can't be changed here: please tell your contact what has "
                    "changed.",
                    labels,
                )
            )
        if self.state != "active":
            return UserError(
                self.env._(
                    "%s It is under review: wait for the decision, "
                    "or withdraw it from review.",
                    message,
                )
            )
        return self._way_to_change(record, subject, names, vals, message)

    def _locked(self, record, subject, vals, message):
        """Return the error for an edit of what is locked in the file itself.

        :param vals: what is written to ``record``; empty if it can't be asked for
        :param message: what is refused, as sentences
        """
        self.ensure_one()
        self._record_edit(subject, sorted(vals), message)
        if self.state != "active" or not vals:
            return UserError(message)
        return self._way_to_change(record, subject, sorted(vals), vals, message)

    def _record_edit(self, subject, names, message):
        detail = f"edit {subject}: {' '.join(names)}"
        self.env["customer.archive.log"]._record_refusal(self, detail, message)

    def _way_to_change(self, record, subject, names, vals, message):
        """Return the error that leads to a request with what was typed."""
        removal = subject == "bank" and vals.get("active") is False
        if subject == "bank" and "active" in names:
            # Both are asked for as a change of the number.
            names = [NUMBER, *sorted(set(names) - {"active", NUMBER})]
            record = record if removal else record.browse()
        rows = self.env["customer.archive.change.field"]._of(subject, names)
        if not rows or rows.keys() < set(names):
            return UserError(message)
        lines = [
            self._line_of(record, row, subject, vals.get(name))
            for name, row in rows.items()
        ]
        if not all(lines):
            return UserError(message)
        if removal:
            lines[0]["is_removal"] = True
        return self.env["customer.archive.change"]._needed(self, message, lines)

    def _line_of(self, record, row, subject, value):
        """Return the values of a change line that says what somebody typed.

        Numbers that are kept sealed go to the browser and back by no other way than
        being typed.
        """
        if subject == "item" and row.field_name == "number" and record.is_sensitive:
            subject, record = "secret", record.sudo().secret_ids
            row = row._of("secret", ["value"]).get("value")
            if not (row and record):
                return None
        line = {"field_id": row.id}
        if subject in NAMED_BY and record:
            line[NAMED_BY[subject]] = record.id
        if (subject, row.field_name) not in SEALED:
            field = record._fields[row.field_name]
            if field.type == "date" and value:
                value = str(value)
            line[VALUE_FIELDS[field.type]] = value
        return line
