import logging
import os
import time
from datetime import timedelta
from pathlib import Path

from odoo import api, fields, models

from ...tools import keyring
from ..common.scheduled import scheduled
from ..copies.ir_attachment import ITEM
from ..encryption.customer_archive_keyring import KeyProblem

_logger = logging.getLogger(__name__)

# Copies that are checked and noted in one transaction.
BATCH = 200
# What lies about for less than this may be somebody's upload, or waits for Odoo's own
# collector of garbage.
SETTLES_IN = timedelta(days=2)


class CustomerArchiveIntegrity(models.Model):
    """The stock of a company is checked every so many days, bit by bit."""

    _inherit = "customer.archive.integrity"

    @api.model
    @scheduled
    def _cron_fixity(self):
        """Go on with the checks that run, and start those that are due.

        Killed anywhere, the next run goes on behind the last batch that was noted.
        """
        for company in self._companies():
            check = self._due_of(company)
            if not check:
                continue
            try:
                if not check._go_on():
                    return
            except KeyProblem as error:
                self.env.cr.rollback()
                _logger.error("Copies can't be checked without keys: %s", error)
                return

    @api.model
    def _companies(self):
        """Return all companies, each of which has its own check.

        Those that are archived, too: what was filed there is kept still.
        """
        every = self.env["res.company"].with_context(active_test=False)
        return every.search([], order="id")  # pylint: disable=no-search-all

    @api.model
    def _due_of(self, company):
        """Return the check of a company that is to be gone on with, if any."""
        domain = [("company_id", "=", company.id), ("archive_id", "=", False)]
        last = self.search(domain, order="id desc", limit=1)
        if last.state == "running":
            return last
        every = timedelta(days=company.archive_fixity_days)
        if last and fields.Datetime.now() < last.started_on + every:
            return self.browse()
        return self._started_of(company)

    def _go_on(self):
        """Check batch by batch; return whether there is time for more."""
        cron = self.env["ir.cron"]
        rate = self.company_id.archive_fixity_rate * 2**20
        copies = self.env["ir.attachment"]
        while batch := copies._archive_items_after(
            self.company_id, self.last_copy, BATCH
        ):
            started = time.monotonic()
            self._check_copies(batch)
            size = sum(batch.mapped("file_size"))
            self.env.invalidate_all()
            if not cron._commit_progress(len(batch), remaining=len(batch)):
                return False
            if rate:
                # People who work at the same time read from the same disk.
                time.sleep(max(0, size / rate - (time.monotonic() - started)))
        self._note(self._orphans() if self._has_the_filestore() else ())
        self._note(self._missing_numbers())
        tried = dict.fromkeys(EACH_COPY, self.copies)
        self._end({**tried, "belonging": self.copies, "numbers": self._file_count()})
        return bool(cron._commit_progress(1, remaining=0))

    def _file_count(self):
        domain = [("company_id", "=", self.company_id.id), ("number_index", ">", 0)]
        return self.env["customer.archive"].search_count(domain)

    # What belongs to nothing

    def _has_the_filestore(self):
        """Whether this check looks after what no company can be told of."""
        return self.company_id == self._companies()[:1]

    def _orphans(self):
        """Return what is stored and belongs to no item: rows, and files on the disk."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT a.id, a.name FROM ir_attachment a
             WHERE a.res_model = %s AND a.type = 'binary' AND a.res_field IS NULL
               AND a.write_date < %s
               AND NOT EXISTS (
                   SELECT FROM customer_archive_document d WHERE d.id = a.res_id)
            """,
            [ITEM, fields.Datetime.now() - SETTLES_IN],
        )
        rows = [
            {"problem": "orphan", "copy_id": copy_id, "copy_name": name}
            for copy_id, name in self.env.cr.fetchall()
        ]
        return rows + [
            {"problem": "orphan", "copy_name": name} for name in self._stray_files()
        ]

    def _stray_files(self):
        """Return the names of encrypted files on the disk that no attachment has."""
        root = Path(self.env["ir.attachment"]._filestore())
        before = time.time() - SETTLES_IN.total_seconds()
        stray = []
        # Folder by folder: there may be millions of files.
        for folder in sorted(root.iterdir()) if root.is_dir() else ():
            if len(folder.name) != 2 or not folder.is_dir():
                continue
            names = [f"{folder.name}/{entry.name}" for entry in os.scandir(folder)]
            self.env.cr.execute(
                "SELECT store_fname FROM ir_attachment WHERE store_fname = ANY(%s)",
                [names],
            )
            known = {name for (name,) in self.env.cr.fetchall()}
            stray += [
                name
                for name in names
                if name not in known and _is_ours(root / name, before)
            ]
        return stray

    # Numbers

    def _missing_numbers(self):
        """Return the file numbers between the first and the last that aren't there.

        Files are numbered without gaps, and what is destroyed keeps its number; ledgers
        that were imported may have gaps of their own, which their import noted.
        """
        self.env.cr.execute(
            """
            WITH known AS (
                SELECT number_prefix AS prefix, number_index AS place, id,
                       lag(number_index, 1, 0) OVER (
                           PARTITION BY number_prefix ORDER BY number_index) AS last
                  FROM customer_archive
                 WHERE company_id = %s AND number_index > 0
            )
            SELECT prefix, last + 1, place - 1 FROM known
             WHERE place > last + 1
               AND NOT EXISTS (SELECT FROM customer_archive_import_row r
                                WHERE r.archive_id = known.id)
            """,
            [self.company_id.id],
        )
        for prefix, first, last in self.env.cr.fetchall():
            places = str(first) if first == last else f"{first}–{last}"
            yield {"problem": "number", "copy_name": f"{prefix}{places}"}


# What is looked at on each copy.
EACH_COPY = ("digest", "content", "key", "readable", "format", "encrypted", "harmless")


def _is_ours(path, before):
    """Whether a file is one that we encrypt, and hasn't just come."""
    try:
        if path.stat().st_mtime > before:
            return False
        with path.open("rb") as source:
            return source.read(len(keyring.MAGIC)) == keyring.MAGIC
    except OSError:
        return False
