from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..files.customer_archive import ENDED
from .customer_archive_waiver import WAIVER

FILE = "customer.archive"
NO_FILE, REGISTRY = "no_file", "registry"
# Of whom this is so, nothing is sent or invoiced to, whoever orders it.
OF_ANYBODY = ("ended", "held")


class Files(NamedTuple):
    """The files of some parties, by party and company.

    Besides the open ones those that say whether anything is sent to a party: the one on
    record; without one all that there are. What is closed has ended all the more, and
    a new file lifts nothing before it is approved.
    """

    open: dict
    telling: dict


class Finding(NamedTuple):
    """What a party doesn't meet: the gate, its file, which may be none, and itself."""

    gate: models.BaseModel
    file: models.BaseModel
    party: models.BaseModel

    @property
    def stops(self):
        return self.gate.action == "stop"


class CustomerArchiveGate(models.Model):
    """What parties don't meet, for all orders of a batch at once.

    Three queries, however many orders there are: files, what they fail, waivers.
    """

    _inherit = "customer.archive.gate"

    @api.model
    def _findings(self, orders, kind, parties=None):
        """Return what keeps orders, the strictest gate of each condition.

        Reckoned as superuser: what is asked doesn't depend on who confirms.

        :param orders: orders with ``commercial_partner_id`` and ``company_id``
        :param kind: "sale" or "purchase"
        :param parties: ask these alone, and only what is asked of anybody
        :return: dict from order to list of :class:`Finding`, for orders with one
        """
        gates = self._asked(kind)
        if parties is not None:
            gates = gates._of_anybody()
        orders = orders.sudo().filtered("partner_id") if gates else orders.browse()
        if not orders:
            return {}
        files = self._files_of(orders)
        conditions = set(gates.mapped("condition"))
        failed = self._failed(files, conditions)
        failed |= self._failing_orders(orders, kind, files.open, conditions)
        found = {
            order: self._strictest(order, asked, files, failed)
            for order, asked in self._asked_by(gates, orders, parties)
        }
        found = {order: findings for order, findings in found.items() if findings}
        return self.env[WAIVER]._without_waived(found)

    @api.model
    def _parties_of(self, orders):
        """Return whose files are looked at for some orders."""
        return orders.partner_id.commercial_partner_id | orders._archive_addressed()

    @api.model
    def _files_of(self, orders):
        """Return the files of the parties of some orders, as :class:`Files`."""
        files = self.env[FILE].sudo()
        domain = [
            ("partner_id", "in", self._parties_of(orders).ids),
            ("company_id", "in", orders.company_id.ids),
            ("state", "!=", "destroyed"),
        ]
        found = files.search_fetch(
            domain,
            [
                *("partner_id", "company_id", "state", "category_id"),
                *("credit_grade_id", "risk_grade_id", "supplier_grade_id"),
            ],
        )
        open_ = found.filtered(lambda file: file.state not in ENDED)
        active = open_.filtered(lambda file: file.state == "active")
        telling = {**found.grouped(_whose), **active.grouped(_whose)}
        return Files(open_.grouped(_whose), telling)

    def _of_anybody(self):
        return self.filtered(lambda gate: gate.condition in OF_ANYBODY)

    @api.model
    def _asked_by(self, gates, orders, parties):
        """Yield orders with what each asks of whom, of all or some parties only."""
        for order in orders:
            asked = self._asked_of(gates, order)
            if parties is not None:
                asked = [(party, those) for party, those in asked if party in parties]
            yield order, asked

    @api.model
    def _asked_of(self, gates, order):
        """Return which gates an order asks of whom, as pairs of a party and gates.

        The party that orders comes first, then those that goods and invoices go to.
        """
        party = order.partner_id.commercial_partner_id
        others = order._archive_addressed() - party
        rest = gates._of_anybody()
        return [(party, gates), *((other, rest) for other in others)]

    @api.model
    def _strictest(self, order, asked, files, failed):
        """Return the findings of an order, one for each condition.

        :param asked: what is asked of whom, see :meth:`_asked_of`
        """
        found = {}
        for party, those in asked:
            for gate in those:
                finding = gate._finding(order, party, files, failed)
                first = found.get(gate.condition)
                if finding and (not first or (finding.stops and not first.stops)):
                    found[gate.condition] = finding
        return list(found.values())

    def _finding(self, order, party, files, failed):
        """Return the finding if a party of an order doesn't meet this, else none."""
        key = party.id, order.company_id.id
        if self.condition in OF_ANYBODY:
            those = files.telling.get(key, ())
        else:
            those = [files.open.get(key, self.env[FILE].sudo())]
        for file in those:
            if self._fails(order, file, failed) and self._fits(order, party, file):
                return Finding(self, file, party)
        return None

    def _fails(self, order, file, failed):
        """Whether an order doesn't meet this condition.

        :param order: nothing here; others ask for what the order is
        :param file: the party's, may be none
        :param failed: what fails, by condition
        """
        if self.condition not in OF_ANYBODY and file.state != "active":
            return self.condition == NO_FILE
        return file.id in failed.get(self.condition, ())

    @api.model
    def _failing_orders(self, orders, kind, files, conditions):
        """Return the orders that fail by what they are, by condition."""
        return {}

    @api.model
    def _failed(self, files, conditions):
        """Return the ids of those of some files that fail, by condition; one query."""
        telling = [file for those in files.telling.values() for file in those]
        ids = [file.id for file in telling]
        active = [file.id for file in telling if file.state == "active"]
        domains = self._failing()
        model = self.env[FILE].sudo().with_context(active_test=False)
        parts = [
            SQL(
                "SELECT %s, id FROM (%s) AS found",
                condition,
                model._search(domain & fields.Domain("id", "in", asked)).select(),
            )
            for condition, domain in domains.items()
            if condition in conditions
            and (asked := ids if condition in OF_ANYBODY else active)
        ]
        failed = {}
        for condition, found in (
            self.env.execute_query(SQL(" UNION ALL ").join(parts)) if parts else ()
        ):
            failed.setdefault(condition, set()).add(found)
        if REGISTRY in failed:
            failed[REGISTRY] = {
                file.id
                for file in model.browse(failed[REGISTRY])
                if file._registry_verdict().result == "bad"
            }
        return failed

    @api.model
    def _failing(self):
        """Return, by condition, the domain of the files on record that fail it."""
        by_day = self.env["res.company"]._archive_by_day
        late = by_day(lambda today: fields.Domain("due_date", "<", today))
        fresh = by_day(lambda today: fields.Domain("valid_until", ">=", today))
        parts = {
            "papers": ("document_ids", fields.Domain("is_missing", "=", True) & late),
            "lapsed": ("document_ids", fields.Domain("validity_state", "=", "expired")),
            "review": ("review_ids", fields.Domain("state", "=", "open") & late),
            # A newer one may be good: that is looked at for the few that this finds.
            REGISTRY: (
                "registry_check_ids",
                fields.Domain("result", "=", "bad") & fresh,
            ),
        }
        return {
            **{
                condition: fields.Domain(name, "any", domain)
                for condition, (name, domain) in parts.items()
            },
            "ended": fields.Domain("relation_stage", "=", "terminated"),
            "held": fields.Domain("is_held", "=", True),
        }

    def _words(self, partner, file):
        """Return what isn't met, as a sentence.

        Who doesn't see the file learns that it stands in the way, and not why.
        """
        self.ensure_one()
        name = partner.display_name
        if file and not file.sudo(False).has_access("read"):
            if self.condition == NO_FILE:
                return self.env._("%s has no file on record.", name)
            return self.env._("The customer file of %s stands in the way.", name)
        return self._sentences(name, file)[self.condition]

    def _sentences(self, name, file):
        if file:
            no_file = self.env._(
                "The file of %s isn't approved and on record yet.", name
            )
        else:
            no_file = self.env._("%s has no file: open one.", name)
        return {
            NO_FILE: no_file,
            "papers": self.env._("Papers of %s are missing beyond their day.", name),
            "lapsed": self.env._(
                "Papers of %s have expired, and are neither renewed nor waived.", name
            ),
            "review": self.env._("The review of %s is overdue.", name),
            REGISTRY: self.env._("The last registry check of %s has objections.", name),
            "ended": self.env._("The cooperation with %s was terminated.", name),
            "held": self.env._("The file of %s is on hold.", name),
        }


def _whose(file):
    return file.partner_id.id, file.company_id.id
