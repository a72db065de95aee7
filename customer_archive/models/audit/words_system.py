"""Words for imports, keys, configuration and refusals; see :mod:`.words`."""

from .operations import operation_words
from .phrases import listed, says, subject_field

# Imports


@says("import", r"confirmed (?P<count>\d+)")
def _confirmed(_row, names, count):
    return names.env._("%s registered files confirmed", count)


@says("import", r"gaps (?P<count>\d+)")
def _gaps(_row, names, count):
    return names.env._("%s file numbers stay unused", count)


@says("import", r"started (?P<mode>\w+) rows (?P<count>\d+)")
def _started(_row, names, mode, count):
    mode = names.value("customer.archive.import", "mode", mode)
    return names.env._("Started with %(count)s rows, %(mode)s", count=count, mode=mode)


@says("import", r"new (?P<new>\d+) changed (?P<changed>\d+) errors (?P<errors>\d+)")
def _imported(_row, names, **counts):
    return names.env._(
        "%(new)s files new, %(changed)s changed, %(errors)s rows with errors", **counts
    )


@says("import", "undo")
def _undone(_row, names):
    return names.env._("Undone")


@says("import", r"(?P<result>\w+) import (?P<run>\d+)(?::(?P<fields>[\w. ]*))?")
def _imported_file(row, names, result, run, fields):
    result = {"undone": names.env._("Undone")}.get(result) or names.value(
        "customer.archive.import.row", "result", result
    )
    run = names.known("customer.archive.import", int(run))
    words = names.env._("%(result)s by %(run)s", result=result, run=run)
    labels = [names.path(row.model, name) for name in (fields or "").split()]
    if not labels:
        return words
    shown = listed(names, dict.fromkeys(labels))
    return names.env._("%(what)s: %(words)s", what=words, words=shown)


# Keys and configuration


@says("key", r"(?P<step>rotate|retire) (?P<master>\S+)")
def _keys(_row, names, step, master):
    words = {
        "rotate": names.env._("New master key, all keys re-wrapped: %s", master),
        "retire": names.env._("Former master key removed: %s", master),
    }
    return words[step]


@says("key", "adopt")
def _adopted(_row, names):
    return names.env._("Restored database linked to its keystore again")


@says("key", "copy")
def _copied(_row, names):
    return names.env._("Database copy: uses its own keys from now on")


@says("key", r"late (?P<count>\d+) \d+ \d+")
def _late(_row, names, count):
    return names.env._(
        "Sealed later, written while the keystore was unavailable: %s rows", count
    )


@says("key", r"suite (?P<suite>\S+)")
def _suite(_row, names, suite):
    suite = names.value("res.config.settings", "archive_suite", suite)
    return names.env._("Encryption from now on: %s", suite)


@says("configuration", r"(?P<signed>[+-]\w+\.\w+(?: [+-]\w+\.\w+)*)")
def _roles(_row, names, signed):
    parts = []
    given = [each[1:] for each in signed.split() if each[0] == "+"]
    lost = [each[1:] for each in signed.split() if each[0] == "-"]
    if given:
        roles = listed(names, map(names.group, given))
        parts.append(names.env._("roles given: %s", roles))
    if lost:
        roles = listed(names, map(names.group, lost))
        parts.append(names.env._("roles removed: %s", roles))
    return "; ".join(parts)


@says("configuration", r"(?P<operation>create|write|unlink)(?P<fields>(?: [\w.]+)*)")
def _configured(row, names, operation, fields):
    words = {
        "create": names.env._("Created"),
        "write": names.env._("Settings changed"),
        "unlink": names.env._("Deleted"),
    }
    if not fields.split():
        return words[operation]
    labels = (names.path(row.model, name) for name in fields.split())
    what, shown = words[operation], listed(names, dict.fromkeys(labels))
    return names.env._("%(what)s: %(words)s", what=what, words=shown)


@says("configuration", r"renamed (?P<field>\w+): (?P<old>.*) > (?P<new>.*)")
def _renamed(_row, names, field, old, new):
    return names.env._(
        "%(what)s: %(words)s",
        what=names.field("res.users", field),
        words=f"{old} → {new}",
    )


@says("configuration", "uninstall allowed")
def _uninstall_allowed(_row, names):
    return names.env._("Uninstalling of the addon allowed for 24 hours")


@says("configuration", "confirmed")
def _in_force(_row, names):
    return names.env._("Confirmed, in force immediately")


@says("configuration", "recipients left")
def _recipients_left(_row, names):
    return names.env._(
        "All recipients have left: it goes to department heads or management"
    )


# Refusals


@says("denied", r"edit (?P<subject>\w+): ?(?P<fields>[\w ]*)")
def _edit_refused(_row, names, subject, fields):
    labels = (subject_field(names, f"{subject}.{name}") for name in fields.split())
    shown = listed(names, dict.fromkeys(labels))
    if not shown:
        return operation_words(names.env, "write")
    return names.env._("change of %s", shown)


@says("denied", r"attachment (?P<copy>\d+) (?P<code>\w+)")
def _unmarkable(_row, names, copy, code):
    reasons = {
        "protected": names.env._("the file is password-protected"),
        "damaged": names.env._(
            "the file is damaged, or its content doesn't match its name"
        ),
        "too_large": names.env._("the file is too large"),
    }
    return names.env._(
        "%(copy)s can't be marked: %(reason)s",
        copy=names.known("ir.attachment", int(copy)),
        reason=reasons.get(code, code),
    )


@says(
    "denied",
    r"(?P<operation>\w+)(?: (?P<model>[\w.]+))? attachment(?: (?P<copies>[\d, ]+))?",
)
def _paper_refused(row, names, operation, model, copies):
    words = operation_words(names.env, operation)
    if not words:
        return row.detail
    ids = [int(each) for each in (copies or "").replace(",", " ").split()]
    shown = [names.known("ir.attachment", each) for each in ids]
    if model:
        shown.append(names.model(model))
    if not shown:
        return words
    shown = listed(names, shown)
    return names.env._("%(what)s: %(words)s", what=words, words=shown)


@says("denied", r"(?P<operation>(?:take over|\w+))(?: (?P<field>[\w.]+))?")
def _denied(row, names, operation, field):
    words = operation_words(names.env, operation)
    if not words:
        return row.detail
    if not field:
        return words
    # No field of its own: the accounts of a party.
    bank = {"bank": names.env._("bank accounts")}
    label = bank.get(field) or names.path(row.model, field)
    return names.env._("%(what)s: %(words)s", what=words, words=label)
