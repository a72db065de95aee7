from odoo import fields, models

from .engine import as_engine

RUN = "customer.archive.register.run"
# Larger workbooks are downloaded instead, in bytes.
MAIL_LIMIT = 10 * 1024 * 1024


class CustomerArchiveRegisterRun(models.Model):
    """Exports that a schedule asked for, and mails with them."""

    # pylint: disable=consider-merging-classes-inherited
    _inherit = RUN

    schedule_id = fields.Many2one(
        "customer.archive.register.schedule",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="customer_archive.group_admin",
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
            words = told.env._("Not mailed: you have no e-mail address.")
            as_engine(self).write({"message": words})
            return
        fits = self.attachment_id.file_size <= MAIL_LIMIT
        values = {"auto_delete": True}
        if fits:
            values["attachment_ids"] = [(4, self.attachment_id.id)]
        template = self.env.ref("customer_archive.mail_template_register_run")
        template = template.with_context(too_large=not fits)
        template.send_mail(self.id, email_values=values)
        log = self._as_user().env["customer.archive.log"]
        log._record("export", self, f"mailed {'workbook' if fits else 'link'}")
