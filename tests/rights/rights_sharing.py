"""Sharings of file "active", for the matrix of rights.

Those that "finance" applied for: a draft, one under review, one that "purchase_head"
got as the head of his department, and one for an outsider with a package.
"""

import io

from odoo import Command

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..requests.sharing_case import OUTSIDER, SHARING

PACKAGE = "customer.archive.sharing.package"
APPLICANT = "finance"


def sharing_values(ground):
    return {
        "archive_id": ground.files["active"].id,
        "document_ids": [Command.set(ground.items["active"].ids)],
        "recipient_department_id": ground.case.departments["purchase"].id,
        "purpose": "matrix",
        "legal_basis": "contract",
    }


def package_values(ground):
    return {
        "sharing_id": ground.subjects[SHARING]["outside"].id,
        "user_id": ground.users[APPLICANT].id,
        "date": "2026-01-01 00:00:00",
        "digest": "0",
    }


def add_sharings(ground):
    """Make sharings and packages, and name them among the subjects."""
    department = ground.case.departments["purchase"]
    department.manager_id.department_id = department
    model = ground.env[SHARING].with_user(ground.users[APPLICANT])
    values = sharing_values(ground)
    names = ("draft", "review", "approved")
    made = {name: model.create(values) for name in names}
    made["outside"] = model.create({**values, **OUTSIDER})
    for name in ("review", "approved", "outside"):
        made[name].action_submit()
    made["outside"].with_user(ground.users["legal"]).action_approve("fine")
    for name in ("approved", "outside"):
        made[name].with_user(ground.users["management"]).action_approve("fine")
    made["outside"].write_package(io.BytesIO())
    foreign = ground.env[SHARING].with_user(ground.foreigner)
    made["company"] = foreign.create(
        {
            "archive_id": ground.files["company"].id,
            "purpose": "x",
            "legal_basis": "contract",
        }
    )
    ground.subjects[SHARING] = {name: each.sudo() for name, each in made.items()}
    packages = as_system(ground.env[PACKAGE].sudo())
    ground.subjects[PACKAGE] = {
        "outside": made["outside"].sudo().package_ids,
        "company": packages.create(
            {**package_values(ground), "sharing_id": made["company"].id}
        ),
    }
