from odoo import models

from ..common.customer_archive_guard import is_ours

FILE = "customer.archive"


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _get_forbidden_access(self, operation):
        """Who may edit a record writes on it, and who has to decide it at the moment.

        Odoo lets followers, and those whom a message addressed, write on any record;
        and who edits a record edits what was said on it.
        """
        forbidden = super()._get_forbidden_access(operation)
        if operation == "read" or self.env.su:
            return forbidden
        # What the messages are about is no more to their author than to anybody.
        about = (self - forbidden).sudo().filtered(lambda each: is_ours(each.model))
        if operation != "create":
            return forbidden + about.sudo(False)
        for model, messages in about.grouped("model").items():
            forbidden += messages._not_for_author(model, "create").sudo(False)
        return forbidden

    def _not_for_author(self, model, mode):
        """Return those of these messages that the user may not write on a record."""
        ids = self.mapped("res_id")
        if not ids:
            return self
        finding = self.browse().sudo(False)
        allowed = finding._filter_records_for_message_operation(model, ids, mode)
        if "approver_ids" in allowed._fields and mode != "read":
            asked = self.env[model].sudo(False).browse(ids).exists()
            asked = asked._filtered_access("read")
            allowed |= asked.filtered(lambda each: self.env.user in each.approver_ids)
        if model == FILE:
            # Who reads by a grant alone says nothing there.
            allowed = allowed.filtered(
                lambda archive: archive._has_permanent_access(self.env.user)
            )
        return self.filtered(lambda message: message.res_id not in allowed.ids)
