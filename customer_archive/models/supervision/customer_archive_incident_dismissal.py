from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import SEES_INCIDENTS
from ..common.sentinel import as_system, is_system
from ..common.values import is_text
from .customer_archive_incident import WRITABLE
from .customer_archive_incident_steps import MANAGED


class CustomerArchiveIncident(models.Model):
    """Put aside as unfounded 不成立: by two persons, and who reported it is told.

    Whom it is about may be among those who look into incidents without being named.
    """

    _inherit = "customer.archive.incident"

    dismissed_by_id = fields.Many2one(
        "res.users",
        string="Unfounded in the View of",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups=SEES_INCIDENTS,
        help="Somebody else confirms it.",
    )
    can_confirm_dismissal = fields.Boolean(
        compute="_compute_can_confirm_dismissal", export_string_translation=False
    )

    @api.depends("state", "dismissed_by_id")
    @api.depends_context("uid")
    def _compute_can_confirm_dismissal(self):
        sees = self.env.user.has_groups(SEES_INCIDENTS)
        for incident in self:
            asked = incident.sudo().dismissed_by_id
            waits = asked and incident.state == "draft"
            other = asked != self.env.user
            incident.can_confirm_dismissal = bool(sees and waits and other)

    @api.model
    def _protected(self):
        return {**super()._protected(), "dismissed_by_id": False}

    def write(self, vals):
        result = super().write(vals)
        if not is_system(self.env) and WRITABLE["draft"] & vals.keys():
            self.sudo()._take_back_dismissal()
        return result

    def _take_back_dismissal(self):
        """Have it asked anew: what somebody would confirm isn't the same any more."""
        as_system(self.filtered("dismissed_by_id")).dismissed_by_id = False

    # Steps

    def action_dismiss(self):
        """Say that there is nothing to it, for the reason entered; another confirms it.

        :raise AccessError: for who doesn't look into incidents
        :raise UserError: without a reason, once it was submitted, or while the law asks
            for notices or somebody is listed as responsible
        """
        self._wait_for_others()
        for incident in self:
            incident._check_handles()
            incident._check_dismissible()
            # Who may was checked.
            as_system(incident.sudo()).dismissed_by_id = self.env.uid
            incident.sudo()._ask_management(
                lambda each: each.env._(
                    "%s is unfounded in the view of who looked into it: confirm it, or "
                    "say what is still to be done.",
                    each.display_name,
                )
            )
            incident._log_incident("unfounded proposed")
        return True

    def action_confirm_dismissal(self):
        """Confirm that there is nothing to it; it stays on record.

        :raise AccessError: for who neither looks into incidents nor manages, and for
            who said so first
        :raise UserError: if nobody said so, or as for :meth:`action_dismiss`
        """
        self._wait_for_others()
        for incident in self:
            incident._check_confirms_dismissal()
            incident._check_dismissible()
            incident._end_incident("unfounded")
            incident._tell_reporter()
        return True

    # Checks

    def _check_confirms_dismissal(self):
        self.check_access("read")
        asked, user = self.sudo().dismissed_by_id, self.env.user
        if user == asked or not user.has_groups(SEES_INCIDENTS):
            raise self._refusal(
                self.env._(
                    "That an incident is unfounded is confirmed by management or who "
                    "looks into incidents, and never by who said so (four-eyes "
                    "principle)."
                ),
                "incident",
            )
        if not asked:
            raise UserError(
                self.env._("Nobody says at present that %s is unfounded.", self.name)
            )

    def _check_dismissible(self):
        self._check_in("draft")
        # Management confirms it, and reads it all the same.
        if not is_text(self.reason):
            raise UserError(
                self.env._(
                    "Enter first why there is nothing to %s: what was looked at, "
                    "and what it was.",
                    self.name,
                )
            )
        self._check_nothing_runs()

    def _check_nothing_runs(self):
        """Check that no notice is to be given, and that nobody is responsible."""
        if self._notices_left() or self.person_ids:
            raise UserError(
                self.env._(
                    "%s: say first that no personal data is concerned, and take the "
                    "persons responsible off the list; else submit it for a decision.",
                    self.name,
                )
            )

    # Telling

    def _ask_management(self, words):
        """Ask management, who isn't concerned, to confirm something; as superuser."""
        self._activities(MANAGED).unlink()
        day = self.company_id._archive_working_day(1)
        self._schedule_activities(
            MANAGED,
            [(self, user, day) for user in self._management() - self.env.user],
            words,
        )

    def _tell_reporter(self):
        """Tell who reported it; what was looked at isn't theirs to know."""
        told = self.sudo().user_id.filtered("active") - self.env.user
        if told:
            self._tell(
                told,
                lambda own: own.env._(
                    "Looked into and put aside as unfounded by two persons."
                ),
            )
