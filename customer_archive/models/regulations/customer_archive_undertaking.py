from odoo import api, fields, models
from odoo.exceptions import UserError


class CustomerArchiveUndertaking(models.Model):
    """The undertaking goes by the training that is on record, if one is."""

    _inherit = "customer.archive.undertaking"

    training_id = fields.Many2one(
        "customer.archive.training",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="On record; without one the day is what the user said.",
    )

    @api.model
    def _training_values(self, training_date, today):
        training = self._training_on_record()
        if training:
            return {"training_date": training.date, "training_id": training.id}
        if self._is_training_missing():
            raise UserError(self._training_words())
        values = super()._training_values(training_date, today)
        return {**values, "training_id": False}

    @api.model
    def _training_on_record(self):
        """Return the last training that the user attended for the current company."""
        trainings = self.env["customer.archive.training"]
        return trainings._attended(self.env.user, self.env.company)

    @api.model
    def _is_training_missing(self):
        """Whether the user has to be trained before signing."""
        # What has to be, everybody may know who signs.
        required = self.env.company.sudo().archive_training_required
        return required and not self._training_on_record()

    @api.model
    def _training_words(self):
        return self.env._(
            "No training on confidentiality is on record that you attended, and %s "
            "asks for one before the undertaking is signed: human resources "
            "organises it.",
            self.env.company.name,
        )
