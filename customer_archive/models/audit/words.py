"""What the access record says, in the words of its reader.

A row keeps codes, which its seal covers and which mean the same in every language. For
each kind of detail there is a function here that puts it into words: :func:`says` names
the event and the form of the detail. What has no words yet is shown as it was recorded.
"""

from .phrases import listed, phrase, says, subject_field

FILE = "customer.archive"
SECRET = "customer.archive.secret"
# The last word of the detail where a copy went out that can't carry a mark.
UNMARKED = "unmarked"


def summary(row, names):
    """Return a row's detail as people say it.

    :param row: of the access record
    :param names: :class:`.names.Names`
    """
    found = phrase(row.event, row.detail)
    words = found[0](row, names, **found[1]) if found else row.detail
    subject = _subject(row, names)
    if subject and words:
        return names.env._("%(what)s: %(words)s", what=subject, words=words)
    return words or subject or False


def _subject(row, names):
    """Return what a row is about, unless it is the file that is shown beside it."""
    if not row.model or (row.model == FILE and row.archive_id):
        return None
    if not row.res_id:
        return names.model(row.model)
    name = names.known(row.model, row.res_id)
    file = row.archive_id and names.of(FILE, row.archive_id.id)
    return _beside(name, file) if file else name


def _beside(name, file):
    """Return what a name says more than the name of the file that is shown with it."""
    if file.startswith(name):
        return None
    _number, _blank, party = file.partition(" ")
    return name.removesuffix(party or file).strip() or None


# Reading, and what left


@says("open", r"grouped (?P<fields>[\w. ]+)")
def _grouped(row, names, fields):
    labels = dict.fromkeys(names.path(row.model, name) for name in fields.split())
    return names.env._("Grouped by %s", listed(names, labels))


@says("search", "compared")
def _compared(_row, names):
    return names.env._("Compared with the values in other files")


@says("open search broken")
def _nothing_more(_row, _names):
    """The event says it all."""


@says("reveal", r"(?P<kind>[\w.]+)")
def _revealed(row, names, kind):
    if row.model == SECRET and names.of(row.model, row.res_id):
        # Its name says what it is.
        return None
    return names.value(SECRET, "kind", kind)


@says("reveal", r"(?P<kind>[\w.]+) old_value")
def _revealed_old(_row, names, kind):
    kind = names.value(SECRET, "kind", kind)
    return names.env._("%s, the number before the change", kind)


@says("reveal", r"(?P<kind>[\w.]+) form")
def _revealed_on_form(_row, names, kind):
    kind = names.value(SECRET, "kind", kind)
    return names.env._("%s, whole, on the basic data form", kind)


@says("view download", rf"attachment (?P<copy>\d+)(?P<bare> {UNMARKED})?")
def _content(_row, names, copy, bare):
    name = names.known("ir.attachment", int(copy))
    return names.env._("%s, without watermark", name) if bare else name


@says("print", r"(?P<report>\S+)")
def _printed(_row, names, report):
    name = names.found("ir.actions.report", "report_name", report)
    return name or names.env._("An uninstalled form")


@says("export", "record")
def _exported_record(_row, names):
    return names.env._("All rows, for external verification")


@says("export", r"annual registers(?: .*)?")
def _stored_registers(_row, names):
    return names.env._("The year's registers were stored")


@says("export", r"(?P<count>\d+): register (?P<code>\S+)")
def _exported_register(_row, names, count, code):
    name = names.found("customer.archive.register", "code", code)
    if not name and code.isdecimal():
        name = names.of("customer.archive.register", int(code))
    name = name or names.env._("A deleted register")
    return names.env._("%(register)s, %(count)s rows", register=name, count=count)


@says("export", r"(?P<count>\d+): (?P<paths>.*)")
def _exported_fields(row, names, count, paths):
    labels = dict.fromkeys(names.path(row.model, path) for path in paths.split())
    fields = listed(names, labels)
    return names.env._("%(count)s rows with %(fields)s", count=count, fields=fields)


@says("export", r"errors (?P<count>\d+)")
def _exported_errors(_row, names, count):
    return names.env._("Workbook with %s erroneous rows", count)


@says("export", "uninstall")
def _exported_everything(_row, names):
    return names.env._("All registers and the access record, before uninstalling")


@says("export", "mailed workbook")
def _mailed(_row, names):
    return names.env._("Workbook sent by e-mail")


@says("export", "mailed link")
def _mailed_link(_row, names):
    return names.env._("Notice sent by e-mail, without the workbook")


@says("export", r"attachment (?P<copy>\d+)")
def _downloaded_register(_row, names, copy):
    return names.known("ir.attachment", int(copy))


# What became of files and requests


@says("state", r"(?P<old>\w+) > (?P<new>\w+)")
def _state(row, names, old, new):
    return _arrow(*(names.value(row.model, "state", code) for code in (old, new)))


@says(
    "state change configuration", r"(?P<field>\w+)(?: |: ?)(?P<old>.*?) ?> ?(?P<new>.*)"
)
def _field_change(row, names, field, old, new):
    label = names.field(row.model, field)
    change = _arrow(*(names.value(row.model, field, code) for code in (old, new)))
    return names.env._("%(what)s: %(words)s", what=label, words=change)


def _arrow(old, new):
    return f"{old} → {new}"


@says("decision", r"(?P<state>\w+) round (?P<round>\d+) step \d+")
def _decided(_row, names, state, **where):
    state = names.value("customer.archive.approval", "state", state)
    if where["round"] == "1":
        return state
    return names.env._("%(state)s, round %(round)s", state=state, **where)


@says(
    "grant",
    r"(?P<number>\S+) user (?P<user>\d+) "
    r"(?P<start>[\d:. -]+) > (?P<end>[\d:. -]+)",
)
def _given(_row, names, number, user, start, end):
    return names.env._(
        "%(user)s may read from %(start)s to %(end)s, under request %(number)s",
        number=number,
        user=names.known("res.users", int(user)),
        start=names.moment(start),
        end=names.moment(end),
    )


@says("grant share", "revoked")
def _revoked(_row, names):
    return names.env._("Revoked")


@says("loan", r"(?P<number>\S+) (?P<step>handed|received|brought|taken|lost|cancelled)")
def _lent(_row, names, number, step):
    words = {
        "handed": names.env._("handed out"),
        "received": names.env._("receipt confirmed by the borrower"),
        "brought": names.env._("brought back by the borrower"),
        "taken": names.env._("return confirmed by the archivist"),
        "lost": names.env._("reported lost"),
        "cancelled": names.env._("cancelled, not handed out"),
    }
    return _of_loan(names, number, words[step])


@says("loan", r"(?P<number>\S+) condition (?P<condition>\w+)")
def _condition(_row, names, number, condition):
    label = names.value("customer.archive.loan.line", "condition", condition)
    return _of_loan(names, number, names.env._("condition on return: %s", label))


@says("loan", r"(?P<number>\S+) extended (?P<old>\S+) > (?P<new>\S+)")
def _extended(_row, names, number, old, new):
    days = {"old": names.day(old), "new": names.day(new)}
    words = names.env._("extended from %(old)s to %(new)s", **days)
    return _of_loan(names, number, words)


def _of_loan(names, number, words):
    return names.env._("Loan %(number)s: %(words)s", number=number, words=words)


@says("share", "password")
def _password(_row, names):
    return names.env._("Password of the package shown")


@says("share", r"package (?P<digest>\w+)")
def _package(_row, names, digest):
    return names.env._("Package created, digest %s…", digest[:12])


@says("change", r"(?P<number>\S+): (?P<fields>[\w.]+(?: [\w.]+)*)")
def _changed(_row, names, number, fields):
    labels = (subject_field(names, each) for each in fields.split())
    shown = listed(names, dict.fromkeys(labels))
    return names.env._(
        "%(fields)s changed under request %(number)s", fields=shown, number=number
    )


@says("change", "mail delivered")
def _mail_delivered(_row, names):
    return names.env._("Mail delivered")


@says("change", r"edit (?P<fields>\w+(?: \w+)*)")
def _edited(row, names, fields):
    labels = dict.fromkeys(names.field(row.model, name) for name in fields.split())
    return names.env._("Edited on a locked item: %s", listed(names, labels))


@says("change", "paper")
def _paper_taken_in(_row, names):
    return names.env._("Marked as kept on paper")


@says("change", "waive")
def _waived(_row, names):
    return names.env._("Renewal waived")


@says("acknowledge", r"text (?P<digest>\w+)")
def _acknowledged(_row, names, digest):
    return names.env._("Text with digest %s…", digest[:12])


@says("review", r"handed over (?P<kind>\S+) (?P<old>.*) > (?P<new>.*)")
def _handed_over(_row, names, old, new, **_kind):
    return names.env._("Reassigned: %s", _arrow(old, new))


@says("review", r"(?P<code>[\w ]+)")
def _reviewed(row, names, code):
    words = {
        "fell due": names.env._("Fell due"),
        "handed over": names.env._("Reassigned to another user"),
        "taken over": names.env._("Taken over"),
        "cancelled": names.env._("Cancelled"),
        "went up to head": names.env._("Overdue, escalated to the department head"),
        "went up to management": names.env._("Overdue, escalated to management"),
    }
    if code in words:
        return words[code]
    outcome = names.value("customer.archive.review", "outcome", code)
    return outcome if outcome != code else names.value(row.model, "state", code)


# Keeping and disposing


@says("hold", r"(?P<code>blocked|unblocked|lifted)")
def _held(_row, names, code):
    words = {
        "blocked": names.env._("Blocked"),
        "unblocked": names.env._("Released"),
        "lifted": names.env._("Hold lifted"),
    }
    return words[code]


@says("hold", r"placed (?P<kind>[\w.]+)")
def _placed(_row, names, kind):
    kind = names.value("customer.archive.hold", "kind", kind)
    return names.env._("Hold placed: %s", kind)


@says("dispose", r"(?P<verdict>\w+) (?P<number>\S+)")
def _disposed(_row, names, verdict, number):
    words = {
        "stopped": names.env._("stopped"),
        "failed": names.env._("could not be executed"),
    }
    line = "customer.archive.disposal.line"
    words = words.get(verdict) or names.value(line, "verdict", verdict)
    return names.env._("List %(number)s: %(words)s", number=number, words=words)


@says(
    "dispose",
    r"transfer (?P<step>\w+) (?P<number>\S+)(?: (?P<digest>[0-9a-f]+))?"
    r"(?: attachment \d+)?",
)
def _transferred(_row, names, step, number, digest):
    words = {
        "read": names.env._("copy decrypted for the package"),
        "packed": names.env._("packed"),
        "taken": names.env._("package downloaded"),
        "handed": names.env._("handed over"),
        "witnessed": names.env._("witnessed"),
        "received": names.env._("receipt confirmed"),
        "cancelled": names.env._("cancelled"),
    }
    said = words.get(step, step)
    if digest:
        said = names.env._(
            "%(what)s, digest %(digest)s…", what=said, digest=digest[:12]
        )
    return names.env._("Transfer %(number)s: %(words)s", number=number, words=said)


@says(
    "dispose",
    r"certificate (?P<number>\S+) (?P<kind>\w+) (?P<digest>\w+)(?: (?P<how>\w+))?",
)
def _certified(_row, names, number, kind, digest, **_how):
    return names.env._(
        "Certificate %(number)s (%(kind)s), digest %(digest)s…",
        number=number,
        kind=kind.upper(),
        digest=digest[:12],
    )


@says("erase", r"list (?P<number>\S+) copies (?P<count>\d+)")
def _erased(_row, names, number, count):
    return names.env._(
        "Destroyed by list %(number)s, with %(count)s stored copies",
        number=number,
        count=count,
    )


@says("erase", r"anonymised list (?P<number>\S+) copies (?P<count>\d+)")
def _anonymised(_row, names, number, count):
    return names.env._(
        "Anonymised by list %(number)s, with %(count)s stored copies destroyed",
        number=number,
        count=count,
    )


@says("erase", r"again copies (?P<count>\d+)")
def _erased_again(_row, names, count):
    return names.env._(
        "Destroyed again after a restored backup, with %s stored copies", count
    )
