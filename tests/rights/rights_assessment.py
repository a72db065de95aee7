"""What the matrix of rights tries on assessments and their schemes, by rights.tsv."""

ASSESSMENT = "customer.archive.assessment"
LINE, SCHEME = f"{ASSESSMENT}.line", f"{ASSESSMENT}.scheme"
FACTOR, GRADE = f"{ASSESSMENT}.factor", f"{ASSESSMENT}.grade"


def add_assessments(ground):
    """Add assessments of the file "active": decided, drafts, one under review.

    "supplier" is a draft of an evaluation of the file "supplier".
    """
    made = {"done": _begun(ground, "active", "credit", "finance")}
    _submit(ground, made["done"], "B")
    while made["done"].state == "review":
        approver = made["done"].sudo().approver_ids.sorted("id")[0]
        made["done"].with_user(approver).action_approve("fine")
    made["draft"] = _begun(ground, "active", "credit", "finance")
    _choose(ground, made["draft"], "C")
    made["review"] = _begun(ground, "active", "risk", "compliance")
    _submit(ground, made["review"], "2")
    made["supplier"] = _begun(ground, "supplier", "supplier", "purchase")
    _choose(ground, made["supplier"], "B")
    made["supplier"].relation = "keep"
    ground.subjects[ASSESSMENT] = {name: each.sudo() for name, each in made.items()}
    entered = {
        name: each.sudo().line_ids.filtered(lambda line: line.source == "entered")[:1]
        for name, each in made.items()
    }
    ground.subjects[LINE] = entered
    for model, name in (
        (SCHEME, "scheme_credit"),
        (FACTOR, "factor_credit_years"),
        (GRADE, "grade_credit_c"),
    ):
        ground.subjects[model] = {"here": ground.env.ref(f"customer_archive.{name}")}


def _begun(ground, file, kind, role):
    own = ground.files[file].with_user(ground.users[role])
    action = getattr(own, f"action_assess_{kind}")()
    found = ground.env[ASSESSMENT].with_user(ground.users[role])
    return found.browse(action["res_id"])


def _choose(ground, assessment, grade):
    name = f"grade_{assessment.kind}_{grade.lower()}"
    chosen = ground.env.ref(f"customer_archive.{name}")
    assessment.write({"grade_id": chosen.id, "reason": "x"})


def _submit(ground, assessment, grade):
    _choose(ground, assessment, grade)
    assessment.action_submit()


# What records are created with, by ground and subject.
ASSESSMENTS_CREATED = {
    ASSESSMENT: lambda g, _n: {"archive_id": g.files["other"].id, "kind": "credit"},
    LINE: lambda g, _n: {"assessment_id": g.subjects[ASSESSMENT]["draft"].id},
    SCHEME: lambda _g, _n: {"name": "x", "kind": "credit"},
    FACTOR: lambda g, _n: {
        "scheme_id": g.subjects[SCHEME]["here"].id,
        "name": "x",
        "source": "entered",
    },
    GRADE: lambda g, _n: {
        "scheme_id": g.subjects[SCHEME]["here"].id,
        "name": "x",
        "bound": 33.0,
    },
}
# Where any other value would be refused for what it is.
ASSESSMENTS_VALUES = {
    (ASSESSMENT, "grade_id"): lambda g, r, _role: (
        g.env[GRADE].search([("scheme_id", "=", r.sudo().scheme_id.id)])[:1].id
    ),
    (LINE, "value"): lambda _g, _r, _role: 44.0,
    (FACTOR, "scale"): lambda _g, _r, _role: "1: 50, *: 100",
    (GRADE, "bound"): lambda _g, _r, _role: 51.0,
}
