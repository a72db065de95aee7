"""What the matrix of rights tries on checks of stored copies, by rights.tsv."""

from odoo.addons.customer_archive.models.common.sentinel import as_system

INTEGRITY = "customer.archive.integrity"
INTEGRITY_LINE = "customer.archive.integrity.line"


def add_integrity(ground):
    """Add a check of "active" with a problem, and one of another company."""
    ground.subjects[INTEGRITY], ground.subjects[INTEGRITY_LINE] = {}, {}
    for name in ("active", "company"):
        file = ground.files[name]
        values = {"company_id": file.company_id.id, "archive_id": file.id}
        check = _make(ground, INTEGRITY, **values, state="done")
        line = {"problem": "missing", "archive_id": file.id, "copy_name": "执照.pdf"}
        line = _make(ground, INTEGRITY_LINE, integrity_id=check.id, **line)
        ground.subjects[INTEGRITY][name] = check
        ground.subjects[INTEGRITY_LINE][name] = line


def _make(ground, model, **values):
    record = as_system(ground.env[model].sudo()).create(values)
    return ground.env[model].sudo().browse(record.id)


# What records are created with, by ground and subject.
INTEGRITY_CREATED = {
    INTEGRITY: lambda g, _n: {"company_id": g.files["active"].company_id.id},
    INTEGRITY_LINE: lambda g, _n: {
        "integrity_id": g.subjects[INTEGRITY]["active"].id,
        "problem": "missing",
    },
}
