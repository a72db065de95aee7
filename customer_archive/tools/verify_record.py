"""Checks an exported access record, without Odoo and without its server.

    python3 verify_record.py RECORD.jsonl [--anchor FILE ...] [--certificate FILE ...]
        [--keystore FOLDER [--master-keys FOLDER | --master-key-env VARIABLE]]

RECORD.jsonl is what "Export Record" downloads: a line that says whose record it is,
then a line for each row. Anchors are the files, or the mails' texts, that somebody
kept elsewhere. Without a keystore the links between rows and the anchors are checked;
with it the seals, purposes and reasons as well. Nothing is ever written.

A certificate is the JSON or PDF file that a destruction left. It has to be the one
whose digest is in the record. The rows that the JSON file names have to be those of the
record, the erasure of each file among them; with a keystore, the keys of these files
have to be destroyed.

Needs Python 3.10 and the files beside it; with ``--keystore`` also ``cryptography``.
Exits with 0 if nothing is wrong, 1 if something is, 2 if that can't be told.
"""

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

# Started as a program, even with ``python3 -I``, it finds what lies beside it.
sys.path.insert(0, str(Path(__file__).resolve().parent))

import certificate as certificates
import chain

KIND = "customer.archive.log"
WORDS = {
    chain.MISSING: "rows are missing",
    chain.DUPLICATE: "the same place is taken twice, or out of order",
    chain.ALTERED: "the row was altered",
    chain.UNLINKED: "the row followed another row than it does",
    chain.FORGED: "the row wasn't written by the system",
    chain.NOTE: "the purpose or reason was altered",
    chain.ERASED: "the purpose or reason was removed, and no erasure is recorded",
    chain.UNSEALED: "rows that were never sealed",
    chain.CUT: "rows that an anchor knows are gone",
    chain.REWRITTEN: "these aren't the rows that an anchor knows",
    chain.ANCHOR: "the anchor wasn't made by the system",
    chain.LATE: "written while the keystore was away, sealed on {} (a note, no break)",
}


class Unusable(Exception):
    """What was given can't be checked; says why."""


class Record:
    """An exported record: its header, and its rows one at a time."""

    def __init__(self, lines):
        self._lines = enumerate(lines, 1)
        number, line = next(self._lines, (1, ""))
        header = self.header = _object(line, number)
        if header.get("kind") != KIND or header.get("format") != chain.FORMAT:
            raise Unusable("this isn't an exported access record")
        if header.get("algorithm") not in chain.HASHES.values():
            raise Unusable(f"unknown algorithm {header.get('algorithm')!r}")
        if type(header.get("rows")) is not int:
            raise Unusable("the header doesn't say how many rows there are")
        self.read = 0
        self.pending = []

    def __iter__(self):
        """Yield each sealed row; the others are in ``pending`` afterwards."""
        for number, line in self._lines:
            values = _object(line, number)
            self.read += 1
            try:
                if values["sequence"] is None:
                    self.pending.append(values)
                else:
                    yield _row(values)
            except (KeyError, TypeError, ValueError) as error:
                raise Unusable(f"line {number} isn't a row: {error!r}") from error

    def unsealed(self, keyed):
        """Return how many rows have no place and don't just wait for one.

        What was committed while the record was exported is sealed right after.
        """
        if keyed.key is None:
            return len(self.pending)
        waiting = [row for row in self.pending if keyed.ticket(row) == row.get("mac")]
        return len(self.pending) - len(waiting)


def _object(line, number):
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Unusable(f"line {number} isn't JSON: {error}") from error
    if not isinstance(values, dict):
        raise Unusable(f"line {number} isn't a row")
    return values


def _row(values):
    sequence, archive_id = values["sequence"], values["archive_id"]
    if type(sequence) is not int or not isinstance(archive_id, int | None):
        raise ValueError("its place or file isn't a number")
    texts = {
        name: None if values[name] is None else str(values[name])
        for name in ("digest", "mac", "note", "commitment", "event")
    }
    return chain.Row(sequence, chain.text_of(values), archive_id=archive_id, **texts)


def open_keystore(header, folder, master):
    """Return a copy of the keystore, and the key of its record.

    :param folder: the keystore's folder, or the one above it
    :param master: function of the keyring module and the folder, to the master keys
    """
    try:
        import keyring
    except ImportError as error:
        raise Unusable(f"--keystore needs cryptography: {error}") from error
    below = folder / str(header.get("database"))
    folder = below if keyring.Keystore.exists(below) else folder
    try:
        store = keyring.Keystore(folder, master(keyring, folder))
        key = store.named_key(chain.KEY_NAME, create=False)
    except keyring.KeyringError as error:
        raise Unusable(str(error)) from error
    return store, key


def read_anchor(path, header):
    """Return the anchor in a file: its text alone, or a mail's around it."""
    try:
        text = path.read_text(encoding="utf-8")
        start, end = text.index("{"), text.rindex("}") + 1
        return chain.Anchor.from_file(
            json.loads(text[start:end]),
            header.get("database"),
            header.get("company_id"),
            outside=True,
        )
    except OSError as error:
        raise Unusable(f"{path} can't be read: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Unusable(f"{path} isn't an anchor of this record: {error}") from error


def read_certificate(path, header):
    """Return the certificate in a file: to read by machines, or printed."""
    try:
        content = path.read_bytes()
        if content.startswith(b"%PDF"):
            return certificates.Printed(content, path.name)
        values = json.loads(content.decode("utf-8"))
        return certificates.Certificate(values, header, content)
    except OSError as error:
        raise Unusable(f"{path} can't be read: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unusable(
            f"{path} isn't a certificate of this record: {error!r}"
        ) from error


def check(record, keyed, anchors, certified=(), store=None, notes=None):
    """Return the breaks of a record, in words; each as a line.

    :param certified: certificates of destructions
    :param store: the keystore, if it is given
    :param notes: list that lines which are no breaks are added to
    """
    verifier = chain.Verifier(keyed, record.header.get("company_id"), anchors)
    for row in record:
        verifier.feed(row)
        for each in certified:
            each.feed(row)
    lines = [
        f"{_places(found)}: {WORDS[found.kind]}"
        for found in verifier.finish(record.unsealed(keyed))
    ]
    if notes is not None:
        notes += [
            f"{_places(found)}: {WORDS[found.kind].format(found.date)}"
            for found in verifier.notes
        ]
    if record.read != record.header["rows"]:
        lines.append(
            f"file: {record.read} rows, but it says there are {record.header['rows']}"
        )
    for each in certified:
        lines += each.finish(store)
    return lines


def _places(found):
    if found.first == found.last:
        return f"row {found.first}"
    return f"rows {found.first}-{found.last}"


def _arguments(arguments):
    parser = argparse.ArgumentParser(
        description="Check an exported access record, without Odoo."
    )
    parser.add_argument("record", type=Path, help="the exported record")
    parser.add_argument(
        "--anchor",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        help="anchor files that were kept elsewhere",
    )
    parser.add_argument(
        "--certificate",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        help="certificates of destructions, as JSON or PDF",
    )
    parser.add_argument(
        "--keystore", type=Path, help="a copy of the keystore, to check the seals"
    )
    master = parser.add_mutually_exclusive_group()
    master.add_argument(
        "--master-keys",
        type=Path,
        help="folder of the master keys; else the keystore's own",
    )
    master.add_argument(
        "--master-key-env",
        metavar="VARIABLE",
        help="environment variable with the master keys",
    )
    given = parser.parse_args(arguments)
    if (given.master_keys or given.master_key_env) and not given.keystore:
        parser.error("master keys are of no use without --keystore")
    return given


def _chain_for(given, header):
    """Return the chain, and the keystore if there is one."""
    algorithm = header["algorithm"]
    if given.keystore:

        def master(keyring, folder):
            if not given.master_key_env:
                place = given.master_keys or folder / "master"
                return keyring.MasterKeys.from_folder(place)
            if given.master_key_env not in os.environ:
                raise Unusable(f"{given.master_key_env} isn't set")
            return keyring.MasterKeys.from_text(os.environ[given.master_key_env])

        store, key = open_keystore(header, given.keystore, master)
        return chain.Chain(*chain.seal_key(key)), store
    if algorithm not in hashlib.algorithms_available:
        raise Unusable(f"this Python has no {algorithm}")
    return chain.Chain(None, algorithm), None


def main(arguments=None, out=sys.stdout):
    """Check what the arguments name; return the exit code."""
    given = _arguments(arguments)
    try:
        with given.record.open(encoding="utf-8") as lines:
            record = Record(lines)
            keyed, store = _chain_for(given, record.header)
            anchors = [read_anchor(path, record.header) for path in given.anchor]
            certified = [
                read_certificate(path, record.header) for path in given.certificate
            ]
            notes = []
            found = check(record, keyed, anchors, certified, store, notes)
    except Unusable as error:
        out.write(f"Can't be checked: {error}\n")
        return 2
    except (OSError, UnicodeError) as error:
        out.write(f"{given.record} can't be read: {error}\n")
        return 2
    out.write(_summary(record, keyed, anchors, found, certified, notes))
    return 1 if found else 0


def _summary(record, keyed, anchors, found, certified, notes):
    header = record.header
    seals = "links and seals" if keyed.key else "links only, no key given"
    whose = f"{header.get('company')} ({header.get('company_id')})"
    lines = [
        f"Access record of {whose}, database {header.get('database')}",
        *found,
        *notes,
        f"{record.read} rows checked ({seals}), {len(anchors)} anchors: "
        + (f"{len(found)} breaks" if found else "nothing wrong"),
    ]
    for each in certified:
        lines.append(f"certificate {each.number}: {each.words()}")
    if record.pending:
        lines.append(f"{len(record.pending)} rows weren't sealed yet when exported")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    # Names in another script than the terminal's mustn't end it.
    sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
