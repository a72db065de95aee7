from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import BLOCKERS
from ..common.sentinel import as_system
from ..common.values import is_text
from ..files.customer_archive import ENDED


class CustomerArchive(models.Model):
    """Data whose purpose has ended and that law makes one keep 停止处理.

    Requirement F7 (PIPL, article 47): kept and not used. Daily work doesn't find the
    file, by a record rule; the party is out of use and gives no new orders.
    """

    _inherit = "customer.archive"

    is_blocked = fields.Boolean(string="Blocked", readonly=True, copy=False)
    blocked_by_id = fields.Many2one(
        "res.users", string="Blocked by", readonly=True, copy=False
    )
    blocked_on = fields.Datetime(string="Blocked on", readonly=True, copy=False)
    block_reason = fields.Text(string="Blocking Reason", readonly=True, copy=False)
    can_block = fields.Boolean(
        compute="_compute_can_block", export_string_translation=False
    )
    can_unblock = fields.Boolean(
        compute="_compute_can_block", export_string_translation=False
    )
    blocked_contacts = fields.Json(
        groups=fields.NO_ACCESS,
        copy=False,
        export_string_translation=False,
        help="IDs of the contacts that are reactivated together with the party.",
    )

    _blocked = models.Index("(id) WHERE is_blocked IS TRUE")

    @api.depends("is_blocked", "blocked_by_id", "state")
    @api.depends_context("uid")
    def _compute_can_block(self):
        may = self.env.user.has_groups(BLOCKERS)
        for archive in self:
            kept = may and archive.state != "destroyed"
            archive.can_block = kept and not archive.is_blocked
            other = archive.blocked_by_id != self.env.user
            archive.can_unblock = kept and archive.is_blocked and other

    @api.model
    def _protected(self):
        names = ("is_blocked", "blocked_by_id", "blocked_on", "block_reason")
        return {
            **super()._protected(),
            **dict.fromkeys(names, False),
        }

    @api.model_create_multi
    def create(self, vals_list):
        archives = super().create(vals_list)
        for company, files in archives.grouped("company_id").items():
            files.partner_id._archive_check_not_blocked(company)
        return archives

    def action_block(self, reason):
        """Block files: kept, and out of daily use.

        :param str reason: why; part of the access record
        :raise AccessError: unless the user is compliance or legal
        :raise UserError: unless the file is there and not blocked yet
        """
        self._check_may_block("block", reason)
        for archive in self:
            if archive.is_blocked or archive.state == "destroyed":
                raise UserError(
                    self.env._(
                        "%s has already been blocked or destroyed.",
                        archive.display_name,
                    )
                )
        # sudo: the role was checked; blocked files can't be written manually.
        files = as_system(self.sudo())
        files.write(
            {
                "is_blocked": True,
                "blocked_by_id": self.env.uid,
                "blocked_on": fields.Datetime.now(),
                "block_reason": reason.strip(),
            }
        )
        self.env["customer.archive.log"]._record("hold", self, "blocked", reason)
        for archive in files:
            archive._put_party_out_of_use()
        return True

    def action_unblock(self, reason):
        """Release blocked files, as another person than the one who blocked them.

        :param str reason: why; part of the access record
        :raise AccessError: unless the user is compliance or legal, and somebody else
            blocked the file
        """
        self._check_may_block("unblock", reason)
        for archive in self:
            if not archive.is_blocked:
                raise UserError(self.env._("%s isn't blocked.", archive.display_name))
            if archive.blocked_by_id == self.env.user:
                raise archive._refusal(
                    self.env._(
                        "You blocked this file: another person must release it."
                    ),
                    "unblock",
                )
        # Role and person were checked.
        files = as_system(self.sudo())
        domain = [("partner_id", "in", files.partner_id.ids)]
        taken = files.search(domain).mapped("blocked_contacts")
        ids = {each for some in taken for each in some or ()}
        contacts = self.env["res.partner"].sudo().browse(ids).exists()
        files.write(
            {
                "is_blocked": False,
                "blocked_by_id": False,
                "blocked_on": False,
                "block_reason": False,
                "blocked_contacts": False,
            }
        )
        self.env["customer.archive.log"]._record("hold", self, "unblocked", reason)
        as_system(contacts).write({"active": True})
        return True

    def _check_may_block(self, operation, reason):
        self.check_access("read")
        self._wait_for_others()
        if not self.env.user.has_groups(BLOCKERS):
            raise self._refusal(
                self.env._("Files are blocked and released by compliance or legal."),
                operation,
            )
        if not is_text(reason):
            raise UserError(self.env._("Enter a reason."))

    def _put_party_out_of_use(self):
        """Take the party and its contacts out of use, unless another company has it."""
        self.ensure_one()
        party = self.partner_id
        domain = [
            ("partner_id", "=", party.id),
            ("state", "not in", ENDED),
            ("is_blocked", "=", False),
        ]
        if self.search_count(domain, limit=1):
            return
        contacts = self.env["res.partner"].sudo()
        contacts = contacts.search([("commercial_partner_id", "=", party.id)])
        self.blocked_contacts = contacts.ids
        as_system(contacts).write({"active": False})

    def action_open_block(self):
        """Return the dialog that blocks these files."""
        self.check_access("read")
        return self._open_restrain(self.env._("Block"), "block")

    def action_open_unblock(self):
        """Return the dialog that releases these files."""
        self.check_access("read")
        return self._open_restrain(self.env._("Release"), "unblock")
