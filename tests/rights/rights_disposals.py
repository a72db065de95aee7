"""What the matrix of rights tries on disposals, by the names in rights.tsv."""

from odoo.addons.customer_archive.models.common.sentinel import as_system

DISPOSAL, LISTED = "customer.archive.disposal", "customer.archive.disposal.line"
DISPOSE, STEP = "customer.archive.dispose", "customer.archive.dispose.step"


def add_disposals(ground):
    """Add lists of closed files of "sales" in each state, and one to close files.

    "destroy", "review", "approved", "witness" are the archivist's; "close" is an
    application by "sales", "proposed" a clearing list.
    """
    users = ground.users
    names = ("destroy", "review", "approved", "witness")
    ground.closed = {name: _closed(ground) for name in (*names, "spare")}
    made = {name: _list(ground, "archivist", ground.closed[name]) for name in names}
    for name in names[1:]:
        made[name].action_submit()
    for name in names[2:]:
        for role in ("legal", "management"):
            made[name].with_user(users[role]).action_approve("fine")
        as_system(made[name].sudo()).wait_until = "2020-01-01"
    made["witness"].action_execute("Shredded")
    made["close"] = _list(ground, "sales", ground.files["active"], kind="close")
    clearing = as_system(ground.env[DISPOSAL].sudo()).create(
        {"kind": "close", "is_proposed": True, "user_id": False, "reason": "x"}
    )
    as_system(ground.env[LISTED].sudo()).create(
        {
            "disposal_id": clearing.id,
            "archive_id": _active(ground).id,
            "verdict": "close",
        }
    )
    made["proposed"] = clearing
    foreign = as_system(ground.env[DISPOSAL].sudo())
    made["company"] = foreign.create(
        {"company_id": ground.company.id, "user_id": ground.foreigner.id}
    )
    as_system(ground.env[LISTED].sudo()).create(
        {"disposal_id": made["company"].id, "archive_id": ground.files["company"].id}
    )
    made = {name: disposal.sudo() for name, disposal in made.items()}
    ground.disposals = made
    ground.subjects[DISPOSAL] = made
    ground.subjects[LISTED] = {name: each.line_ids[:1] for name, each in made.items()}


def _active(ground):
    archive = ground._file("sales")
    archive.action_submit()
    for approver in ("head", "compliance"):
        archive.with_user(ground.users[approver]).action_approve("fine")
    archive.with_user(ground.users["clerk"]).action_register()
    return archive.sudo()


def _closed(ground):
    archive = _active(ground)
    as_system(archive).write({"state": "closed", "closed_on": "2020-01-01"})
    as_system(archive).retention_date = "2020-01-01"
    return archive


def _list(ground, role, archive, kind="destroy"):
    lists = ground.env[DISPOSAL].with_user(ground.users[role])
    made = lists.create({"kind": kind, "reason": "matrix"})
    line = {"disposal_id": made.id, "archive_id": archive.id}
    verdict = {} if kind == "close" else {"verdict": "destroy"}
    lines = ground.env[LISTED].with_user(ground.users[role])
    lines.create({**line, **verdict})
    return made


def _values(ground, name):
    return {"kind": name or "destroy", "reason": "x"}


def _line_values(ground, name):
    disposal = ground.disposals[name or "destroy"]
    file = ground.closed["spare"]
    if disposal.kind == "close":
        return {"disposal_id": disposal.id, "archive_id": ground.files["active"].id}
    return {"disposal_id": disposal.id, "archive_id": file.id}


# What records are created with, by ground and subject.
DISPOSALS_CREATED = {
    DISPOSAL: _values,
    LISTED: _line_values,
    DISPOSE: lambda g, _n: {
        "kind": "close",
        "archive_ids": [(6, 0, g.files["active"].ids)],
        "reason": "x",
    },
    STEP: lambda g, _n: {"disposal_id": g.disposals["witness"].id, "words": "x"},
}
