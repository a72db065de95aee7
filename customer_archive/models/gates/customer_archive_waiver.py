from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.company_day import today_at, today_here
from ..common.roles import GUARDIANS
from ..common.sentinel import as_system
from ..common.values import is_text
from ..common.windows import open_form
from ..files.customer_archive import ENDED

WAIVER = "customer.archive.waiver"
# Marks a condition that stopped orders when a waiver of it was asked for.
STOPPED = "!"
ORDERS = ("sale_order_id", "purchase_order_id")
# For how long a party is let through without meeting conditions.
USUAL, LONGEST_MONTHS = timedelta(days=30), 12


class CustomerArchiveWaiver(models.Model):
    """An application to confirm orders of a party that doesn't meet conditions 豁免.

    Requirements A3, E4. Granted by approval, for one order or until a day. It says why,
    and what is done instead; it can be ended early.
    """

    _name = "customer.archive.waiver"
    _description = "Waiver"
    _inherit = ["customer.archive.application"]

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("review", "Awaiting Approval"),
            ("done", "Granted"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )
    archive_id = fields.Many2one(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The file of the party when the waiver was requested, if it had one.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    gate_ids = fields.Many2many(
        "customer.archive.gate",
        string="Conditions",
        help="What the party doesn't meet, and would be let through without.",
    )
    # As they were when it was asked for, whatever becomes of the gates: those that
    # stopped have a mark.
    conditions = fields.Char(
        string="Codes of Conditions",
        readonly=True,
        copy=False,
        export_string_translation=False,
    )
    is_serious = fields.Boolean(
        string="Of Weight",
        compute="_compute_is_serious",
        store=True,
        help="One of the conditions stops orders: management also approves.",
    )
    sale_order_id = fields.Many2one(
        "sale.order", index="btree_not_null", ondelete="restrict", check_company=True
    )
    purchase_order_id = fields.Many2one(
        "purchase.order",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    order_amount = fields.Float(
        string="Amount of the Order",
        readonly=True,
        copy=False,
        help="When the waiver was requested: the order passes up to this.",
    )
    order_currency_id = fields.Many2one("res.currency", readonly=True, copy=False)
    date_to = fields.Date(
        string="Valid until",
        help="Last day on which orders pass.",
    )
    reason = fields.Text(help="Why the party is let through all the same.")
    measures = fields.Text(
        help="What is done instead, e.g. payment in advance, and by when it is mended."
    )
    ended_on = fields.Date(string="Ended on", readonly=True, copy=False)
    ended_by_id = fields.Many2one(
        "res.users", string="Ended by", readonly=True, copy=False
    )
    is_in_force = fields.Boolean(
        string="In Force", compute="_compute_is_in_force", search="_search_is_in_force"
    )
    can_end = fields.Boolean(
        compute="_compute_can_end", export_string_translation=False
    )

    _granted_to = models.Index(
        "(partner_id, company_id) WHERE state = 'done' AND ended_on IS NULL"
    )

    # Not by what is configured later: it stays what it was approved as.
    @api.depends("gate_ids")
    def _compute_is_serious(self):
        for waiver in self:
            waiver.is_serious = "stop" in waiver.sudo().gate_ids.mapped("action")

    @api.depends("state", "ended_on", "date_to")
    def _compute_is_in_force(self):
        for waiver in self:
            granted = waiver.state == "done" and not waiver.ended_on
            lasts = not waiver.date_to or waiver.date_to >= today_at(waiver)
            waiver.is_in_force = granted and lasts

    @api.model
    def _search_is_in_force(self, operator, _value):
        if operator != "in":
            return NotImplemented
        granted = fields.Domain([("state", "=", "done"), ("ended_on", "=", False)])
        lasts = self.env["res.company"]._archive_by_day(
            lambda today: (
                fields.Domain("date_to", "=", False)
                | fields.Domain("date_to", ">=", today)
            )
        )
        return granted & lasts

    @api.depends("user_id", "state", "ended_on")
    @api.depends_context("uid")
    def _compute_can_end(self):
        guards = self.env.user.has_groups(GUARDIANS)
        for waiver in self:
            granted = waiver.state == "done" and not waiver.ended_on
            waiver.can_end = granted and (guards or waiver.is_mine)

    @api.constrains("date_to", "partner_id", *ORDERS)
    def _check_order(self):
        for waiver in self:
            orders = [waiver.sudo()[name] for name in ORDERS if waiver.sudo()[name]]
            party = waiver.partner_id.commercial_partner_id
            if len(orders) > 1 or any(party not in _parties(order) for order in orders):
                raise ValidationError(
                    self.env._("A waiver is for one order, and of this party.")
                )

    # Create, write

    @api.model
    def _protected(self):
        recorded = (
            *("archive_id", "conditions", "ended_by_id", "ended_on"),
            *("order_amount", "order_currency_id"),
        )
        own = {**dict.fromkeys(recorded, False), "is_serious": None}
        return {**super()._protected(), **own}

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "date_to" in fields and not values.get("date_to"):
            values["date_to"] = today_here(self) + USUAL
        return values

    @api.model_create_multi
    def create(self, vals_list):
        waivers = super().create([self._of_company(vals) for vals in vals_list])
        for waiver in waivers:
            as_system(waiver).archive_id = waiver._file_there()
        return waivers

    @api.model
    def _of_company(self, vals):
        """Return ``vals`` with the company that a contact belongs to as the party."""
        vals = {**self.default_get(["partner_id"]), **vals}
        # Readable: what a client names is checked in the guard.
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        return {**vals, "partner_id": partner.commercial_partner_id.id or False}

    def _file_there(self):
        """Return, as superuser, the open file of the party; it may have none."""
        # Applying is for those who don't see the file, too.
        return (
            self.env["customer.archive"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.commercial_partner_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("state", "not in", ENDED),
                ]
            )
        )

    @api.model
    def _tied(self):
        message = self.env._("A waiver stays with its party: make a new one instead.")
        return {"partner_id", "company_id"}, message

    # Approval

    def _approval_check(self):
        result = super()._approval_check()
        # What was configured may have changed since the draft.
        self.env.add_to_compute(self._fields["is_serious"], self)
        for waiver in self:
            waiver._check_complete()
            order = waiver._own_order()
            gates = waiver.sudo().gate_ids
            stops = set(gates.filtered(lambda gate: gate.action == "stop"))
            codes = {g.condition + (STOPPED if g in stops else "") for g in gates}
            as_system(waiver).write(
                {
                    "request_date": today_at(waiver),
                    "conditions": f",{','.join(sorted(codes))},",
                    "order_amount": order.amount_total if order else 0,
                    "order_currency_id": order.currency_id.id if order else False,
                }
            )
        return result

    def _own_order(self):
        """Return the order that it is for, as superuser; it may be for none."""
        # Who asks for it, or decides, needn't sell and buy both.
        own = self.sudo()
        return own.sale_order_id or own.purchase_order_id

    def _check_complete(self):
        """Raise ``UserError`` if nobody could decide on it."""
        self.ensure_one()
        if not self.gate_ids:
            raise UserError(self.env._("Choose the conditions that aren't met."))
        if not is_text(self.reason):
            raise UserError(
                self.env._("Enter why the party is to be let through all the same.")
            )
        today = today_at(self)
        latest = fields.Date.add(today, months=LONGEST_MONTHS)
        if not self.date_to or not today <= self.date_to <= latest:
            raise UserError(
                self.env._("Choose a last day between today and %s.", latest)
            )

    def _approval_completed(self):
        for waiver in self:
            as_system(waiver).write({"state": "done"})
            waiver._tell(
                waiver.requester_id,
                lambda own: own.env._("Approved: the order can be confirmed."),
            )

    # Use

    @api.model
    def _without_waived(self, found):
        """Return findings without those that a waiver in force lets through.

        :param found: dict from order to list of findings
        :return: the same, without orders that have none left
        """
        if not found:
            return {}
        parties = {each.party for findings in found.values() for each in findings}
        # What was granted counts for whoever confirms.
        waivers = self.sudo().search(
            [
                ("partner_id", "in", [party.id for party in parties]),
                ("is_in_force", "=", True),
            ]
        )
        left = {
            order: [each for each in findings if not waivers._lets_pass(order, each)]
            for order, findings in found.items()
        }
        return {order: findings for order, findings in left.items() if findings}

    def _lets_pass(self, order, finding):
        """Whether one of these waivers lets an order through without a condition.

        What stops is waived only where it was known when it was approved that one does.
        """
        code = f",{finding.gate.condition}"
        named = [f"{code}{STOPPED},"] + ([] if finding.stops else [f"{code},"])
        return any(
            waiver.partner_id.commercial_partner_id == finding.party
            and waiver.company_id == order.company_id
            and any(each in (waiver.conditions or "") for each in named)
            and waiver._is_for(order)
            for waiver in self
        )

    def _is_for(self, order):
        """Whether it is for any order, or for this one, and not for more of it."""
        own = self._own_order()
        if not own:
            return True
        more = order.currency_id.compare_amounts(order.amount_total, self.order_amount)
        same = order.currency_id == self.order_currency_id
        return own == order._origin and same and more <= 0

    def action_end(self):
        """End these waivers early.

        :raise AccessError: unless the user asked for it, or is an archivist, of
            compliance or of management
        """
        self._wait_for_others()
        self.check_access("read")
        for waiver in self:
            if not waiver.can_end:
                raise waiver._refusal(
                    self.env._(
                        "Who asked for it, archivists, compliance or management end "
                        "a waiver that is in force."
                    ),
                    "end_waiver",
                )
            # Who may was checked; they needn't be allowed to write it.
            today = today_at(waiver)
            as_system(waiver.sudo()).write(
                {"ended_on": today, "ended_by_id": self.env.uid}
            )
            self.env["customer.archive.log"]._record("gate", waiver, "ended")
        return True

    def action_open_order(self):
        """Return the action that shows the order, for whoever may see it."""
        self.ensure_one()
        order = self.sale_order_id or self.purchase_order_id
        order.check_access("read")
        return open_form(order)


def _parties(order):
    return order.partner_id.commercial_partner_id | order._archive_addressed()
