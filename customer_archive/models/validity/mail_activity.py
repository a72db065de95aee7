from odoo import fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    archive_digest = fields.Boolean(
        groups="base.group_system",
        copy=False,
        export_string_translation=False,
        help="The user is notified by the next digest.",
    )

    _archive_digest_due = models.Index("(user_id) WHERE archive_digest IS TRUE")
