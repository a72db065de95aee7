from odoo import api, fields, models

from ...tools import qr

# What has no place or number comes after all that have one.
LAST = chr(0xFFFF)


class CustomerArchive(models.Model):
    """Where a file's bag is kept, and what is printed to find it there."""

    _inherit = "customer.archive"

    place = fields.Char(
        string="Storage Location",
        copy=False,
        size=64,
        index="btree_not_null",
        help=(
            "Location of the folder: room, cabinet, shelf and box, such as A-03-2-15."
        ),
    )

    def _print_url(self):
        """Return the address that opens the file, for whoever may log in and read it.

        It tells nothing of the party.
        """
        self.ensure_one()
        return f"{self.get_base_url()}/odoo/{self._name}/{self.id}"

    @api.model
    def _print_code(self, text):
        """Return a QR code of ``text`` for the ``src`` of an image."""
        return qr.picture(text)

    def _print_sorted(self):
        """Return the files in the order of the cabinet: by place, then by number."""
        return self.sorted(
            lambda file: (file.place or LAST, file.name or LAST, file.id)
        )

    def _print_sheets(self, size):
        """Return the files in the order of the cabinet, ``size`` to a sheet."""
        files = self._print_sorted()
        return [files[start : start + size] for start in range(0, len(files), size)]

    def _print_boxes(self):
        """Return (place, files) of each place; what has none isn't in a box."""
        placed = self._print_sorted().filtered("place")
        return list(placed.grouped("place").items())

    def _print_box_sheets(self, size):
        """Return the boxes, ``size`` to a sheet."""
        boxes = self._print_boxes()
        return [boxes[start : start + size] for start in range(0, len(boxes), size)]
