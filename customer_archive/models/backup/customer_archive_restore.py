from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import ARCHIVIST
from ..common.sentinel import as_system
from .ir_attachment import DAMAGED


class CustomerArchiveRestore(models.Model):
    """Copies of a file put back from a backup, by whom, and what came of it 恢复."""

    _name = "customer.archive.restore"
    _description = "Restore"
    _inherit = ["customer.archive.guard"]
    _order = "id desc"
    _rec_name = "archive_id"

    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="archive_id.company_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        "res.users", string="Restored by", required=True, readonly=True
    )
    date = fields.Datetime(
        string="Time", required=True, readonly=True, default=fields.Datetime.now
    )
    checked = fields.Integer(string="Copies Checked", readonly=True, aggregator=None)
    restored = fields.Integer(string="Copies Restored", readonly=True, aggregator=None)
    missing = fields.Integer(
        string="Still Damaged or Missing", readonly=True, aggregator=None
    )
    state = fields.Selection(
        [
            ("nothing", "Nothing to Restore"),
            ("done", "Restored"),
            ("failed", "Not Restored"),
        ],
        string="Result",
        required=True,
        readonly=True,
        default="nothing",
    )
    note = fields.Text(string="What Happened", readonly=True)

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            **dict.fromkeys(("archive_id", "user_id", "note"), False),
            **dict.fromkeys(("checked", "restored", "missing"), 0),
            "company_id": None,
            "date": False,
            "state": "nothing",
        }

    @api.model
    def _check_may_restore(self, archive):
        if not self.env.user.has_group(ARCHIVIST):
            raise self._refusal(
                self.env._("Copies are restored from backups by archivists."), "restore"
            )
        if archive.state == "destroyed":
            raise self._refusal_destroyed(archive)

    def _refusal_destroyed(self, archive):
        message = self.env._(
            "%s was destroyed: its keys are gone for good, and no backup brings its "
            "content back.",
            archive.display_name,
        )
        log = self.env["customer.archive.log"]
        log._record_refusal(archive, "restore", message)
        return UserError(message)

    @api.model
    def _restored(self, archive, items):
        """Put back what is missing or altered of some items; return what was done.

        Called as superuser, after the role was checked.
        """
        copies = items.attachment_ids.filtered(lambda copy: copy.type == "binary")
        return self._restored_copies(archive, copies)

    @api.model
    def _restored_copies(self, archive, copies):
        found = dict(copies._archive_fixity())
        damaged = copies.filtered(lambda copy: found.get(copy) in DAMAGED)
        told = [copy._archive_put_back() for copy in damaged]
        back = sum(not text for text in told)
        state = "nothing"
        if damaged:
            state = "done" if back == len(damaged) else "failed"
        back_words = self.env._("Restored")
        notes = [
            f"{copy.name}: {text or back_words}"
            for copy, text in zip(damaged, told, strict=True)
        ]
        made = as_system(self).create(
            {
                "archive_id": archive.id,
                "user_id": self.env.uid,
                "checked": len(copies),
                "restored": back,
                "missing": len(damaged) - back,
                "state": state,
                "note": "\n".join(notes) or False,
            }
        )
        self.env["customer.archive.log"]._record("backup", archive, f"restored {state}")
        return self.browse(made.id)
