"""Words for backups and what is restored from them; see :mod:`.words`."""

from .phrases import says

RUN, RESTORE = "customer.archive.backup", "customer.archive.restore"


@says("backup", r"run (?P<state>\w+)")
def _run(_row, names, state):
    return names.env._("Backup: %s", names.value(RUN, "state", state))


@says("backup", r"verified (?P<result>\w+)")
def _verified(_row, names, result):
    words = names.value(RUN, "verify_state", result)
    return names.env._("Backup verified: %s", words)


@says("backup", r"restored (?P<state>\w+)")
def _restored(_row, names, state):
    words = names.value(RESTORE, "state", state)
    return names.env._("Restore from a backup: %s", words)


@says("backup", r"whole")
def _whole(_row, names):
    return names.env._("The whole database was restored from a backup")


@says("backup", r"former keystore (?P<how>deleted|by hand)")
def _former(_row, names, how):
    if how == "deleted":
        return names.env._("The keystore was deleted at the old place of the target")
    return names.env._("Confirmed: the keystore was deleted at the old place by hand")
