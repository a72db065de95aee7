from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..files.customer_archive import ENDED
from .customer_archive_waiver import WAIVER

FILE = "customer.archive"
NO_FILE, REGISTRY = "no_file", "registry"


class Finding(NamedTuple):
    """What a party doesn't meet: the gate, and its file, which may be none."""

    gate: models.BaseModel
    file: models.BaseModel

    @property
    def stops(self):
        return self.gate.action == "stop"


class CustomerArchiveGate(models.Model):
    """What parties don't meet, for all orders of a batch at once.

    Three queries, however many orders there are: files, what they fail, waivers.
    """

    _inherit = "customer.archive.gate"

    @api.model
    def _findings(self, orders, kind):
        """Return what keeps orders, the strictest gate of each condition.

        Reckoned as superuser: what is asked doesn't depend on who confirms.

        :param orders: orders with ``commercial_partner_id`` and ``company_id``
        :param kind: "sale" or "purchase"
        :return: dict from order to list of :class:`Finding`, for orders with one
        """
        gates = self.sudo().browse(self._asked(kind))
        orders = orders.sudo().filtered("partner_id") if gates else orders.browse()
        if not orders:
            return {}
        files = self._files_of(orders)
        failed = self._failed(files.values(), set(gates.mapped("condition")))
        found = {
            order: self._strictest(gates, order, files.get(_key(order)), failed)
            for order in orders
        }
        found = {order: findings for order, findings in found.items() if findings}
        return self.env[WAIVER]._without_waived(found)

    @api.model
    def _files_of(self, orders):
        """Return the open files of the parties of some orders, by party and company."""
        files = self.env[FILE].sudo()
        domain = [
            ("partner_id", "in", orders.partner_id.commercial_partner_id.ids),
            ("company_id", "in", orders.company_id.ids),
            ("state", "not in", ENDED),
        ]
        found = files.search_fetch(
            domain, ["partner_id", "company_id", "state", "category_id"]
        )
        return {(file.partner_id.id, file.company_id.id): file for file in found}

    @api.model
    def _strictest(self, gates, order, file, failed):
        """Return the findings of an order, one for each condition."""
        file = file if file is not None else self.env[FILE].sudo()
        partner = order.partner_id.commercial_partner_id
        on_record = file.state == "active"
        found = {}
        for gate in gates:
            fails = (
                file.id in failed.get(gate.condition, ())
                if on_record
                else gate.condition == NO_FILE
            )
            if fails and gate._fits(partner, order.company_id, file):
                first = found.get(gate.condition)
                if not first or (gate.action == "stop" and not first.stops):
                    found[gate.condition] = Finding(gate, file)
        return list(found.values())

    @api.model
    def _failed(self, files, conditions):
        """Return the ids of those of some files that fail, by condition; one query."""
        ids = [file.id for file in files if file.state == "active"]
        domains = self._failing()
        model = self.env[FILE].sudo().with_context(active_test=False)
        asked = [
            SQL(
                "SELECT %s, id FROM (%s) AS found",
                condition,
                model._search(domain & fields.Domain("id", "in", ids)).select(),
            )
            for condition, domain in domains.items()
            if ids and condition in conditions
        ]
        failed = {}
        for condition, found in (
            self.env.execute_query(SQL(" UNION ALL ").join(asked)) if asked else ()
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


def _key(order):
    return order.partner_id.commercial_partner_id.id, order.company_id.id
