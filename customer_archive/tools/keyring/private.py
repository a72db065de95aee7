"""Folders and files that only their owner may open."""

import os
from pathlib import Path

from .errors import KeyringError

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def exposed(path):
    """Tell whether group or others have any right to what is at ``path``.

    Where rights aren't those of POSIX, nothing is. ``OSError`` if it isn't there.
    """
    return os.name == "posix" and bool(os.stat(path).st_mode & 0o077)


def check(path):
    """Raise ``KeyringError`` ``permissions`` if others than the owner have rights."""
    if exposed(path):
        mode = FOLDER_MODE if os.path.isdir(path) else FILE_MODE
        raise KeyringError(
            "permissions",
            f"{path} may be opened by other users of this machine. Run "
            f"'chmod {mode:o} {path}', and if others may have read it, rotate the "
            "master key.",
        )


def make_folder(path):
    """Make the folder for its owner alone, unless it is there; check its rights."""
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise unreadable(path, error) from error
    check(path)


def create_file(path, data):
    """Write a new file, on disk when this returns; ``FileExistsError`` if it is there.

    ``data``: bytes.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with open(os.open(path, flags, FILE_MODE), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(Path(path).parent)


def sync_folder(path):
    """Wait until the folder's list of names is on disk."""
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def unreadable(path, error):
    """Return the error for a path that the operating system refuses."""
    reason = getattr(error, "strerror", None) or error
    return KeyringError(
        "unreadable",
        f"{path} can't be used: {reason}. Check that the disk is well and that the "
        "path belongs to the user who runs the server.",
    )
