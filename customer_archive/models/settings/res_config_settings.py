import os
from pathlib import Path

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError

from ..common.roles import ADMIN


def _is_inside_data(path):
    """Whether a path is under Odoo's data directory, and so in the same backup."""
    # Not pathlib's, which fails on a link to itself.
    data = os.path.realpath(tools.config["data_dir"])
    return bool(path) and Path(os.path.realpath(path)).is_relative_to(data)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    archive_number_format = fields.Char(
        related="company_id.archive_number_format", readonly=False, required=True
    )
    archive_number_padding = fields.Integer(
        related="company_id.archive_number_padding", readonly=False, required=True
    )
    archive_fonds = fields.Char(related="company_id.archive_fonds", readonly=False)
    archive_undertaking_text = fields.Text(
        related="company_id.archive_undertaking_text", readonly=False
    )
    archive_undertaking_months = fields.Integer(
        related="company_id.archive_undertaking_months", readonly=False, required=True
    )
    archive_training_required = fields.Boolean(
        related="company_id.archive_training_required", readonly=False
    )
    archive_acknowledge_days = fields.Integer(
        related="company_id.archive_acknowledge_days", readonly=False, required=True
    )
    archive_grant_days = fields.Integer(
        related="company_id.archive_grant_days", readonly=False, required=True
    )
    archive_loan_days = fields.Integer(
        related="company_id.archive_loan_days", readonly=False, required=True
    )
    archive_sharing_days = fields.Integer(
        related="company_id.archive_sharing_days", readonly=False, required=True
    )
    archive_tz = fields.Selection(
        related="company_id.archive_tz", readonly=False, required=True
    )
    archive_suite = fields.Selection(
        [("aes", "AES-256 with SHA-256"), ("sm", "SM4 with SM3")],
        string="Algorithms of New Keys",
        config_parameter="customer_archive.suite",
        default="aes",
        help="Existing keys are not changed and remain readable.",
    )
    # How the keystore is: for administrators of the customer files only.
    archive_keystore_state = fields.Selection(
        [
            ("unused", "Not in use yet"),
            ("ok", "OK"),
            ("broken", "Faulty"),
            ("copied", "Belongs to another database"),
        ],
        string="Keystore",
        compute="_compute_archive_keystore",
    )
    archive_keystore_path = fields.Char(
        string="Folder", compute="_compute_archive_keystore"
    )
    archive_keystore_problem = fields.Text(compute="_compute_archive_keystore")
    archive_keystore_keys = fields.Integer(
        string="Keys", compute="_compute_archive_keystore"
    )
    archive_keystore_master = fields.Char(
        string="Master Key", compute="_compute_archive_keystore"
    )
    archive_keystore_former = fields.Integer(
        string="Protected by a Former Master Key", compute="_compute_archive_keystore"
    )
    archive_keystore_tombstones = fields.Integer(
        string="Destroyed Keys", compute="_compute_archive_keystore"
    )
    archive_keystore_progress = fields.Integer(compute="_compute_archive_keystore")
    archive_keystore_rotation = fields.Char(compute="_compute_archive_keystore")
    archive_keystore_removable = fields.Boolean(compute="_compute_archive_keystore")
    archive_keystore_inside = fields.Boolean(compute="_compute_archive_keystore")

    # How old the last backup is: for whoever opens the page.
    archive_backup_state = fields.Selection(
        [
            ("none", "No target"),
            ("new", "No backup yet"),
            ("ok", "OK"),
            ("failed", "Last run failed"),
            ("overdue", "Overdue"),
        ],
        string="Backups",
        compute="_compute_archive_backup",
    )
    archive_backup_on = fields.Datetime(
        string="Last Backup", compute="_compute_archive_backup"
    )

    archive_lead_days = fields.Char(
        related="company_id.archive_lead_days", readonly=False, required=True
    )

    archive_review_days = fields.Integer(
        related="company_id.archive_review_days", readonly=False, required=True
    )
    archive_fixity_days = fields.Integer(
        related="company_id.archive_fixity_days", readonly=False, required=True
    )
    archive_fixity_rate = fields.Integer(
        related="company_id.archive_fixity_rate", readonly=False, required=True
    )
    archive_stocktake_date = fields.Date(
        related="company_id.archive_stocktake_date", readonly=False
    )
    archive_assess_months_high = fields.Integer(
        related="company_id.archive_assess_months_high", readonly=False, required=True
    )
    archive_assess_months_middle = fields.Integer(
        related="company_id.archive_assess_months_middle", readonly=False, required=True
    )
    archive_assess_months_low = fields.Integer(
        related="company_id.archive_assess_months_low", readonly=False, required=True
    )
    archive_inspection_months = fields.Integer(
        related="company_id.archive_inspection_months", readonly=False
    )
    archive_notice_hours = fields.Integer(
        related="company_id.archive_notice_hours", readonly=False, required=True
    )
    archive_notice_person_hours = fields.Integer(
        related="company_id.archive_notice_person_hours", readonly=False, required=True
    )
    archive_incident_loan_days = fields.Integer(
        related="company_id.archive_incident_loan_days", readonly=False
    )
    archive_incident_refusals = fields.Integer(
        related="company_id.archive_incident_refusals", readonly=False
    )
    archive_feedback_days = fields.Integer(
        related="company_id.archive_feedback_days", readonly=False, required=True
    )
    archive_registry_days = fields.Integer(
        related="company_id.archive_registry_days", readonly=False, required=True
    )

    archive_annual_month = fields.Selection(
        related="company_id.archive_annual_month", readonly=False, required=True
    )

    archive_annual_day = fields.Integer(
        related="company_id.archive_annual_day", readonly=False, required=True
    )

    archive_annual_days = fields.Integer(
        related="company_id.archive_annual_days", readonly=False, required=True
    )

    archive_register_days = fields.Integer(
        related="company_id.archive_register_days", readonly=False, required=True
    )

    archive_register_mailing = fields.Boolean(
        related="company_id.archive_register_mailing", readonly=False
    )

    archive_waiting_days = fields.Integer(
        related="company_id.archive_waiting_days", readonly=False, required=True
    )

    archive_unused_months = fields.Integer(
        related="company_id.archive_unused_months", readonly=False, required=True
    )

    archive_clearing_date = fields.Date(
        related="company_id.archive_clearing_date", readonly=False
    )

    def _compute_archive_keystore(self):
        health = {}
        if self.env.user.has_group(ADMIN):
            health = self.env["customer.archive.keyring"]._health()
        values = self._archive_keystore_values(health)
        for settings in self:
            settings.update(values)

    @api.model
    def _archive_keystore_values(self, health):
        """Return what the page shows of the keystore.

        :param health: as ``_health`` of the keyring gives it; empty to show nothing
        """
        state = health and ("ok" if health["ok"] else "broken")
        if health.get("code") in ("unused", "copied"):
            state = health["code"]
        keys = health.get("keys", 0)
        former = health.get("keys_under_old_masters", 0)
        done = keys - former
        return {
            "archive_keystore_state": state or False,
            "archive_keystore_path": health.get("path"),
            "archive_keystore_problem": health.get("words"),
            "archive_keystore_keys": keys,
            "archive_keystore_master": health.get("current_master"),
            "archive_keystore_former": former,
            "archive_keystore_tombstones": health.get("tombstones", 0),
            # Only all of them are a hundred per cent.
            "archive_keystore_progress": done * 100 // keys if keys else 100,
            "archive_keystore_rotation": self.env._(
                "%(done)s of %(all)s keys are protected by the current master key.",
                done=done,
                all=keys,
            ),
            "archive_keystore_removable": bool(health.get("removable")),
            "archive_keystore_inside": _is_inside_data(health.get("path")),
        }

    def _compute_archive_backup(self):
        # Odoo's administrators open this page, who needn't see the targets.
        targets = self.env["customer.archive.backup.target"].sudo()
        targets = targets.search([])  # pylint: disable=no-search-all
        states = set(targets.mapped("state"))
        worst = ("overdue", "failed", "new", "ok")
        state = next((state for state in worst if state in states), "none")
        done = targets.filtered(lambda target: target.holds == "contents")
        dates = [date for date in done.mapped("last_done_on") if date]
        self.archive_backup_state = state
        self.archive_backup_on = min(dates, default=False)

    @api.model
    def get_values(self):
        # By the keyring, which takes no other: the page opens whatever is stored.
        suite = self.env["customer.archive.keyring"]._suite()
        return {**super().get_values(), "archive_suite": suite}

    def set_values(self):
        before = self.env["customer.archive.keyring"]._suite()
        if self.archive_suite != before:
            self._check_archive_admin("suite")
        result = super().set_values()
        if self.archive_suite != before:
            log = self.env["customer.archive.log"]
            keys = self.env["customer.archive.keyring"]
            log._record("key", keys, f"suite {keys._suite()}")
        return result

    # Actions

    @api.model
    def action_rotate_master_key(self):
        """Begin to wrap all keys with a new master key.

        :raise AccessError: unless the user administers the customer files
        :raise UserError: if the keystore can't be used
        """
        self._check_archive_admin("rotate")
        self.env["customer.archive.keyring"]._rotate_master_key()
        return self._archive_told(
            self.env._(
                "There is a new master key: back it up. Keys are being moved to it now."
            )
        )

    @api.model
    def action_remove_master_key(self):
        """Remove the master keys that no key is wrapped with any more.

        :raise AccessError: unless the user administers the customer files
        :raise UserError: if there is none, or the keystore can't be used
        """
        self._check_archive_admin("retire")
        keys = self.env["customer.archive.keyring"]
        health = keys._health()
        if not health["ok"]:
            raise UserError(health["words"])
        if not health.get("removable"):
            raise UserError(
                self.env._("No former master key can be removed: all are still needed.")
            )
        for master in health["removable"]:
            keys._retire_master_key(master)
        return self._archive_told(self.env._("The former master key was removed."))

    @api.model
    def action_adopt_keystore(self):
        """Lead a restored database, which replaces the original, back to its keystore.

        :raise AccessError: unless the user administers the customer files
        :raise UserError: if it is no copy, or the original's keystore can't be used
        """
        self._check_archive_admin("adopt")
        self.env["customer.archive.keyring"]._adopt_keystore()
        return self._archive_told(
            self.env._("This database is the original again: its items can be read.")
        )

    @api.model
    def action_keep_as_copy(self):
        """Give a copy, such as for training, keys of its own.

        :raise AccessError: unless the user administers the customer files
        :raise UserError: if it is no copy
        """
        self._check_archive_admin("copy")
        self.env["customer.archive.keyring"]._keep_as_copy()
        return self._archive_told(
            self.env._("This copy now has its own keys: new items can be added.")
        )

    @api.model
    def _check_archive_admin(self, operation):
        if self.env.su or self.env.user.has_group(ADMIN):
            return
        keys = self.env["customer.archive.keyring"]
        self.env["customer.archive.log"]._record_refusal(keys, operation)
        raise AccessError(
            self.env._("Keys are managed by administrators of the customer files.")
        )

    @api.model
    def _archive_told(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
