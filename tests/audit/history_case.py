"""A record of each model on which something is said, with something said on it."""

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.customer_archive_guard import is_ours

from ..rights.rights_fixtures import RightsGround
from ..support.common import ArchiveCase

MESSAGE, TRACKING, COPY = "mail.message", "mail.tracking.value", "ir.attachment"
QUIET = ("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.sql_db")
# What nobody may alter, as it is stored.
STORED = (
    "SELECT m.id, m.body, m.subject, m.author_id, m.email_from, m.date, m.message_type,"
    " m.subtype_id, m.model, m.res_id, m.parent_id, m.mail_activity_type_id,"
    " ARRAY(SELECT attachment_id FROM message_attachment_rel r"
    "  WHERE r.message_id = m.id ORDER BY 1),"
    " ARRAY(SELECT row_to_json(t)::text FROM mail_tracking_value t"
    "  WHERE t.mail_message_id = m.id ORDER BY t.id)"
    " FROM mail_message m WHERE m.model LIKE 'customer.archive%%' AND m.id <= %s"
    " ORDER BY m.id"
)


def talking_models(env):
    """Return the models of the customer files on which something is said."""
    talking = env.registry["mail.thread"], env.registry["mail.activity.mixin"]
    return [
        name
        for name, model in sorted(env.items())
        if is_ours(name)
        and not (model._abstract or model._transient)
        and isinstance(model, talking)
    ]


class HistoryCase(ArchiveCase):
    """Mixed into an HttpCase. Its ground takes long: one class has what needs it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ground = RightsGround(cls)
        # The administrator of the system, too.
        cls.people = {**cls.users, "system": cls.env.ref("base.user_admin")}
        cls.records = {}
        for name in talking_models(cls.env):
            found = cls.env[name].sudo().search([], order="id", limit=1)
            assert found, f"Nothing to try on: make a record of {name}"
            cls.records[name] = cls.ground.subjects[name].get("active", found)
        cls.said = {}
        for name, record in cls.records.items():
            if "message_ids" in record._fields:
                cls.said[name] = cls.say(record)
        cls.env.flush_all()

    @classmethod
    def say(cls, record):
        """Have somebody say something on a record, with an old and a new value."""
        author = cls.users["compliance"].partner_id
        paper = cls.env[COPY].sudo().create({"name": "图.png", "raw": b"x"})
        message = record.sudo().message_post(
            body="同意注销",
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        # As it was attached before papers were kept from messages.
        cls.env.cr.execute(
            "INSERT INTO message_attachment_rel (message_id, attachment_id)"
            " VALUES (%s, %s)",
            [message.id, paper.id],
        )
        field = cls.env["ir.model.fields"]._get(record._name, "create_uid")
        cls.env[TRACKING].sudo().create(
            {
                "mail_message_id": message.id,
                "field_id": field.id,
                "old_value_char": "intended",
                "new_value_char": "terminated",
            }
        )
        cls.env.invalidate_all()
        return message

    def stored(self, last):
        self.env.flush_all()
        self.env.cr.execute(STORED, [last])
        return self.env.cr.fetchall()

    def last_message(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT MAX(id) FROM mail_message")
        return self.env.cr.fetchone()[0]

    def attempt(self, way):
        """Try something; return what it gave, None if it was refused."""
        try:
            with mute_logger(*QUIET):
                result = way()
                self.env.flush_all()
                return result
        except (AccessError, UserError, ValueError, KeyError):
            return None
