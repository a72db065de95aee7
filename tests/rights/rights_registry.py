"""What the matrix of rights tries on registry checks and doubts, by rights.tsv."""

from odoo.addons.customer_archive.models.common.sentinel import as_system

CHECK, ENTER = "customer.archive.registry.check", "customer.archive.registry.enter"
DOUBT, VERIFY = "customer.archive.doubt", "customer.archive.doubt.verify"
ITEM = "customer.archive.document"
ANSWERS = {
    "licence_status": "active",
    "abnormal_listing": "no",
    "dishonest_listing": "no",
    "date": "2026-03-02",
}


def add_registry(ground):
    """Add a check of "active", a doubt about "review", and those of another company."""
    ground.subjects[CHECK] = {
        name: _make(ground, CHECK, **_check(ground, name))
        for name in ("active", "company")
    }
    ground.subjects[DOUBT] = {
        name: _make(ground, DOUBT, **_doubt(ground, name))
        for name in ("review", "company")
    }


def _check(ground, name):
    kind = ground.env.ref("customer_archive.document_type_registry_proof")
    file = ground.files[name]
    values = {"archive_id": file.id, "type_id": kind.id, "is_paper": True}
    return {
        **ANSWERS,
        "archive_id": file.id,
        "document_id": _make(ground, ITEM, **values).id,
        "user_id": ground.users["compliance"].id,
        "valid_until": "2026-04-01",
    }


def _doubt(ground, name):
    return {"archive_id": ground.files[name].id, "kind": "capital"}


def _make(ground, model, **values):
    record = as_system(ground.env[model].sudo()).create(values)
    return ground.env[model].sudo().browse(record.id)


# What records are created with, by ground and subject.
REGISTRY_CREATED = {
    CHECK: lambda g, _n: {
        **ANSWERS,
        "archive_id": g.files["active"].id,
        "document_id": g.items["active"].id,
        "user_id": g.users["compliance"].id,
        "valid_until": "2026-04-01",
    },
    ENTER: lambda g, _n: {"archive_id": g.files["active"].id, **ANSWERS},
    DOUBT: lambda g, _n: _doubt(g, "review"),
    VERIFY: lambda g, _n: {"doubt_id": g.subjects[DOUBT]["review"].id, "note": "x"},
}
REGISTRY_VALUES = {
    # Of another company, which nobody here may name.
    (VERIFY, "doubt_id"): lambda g, _r, _role: g.subjects[DOUBT]["company"].id,
    (ENTER, "archive_id"): lambda g, _r, _role: g.files["review"].id,
    (ENTER, "attachment_ids"): lambda _g, _r, _role: [
        (0, 0, {"name": "new.png", "raw": "x", "res_model": ITEM})
    ],
}
