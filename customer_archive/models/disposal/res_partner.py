from odoo import models
from odoo.tools import SQL

from ..common.customer_archive_guard import is_ours
from ..common.sentinel import as_system
from .erasure_table import ERASED, PARTY_OF_DOCUMENTS, PARTY_TECHNICAL, TEXTS

# Tables whose rows go with a party, or say nothing that needs it.
ACCESSORY = (
    *("res.partner", "res.partner.bank", "mail.", "discuss.", "bus."),
    *("ir.", "base.partner.merge", "calendar.attendee", "privacy."),
)
NUMBERS = ("date", "datetime", "float", "monetary")


class ResPartner(models.Model):
    """What is left of a party whose file is destroyed (row F5)."""

    _inherit = "res.partner"

    def _archive_erase(self, file):
        """Erase of the party and its contacts what only a destroyed file needed.

        Documents stay as they are, and whom they were made out to. Called as
        superuser.

        :param file: the destroyed file
        :return: names of stored files that are to be destroyed
        """
        self.ensure_one()
        party = self.with_context(
            active_test=False, tracking_disable=True, mail_notrack=True
        )
        family = party | party.search([("commercial_partner_id", "=", party.id)])
        if family._archive_is_needed(file):
            return []
        documented = family.filtered(
            lambda each: family._archive_has_documents(each.ids)
        )
        if documented:
            # Contacts' documents are the party's.
            documented |= party
        stored = family._archive_erase_accounts()
        stored += self.env["customer.archive"]._erase_traces([family])
        for partner in family:
            keep = PARTY_OF_DOCUMENTS if partner in documented else frozenset()
            partner._archive_empty(keep, file.name)
        return stored

    def _archive_is_needed(self, file):
        """Whether somebody works with these partners: users, companies, other files."""
        users = self.env["res.users"].with_context(active_test=False)
        return bool(
            users.search_count([("partner_id", "in", self.ids)], limit=1)
            or self.env["res.company"].search_count(
                [("partner_id", "in", self.ids)], limit=1
            )
            or self.env["customer.archive"].search_count(
                [
                    ("partner_id", "in", self.ids),
                    ("state", "!=", "destroyed"),
                    ("id", "!=", file.id),
                ],
                limit=1,
            )
        )

    def _archive_has_documents(self, ids):
        """Whether any record of the ERP refers to one of some partners."""
        self.env.flush_all()
        return any(
            self._archive_refers(table, column, ids)
            for table, column in self._archive_references(self._name)
        )

    def _archive_references(self, comodel):
        """Return (table, column) of what refers to a model and outlives a file."""
        found = []
        for name, model in self.env.items():
            if (
                model._abstract
                or model._transient
                or not model._auto
                or is_ours(name)
                or name.startswith(ACCESSORY)
            ):
                continue
            for field in model._fields.values():
                if field.comodel_name != comodel or not field.store:
                    continue
                if field.type == "many2one" and field.column_type:
                    found.append((model._table, field.name))
        return found

    def _archive_refers(self, table, column, ids):
        query = SQL(
            "SELECT EXISTS (SELECT FROM %s WHERE %s = ANY(%s))",
            SQL.identifier(table),
            SQL.identifier(column),
            list(ids),
        )
        self.env.cr.execute(query)
        return self.env.cr.fetchone()[0]

    def _archive_erase_accounts(self):
        """Delete the bank accounts that no document names."""
        banks = self.env["res.partner.bank"].with_context(
            active_test=False, tracking_disable=True, mail_notrack=True
        )
        references = self._archive_references(banks._name)
        self.env.flush_all()
        found = banks.search([("partner_id", "in", self.ids)])
        # Their histories have the numbers, too.
        stored = self.env["customer.archive"]._erase_traces([found])
        free = found.filtered(
            lambda bank: (
                not any(
                    self._archive_refers(table, column, bank.ids)
                    for table, column in references
                )
            )
        )
        # Theirs would only take them out of use, and tell so with the number.
        models.BaseModel.unlink(as_system(free))
        return stored

    def _archive_empty(self, keep, number):
        """Empty a partner in the database, so that no history is written of it.

        :param keep: fields that stay
        :param number: of the destroyed file, for the name
        """
        self.ensure_one()
        name = f"{ERASED} {number}"
        values = {} if "name" in keep else {"active": False}
        for field_name, field in self._fields.items():
            if not (field.store and field.column_type):
                continue
            if field_name in keep | PARTY_TECHNICAL:
                continue
            if field.company_dependent and field.type not in TEXTS:
                continue
            if field_name in ("name", "complete_name"):
                values[field_name] = name
            elif field.type in TEXTS or (
                field.type in NUMBERS and field_name not in models.MAGIC_COLUMNS
            ):
                values[field_name] = ERASED if field.required else None
        if "legal_representative_id" in self._fields:
            values["legal_representative_id"] = None
        if not keep:
            values |= {"state_id": None}
        self.env.flush_all()
        assignments = [
            SQL("%s = %s", SQL.identifier(each), value)
            for each, value in values.items()
        ]
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET %s WHERE id = %s",
                SQL(", ").join(assignments),
                self.id,
            )
        )
        self.env.invalidate_all()
