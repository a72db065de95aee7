from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.row_lock import wait_for_others


class CustomerArchiveChange(models.Model):
    """A change request that came of a review, and ends it once submitted."""

    _inherit = "customer.archive.change"

    review_id = fields.Many2one(
        "customer.archive.review",
        string="Source Review",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="An open review of this file; submitting the request completes it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        changes = super().create(vals_list)
        changes._check_review()
        return changes

    def write(self, vals):
        result = super().write(vals)
        if vals.get("review_id"):
            self._check_review()
        return result

    def _check_review(self):
        """Check that the reviews are the user's to end, and of the same files.

        :raise AccessError: if a review is somebody else's to do
        :raise UserError: if it is done, or of another file
        """
        for change in self.filtered("review_id"):
            change.review_id._check_may_act()
            if change.review_id.archive_id != change.archive_id:
                raise UserError(self.env._("This review belongs to another file."))

    def action_submit(self):
        """As always; and what came of a review ends it.

        :raise UserError: as always, or if the review was done otherwise meanwhile
        """
        reviews = self.review_id.filtered(lambda review: review.state == "open")
        wait_for_others(reviews)
        result = super().action_submit()
        for change in self.filtered(lambda each: each.review_id in reviews):
            change.review_id._check_may_act()
            change.review_id._conclude("changed", change=change)
        return result
