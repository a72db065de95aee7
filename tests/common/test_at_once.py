"""Many records in one statement: what it writes, and what it refuses to write."""

from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.at_once import write_at_once


@tagged("post_install", "-at_install")
class TestAtOnce(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        parties = cls.env["res.partner"].create(
            [{"name": f"华东再生资源有限公司第{number}厂"} for number in "一二三"]
        )
        cls.tasks = cls.env["mail.activity"].union(
            *(
                party.activity_schedule("mail.mail_activity_data_todo")
                for party in parties
            )
        )
        cls.tasks.archive_digest = True
        cls.env.flush_all()

    def test_written_and_read(self):
        with self.assertQueryCount(1):
            write_at_once(self.tasks[:2], {"archive_digest": None})
        self.assertEqual(self.tasks.mapped("archive_digest"), [False, False, True])

    def test_what_waits_is_written_before(self):
        self.tasks.archive_digest = False
        write_at_once(self.tasks[:1], {"archive_digest": True})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.tasks.mapped("archive_digest"), [True, False, False])

    def test_nothing_for_nobody(self):
        with self.assertQueryCount(0):
            write_at_once(self.tasks.browse(), {"archive_digest": None})

    def test_followed_by_what_is_stored(self):
        users = self.env.ref("base.model_res_users")
        with self.assertRaisesRegex(ValueError, "followed by what is stored"):
            write_at_once(self.tasks, {"res_model_id": users.id})
        self.assertEqual(set(self.tasks.mapped("res_model")), {"res.partner"})
