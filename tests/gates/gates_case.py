"""Parties with and without files, and orders of them."""

from odoo import Command

from ..support.common import ArchiveCase

GATE, WAIVER = "customer.archive.gate", "customer.archive.waiver"
NAME = "江阴长兴再生资源有限公司"


class GatesCase(ArchiveCase):
    """Mixed into a TransactionCase or HttpCase."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {"name": "废钢", "list_price": 2000, "type": "consu"}
        )

    @classmethod
    def gate(cls, condition):
        return cls.env.ref(f"customer_archive.gate_{condition}")

    @classmethod
    def stop(cls, *conditions):
        for condition in conditions:
            cls.gate(condition).action = "stop"

    def sale(self, partner, role="sales", quantity=5):
        """Return a quotation of a salesperson."""
        return (
            self.env["sale.order"]
            .with_user(self.users[role])
            .create(
                {
                    "partner_id": partner.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "product_uom_qty": quantity,
                            }
                        )
                    ],
                }
            )
        )

    def purchase(self, partner, role="purchase", quantity=5):
        """Return a request for quotation of a buyer."""
        line = {"product_id": self.product.id, "product_qty": quantity}
        values = {"partner_id": partner.id, "order_line": [Command.create(line)]}
        orders = self.env["purchase.order"].with_user(self.users[role])
        return orders.create(values)

    def waiver(self, partner, *conditions, role="sales", **values):
        """Return a draft of a waiver, complete unless ``values`` say otherwise."""
        gates = self.env[GATE].union(*map(self.gate, conditions))
        return (
            self.env[WAIVER]
            .with_user(self.users[role])
            .create(
                {
                    "partner_id": partner.id,
                    "gate_ids": gates.ids,
                    "reason": "营业执照换证中，已见受理回执",
                    **values,
                }
            )
        )

    def granted(self, *args, **values):
        """Return a waiver that everybody has approved."""
        waiver = self.waiver(*args, **values)
        waiver.action_submit()
        while waiver.state == "review":
            approver = waiver.sudo().approver_ids.sorted("id")[0]
            waiver.with_user(approver).action_approve("同意")
        return waiver

    def rows(self, event, since):
        """Return what the access record says of an event since a row."""
        log = self.env["customer.archive.log"].sudo()
        return log.search([("event", "=", event), ("id", ">", since)])

    def last_row(self):
        return (
            self.env["customer.archive.log"]
            .sudo()
            .search([], limit=1, order="id desc")
            .id
        )
