import logging

from odoo import api, fields, models

from ..common.values import label
from . import (
    words,
    words_agreements,  # noqa: F401 (adds its words)
    words_assessment,  # noqa: F401 (adds its words)
    words_backup,  # noqa: F401 (adds its words)
    words_custody,  # noqa: F401 (adds its words)
    words_events,  # noqa: F401 (adds its words)
    words_gates,  # noqa: F401 (adds its words)
    words_inspection,  # noqa: F401 (adds its words)
    words_integrity,  # noqa: F401 (adds its words)
    words_registry,  # noqa: F401 (adds its words)
    words_stocktake,  # noqa: F401 (adds its words)
    words_supervision,  # noqa: F401 (adds its words)
    words_system,  # noqa: F401 (adds its words)
    words_tree,  # noqa: F401 (adds its words)
)
from .names import Names

_logger = logging.getLogger(__name__)


class CustomerArchiveLog(models.Model):
    """Says in the reader's words what rows are about."""

    _inherit = "customer.archive.log"

    summary = fields.Char(
        string="Subject", compute="_compute_summary", help="The detail as text."
    )
    model_name = fields.Char(string="Record Type", compute="_compute_summary")

    @api.depends("event", "sequence")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            place = str(row.sequence or "")
            row.display_name = " ".join(filter(None, (label(row, "event"), place)))

    @api.depends("event", "model", "res_id", "archive_id", "detail")
    @api.depends_context("lang", "tz")
    def _compute_summary(self):
        """Put the codes into words, with the names of what still exists.

        One row that can't be put into words would hide all others of a page.
        """
        names = Names(self.env)
        # The first time the rows only say which names they need.
        for row in self:
            row._in_words(names)
            row._kind_in_words(names)
        names.load()
        for row in self:
            row.summary = row._in_words(names)
            row.model_name = row._kind_in_words(names)

    def _kind_in_words(self, names):
        return names.model(self.model) if self.model else False

    def _in_words(self, names):
        self.ensure_one()
        try:
            return words.summary(self, names)
        except Exception:
            # Names were looked up before: nothing here asks the database.
            _logger.exception("Row %s of the access record has no words", self.id)
            return self.detail
