from odoo import fields
from odoo.tests import TransactionCase, tagged

from .record_case import RecordedCase


@tagged("post_install", "-at_install")
class TestIrCron(RecordedCase, TransactionCase):
    """I3: no scheduled action of ours is put off unnoticed."""

    def test_recorded(self):
        own = self.env.ref("customer_archive.cron_validity")
        other = self.env.ref("base.autovacuum_job")
        admin = self.env.ref("base.user_admin")
        for values in (
            {"active": False},
            {"nextcall": fields.Datetime.to_datetime("2099-01-01 00:00:00")},
        ):
            with self.subTest(values):
                before = self.rows("configuration")
                (own | other).with_user(admin).write(values)
                row = self.rows("configuration") - before
                self.assertEqual(row.user_id, admin)
                self.assertEqual((row.model, row.res_id), ("ir.cron", own.id))
                self.assertEqual(row.detail, f"write {min(values)}")
                self.assertTrue(row.summary)
