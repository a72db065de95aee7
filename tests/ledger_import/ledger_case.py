"""Ledgers as companies keep them, and their way into files."""

import base64
import io
from unittest.mock import patch

import openpyxl

from ..support.common import ArchiveCase, credit_code

IMPORT = "customer.archive.import"
HEADINGS = {
    "number": "档案编号",
    "name": "客户名称",
    "vat": "统一社会信用代码",
    "kind": "公司/个人",
    "category": "客户类别",
    "department": "部门",
    "user": "客户经理",
    "custodian": "保管人",
    "stage": "合作阶段",
    "core": "是否核心",
    "level": "密级",
    "date": "建档日期",
    "legal": "法定代表人",
    "address": "注册地址",
    "contact": "联系人",
    "phone": "联系电话",
    "phone2": "其他电话",
    "email": "电子邮箱",
    "content": "合作内容",
    "products": "主要产品",
    "term": "合作类型",
    "organisation": "组织机构代码",
    "licence": "原注册号",
    "note": "备注",
}


def workbook(rows, headings=None, before=()):
    """Return an XLSX with a row for each dict, by the keys of ``HEADINGS``.

    :param headings: by key, instead of the usual ones
    :param before: rows above the headings
    """
    headings = headings or HEADINGS
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    for row in before:
        sheet.append(row)
    sheet.append(list(headings.values()))
    for row in rows:
        sheet.append([row.get(key) for key in headings])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _flushed(cron, *_counts, **_left):
    cron.env.flush_all()
    return 600


class LedgerCase(ArchiveCase):
    """Mixed into a TransactionCase."""

    @classmethod
    def row(cls, serial, **values):
        """Return a row that is right, of a customer that nobody knows yet."""
        return {
            "name": f"台账测试{serial:05d}有限公司",
            "vat": credit_code(serial),
            "kind": "公司",
            "category": cls.buyer.name,
            "department": "TSALE",
            "user": "t_sales",
            "custodian": "t_archivist",
            "stage": "合作",
            "core": "否",
            "level": "内部",
            "legal": f"法人{serial}",
            "address": f"上海市测试路{serial}号",
            "contact": f"联系人{serial}",
            "phone": "021-55550001",
            "email": f"office{serial}@party.example",
            "content": "采购合作",
            "products": "零件",
            "term": "长期",
            "note": f"第{serial}行",
            **values,
        }

    @classmethod
    def upload(cls, content, role="clerk", **values):
        """Return an import of a workbook, or of rows."""
        if not isinstance(content, bytes):
            content = workbook(content)
        return (
            cls.env[IMPORT]
            .with_user(cls.users[role])
            .create(
                {
                    "upload": base64.b64encode(content),
                    "file_name": "台账.xlsx",
                    **values,
                }
            )
        )

    @classmethod
    def checked(cls, content, role="clerk", **values):
        one = cls.upload(content, role, **values)
        one.action_check()
        return one

    @classmethod
    def run_jobs(cls):
        cron = cls.env["ir.cron"]
        cls.env.flush_all()
        # A test's transaction is never committed.
        with patch.object(type(cron), "_commit_progress", _flushed):
            cls.env[IMPORT]._cron_import()

    @classmethod
    def imported(cls, content, role="clerk", **values):
        one = cls.checked(content, role, **values)
        if one.numbered_count:
            one.with_user(cls.users["compliance"]).action_confirm()
        one.action_import()
        cls.run_jobs()
        return one

    @classmethod
    def files_of(cls, rows):
        vats = [row["vat"] for row in rows]
        return cls.env["customer.archive"].search([("partner_id.vat", "in", vats)])

    def problems(self, one):
        """Return (row, column, code) of all that is wrong."""
        return {
            (row.number, *problem[:2])
            for row in one.sudo().row_ids
            for problem in row.problems or ()
        }
