"""What can go wrong, each with a short code for programs and a text for people.

No message holds a key or a plaintext: all of them may be logged.
"""


class KeyringError(Exception):
    """Something is wrong with the keys or with what they protect.

    ``code`` is a short word for programs; ``str()`` says what to do.
    """

    def __init__(self, code, message):
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self):
        return self.message


class KeyMissing(KeyringError):
    """The keystore, a master key or a data key isn't there, or is a wrong one."""


class KeyDestroyed(KeyringError):
    """The data key was destroyed on purpose; what it protected is lost forever."""


class Tampered(KeyringError):
    """Authentication failed: the data was altered, truncated or exchanged."""


class KeyInUse(KeyringError):
    """The key can't be retired or destroyed, because it is needed."""


def tampered():
    """Return the error of data that fails authentication."""
    return Tampered(
        "tampered",
        "The encrypted data was changed, moved from another place or belongs to "
        "another key. Restore it from a backup.",
    )


def truncated():
    """Return the error of data whose end is missing."""
    return Tampered(
        "truncated",
        "The encrypted data is incomplete. Restore it from a backup.",
    )


def unknown_format(what):
    """Return the error of data that this version can't read; ``what`` names it."""
    return Tampered(
        "format",
        f"The {what} has an unknown format. It was damaged or written by a newer "
        "version: restore it from a backup or update the addon.",
    )
