from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...exceptions import RedirectWarning
from ..common.roles import KEEPS_UNDERTAKINGS, READER
from ..common.sentinel import as_system
from ..common.values import is_text
from ..common.windows import open_dialog

NOT_REVOKED = fields.Domain("revoked_on", "=", False)


class CustomerArchiveUndertaking(models.Model):
    """What a user undertook after the training, in whose words, until when 保密承诺.

    Nobody writes these rows by hand: they are made by signing and ended by
    revoking. Validity goes by the calendar of the company and is looked up when
    it is asked for, so no scheduled action has to end it.
    """

    _name = "customer.archive.undertaking"
    _description = "Confidentiality Undertaking"
    _inherit = ["customer.archive.guard"]
    _order = "signed_on desc, id desc"
    _rec_names_search = ["user_id"]

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    text = fields.Text(
        required=True, readonly=True, help="The text as signed by the user."
    )
    training_date = fields.Date(
        string="Training completed on", required=True, readonly=True
    )
    signed_on = fields.Datetime(string="Signed on", required=True, readonly=True)
    valid_until = fields.Date(
        string="Valid until",
        required=True,
        readonly=True,
        help="The last day of validity.",
    )
    revoked_on = fields.Datetime(string="Revoked on", readonly=True)
    revoked_by_id = fields.Many2one("res.users", string="Revoked by", readonly=True)
    revoke_reason = fields.Text(string="Revocation Reason", readonly=True)
    state = fields.Selection(
        [("valid", "Valid"), ("expired", "Expired"), ("revoked", "Revoked")],
        string="Status",
        compute="_compute_state",
        search="_search_state",
    )

    @api.depends("revoked_on", "valid_until", "company_id")
    def _compute_state(self):
        for undertaking in self:
            today = undertaking.company_id._archive_today()
            if undertaking.revoked_on:
                undertaking.state = "revoked"
            elif undertaking.valid_until and undertaking.valid_until < today:
                undertaking.state = "expired"
            else:
                undertaking.state = "valid"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        running = self._running_domain()
        domains = {
            "revoked": ~NOT_REVOKED,
            "valid": NOT_REVOKED & running,
            "expired": NOT_REVOKED & ~running,
        }
        return fields.Domain.OR(domains[each] for each in value if each in domains)

    @api.model
    def _running_domain(self):
        """Return what hasn't ended yet, by the present day of each company."""
        # Calendars are no secret; the rows found go by the user's rights.
        groups = self.sudo()._read_group([], ["company_id"])
        companies = self.env["res.company"].sudo().union(*(each for (each,) in groups))
        by_day = companies.grouped(lambda each: each._archive_today())
        return fields.Domain.OR(
            fields.Domain("company_id", "in", found.ids)
            & fields.Domain("valid_until", ">=", today)
            for today, found in by_day.items()
        )

    @api.depends("user_id", "valid_until")
    def _compute_display_name(self):
        for undertaking in self:
            undertaking.display_name = self.env._(
                "%(user)s until %(date)s",
                user=undertaking.user_id.name,
                date=format_date(self.env, undertaking.valid_until),
            )

    def _refuse_outsiders(self):
        raise self._refusal(
            self.env._(
                "Undertakings are recorded by signing, and can't be changed afterwards."
            ),
            "write",
        )

    # Public methods

    @api.model
    def sign(self, training_date=None):
        """Sign the undertaking of the current company, as the current user.

        Signing again renews: a new row, valid from today.

        :param training_date: day on which the user completed the training; a date,
            or a text such as 2026-03-05; of a training that is on record, its day
            counts instead
        :return: id of the new row
        :raise AccessError: for users without a role in the customer files
        :raise UserError: if the date is missing or in the future, or a training that
            has to be on record isn't
        """
        user, company = self.env.user, self.env.company
        if not user.has_group(READER):
            raise AccessError(
                self.env._("Only users of the customer files can sign the undertaking.")
            )
        today = company._archive_today()
        trained = self._training_values(training_date, today)
        # The role was checked; the text is for everybody who signs.
        text = company.sudo()._archive_undertaking()
        months = company.sudo().archive_undertaking_months
        # sudo: the role was checked above; users have no write access to these rows.
        row = as_system(self.sudo()).create(
            {
                "user_id": user.id,
                "company_id": company.id,
                "text": text,
                **trained,
                "signed_on": fields.Datetime.now(),
                "valid_until": today + relativedelta(months=months),
                "revoked_on": False,
                "revoked_by_id": False,
                "revoke_reason": False,
            }
        )
        return row.id

    def action_revoke(self, reason):
        """End undertakings before their time, with all that the same user holds.

        :param str reason: why; it is kept with the undertaking
        :raise AccessError: unless the user is of compliance or management, and not
            for an undertaking of one's own
        :raise UserError: without a reason, or if an undertaking isn't valid
        """
        self._check_may_revoke()
        if not is_text(reason):
            raise UserError(
                self.env._("Enter the reason for revoking the undertaking.")
            )
        for undertaking in self:
            if undertaking.state != "valid":
                raise UserError(
                    self.env._(
                        "The undertaking of %s is no longer valid: there is "
                        "nothing to revoke.",
                        undertaking.user_id.name,
                    )
                )
        # sudo: the role was checked above; users have no write access to these rows.
        rows = self.sudo()
        for undertaking in self.sudo():
            rows |= self._valid(undertaking.user_id, undertaking.company_id)
        as_system(rows).write(
            {
                "revoked_on": fields.Datetime.now(),
                "revoked_by_id": self.env.uid,
                "revoke_reason": reason.strip(),
            }
        )
        return True

    def action_open_revoke(self):
        """Return the dialog that asks for the reason of a revocation.

        :raise AccessError: for those whom :meth:`action_revoke` refuses
        """
        self._check_may_revoke()
        return open_dialog(
            "customer.archive.revoke",
            self.env._("Revoke Undertaking"),
            {"default_undertaking_ids": self.ids},
        )

    # Called by whatever shows sensitive data

    @api.model
    def _is_signed(self, user, company):
        """Whether ``user`` has a valid undertaking for ``company`` now."""
        return bool(self._valid(user, company))

    @api.model
    def _check_signed(self, company=None):
        """Check that the current user has signed for a company.

        :param company: the current company if it isn't given
        :raise RedirectWarning: that leads to the dialog where it is signed
        """
        user, company = self.env.user, company or self.env.company
        if self._is_signed(user, company):
            return
        last = self._rows_of(user, company)[:1]
        if not last:
            reason = self.env._(
                "You haven't signed the undertaking for %s yet.", company.name
            )
        elif last.revoked_on:
            reason = self.env._("Your undertaking was revoked: %s", last.revoke_reason)
        else:
            ended = format_date(self.env, last.valid_until)
            reason = self.env._("Your undertaking ended on %s.", ended)
        if company != self.env.company:
            reason = self.env._(
                "%(reason)s Switch to %(company)s to sign it there.",
                reason=reason,
                company=company.name,
            )
        raise RedirectWarning(
            self.env._(
                "Sensitive data is only shown to users who have completed the "
                "training and signed the confidentiality undertaking. %s",
                reason,
            ),
            self.env.ref("customer_archive.action_customer_archive_sign").id,
            self.env._("Sign the undertaking"),
        )

    # Private helpers

    @api.model
    def _valid(self, user, company):
        """Return what is valid now; never by the status, which may be cached."""
        today = company._archive_today()
        running = fields.Domain("valid_until", ">=", today)
        return self._rows_of(user, company, running & NOT_REVOKED)

    @api.model
    def _rows_of(self, user, company, domain=fields.Domain.TRUE):
        own = fields.Domain("user_id", "=", user.id)
        own &= fields.Domain("company_id", "=", company.id)
        # Asked by the addon about any user; who may see the rows is another question.
        return self.sudo().search(own & domain)

    @api.model
    def _training_values(self, training_date, today):
        """Return what is kept of the training, by what the user says."""
        return {"training_date": self._parse_training_date(training_date, today)}

    @api.model
    def _parse_training_date(self, value, today):
        try:
            trained = fields.Date.to_date(value)
        except (TypeError, ValueError):
            trained = None
        if not trained:
            raise UserError(
                self.env._(
                    "Enter the date on which you completed the training, as YYYY-MM-DD."
                )
            )
        if trained > today:
            raise UserError(
                self.env._(
                    "The training must be completed first: its date is in the future."
                )
            )
        return trained

    def _check_may_revoke(self):
        self.check_access("read")
        user = self.env.user
        if not user.has_groups(KEEPS_UNDERTAKINGS):
            raise AccessError(
                self.env._("Undertakings can be revoked by compliance or management.")
            )
        if user in self.user_id:
            raise AccessError(
                self.env._(
                    "Your own undertaking must be revoked by another person (four-eyes "
                    "principle)."
                )
            )
