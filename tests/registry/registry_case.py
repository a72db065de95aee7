"""Files whose parties are looked up in the public registry."""

from odoo import Command
from odoo.tools.misc import file_open

from ..support.common import ArchiveCase

CHECK, ENTER = "customer.archive.registry.check", "customer.archive.registry.enter"
ITEM = "customer.archive.document"
GOOD = {
    "licence_status": "active",
    "abnormal_listing": "no",
    "dishonest_listing": "no",
}
NAME = "上海再生资源有限公司"


def screen(name="registry.png"):
    """Return a real picture of a page, or a real PDF."""
    with file_open(f"customer_archive/demo/papers/{name}", "rb") as paper:
        return paper.read()


class RegistryCase(ArchiveCase):
    """Mixed into a TransactionCase or HttpCase; buyers and goods are looked up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.picture = screen()
        (cls.buyer | cls.goods).registry_check = True

    def by(self, record, role):
        return record.with_user(self.users[role])

    def upload(self, role, name="公示系统截图.png", content=None):
        """Return what the browser has uploaded for an item that will be made."""
        return self.by(self.env["ir.attachment"], role).create(
            {"name": name, "raw": content or self.picture, "res_model": ITEM}
        )

    def dialog(self, file, role="compliance", copies=None, **answers):
        """Return the dialog as a user has filled it in."""
        action = self.by(file, role).action_check_registry()
        dialog = self.by(self.env[ENTER], role).browse(action["res_id"])
        copies = self.upload(role) if copies is None else copies
        values = {"attachment_ids": [Command.set(copies.ids)], **GOOD, **answers}
        dialog.write(values)
        return dialog

    def check(self, file, role="compliance", **answers):
        """Enter a check, and return it."""
        before = file.sudo().registry_check_ids
        self.dialog(file, role, **answers).action_save()
        file.invalidate_recordset()
        return file.sudo().registry_check_ids - before

    def on_record(self):
        """Return a file that was opened before its category asked for checks."""
        self.buyer.registry_check = False
        file = self.registered()
        self.buyer.registry_check = True
        return file

    def until_compliance(self, **values):
        """Return a file that waits for compliance."""
        file = self.submitted(**values)
        self.by(file, "head").action_approve("收到")
        return file
