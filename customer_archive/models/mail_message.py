from odoo import models


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _get_forbidden_access(self, operation):
        """Nobody writes on a file that he reads by a grant alone, or not at all.

        Odoo lets followers, and those whom a message addressed, write on any record.
        """
        forbidden = super()._get_forbidden_access(operation)
        if operation != "create" or self.env.su:
            return forbidden
        files = self.env["customer.archive"]
        # What the messages are about is no more to their author than to anybody.
        about = (self - forbidden).sudo()
        for message in about.filtered(lambda each: each.model == files._name):
            archive = files.browse(message.res_id).exists()
            if archive and not archive._is_read_for_good(self.env.user):
                forbidden += message.sudo(False)
        return forbidden
