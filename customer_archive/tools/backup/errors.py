"""What can go wrong with a backup, each with a short code; Odoo has the words."""

import errno
import socket

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
REFUSED = {errno.EROFS, errno.EACCES, errno.EPERM}
# What WebDAV and S3 answer.
STATUS = {507: "full", 413: "full", 401: "refused", 403: "refused", 423: "refused"}
# What S3 and SFTP say it by.
SIGNS = {
    "AccessDenied": "refused",
    "QuotaExceeded": "full",
    "No space left": "full",
    "InvalidAccessKey": "refused",
    "SignatureDoesNotMatch": "refused",
    "NoSuchBucket": "missing",
}
# Classes of others' errors, by their names: their packages may not be there.
NAMES = {
    "AuthenticationException": "refused",
    "BadAuthenticationType": "refused",
    "PasswordRequiredException": "refused",
    "NoCredentialsError": "refused",
    "SSHException": "unreachable",
    "ReadError": "unreachable",
}
LOST = (ConnectionError, TimeoutError, socket.gaierror, EOFError)


class BackupError(Exception):
    """A backup can't be made, read or taken for what it says.

    ``code``: "url", "port", "options", "detour", "package", "missing", "full",
    "refused", "unreachable", "failed", "marker", "foreign", "tampered", "gone",
    "together", "decrypted", "host_key_missing", "host_key_other", "host_key_format",
    "dump", "load".
    """

    def __init__(self, code, detail=""):
        super().__init__(code, detail)
        self.code, self.detail = code, detail

    def __str__(self):
        return f"{self.code}: {self.detail}" if self.detail else self.code


def code_of(error):
    """Return what an error of a file system means, as a code."""
    if isinstance(error, ImportError):
        return "package"
    status = getattr(error, "status_code", None)
    if status in STATUS:
        return STATUS[status]
    text = str(error)
    for sign, code in SIGNS.items():
        if sign in text:
            return code
    return _by_number(error)


def _by_number(error):
    number = getattr(error, "errno", None)
    if number in FULL:
        return "full"
    if number in REFUSED or isinstance(error, PermissionError):
        return "refused"
    if isinstance(error, FileNotFoundError):
        return "missing"
    name = type(error).__name__
    if name in NAMES:
        return NAMES[name]
    if isinstance(error, LOST) or "Connect" in name or "Timeout" in name:
        return "unreachable"
    return "failed"
