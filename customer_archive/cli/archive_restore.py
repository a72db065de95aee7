"""``odoo archive_restore``: a backup into an empty database."""

import argparse
import json
import os
import sys
from pathlib import Path

import odoo.service.db
import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config
from odoo.tools.misc import exec_pg_environ, find_pg_tool

HELP = """
Restores the whole database and all stored files from a backup target.

The master keys have to be in their place again: backups never hold them. The keystore
is taken from the target for keys, unless it is in its place.
"""


class ArchiveRestore(Command):
    """Restore a backup of the customer files into an empty database"""

    name = "archive_restore"
    description = HELP

    def run(self, args):
        options, others = self._options().parse_known_args(args)
        config.parse_config([*others, "-d", options.database], setup_logging=True)
        # Not before Odoo knows where its addons are.
        from odoo.addons.customer_archive.tools.backup import BackupError

        try:
            told = restore(
                options.database,
                options.source,
                source_options=_read(options.options),
                keys=options.keys,
                keys_options=_read(options.keys_options),
                identity=options.identity,
                run=options.run,
            )
        except (BackupError, Refused) as error:
            sys.exit(f"Nothing was restored: {error}")
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        if told["lost"]:
            sys.exit(2)

    def _options(self):
        parser = self.parser
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.add_argument("-d", "--database", required=True, help="new or empty")
        parser.add_argument("--source", required=True, help="URL of the backup target")
        parser.add_argument("--options", help="JSON file with the target's options")
        parser.add_argument("--keys", help="URL of the target for keys")
        parser.add_argument("--keys-options", help="JSON file with its options")
        parser.add_argument("--identity", help="database.uuid, if there are several")
        parser.add_argument("--run", help="name of the run; else the newest")
        return parser


class Refused(Exception):
    """Nothing was done, with the reason."""


def restore(
    database, source, source_options=None, keys=None, keys_options=None,
    identity=None, run=None,
):  # fmt: skip
    """Restore a backup into a database that is new or empty.

    :param source: URL of the target; ``keys`` of that for keys
    :return: dict with ``run``, ``files``, ``lost`` (names of contents) and
        ``destroyed`` (numbers of files that were destroyed, and stay so)
    :raise Refused: if there is something already
    """
    # Not before Odoo knows where its addons are.
    from odoo.addons.customer_archive.tools.backup import (
        Place,
        sealing,
        whole,
    )

    identity = identity or _only_identity(Place, source, source_options or {})
    place = Place(source, source_options or {}, identity)
    place.check("contents")
    if keys:
        _bring_keystore(Place(keys, keys_options or {}, identity), identity)
    sealer = sealing.Sealer(_backup_key(identity), identity)
    run = run or whole.latest(place)
    filestore = Path(config.filestore(database))
    _check_empty(database, filestore)
    command = [find_pg_tool("psql"), "-XqAt", "-1", "-v", "ON_ERROR_STOP=1", database]
    result = whole.restore(place, sealer, run, filestore, command, exec_pg_environ())
    return {
        "run": run,
        "files": result.files,
        "lost": result.lost,
        "destroyed": _finished(database, run),
    }


def _read(path):
    return json.loads(Path(path).read_text()) if path else {}


def _only_identity(place_class, url, options):
    """Return the identity of the only database on a target."""
    place = place_class(url, options, "")
    found = sorted(place.listed(""))
    if len(found) != 1:
        names = ", ".join(found) or "none"
        raise Refused(f"say which database by --identity; there are: {names}")
    return found[0]


def _keystore_folder(identity):
    from odoo.addons.customer_archive.models.encryption import (
        customer_archive_keyring as keys,
    )

    return keys.keystore_root() / identity, keys


def _bring_keystore(place, identity):
    """Put the keystore into its place, unless one is there."""
    from odoo.addons.customer_archive.tools import keyring

    folder, _keys = _keystore_folder(identity)
    if keyring.Keystore.exists(folder):
        return
    place.check("keys")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    path = keyring.Keystore(folder, None).path
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(place.read("keystore.db"))


def _backup_key(identity):
    """Return the key that backups are encrypted with; none is made here."""
    from odoo.addons.customer_archive.tools import keyring
    from odoo.addons.customer_archive.tools.backup import sealing

    folder, keys = _keystore_folder(identity)
    text = keys._setting("master_key")
    try:
        if text:
            master = keyring.MasterKeys.from_text(text)
        else:
            master = keyring.MasterKeys.from_folder(
                Path(keys._setting("master_keys") or folder / "master")
            )
        store = keyring.Keystore(folder, master)
        return store.named_key(sealing.KEY_NAME, create=False)
    except keyring.KeyringError as error:
        raise Refused(str(error)) from error


def _check_empty(database, filestore):
    if filestore.is_dir() and any(filestore.iterdir()):
        raise Refused(f"there are stored files already in {filestore}")
    if not odoo.service.db.exp_db_exist(database):
        odoo.service.db._create_empty_database(database)
    with odoo.sql_db.db_connect(database).cursor() as cr:
        cr.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n"
            " ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND relkind = 'r'"
        )
        if cr.fetchone()[0]:
            raise Refused(f"the database {database} isn't empty")


def _finished(database, run):
    """Record the restore, and return the numbers of files that stay destroyed."""
    registry = Registry(database)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        runs = env["customer.archive.backup"]
        return runs._restored_whole(run)
