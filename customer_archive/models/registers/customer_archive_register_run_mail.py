from odoo import fields, models

from ..common.internal_job import as_job
from ..common.roles import ADMIN
from ..common.sentinel import as_system

# Larger workbooks are downloaded instead, in bytes.
MAIL_LIMIT = 10 * 1024 * 1024
JOB = "register_mail"


class CustomerArchiveRegisterRun(models.Model):
    """Exports that a schedule asked for, and mails with them."""

    _inherit = "customer.archive.register.run"

    schedule_id = fields.Many2one(
        "customer.archive.register.schedule",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=ADMIN,
    )
    is_mailed = fields.Boolean(string="By E-mail", readonly=True)

    def _tell_done(self):
        result = super()._tell_done()
        if self.is_mailed and self.company_id.archive_register_mailing:
            self._mail()
        return result

    def _mail(self):
        """Mail the workbook, or how to get it if it is too large."""
        if not self.user_id.email:
            told = self.with_context(lang=self.user_id.lang)
            words = told.env._("Not e-mailed: you have no e-mail address.")
            as_system(self).write({"message": words})
            return
        fits = self.attachment_id.file_size <= MAIL_LIMIT
        values = {"auto_delete": True}
        if fits:
            values["attachment_ids"] = [(4, self.attachment_id.id)]
        template = self.env.ref("customer_archive.mail_template_register_run")
        template = as_job(template.with_context(too_large=not fits), JOB)
        mail = self.env["mail.mail"].sudo()
        mail = mail.browse(template.send_mail(self.id, email_values=values))
        mail.archive_run_id = self
        log = self._as_user().env["customer.archive.log"]
        log._record("export", self, f"mailed {'workbook' if fits else 'link'}")

    def _is_mailed_by(self, mail):
        """Whether this run's workbook may leave by a mail: to its user, and alone.

        Templates and mails are administrators' to alter until they are sent.
        """
        if not self or not self.company_id.archive_register_mailing:
            return False
        papers = mail.attachment_ids._archive_papers()
        return (
            papers == self.attachment_id
            and mail.recipient_ids == self.user_id.partner_id
            and not mail.email_to
            and not mail.email_cc
        )
