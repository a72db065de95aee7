"""What goes wrong with backups, in words that say what to do."""

from ...tools.backup import PROTOCOLS


def words(env, error):
    """Return what a :class:`BackupError` means to who administers the backups."""
    texts = {
        **_of_place(env, error),
        **_of_server(env, error),
        **_of_content(env, error),
    }
    text = texts.get(error.code)
    return text or env._("The target can't be used: %s", error.detail)


def _of_place(env, error):
    return {
        "url": env._(
            "Enter a complete folder or URL, such as /mnt/backup or "
            "sftp://server/folder. Possible are: %s.",
            ", ".join(sorted(PROTOCOLS)),
        ),
        "port": env._(
            "There is no port in “%s” that a server could have: enter one from 1 to "
            "65535, in the URL or as an option.",
            error.detail,
        ),
        "options": env._(
            "Enter user and password as options, which are stored encrypted, and not "
            "in the URL."
        ),
        "detour": env._(
            "The option “%s” isn't allowed: it leads to another place.", error.detail
        ),
        "served": env._(
            "%s belongs to Odoo, which hands out what lies there or keeps its own "
            "files in it: choose a folder of its own.",
            error.detail,
        ),
        "package": env._(
            "The Python package %s is needed for this kind of target: install it on "
            "the server and restart Odoo.",
            error.detail,
        ),
        "full": env._(
            "The target is full: make room there, or keep fewer backups. Older backups "
            "are unharmed. (%s)",
            error.detail,
        ),
        "refused": env._(
            "The target doesn't let us write, or refuses user and password: check its "
            "rights. (%s)",
            error.detail,
        ),
        "missing": env._(
            "The target's folder isn't there: check the URL. (%s)", error.detail
        ),
        "unreachable": env._(
            "The target can't be reached, or doesn't answer in time: check network and "
            "URL. (%s)",
            error.detail,
        ),
    }


def _of_server(env, error):
    return {
        "host_key_missing": env._(
            "It isn't known yet by which key the server shows who it is: fetch its "
            "host key, compare it, and confirm it. Nothing was sent there."
        ),
        "host_key_other": env._(
            "The server shows another key than the one that was confirmed (now: %s). "
            "Ask who runs the server: if it was set up anew, fetch and confirm its "
            "host key; if not, somebody else may answer in its place. Nothing was "
            "sent there.",
            error.detail,
        ),
        "host_key_format": env._(
            "This is no public key of a server: paste what its file such as "
            "/etc/ssh/ssh_host_ed25519_key.pub holds, or fetch it."
        ),
    }


def _of_content(env, error):
    return {
        "marker": env._(
            "What lies at %s isn't the folder in which backups were begun: it was "
            "renamed, or isn't mounted. Put it back, or enter where it is now.",
            error.detail,
        ),
        "foreign": env._(
            "%s belongs to another database: nothing is read from it or written to it.",
            error.detail,
        ),
        "together": env._(
            "Keys and contents must not lie on the same target: who finds it could "
            "read everything. Choose another place. (%s)",
            error.detail,
        ),
        "decrypted": env._(
            "Exports are decrypted, and lie on a target of their own, apart from "
            "backups and keys. Choose another place. (%s)",
            error.detail,
        ),
        "tampered": env._("%s on the target was altered or is damaged.", error.detail),
        "gone": env._("%s isn't on the target any more.", error.detail),
        "dump": env._("The database can't be dumped: %s", error.detail),
    }
