from datetime import date

from odoo import api, fields, models

# What decides whether an item is renewed by another one, or ends.
DECIDES = {
    *("attachment_ids", "form", "has_words", "is_endless", "is_paper"),
    *("type_id", "valid_until"),
}


class CustomerArchiveDocument(models.Model):
    """Until when a paper is valid, and which newer one has taken its place."""

    _name = "customer.archive.document"
    _inherit = ["customer.archive.document", "customer.archive.validity"]

    renewed_by_id = fields.Many2one(
        "customer.archive.document",
        string="Renewed by",
        compute="_compute_renewed_by_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        help="A more recent item of the same type with a later expiry date.",
    )
    agreement_ids = fields.Many2many(
        "customer.archive.agreement",
        "customer_archive_agreement_document_rel",
        "document_id",
        "agreement_id",
        string="Used in Agreements",
        readonly=True,
        copy=False,
    )

    @api.depends(
        "archive_id.document_ids.is_complete",
        "archive_id.document_ids.is_endless",
        "archive_id.document_ids.received_on",
        "archive_id.document_ids.type_id",
        "archive_id.document_ids.valid_until",
    )
    def _compute_renewed_by_id(self):
        for item in self:
            item.renewed_by_id = item._renewal()

    def _renewal(self):
        """Return the newest item that replaces this one, if it ends."""
        if not self.is_complete or not self.valid_until or self.is_endless:
            return self.browse()
        others = self.archive_id.document_ids.filtered(
            lambda other: (
                other.is_complete
                and other.type_id == self.type_id
                and other._age() > self._age()
                and other._outlasts(self.valid_until)
            )
        )
        return others.sorted(lambda other: other._age())[-1:]

    def _age(self):
        received = self.received_on or date.min
        return received, self._origin.id or 0

    def _outlasts(self, day):
        if self.is_endless:
            return True
        # A paper that expires, whose end wasn't entered, doesn't renew anything.
        if not self.valid_until:
            return not self.type_id.has_validity
        return self.valid_until > day

    @api.depends("renewed_by_id")
    def _compute_state(self):
        result = super()._compute_state()
        for item in self:
            if item.state == "expired" and item.renewed_by_id:
                item.state = "received"
        return result

    @api.model
    def _protected(self):
        given = {"renewed_by_id": None, "agreement_ids": []}
        return {**super()._protected(), **self._validity_protected(), **given}

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items.filtered("is_received")._end_replaced_reminders()
        return items

    def write(self, vals):
        result = super().write(vals)
        if DECIDES & set(vals):
            self._end_replaced_reminders()
        return result

    def _end_replaced_reminders(self):
        # sudo: reminders assigned to others must be closed, too.
        files = self.sudo().archive_id
        files.document_ids._end_obsolete_reminders()
        files._end_obsolete_paper_activities()

    # Validity

    @api.model
    def _validity_end(self):
        return "valid_until"

    @api.model
    def _validity_depends(self):
        return [
            "agreement_ids.signed_on",
            "archive_id.state",
            "company_id.archive_lead_days",
            "is_complete",
            "is_endless",
            "renewed_by_id",
            "type_id.lead_days",
        ]

    @api.model
    def _validity_domains(self):
        return (
            fields.Domain("is_complete", "=", True),
            fields.Domain("renewed_by_id", "!=", False),
            fields.Domain("valid_until", "=", False)
            | fields.Domain("is_endless", "=", True),
        )

    @api.model
    def _validity_lead_groups(self):
        types = self.env["customer.archive.document.type"]
        types = types.with_context(active_test=False).search([])  # pylint: disable=no-search-all
        own = [
            (fields.Domain("type_id", "in", those.ids), text)
            for text, those in types.grouped("lead_days").items()
            if text
        ]
        rest = fields.Domain("type_id.lead_days", "=", False)
        return own + [
            (rest & domain, text) for domain, text in super()._validity_lead_groups()
        ]

    def _validity_is_held(self):
        return self.is_complete

    def _validity_is_renewed(self):
        return bool(self.renewed_by_id)

    def _validity_is_endless(self):
        return self.is_endless or not self.valid_until

    def _validity_runs(self):
        # The paper of an agreement is renewed with it: nobody is reminded of both.
        return (
            self.is_complete
            and self.archive_id.state == "active"
            and not self.renewed_by_id
            and not any(agreement.signed_on for agreement in self.agreement_ids)
        )

    def _validity_leads(self):
        return self.type_id.lead_days or super()._validity_leads()

    def _validity_name(self):
        file = self.archive_id
        parts = (file.name, file.partner_id.name, self.type_id.name)
        return " ".join(filter(None, parts))
