from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..common.roles import CLERK, users_of
from ..common.sentinel import as_system


class CustomerArchive(models.Model):
    """Registration: what was approved is entered under its number 档案编号."""

    _inherit = "customer.archive"

    # Part of a number is typed as often as all of it.
    name = fields.Char(
        string="File Number", readonly=True, copy=False, tracking=True, index="trigram"
    )
    number_prefix = fields.Char(readonly=True, copy=False)
    number_index = fields.Integer(readonly=True, copy=False)
    opening_date = fields.Date(
        string="Filed on", readonly=True, copy=False, index="btree_not_null"
    )

    _number = models.UniqueIndex(
        "(company_id, number_prefix, number_index) WHERE number_index > 0",
        "This file number is already in use.",
    )
    _name_unique = models.UniqueIndex(
        "(name, company_id) WHERE name IS NOT NULL",
        "This file number is already in use.",
    )

    @api.model
    def _protected(self):
        names = ("name", "number_prefix", "number_index", "opening_date")
        return {**super()._protected(), **dict.fromkeys(names, False)}

    def action_register(self):
        """Enter reviewed files under the next numbers of their departments.

        :raise AccessError: unless the user is a records clerk
        :raise UserError: unless the file was approved
        """
        self._wait_for_others()
        if not self.env.user.has_group(CLERK):
            raise self._refusal(
                self.env._("Files are registered by a records clerk."), "register"
            )
        # In one order for everybody: two batches never wait for each other.
        for archive in self.sorted(lambda file: (file.department_id.id, file.id)):
            if archive.state != "registering":
                raise UserError(
                    self.env._(
                        "%(file)s can't be registered (%(state)s): it must be "
                        "approved first and can only be registered once.",
                        file=archive.display_name,
                        state=archive._state_label(),
                    )
                )
            archive.partner_id._check_archive_duplicate()
            archive._rows("pending")._decide("approved", False)
            archive._finish_activities(False)
            archive._clear_current()
            prefix, index, name = archive._next_number()
            # The clerk's role and the state were checked above.
            as_system(archive.sudo()).write(
                {
                    "state": "active",
                    "number_prefix": prefix,
                    "number_index": index,
                    "name": name,
                    "opening_date": archive.company_id._archive_today(),
                    "custodian_id": archive.custodian_id.id or self.env.uid,
                }
            )
            archive.sudo().document_ids._give_item_numbers()
        return True

    def _row_to_reject(self):
        """A clerk who finds a mistake returns the file instead of registering it."""
        if self.state != "registering":
            return super()._row_to_reject()
        self.check_access("read")
        if not self.env.user.has_group(CLERK):
            raise self._refusal(
                self.env._("Files are registered by a records clerk."), "return"
            )
        return self._rows("pending")

    def _approval_completed(self):
        """The reviews are done: clerks have three working days to register the file."""
        clerks = self._registrars()
        as_system(self).write({"state": "registering"})
        row = as_system(self.env["customer.archive.approval"]).create(
            {
                **self._row_base(self.approval_round),
                "requester_id": self.requester_id.id,
                "name": self.env._("Registration"),
                "kind": "task",
                "sequence": 1000,
                "approver_ids": clerks.ids,
                "days": 3,
            }
        )
        row._take_names(
            lambda each, lang: each.with_context(lang=lang).env._("Registration")
        )
        self._make_current(row)

    def _registrars(self):
        """Return the clerks who can open the file, and so register it."""
        self.ensure_one()
        clerks = users_of(self.env, CLERK)
        return clerks.filtered(
            lambda user: (
                user.active
                and self.company_id in user.company_ids
                and self._is_cleared(user)
            )
        )

    def _check_registrable(self):
        """Refuse a classified file that no clerk could register in the end."""
        for archive in self:
            # Who the clerks are decides, not what the submitter sees of them.
            clerks = archive.sudo()._registrars()
            if archive.security_level != "internal" and not clerks:
                raise UserError(
                    self.env._(
                        "No records clerk is cleared for this level (%s), so the "
                        "file could not be registered. Ask an administrator to "
                        "clear one.",
                        archive._level_label(),
                    )
                )

    def _next_number(self):
        """Return prefix, index and name of the next number: no gaps, no duplicates.

        Clerks who register at once queue at a lock that is held until their
        transactions end. Behind it the highest number is read through another
        connection, because this transaction's snapshot may be older than the
        last holder's commit. A rollback or a crash uses no number up.
        """
        self.ensure_one()
        prefix = self.company_id._archive_number_prefix(
            self.department_id, self.category_id
        )
        self._lock_numbers(self.company_id, prefix)
        index = self._highest_index(prefix) + 1
        return (
            prefix,
            index,
            f"{prefix}{index:0{self.company_id.archive_number_padding}d}",
        )

    @api.model
    def _lock_numbers(self, company, prefix):
        """Queue for the numbers under a prefix, until the transaction ends."""
        key = f"{self._name}/{company.id}/{prefix}"
        self.env.cr.execute(
            SQL("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", key)
        )

    def _highest_index(self, prefix):
        """Return the highest index under ``prefix``, own uncommitted ones included."""
        highest = SQL(
            "SELECT COALESCE(MAX(number_index), 0) FROM %s"
            " WHERE company_id = %s AND number_prefix = %s",
            SQL.identifier(self._table),
            self.company_id.id,
            prefix,
        )
        self.flush_model(["number_index", "number_prefix", "company_id"])
        [(own,)] = self.env.execute_query(highest)
        return max(own, self._committed(highest))

    def _last_item_number(self):
        """Return the last number that was given to an item; nobody gives others.

        As for files: who numbers items of this file queues at a lock.
        """
        self.ensure_one()
        key = f"customer.archive.document/{self.id}"
        self.env.cr.execute(
            SQL("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", key)
        )
        last = SQL(
            "SELECT COALESCE(MAX(item_number), 0) FROM customer_archive_document"
            " WHERE archive_id = %s",
            self.id,
        )
        self.env["customer.archive.document"].flush_model(["item_number"])
        [(own,)] = self.env.execute_query(last)
        return max(own, self._committed(last))

    @api.model
    def _committed(self, query):
        """Return the number that a query finds of what others have committed by now."""
        if not self.env.registry.ready:
            # While the addon is being installed nobody else can see its table.
            return 0
        with self.env.registry.cursor() as cr:
            cr.execute(query)
            [number] = cr.fetchone()
        return number

    @api.model
    def _highest_of(self, company, prefix, but):
        """Return the highest index that was given under a prefix, but some of them."""
        domain = [
            ("company_id", "=", company.id),
            ("number_prefix", "=", prefix),
            ("number_index", "not in", list(but)),
        ]
        files = self.with_context(active_test=False)
        return files.search(domain, order="number_index desc", limit=1).number_index
