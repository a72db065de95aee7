"""What the matrix of rights tries on incidents, checks, feedback and figures."""

from odoo import Command, fields

from odoo.addons.customer_archive.models.common.sentinel import as_system

INCIDENT, PERSON = "customer.archive.incident", "customer.archive.incident.person"
AUDIT, AUDIT_LINE = "customer.archive.audit", "customer.archive.audit.line"
AUDIT_FINDING = "customer.archive.audit.finding"
AUDIT_POINT = "customer.archive.audit.point"
FEEDBACK, FIGURE = "customer.archive.feedback", "customer.archive.figure"


def add_supervision(ground):
    """Add incidents, a check with findings, feedback, and a figure of "sales".

    Of incidents "here" was reported by sales, "concerned" is about legal, "decided"
    about sales, who has been told nothing yet.
    """
    _add_incidents(ground)
    _add_audits(ground)
    _add_feedback(ground)
    rows = ground.env[FIGURE].sudo()
    sales = [("user_id", "=", ground.users["sales"].id)]
    ground.subjects[FIGURE] = {"here": rows.search(sales, limit=1)}


def _by(ground, model, role):
    return ground.env[model].with_user(ground.users[role])


def _add_incidents(ground):
    files = [Command.set(ground.files["active"].ids)]
    made = {
        "here": _by(ground, INCIDENT, "sales").create(
            {"kind": "leak", "facts": "误发", "archive_ids": files}
        ),
        "concerned": _incident(ground, "legal"),
        "decided": _incident(ground, "sales"),
    }
    decided = made["decided"]
    decided.write({"severity": "minor", "cause": "x", "measures": "x"})
    decided.action_submit()
    decided.with_user(ground.users["management"]).action_approve("fine")
    abroad = ground.env[INCIDENT].with_user(ground.foreigner)
    made["company"] = abroad.create({"kind": "late", "facts": "晚"})
    ground.subjects[INCIDENT] = {name: each.sudo() for name, each in made.items()}
    ground.subjects[PERSON] = {
        name: made[name].sudo().person_ids for name in ("concerned", "decided")
    }


def _incident(ground, role):
    person = {"user_id": ground.users[role].id, "responsibility": "x"}
    return _by(ground, INCIDENT, "compliance").create(
        {"kind": "misuse", "facts": "误用", "person_ids": [Command.create(person)]}
    )


def _add_audits(ground):
    audits = _by(ground, AUDIT, "auditor")
    here = audits.create({"subject": "抽查", "draw": "none"})
    begun = audits.create({"subject": "专项", "draw": "none"})
    begun.action_start()
    free, open_, corrected = begun.line_ids[:3]
    sales = ground.users["sales"].id
    for line in (open_, corrected):
        line.action_finding()
        line.finding_ids.write({"responsible_id": sales, "description": "缺章"})
    (open_ | corrected).sudo().finding_ids.with_user(sales).correction = "已补"
    corrected.finding_ids.with_user(sales).action_correct()
    as_system(corrected.sudo().finding_ids).confirm_note = "缺章"
    foreign = {"subject": "外", "company_id": ground.company.id, "draw": "none"}
    foreign["checker_id"] = ground.users["auditor"].id
    abroad = as_system(ground.env[AUDIT].sudo()).create(foreign)
    ground.subjects[AUDIT] = {
        "here": here.sudo(),
        "open": begun.sudo(),
        "company": ground.env[AUDIT].sudo().browse(abroad.id),
    }
    ground.subjects[AUDIT_LINE] = {"open": free.sudo()}
    ground.subjects[AUDIT_FINDING] = {
        "open": open_.sudo().finding_ids,
        "corrected": corrected.sudo().finding_ids,
    }
    points = ground.env[AUDIT_POINT]
    own = {"name": "单设要点", "company_id": ground.company.id}
    ground.subjects[AUDIT_POINT] = {
        "here": points.create({"name": "另设要点"}),
        "company": points.create(own),
    }


def _add_feedback(ground):
    here = _by(ground, FEEDBACK, "employee").create(_said(ground, None))
    improving = _by(ground, FEEDBACK, "employee").create(_said(ground, None))
    own = improving.with_user(ground.users["archivist"])
    own.write(
        {
            "answer": "好",
            "decision": "improve",
            "improvement": "培训",
            "improvement_user_id": ground.users["clerk"].id,
            "improvement_deadline": "2099-01-01",
        }
    )
    own.action_answer_feedback()
    own.improvement_result = "已培训"
    as_system(here.sudo()).answer = "好"
    ground.subjects[FEEDBACK] = {"here": here.sudo(), "improving": improving.sudo()}


def _said(_ground, _name):
    return {"subject": "借阅", "description": "希望更快"}


# What records are created with, by ground and subject.
SUPERVISION_CREATED = {
    INCIDENT: lambda _g, _n: {"kind": "late", "facts": "晚"},
    PERSON: lambda g, _n: {
        "incident_id": g.subjects[INCIDENT]["here"].id,
        "person": "司机",
    },
    AUDIT: lambda g, _n: {"subject": "x", "checker_id": g.users["auditor"].id},
    AUDIT_LINE: lambda g, _n: {
        "audit_id": g.subjects[AUDIT]["open"].id,
        "point_id": g.subjects[AUDIT_POINT]["here"].id,
        "name": "x",
    },
    AUDIT_FINDING: lambda g, _n: {
        "audit_id": g.subjects[AUDIT]["open"].id,
        "line_id": g.subjects[AUDIT_LINE]["open"].id,
    },
    AUDIT_POINT: lambda _g, _n: {"name": "新要点"},
    FEEDBACK: _said,
    FIGURE: lambda _g, _n: {"kind": "file"},
}


def _day(ground, days):
    return str(fields.Date.add(ground.env.company._archive_today(), days=days))


# Where any other value would be refused for what it is.
SUPERVISION_VALUES = {
    (INCIDENT, "found_on"): lambda _g, _r, _role: "2026-01-02 00:00:00",
    (INCIDENT, "occurred_on"): lambda _g, _r, _role: "2025-01-02",
    # Others than the reporter only add to these.
    (INCIDENT, "archive_ids"): lambda g, _r, _role: [(4, g.files["draft"].id)],
    (INCIDENT, "partner_ids"): lambda g, _r, _role: [(4, g.spare.id)],
    (INCIDENT, "person_ids"): lambda _g, _r, _role: [(0, 0, {"person": "司机"})],
    (INCIDENT, "kind"): lambda _g, _r, _role: "loss",
    (PERSON, "user_id"): lambda g, _r, _role: g.users["finance"].id,
    (PERSON, "penalty"): lambda _g, _r, _role: "warning",
    (AUDIT, "checker_id"): lambda g, _r, _role: g.users["compliance"].id,
    (AUDIT, "helper_ids"): lambda g, _r, _role: [(6, 0, g.users["compliance"].ids)],
    (AUDIT, "planned_on"): lambda g, _r, _role: _day(g, 9),
    (AUDIT, "sample_size"): lambda _g, _r, _role: 7,
    (AUDIT, "department_id"): lambda g, _r, _role: g.case.departments["sales"].id,
    (AUDIT_FINDING, "responsible_id"): lambda g, _r, _role: g.users["clerk"].id,
    (AUDIT_FINDING, "deadline"): lambda _g, _r, _role: "2099-02-02",
    (AUDIT_POINT, "company_id"): lambda g, _r, _role: g.case.company.id,
    (FEEDBACK, "improvement_user_id"): lambda g, _r, _role: g.users["legal"].id,
    (FEEDBACK, "decision"): lambda _g, r, _role: (
        "improve" if r.state == "open" else "none"
    ),
    (FEEDBACK, "improvement_deadline"): lambda _g, _r, _role: "2099-03-03",
}
