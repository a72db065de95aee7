from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.row_lock import touch_rows
from ..common.windows import open_list
from .customer_archive_location import NAMED

ARCHIVE, ITEM = "customer.archive", "customer.archive.document"


class CustomerArchiveLocation(models.Model):
    """What is in a storage location, how much fits in, and that nothing gets lost."""

    _inherit = "customer.archive.location"

    file_count = fields.Integer(
        string="Number of Files",
        compute="_compute_file_count",
        compute_sudo=True,
        help="Files in it, and in all that it holds.",
    )
    is_full = fields.Boolean(
        string="Full", compute="_compute_file_count", compute_sudo=True
    )

    @api.depends("capacity", "parent_path")
    def _compute_file_count(self):
        # How many there are is no secret of those who may not read them.
        counts = self._counted(ARCHIVE)
        for location in self:
            count = counts.get(location._origin.id, 0)
            location.file_count = count
            location.is_full = bool(location.capacity) and count >= location.capacity

    def _counted(self, model):
        """Return by id how many files, or items, are in each and in what it holds."""
        kept = {"active_test": False}
        below = self.with_context(**kept).search([("id", "child_of", self._origin.ids)])
        rows = self.env[model]._read_group(
            [("location_id", "in", below.ids)], ["location_id"], ["__count"]
        )
        counts = defaultdict(int)
        for location, count in rows:
            for each in location.parent_path.split("/"):
                counts[each and int(each)] += count
        return counts

    # What goes in

    def _check_takes(self, records):
        """Check that files, or items, can be put here.

        :raise UserError: with what to do instead
        """
        if not self:
            return
        if not self.active:
            raise UserError(
                self.env._(
                    "“%s” isn't in use any more: choose another storage location.",
                    self.complete_name,
                )
            )
        if records._name == ARCHIVE:
            self._check_room_for(records)

    def _check_room_for(self, files):
        """Check that files fit in, here and in all that this is inside of.

        Items that are kept apart are few, and take no room here.
        """
        above = self.browse(int(each) for each in self.parent_path.split("/") if each)
        limited = above.filtered("capacity")
        if not limited:
            return
        # Who fills the same one at this moment is counted, too.
        touch_rows(limited)
        counts = limited._counted(ARCHIVE)
        for location in limited:
            inside = files.filtered(
                lambda file, path=location.parent_path: (
                    file.location_id.parent_path or ""
                ).startswith(path)
            )
            free = location.capacity - counts.get(location.id, 0)
            if len(files - inside) > max(free, 0):
                raise UserError(
                    self.env._(
                        "“%(location)s” is full: it takes %(capacity)s files, and "
                        "there is room for %(free)s more, not for %(count)s. Choose "
                        "another storage location, or raise its capacity.",
                        location=location.complete_name,
                        capacity=location.capacity,
                        free=max(free, 0),
                        count=len(files - inside),
                    )
                )

    # What may not go

    def _check_empty(self, what):
        """Check that nothing is in these, nor in what they hold.

        :param str what: what is to be done with them, in the user's language
        :raise UserError: naming some of the files that are
        """
        below = self.with_context(active_test=False).search(
            [("id", "child_of", self.ids)]
        )
        domain = [("location_id", "in", below.ids)]
        # Nothing gets lost, whether the user may read it or not.
        count = self.env[ARCHIVE].sudo().search_count(domain)
        items = self.env[ITEM].sudo().search_count(domain)
        if not count and not items:
            return
        named = self.env[ARCHIVE].search(domain, limit=NAMED, order="id")
        named |= self.env[ITEM].search(domain, limit=NAMED, order="id").archive_id
        raise UserError(
            self.env._(
                "“%(location)s” can't be %(what)s: %(count)s files and %(items)s "
                "single items are in it (%(files)s). Move them to another storage "
                "location first.",
                location=", ".join(self.mapped("complete_name")[:NAMED]),
                what=what,
                count=count,
                items=items,
                files=", ".join(named.mapped("display_name")[:NAMED]) or "…",
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unused(self):
        self._check_empty(self.env._("deleted"))
        kept = self.with_context(active_test=False).child_ids - self
        if kept:
            raise UserError(
                self.env._(
                    "“%(location)s” can't be deleted: it holds %(kept)s. Delete or "
                    "move these first.",
                    location=kept[0].parent_id.complete_name,
                    kept=", ".join(kept.mapped("name")[:NAMED]),
                )
            )
        self._check_not_counted()
        self._check_not_inspected()
        moves = self.env["customer.archive.move"].sudo()
        domain = ["|", ("from_id", "in", self.ids), ("to_id", "in", self.ids)]
        if move := moves.search(domain, limit=1):
            used = (move.from_id | move.to_id) & self
            raise UserError(
                self.env._(
                    "“%s” can't be deleted: files were kept in it, and their moves "
                    "name it. Take it out of use instead (Action › Archive).",
                    used[:1].complete_name,
                )
            )

    def _check_not_counted(self):
        """Check that no stocktake names these: its result stays whole."""
        lines = self.env["customer.archive.stocktake.line"].sudo()
        named = ["|", ("expected_id", "in", self.ids), ("found_id", "in", self.ids)]
        stocktakes = self.env["customer.archive.stocktake"].sudo()
        counted = stocktakes.search([("location_id", "in", self.ids)], limit=1)
        counted = counted or lines.search(named, limit=1).stocktake_id
        if counted:
            raise UserError(
                self.env._(
                    "“%(location)s” can't be deleted: stocktake %(stocktake)s names "
                    "it. Take it out of use instead (Action › Archive).",
                    location=", ".join(self.mapped("complete_name")[:NAMED]),
                    stocktake=counted.name,
                )
            )

    # Actions of the screen

    def action_print_index(self):
        """Return the print of the files in these locations, in their order.

        :raise UserError: if the user may read none that is there
        """
        self.check_access("read")
        files = self.env[ARCHIVE].search([("location_id", "child_of", self.ids)])
        if not files:
            raise UserError(
                self.env._(
                    "There are no files in “%s” that you may read: nothing to print.",
                    ", ".join(self.mapped("complete_name")[:NAMED]),
                )
            )
        index = self.env.ref("customer_archive.report_customer_archive_index")
        return index.report_action(files)

    def action_open_files(self):
        """Return the files in this storage location, and in what it holds."""
        self.ensure_one()
        self.check_access("read")
        return open_list(
            ARCHIVE, self.complete_name, [("location_id", "child_of", self.id)]
        )
