from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..common.row_lock import lock_rows
from ..common.sentinel import as_system
from ..common.values import is_text
from ..common.windows import open_dialog

LOCATION = "customer.archive.location"
# Moves of more records than this are one row of the access record; each has its move.
MOVED_ONE_BY_ONE = 100
# How a client may say that something was moved.
BY_CLIENTS = ("manual", "scanned")


class CustomerArchivePlaced(models.AbstractModel):
    """What is kept in a storage location: a file's bag, or one of its items.

    ``_move`` is the one method that changes where something is.
    """

    _name = "customer.archive.placed"
    _description = "Stored Record"

    location_id = fields.Many2one(
        LOCATION,
        string="Storage Location",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.model
    def _protected(self):
        return {**super()._protected(), "move_ids": []}

    def action_move(self, location_id, reason=None, how="manual"):
        """Put files, or items, somewhere else.

        :param int location_id: the storage location; false for none
        :param str reason: what for, if that needs to be said
        :param str how: "manual" or "scanned"
        :raise AccessError: unless the user is an archivist, or may write where it is
        :raise UserError: if it can't be put there, or isn't here to be moved
        """
        self.check_access("read")
        known = location_id if isinstance(location_id, int) and location_id else ()
        location = self.env[LOCATION].browse(known).exists()
        if how not in BY_CLIENTS or bool(location) != bool(location_id):
            raise UserError(
                self.env._("Choose a storage location that exists, and try again.")
            )
        location.check_access("read")
        self._check_may_move()
        self._move(location, how, reason.strip() if is_text(reason) else None)
        return True

    def action_open_move(self):
        """Return the dialog that asks where these are put."""
        self.check_access("read")
        name = "archive_ids" if self._name == "customer.archive" else "document_ids"
        return open_dialog(
            "customer.archive.relocate",
            self.env._("Move"),
            {f"default_{name}": self.ids},
        )

    def _check_may_move(self):
        """Check that the user may change where these are.

        :raise AccessError: the attempt is recorded
        """
        raise NotImplementedError

    def _check_here(self):
        """Check that these are in the cabinet, to be moved.

        :raise UserError: naming the loan that they are on
        """
        raise NotImplementedError

    def _move(self, location, how, reason=None):
        """Put these somewhere else, once the user's right to do so was checked.

        Of two who move the same at once the second is started again, and moves it on
        from where the first has put it.

        :param location: storage location; empty for none
        :param how: a value of ``how`` of the moves
        """
        # The right to move was checked: whoever has it need not write the rest.
        moved = self.sudo().filtered(lambda each: each.location_id != location.sudo())
        if not moved:
            return
        lock_rows(moved)
        if how != "migration":
            moved.sudo(False)._check_here()
        location.sudo()._check_takes(moved)
        before = {each: each.location_id.id or 0 for each in moved}
        self.env["customer.archive.move"].sudo()._make(moved, location, how, reason)
        moved._put(location)
        # How full they are is counted, and not stored.
        self.env[LOCATION].invalidate_model(["file_count", "is_full"], flush=False)
        self._record_moves(moved, before, location, how, reason)

    def _put(self, location):
        """Write where these are; in one statement, as there may be thousands."""
        if location and self.company_id - location.company_id:
            # Refused, in Odoo's words.
            as_system(self).write({"location_id": location.id})
        self.flush_recordset(["location_id"])
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET location_id = %s, write_uid = %s, write_date = %s"
                " WHERE id = ANY(%s)",
                SQL.identifier(self._table),
                location.id or None,
                self.env.uid,
                self.env.cr.now(),
                self.ids,
            )
        )
        self.invalidate_recordset(["location_id"], flush=False)
        self.modified(["location_id"])

    def _record_moves(self, moved, before, location, how, reason):
        log, to = self.env["customer.archive.log"], location.id or 0
        if len(moved) <= MOVED_ONE_BY_ONE:
            details = [f"{before[each]} > {to} {how}" for each in moved]
            log._record_each("move", list(moved.sudo(False)), details)
        else:
            log._record("move", location, f"{len(moved)} {how}", reason)
