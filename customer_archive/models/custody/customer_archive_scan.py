import re

from odoo import api, models
from odoo.exceptions import UserError

from ..common.values import MOST, is_text

# As labels print it: the address that opens the file, of whichever server it was.
LABEL = re.compile(r"/odoo/customer\.archive/(\d{1,10})/?$")
# No label has more; what is longer isn't looked for.
LONGEST = 300


class CustomerArchive(models.Model):
    """Files are put in their places by scanning: what a label says, and the moves.

    The browser keeps what was scanned until the answer to ``action_move_scanned`` has
    arrived. If that got lost it asks again: what is there already isn't moved twice.
    """

    _inherit = "customer.archive"

    @api.model
    def action_scan(self, text):
        """Return what a scanned label, or a number typed in its place, stands for.

        :param str text: the code of a file's label, the number of a file, or the
            barcode of a storage location
        :return: dict with ``kind``: "file", "location", or false if there is no such
            thing among what the user may read; ``id``, ``name`` and what to know of it
        :raise AccessError: for who reads no files
        """
        self.browse().check_access("read")
        text = text.strip()[:LONGEST] if is_text(text) else ""
        found = self._scanned_location(text) or self._scanned_file(text)
        return found or {"kind": False, "id": False, "name": text}

    @api.model
    def _scanned_location(self, text):
        locations = self.env["customer.archive.location"]
        found = text and locations.search([("barcode", "=", text)])
        if not found:
            return None
        # Each company has barcodes of its own: here first.
        here = found.filtered(lambda each: each.company_id == self.env.company)
        location = (here or found)[0]
        return {
            "kind": "location",
            "id": location.id,
            "name": location.complete_name,
            "count": location.file_count,
            "capacity": location.capacity,
        }

    @api.model
    def _scanned_file(self, text):
        """Return what to know of a file; without a number it is found by its label."""
        label = LABEL.search(text)
        if label and int(label[1]) <= MOST:
            file = self.search([("id", "=", int(label[1]))])
        else:
            # Numbers are typed in small letters as well; nothing in them is a pattern.
            pattern = re.sub(r"([\\%_])", r"\\\1", text)
            file = text and self.search([("name", "=ilike", pattern)], limit=1)
        if not file:
            return None
        out = file.document_ids._lines_out() if file.document_ids else ()
        return {
            "kind": "file",
            "id": file.id,
            "name": file.name or self.env._("Not registered yet"),
            "party": file.partner_id.display_name,
            "place": file.place,
            "location_id": file.location_id.id,
            "out": len(out),
            "can_move": file.can_move,
        }

    @api.model
    def action_move_scanned(self, moves):
        """Put files where they were scanned to; all of them, or none.

        :param list moves: pairs of the id of a storage location and a list of ids of
            files, in the order in which they were scanned
        :return: how many files there were
        :raise UserError: if nothing was scanned, or something can't be put there
        """
        if not moves or not self._are_moves(moves):
            raise UserError(
                self.env._("Scan a storage location first, then the files in it.")
            )
        count = 0
        for location_id, ids in moves:
            files = self.browse(dict.fromkeys(ids)).exists()
            if len(files) != len(set(ids)):
                raise UserError(
                    self.env._("A scanned file doesn't exist any more: remove it.")
                )
            files.action_move(location_id, how="scanned")
            count += len(files)
        return count

    @api.model
    def _are_moves(self, moves):
        """Whether a client sent pairs of a location and files."""
        return isinstance(moves, list) and all(
            isinstance(pair, list | tuple)
            and len(pair) == 2
            and _is_id(pair[0])
            and isinstance(pair[1], list)
            and pair[1]
            and all(map(_is_id, pair[1]))
            for pair in moves
        )


def _is_id(value):
    return type(value) is int and 0 < value <= MOST
