from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import CONFIRMS_POLICIES
from ..common.sentinel import as_system, is_system
from ..common.windows import open_form


class CustomerArchiveApprovalPolicy(models.Model):
    """Policies give power, so it takes two: one writes a version, another confirms it.

    What is in force isn't edited. A new version is, until it is confirmed; meanwhile
    the one before goes on to be taken.
    """

    _name = "customer.archive.approval.policy"
    _inherit = ["customer.archive.approval.policy", "customer.archive.guard"]

    state = fields.Selection(
        [
            ("draft", "Not in Force"),
            ("confirmed", "In Force"),
            ("replaced", "Replaced"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
    )
    author_ids = fields.Many2many(
        "res.users",
        "customer_archive_policy_author_rel",
        string="Authors",
        readonly=True,
        copy=False,
        help="None of them can confirm it.",
    )
    replaces_id = fields.Many2one(
        "customer.archive.approval.policy",
        string="New Version of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )
    is_ending = fields.Boolean(
        string="Ends Original Policy",
        copy=False,
        help=(
            "No new policy replaces the original one: once this is confirmed, the "
            "original is no longer used."
        ),
    )
    confirmed_by_id = fields.Many2one(
        "res.users", string="Confirmed by", readonly=True, copy=False
    )
    confirmed_on = fields.Datetime(readonly=True, copy=False)

    @api.model
    def _protected(self):
        given = ("replaces_id", "confirmed_by_id", "confirmed_on")
        return {
            **super()._protected(),
            **dict.fromkeys(given, False),
            "author_ids": [],
            "state": "draft",
        }

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        if self.env.su and not is_system(self.env):
            # What comes with an installation isn't attributed to a user.
            as_system(policies).write({"state": "confirmed"})
        policies._note_author()
        return policies

    def write(self, vals):
        self._check_open()
        result = super().write(vals)
        self._note_author()
        return result

    def unlink(self):
        self._check_open()
        return super().unlink()

    def _is_ours_to_write(self):
        return self.env.su or is_system(self.env)

    def _check_open(self):
        """Refuse to edit what is in force, or was.

        :raise UserError: that says how it is changed instead
        """
        if self._is_ours_to_write():
            return
        for policy in self.filtered(lambda policy: policy.state != "draft"):
            raise UserError(
                self.env._(
                    "“%s” is or was in force, and stays as it was confirmed. Click "
                    "“New Version”, change that version, and have another person "
                    "confirm it.",
                    policy.name,
                )
            )

    def _note_author(self):
        if not self._is_ours_to_write():
            # The author is recorded, and can't be entered.
            authors = [fields.Command.link(self.env.uid)]
            as_system(self.sudo()).write({"author_ids": authors})

    # Actions

    def action_new_version(self):
        """Return the form of a version that can be changed, as an administrator."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "confirmed":
            raise UserError(self.env._("“%s” isn't in force.", self.name))
        version = self.search([("replaces_id", "=", self.id), ("state", "=", "draft")])
        if not version:
            version = self.copy({"name": self.name})
            as_system(version).write({"replaces_id": self.id})
        return open_form(version[:1], name=self.env._("New Version"))

    def action_confirm(self):
        """Put versions into force that others have written.

        :raise AccessError: if the user wrote it, is named in it, or has another role
        :raise UserError: if it isn't waiting, or says nothing
        """
        self.check_access("read")
        for policy in self:
            policy._check_may_confirm()
            policy._check_confirmable()
        for policy in self:
            # Role and person were checked; who confirms writes nothing else.
            policy.sudo()._put_into_force()
        log = self.env["customer.archive.log"]
        log._record("configuration", self, "confirmed")
        return True

    def _check_may_confirm(self):
        user = self.env.user
        if not user.has_groups(CONFIRMS_POLICIES):
            raise self._refusal(
                self.env._(
                    "Policies can be confirmed by compliance, management or an "
                    "administrator."
                ),
                "confirm",
            )
        # Whom it names counts, whatever the user sees of them.
        own = self.sudo()
        if user in own.author_ids | own.create_uid | own.step_ids.user_ids:
            raise self._refusal(
                self.env._(
                    "The authors of a policy, and users named in it, can't confirm "
                    "it: another person must do so (four-eyes principle)."
                ),
                "confirm",
            )

    def _check_confirmable(self):
        if self.state != "draft" or not self.active:
            raise UserError(self.env._("“%s” isn't awaiting confirmation.", self.name))
        if not self.step_ids and not self.is_ending:
            raise UserError(self.env._("“%s” has no steps.", self.name))
        if self.is_ending and not self.replaces_id:
            raise UserError(
                self.env._(
                    "“%s” isn't a version of another policy: there is nothing to end.",
                    self.name,
                )
            )
        if self.replaces_id and self.replaces_id.state != "confirmed":
            raise UserError(
                self.env._(
                    "The policy on which “%s” is based has been replaced: create a "
                    "new version of the policy in force.",
                    self.name,
                )
            )

    def _put_into_force(self):
        gone = {"state": "replaced", "active": False}
        as_system(self.replaces_id).write(gone)
        as_system(self).write(
            {
                "confirmed_by_id": self.env.uid,
                "confirmed_on": fields.Datetime.now(),
                **(gone if self.is_ending else {"state": "confirmed"}),
            }
        )
