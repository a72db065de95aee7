from odoo import models
from odoo.exceptions import UserError, ValidationError

from ..common.row_lock import lock_rows, touch_rows
from ..common.sentinel import as_system
from ..encryption.customer_archive_sealed import VALUE
from .customer_archive_change_line import NAMED_BY

OLD = "old_value"


class CustomerArchiveChangeLine(models.Model):
    """Submission and execution; called by the request, after its checks."""

    _inherit = "customer.archive.change.line"

    def action_reveal_old(self, purpose):
        """Return the number that was overwritten, for a purpose that is recorded.

        :param str purpose: why it is needed
        :raise AccessError: unless the user's roles allow it
        :raise RedirectWarning: if the user hasn't signed the undertaking
        :raise UserError: without a purpose, or if there was no number
        """
        self.ensure_one()
        self._check_reveal(purpose)
        # The user may see it: the role was checked, and it is recorded.
        ciphertext = self.sudo().old_ciphertext
        self._check_kept(ciphertext)
        self.env["customer.archive.log"]._record(
            "reveal", self, f"{self.kind} {OLD}", purpose.strip()
        )
        keys = self.env["customer.archive.keyring"]
        return keys._open(self, OLD, self.sudo().archive_id.id, ciphertext).decode()

    def _check_reveal(self, purpose):
        result = super()._check_reveal(purpose)
        if not self._shows_current():
            raise self._refusal(
                self.env._("You no longer have access to the file of this request."),
                "reveal",
            )
        return result

    def _found_by(self, value):
        return {"blind_index": self._blind_index(value)}

    # Submission

    def _take_old_values(self):
        """Keep what the new values would overwrite, as it is now."""
        for line in self:
            # The requester is responsible for the file and may know its content.
            own = line.sudo()
            text = own._in_words(own._current_value())
            as_system(own).write({"old_value": own._current_print(), "old_text": text})

    def _check_differ(self):
        """Check that each line says something new, and no two say the same.

        :raise UserError: naming the line that doesn't
        """
        # What the lines were about may have gone since they were written.
        self.sudo()._check_target()
        self.sudo()._check_removal()
        for line in self:
            problem = line.sudo()._problem()
            if problem:
                raise UserError(
                    self.env._(
                        "%(item)s: %(problem)s", item=line._label(), problem=problem
                    )
                )
        self._check_once()

    def _problem(self):
        """Return, in words, what keeps the line from being applied for."""
        same = self.env._("the new value is the same as the old one.")
        if self._is_sealed():
            if self.is_removal:
                return False
            if not self.ciphertext:
                return self.env._("enter the new value.")
            return same if self._is_known() else False
        new, field = self._new_value(), self.field_id._field()
        if (new or None) == (self._current_value() or None):
            return same
        empty = new is False and field.type != "boolean"
        if empty and (field.required or field.name == "name"):
            return self.env._("it can't be empty.")
        return False if self._fits_still() else self._gone_words()

    def _is_known(self):
        """Whether the new number is the present one, or one of the party's others."""
        if self.subject == "secret":
            return self.blind_index == self._current_print()
        banks = self.env["res.partner.bank"]
        known = banks.search(
            [("partner_id.commercial_partner_id", "=", self.partner_id.id)]
        )
        hashes = [self._blind_index(bank.acc_number or "") for bank in known]
        return self.blind_index in hashes

    def _check_once(self):
        seen = set()
        for line in self:
            adds = line.subject == "bank" and not line.bank_id
            key = (
                line.field_id,
                line._target(),
                adds and line.sudo().blind_index,
            )
            if key in seen:
                raise UserError(
                    self.env._("%s: it is twice in the request.", line._label())
                )
            seen.add(key)

    # Execution

    def _lock_rows(self):
        """Let whoever writes at this moment what is to be overwritten finish first.

        Whoever comes second is started again by Odoo, and sees what the first did.
        """
        files = self.archive_id
        self.env.flush_all()
        # Two requests on one file exclude each other.
        touch_rows(files)
        rows = {}
        for line in self:
            for record in (line._target(), line._new_record()):
                if record:
                    rows[record._name] = rows.get(record._name, record) | record
        # In one order for everybody.
        for _name, records in sorted(rows.items()):
            lock_rows(records, "NO KEY UPDATE")

    def _new_record(self):
        """Return the record that is the new value; empty for other kinds of values."""
        field = self.field_id._field()
        if field is None or field.type != "many2one":
            return self.browse()
        return self.env[field.comodel_name].browse(self.new_res_id or ())

    def _outdated(self):
        """Return, in words, why the line no longer does what was applied for."""
        label = self._label()
        # Without an account there is one to be added.
        named = self.subject in NAMED_BY and (not self._may_add() or self.old_value)
        if named and not self._target().exists():
            return self.env._("%s: it no longer exists", label)
        if (self._current_print() or False) != (self.old_value or False):
            return self.env._(
                "%(field)s is now “%(now)s”; it was “%(then)s”",
                field=label,
                now=self._in_words(self._current_value()) or "",
                then=self.old_text or "",
            )
        if not self._fits_still():
            return f"{label}: {self._gone_words()}"
        adds = self._may_add() and not self.is_removal
        if adds and self._is_known():
            return self.env._("%s: this account already exists", label)
        return False

    def _fits_still(self):
        record = self._new_record()
        return not record or bool(
            record.exists() and self._fits(self.field_id._field(), record)
        )

    def _gone_words(self):
        return self.env._("the new value can no longer be chosen")

    def _write_new_values(self):
        """Write the lines, record by record, each with all of its fields at once.

        :raise UserError: with what keeps one of them from being written
        """
        by_target, sealed = {}, self.filtered(lambda line: line._is_sealed())
        for line in self - sealed:
            values = by_target.setdefault(line._target(), {})
            values[line.field_id.field_name] = line._new_value()
        try:
            for target, values in by_target.items():
                # sudo: approved; the approver needs no write access there.
                as_system(target.sudo()).write(values)
            for line in sealed:
                line._write_sealed()
            self.env.flush_all()
        except (UserError, ValidationError) as error:
            raise UserError(
                self.env._(
                    "The change can't be executed, and nothing was changed: %s "
                    "Refuse it for this reason, so that it can be corrected.",
                    error,
                )
            ) from error

    def _write_sealed(self):
        """Write a new number, keeping the old one sealed with the line."""
        target = self._target()
        value = self._opened() if self.ciphertext else False
        self._keep_old(target)
        if self.subject == "secret":
            as_system(target).write({VALUE: value})
        elif self.is_removal:
            as_system(target).write({"active": False})
        elif target:
            # Whether money is sent there was decided about the old number.
            as_system(target).write({"acc_number": value, "allow_out_payment": False})
        else:
            as_system(self).bank_id = self._add_account(value)

    def _add_account(self, number):
        """Return a new account of the party, or one that was out of use."""
        accounts = as_system(self.env["res.partner.bank"])
        known = accounts._archive_find(self.partner_id, number)
        if known:
            known.write({"active": True})
            return known
        values = {"acc_number": number, "partner_id": self.partner_id.id}
        return accounts.create(values)

    def _keep_old(self, target):
        if not target:
            return
        secret = self.subject == "secret"
        old = target._opened() if secret else target.acc_number
        keys = self.env["customer.archive.keyring"]
        key = keys._file_key(self.archive_id)
        owner = self.archive_id.id
        ciphertext = keys._seal(key, self, OLD, owner, (old or "").encode())
        as_system(self).write({"old_ciphertext": ciphertext})
