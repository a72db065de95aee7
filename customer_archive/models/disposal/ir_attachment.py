import os
import secrets
from pathlib import Path

from psycopg2.errors import LockNotAvailable

from odoo import api, models

from ..common.sentinel import is_system

# Behind the name of a stored file that is being destroyed.
DOOMED = ".doomed"
PIECE = 1 << 20


class IrAttachment(models.Model):
    """Stored copies are overwritten before they are removed."""

    _inherit = "ir.attachment"

    @api.ondelete(at_uninstall=True)
    def _unlink_except_locked_items(self):
        # The copies of a file that is destroyed; nothing else is unlinked like this.
        if is_system(self.env) and self._is_of_destroyed():
            return None
        return super()._unlink_except_locked_items()

    def _is_of_destroyed(self):
        items = self._adopting_archive_items() | self._bound_archive_items()
        return set(items.archive_id.mapped("state")) <= {"destroyed"}

    @api.model
    def _archive_shred(self, names):
        """Overwrite and remove files of the filestore that no attachment refers to.

        Files are shared by attachments with the same content: those in use stay.

        :param names: as in ``store_fname``
        :return: whether it could be done now
        """
        if not names:
            return True
        # A transaction of its own: it has to see what others committed, and nobody
        # may store the same content while it is being removed.
        with self.pool.cursor() as cr:
            try:
                cr.execute("SET LOCAL lock_timeout = '5s'")
                cr.execute("LOCK ir_attachment IN SHARE MODE", log_exceptions=False)
            except LockNotAvailable:
                cr.rollback()
                return False
            cr.execute(
                "SELECT DISTINCT store_fname FROM ir_attachment"
                " WHERE store_fname = ANY(%s)",
                [list(names)],
            )
            used = {name for (name,) in cr.fetchall()}
            for name in names:
                path = Path(self._full_path(name))
                if name not in used and path.is_file():
                    # Whoever looks for it now makes another one.
                    path.rename(path.with_name(path.name + DOOMED))
        for name in names:
            path = Path(self._full_path(name))
            _destroy(path.with_name(path.name + DOOMED))
        return True


def _destroy(path):
    """Overwrite a file with random bytes, on the disk, and remove it."""
    if not path.is_file():
        return
    left = path.stat().st_size
    with path.open("r+b") as target:
        while left > 0:
            left -= target.write(secrets.token_bytes(min(left, PIECE)))
        target.flush()
        os.fsync(target.fileno())
    path.unlink()
