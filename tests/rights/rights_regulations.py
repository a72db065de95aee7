"""What the matrix of rights tries on regulations and trainings, by rights.tsv."""

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..regulations.regulations_case import pdf

REGULATION = "customer.archive.regulation"
RULE_VERSION, ACKNOWLEDGEMENT = f"{REGULATION}.version", f"{REGULATION}.acknowledgement"
TRAINING = "customer.archive.training"
ATTENDANCE = f"{TRAINING}.line"
BEGIN = "2026-03-02"


def add_regulations(ground):
    """Add a regulation "legal" is responsible for, with a version in each state.

    Of the one in force everybody has a row; "sales" is on the list of each training.
    """
    rule = _make(ground, REGULATION, **_rule(ground, "here"))
    empty = _make(ground, REGULATION, **{**_rule(ground, "here"), "name": "未发布"})
    abroad = _make(ground, REGULATION, **_rule(ground, "company"))
    force = _version(ground, rule, "1.0")
    review = _version(ground, empty, "1.0")
    for version in (force, review):
        version.with_user(ground.users["legal"]).action_submit()
    force.with_user(ground.users["management"]).action_approve("fine")
    ground.subjects[REGULATION] = {"here": rule, "empty": empty, "company": abroad}
    ground.subjects[RULE_VERSION] = {
        "draft": _version(ground, rule, "2.0", begin="2031-01-01"),
        "review": review,
        "force": force,
        "company": _version(ground, abroad, "1.0", user="foreigner"),
    }
    _acknowledgements(ground, force)
    _trainings(ground)


def _rule(ground, where):
    company = {"here": ground.case.company, "company": ground.company}[where]
    user = {"here": ground.users["legal"], "company": ground.foreigner}[where]
    return {"name": "制度", "company_id": company.id, "user_id": user.id}


def _version(ground, rule, number, user="legal", begin=BEGIN):
    user = ground.foreigner if user == "foreigner" else ground.users[user]
    values = {
        "regulation_id": rule.id,
        "number": number,
        "summary": "x",
        "valid_from": begin,
        "file_name": "制度.pdf",
        "upload": pdf(),
    }
    return ground.env[RULE_VERSION].with_user(user).create(values).sudo()


def _acknowledgements(ground, force):
    rows = ground.env[ACKNOWLEDGEMENT].search([("version_id", "=", force.id)])
    own = {
        role: rows.filtered(lambda row, user=user: row.user_id == user)
        for role, user in ground.users.items()
    }
    ground.subjects[ACKNOWLEDGEMENT] = {"own": own, "another": own["purchase"]}


def _trainings(ground):
    line = {"user_id": ground.users["sales"].id, "attended": True}
    made = {}
    for name, company in (
        ("planned", ground.case.company),
        ("held", ground.case.company),
        ("company", ground.company),
    ):
        values = {"name": "培训", "date": BEGIN, "trainer": "x"}
        values |= {"company_id": company.id, "line_ids": [(0, 0, line)]}
        made[name] = _make(ground, TRAINING, **values)
    made["held"].action_record_held()
    ground.subjects[TRAINING] = made
    ground.subjects[ATTENDANCE] = {name: each.line_ids for name, each in made.items()}


def _make(ground, model, **values):
    record = as_system(ground.env[model].sudo()).create(values)
    return ground.env[model].sudo().browse(record.id)


# What records are created with, by ground and subject.
REGULATIONS_CREATED = {
    REGULATION: lambda _g, _n: {"name": "x"},
    RULE_VERSION: lambda g, _n: {
        "regulation_id": g.subjects[REGULATION]["here"].id,
        "number": "x",
        "summary": "x",
        "valid_from": "2031-01-01",
    },
    ACKNOWLEDGEMENT: lambda g, _n: {
        "version_id": g.subjects[RULE_VERSION]["draft"].id,
        "user_id": g.users["sales"].id,
        "asked_on": BEGIN,
        "due_date": BEGIN,
        "state": "done",
    },
    TRAINING: lambda _g, _n: {"name": "x", "date": BEGIN, "trainer": "x"},
    ATTENDANCE: lambda g, _n: {
        "training_id": g.subjects[TRAINING]["planned"].id,
        "user_id": g.users["finance"].id,
    },
}
REGULATIONS_VALUES = {
    (RULE_VERSION, "upload"): lambda _g, _r, _role: pdf("x").decode(),
    (RULE_VERSION, "regulation_id"): lambda g, _r, _role: (
        g.subjects[REGULATION]["empty"].id
    ),
    (REGULATION, "company_id"): lambda g, _r, _role: g.company.id,
    (REGULATION, "user_id"): lambda g, _r, _role: g.users["finance"].id,
    (REGULATION, "version_ids"): lambda g, _r, _role: [
        (2, g.subjects[RULE_VERSION]["draft"].id, 0)
    ],
    (TRAINING, "upload"): lambda _g, _r, _role: pdf("x").decode(),
}
REGULATIONS_SEEN = {
    (RULE_VERSION, "upload"): lambda record: record.digest,
    (TRAINING, "upload"): lambda record: record.digest,
}
