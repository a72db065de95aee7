import contextlib
import json
import os
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config

import odoo.addons

from ...tools import backup
from ...tools.backup import place as places
from ..common.roles import ADMIN
from ..common.sentinel import as_system
from ..common.windows import open_list
from .backup_words import words

OPTIONS = "options"
# A day's run, and a day in which somebody sees to its failure.
OVERDUE = timedelta(days=2)


class CustomerArchiveBackupTarget(models.Model):
    """A place that backups are written to, or the keys for them 备份目标."""

    _name = "customer.archive.backup.target"
    _description = "Backup Target"
    _inherit = ["customer.archive.guard", "customer.archive.configured"]
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    holds = fields.Selection(
        [
            ("contents", "Files and database"),
            ("keys", "Keystore and anchors"),
            ("exports", "Exports of the electronic tree"),
        ],
        string="What Is Kept There",
        required=True,
        default="contents",
        help=(
            "Keys never lie where the contents do, nor do exports, which are "
            "decrypted. Master keys are not copied: keep them apart from all."
        ),
    )
    url = fields.Char(
        string="Folder or URL",
        required=True,
        help="Such as /mnt/backup, sftp://server/folder, webdav://folder or s3://bucket.",
    )
    options = fields.Char(
        string="New Options (JSON)",
        compute="_compute_options",
        inverse="_inverse_options",
        help=(
            "What this kind of target needs, such as user and password. Encrypted on "
            "saving, and never shown again."
        ),
    )
    ciphertext = fields.Char(groups=fields.NO_ACCESS, prefetch=False, copy=False)
    has_options = fields.Boolean(
        string="Options Are Stored", compute="_compute_has_options", compute_sudo=True
    )
    keep_daily = fields.Integer(string="Daily Backups to Keep", default=14)
    keep_weekly = fields.Integer(string="Weekly Backups to Keep", default=8)
    prepared_on = fields.Datetime(string="In Use since", readonly=True, copy=False)
    backup_ids = fields.One2many(
        "customer.archive.backup", "target_id", string="Backups", readonly=True
    )
    last_done_on = fields.Datetime(string="Last Backup", compute="_compute_state")
    state = fields.Selection(
        [
            ("new", "No backup yet"),
            ("ok", "OK"),
            ("failed", "Last run failed"),
            ("overdue", "Overdue"),
        ],
        string="Status",
        compute="_compute_state",
    )

    _keeps_some = models.Constraint(
        "CHECK (keep_daily > 0 AND keep_weekly > 0)",
        "Keep at least one daily and one weekly backup.",
    )

    def _compute_options(self):
        """Nothing ever comes out here."""
        self.options = False

    @api.depends("ciphertext")
    def _compute_has_options(self):
        for target in self:
            target.has_options = bool(target.ciphertext)

    def _inverse_options(self):
        for target in self:
            if target.options:
                target._seal_options(target.options)
            else:
                # The writer may write this value.
                as_system(target.sudo()).write({"ciphertext": False})
        # What was typed doesn't stay, not even until the form is read again.
        self.invalidate_recordset([OPTIONS])

    def _seal_options(self, text):
        with contextlib.suppress(ValueError):
            if isinstance(json.loads(text), dict):
                keys = self.env["customer.archive.keyring"]
                # The writer may write this value; the key is the system's.
                key = keys._named_key(backup.sealing.KEY_NAME)
                sealed = keys._seal(key, self, OPTIONS, self.id, text.encode())
                as_system(self.sudo()).write({"ciphertext": sealed})
                return
        raise UserError(
            self.env._('Enter options as JSON, such as {"username": "backup"}.')
        )

    @api.depends("backup_ids.state", "backup_ids.ended_on", "prepared_on", "holds")
    def _compute_state(self):
        last = self._last_runs("ended_on", [("state", "in", ("done", "removed"))])
        failed = self._last_runs("ended_on", [("state", "=", "failed")])
        now = fields.Datetime.now()
        for target in self:
            done = target.last_done_on = last.get(target.id, False)
            if target.holds == "exports":
                # No backup is made there.
                target.state = False
                continue
            broken = failed.get(target.id)
            since = done or target.prepared_on or target.create_date or now
            if now - since > OVERDUE:
                target.state = "overdue"
            elif broken and (not done or broken > done):
                target.state = "failed"
            else:
                target.state = "ok" if done else "new"

    def _last_runs(self, name, domain):
        # The state of a target is no secret to who sees the target.
        rows = (
            self.env["customer.archive.backup"]
            .sudo()
            ._read_group(
                [("target_id", "in", self.ids), *domain], ["target_id"], [f"{name}:max"]
            )
        )
        return {target.id: moment for target, moment in rows}

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            "prepared_on": False,
            "backup_ids": [],
        }

    @api.constrains("url", "holds", "active", "ciphertext")
    def _check_apart(self):
        """Refuse a place that can't be one, and one for several kinds of content."""
        for target in self:
            try:
                places.parsed(target.url)
                target._check_not_served()
            except backup.BackupError as error:
                raise UserError(words(self.env, error)) from None
        # Of all of them, whoever sees which.
        every = self.sudo().search([])  # pylint: disable=no-search-all
        where = [(target.holds, target._where()) for target in every]
        for kind in ("keys", "exports"):
            apart = [place for holds, place in where if holds == kind]
            for holds, place in where:
                if holds != kind and any(_within(place, each) for each in apart):
                    error = places.apart(kind, holds, place)
                    raise UserError(words(self.env, error))

    def _check_not_served(self):
        """Check that it is no folder of Odoo's own.

        :raise BackupError: "served", naming the folder
        """
        for folder in _folders_of_odoo():
            if self._where().startswith(places.where(folder, {})):
                raise backup.BackupError("served", folder)

    def _where(self):
        return places.where(self.url, self._options())

    def write(self, vals):
        if {"url", "holds"} & vals.keys():
            moved = self.filtered(
                lambda target: any(
                    name in vals and vals[name] != target[name]
                    for name in ("url", "holds")
                )
            )
            if moved.backup_ids.filtered(lambda run: run.state == "running"):
                raise UserError(
                    self.env._("A backup is running on this target: wait for its end.")
                )
            # It is looked at anew what is there.
            as_system(moved).write({"prepared_on": False})
            if "url" in vals and OPTIONS not in vals:
                # No other server is told the password of this one.
                as_system(moved.sudo()).write({"ciphertext": False})
        return super().write(vals)

    # The place itself

    def _options(self):
        """Return what opens the place, decrypted; it never leaves the server."""
        own = self.sudo()
        if not own.ciphertext:
            return {}
        keys = self.env["customer.archive.keyring"]
        return json.loads(keys._open(self, OPTIONS, self.id, own.ciphertext))

    def _place(self):
        """Return the place of this target, as it is now.

        :raise BackupError: if it can't be reached, or isn't what it was
        """
        database = self.env["customer.archive.keyring"]._database()
        # Where it leads may have changed since it was entered.
        self._check_not_served()
        place = backup.Place(self.url, self._options(), database)
        if self.prepared_on:
            place.check(self.holds)
        return place

    def _prepare(self):
        """Return the place, begun if it is used for the first time."""
        place = self._place()
        if not self.prepared_on:
            known = place.marked()
            place.mark(self.holds)
            if not known:
                # Nothing of what was written elsewhere is here.
                self._forget()
            as_system(self).write({"prepared_on": fields.Datetime.now()})
        return place

    def _forget(self):
        domain = [("target_id", "=", self.id)]
        as_system(self.env["customer.archive.backup.content"]).search(domain).unlink()
        runs = self.env["customer.archive.backup"].search(
            [*domain, ("state", "=", "done")]
        )
        as_system(runs).write({"state": "removed"})

    # Actions

    def action_test(self):
        """Write to the target and read it again; say whether that works.

        :raise AccessError: unless the user administers the customer files
        :raise UserError: if it doesn't work, with the reason
        """
        self.ensure_one()
        self._check_administers("backup_target")
        try:
            # The role was checked; the options are nobody's to read.
            place = self.sudo()._place()
            place.put_bytes("tmp/test", b"test")
            place.read("tmp/test")
            place.remove(["tmp/test"])
            told = place.marked()
            if told and told.get("holds") != self.holds:
                raise places.apart(told.get("holds"), self.holds, self.url)
        except backup.BackupError as error:
            raise UserError(words(self.env, error)) from None
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The target can be written to and read."),
            },
        }

    def action_open_backups(self):
        """Return the list of the runs on this target."""
        self.ensure_one()
        self.check_access("read")
        domain = [("target_id", "=", self.id)]
        return open_list("customer.archive.backup", self.env._("Backups"), domain)

    def action_back_up(self):
        """Begin a backup of what changed; it runs in the background.

        :raise AccessError: unless the user administers the customer files
        """
        self.check_access("read")
        self._check_administers("backup_run")
        if "exports" in self.mapped("holds"):
            raise UserError(self.env._("No backup is made on a target for exports."))
        # The role was checked; runs are written by nobody.
        self.sudo()._begin("daily", self.env.user)
        self.env.ref("customer_archive.cron_backup_daily").sudo()._trigger()
        return self.action_open_backups() if len(self) == 1 else True

    def _check_administers(self, operation):
        if not self.env.user.has_group(ADMIN):
            raise self._refusal(
                self.env._("Backups are set up by administrators of the files."),
                operation,
            )


def _folders_of_odoo():
    """Return where its programs are, whose static files anybody gets, and its data."""
    data = [
        os.path.join(config["data_dir"], name) for name in ("filestore", "sessions")
    ]
    return [*odoo.addons.__path__, *odoo.__path__, *data]


def _within(place, other):
    """Whether one of two places lies in the other."""
    return place.startswith(other) or other.startswith(place)
