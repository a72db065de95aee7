"""Taking the addon away: refused while files are kept, then nothing half."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from datetime import timedelta

import openpyxl
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.sql_db import close_db
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from ..support.clone import cloned_database, scene
from ..support.common import KEYRING, PASSWORD, ArchiveCase

DIALOG = "customer.archive.uninstall"
LOG = "customer.archive.log"
# What knows of every addon there is, and notices that pass in a day.
LEFT = {"ir_module_module", "ir_module_module_dependency", "bus_bus"}
KNOWN = ("module_customer_archive", "module_category_sales_customer_archive")
NAMES = r"customer[._]archive"


@tagged("post_install", "-at_install")
class TestUninstallRefused(ArchiveCase, HttpCase):
    """Requirement F3."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.module = cls.env.ref("base.module_customer_archive")
        cls.file = cls.registered(partner=cls.partner("上海示例再生资源有限公司"))

    def dialog(self, role="management", reason="公司停用本系统"):
        return self.env[DIALOG].with_user(self.users[role]).create({"reason": reason})

    def export(self, dialog, role="management"):
        self.authenticate(f"t_{role}", PASSWORD)
        return self.url_open(f"/customer_archive/uninstall/{dialog.id}")

    def removal_allowed(self):
        """Whether an administrator may mark the addon for removal just now."""
        try:
            self.module.write({"state": "to remove"})
        except UserError as error:
            self.assertIn("on record", str(error))
            return False
        self.module.write({"state": "installed"})
        return True

    def test_refused_until_exported_and_allowed_by_another(self):
        ways = (
            self.module.button_uninstall,
            self.env.ref("base.module_sale").button_uninstall,
            self.module.module_uninstall,
            self.env["ir.model"]
            .with_context(_force_unlink=True)
            .search([("model", "=", "customer.archive.secret")])
            .unlink,
        )
        for way in ways:
            with self.assertRaisesRegex(UserError, "on record.*Supervision"):
                way()
        dialog = self.dialog()
        self.assertEqual((dialog.files, dialog.held), (1, 0))
        with self.assertRaisesRegex(UserError, "Export everything first"):
            dialog.action_allow()
        self.assertFalse(self.removal_allowed())
        self.assertEqual(self.export(dialog).status_code, 200)
        with self.assertRaisesRegex(UserError, "Enter (a|the) reason"):
            self.dialog(reason=" ").action_allow()
        self.dialog().action_allow()
        self.assertTrue(self.removal_allowed())
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.assertFalse(self.removal_allowed())

    def test_who_allowed_it_does_not_do_it(self):
        management = self.users["management"]
        management.group_ids += self.env.ref("base.group_system")
        dialog = self.dialog()
        self.export(dialog)
        dialog.action_allow()
        self.module = self.module.with_user(management)
        self.assertFalse(self.removal_allowed())

    def test_nothing_held_is_ever_let_go(self):
        dialog = self.dialog()
        self.export(dialog)
        dialog.action_allow()
        self.file.with_user(self.users["legal"]).action_hold("audit", "Pending case")
        with self.assertRaisesRegex(UserError, "on hold or blocked"):
            self.module.button_uninstall()
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "on hold or blocked"):
            dialog.action_allow()

    def test_others_neither_export_nor_allow(self):
        dialog = self.dialog()
        for role in set(self.users) - {"management"}:
            with self.subTest(role):
                with self.assertRaises(AccessError):
                    self.dialog(role)
                # The dialog is another's, and the address no way to it.
                with mute_logger("odoo.http"):
                    status = self.export(dialog, role).status_code
                self.assertIn(status, (403, 404))
                with self.assertRaises(AccessError):
                    dialog.with_user(self.users[role]).action_allow()

    def test_export_holds_registers_and_record(self):
        content = self.export(self.dialog()).content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            workbook = openpyxl.load_workbook(archive.open("registers.xlsx"))
            values = {
                cell
                for sheet in workbook
                for row in sheet.iter_rows(values_only=True)
                for cell in row
            }
            self.assertIn(self.file.name, values)
            self.assertIn(self.file.partner_id.name, values)
            record = archive.read(f"record-{self.company.id}.jsonl").decode()
        header, *rows = map(json.loads, record.splitlines())
        self.assertEqual(header["kind"], LOG)
        self.assertIn(self.file.id, {row["archive_id"] for row in rows})

    def test_every_company_is_exported(self):
        """Uninstalling deletes the files of all: none goes without its export."""
        other = self.env["res.company"].create({"name": "示例二公司"})
        self.env["customer.archive"].create(
            {
                "company_id": other.id,
                "partner_id": self.partner("成都示例二公司客户").id,
                "category_id": self.file.category_id.id,
            }
        )
        dialog = self.dialog()
        self.assertEqual(self.export(dialog).status_code, 200)
        self.assertEqual(dialog.not_exported, "示例二公司")
        with self.assertRaisesRegex(UserError, "Not exported yet.*示例二公司"):
            dialog.action_allow()
        management = self.users["management"]
        management.company_ids += other
        # Whatever companies the user has chosen just now.
        with zipfile.ZipFile(io.BytesIO(self.export(self.dialog()).content)) as parts:
            self.assertIn(f"record-{other.id}.jsonl", parts.namelist())
        # Chosen or not, it is the export of a manager of that company that counts.
        management.company_ids -= other
        self.dialog().action_allow()
        self.assertTrue(self.removal_allowed())

    def test_held_files_are_named(self):
        self.file.with_user(self.users["legal"]).action_hold("audit", "Pending case")
        dialog = self.dialog()
        self.assertEqual(dialog.held_names, self.file.name)
        with self.assertRaisesRegex(UserError, self.file.name):
            dialog.action_allow()

    def test_drafts_stop_nobody(self):
        self.env.cr.execute("UPDATE customer_archive SET state = 'draft'")
        self.env.cr.execute("UPDATE customer_archive SET approval_round = 0")
        self.env.invalidate_all()
        self.assertTrue(self.removal_allowed())


@tagged("post_install", "-at_install")
class TestUninstall(TransactionCase):
    def test_everything_goes_and_installs_again(self):
        """By Odoo's own commands on a database with files, papers and messages."""
        with cloned_database(self.env.cr.dbname) as registry:
            with mute_logger(KEYRING), scene(registry) as case:
                file = case.registered(partner=case.partner("北京示例机器人有限公司"))
                file.message_post(body="录入完毕")
                case.archive(partner=case.partner("广州示例贸易有限公司"))
                log = case.env[LOG].with_user(case.users["management"]).sudo()
                module = case.env.ref("base.module_customer_archive")
                log._record("configuration", module, "uninstall allowed", "停用")
            name = registry.db_name
            close_db(name)
            log = self.run_odoo("module", "uninstall", "-d", name, "customer_archive")
            self.assertIn("Keystore and anchors stay in", log)
            self.assertEqual(self.troubles(log), [])
            with registry.cursor() as cr:
                self.assertEqual(self.left_in_catalogue(cr), [])
                self.assertEqual(self.left_in_rows(cr), {})
            close_db(name)
            log = self.run_odoo("module", "install", "-d", name, "customer_archive")
            self.assertEqual(self.troubles(log), [])
            with registry.cursor() as cr:
                cr.execute("SELECT COUNT(*) FROM customer_archive")
                self.assertEqual(cr.fetchone(), (0,))

    def run_odoo(self, *arguments):
        command = [sys.executable, "-m", "odoo", *arguments]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )
        log = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, log[-3000:])
        return log

    def troubles(self, log):
        """Return the warnings and errors of a log but the one that is ours."""
        lines = re.findall(r".* (?:WARNING|ERROR|CRITICAL) .*", log)
        return [line for line in lines if "Keystore and anchors stay" not in line]

    def left_in_catalogue(self, cr):
        """Return what the database itself still has under one of our names."""
        cr.execute(
            """
            SELECT 'relation', relname::text FROM pg_class WHERE relname ~ %(names)s
            UNION ALL
            SELECT 'function', proname FROM pg_proc WHERE proname ~ %(names)s
            UNION ALL
            SELECT 'trigger', tgname FROM pg_trigger WHERE tgname ~ %(names)s
            UNION ALL
            SELECT 'constraint', conname FROM pg_constraint WHERE conname ~ %(names)s
            UNION ALL
            SELECT 'column', table_name || '.' || column_name
              FROM information_schema.columns
             WHERE table_schema = 'public' AND column_name ~ '(^|_)archive_'
            """,
            {"names": NAMES},
        )
        return cr.fetchall()

    def left_in_rows(self, cr):
        """Return some rows of each table that names anything of ours."""
        cr.execute(
            "DELETE FROM ir_model_data WHERE module = 'base' AND name IN %s", [KNOWN]
        )
        cr.execute(
            """
            SELECT table_name, array_agg(column_name::text)
              FROM information_schema.columns
             WHERE table_schema = 'public'
               AND data_type IN ('character varying', 'text', 'jsonb')
             GROUP BY table_name
            """
        )
        found = {}
        for table, columns in cr.fetchall():
            if table in LEFT:
                continue
            names = " OR ".join(f'"{each}"::text ~ %s' for each in columns)
            query = f'SELECT * FROM "{table}" WHERE {names} LIMIT 3'
            cr.execute(query, [NAMES] * len(columns))
            if cr.rowcount:
                found[table] = cr.fetchall()
        return found
