"""What the matrix of rights tries on inspections, by rights.tsv."""

import base64
from pathlib import Path

from odoo.addons import customer_archive
from odoo.addons.customer_archive.models.common.sentinel import as_system

LOCATION = "customer.archive.location"
INSPECTION = "customer.archive.inspection"
INSPECTION_LINE = "customer.archive.inspection.line"
PHOTO, POINT = "customer.archive.inspection.photo", "customer.archive.inspection.point"
PAPERS = Path(customer_archive.__file__).parent / "demo" / "papers"
PICTURE = base64.b64encode((PAPERS / "photo.jpg").read_bytes()).decode()


def add_inspections(ground, there):
    """Add one of archivists, one that sales inspects, and one of another company.

    What was found in the first sales repairs, or has repaired.
    """
    locations = ground.env[LOCATION]
    rooms = locations.create([{"name": f"{n} 号柜"} for n in range(3)])
    (rooms + there).write({"kind": "cabinet"})
    ground.subjects[INSPECTION] = {}
    sales, archivist = ground.users["sales"].id, ground.users["archivist"].id
    for name, place, inspector in (
        ("here", rooms[0], archivist),
        ("inspected", rooms[1], sales),
        ("company", there, archivist),
    ):
        values = {"location_id": place.id, "inspector_id": inspector, "note": "测试"}
        ground.subjects[INSPECTION][name] = _make(ground, INSPECTION, values)
    # In which nothing is inspected yet.
    ground.uninspected = rooms[2]
    _add_lines(ground, sales)
    points = ground.env[POINT]
    own = {"name": "除湿机", "company_id": ground.company.id}
    ground.subjects[POINT] = {
        "here": points.create({"name": "除湿机"}),
        "company": points.create(own),
    }


def _add_lines(ground, sales):
    lines = {
        name: inspection.line_ids.filtered(lambda line: not line.is_measured)
        for name, inspection in ground.subjects[INSPECTION].items()
    }
    found = {"result": "finding", "finding": "锁坏", "responsible_id": sales}
    found |= {"severity": "minor", "deadline": "2099-01-01", "repair_note": "已换"}
    to_repair, repaired = lines["here"][1], lines["here"][2]
    as_system(to_repair).write({**found, "finding_state": "open"})
    done = {"finding_state": "repaired", "repaired_by_id": sales, "confirm_note": "好"}
    as_system(repaired).write({**found, **done})
    ground.subjects[INSPECTION_LINE] = {name: each[0] for name, each in lines.items()}
    ground.subjects[INSPECTION_LINE] |= {"repair": to_repair, "repaired": repaired}
    ground.subjects[PHOTO] = {
        name: _make(ground, PHOTO, {"line_id": each[0].id, "image": PICTURE})
        for name, each in lines.items()
    }


def _make(ground, model, values):
    record = as_system(ground.env[model].sudo()).create(values)
    return ground.env[model].sudo().browse(record.id)


INSPECTIONS_CREATED = {
    POINT: lambda _g, _n: {"name": "新要点"},
    INSPECTION: lambda g, _n: {"location_id": g.uninspected.id},
    INSPECTION_LINE: lambda g, _n: {
        "inspection_id": g.subjects[INSPECTION]["here"].id,
        "point_id": g.subjects[POINT]["here"].id,
    },
    PHOTO: lambda g, _n: {
        "line_id": g.subjects[INSPECTION_LINE]["here"].id,
        "image": PICTURE,
    },
}
INSPECTIONS_VALUES = {
    (INSPECTION, "location_id"): lambda g, _r, _role: g.uninspected.id,
    (INSPECTION, "inspector_id"): lambda g, _r, _role: g.users["clerk"].id,
    (INSPECTION_LINE, "responsible_id"): lambda g, _r, _role: g.users["clerk"].id,
    (INSPECTION_LINE, "result"): lambda _g, _r, _role: "none",
    (INSPECTION_LINE, "deadline"): lambda _g, _r, _role: "2099-02-02",
    (INSPECTION_LINE, "photo_ids"): lambda _g, _r, _role: [(0, 0, {"image": PICTURE})],
    (INSPECTION_LINE, "repair_photo_ids"): lambda _g, _r, _role: [
        (0, 0, {"image": PICTURE})
    ],
    (PHOTO, "image"): lambda _g, _r, _role: PICTURE,
    (POINT, "company_id"): lambda g, _r, _role: g.company.id,
}
