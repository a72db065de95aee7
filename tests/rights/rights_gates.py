"""What the matrix of rights tries on order conditions and waivers, by rights.tsv."""

from odoo import fields

GATE, WAIVER = "customer.archive.gate", "customer.archive.waiver"


def add_gates(ground):
    """Add a condition, and waivers of "sales": a draft, one under review, one granted.

    "another" is of another salesperson, about a file of theirs.
    """
    ground.subjects[GATE] = {"here": ground.env.ref("customer_archive.gate_lapsed")}
    drafts = {
        name: _waiver(ground, "sales", "active") for name in ("draft", "review", "done")
    }
    drafts["another"] = _waiver(ground, "sales_other", "other")
    for name in ("review", "done"):
        drafts[name].action_submit()
    while drafts["done"].state == "review":
        approver = drafts["done"].sudo().approver_ids.sorted("id")[0]
        drafts["done"].with_user(approver).action_approve("fine")
    ground.subjects[WAIVER] = {name: each.sudo() for name, each in drafts.items()}


def _waiver(ground, role, file):
    waivers = ground.env[WAIVER].with_user(ground.users[role])
    return waivers.create({**_values(ground, file), "reason": "x"})


def _values(ground, file):
    return {
        "partner_id": ground.files[file].partner_id.id,
        "gate_ids": ground.env.ref("customer_archive.gate_lapsed").ids,
        "date_to": fields.Date.to_string(ground.env.company._archive_today()),
    }


# What records are created with, by ground and subject.
GATES_CREATED = {
    GATE: lambda _g, _n: {"condition": "ended", "action": "stop"},
    WAIVER: lambda g, _n: _values(g, "active"),
}
