"""What the matrix of rights tries on event notes, by the names in rights.tsv."""

from datetime import timedelta

NOTE, KIND = "customer.archive.event", "customer.archive.event.type"


def add_events(ground):
    """Add notes of "sales" on the file "active", in each state, and a risk.

    "loose" is one of "sales_other" on a party without a file.
    """
    kinds = {
        "noted": {"kind": "visit"},
        "planned": {"kind": "visit", "date": str(_day(ground, 3))},
        "open": {"kind": "complaint"},
        "answered": {"kind": "complaint"},
        "risk": {"kind": "risk"},
    }
    made = {name: _note(ground, "sales", **values) for name, values in kinds.items()}
    made["open"].answer = made["answered"].answer = "x"
    made["answered"].action_give_answer()
    made["loose"] = _note(ground, "sales_other", partner_id=ground.spare.id)
    party = ground.files["company"].partner_id
    foreign = ground.env[NOTE].with_user(ground.foreigner)
    made["company"] = foreign.create({**_values(ground), "partner_id": party.id})
    ground.subjects[NOTE] = {name: each.sudo() for name, each in made.items()}
    kind = ground.env[KIND].create({"name": "Spare kind", "can_plan": True})
    ground.subjects[KIND] = {"here": kind}


def _day(ground, days):
    return ground.env.company._archive_today() + timedelta(days=days)


def _note(ground, role, kind="visit", **values):
    type_ = ground.env.ref(f"customer_archive.event_type_{kind}")
    values = {**_values(ground), "type_id": type_.id, **values}
    return ground.env[NOTE].with_user(ground.users[role]).create(values)


def _values(ground, _name=None):
    return {
        "partner_id": ground.files["active"].partner_id.id,
        "type_id": ground.env.ref("customer_archive.event_type_visit").id,
        "description": "x",
    }


# What records are created with, by ground and subject.
EVENTS_CREATED = {
    NOTE: _values,
    KIND: lambda _g, _n: {"name": "Another kind"},
}
# Where any other value would be refused for what it is.
EVENTS_VALUES = {
    (NOTE, "agreement_id"): lambda g, _r, _role: g.agreements["signed"].id,
    (NOTE, "archive_id"): lambda g, _r, _role: g.files["draft"].id,
    (NOTE, "partner_id"): lambda g, _r, _role: g.files["draft"].partner_id.id,
    (NOTE, "contact_id"): lambda g, _r, _role: (
        g.files["active"].partner_id.child_ids[1].id
    ),
    (NOTE, "currency_id"): lambda _g, r, _role: (
        r.env["res.currency"]
        .sudo()
        .with_context(active_test=False)
        .search([("id", "!=", r.sudo().currency_id.id)], limit=1)
        .id
    ),
    (NOTE, "date"): lambda g, r, _role: str(_day(g, 5 if r.state == "planned" else -1)),
    (NOTE, "follow_up_date"): lambda g, _r, _role: str(_day(g, 9)),
    (NOTE, "responsible_id"): lambda g, _r, _role: g.users["management"].id,
    (NOTE, "corrects_id"): lambda g, _r, _role: g.subjects[NOTE]["open"].id,
    # Fewer readers: more wait for a second person.
    (KIND, "group_ids"): lambda g, _r, _role: [
        (6, 0, g.env.ref("customer_archive.group_legal").ids)
    ],
    (KIND, "is_complaint"): lambda _g, _r, _role: False,
}
