"""What was said on our records isn't shown by other records that point to it.

Odoo shows the message that another one answers, or that a channel began with, to
whoever sees the other. Which fields point to messages is looked up: a module that is
installed next year is held to it, too.
"""

from odoo import api, models, tools
from odoo.exceptions import AccessError

from ..common.customer_archive_guard import is_ours
from ..common.sentinel import is_system, is_vouched

MESSAGE = "mail.message"
# What readers add to a message, by routes of Odoo's that ask whether they may read it.
ADDED_BY_READERS = {
    "mail.message.link.preview",
    "mail.message.reaction",
    "mail.message.translation",
}
# What Odoo sends of what the user has just written.
SENT = {"sms.sms", "snailmail.letter"}


def _pointing_refused(messages):
    """Return the error that refuses to point to messages, after recording it."""
    env = messages.env
    error = env._(
        "Messages on a customer file are shown on the file only: other messages or "
        "records can't reply to them or link to them."
    )
    log = env["customer.archive.log"]
    for message in messages.sudo():
        record = env[message.model].sudo().browse(message.res_id).exists()
        log._record_refusal(record, "point", error)
    return AccessError(error)


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        given = self.env.context.get("default_parent_id")
        return super().create(
            [
                self._without_hidden_parent({"parent_id": given, **vals})
                if vals.get("parent_id", given)
                else vals
                for vals in vals_list
            ]
        )

    def write(self, vals):
        if vals.get("parent_id") and not is_system(self.env):
            about = {(each.model, each.res_id) for each in self.sudo()}
            hidden = self._parent_elsewhere(vals["parent_id"], about)
            if hidden:
                raise _pointing_refused(hidden.sudo(False))
        return super().write(vals)

    @api.model
    def _without_hidden_parent(self, vals):
        """Return the values of a message that answers none of another record.

        Mails may answer anything, and have to arrive: nothing is refused.
        """
        about = (vals.get("model") or False, vals.get("res_id") or False)
        if self._parent_elsewhere(vals["parent_id"], {about}):
            return {**vals, "parent_id": False}
        return vals

    @api.model
    def _parent_elsewhere(self, parent_id, about):
        """Return the parent if it was said on our record, and not on those alone.

        :param about: set of (model, id)
        """
        # Where it was said decides for everybody.
        parent = self.sudo().browse(parent_id).exists()
        if is_ours(parent.model) and about != {(parent.model, parent.res_id)}:
            return parent
        return self.browse()


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if names := records._archive_message_fields():
            records._archive_check_points(names)
        return records

    def write(self, vals):
        result = super().write(vals)
        if names := self._archive_message_fields() & vals.keys():
            self._archive_check_points(names)
        return result

    @api.model
    @tools.ormcache()
    def _archive_message_fields(self):
        """Return the names of the fields by which this model points to messages."""
        if is_ours(self._name) or self._name == MESSAGE:
            return frozenset()
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.type in ("many2one", "many2many")
            and field.comodel_name == MESSAGE
            and field.store
            and not field.inherited
        )

    def _archive_check_points(self, names):
        """Check that these point to nothing that was said on our records.

        Mails and notifications do, which the thread itself makes.

        :raise AccessError: if they do
        """
        if is_vouched(self.env) or (self.env.su and self._name in ADDED_BY_READERS):
            return
        # Where it was said decides for everybody.
        pointed = self.env[MESSAGE].sudo().union(*map(self.sudo().mapped, names))
        hidden = pointed.filtered(lambda message: is_ours(message.model))
        if self.env.su and self._name in SENT:
            hidden = hidden.filtered(lambda each: each.create_uid != self.env.user)
        if hidden:
            raise _pointing_refused(hidden.sudo(False))
