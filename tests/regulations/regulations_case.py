"""A regulation with its text, human resources, and days on which things happen."""

import base64
import functools
import io
import zipfile
from datetime import date

from freezegun import freeze_time
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from odoo import Command
from odoo.tests import new_test_user

from ..support.common import PASSWORD, ArchiveCase

REGULATION = "customer.archive.regulation"
VERSION, ACKNOWLEDGEMENT = f"{REGULATION}.version", f"{REGULATION}.acknowledgement"
TRAINING = "customer.archive.training"
LINE = f"{TRAINING}.line"
LOG = "customer.archive.log"
NAME = "客户档案管理制度"
# A Monday; five working days later it is the 8th.
MONDAY = date(2027, 3, 1)
DUE = date(2027, 3, 8)
WHEN = f"{MONDAY} 02:00:00"


@functools.cache
def pdf(words=NAME):
    """Return a real PDF with Chinese words, in base64."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    page = canvas.Canvas(stream, invariant=True)
    page.setFont("STSong-Light", 20)
    page.drawString(72, 720, words)
    page.save()
    return base64.b64encode(stream.getvalue())


@functools.cache
def docx():
    """Return the smallest DOCX that Word opens, in base64."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/'
        'package/2006/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override '
        'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/'
        'package/2006/relationships"><Relationship Id="r1" Type="http://schemas.'
        'openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/'
        f'wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{NAME}</w:t></w:r></w:p>'
        "</w:body></w:document>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return base64.b64encode(stream.getvalue())


class RegulationsCase(ArchiveCase):
    """Mixed into a TransactionCase or HttpCase; "legal" is responsible."""

    @classmethod
    def _people(cls):
        officer = new_test_user(
            cls.env,
            "t_hr",
            groups="hr.group_hr_user",
            password=PASSWORD,
            name="Test hr",
            tz="Asia/Shanghai",
        )
        return {**super()._people(), "hr": officer}

    @classmethod
    def by(cls, record, role):
        return record.with_user(cls.users[role])

    @classmethod
    def regulation(cls, **values):
        values = {"name": NAME, "user_id": cls.users["legal"].id, **values}
        return cls.by(cls.env[REGULATION], "compliance").create(values)

    @classmethod
    def version(cls, regulation, number="1.0", begin=MONDAY, role="legal", **values):
        """Return a draft by the one who is responsible."""
        values = {
            "regulation_id": regulation.id,
            "number": number,
            "valid_from": begin,
            "summary": "首次发布",
            "file_name": f"{NAME} {number}.pdf",
            "upload": pdf(f"{NAME} {number}"),
            **values,
        }
        return cls.by(cls.env[VERSION], role).create(values)

    @classmethod
    def publish(cls, version):
        cls.by(version, "legal").action_submit()
        cls.by(version, "management").action_approve("同意")
        return version

    @classmethod
    def published(cls, day=WHEN, begin=MONDAY, **values):
        """Return a regulation whose first version is in force."""
        with freeze_time(day):
            regulation = cls.regulation(**values)
            cls.publish(cls.version(regulation, begin=begin))
        return regulation

    @classmethod
    def next_version(cls, regulation, number="2.0", begin=date(2027, 4, 1), **values):
        with freeze_time(WHEN):
            return cls.publish(
                cls.version(regulation, number, begin, summary="新增借阅章节", **values)
            )

    @classmethod
    def row(cls, regulation, role, number="1.0"):
        """Return what a user has to acknowledge, as superuser."""
        cls.env.invalidate_all()
        domain = [
            ("regulation_id", "=", regulation.id),
            ("version_id.number", "=", number),
            ("user_id", "=", cls.users[role].id),
        ]
        return cls.env[ACKNOWLEDGEMENT].search(domain)

    @classmethod
    def read_text(cls, row):
        """Record what opening the text records."""
        own = row.with_user(row.user_id)
        text = row.sudo().version_id.text_id.with_user(row.user_id)
        text.raw  # noqa: B018 -- read
        text.invalidate_recordset()
        row.invalidate_recordset()
        return own

    @classmethod
    def acknowledge(cls, row):
        cls.read_text(row).action_acknowledge()
        return row

    def run_cron(self, day):
        cron = self.env.ref("customer_archive.cron_regulation")
        with freeze_time(f"{day} 03:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    @classmethod
    def told(cls, row, kind="mail_activity_acknowledgement"):
        """Return the logins of those who have an activity, without "t_"."""
        return sorted(each.login[2:] for each in row._activities(kind).user_id)

    @classmethod
    def training(cls, *roles, day=MONDAY, kind="confidentiality", **values):
        """Return a planned training with users on its list."""
        lines = [
            Command.create({"user_id": cls.users[role].id, "attended": True})
            for role in roles
        ]
        return cls.by(cls.env[TRAINING], "hr").create(
            {
                "name": "保密培训",
                "kind": kind,
                "date": day,
                "hours": 1.5,
                "trainer": "周合规",
                "line_ids": lines,
                **values,
            }
        )

    @classmethod
    def held(cls, *roles, **values):
        training = cls.training(*roles, **values)
        training.action_record_held()
        return training
