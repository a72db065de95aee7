from odoo import api, models

from ...tools import qr

# What has no place or number comes after all that have one.
LAST = chr(0xFFFF)


class CustomerArchive(models.Model):
    """What is printed to find a file's bag where it is kept."""

    _inherit = "customer.archive"

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
        return _sheets(files, size)

    def _print_boxes(self):
        """Return (storage location, files) of each; what has none isn't in a box."""
        placed = self._print_sorted().filtered("location_id")
        return list(placed.grouped("location_id").items())

    def _print_box_sheets(self, size):
        """Return the boxes, ``size`` to a sheet."""
        boxes = self._print_boxes()
        return _sheets(boxes, size)


class CustomerArchiveLocation(models.Model):
    """The labels of storage locations; their code is what a scanner reads."""

    _inherit = "customer.archive.location"

    def _print_code(self):
        """Return a QR code of the barcode for the ``src`` of an image."""
        self.ensure_one()
        return qr.picture(self.barcode or self.name)

    def _print_sheets(self, size):
        """Return the locations by their full names, ``size`` to a sheet."""
        return _sheets(self.sorted(lambda each: (each.complete_name, each.id)), size)


def _sheets(records, size):
    return [records[start : start + size] for start in range(0, len(records), size)]
