import contextlib
import io
import sqlite3
from itertools import chain as chained
from pathlib import Path

from odoo import models
from odoo.tools import split_every
from odoo.tools.misc import exec_pg_environ, find_pg_tool

from ...tools import backup
from ...tools.backup import dump, manifest, sealing
from ..common.sentinel import as_system
from ..copies.ir_attachment import ITEM

CONTENT = "customer.archive.backup.content"
# Contents that are written and noted in one transaction.
BATCH = 100
# Of what can't be backed up, as many are named.
NAMED = 100
UNCOPIED = """
  FROM ir_attachment a
 WHERE a.store_fname > %(last)s AND a.type = 'binary'
   AND NOT EXISTS (
       SELECT FROM customer_archive_backup_content c
        WHERE c.target_id = %(target)s AND c.source = a.store_fname AND c.is_good)
"""


class CustomerArchiveBackup(models.Model):
    """What a run does: contents first, then the database, and the manifest last."""

    _inherit = "customer.archive.backup"

    def _go_on(self):
        """Write what isn't on the target yet; return whether there is time for more.

        :raise BackupError: if the target can't be used
        """
        place = self.target_id._prepare()
        place.clean()
        if self.holds == "keys":
            self._copy_keys(place)
            left = self.target_id._leave_former(place)
            self._finish(contents=1, copied=1, problems=[left] if left else [])
            return True
        sealer = self._sealer()
        if place.exists(manifest.path_of(self.name)):
            # Written just before the server stopped, or the database was restored.
            return self._take_in(place, sealer)
        if self.kind == "weekly":
            self._compare(place)
        return self._copy(place, sealer) and self._complete(place, sealer)

    def _sealer(self):
        keys = self.env["customer.archive.keyring"]
        key = keys._named_key(sealing.KEY_NAME)
        return sealing.Sealer(key, keys._database())

    def _complete(self, place, sealer):
        """Dump the database, and say what belongs to this run."""
        contents = self.env[CONTENT]
        contents._mark(self)
        self.env["ir.cron"]._commit_progress(remaining=1)
        name = self.env.cr.dbname
        command = [find_pg_tool("pg_dump"), "--no-owner", "--no-acl", name]
        with dump.begun(command, exec_pg_environ()) as texts:
            self._write_about(place)
            parts = self._dump(place, sealer, texts)
        # What came meanwhile is in the dump, too.
        if not self._copy(place, sealer):
            return False
        contents._mark(self, parts)
        head = {"run": self.name, "kind": self.kind, "started": str(self.started_on)}
        every = chained(parts, contents._stored_in(self))
        self.env["ir.cron"]._commit_progress(remaining=1)
        number = manifest.write(place, sealer.manifest_key, head, every)
        problems, count = self._problems()
        self._finish(contents=number, problems=problems, problem_count=count)
        self._remove_outdated(place)
        return True

    # Contents

    def _copy(self, place, sealer):
        """Write the contents that aren't on the target yet, batch by batch."""
        last = ""
        while rows := self._uncopied(last):
            made = [self._copied(place, sealer, row) for row in rows]
            self._note([each for each in made if each])
            last = rows[-1]["store_fname"]
            if not self.env["ir.cron"]._commit_progress(len(rows), remaining=1):
                return False
        return True

    def _uncopied(self, last):
        self.env.flush_all()
        self.env.cr.execute(
            f"""
            SELECT DISTINCT ON (a.store_fname) a.store_fname, a.archive_sha256,
                   a.archive_key IS NULL AS is_plain {UNCOPIED}
             ORDER BY a.store_fname LIMIT %(limit)s
            """,
            {"last": last, "target": self.target_id.id, "limit": BATCH},
        )
        return self.env.cr.dictfetchall()

    def _copied(self, place, sealer, row):
        """Write one content; return what is to be noted, nothing if it is damaged."""
        path = self.env["ir.attachment"]._full_path(row["store_fname"])
        try:
            with _Disk(path) as source:
                made = sealer.store(place, row["store_fname"], source, row["is_plain"])
        except _Unreadable:
            return None
        if not row["is_plain"] and row["archive_sha256"] not in (None, made.sha256):
            # Altered on our own disk: the integrity check tells of it.
            place.remove([made.name])
            return None
        return made

    def _note(self, made):
        self.env[CONTENT]._keep(self, made)
        as_system(self).write(
            {
                "copied": self.copied + len(made),
                "copied_size": self.copied_size
                + sum(each.size for each in made) / 2**20,
            }
        )

    def _problems(self):
        """Return what couldn't be backed up, by name, and how many these are."""
        values = {"last": "", "target": self.target_id.id}
        self.env.cr.execute(
            f"SELECT a.id, a.res_model, count(*) OVER () {UNCOPIED}"
            f" ORDER BY a.id LIMIT {NAMED}",
            values,
        )
        rows = self.env.cr.fetchall()
        copies = [row[0] for row in rows if row[1] == ITEM]
        others = [row[0] for row in rows if row[1] != ITEM]
        named = self.env["ir.attachment"].browse(copies)._archive_backup_names()
        lines = [*named, *(f"ir.attachment {number}" for number in others)]
        if not lines:
            return [], 0
        words = self.env._("Missing or damaged on our own disk, and not backed up:")
        return [words, *lines], rows[0][2]

    # The database

    def _dump(self, place, sealer, texts):
        """Write the dump; return its parts in order."""
        known, parts, new = self.env[CONTENT]._parts(self.target_id), [], []
        for data in texts:
            source = sealer.source_of_part(data)
            if source not in known:
                packed = io.BytesIO(dump.packed(data))
                known[source] = sealer.store(place, source, packed)
                new.append(known[source])
            parts.append(known[source])
            if len(new) >= BATCH:
                self._note(new)
                new = []
                self.env["ir.cron"]._commit_progress(remaining=1)
        self._note(new)
        return parts

    # Manifests that are there

    def _take_in(self, place, sealer):
        """Note as complete what has its manifest already."""
        number = 0
        with manifest.opened(place, sealer.manifest_key, self.name) as (_head, every):
            for batch in split_every(1000, every, list):
                self.env[CONTENT]._keep(self, batch)
                self._mark_sources([each.source for each in batch])
                number += len(batch)
        self._finish(contents=number)
        return True

    def _mark_sources(self, sources):
        self.env.cr.execute(
            "UPDATE customer_archive_backup_content SET last_id = NULL"
            " WHERE target_id = %s AND source = ANY(%s)",
            [self.target_id.id, sources],
        )

    def _compare(self, place):
        """Find what is missing there, or of another size: it is written anew."""
        for folder in place.listed("contents") or ("",):
            there = place.listed(f"contents/{folder}") if folder else {}
            self.env.cr.execute(
                """
                SELECT sha256, size::bigint FROM customer_archive_backup_content
                 WHERE target_id = %s AND is_good AND sha256 LIKE %s
                """,
                [self.target_id.id, f"{folder}%"],
            )
            rows = self.env.cr.fetchall()
            lost = [sha256 for sha256, size in rows if there.get(sha256) != size]
            self.env[CONTENT]._spoil(self.target_id, lost)

    # Keys

    def _copy_keys(self, place):
        """Write keystore and anchors, in place of those of before.

        There is one copy only: an older one would hold keys that were destroyed since.
        """
        keys = self.env["customer.archive.keyring"]
        store = keys._keystore()
        with keys._explained():
            health = store.health()
        if not health["ok"]:
            # What is damaged doesn't take the place of what is good.
            raise backup.BackupError("failed", health["message"])
        content = _snapshot(store.path)
        place.put_bytes("keystore.db", content)
        if place.read("keystore.db") != content:
            raise backup.BackupError("tampered", "keystore.db")
        there = place.listed("anchors")
        folder = self.env["customer.archive.log.anchor"]._folder()
        for path in sorted(folder.glob("anchor-*.json")):
            if path.name not in there:
                place.put_bytes(f"anchors/{path.name}", path.read_bytes())


class _Unreadable(backup.BackupError):
    """A content can't be read from our own disk."""


class _Disk:
    """A file of the filestore; its errors are told from those of the target."""

    def __init__(self, path):
        self._path, self._file = path, None

    def __enter__(self):
        try:
            self._file = Path(self._path).open("rb")
        except OSError as error:
            raise _Unreadable("disk") from error
        return self

    def __exit__(self, *_error):
        self._file.close()

    def read(self, size):  # pylint: disable=method-required-super
        try:
            return self._file.read(size)
        except OSError as error:
            raise _Unreadable("disk") from error


def _snapshot(path):
    """Return a keystore's bytes as of one moment, whoever writes to it."""
    with (
        contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source,
        contextlib.closing(sqlite3.connect(":memory:")) as copy,
    ):
        source.backup(copy)
        return copy.serialize()
