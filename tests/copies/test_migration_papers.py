"""The update from versions whose chatter took papers in plain."""

from pathlib import Path
from unittest.mock import patch

from odoo import Command
from odoo.modules import migration
from odoo.tests import TransactionCase, tagged

from odoo.addons import customer_archive

from ..encryption.encryption_case import COPY, EncryptionCase
from .papers_case import plain_paper, stored
from .watermark_case import pdf, texts

SCRIPT = "post_mail"
SAID = "Identity card of Zhang San"
PLAIN = b"PLAINTEXT identity card of Zhang San"


def run(cr):
    """Run the script by what Odoo runs it, which looks at its arguments, too."""
    folder = Path(customer_archive.__path__[0], "migrations", "19.0.6.0.0")
    module = migration.load_script(str(folder / "post-mail.py"), SCRIPT)
    with patch.object(migration, "load_script", lambda *_arguments: module):
        migration.exec_script(
            cr, "19.0.5.0.0", f"{SCRIPT}.py", "customer_archive", "post"
        )


@tagged("post_install", "-at_install")
class TestMigrationPapers(EncryptionCase, TransactionCase):
    def migrated(self):
        self.env.flush_all()
        run(self.env.cr)
        self.env.invalidate_all()

    def check_encrypted(self, paper, record):
        own = paper.sudo()
        self.assertTrue(own.archive_key)
        self.assertEqual((own.res_model, own.res_id), (record._name, record.id))
        self.assertFalse(own.index_content or own.public or own.access_token)
        self.assertNotIn(b"PDF", stored(own))
        self.assertNotIn(PLAIN, stored(own))
        self.assertFalse(self.env["base"]._archive_links_to(own.ids))

    def test_papers_of_the_chatter(self):
        disposal = self.env["customer.archive.disposal"].create({})
        category = self.env.ref("customer_archive.category_buyer")
        papers = {
            plain_paper(record, "身份证.txt", PLAIN, linked, public=True): record
            for record, linked in (
                (self.file, True),
                (self.file, False),
                (self.file.document_ids.archive_id, True),
                (disposal, True),
                (category, False),
            )
        }
        self.assertTrue(all(stored(paper) == PLAIN for paper in papers))
        for _twice in range(2):
            self.migrated()
            for paper, record in papers.items():
                self.check_encrypted(paper, record)

    def test_papers_that_a_message_alone_kept(self):
        message = self.file.sudo().message_post(body="x")
        paper = self.env[COPY].create({"name": "身份证.pdf", "raw": pdf(text=SAID)})
        self.sql(
            "INSERT INTO message_attachment_rel (message_id, attachment_id)"
            " VALUES (%s, %s)",
            message.id,
            paper.id,
        )
        self.migrated()
        self.check_encrypted(paper, self.file)
        own = paper.with_user(self.users["sales"])
        self.assertIn(SAID, texts(own.raw)[0])
        item = self.item("license").with_user(self.users["sales"])
        item.attachment_ids = [Command.link(paper.id)]
        self.assertEqual(item.attachment_ids, own)

    def test_what_stays_as_it_is(self):
        party = self.file.partner_id
        offer = self.env[COPY].create(
            {
                "name": "报价单.pdf",
                "raw": PLAIN,
                "res_model": "res.partner",
                "res_id": party.id,
            }
        )
        self.file.message_post(body="x", attachment_ids=offer.ids)
        disposal = self.env["customer.archive.disposal"].create({})
        self.sql(
            "UPDATE customer_archive_disposal SET certificate = 'ZM-1' WHERE id = %s",
            disposal.id,
        )
        certificate = plain_paper(disposal, "certificate_ZM-1.pdf", PLAIN, linked=False)
        copy = self.add_copy(self.item())
        before = copy.sudo().store_fname, copy.sudo().archive_key
        self.migrated()
        for each in (offer, certificate):
            self.assertEqual(stored(each), PLAIN)
            self.assertFalse(each.sudo().archive_key)
        self.assertTrue(self.env["base"]._archive_links_to(offer.ids))
        self.assertEqual((copy.sudo().store_fname, copy.sudo().archive_key), before)

    def test_what_can_not_be_read_any_more(self):
        paper = plain_paper(self.file, "lost.txt", PLAIN + b" lost")
        Path(paper._full_path(paper.store_fname)).unlink()
        with self.assertLogs(SCRIPT, "WARNING") as logs:
            self.migrated()
        self.assertIn(f"[{paper.id}]", logs.output[0])
        self.assertFalse(paper.sudo().archive_key)
