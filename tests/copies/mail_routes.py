"""The ways by which an attachment could leave with a message, to be walked."""

from odoo import Command

OUTSIDER = "outsider@example.com"


class Doors:
    """What one user can ask of Odoo with attachments that are given by id."""

    def __init__(self, case, user):
        self.env = case.env(user=user)
        # For what his rights don't reach, the code of other modules does.
        self.su = self.env(su=True)
        self.partner = self.su["res.partner"].create(
            {"name": "Test Door", "user_id": user.id}
        )
        self.outsider = self.su["res.partner"].create(
            {"name": "Outsider", "email": OUTSIDER}
        )

    def all(self):
        """Return {name: method that takes ids}."""
        names = [name for name in dir(self) if name.startswith("by_")]
        return {name: getattr(self, name) for name in names}

    def by_message_post(self, ids):
        self.partner.with_env(self.env).message_post(
            body="x", attachment_ids=ids, partner_ids=self.outsider.ids
        )

    def by_message_post_of_other_code(self, ids):
        self.partner.message_post(
            body="x", attachment_ids=ids, partner_ids=self.outsider.ids
        )

    def by_message_notify(self, ids):
        own = self.env.user.partner_id
        own.message_notify(body="x", attachment_ids=ids, partner_ids=self.outsider.ids)

    def by_message_mail_with_source(self, ids):
        self.partner.message_mail_with_source(
            "mail.message_origin_link",
            attachment_ids=ids,
            render_values={"self": self.partner, "origin": self.partner},
        )

    def by_composer(self, ids):
        composer = self.env["mail.compose.message"].create(
            {
                "composition_mode": "comment",
                "model": "res.partner",
                "res_ids": repr(self.env.user.partner_id.ids),
                "body": "x",
                "partner_ids": [Command.set(self.outsider.ids)],
                "attachment_ids": [Command.set(ids)],
            }
        )
        composer._action_send_mail()

    def by_composer_afterwards(self, ids):
        composer = self.env["mail.compose.message"].create(
            {"model": "res.partner", "res_ids": repr(self.env.user.partner_id.ids)}
        )
        composer.attachment_ids = [Command.link(each) for each in ids]

    def by_default_of_a_context(self, ids):
        composer = self.su["mail.compose.message"].with_context(
            default_attachment_ids=[Command.set(ids)]
        )
        composer.create({"model": "res.partner", "res_ids": repr(self.partner.ids)})

    def by_message(self, ids):
        self.su["mail.message"].create(
            {
                "model": "res.partner",
                "res_id": self.partner.id,
                "body": "x",
                "attachment_ids": [Command.link(each) for each in ids],
            }
        )

    def by_message_written(self, ids):
        message = self.partner.message_post(body="x")
        message.attachment_ids = [Command.set(ids)]

    def by_commands_through_the_record(self, ids):
        self.partner.write(
            {
                "message_ids": [
                    Command.create(
                        {
                            "model": "res.partner",
                            "body": "x",
                            "attachment_ids": [Command.set(ids)],
                        }
                    )
                ]
            }
        )

    def by_message_update_content(self, ids):
        message = self.partner.message_post(body="x")
        self.partner._message_update_content(message, body="y", attachment_ids=ids)

    def by_mail(self, ids):
        self.su["mail.mail"].create(
            {
                "email_to": OUTSIDER,
                "body_html": "x",
                "attachment_ids": [Command.set(ids)],
            }
        )

    def by_mail_unrestricted(self, ids):
        mail = self.su["mail.mail"].create({"email_to": OUTSIDER, "body_html": "x"})
        mail.unrestricted_attachment_ids = [Command.set(ids)]

    def by_template(self, ids):
        template = self.su["mail.template"].create(
            {
                "name": "x",
                "model_id": self.su["ir.model"]._get_id("res.partner"),
                "email_to": OUTSIDER,
                "attachment_ids": [Command.set(ids)],
            }
        )
        template.send_mail(self.partner.id)

    def by_template_with_values(self, ids):
        template = self.su["mail.template"].create(
            {
                "name": "x",
                "model_id": self.su["ir.model"]._get_id("res.partner"),
                "email_to": OUTSIDER,
            }
        )
        values = {"attachment_ids": [Command.link(each) for each in ids]}
        template.send_mail(self.partner.id, email_values=values)

    def by_scheduled_message(self, ids):
        self.su["mail.scheduled.message"].create(
            {
                "model": "res.partner",
                "res_id": self.partner.id,
                "author_id": self.env.user.partner_id.id,
                "scheduled_date": "2099-01-01 00:00:00",
                "body": "x",
                "partner_ids": [Command.set(self.outsider.ids)],
                "attachment_ids": [Command.set(ids)],
            }
        )

    def by_activity(self, ids):
        activity = self.partner.activity_schedule("mail.mail_activity_data_todo")
        activity.attachment_ids = [Command.set(ids)]

    def by_feedback(self, ids):
        activity = self.partner.activity_schedule("mail.mail_activity_data_todo")
        activity.action_feedback("x", attachment_ids=ids)

    def by_channel(self, ids):
        channel = self.su["discuss.channel"].create({"name": "x"})
        channel.message_post(body="x", attachment_ids=ids, message_type="comment")

    def by_product_document(self, ids):
        self.su["product.document"].create({"ir_attachment_id": ids[0]})

    def by_moving(self, ids):
        copies = self.su["ir.attachment"].browse(ids)
        copies.write({"res_model": "res.partner", "res_id": self.partner.id})
