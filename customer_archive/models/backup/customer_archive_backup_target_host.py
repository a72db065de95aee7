from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import backup
from ...tools.backup import place as places
from ...tools.backup import sftp
from ..common.sentinel import as_system
from .backup_words import words


class CustomerArchiveBackupTarget(models.Model):
    """By which key an SFTP server shows that it is the one that was set up.

    Who answers in its place would be told the password. So the server's key is fetched,
    compared by a person with what the server's administrator says, and held to.
    """

    _inherit = "customer.archive.backup.target"

    is_sftp = fields.Boolean(
        compute="_compute_is_sftp", export_string_translation=False
    )
    host_key = fields.Char(
        copy=False,
        help=(
            "The public key of an SFTP server, as its file such as "
            "/etc/ssh/ssh_host_ed25519_key.pub holds it. Backups go to this server "
            "only."
        ),
    )
    host_key_print = fields.Char(
        string="Confirmed Fingerprint", compute="_compute_host_key_print"
    )
    offered_key = fields.Char(string="Host Key to Confirm", readonly=True, copy=False)
    offered_key_print = fields.Char(
        string="Fingerprint to Confirm", compute="_compute_host_key_print"
    )

    @api.depends("url")
    def _compute_is_sftp(self):
        for target in self:
            target.is_sftp = (target.url or "").startswith(("sftp:", "ssh:"))

    @api.depends("host_key", "offered_key")
    def _compute_host_key_print(self):
        for target in self:
            target.host_key_print = _print_of(target.host_key)
            target.offered_key_print = _print_of(target.offered_key)

    @api.model
    def _protected(self):
        return {**super()._protected(), "offered_key": False}

    @api.constrains("host_key")
    def _check_host_key(self):
        for target in self.filtered("host_key"):
            try:
                sftp.parsed_key(target.host_key)
            except backup.BackupError as error:
                raise UserError(words(self.env, error)) from None

    def write(self, vals):
        if "url" in vals:
            moved = self.filtered(lambda target: target.url != vals["url"])
            if "host_key" not in vals:
                # It is another server's.
                super(CustomerArchiveBackupTarget, moved).write({"host_key": False})
            as_system(moved).write({"offered_key": False})
        return super().write(vals)

    def _options(self):
        options = super()._options()
        if self.is_sftp:
            options["host_key"] = self.host_key or ""
        return options

    def action_fetch_host_key(self):
        """Ask the server for its key, for somebody to compare.

        :raise AccessError: unless the user administers the customer files
        :raise UserError: if it doesn't answer, with the reason
        """
        self.ensure_one()
        self._check_administers("backup_target")
        try:
            # The role was checked; the options are nobody's to read.
            key = places.offered_key(self.url, self.sudo()._options())
        except backup.BackupError as error:
            raise UserError(words(self.env, error)) from None
        as_system(self).write({"offered_key": key})
        return True

    def action_confirm_host_key(self, shown=None):
        """Hold to the key that was fetched, after somebody compared it.

        :param str shown: ``offered_key_print`` as whoever confirms has seen it; without
            it what the form says that it showed
        :raise AccessError: unless the user administers the customer files
        :raise UserError: if another key was fetched since
        """
        self.ensure_one()
        self._check_administers("backup_target")
        if not self.offered_key:
            raise UserError(self.env._("Fetch the host key first."))
        if (shown or self.env.context.get("shown_key")) != self.offered_key_print:
            raise UserError(
                self.env._(
                    "The host key was fetched again after you read it: open the target "
                    "again, and compare the fingerprint before confirming."
                )
            )
        self.host_key = self.offered_key
        as_system(self).write({"offered_key": False})
        return True


def _print_of(key):
    """Return type and fingerprint of a key, as people compare them."""
    try:
        return f"{sftp.parsed_key(key)[0]} {sftp.fingerprint(key)}"
    except backup.BackupError:
        return False
