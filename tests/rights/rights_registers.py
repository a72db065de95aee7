"""What the matrix of rights tries on exports and schedules, by rights.tsv."""

import json

from odoo.addons.customer_archive.models.common.sentinel import as_system

RUN = "customer.archive.register.run"
SCHEDULE = "customer.archive.register.schedule"
ACCOUNT_PRINT = "customer.archive.account.print"
HIDDEN = {"ids": [], "paths": ["partner_id.name"]}


def add_registers(ground):
    """Give every role an export of its own, and each company a schedule."""
    ground.case.company.archive_register_mailing = True
    ground.subjects[RUN] = {
        "own": {role: _run(ground, user) for role, user in ground.users.items()},
        "draft": _run(ground, ground.users["sales"]),
        "company": _run(ground, ground.foreigner),
    }
    hidden = {"starts": 987654, "shown": json.dumps({ground.register.model: HIDDEN})}
    as_system(ground.subjects[RUN]["draft"]).write(hidden)
    schedules = ground.env[SCHEDULE]
    values = {"name": "x", "register_ids": ground.register.ids}
    ground.subjects[SCHEDULE] = {
        "here": schedules.create(
            {**values, "recipient_ids": ground.users["sales"].ids}
        ),
        "company": schedules.create(
            {
                **values,
                "recipient_ids": ground.foreigner.ids,
                "company_id": ground.company.id,
            }
        ),
    }


def _run(ground, user):
    """Return an export that is stored and yet can be cancelled."""
    company = user.company_id
    values = {
        "user_id": user.id,
        "company_id": company.id,
        "company_ids": company.ids,
        "register_ids": ground.register.ids,
    }
    run = as_system(ground.env[RUN].sudo()).create(values)
    stored = as_system(ground.env["ir.attachment"].sudo()).create(
        {"name": "x.xlsx", "raw": b"PK", "res_model": RUN, "res_id": run.id}
    )
    run.attachment_id = stored.id
    return ground.env[RUN].sudo().browse(run.id)


# What records are created with, by ground and subject.
REGISTERS_CREATED = {
    RUN: lambda g, _n: {
        "user_id": g.users["sales"].id,
        "company_id": g.case.company.id,
    },
    ACCOUNT_PRINT: lambda g, _n: {
        "archive_id": g.files["active"].id,
        "purpose": "x",
    },
    SCHEDULE: lambda g, _n: {
        "name": "x",
        "register_ids": [(6, 0, g.register.ids)],
        "recipient_ids": [(6, 0, g.users["sales"].ids)],
    },
}
