"""What the matrix of rights tries on reviews and annual runs, by rights.tsv."""

from odoo.addons.customer_archive.models.common.sentinel import as_system

REVIEW, CYCLE = "customer.archive.review", "customer.archive.review.cycle"
ANNUAL = "customer.archive.annual"
REGISTERS, REQUEST = f"{ANNUAL}.line", f"{ANNUAL}.request"
DAYS = {"opened_on": "2026-03-02", "due_date": "2026-03-16"}
RUN = {"year": 2026, "date": "2026-07-01", "due_date": "2026-07-29"}
ASKED = {"asked_on": "2026-07-01", "due_date": "2026-07-29"}


def add_reviews(ground):
    """Add reviews of "active" and "other", cycles, and an annual run per company.

    The run asks about "active", whose handler is "sales".
    """
    cycles = ground.env[CYCLE]
    abroad = {"name": "There", "company_id": ground.company.id}
    ground.subjects[CYCLE] = {
        "here": cycles.create({"name": "Here", "sequence": 2000}),
        "company": cycles.create({**abroad, "sequence": 2000}),
    }
    made = {name: _review(ground, name) for name in ("active", "company")}
    ground.subjects[REVIEW] = {
        "open": made["active"],
        # Management was told that nobody did it.
        "late": _review(ground, "other", escalation=2),
        "company": made["company"],
    }
    files = {"here": ground.files["active"], "company": ground.files["company"]}
    for model in (ANNUAL, REGISTERS, REQUEST):
        ground.subjects[model] = {}
    for name, file in files.items():
        run = _make(ground, ANNUAL, company_id=file.company_id.id, **RUN)
        line = _make(
            ground,
            REGISTERS,
            annual_id=run.id,
            department_id=ground.case.departments["sales"].id,
        )
        stored = _make(
            ground,
            "ir.attachment",
            name="stored.xlsx",
            raw=b"PK",
            res_model=REGISTERS,
            res_id=line.id,
        )
        names = ("summary_id", "basic_data_id", "ledger_id")
        as_system(line).write(dict.fromkeys(names, stored.id))
        ground.subjects[ANNUAL][name] = run
        ground.subjects[REGISTERS][name] = line
        ground.subjects[REQUEST][name] = _make(
            ground,
            REQUEST,
            annual_id=run.id,
            archive_id=file.id,
            user_id=file.user_id.id,
            **ASKED,
        )


def _review(ground, name, **values):
    file = ground.files[name]
    values = {"archive_id": file.id, "user_id": file.user_id.id, **DAYS, **values}
    return _make(ground, REVIEW, **values)


def _make(ground, model, **values):
    record = as_system(ground.env[model].sudo()).create(values)
    return ground.env[model].sudo().browse(record.id)


# What records are created with, by ground and subject.
REVIEWS_CREATED = {
    CYCLE: lambda _g, _n: {"name": "x"},
    REVIEW: lambda g, _n: {"archive_id": g.files["supplier"].id, **DAYS},
    ANNUAL: lambda g, _n: {"company_id": g.case.company.id, **RUN, "year": 2031},
    REGISTERS: lambda g, _n: {
        "annual_id": g.subjects[ANNUAL]["here"].id,
        "department_id": g.case.departments["purchase"].id,
    },
    REQUEST: lambda g, _n: {
        "annual_id": g.subjects[ANNUAL]["here"].id,
        "archive_id": g.files["supplier"].id,
        **ASKED,
    },
}
