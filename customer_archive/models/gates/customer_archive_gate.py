from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..common.customer_archive_lifted import chosen, ticked, unticked
from ..common.values import label

SALE, PURCHASE = "sale", "purchase"
# The field of a gate that says whether it is asked for orders of a kind.
FOR = {SALE: "for_sales", PURCHASE: "for_purchases"}


def softened(record, name, value):
    """Whether what was stopped would go through with a warning."""
    return record[name] == "stop" and value != "stop"


class CustomerArchiveGate(models.Model):
    """What a party has to meet before an order of it is confirmed 管控.

    Requirement E4. What isn't met warns or stops, as the gate says. Of several gates
    that fit, the strictest counts. Parties whose file is blocked get no orders at all,
    nor goods of others' orders: no gate says so, and no waiver lets them.
    """

    _name = "customer.archive.gate"
    _description = "Order Condition"
    _inherit = ["customer.archive.lifted", "customer.archive.configured"]
    _order = "sequence, id"
    _rec_names_search = ["note"]

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    condition = fields.Selection(
        [
            ("no_file", "No file on record"),
            ("papers", "Papers missing"),
            ("lapsed", "Papers expired"),
            ("review", "Review overdue"),
            ("registry", "Objections of the registry"),
            ("ended", "Cooperation terminated"),
            ("held", "File on hold"),
        ],
        string="If",
        required=True,
    )
    action = fields.Selection(
        [("warn", "Warn"), ("stop", "Stop")],
        string="Then",
        required=True,
        default="warn",
        help=(
            "Warn: the order shows it, and keeps it once confirmed. Stop: the order is "
            "confirmed with an approved waiver only."
        ),
    )
    for_sales = fields.Boolean(string="Sales Orders", default=True)
    for_purchases = fields.Boolean(string="Purchase Orders", default=True)
    category_id = fields.Many2one(
        "customer.archive.category",
        index="btree_not_null",
        ondelete="restrict",
        help="Only for parties of this category; leave empty for all.",
    )
    companies_only = fields.Boolean(
        default=True, help="Private persons may order without meeting it."
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="Leave empty for all companies.",
    )
    note = fields.Char(
        string="Remarks", translate=True, help="E.g. the rule that asks for it."
    )

    @api.depends("action", "condition")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for gate in self:
            parts = (label(gate, "condition"), label(gate, "action"))
            gate.display_name = ": ".join(filter(None, parts))

    @api.model
    def _power(self):
        rules = {
            "action": softened,
            "active": unticked,
            "companies_only": ticked,
            "for_purchases": unticked,
            "for_sales": unticked,
        }
        names = ("category_id", "company_id", "condition")
        return {**super()._power(), **rules, **dict.fromkeys(names, chosen)}

    @api.model
    def _powerless(self):
        return super()._powerless() | {"note", "sequence"}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        if not self.env.su and any(self.mapped("active")):
            raise UserError(
                self.env._(
                    "Orders are checked against this: deactivate it first, and have "
                    "another person confirm that."
                )
            )
        self._check_not_named()

    def _check_not_named(self):
        """Refuse what would change what waivers were asked for."""
        # Whether there is one decides, also where it can't be seen.
        waivers = self.env["customer.archive.waiver"].sudo()
        if waivers.search_count([("gate_ids", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "There are waivers of this: leave it as it is, and make a new one."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        gates = super().create(vals_list)
        self.env.registry.clear_cache()
        return gates

    def write(self, vals):
        if "condition" in vals:
            others = self.filtered(lambda gate: gate.condition != vals["condition"])
            others._check_not_named()
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _asked(self, kind):
        """Return the gates for a kind of orders, as superuser; most have the same few.

        What they say is at hand without a query.
        """
        ids, columns = self._asked_values(kind)
        gates = self.sudo().browse(ids)
        for name, values in columns.items():
            self._fields[name]._insert_cache(gates, values)
        return gates

    @api.model
    @tools.ormcache("kind")
    def _asked_values(self, kind):
        """Return ids of gates, and what their columns hold, by name."""
        # What is asked of orders doesn't depend on who confirms them, nor on a context.
        gates = self.sudo().with_context(active_test=True)
        gates = gates.search([(FOR[kind], "=", True)])
        names = [
            name
            for name, field in self._fields.items()
            if field.column_type and field.store and not field.translate
        ]
        columns = {
            name: tuple(
                field.convert_to_cache(gate[name], gate, validate=False)
                for gate in gates
            )
            for name, field in ((name, self._fields[name]) for name in names)
            if name not in models.MAGIC_COLUMNS
        }
        return gates.ids, columns

    def _fits(self, order, partner, file):
        """Whether it is asked of a party of an order.

        :param file: the party's file in the order's company, may be none
        """
        self.ensure_one()
        return (
            self.company_id.id in (False, order.company_id.id)
            and not (self.companies_only and self._is_private(order, partner))
            and self.category_id.id in (False, file.category_id.id)
        )

    def _is_private(self, order, partner):
        """Whether a party of an order is a private person."""
        return not partner.is_company
