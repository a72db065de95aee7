"""What the matrix of rights tries on storage locations and moves, by rights.tsv."""

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .rights_inspections import (
    INSPECTIONS_CREATED,
    INSPECTIONS_VALUES,
    add_inspections,
)

LOCATION, MOVE = "customer.archive.location", "customer.archive.move"
RELOCATE = "customer.archive.relocate"
STOCKTAKE = "customer.archive.stocktake"
STOCK_LINE = "customer.archive.stocktake.line"


def add_custody(ground):
    """Add a location in which nothing is, one of another company, and their moves."""
    locations = ground.env[LOCATION]
    here, used = locations.create([{"name": "甲柜"}, {"name": "乙柜"}])
    there = locations.create({"name": "丙柜", "company_id": ground.company.id})
    ground.room = locations.create({"name": "库房", "kind": "room"})
    ground.subjects[LOCATION] = {"here": here, "company": there}
    # As who put them there, and took them out again: files are where they were.
    for name, location in (("active", used), ("company", there)):
        file = ground.files[name]
        for place in (location, locations):
            file._move(place, "manual")
    ground.subjects[MOVE] = {
        name: ground.files[name].move_ids[:1] for name in ("active", "company")
    }
    _add_stocktakes(ground, used, there)
    add_inspections(ground, there)


def _add_stocktakes(ground, here, there):
    """Add a draft, one that is counted, one whose difference isn't settled."""
    ground.subjects[STOCKTAKE], ground.subjects[STOCK_LINE] = {}, {}
    for name, state, place in (
        ("here", "draft", here),
        ("counting", "counting", here),
        ("settling", "settling", here),
        ("company", "counting", there),
    ):
        company = place.company_id.id
        values = {"company_id": company, "location_id": place.id, "state": state}
        stocktake = _make(ground, STOCKTAKE, values)
        ground.subjects[STOCKTAKE][name] = stocktake
        if state == "draft":
            continue
        file = ground.files["company" if name == "company" else "active"]
        line = {"stocktake_id": stocktake.id, "company_id": company}
        line |= {"archive_id": file.id, "expected_id": place.id, "is_expected": True}
        line["result"] = "open" if state == "counting" else "missing"
        ground.subjects[STOCK_LINE][name] = _make(ground, STOCK_LINE, line)


def _make(ground, model, values):
    record = as_system(ground.env[model].sudo()).create(values)
    return ground.env[model].sudo().browse(record.id)


# What records are created with, by ground and subject.
CUSTODY_CREATED = {
    LOCATION: lambda _g, _n: {"name": "x"},
    MOVE: lambda g, _n: {
        "archive_id": g.files["active"].id,
        "company_id": g.case.company.id,
        "date": "2026-01-01 00:00:00",
        "user_id": g.users["sales"].id,
    },
    STOCKTAKE: lambda g, _n: {"location_id": g.subjects[LOCATION]["here"].id},
    STOCK_LINE: lambda g, _n: {
        "stocktake_id": g.subjects[STOCKTAKE]["counting"].id,
        "company_id": g.case.company.id,
        "code": "x",
    },
    RELOCATE: lambda g, _n: {
        "archive_ids": [(6, 0, g.files["active"].ids)],
        "location_id": g.subjects[LOCATION]["here"].id,
    },
    **INSPECTIONS_CREATED,
}
CUSTODY_VALUES = {
    **INSPECTIONS_VALUES,
    ("customer.archive", "location_id"): lambda g, _r, _role: (
        g.subjects[LOCATION]["here"].id
    ),
    ("customer.archive.document", "location_id"): lambda g, _r, _role: (
        g.subjects[LOCATION]["here"].id
    ),
    (LOCATION, "parent_id"): lambda g, _r, _role: g.room.id,
    (LOCATION, "company_id"): lambda g, _r, _role: g.company.id,
    (STOCKTAKE, "location_id"): lambda g, _r, _role: g.subjects[LOCATION]["here"].id,
    (STOCKTAKE, "company_id"): lambda g, _r, _role: g.company.id,
    (STOCKTAKE, "witness_id"): lambda g, _r, _role: g.users["auditor"].id,
    # Of another company, which nobody here may name.
    (RELOCATE, "archive_ids"): lambda g, _r, _role: [(4, g.files["company"].id, 0)],
    (RELOCATE, "document_ids"): lambda g, _r, _role: [(4, g.items["company"].id, 0)],
    (RELOCATE, "location_id"): lambda g, _r, _role: g.subjects[LOCATION]["company"].id,
}
