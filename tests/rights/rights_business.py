"""What the matrix of rights tries on credit facts, by the names in rights.tsv."""

FACT = "customer.archive.credit.fact"


def add_business(ground):
    """Add a credit fact of "sales" on the file "active"."""
    facts = ground.env[FACT].with_user(ground.users["sales"])
    ground.subjects[FACT] = {"active": facts.create(_values(ground)).sudo()}


def _values(ground, _name=None):
    return {
        "archive_id": ground.files["active"].id,
        "kind": "check",
        "result": "x",
        "source": "x",
    }


# What records are created with, by ground and subject.
BUSINESS_CREATED = {FACT: _values}
