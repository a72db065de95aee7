"""Everything back: from a manifest into an empty database and an empty filestore.

All of the database or nothing of it, in one transaction; the files lie there before.
"""

from pathlib import Path

from . import dump, manifest, sealing
from .errors import BackupError


class Restored:
    """What came back: numbers, and by name what didn't.

    ``files``: how many contents; ``lost``: names in the filestore whose contents are
    gone or altered on the target.
    """

    def __init__(self):
        self.files, self.lost = 0, []


def latest(place):
    """Return the name of the newest run on a target.

    :raise BackupError: "gone", if there is none
    """
    runs = manifest.names(place)
    if not runs:
        raise BackupError("gone", manifest.path_of("*"))
    return max(runs)


def restore(place, sealer, run, filestore, command, environment):
    """Restore a run; what it has lost is told, a damaged dump refused.

    :param sealer: :class:`.sealing.Sealer` of the database's keystore
    :param filestore: path of a folder that is empty or isn't there
    :param command: list such as ``psql``, that reads SQL into an empty database
    :raise BackupError: also "tampered" or "gone", for manifest and dump
    """
    result, parts = Restored(), []
    with manifest.opened(place, sealer.manifest_key, run) as (_head, every):
        for content in every:
            if content.is_part:
                parts.append(content)
            else:
                _bring(place, sealer, content, Path(filestore), result)
    dump.load(command, environment, _texts(place, sealer, parts))
    return result


def _texts(place, sealer, parts):
    for part in parts:
        with sealing.fetched(place, part) as stored, sealer.open(part, stored) as text:
            yield text


def _bring(place, sealer, content, filestore, result):
    path = filestore / content.source
    if not path.resolve().is_relative_to(filestore.resolve()):
        raise BackupError("tampered", content.source)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with sealing.fetched(place, content) as stored:
            source = sealer.open(content, stored) if content.sealed else stored
            with source, path.open("wb") as target:
                sealing.pour(source, target)
        result.files += 1
    except BackupError as error:
        if error.code not in ("gone", "tampered"):
            raise
        path.unlink(missing_ok=True)
        result.lost.append(content.source)
