"""What the matrix of rights tries on agreements, by the names in rights.tsv."""

from datetime import timedelta

AGREEMENT = "customer.archive.agreement"
PERFORMANCE = f"{AGREEMENT}.performance"
WAIVE, TERMINATE = "customer.archive.waive", "customer.archive.terminate"
REVISE, SIGNING = "customer.archive.revise", "customer.archive.signing"
STATES = ("draft", "review", "approved", "signed")


def add_agreements(ground):
    """Add agreements of the file "active" by "sales", and orders to link.

    Of the approved one "sales" has been shown the file; of the signed one there is an
    entry in the performance record.
    """
    party = ground.files["active"].partner_id
    orders = {
        name: ground.env[model].create(
            {"partner_id": party.id, "user_id": ground.users["sales"].id}
        )
        for name, model in (("sale", "sale.order"), ("purchase", "purchase.order"))
    }
    ground.orders = orders
    made = {name: _agreement(ground, "sales") for name in STATES}
    ground.case.complete(made["draft"])
    ground.case.complete(made["review"]).action_submit()
    ground.case.approve_terms(made["approved"]).action_open_signing()
    ground.case.sign(made["signed"])
    foreign = ground.env[AGREEMENT].with_user(ground.foreigner)
    file = ground.files["company"]
    made["company"] = foreign.create({**_values(ground), "archive_id": file.id})
    made = {name: each.sudo() for name, each in made.items()}
    ground.agreements = ground.subjects[AGREEMENT] = made
    entries = ground.env[PERFORMANCE].with_user(ground.users["sales"])
    entry = entries.create(_entry(ground)).sudo()
    ground.subjects[PERFORMANCE] = {"signed": entry}


def _agreement(ground, role):
    return ground.env[AGREEMENT].with_user(ground.users[role]).create(_values(ground))


def _values(ground, _name=None):
    today = ground.env.company._archive_today()
    return {
        "archive_id": ground.files["active"].id,
        "date_start": str(today - timedelta(days=400)),
        "date_end": str(today + timedelta(days=20)),
    }


def _entry(ground, _name=None):
    agreement = ground.agreements["signed"]
    return {"agreement_id": agreement.id, "kind": "delivered", "description": "x"}


# What records are created with, by ground and subject.
AGREEMENTS_CREATED = {
    AGREEMENT: _values,
    PERFORMANCE: _entry,
    REVISE: lambda g, _n: {
        "agreement_id": g.agreements["approved"].id,
        "reason": "x",
    },
    SIGNING: lambda g, _n: {"agreement_id": g.agreements["approved"].id},
    WAIVE: lambda g, _n: {
        "res_model": AGREEMENT,
        "res_ids": g.agreements["signed"].ids,
        "reason": "x",
    },
    TERMINATE: lambda g, _n: {
        "agreement_id": g.agreements["signed"].id,
        "reason": "x",
    },
}
# Where any other value would be refused for what it is.
AGREEMENT_VALUES = {
    (AGREEMENT, "archive_id"): lambda g, _r, _role: g.files["review"].id,
    (AGREEMENT, "currency_id"): lambda _g, r, _role: (
        r.env["res.currency"]
        .sudo()
        .with_context(active_test=False)
        .search([("id", "!=", r.sudo().currency_id.id)], limit=1)
        .id
    ),
    (AGREEMENT, "date_start"): lambda _g, r, _role: str(
        r.sudo().date_start + timedelta(days=1)
    ),
    (AGREEMENT, "date_end"): lambda _g, r, _role: str(
        r.sudo().date_end + timedelta(days=1)
    ),
    (AGREEMENT, "document_ids"): lambda g, _r, _role: [(4, g.items["active"].id, 0)],
    (AGREEMENT, "sale_order_ids"): lambda g, _r, _role: [(4, g.orders["sale"].id, 0)],
    (AGREEMENT, "purchase_order_ids"): lambda g, _r, _role: [
        (4, g.orders["purchase"].id, 0)
    ],
    (AGREEMENT, "their_signatory_id"): lambda g, _r, _role: (
        g.files["active"].partner_id.child_ids[1].id
    ),
    (WAIVE, "res_ids"): lambda g, _r, _role: g.agreements["draft"].ids,
    (TERMINATE, "agreement_id"): lambda g, _r, _role: g.agreements["draft"].id,
    (REVISE, "agreement_id"): lambda g, _r, _role: g.agreements["draft"].id,
    (SIGNING, "agreement_id"): lambda g, _r, _role: g.agreements["draft"].id,
    "lead_days": lambda _g, _r, _role: "60,5",
}
