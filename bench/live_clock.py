"""What the retention clock costs whoever confirms orders and posts invoices."""

import time
from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command

from .ground import files

FILES = 2_000
BATCH = 5
ROUNDS = 30


def figures(env):
    """Yield queries and time of an order and an invoice, against those without."""
    ground = Ground(env)
    for name, make, do in (
        ("order", ground.order, lambda orders: orders.action_confirm()),
        ("invoice", ground.invoice, lambda moves: moves.action_post()),
    ):
        more, ratio = compared(env, make, do)
        yield f"clock_{name}_more_queries", more, 1, True
        yield f"clock_{name}_time_ratio", ratio, 1.05, True


def compared(env, make, do):
    """Return queries more of one document, and the ratio of times of many.

    With and without the hooks take turns, so that whatever else the machine does
    meets both; each works on parties of its own whose files haven't moved today.
    """
    times, queries = {True: [], False: []}, {}
    for turn in range(ROUNDS):
        for hooked in (True, False) if turn % 2 else (False, True):
            documents = [make() for _n in range(BATCH)]
            with hooks(env, hooked):
                flush(env)
                before, started = env.cr.sql_log_count, time.perf_counter()
                for document in documents:
                    do(document)
                    env.cr.flush()
                times[hooked].append(time.perf_counter() - started)
                queries[hooked] = env.cr.sql_log_count - before
    more = (queries[True] - queries[False]) / BATCH
    # The first turn loads what is remembered from then on.
    return more, min(times[True][1:]) / min(times[False][1:])


class Ground:
    """Parties with files, and what it takes to sell to them."""

    def __init__(self, env):
        self.env = env
        archives = files(env, FILES)
        self.parties = iter(archives.partner_id)
        self.env.cr.execute(
            "UPDATE customer_archive SET retention_policy_id = %s;"
            " UPDATE res_partner SET commercial_partner_id = id"
            "  WHERE commercial_partner_id IS NULL; ANALYZE",
            [env.ref("customer_archive.retention_customer").id],
        )
        env.invalidate_all()
        account = env["account.account"].create
        income = account({"name": "I", "code": "BENI", "account_type": "income"})
        receivable = account(
            {
                "name": "R",
                "code": "BENR",
                "account_type": "asset_receivable",
                "reconcile": True,
            }
        )
        env["account.journal"].create(
            {
                "name": "Bench",
                "code": "BEN",
                "type": "sale",
                "default_account_id": income.id,
            }
        )
        env["ir.default"].set(
            "res.partner",
            "property_account_receivable_id",
            receivable.id,
            company_id=env.company.id,
        )
        self.product = env["product.product"].create(
            {
                "name": "Bench",
                "type": "service",
                "taxes_id": False,
                "property_account_income_id": income.id,
            }
        )

    def order(self):
        """Return a quotation of five lines for the next party."""
        line = {"product_id": self.product.id, "product_uom_qty": 2}
        values = {"order_line": [Command.create(line) for _n in range(5)]}
        return self._make("sale.order", values)

    def invoice(self):
        """Return a draft invoice of five lines for the next party."""
        line = {"product_id": self.product.id, "price_unit": 9, "tax_ids": False}
        lines = [Command.create(line) for _n in range(5)]
        values = {"move_type": "out_invoice", "invoice_line_ids": lines}
        return self._make("account.move", {**values, "invoice_date": "2026-01-05"})

    def _make(self, model, values):
        return self.env[model].create({"partner_id": next(self.parties).id, **values})


@contextmanager
def hooks(env, hooked):
    """Leave the hooks as they are, or take them out."""
    if hooked:
        yield
        return
    clock = type(env["customer.archive.clock"])
    with patch.object(clock, "_note", lambda *_args, **_kwargs: None):
        yield


def flush(env):
    env.cr.flush()
    env.invalidate_all()
