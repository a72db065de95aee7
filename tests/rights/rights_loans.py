"""What the matrix of rights tries on loans, by the names in rights.tsv."""

from odoo.addons.customer_archive.models.common.sentinel import as_system

LOAN, LINE = "customer.archive.loan", "customer.archive.loan.line"
EXTENSION = "customer.archive.loan.extension"
RETURN = "customer.archive.loan.return"
RETURNED = "customer.archive.loan.return.line"


def add_loans(ground):
    """Add loans of the bag of "active" by "sales_other", their papers and extension."""
    users = ground.users
    names = ("draft", "review", "approved", "out")
    made = {name: _loan(ground, "sales_other") for name in names}
    for name in names[1:]:
        made[name].action_submit()
    for name in names[2:]:
        made[name].with_user(users["management"]).action_approve("fine")
    made["out"].with_user(users["archivist"]).action_hand_out()
    made["out"].action_confirm_receipt()
    foreign = ground.env[LOAN].with_user(ground.foreigner)
    values = {"archive_id": ground.files["company"].id, "purpose": "x"}
    made["company"] = foreign.create({**values, "scope": "file"})
    values = {"loan_id": made["out"].id, "purpose": "x"}
    extension = made["out"].extension_ids.create(values)
    made = {name: loan.sudo() for name, loan in made.items()}
    lines = as_system(ground.env[LINE].sudo())
    lines._make(made["company"], ground.items["company"])
    ground.loans = made
    ground.subjects[LOAN] = made
    ground.subjects[EXTENSION] = {"draft": extension.sudo()}
    ground.subjects[LINE] = {
        name: made[loan].line_ids[:1]
        for name, loan in (("waiting", "approved"), ("out", "out"), ("company",) * 2)
    }


def _loan(ground, role):
    return ground.env[LOAN].with_user(ground.users[role]).create(_values(ground))


def _values(ground, _name=None):
    party = ground.files["active"].partner_id.id
    return {"partner_id": party, "purpose": "matrix", "scope": "file"}


def _returned(ground, role):
    dialogs = ground.subjects[RETURN]
    dialog = dialogs["own"].get(role, dialogs["another"])
    return {"return_id": dialog.id, "line_id": ground.subjects[LINE]["out"].id}


# What records are created with, by ground and subject.
LOANS_CREATED = {
    LOAN: _values,
    LINE: lambda g, _n: {
        "loan_id": g.loans["approved"].id,
        "document_id": g.items["active"].id,
    },
    EXTENSION: lambda g, _n: {"loan_id": g.loans["out"].id, "purpose": "x"},
    RETURN: lambda g, _n: {"loan_id": g.loans["out"].id, "line_ids": []},
    RETURNED: _returned,
}
