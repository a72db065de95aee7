from odoo import fields, models

from ..common.company_day import past_field


class CustomerArchive(models.Model):
    """What screens filter files by, each by the day it is at its company."""

    _inherit = "customer.archive"

    is_decision_overdue = past_field(
        "is_decision_overdue", "approval_deadline", string="Decision Overdue"
    )
    is_review_due = past_field(
        "is_review_due", "next_review_date", reached=True, string="Review Due"
    )
    is_retention_over = past_field(
        "is_retention_over",
        "retention_date",
        reached=True,
        string="Retention Over",
    )


class CustomerArchiveDocument(models.Model):
    """What screens filter items by."""

    _inherit = "customer.archive.document"

    is_past_due = past_field("is_past_due", "due_date", string="Day Has Passed")
    is_expired = past_field("is_expired", "valid_until", string="Expired")


class CustomerArchiveApproval(models.Model):
    """What screens filter steps by."""

    _inherit = "customer.archive.approval"

    is_overdue = past_field("is_overdue", "deadline", string="Overdue")


class CustomerArchiveValidity(models.AbstractModel):
    """What screens filter by that ends in so many days."""

    _inherit = "customer.archive.validity"

    days_left = fields.Integer(search="_search_days_left")

    def _search_days_left(self, operator, value):
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        return self._by_company(
            lambda today: fields.Domain(
                self._validity_end(), operator, fields.Date.add(today, days=value)
            )
        )
