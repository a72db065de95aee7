"""What the matrix of rights tries on imports of ledgers, by rights.tsv."""

import base64

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..ledger_import.ledger_case import workbook
from ..support.common import credit_code

IMPORT = "customer.archive.import"
COLUMN, ROW = f"{IMPORT}.column", f"{IMPORT}.row"


def ledger(ground, serial):
    """Return a ledger: a file that was approved on paper, and a row with an error."""
    row = {"category": ground.case.buyer.name, "user": "t_sales"}
    row |= {"vat": credit_code(serial), "name": "Matrix Ltd", "phone": "021-55550001"}
    paper = {"number": f"2001-M-{serial:03d}", "date": "2001-01-01"}
    wrong = {"vat": credit_code(serial + 1), "phone": "x"}
    return base64.b64encode(workbook([{**row, **paper}, {**row, **wrong}]))


def add_imports(ground):
    """Add imports of "clerk": to check, checked with a number and an error, done."""
    made = {}
    for serial, name in enumerate(("draft", "numbered", "done")):
        clerk = ground.env[IMPORT].with_user(ground.users["clerk"])
        values = {"upload": ledger(ground, 700 + 10 * serial), "file_name": "x.xlsx"}
        made[name] = clerk.create({**values, "mode": "rows"})
        if name != "draft":
            made[name].action_check()
    made = {name: one.sudo() for name, one in made.items()}
    as_system(made["done"]).write({"state": "done"})
    file = ground.files["company"]
    made["company"] = ground.env[IMPORT].browse(
        as_system(ground.env[IMPORT].sudo())
        .create({"file_name": "x.xlsx", "company_id": file.company_id.id})
        .id
    )
    as_system(ground.env[COLUMN].sudo()).create(
        {"import_id": made["company"].id, "index": 0, "heading": "x"}
    )
    as_system(ground.env[ROW].sudo()).create(
        {"import_id": made["company"].id, "number": 2, "result": "error"}
    )
    ground.subjects[IMPORT] = made
    ground.subjects[COLUMN] = {
        name: made[name].column_ids[:1] for name in ("draft", "done", "company")
    }
    ground.subjects[ROW] = {
        "draft": as_system(ground.env[ROW].sudo()).create(
            {"import_id": made["draft"].id, "number": 2, "result": "error"}
        ),
        "company": made["company"].row_ids[:1],
    }


# What records are created with, by ground and subject.
IMPORTS_CREATED = {
    IMPORT: lambda _g, _n: {"file_name": "x.xlsx"},
    COLUMN: lambda g, _n: {
        "import_id": g.subjects[IMPORT]["draft"].id,
        "index": 99,
        "heading": "x",
    },
    ROW: lambda g, _n: {
        "import_id": g.subjects[IMPORT]["draft"].id,
        "number": 99,
        "result": "error",
    },
}
IMPORT_SEEN = {(IMPORT, "upload"): lambda record: record.sealed}
IMPORT_VALUES = {
    (IMPORT, "upload"): lambda g, _r, _role: ledger(g, 790).decode(),
    # Every other is taken by another column of the ledger.
    (COLUMN, "field"): lambda _g, _r, _role: False,
}
