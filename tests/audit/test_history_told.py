"""What changes is told on the record and in the access record: nobody silences it."""

import re
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from odoo.addons import mail
from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.models.history.customer_archive_guard import SILENCING

from ..support.common import ArchiveCase
from .history_case import talking_models

# Keys of the context that Odoo's chatter looks at, and that leave nothing out of it.
HARMLESS = {
    *("active_ids", "active_model", "lang", "object", "tz"),
    *(f"email_notification_{each}_header" for each in ("allow", "force")),
    *(f"email_notification_{each}_footer" for each in ("allow", "force")),
    *(f"empty_list_help_{each}" for each in ("document_name", "id", "model")),
    *("mail_catchall_aliases", "mail_catchall_write_any_to"),
    *("mail_notify_author", "mail_notify_author_mention", "mail_notify_force_send"),
    *("mail_post_autofollow", "mail_post_autofollow_author_skip"),
}
LOOKED_AT = re.compile(
    r"context(?:\.get\(|\[)[\"'](\w+)[\"']"
    r"|[\"'](\w+)[\"'] (?:not )?in self\.env\.context"
)


@tagged("post_install", "-at_install")
class TestHistoryTold(ArchiveCase, TransactionCase):
    """Requirements A2 and I3."""

    def test_a_draft_goes_with_what_was_said(self):
        draft = self.archive(partner=self.partner("草稿有限公司"))
        message = draft.message_post(body="x")
        draft.unlink()
        self.assertFalse(message.exists())

    # Silence

    def test_nobody_silences(self):
        """What the chatter tells, it tells whatever a client's context says."""
        quiet = dict.fromkeys(SILENCING, True)
        draft = self.archive(partner=self.partner("静音有限公司"))
        self.env.cr.flush()
        file = draft.with_user(self.users["sales"]).with_context(**quiet)
        file.write({"relation_stage": "intended", "security_level": "secret"})
        clerk = file.with_user(self.users["clerk"])
        clerk.write({"user_id": self.users["sales_other"].id})
        self.env.cr.flush()
        told = draft.sudo().message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertLessEqual({"relation_stage", "security_level", "user_id"}, set(told))
        new = (
            self.env["customer.archive"]
            .with_user(self.users["sales"])
            .with_context(**quiet)
            .create(
                {
                    "partner_id": self.partner("新档案有限公司").id,
                    "category_id": self.buyer.id,
                }
            )
        )
        self.assertTrue(new.sudo().message_ids)
        self.assertIn(self.users["sales"].partner_id, new.message_partner_ids)

    def test_an_action_isnt_silenced(self):
        """Nor does what goes on as superuser, or by the engine, believe it."""
        file = self.collect(self.archive(partner=self.partner("提交有限公司")))
        self.env.cr.flush()
        file = file.with_user(self.users["sales"]).with_context(tracking_disable=True)
        file.action_submit()
        self.env.cr.flush()
        told = file.sudo().message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertIn("state", told)

    def test_all_keys_are_known(self):
        """A key that Odoo's chatter begins to look at is noticed here."""
        found = set()
        for name in ("mail_thread", "mail_activity", "mail_activity_mixin"):
            text = Path(mail.__path__[0], "models", f"{name}.py").read_text()
            found |= {key for keys in LOOKED_AT.findall(text) for key in keys if key}
        self.assertEqual(found, HARMLESS | set(SILENCING))

    # The access record has it, too

    def test_every_tracked_field_is_recorded(self):
        """All fields whose changes the chatter tells, on all models."""
        checked = []
        for name in talking_models(self.env):
            model = self.env[name]
            tracked = {
                each
                for each, field in model._fields.items()
                if getattr(field, "tracking", None)
                and field.type not in ("char", "text", "html")
            }
            recorded = set(model._tracked_fields())
            self.assertEqual(tracked - recorded - {"state"}, set(), name)
            checked += recorded
        self.assertLessEqual(
            {
                "custodian_id",
                "department_id",
                "relation_stage",
                "security_level",
                "user_id",
            },
            set(checked),
        )

    def test_changes_are_recorded_with_old_and_new_codes(self):
        file = self.archive(partner=self.partner("变更有限公司"))
        rows = self.env["customer.archive.log"]
        domain = [("archive_id", "=", file.id), ("event", "=", "change")]
        before = rows.search(domain)
        other, clerk = self.users["sales_other"], self.users["clerk"]
        purchasing = self.departments["purchase"]
        sales = self.departments["sales"]
        file.with_user(self.users["sales"]).write(
            {
                "relation_stage": "intended",
                "security_level": "secret",
                "custodian_id": clerk.id,
                "note": "张三",
            }
        )
        file.with_user(clerk).write({"user_id": other.id})
        # As its category moves it, which nobody does by hand.
        as_system(file.sudo()).department_id = purchasing
        found = rows.search(domain) - before
        self.assertEqual(
            sorted(found.mapped("detail")),
            sorted(
                [
                    "relation_stage prospect > intended",
                    "security_level internal > secret",
                    f"custodian_id - > {clerk.id}",
                    f"department_id {sales.id} > {purchasing.id}",
                    f"user_id {self.users['sales'].id} > {other.id}",
                ]
            ),
        )
        self.assertEqual(set(found.user_id), {self.users["sales"], clerk})
        # Written once more, nothing has changed.
        file.with_user(self.users["sales_other"]).write({"relation_stage": "intended"})
        self.assertEqual(rows.search(domain) - before, found)
