from odoo import fields, models

from ..common.internal_job import as_job
from .customer_archive_register_run_mail import JOB


class MailMail(models.Model):
    """Mails with a workbook: read by the superuser, who is closed out otherwise."""

    _inherit = "mail.mail"

    archive_run_id = fields.Many2one(
        "customer.archive.register.run",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=fields.NO_ACCESS,
        export_string_translation=False,
    )

    def _prepare_outgoing_list(self, *args, **kwargs):
        mail = self
        # Whether it may leave is looked up for everybody: mails are queued.
        known = self.sudo()
        if known.archive_run_id._is_mailed_by(known):
            mail = as_job(self, JOB)
        return super(MailMail, mail)._prepare_outgoing_list(*args, **kwargs)
