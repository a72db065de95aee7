"""Lists that people have open all day cost by screens, not by rows."""

from datetime import timedelta

from lxml import etree

from odoo import Command, fields
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ArchiveCase

FEW, MANY = 5, 40
REQUEST = {"state": "review", "purpose": "Preparing an offer"}


@tagged("post_install", "-at_install")
class TestListCosts(ArchiveCase, TransactionCase):
    """Each row is about a file of its own, so that nothing is found by chance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        files = cls.env["customer.archive"]
        partners = cls.env["res.partner"].create(
            [{"name": f"Party {n}", "is_company": True} for n in range(MANY)]
        )
        made = files.with_user(cls.users["sales"]).create(
            [
                {"partner_id": partner.id, "category_id": cls.buyer.id}
                for partner in partners
            ]
        )
        as_system(made.sudo()).write({"state": "active"})
        cls.files = made.sudo()
        cls.applicant, cls.head = cls.users["sales_other"], cls.users["head"]

    def test_consultations(self):
        rows = self._requests("consultation", scope="file")
        self._grants(rows)
        self._assert_flat(rows)

    def test_access_given(self):
        self._assert_flat(self._grants(self._requests("consultation", scope="file")))

    def test_sharings(self):
        rows = self._requests(
            "sharing",
            recipient_department_id=self.departments["purchase"].id,
            legal_basis="contract",
        )
        self._grants(rows)
        self._assert_flat(rows)

    def test_loans(self):
        loans = self._requests(
            "loan", state="out", due_date=self.env.company._archive_today()
        )
        lines = self._papers(loans)
        self._assert_flat(loans)
        self._assert_flat(lines)
        self._assert_flat(lines.document_id)

    def test_changes(self):
        field = self.env.ref("customer_archive.change_field_party_phone")
        line = Command.create({"field_id": field.id, "new_text": "021-55550099"})
        rows = self._requests("change", state="draft", line_ids=[line])
        as_system(rows).write({"state": "review"})
        self._assert_flat(rows)

    def test_waiting_for_me(self):
        rows = self._requests("consultation", scope="file")
        steps = as_system(self.env["customer.archive.approval"]).create(
            [
                {
                    "name": "Department head",
                    "res_model": row._name,
                    "res_id": row.id,
                    "archive_id": row.archive_id.id,
                    "company_id": row.company_id.id,
                    "round": 1,
                    "requester_id": self.applicant.id,
                    "approver_ids": [Command.set(self.head.ids)],
                    "state": "pending",
                }
                for row in rows
            ]
        )
        self._assert_flat(steps)
        todo = self.env.ref("customer_archive.view_customer_archive_approval_todo")
        self._assert_flat(steps, todo)

    # Rows

    def _requests(self, kind, **values):
        requests = as_system(self.env[f"customer.archive.{kind}"])
        return requests.create(
            [
                {
                    **REQUEST,
                    "partner_id": file.partner_id.id,
                    "archive_id": file.id,
                    "user_id": self.applicant.id,
                    "approver_ids": [Command.set(self.head.ids)],
                    **values,
                }
                for file in self.files
            ]
        )

    def _grants(self, requests):
        now = fields.Datetime.now()
        grants = self.env["customer.archive.grant"]
        for request in requests:
            grants |= grants._give(
                request, self.applicant, now, now + timedelta(hours=1)
            )
        return grants

    def _papers(self, loans):
        lines = self.env["customer.archive.loan.line"]
        for loan in loans:
            lines |= lines._make(loan, loan.archive_id.document_ids[0])
        as_system(lines).write({"state": "out"})
        return lines

    # Costs

    def _assert_flat(self, records, view=None):
        """Check that a list of many rows takes the queries of one of a few."""
        rows = records.with_env(self.env(user=self.head, context={}))
        view_id = view.id if view else None
        arch = etree.fromstring(rows.get_view(view_id, "list")["arch"])
        names = arch.xpath("field/@name")
        self.assertGreater(len(names), 3)
        shown = {name: self._shown(rows._fields[name]) for name in names}
        counts = []
        # Once to fill what is kept between requests.
        for limit in (MANY, FEW, MANY):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = rows.web_search_read(
                [("id", "in", records.ids)], shown, limit=limit
            )
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(found["records"]), limit)
        self.assertEqual(counts[2], counts[1], records._name)

    @staticmethod
    def _shown(field):
        return {"fields": {"display_name": {}}} if field.relational else {}
