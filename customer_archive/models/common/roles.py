"""The roles of the customer files: their names, and what each of them does.

A role is a group of users, see ``security/groups.xml``. Who sees which records is said
by the record rules, in terms of the same groups; what is asked in code besides is here.
What several roles may do is a text as ``has_groups`` and ``groups=`` take it.
"""

_GROUP = "customer_archive.group_"
# Whoever has any role of these; it shows the menu, and no file.
READER = f"{_GROUP}reader"
# Account managers: sales and purchasing staff, see and keep their own files.
USER = f"{_GROUP}user"
CLERK = f"{_GROUP}clerk"
COMPLIANCE = f"{_GROUP}compliance"
ARCHIVIST = f"{_GROUP}archivist"
FINANCE = f"{_GROUP}finance"
LEGAL = f"{_GROUP}legal"
MANAGEMENT = f"{_GROUP}management"
AUDITOR = f"{_GROUP}auditor"
ADMIN = f"{_GROUP}admin"
# Odoo's own: organises trainings, and learns who hasn't acknowledged a regulation.
HUMAN_RESOURCES = "hr.group_hr_user"
# Of which group one has to be to read files of a level.
CLEARANCES = {
    "confidential": f"{_GROUP}clearance_confidential",
    "secret": f"{_GROUP}clearance_secret",
}


def any_of(*roles):
    """Return the text for whoever has at least one of some roles."""
    return ",".join(roles)


def users_of(env, role):
    """Return who has a role and is at work."""
    # Who has a role is no secret of the addon's own code.
    return env.ref(role).sudo().all_user_ids


# Who reads

# Every file up to their clearance.
READ_ALL = any_of(
    *(CLERK, COMPLIANCE, ARCHIVIST, FINANCE, LEGAL, MANAGEMENT, AUDITOR, ADMIN)
)
# Files that are blocked, and what is on them: those who answer for the data.
SEES_BLOCKED = any_of(COMPLIANCE, LEGAL, ARCHIVIST, MANAGEMENT, AUDITOR)
# That there is a sensitive value, and its end.
SEES_MASKED = any_of(USER, CLERK, COMPLIANCE, FINANCE, LEGAL, MANAGEMENT, AUDITOR)
# Sensitive values and papers of every kind, of the files that they see (C5).
NEED_ALL = any_of(USER, CLERK, COMPLIANCE, MANAGEMENT, AUDITOR)
# What is asked about files, of those who look after them.
SEES_TASKS = any_of(USER, CLERK, COMPLIANCE, ARCHIVIST, MANAGEMENT, AUDITOR)
# The whole account of a party on a form, for a purpose: those who pay to it.
PRINTS_ACCOUNTS = FINANCE
# The access record.
SEES_RECORD = any_of(AUDITOR, COMPLIANCE, MANAGEMENT)
# The rows of an import, and the names of the files that it made.
SEES_IMPORTED_ROWS = any_of(CLERK, ADMIN, COMPLIANCE)
SEES_IMPORTED_FILES = any_of(CLERK, COMPLIANCE, MANAGEMENT, AUDITOR)

# Who decides

# Puts a policy of approval into force that somebody else has written.
CONFIRMS_POLICIES = any_of(COMPLIANCE, MANAGEMENT, ADMIN)
# Says that a period of retention is what the law asks for.
CONFIRMS_RETENTION = any_of(COMPLIANCE, LEGAL, ADMIN)
# Ends others' access to a file, and what others asked for.
GUARDIANS = any_of(ARCHIVIST, COMPLIANCE, MANAGEMENT)
# Places and lifts holds; who sees them besides.
HOLDERS = any_of(LEGAL, COMPLIANCE, MANAGEMENT)
SEES_HOLDS = any_of(HOLDERS, ARCHIVIST, AUDITOR)
BLOCKERS = any_of(COMPLIANCE, LEGAL)
# Stops a destruction that was approved; is there when it is carried out.
STOPPERS = any_of(LEGAL, MANAGEMENT)
WITNESSES = any_of(ARCHIVIST, COMPLIANCE, LEGAL, MANAGEMENT)
# Answers and follows up notes that they are responsible for; the rules say the same.
ANSWERERS = any_of(USER, CLERK, COMPLIANCE, FINANCE, LEGAL, MANAGEMENT)
# Says that a paper needn't be renewed.
WAIVERS = any_of(CLERK, COMPLIANCE, LEGAL)

# Who decides where everybody of a role is kept from it, having asked for it or being
# concerned: the first of these that can. None of them decides twice on one matter; nor
# somebody of the role of who asks, where who is kept from it was named as concerned.
DECIDES_INSTEAD = {MANAGEMENT: (COMPLIANCE, AUDITOR)}

# Who does

IMPORTERS = any_of(CLERK, ADMIN)
# Takes in paper originals of files that are kept.
TAKES_PAPER = any_of(CLERK, ARCHIVIST)
# Compares copies with originals while a file is under review.
CHECKERS = any_of(CLERK, COMPLIANCE)
# Hands a package over to an outsider, besides the applicant.
RELEASES_PACKAGES = any_of(COMPLIANCE, MANAGEMENT)
VERIFIES_RECORD = any_of(AUDITOR, COMPLIANCE)
# Checks stored copies, and sees what was found.
CHECKS_INTEGRITY = any_of(ARCHIVIST, COMPLIANCE, MANAGEMENT, AUDITOR)
# Counts files on a stocktake that an archivist has started; sees what was found.
COUNTS_STOCK = any_of(ARCHIVIST, CLERK)
SEES_STOCKTAKES = any_of(COUNTS_STOCK, COMPLIANCE, MANAGEMENT, AUDITOR)
# Sees backups, and what is written on which target; reads them again.
SEES_BACKUPS = any_of(ARCHIVIST, MANAGEMENT, AUDITOR, ADMIN)
VERIFIES_BACKUPS = any_of(ARCHIVIST, AUDITOR, ADMIN)
# Writes regulations and their versions, besides who is responsible for one; sees who
# has acknowledged them, besides human resources.
KEEPS_REGULATIONS = any_of(COMPLIANCE, ARCHIVIST, ADMIN)
FOLLOWS_REGULATIONS = any_of(*(COMPLIANCE, MANAGEMENT, AUDITOR, ADMIN), HUMAN_RESOURCES)
# Prepares assessments of a kind; suppliers are evaluated by who buys from them.
PREPARES = {
    "credit": FINANCE,
    "risk": COMPLIANCE,
    "supplier": "purchase.group_purchase_user",
}
# Sets how many days a party on file has to pay, and is paid in.
SETS_TERMS = any_of(FINANCE, "account.group_account_invoice")
# Looks after undertakings of others.
KEEPS_UNDERTAKINGS = any_of(COMPLIANCE, MANAGEMENT)
# Carries out supervisor's checks; sees them.
SUPERVISES = any_of(AUDITOR, COMPLIANCE)
SEES_CHECKS = any_of(SUPERVISES, MANAGEMENT)
# Looks into incidents; sees what came of them, unless they are concerned.
HANDLES_INCIDENTS = any_of(COMPLIANCE, LEGAL, AUDITOR)
SEES_INCIDENTS = any_of(HANDLES_INCIDENTS, MANAGEMENT)
# Answers feedback; knows who wants to stay unnamed.
ANSWERS_FEEDBACK = any_of(ARCHIVIST, COMPLIANCE)
KNOWS_AUTHORS = any_of(COMPLIANCE, MANAGEMENT)
# Pays, posts, reconciles or trusts accounts; enters and compares them.
NEEDS_ACCOUNTS = any_of(
    "account.group_account_readonly",
    "account.group_account_invoice",
    "account.group_validate_bank_account",
    *(FINANCE, COMPLIANCE, CLERK),
)

# Who is never the same person (G6)
SEGREGATED = {
    AUDITOR: ("base.group_system", "base.group_erp_manager", ADMIN, ARCHIVIST),
    COMPLIANCE: (ADMIN,),
}
# What comes along with a job in sales or purchasing, and shows nobody others' files.
BY_JOB = (READER, USER)
