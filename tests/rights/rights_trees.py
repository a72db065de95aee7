"""What the matrix of rights tries on exports of the electronic tree, by rights.tsv."""

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .rights_disposals import _active

TREE, TREE_LINE = "customer.archive.tree", "customer.archive.tree.line"
NAMES = ("draft", "review", "approved", "ended")
PLACE = "file:/tmp/customer_archive_rights/exports"


def add_trees(ground):
    """Add an export of the archivist's in each state, and one of another company.

    What is left of the one that has ended lies somewhere.
    """
    made = {name: _tree(ground) for name in NAMES}
    made["review"].action_submit()
    for name in ("approved", "ended"):
        as_system(made[name].sudo()).write({"state": name, "frozen_on": "2026-03-02"})
    as_system(made["ended"].sudo()).write({"path": PLACE})
    made["company"] = as_system(ground.env[TREE].sudo()).create(
        {"company_id": ground.company.id, "user_id": ground.foreigner.id}
    )
    as_system(ground.env[TREE_LINE].sudo()).create(
        {"tree_id": made["company"].id, "archive_id": ground.files["company"].id}
    )
    ground.subjects[TREE] = {name: tree.sudo() for name, tree in made.items()}
    ground.subjects[TREE_LINE] = {
        name: tree.sudo().line_ids for name, tree in made.items()
    }


def _tree(ground):
    trees = ground.env[TREE].with_user(ground.users["archivist"])
    line = {"archive_id": _active(ground).id}
    return trees.create({"purpose": "matrix", "line_ids": [(0, 0, line)]})


# What records are created with, by ground and subject.
TREES_CREATED = {
    TREE: lambda _g, _n: {"purpose": "x"},
    TREE_LINE: lambda g, _n: {
        "tree_id": g.subjects[TREE]["draft"].id,
        "archive_id": g.files["active"].id,
    },
}
