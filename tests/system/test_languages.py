"""No screen mixes two languages: not its labels, not its messages, not its history."""

import re
from pathlib import Path

import polib
from lxml import etree

from odoo import Command
from odoo.modules.module import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger
from odoo.tools.convert import convert_file

from odoo.addons import customer_archive

from ...models.common.customer_archive_guard import is_ours
from ..support.common import KEYRING, ArchiveCase

ADDON = Path(customer_archive.__file__).parent
CHINESE = "zh_CN"
WORD = re.compile(r"[A-Za-z][A-Za-z']{2,}")
HAN = re.compile("[\u4e00-\u9fff]")
# Markup, placeholders, code and addresses: nobody reads them as words.
CODE = re.compile(
    r"<[^>]+>|%\(\w+\)s|\{\{.*?\}\}|&\w+;|'[^']*' %.*"
    r"|\b\w+(?:[._]\w+)+\b|\S+@\S+|https?:\S+|\b[0-9a-f]{12,}\b"
)
# What is the same in both languages.
SAME = {
    # products and formats
    *("Odoo", "OdooBot", "Excel", "WPS", "OpenDocument", "Font", "Awesome", "tasks"),
    *(
        "XLSX",
        "DOCX",
        "PDF",
        "ZIP",
        "CSV",
        "xlsx",
        "xls",
        "xlsb",
        "YYYY",
        "ISO",
        "AES",
        "SHA",
    ),
    *("JSON", "XML", "HTTP", "Numbers", "csv", "XXXXXXXX", "UTC"),
    *("URL", "NAS", "Python", "SFTP"),
    # commands and paths of the host key of a server
    *("ssh", "keygen", "etc", "AAAA"),
    # examples of what is typed in fields that hold codes
    *("SALE", "PUR", "ADM", "INV", "name", "desc", "phone", "vat"),
    *("mnt", "backup", "sftp", "server", "folder", "webdav", "bucket"),
    *("username", "password"),
}
# English texts that name what stands in Chinese papers and ledgers.
NAMES_CHINESE = {
    "As stated on the document itself, such as 长期.",
    "write company or person (公司 or 个人).",
    "write yes or no (是 or 否).",
    (
        "there is no such level: write internal, confidential or secret (内部, "
        "普通商密 or 核心商密)."
    ),
}
TRANSLATED = ("string", "help", "placeholder", "confirm", "title", "sum", "avg")


def english(text):
    """Return the English words of what a Chinese reader is shown."""
    words = WORD.findall(CODE.sub(" ", text or ""))
    return [word for word in words if word not in SAME]


def chinese(text):
    """Return the Chinese signs of what an English reader is shown."""
    return HAN.findall(text or "") if text not in NAMES_CHINESE else []


class Words:
    """Mixed into a TransactionCase."""

    # By language: what finds the words of the other one.
    FOREIGN = {CHINESE: english, "en_US": chinese}

    def check(self, lang, where, text):
        found = self.FOREIGN[lang](str(text or ""))
        self.assertFalse(found, f"{where} in {lang}: {text!r}")


class LanguageCase(Words, ArchiveCase):
    def texts_of(self, arch):
        """Yield the words of a view."""
        for node in etree.fromstring(arch).iter(etree.Element):
            yield from (node.get(name) for name in TRANSLATED if node.get(name))
            own = node.tag not in ("attribute", "script", "style")
            if own or node.get("name") in TRANSLATED:
                yield node.text
            yield node.tail


@tagged("-at_install", "post_install")
class TestLabels(LanguageCase, TransactionCase):
    """Everything that came with the addon, in both languages."""

    def ours(self):
        """Yield what came with the addon, as people of the office see it."""
        rows = self.env["ir.model.data"].search([("module", "=", "customer_archive")])
        for model, data in rows.grouped("model").items():
            if model in self.env and not model.startswith("ir.model"):
                yield self.env[model].browse(data.mapped("res_id")).exists()

    def test_fields_and_choices(self):
        for lang in self.FOREIGN:
            for name in filter(is_ours, self.env):
                model = self.env[name].with_context(lang=lang)
                for field, spec in model.fields_get().items():
                    if "customer_archive" not in model._fields[field]._modules:
                        continue
                    texts = (spec["string"], spec.get("help"))
                    texts += tuple(label for _code, label in spec.get("selection", ()))
                    for text in texts if self.is_shown(model._fields[field]) else ():
                        with self.subTest(f"{name}.{field}"):
                            self.check(lang, f"{name}.{field}", text)

    def is_shown(self, field):
        """Whether people see a field: codes for the client have no translation."""
        return field.export_string_translation

    def test_records(self):
        """Names, helps, templates: every translated field of every shipped record."""
        count = 0
        for lang in self.FOREIGN:
            for records in self.ours():
                names = [
                    field.name
                    for field in records._fields.values()
                    if field.translate and field.store and field.type != "binary"
                ]
                for record in records.sudo().with_context(lang=lang):
                    for name in names:
                        count += 1
                        self.check_text(lang, record, name)
        self.assertGreater(count, 1000)

    def check_text(self, lang, record, name):
        where, value = f"{record} {name}", record[name]
        if not value:
            return
        with self.subTest(where):
            if name == "arch_db":
                for text in self.texts_of(value):
                    self.check(lang, where, text)
            else:
                self.check(lang, where, value)

    def test_screens(self):
        """Each action as its people open it: its views, as they come together."""
        rows = self.env["ir.model.data"].search(
            [
                ("module", "=", "customer_archive"),
                ("model", "=", "ir.actions.act_window"),
            ]
        )
        actions = self.env["ir.actions.act_window"].browse(rows.mapped("res_id"))
        self.assertGreater(len(actions), 30)
        for lang in self.FOREIGN:
            for action in actions.with_context(lang=lang):
                model = self.env[action.res_model].with_context(lang=lang)
                views = [
                    (view, kind) for view, kind in action.views if kind != "activity"
                ]
                for kind, view in model.get_views(views)["views"].items():
                    for text in self.texts_of(view["arch"]):
                        where = f"{action.name} {kind}"
                        with self.subTest(where):
                            self.check(lang, where, text)

    def test_messages_of_the_code(self):
        """What Python and the browser say, by the catalogue that is shipped."""
        for entry in polib.pofile(str(ADDON / "i18n" / "zh_CN.po")):
            with self.subTest(entry.msgid[:60]):
                self.check(CHINESE, "msgstr", entry.msgstr)
                self.check("en_US", "msgid", entry.msgid)


@tagged("-at_install", "post_install")
class TestHistory(LanguageCase, TransactionCase):
    """A history is in its company's language, whoever adds to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.users"].union(*cls.users.values()).lang = "en_US"

    def bodies(self, record):
        return [
            f"{message.subject or ''} {message.body}"
            for message in record.message_ids
            if message.message_type != "user_notification"
        ]

    def test_chinese_company_english_colleagues(self):
        self.company.partner_id.lang = CHINESE
        archive = self.collect(self.archive(partner=self.partner("样本有限公司")))
        self.env.flush_all()
        self.env.cr.precommit.run()
        archive.relation_stage = "intended"
        archive.action_submit()
        while archive.state == "review":
            approver = archive.sudo().approver_ids.sorted("id")[0]
            archive.with_user(approver).action_approve("同意")
        self.env.flush_all()
        self.env.cr.precommit.run()
        bodies = self.bodies(archive)
        self.assertTrue(any("客户档案 创建" in body for body in bodies), bodies)
        self.assertGreater(len(bodies), 3)
        for body in bodies:
            self.check(CHINESE, "history", body)
        changes = archive.message_ids.sudo().tracking_value_ids
        self.assertTrue(changes)
        stage = changes.filtered(lambda each: each.field_id.name == "relation_stage")
        for value in stage.mapped("new_value_char"):
            self.check(CHINESE, "tracked", value)

    def test_english_company_chinese_colleague(self):
        self.company.partner_id.lang = "en_US"
        self.users["sales"].lang = CHINESE
        user = self.users["sales"]
        files = self.env["customer.archive"].with_user(user).with_context(lang=CHINESE)
        archive = files.create(
            {"partner_id": self.partner().id, "category_id": self.buyer.id}
        )
        self.assertIn("Customer File created", " ".join(self.bodies(archive)))

    def test_a_job_has_no_language(self):
        self.company.partner_id.lang = CHINESE
        archive = self.archive()
        item = archive.document_ids[:1].with_context(lang=None)
        item.attachment_ids = [Command.create({"name": "a.txt", "raw": b"scan"})]
        name = item.attachment_ids.name.removesuffix(".txt")
        self.assertIn(item.with_context(lang=CHINESE).type_id.name, name)
        self.check(CHINESE, "copy", name.replace(archive.partner_id.name, ""))


@tagged("-at_install", "post_install")
class TestDemo(Words, TransactionCase):
    """The demo is a Chinese company, and looks like one."""

    # By the end of the name, what the content was found to be.
    CONTENT = {
        "pdf": "application/pdf",
        "jpg": "image/jpeg",
        "png": "image/png",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls.env.cr.postcommit.clear)
        with mute_logger(KEYRING):
            cls.env["customer.archive.keyring"]._keystore()
        # Nobody but the demo's own people is asked to decide.
        cls.env["res.users"].search([("login", "=like", "t\\_%")]).active = False
        cls.env.cr.execute(
            "SELECT (SELECT max(id) FROM mail_message),"
            " COALESCE((SELECT max(id) FROM customer_archive_log), 0)"
        )
        cls.last, cls.last_row = cls.env.cr.fetchone()
        # Of what is made in one transaction PostgreSQL has no statistics: it would go
        # through whole tables for each payment.
        cls.env.cr.execute("SET LOCAL enable_seqscan = off")
        # As Odoo loads it: as nobody, in no language.
        env = cls.env(context={})
        for name in Manifest.for_addon("customer_archive")["demo"]:
            convert_file(env, "customer_archive", name, {}, "init", noupdate=True)
        env.flush_all()

    def test_history(self):
        domain = [("id", ">", self.last), ("model", "=like", "customer.archive%")]
        messages = self.env["mail.message"].search(domain)
        self.assertGreater(len(messages), 100)
        for message in messages:
            for text in (message.subject, message.body):
                with self.subTest(message.model):
                    self.check(CHINESE, message.model, text)

    def test_access_record(self):
        auditor = self.env.ref("customer_archive.user_auditor")
        log = self.env["customer.archive.log"].with_user(auditor)
        log = log.with_company(auditor.company_id).with_context(lang=CHINESE)
        rows = log.search([("id", ">", self.last_row)])
        self.assertGreater(len(rows), 50)
        for row in rows:
            with self.subTest(row.event, detail=row.detail):
                self.check(CHINESE, row.detail, row.summary)

    def test_papers(self):
        """Real ones, of each kind that offices keep, named in Chinese."""
        files = self.env["ir.model.data"].search(
            [("module", "=", "customer_archive"), ("model", "=", "customer.archive")]
        )
        items = self.env["customer.archive.document"].search(
            [("archive_id", "in", files.mapped("res_id"))]
        )
        kinds = set()
        for copy in items.attachment_ids:
            with self.subTest(copy.name):
                name, _dot, kind = copy.name.rpartition(".")
                kinds.add(kind)
                self.check(CHINESE, "copy", name)
                self.assertEqual(copy.mimetype, self.CONTENT[kind])
        self.assertEqual(kinds, set(self.CONTENT))
        self.assertFalse(self.env.ref("customer_archive.paper_license", False))
