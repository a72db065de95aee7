import json

from odoo import models

from ..copies.ir_attachment import ITEM

# Files that are told about in one go.
BATCH = 200
CHANGED = """
    SELECT f.id FROM customer_archive f
      JOIN res_partner p ON p.id = f.partner_id
     WHERE f.id > %(last)s AND (%(since)s::timestamp IS NULL
        OR f.write_date >= %(since)s OR p.write_date >= %(since)s
        OR EXISTS (SELECT FROM customer_archive_document d
                    WHERE d.archive_id = f.id AND d.write_date >= %(since)s)
        OR EXISTS (SELECT FROM customer_archive_document d
                     JOIN ir_attachment a ON a.res_id = d.id AND a.res_model = %(item)s
                    WHERE d.archive_id = f.id AND a.write_date >= %(since)s))
     ORDER BY f.id LIMIT %(limit)s
"""


class CustomerArchiveBackup(models.Model):
    """What a file is, beside its contents: for people who find the target alone.

    ``archive/<year>/<number> <party> (<id>)/about.json``. Nothing is restored from it.
    """

    _inherit = "customer.archive.backup"

    def _write_about(self, place):
        """Tell of the files that changed since the last backup; weekly, of all."""
        known = _known(place)
        since = None if self.kind == "weekly" else self._last_done()
        values = {"last": 0, "since": since, "limit": BATCH, "item": ITEM}
        while True:
            self.env.cr.execute(CHANGED, values)
            ids = [row[0] for row in self.env.cr.fetchall()]
            files = self.env["customer.archive"].browse(ids)
            self._write_about_files(place, files, known)
            self.env["ir.cron"]._commit_progress(remaining=1)
            if len(ids) < BATCH:
                break
            values["last"] = ids[-1]
        if self.kind == "weekly":
            self._remove_deleted(place, known)

    def _remove_deleted(self, place, known):
        """Remove what is told of files that were deleted as drafts."""
        there = self.env["customer.archive"].browse(known).exists().ids
        for number in known.keys() - set(there):
            place.remove(f"archive/{name}" for name in known[number])

    def _last_done(self):
        domain = [("target_id", "=", self.target_id.id), ("state", "=", "done")]
        return self.search(domain, limit=1).started_on or None

    def _write_about_files(self, place, files, known):
        digests = self._digests_of(files)
        for file in files:
            folder = file._backup_folder()
            outdated = [name for name in known.get(file.id, ()) if name != folder]
            place.remove(f"archive/{name}" for name in outdated)
            if folder:
                about = file._backup_about(digests)
                text = json.dumps(about, ensure_ascii=False, indent=1)
                place.put_bytes(f"archive/{folder}/about.json", text.encode())
        self.env.invalidate_all()

    def _digests_of(self, files):
        """Return the digest of each copy of some files on this target, by its id."""
        self.env.cr.execute(
            """
            SELECT a.id, c.sha256 FROM ir_attachment a
              JOIN customer_archive_document d ON d.id = a.res_id
              JOIN customer_archive_backup_content c
                ON c.source = a.store_fname AND c.target_id = %s
             WHERE a.res_model = %s AND d.archive_id = ANY(%s)
            """,
            [self.target_id.id, ITEM, files.ids],
        )
        return dict(self.env.cr.fetchall())


def _known(place):
    """Return the folders that tell of files, by the file's id."""
    known = {}
    for year in place.names("archive"):
        for name in place.names(f"archive/{year}"):
            number = name.rpartition("(")[2].rstrip(")")
            if number.isdecimal():
                known.setdefault(int(number), []).append(f"{year}/{name}")
    return known
