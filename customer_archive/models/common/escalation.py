"""Whom a thing goes up to that nobody does, and when: the one room for it.

The head of the department, then management. Whoever is told has some days before it
goes on; where there is no head, it goes to management at once.
"""

from .roles import MANAGEMENT, users_of

FILE = "customer.archive"
# Working days for whoever was told of a decision, a loan or a review that is late.
DECISION_DAYS = 1
LOAN_DAYS = 2
REVIEW_DAYS = 2
# Working days in which an inspection is done, and a finding is repaired if nobody says
# otherwise; after so many more it goes up.
INSPECTION_DAYS = 3
INSPECTION_UP_DAYS = 2
REPAIR_DAYS = 10
REPAIR_UP_DAYS = 1
CONFIRM_DAYS = 2
# Working days after the day of an answer on which a complaint goes up, and up further.
COMPLAINT_DAYS = 1
COMPLAINT_FURTHER_DAYS = 2
# Working days in which an assessment that fell due is prepared and submitted.
PREPARATION_DAYS = 10
# Working days after the day of missing papers on which their lateness goes up, and up
# further.
PAPERS_DAYS = 1
PAPERS_FURTHER_DAYS = 6
# Working days in which a draft of an incident is taken up; after that it goes up.
INCIDENT_DAYS = 2
# Working days in which what was decided on one is carried out; after that it goes up.
DEALT_WITH_DAYS = 10
# Working days in which a supervisor's check is carried out from its day on; after so
# many more it goes up. A finding is corrected within the days, if nobody says
# otherwise, goes up after its deadline, and further up.
CHECK_DAYS = 10
CHECK_UP_DAYS = 2
CORRECTION_DAYS = 10
CORRECTION_UP_DAYS = 1
CORRECTION_FURTHER_DAYS = 3
# Working days after which an answer to feedback that is late goes up.
FEEDBACK_UP_DAYS = 2
# Days after the end of a validity on which it is reminded of again, and on which it
# goes up: not before who was reminded late has had a week, too.
REMINDED_AFTER_END = (7, 14, 21, 28)
UP_AFTER_END = 35
UP_AFTER_REMINDER = 7


def goes_to_head(taken, head):
    """Whether it goes to the head of the department now, and not to management.

    :param taken: whether it went up before
    :param head: who that is; may be empty
    """
    return not taken and bool(head)


def heads(departments):
    """Return who heads some departments."""
    return departments.manager_id.user_id


def head_of(record):
    """Return the head of the department that a record belongs to, if any."""
    owner = file_of(record) or record
    if "department_id" not in owner._fields:
        return record.env["res.users"]
    return heads(owner.department_id)


def file_of(record):
    """Return the file that a record is or belongs to, if it is one."""
    if record._name == FILE:
        return record
    return record.archive_id if "archive_id" in record._fields else record.env[FILE]


def members(env, role):
    """Return the functions of a chain that go through the users of a role."""
    return [
        lambda _record, user=user: user for user in users_of(env, role).sorted("id")
    ]


def superiors(env, head=head_of):
    """Return the functions of a chain that goes up: the head, then management.

    :param head: function of a record that returns its head
    """
    return [head, *members(env, MANAGEMENT)]
