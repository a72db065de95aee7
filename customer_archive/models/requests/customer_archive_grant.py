from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.sentinel import as_system
from ..common.values import is_text
from ..common.windows import open_dialog, open_form
from ..confidentiality.reader import IN_FORCE


class CustomerArchiveGrant(models.Model):
    """Read access of one user to a file or items of it, from when to when 授权.

    The record rules look at these rows each time something is read: access ends
    on the second, without a scheduled action. Nobody writes them by hand.
    """

    _name = "customer.archive.grant"
    _description = "Access Grant"
    _inherit = ["customer.archive.guard"]
    _order = "id desc"
    _rec_names_search = ["request_number", "user_id", "archive_id"]

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="restrict"
    )
    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="archive_id.company_id", store=True, precompute=True
    )
    scope = fields.Selection(
        [("items", "Selected items"), ("file", "The whole file")],
        required=True,
        readonly=True,
        help=(
            "Stored explicitly, so that removing an item never grants access to "
            "the others."
        ),
    )
    document_ids = fields.Many2many(
        "customer.archive.document", string="Items", readonly=True
    )
    include_sensitive = fields.Boolean(string="Include Sensitive Items", readonly=True)
    date_from = fields.Datetime(string="From", required=True, readonly=True)
    date_to = fields.Datetime(
        string="Until", required=True, readonly=True, help="Access ends at this time."
    )
    res_model = fields.Char(string="Request Type", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Request", model_field="res_model", required=True, readonly=True
    )
    request_number = fields.Char(required=True, readonly=True)
    revoked_on = fields.Datetime(string="Revoked on", readonly=True)
    revoked_by_id = fields.Many2one("res.users", string="Revoked by", readonly=True)
    revoke_reason = fields.Text(string="Revocation Reason", readonly=True)
    state = fields.Selection(
        [
            ("coming", "Not started"),
            ("open", "In Force"),
            ("over", "Expired"),
            ("revoked", "Revoked"),
        ],
        string="Status",
        compute="_compute_state",
        search="_search_state",
    )

    can_revoke = fields.Boolean(
        compute="_compute_can_revoke", export_string_translation=False
    )

    _live = models.Index("(user_id, date_to) WHERE revoked_on IS NULL")
    _source = models.Index("(res_model, res_id)")

    @api.depends("date_from", "date_to", "revoked_on")
    def _compute_state(self):
        now = fields.Datetime.now()
        for grant in self:
            if grant.revoked_on:
                grant.state = "revoked"
            elif grant.date_to <= now:
                grant.state = "over"
            else:
                grant.state = "coming" if grant.date_from > now else "open"

    @api.depends("state", "user_id", "archive_id")
    @api.depends_context("uid")
    def _compute_can_revoke(self):
        for grant in self:
            left = grant.state in ("coming", "open")
            grant.can_revoke = left and grant._may_revoke()

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        left = fields.Domain("revoked_on", "=", False)
        domains = {
            "revoked": ~left,
            "over": left & fields.Domain("date_to", "<=", "now"),
            "coming": left & fields.Domain("date_from", ">", "now"),
            "open": fields.Domain(IN_FORCE),
        }
        return fields.Domain.OR(domains[each] for each in value if each in domains)

    @api.depends("request_number", "user_id")
    def _compute_display_name(self):
        for grant in self:
            grant.display_name = f"{grant.request_number} {grant.user_id.name}"

    def _refuse_outsiders(self):
        raise self._refusal(
            self.env._("Access is granted by approving a request."), "write"
        )

    # Giving and taking; called by what was approved, as superuser

    @api.model
    def _give(self, request, users, date_from, date_to):
        """Open what an approved request asks for to ``users``.

        :param request: record with the fields of ``customer.archive.request.items``
        :param date_from: Datetime, UTC
        :param date_to: Datetime, UTC: the first moment without access
        """
        items = request._wanted_items() if request.scope == "items" else False
        grants = as_system(self.sudo()).create(
            [
                {
                    "user_id": user.id,
                    "archive_id": request.archive_id.id,
                    "scope": request.scope,
                    "document_ids": [fields.Command.set(items.ids)] if items else [],
                    "include_sensitive": request.include_sensitive,
                    "date_from": date_from,
                    "date_to": date_to,
                    "res_model": request._name,
                    "res_id": request.id,
                    "request_number": request.name,
                }
                for user in users
            ]
        )
        for grant in grants:
            period = f"{grant.date_from} > {grant.date_to}"
            detail = f"{grant.request_number} user {grant.user_id.id} {period}"
            self.env["customer.archive.log"]._record("grant", grant, detail)
        # What they followed once, they would hear of beyond the end.
        grants.archive_id._drop_temporary_followers()
        return grants

    @api.model
    def _of(self, requests):
        """Return the grants that ``requests`` gave."""
        domain = [("res_model", "=", requests._name), ("res_id", "in", requests.ids)]
        # Whoever ends a request ends all that came of it.
        return self.sudo().search(domain)

    @api.model
    def _numbers(self, item):
        """Return the numbers of the requests that open ``item`` to the user now.

        :return: text, by commas; empty if none does
        """
        domain = fields.Domain(
            [
                ("user_id", "=", self.env.uid),
                ("state", "=", "open"),
                ("archive_id", "=", item.sudo().archive_id.id),
            ]
        )
        if item.sudo().is_sensitive:
            domain &= fields.Domain("include_sensitive", "=", True)
        named = fields.Domain("document_ids", "in", item.ids)
        domain &= fields.Domain("scope", "=", "file") | named
        # The user's own grants, which they may read anyway.
        grants = self.sudo().search(domain, order="id")
        return ", ".join(dict.fromkeys(grants.mapped("request_number")))

    def _end(self, reason):
        """Take access away at once."""
        left = self.filtered(lambda grant: grant.state in ("coming", "open"))
        if not left:
            return
        as_system(left.sudo()).write(
            {
                "revoked_on": fields.Datetime.now(),
                "revoked_by_id": self.env.uid,
                "revoke_reason": reason,
            }
        )
        self.env["customer.archive.log"]._record("grant", left, "revoked", reason)

    # Public methods

    def action_revoke(self, reason):
        """End access before its time, at once.

        :param str reason: why; the user reads it
        :raise AccessError: unless it is one's own, one answers for the file, or one
            guards all of them
        """
        if not is_text(reason):
            raise UserError(self.env._("Enter the reason for revoking the access."))
        self.check_access("read")
        for grant in self:
            grant._check_may_revoke()
            if grant.state not in ("coming", "open"):
                raise UserError(self.env._("%s has already ended.", grant.display_name))
        self._end(reason.strip())
        self._tell_users(reason.strip())
        # The grants were the revoker's to end, and the requests end with them.
        for model, grants in self.sudo().grouped("res_model").items():
            requests = self.env[model].sudo().browse(grants.mapped("res_id"))
            requests.exists()._end_without_access()
        return True

    def _may_revoke(self):
        user = self.env.user
        return user == self.user_id or self.archive_id._is_guarded_by(user)

    def _check_may_revoke(self):
        if not self._may_revoke():
            raise self._refusal(
                self.env._(
                    "Access can be revoked by those responsible for the file, an "
                    "archivist, compliance or management."
                ),
                "revoke",
            )

    def _tell_users(self, reason):
        for grant in self.filtered(lambda each: each.user_id != self.env.user):
            # The revoker need not be allowed to write to the request.
            request = self.env[grant.res_model].sudo().browse(grant.res_id).exists()
            if request:
                request._tell(
                    grant.user_id,
                    lambda own: own.env._("Access was revoked: %s", reason),
                )

    def action_open_revoke(self):
        """Return the dialog that asks for the reason."""
        self.check_access("read")
        return open_dialog(
            "customer.archive.revoke",
            self.env._("Revoke Access"),
            {"default_grant_ids": self.ids},
        )

    def action_open_request(self):
        """Return the action that shows the request that gave this access."""
        self.ensure_one()
        return open_form(self.env[self.res_model].browse(self.res_id))
