"""The update that binds the certificates which are there already."""

import json
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo.modules import migration
from odoo.tests import TransactionCase, tagged

from odoo.addons import customer_archive

from ..copies.papers_case import stored
from ..disposal.disposal_case import DisposalCase, printed

SCRIPT, VERSION = "post_history", "19.0.5.0.0"
COPY, LOG = "ir.attachment", "customer.archive.log"


@contextmanager
def loaded():
    """Give the script as a module."""
    folder = Path(customer_archive.__path__[0], "migrations", "19.0.6.0.0")
    yield migration.load_script(str(folder / "post-history.py"), SCRIPT)


@tagged("post_install", "-at_install")
class TestHistoryMigration(DisposalCase, TransactionCase):
    def setUp(self):
        super().setUp()
        file = self.closed(partner=self.partner("旧销毁有限公司"))
        self.over(file)
        disposal = self.approve(self.listed(file))
        self.witnessed(disposal)
        reports = self.registry["ir.actions.report"]
        self.pdf = printed("Certificate")
        made = (self.pdf, "pdf")
        with patch.object(reports, "_render_qweb_pdf", lambda *_args, **_kw: made):
            self.run_cron()
        self.disposal = disposal.sudo()
        self.json = self.disposal.certificate_json_id
        self.print = self.disposal.certificate_pdf_id
        self.make_old()

    def make_old(self):
        """As the version before left it: nothing is bound."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive_disposal SET certificate_json_id = NULL,"
            " certificate_json_digest = NULL, certificate_pdf_id = NULL,"
            " certificate_pdf_digest = NULL"
        )
        self.env.invalidate_all()

    def run_script(self):
        """Run it as Odoo does, which looks at its arguments; return what it says."""
        self.env.flush_all()
        with (
            loaded() as module,
            patch.object(migration, "load_script", lambda *_arguments: module),
            patch.object(module, "_logger") as logger,
        ):
            name = f"{SCRIPT}.py"
            migration.exec_script(
                self.env.cr, VERSION, name, "customer_archive", "post"
            )
        self.env.invalidate_all()
        return str(logger.info.call_args_list)

    def details(self):
        rows = self.env[LOG].search(
            [("event", "=", "dispose"), ("res_id", "=", self.disposal.id)]
        )
        return [each for each in rows.mapped("detail") if each.endswith(" found")]

    def forged(self, name, user="archivist", **values):
        """Store an attachment as people could before, past what forbids it now."""
        self.env.cr.execute(
            "INSERT INTO ir_attachment (name, type, res_model, res_id, create_uid,"
            " write_uid, db_datas, company_id) VALUES"
            " (%s, 'binary', 'customer.archive.disposal', %s, %s, %s, %s, %s)"
            " RETURNING id",
            [
                name,
                self.disposal.id,
                self.users[user].id,
                self.users[user].id,
                values.get("content", b"x"),
                self.company.id,
            ],
        )
        return self.env[COPY].browse(self.env.cr.fetchone()[0])

    def test_what_the_system_made_is_bound(self):
        forged = self.forged("certificate_ZM-9999.pdf")
        same_name = self.forged(self.print.name)
        words = self.run_script()
        self.assertEqual(self.disposal.certificate_ids, self.json | self.print)
        self.assertEqual(len(self.details()), 2)
        # The forged ones stay where they are, and are named.
        self.assertTrue((forged | same_name).exists())
        self.assertIn("certificate_ZM-9999.pdf", words)
        # Once more, nothing happens.
        self.run_script()
        self.assertEqual(len(self.details()), 2)

    def test_what_somebody_wrote_isnt_bound(self):
        self.env.cr.execute(
            "UPDATE ir_attachment SET write_uid = %s WHERE id = %s",
            [self.users["archivist"].id, self.print.id],
        )
        self.env.invalidate_all()
        words = self.run_script()
        self.assertEqual(self.disposal.certificate_ids, self.json)
        self.assertIn(self.print.name, words)

    def test_what_contradicts_the_record_isnt_bound(self):
        values = json.loads(stored(self.json))
        values["files"][0]["erasure"]["digest"] = "0" * 64
        path = Path(self.json._full_path(self.json.store_fname))
        path.write_text(json.dumps(values))
        self.env.invalidate_all()
        self.run_script()
        self.assertEqual(self.disposal.certificate_ids, self.print)
