from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import SEES_INCIDENTS
from ..common.sentinel import as_system, is_system
from ..common.values import is_text
from .customer_archive_incident_steps import MANAGED

# From when on nobody takes the mark off alone.
FIXED = ("review", "decided")
SAID = {"unmark_reason", "has_personal_data"}


class CustomerArchiveIncident(models.Model):
    """That no personal data is concerned after all, said by two persons.

    A mark that was set by mistake asks for notices that nobody could give in truth.
    """

    _inherit = "customer.archive.incident"

    unmark_reason = fields.Text(
        string="Why No Personal Data Is Concerned",
        groups=SEES_INCIDENTS,
        copy=False,
        help="What was looked at, and what it was. Once somebody else confirms it, no "
        "notice is asked for any more.",
    )
    unmarked_by_id = fields.Many2one(
        "res.users",
        string="No Personal Data in the View of",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups=SEES_INCIDENTS,
        help="Somebody else confirms it.",
    )
    can_confirm_unmark = fields.Boolean(
        compute="_compute_can_confirm_unmark", export_string_translation=False
    )

    @api.depends("state", "unmarked_by_id", "has_personal_data")
    @api.depends_context("uid")
    def _compute_can_confirm_unmark(self):
        sees = self.env.user.has_groups(SEES_INCIDENTS)
        for incident in self:
            own = incident.sudo()
            waits = own.unmarked_by_id and own.has_personal_data and own.state in FIXED
            other = own.unmarked_by_id != self.env.user
            incident.can_confirm_unmark = bool(sees and waits and other)

    @api.model
    def _protected(self):
        return {**super()._protected(), "unmarked_by_id": False}

    def _noticed_fields(self):
        names, own = super()._noticed_fields(), self.sudo()
        if own.unmarked_by_id and not own.has_personal_data:
            # As it was confirmed.
            names.add("unmark_reason")
        return names

    def write(self, vals):
        result = super().write(vals)
        if not is_system(self.env) and SAID & vals.keys():
            # What somebody would confirm isn't the same any more.
            as_system(self.sudo().filtered("unmarked_by_id")).unmarked_by_id = False
        return result

    # Steps

    def action_unmark(self):
        """Say that no personal data is concerned after all; another confirms it.

        :raise AccessError: for who doesn't look into incidents
        :raise UserError: without a reason, or if no notice is to be given
        """
        self._wait_for_others()
        for incident in self:
            incident._check_handles()
            incident._check_unmarkable()
            # Who may was checked.
            as_system(incident.sudo()).unmarked_by_id = self.env.uid
            incident.sudo()._ask_management(
                lambda each: each.env._(
                    "%s concerns no personal data in the view of who looked into it: "
                    "confirm it, or have the notices given.",
                    each.display_name,
                )
            )
            incident._log_incident("no personal data proposed")
        return True

    def action_confirm_unmark(self):
        """Confirm that no personal data is concerned: no notice is asked for any more.

        :raise AccessError: for who neither looks into incidents nor manages, and for
            who said so first
        :raise UserError: if nobody said so, or as for :meth:`action_unmark`
        """
        self._wait_for_others()
        for incident in self:
            incident._check_confirms_unmark()
            incident._check_unmarkable()
            own = incident.sudo()
            # Who may was checked.
            as_system(own).has_personal_data = False
            own._plan_notices()
            own._activities(MANAGED).unlink()
            incident._log_incident("no personal data")
        return True

    # Checks

    def _check_confirms_unmark(self):
        self.check_access("read")
        asked, user = self.sudo().unmarked_by_id, self.env.user
        if user == asked or not user.has_groups(SEES_INCIDENTS):
            raise self._refusal(
                self.env._(
                    "That no personal data is concerned is confirmed by management or "
                    "who looks into incidents, and never by who said so (four-eyes "
                    "principle)."
                ),
                "incident",
            )
        if not asked:
            raise UserError(
                self.env._(
                    "Nobody says at present that %s concerns no personal data.",
                    self.name,
                )
            )

    def _check_unmarkable(self):
        self._check_in(*FIXED)
        if not self._notices_left():
            raise UserError(self.env._("%s: no notice is left to be given.", self.name))
        # Management confirms it, and reads it all the same.
        if not is_text(self.unmark_reason):
            raise UserError(
                self.env._(
                    "Enter first why %s concerns no personal data: what was looked at, "
                    "and what it was.",
                    self.name,
                )
            )
