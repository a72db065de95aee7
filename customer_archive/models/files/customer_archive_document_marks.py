from odoo import api, fields, models
from odoo.tools.i18n import format_list

# What decides whether a received item is in order.
ORDER = (
    *("form", "has_words", "is_complete", "is_endless", "valid_until"),
    *("type_id.has_validity", "type_id.needs_seal", "type_id.needs_words"),
)


class CustomerArchiveDocument(models.Model):
    """What a copy must bear, and what is still missing of an item 要件."""

    _inherit = "customer.archive.document"

    needs_seal = fields.Boolean(related="type_id.needs_seal")
    needs_words = fields.Boolean(related="type_id.needs_words")
    needs_comparison = fields.Boolean(related="type_id.needs_comparison")
    has_words = fields.Boolean(
        string="Bears “Agrees with Original”",
        help="The party confirmed on the copy that it agrees with the original.",
    )
    is_faulty = fields.Boolean(
        string="To Be Completed",
        compute="_compute_is_faulty",
        store=True,
        help="Received, but its date, its seal or its words are missing.",
    )
    faults = fields.Char(
        string="Still Needed",
        compute="_compute_faults",
        help="What is missing of a received item: date, company seal, words.",
    )
    is_missing = fields.Boolean(
        string="Missing",
        compute="_compute_is_missing",
        store=True,
        compute_sudo=True,
        help="Required by its file, and not there or not in order.",
    )

    _missing_due = models.Index("(due_date) WHERE is_missing IS TRUE")

    @api.depends(*ORDER)
    def _compute_is_faulty(self):
        for item in self:
            item.is_faulty = item.is_complete and bool(item._faults())

    @api.depends("is_faulty")
    def _compute_state(self):
        result = super()._compute_state()
        for item in self.filtered("is_faulty"):
            if item.state == "received":
                item.state = "faulty"
        return result

    @api.depends(*ORDER)
    @api.depends_context("lang")
    def _compute_faults(self):
        words = self._fault_words()
        for item in self:
            found = item._faults() if item.is_received else ()
            item.faults = format_list(self.env, [words[each] for each in found])

    @api.depends(
        "is_complete",
        "is_faulty",
        "archive_id.document_ids.is_faulty",
        "archive_id.missing_type_ids",
    )
    def _compute_is_missing(self):
        for item in self:
            in_order = item.is_complete and not item.is_faulty
            # A form asks for an item before its file is chosen.
            file = item.archive_id
            lacking = file._types_not_in_order() if file else item.type_id.browse()
            item.is_missing = not in_order and item.type_id in lacking

    def _faults(self):
        """Return what is missing of an item: keys of :meth:`_fault_words`."""
        self.ensure_one()
        kind, copied = self.type_id, self.form != "original"
        found = []
        if kind.has_validity and not (self.valid_until or self.is_endless):
            found.append("validity")
        if kind.needs_seal and copied and self.form != "stamped":
            found.append("seal")
        if kind.needs_words and copied and not self.has_words:
            found.append("words")
        return found

    @api.model
    def _fault_words(self):
        return {
            "validity": self.env._("expiry date, or “valid indefinitely”"),
            "seal": self.env._("copy with the company seal, or the original"),
            "words": self.env._("the party's words “agrees with original”"),
        }

    def _problems(self):
        words = self._fault_words()
        faults = [
            self.env._(
                "Item “%(item)s” still needs: %(fault)s.",
                item=self.type_id.name,
                fault=words[fault],
            )
            for fault in self._faults()
        ]
        return faults + super()._problems()

    @api.model
    def _protected(self):
        derived = ("is_faulty", "is_missing")
        return {**super()._protected(), **dict.fromkeys(derived)}
