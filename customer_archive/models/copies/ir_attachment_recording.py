from odoo import models
from odoo.http import request
from odoo.tools import str2bool

from ..audit.words import UNMARKED

# Reading a file again within this time, such as in parts, is one viewing.
VIEWING = 1
# Where the browser asks for what it shows.
SHOWS = ("/web/content", "/web/image")


class IrAttachment(models.Model):
    """Whoever is given the content of a copy is recorded, in whichever way (C6).

    What the browser asks for to show it is viewed; all else is taken away: downloads,
    archives of several, and what programs read.
    """

    _inherit = "ir.attachment"

    def _archive_event(self):
        """Return what the request under way does with a content: view or download."""
        shows = request and request.httprequest.path.startswith(SHOWS)
        # As Odoo's routes take it; whatever they don't understand is no viewing.
        saves = shows and str2bool(str(request.params.get("download", "no")), True)
        return "view" if shows and not saves else "download"

    def _archive_record_content(self, event, marked):
        """Record that the user is given the content.

        :param event: "view" or "download"
        :param marked: what :meth:`_archive_marked` returned
        """
        if event == "download":
            self._archive_record_taken({self.id: marked})
            return
        log, item = self.env["customer.archive.log"], self._bound_archive_items()
        log._record_once(event, item, self._archive_detail(marked), minutes=VIEWING)

    def _archive_record_taken(self, marked):
        """Record that the user takes these contents away: all of them at once.

        :param marked: what :meth:`_archive_marked` returned, by id
        """
        own = self.sudo()
        items = [each._bound_archive_items() for each in own]
        details = [each._archive_detail(marked[each.id]) for each in own]
        self.env["customer.archive.log"]._record_each("download", items, details)

    def _archive_detail(self, marked):
        detail = f"attachment {self.id}"
        return f"{detail} {UNMARKED}" if marked is False else detail
