"""No paper lies in a text: pictures are written into none of ours.

Editors write a picture that is pasted into the text itself, where a scan would be kept
in plain, read by whoever reads the text.
"""

import re

from odoo import api, models
from odoo.exceptions import UserError

from ..common.customer_archive_guard import is_ours

# However it is written: an image, a link, or a style.
EMBEDDED = re.compile(
    r"data:\s*(?:image|application|text)/|;\s*base64\s*,", re.IGNORECASE
)


def check_text(record, text, about=None):
    """Check that a text holds no embedded content.

    :param about: our record that the text is about; else the first argument
    :raise UserError: with the way to an item; the attempt is recorded
    """
    if not text or not EMBEDDED.search(str(text)):
        return
    message = record.env._(
        "Images can't be stored in texts, where they would not be encrypted: "
        "attach documents to an item of the file's checklist, and write the text "
        "without images."
    )
    log = record.env["customer.archive.log"]
    log._record_refusal(record if about is None else about, "attach", message)
    raise UserError(message)


class CustomerArchiveGuard(models.AbstractModel):
    _inherit = "customer.archive.guard"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self.browse()._check_pictures(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_pictures(vals)
        return super().write(vals)

    def _check_pictures(self, vals):
        for name in vals:
            field = self._fields.get(name)
            if field is not None and field.type == "html":
                check_text(self, vals[name])


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        activities._check_pictures()
        return activities

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"feedback", "note", "res_id", "res_model", "res_model_id"}:
            self._check_pictures()
        return result

    def _action_done(self, feedback=False, attachment_ids=None):
        self._check_pictures(feedback)
        return super()._action_done(feedback, attachment_ids)

    def _check_pictures(self, feedback=False):
        """Check notes and feedback of activities on our records."""
        # What they are about decides for everybody.
        ours = self.sudo().filtered(lambda each: is_ours(each.res_model))
        for activity in ours:
            about = self.env[activity.res_model].browse(activity.res_id)
            for text in (activity.note, activity.feedback, feedback):
                check_text(self, text, about)
