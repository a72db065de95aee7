"""Words for incidents, supervisors' checks and feedback; see :mod:`.words`."""

from .phrases import says


@says(
    "incident",
    r"(?P<step>reported|reported to management|decided|closed|unfounded|overdue"
    r"|not carried out|notice overdue|notified authority|notified persons"
    r"|unfounded proposed|no personal data|no personal data proposed)",
)
def _incident_stepped(_row, names, step):
    return {
        "reported": names.env._("Incident reported"),
        "reported to management": names.env._("Incident reported to management"),
        "decided": names.env._("Handling of the incident decided"),
        "closed": names.env._("Incident dealt with"),
        "unfounded": names.env._("Incident unfounded"),
        "unfounded proposed": names.env._("Incident said to be unfounded"),
        "no personal data": names.env._("No personal data concerned: no notices"),
        "no personal data proposed": names.env._(
            "Said that no personal data is concerned"
        ),
        "overdue": names.env._("Incident not looked into: management told"),
        "not carried out": names.env._("Decision not carried out: management told"),
        "notice overdue": names.env._("Notice of a leak overdue: management told"),
        "notified authority": names.env._("Authority notified of a leak"),
        "notified persons": names.env._("Persons notified of a leak"),
    }[step]


@says("incident", r"person (?P<step>added|removed) (?P<user>\d+)")
def _person_listed(_row, names, step, user):
    """Name a person who is responsible; 0 is somebody without a login."""
    who = names.env._("somebody without a login")
    if int(user):
        who = names.known("res.users", int(user))
    if step == "added":
        return names.env._("Named as responsible: %s", who)
    return names.env._("Not named as responsible any more: %s", who)


@says("audit", r"(?P<step>started|signed|cancelled|overdue)")
def _check_stepped(_row, names, step):
    return {
        "started": names.env._("Check begun, files drawn"),
        "signed": names.env._("Check signed"),
        "cancelled": names.env._("Check cancelled"),
        "overdue": names.env._("Check overdue: management told"),
    }[step]


@says("audit", r"finding (?P<step>corrected|confirmed|returned|overdue|dropped)")
def _correction_stepped(_row, names, step):
    return {
        "corrected": names.env._("Correction reported"),
        "confirmed": names.env._("Correction confirmed"),
        "returned": names.env._("Correction sent back"),
        "overdue": names.env._("Correction overdue: management told"),
        "dropped": names.env._("Finding taken back"),
    }[step]


@says("feedback", r"(?P<step>handed in|answered|settled|overdue)")
def _feedback_stepped(_row, names, step):
    return {
        "handed in": names.env._("Feedback handed in"),
        "answered": names.env._("Feedback answered"),
        "settled": names.env._("Feedback settled"),
        "overdue": names.env._("Feedback overdue: management told"),
    }[step]
