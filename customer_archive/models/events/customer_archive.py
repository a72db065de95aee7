from odoo import api, fields, models

from ..common.readers import may_read
from ..common.sentinel import as_system
from ..common.windows import open_dialog, window
from ..files.customer_archive import ENDED

QUICK_FORM = "customer_archive.view_customer_archive_event_quick_form"
NOTES = "customer.archive.event"
# Notes with something that somebody has to do.
TO_DO = fields.Domain("state", "in", ("planned", "open")) | fields.Domain(
    [("follow_up_date", "!=", False), ("followed_up_on", "=", False)]
)


class CustomerArchive(models.Model):
    """The notes on what happened with the party of a file 记事."""

    _inherit = "customer.archive"

    event_ids = fields.One2many(
        NOTES, "archive_id", string="Event Notes", readonly=True, copy=False
    )
    event_count = fields.Integer(
        compute="_compute_event_count", export_string_translation=False
    )

    @api.depends("event_ids")
    def _compute_event_count(self):
        groups = self.env[NOTES]._read_group(
            [("archive_id", "in", self.ids)], ["archive_id"], ["__count"]
        )
        counts = {file.id: count for file, count in groups}
        for file in self:
            file.event_count = counts.get(file._origin.id, 0)

    @api.model
    def _protected(self):
        return {**super()._protected(), "event_ids": []}

    @api.model
    def _names_only(self):
        return super()._names_only() - {"event_ids"}

    @api.model_create_multi
    def create(self, vals_list):
        files = super().create(vals_list)
        # Whose notes join is the party's affair, not of who opens the file.
        files.sudo()._join_notes()
        return files

    def write(self, vals):
        former = {file: file.user_id for file in self} if "user_id" in vals else {}
        result = super().write(vals)
        for file, user in former.items():
            if user and user != file.user_id:
                # Whoever hands a file over needn't see what was noted.
                file.sudo()._hand_over_notes(user)
        if "partner_id" in vals:
            self.sudo()._join_notes()
        if vals.get("state") in ENDED:
            # What is open for others ends with the file.
            self.sudo().event_ids._end_work()
        return result

    def _join_notes(self):
        """Take in the notes on the party from before; called as superuser.

        Those on another party, which the file was begun for by mistake, stay that
        party's.
        """
        for file in self.filtered(lambda each: each.state not in ENDED):
            strange = file.event_ids.filtered(
                lambda note, file=file: note.partner_id != file.partner_id
            )
            as_system(strange).write({"archive_id": False, "agreement_id": False})
            domain = [
                ("partner_id", "=", file.partner_id.id),
                ("company_id", "=", file.company_id.id),
                ("archive_id", "=", False),
            ]
            joining = self.env[NOTES].search(domain)
            if joining:
                as_system(joining).write({"archive_id": file.id})
                joining._record_note("joined")
                file._take_over_notes(joining)

    def _take_over_notes(self, notes):
        """Give the account manager what its responsible can't read on this file."""
        for user, part in notes.grouped("responsible_id").items():
            lost = part - part.filtered(lambda note, user=user: may_read(user, note))
            if lost and self.user_id:
                as_system(lost).write({"responsible_id": self.user_id.id})

    def _hand_over_notes(self, former):
        """Make the successor responsible for what the account manager had to do."""
        mine = [("archive_id", "=", self.id), ("responsible_id", "=", former.id)]
        notes = self.env[NOTES].search(fields.Domain(mine) & TO_DO)
        as_system(notes).write({"responsible_id": self.user_id.id or former.id})

    def _rows_to_erase(self):
        """Notes on the party that belong to no file go with its last file."""
        rows = super()._rows_to_erase()
        others = [
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        left = [*others, ("state", "!=", "destroyed"), ("id", "!=", self.id)]
        if self.search_count(left, limit=1):
            return rows
        loose = self.env[NOTES].search([*others, ("archive_id", "=", False)])
        return [*rows, loose] if loose else rows

    # Actions of the screen

    def action_new_event(self):
        """Return the short form for a note on this file."""
        self.ensure_one()
        self.check_access("read")
        return open_dialog(
            NOTES,
            self.env._("New Note"),
            {
                "default_archive_id": self.id,
                "default_partner_id": self.partner_id.id,
                "form_view_ref": QUICK_FORM,
            },
        )

    def action_open_events(self):
        """Return the notes of this file."""
        self.ensure_one()
        self.check_access("read")
        context = {"default_archive_id": self.id}
        context["default_partner_id"] = self.partner_id.id
        domain = [("archive_id", "=", self.id)]
        return window(
            NOTES,
            "list,kanban,calendar,form",
            name=self.env._("Event Notes"),
            domain=domain,
            context=context,
        )
