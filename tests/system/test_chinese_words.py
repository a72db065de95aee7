"""The Chinese of the catalogue: marks as Chinese has them, roles by their names."""

import re
from pathlib import Path

import polib

from odoo.tests import BaseCase, tagged

from odoo.addons import customer_archive

CATALOGUE = Path(customer_archive.__path__[0]) / "i18n" / "zh_CN.po"
CHINESE = "\u4e00-\u9fff"
MARKS = ",:;?!"
# Behind Chinese or a bracket, before Chinese, a placeholder, a space or the end.
NARROW = re.compile(
    rf"(?<=[{CHINESE}”）》」％])[{MARKS}](?=[\s{CHINESE}“（《「％<]|$)"
    rf"|(?<=[{CHINESE}])[{MARKS}]\s?(?=[{CHINESE}])"
)
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]")
# Lists that are parted by commas, whatever the language.
PARTED = {
    "Handler,Date",
    "Prepared by,Checked by",
    "Prepared by,Handled by,Checked by",
    "Prepared by,Handled by,Reviewed by",
    "Prepared by,Checked by,Approved by",
    "Prepared by,Witnessed by,Checked by",
}
ROLES = {"clerk": "登记员", "archivist": "档案管理员", "administrator": "管理员"}
# The Administrator of the files, and who administers Odoo and its server.
ADMINISTRATORS = ("档案配置管理员", "系统管理员")
# The view says more in Chinese than the line above it in English.
MORE = "Choose a customer or supplier and its category"


@tagged("post_install", "-at_install")
class TestChineseWords(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entries = polib.pofile(str(CATALOGUE))

    def test_marks_are_wide(self):
        found = [
            (entry.msgid, entry.msgstr)
            for entry in self.entries
            if entry.msgid not in PARTED
            and NARROW.search(PLACEHOLDER.sub("％", entry.msgstr))
        ]
        self.assertFalse(found)

    def test_the_walk_finds_them(self):
        for text in ("的附件,须予", "如下: %s", "保留;", "“%s”:请", "说明:\n一"):
            self.assertTrue(NARROW.search(PLACEHOLDER.sub("％", text)), text)
        for text in ("见 https://odoo.com", "“a,b”", "10:30", "的附件，须予"):
            self.assertFalse(NARROW.search(PLACEHOLDER.sub("％", text)), text)

    def test_roles_have_their_names(self):
        """Whoever is called one in English isn't another in Chinese."""
        wrong = []
        for entry in self.entries:
            said, text = entry.msgid.lower(), entry.msgstr
            for role, name in ROLES.items():
                if re.search(rf"\b{role}s?\b", said) and name not in text:
                    wrong.append((role, entry.msgid, text))
            for role in ("clerk", "archivist"):
                if ROLES[role] in text and role not in said:
                    wrong.append((role, entry.msgid, text))
        self.assertFalse([each for each in wrong if not each[1].startswith(MORE)])

    def test_administrators_are_told_apart(self):
        """No 管理员 without saying which of them."""
        wrong = []
        for entry in self.entries:
            text = entry.msgstr
            for name in (*ADMINISTRATORS, ROLES["archivist"]):
                text = text.replace(name, "")
            if "管理员" in text:
                wrong.append((entry.msgid, entry.msgstr))
        self.assertFalse(wrong)
