"""A ledger is uploaded and checked, as people do it."""

from odoo.tests import HttpCase, tagged

from ..ledger_import.ledger_case import HEADINGS, IMPORT, workbook
from ..support.flow_case import ACTION, WalkCase, step

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UPLOAD = ".o_field_widget[name=upload]"


@tagged("post_install", "-at_install")
class TestBrowserImport(WalkCase, HttpCase):
    def test_checked_at_once(self):
        """Once a ledger is chosen there is a button to check it, which saves it."""
        row = dict.fromkeys(HEADINGS, "") | {"name": "Ledger Metals Ltd"}
        self.walk(
            "clerk",
            f"{ACTION.format('import')}/new",
            step(f"{UPLOAD} .o_select_file_button", "choose_files"),
            self.press("Check"),
            step('.o_arrow_button_current:contains("Checked")'),
            files=[("ledger.xlsx", XLSX, workbook([row]))],
        )
        one = self.env[IMPORT].search([], limit=1, order="id desc")
        self.assertEqual((one.file_name, one.state), ("ledger.xlsx", "checked"))
