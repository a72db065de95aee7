from ast import literal_eval
from datetime import datetime, timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ArchiveCase

PARTS = (
    "archive",
    *("archive_document", "archive_agreement", "archive_undertaking"),
    *("archive_consultation", "archive_loan", "archive_sharing", "archive_change"),
)


@tagged("post_install", "-at_install")
class TestOverview(ArchiveCase, TransactionCase):
    """Files, what expires, and requests, as figures; B8: the catalogue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.registered()
        cls.draft = cls.archive()

    def action(self, part):
        return self.env.ref(f"customer_archive.action_customer_{part}_overview")

    def grouped(self, action, role, groupby, aggregates):
        """Return the groups that a role's graph shows."""
        model = self.env[action.res_model].with_user(self.users[role])
        domain = fields.Domain(eval(action.domain or "[]"))
        return model.formatted_read_group(domain, groupby, aggregates)

    def test_every_graph_and_pivot_is_read_by_its_fields(self):
        """What a view groups by and measures can be grouped and measured."""
        for part in PARTS:
            action = self.action(part)
            kinds = [view.view_mode for view in action.view_ids]
            self.assertEqual(kinds, ["graph", "pivot", "list", "form"])
            for kind in ("graph", "pivot"):
                view = action.view_ids.filtered(lambda v, k=kind: v.view_mode == k)
                arch = etree.fromstring(view.view_id.arch)
                nodes = arch.findall("field")
                measures = [n for n in nodes if n.get("type") == "measure"]
                groups = [
                    ":".join(filter(None, [n.get("name"), n.get("interval")]))
                    for n in nodes
                    if n not in measures
                ]
                model = self.env[action.res_model]
                aggregates = [
                    f"{n.get('name')}:{model._fields[n.get('name')].aggregator}"
                    for n in measures
                ]
                self.grouped(action, "auditor", groups, ["__count", *aggregates])

    def test_files_by_state_as_far_as_one_sees_them(self):
        other = self.archive("sales_other")
        counts = {}
        for role in ("sales", "auditor"):
            rows = self.grouped(self.action("archive"), role, ["state"], ["__count"])
            counts[role] = {row["state"]: row["__count"] for row in rows}
        self.assertEqual(counts["sales"], {"active": 1, "draft": 1})
        self.assertEqual(counts["auditor"]["draft"], 2)
        self.assertTrue(other)

    def test_files_by_month_of_filing(self):
        rows = self.grouped(
            self.action("archive"), "sales", ["opening_date:month"], ["__count"]
        )
        months = {
            row["opening_date:month"] and row["opening_date:month"][0][:7]: row[
                "__count"
            ]
            for row in rows
        }
        self.assertEqual(
            months, {self.file.opening_date.strftime("%Y-%m"): 1, False: 1}
        )

    def test_expiring_items_by_month(self):
        kind = self.env.ref("customer_archive.document_type_power")
        items = self.env["customer.archive.document"].with_user(self.users["clerk"])
        for day in ("2031-03-05", "2031-03-25", "2031-05-01"):
            items.create(
                {
                    "archive_id": self.file.id,
                    "type_id": kind.id,
                    "is_paper": True,
                    "valid_until": day,
                }
            )
        rows = self.grouped(
            self.action("archive_document"),
            "sales",
            ["valid_until:month"],
            ["__count"],
        )
        counts = {row["valid_until:month"][0][:7]: row["__count"] for row in rows}
        # The same paper given anew renews the one before.
        self.assertEqual(counts["2031-05"], 1)
        self.assertNotIn("2031-04", counts)

    def consultation(self, days):
        """Return a consultation that was applied for, and ended ``days`` later."""
        values = {
            "partner_id": self.file.partner_id.id,
            "purpose": "Tender",
            "scope": "file",
        }
        model = self.env["customer.archive.consultation"]
        request = model.with_user(self.users["sales_other"]).create(values)
        ended = datetime(2026, 3, 2, 4) + timedelta(days=days)
        ended = {"request_date": "2026-03-02", "state": "ended", "ended_on": ended}
        as_system(request.sudo()).write(ended)
        return request

    def test_requests_by_duration(self):
        """Days from application to end, on average; what isn't over isn't counted."""
        short, long = self.consultation(2), self.consultation(5)
        self.assertEqual((short.duration, long.duration), (2, 5))
        open_one = self.consultation(1)
        as_system(open_one.sudo()).write({"state": "approved", "ended_on": False})
        self.assertEqual(open_one.duration, 0)
        [row] = self.grouped(
            self.action("archive_consultation"),
            "auditor",
            ["department_id", "request_date:month"],
            ["duration:avg", "__count"],
        )
        self.assertEqual((row["duration:avg"], row["__count"]), (3.5, 2))
        self.assertEqual(row["department_id"][0], self.file.department_id.id)

    def test_the_day_of_the_end_is_that_of_the_company(self):
        request = self.consultation(0)
        # Next morning there.
        as_system(request.sudo()).ended_on = datetime(2026, 3, 2, 18)
        self.assertEqual(request.duration, 1)

    def test_nobody_writes_durations(self):
        values = {"partner_id": self.file.partner_id.id, "purpose": "x"}
        model = self.env["customer.archive.consultation"]
        request = model.with_user(self.users["sales_other"]).create(values)
        with self.assertRaises(AccessError):
            request.with_user(self.users["sales_other"]).duration = 1

    # The catalogue

    def plan(self, domain):
        """Return how the database finds files, had it many."""
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        query = self.env["customer.archive"]._search(domain, order="id")
        self.env.cr.execute("ANALYZE customer_archive")
        rows = self.env.execute_query(query.select())
        sql = query.select()
        self.env.cr.execute("EXPLAIN " + sql.code, sql.params)
        return rows, "\n".join(row[0] for row in self.env.cr.fetchall())

    def test_a_number_is_found_by_an_index(self):
        rows, plan = self.plan([("name", "=", self.file.name)])
        self.assertEqual(rows, [(self.file.id,)])
        self.assertRegex(plan, "customer_archive_(_name_unique|_name_index|name_uniq)")
        self.assertNotIn("Seq Scan", plan)

    def test_a_year_of_filing_is_found_by_an_index(self):
        domain = [("opening_date", ">=", "2031-01-01")]
        rows, plan = self.plan(domain)
        self.assertFalse(rows)
        self.assertIn("customer_archive__opening_date_index", plan)

    def test_the_catalogue_is_searched_in_few_queries(self):
        """Whatever is typed: number, part of it, party."""
        files = self.env["customer.archive"].with_user(self.users["auditor"])
        found = {"name": {}, "partner_id": {"fields": {"display_name": {}}}}
        number = self.file.name
        files.web_search_read([("name", "ilike", number)], found)
        for typed in (number, number[-3:], number.lower()):
            self.env.invalidate_all()
            with self.assertQueryCount(8):
                answer = files.web_search_read([("name", "ilike", typed)], found)
            ids = [row["id"] for row in answer["records"]]
            self.assertIn(self.file.id, ids)

    def test_the_panel_beside_the_catalogue(self):
        """By category and by department, with what is in them."""
        action = self.env.ref("customer_archive.action_customer_archive_catalogue")
        arch = etree.fromstring(action.search_view_id.get_combined_arch())
        panel = [node.get("name") for node in arch.find("searchpanel")]
        self.assertEqual(panel, ["category_id", "department_id"])
        names = [node.get("name") for node in arch.iter("filter")]
        self.assertIn("group_year", names)
        files = self.env["customer.archive"].with_user(self.users["sales"])
        answer = files.search_panel_select_range(
            "category_id",
            enable_counters=True,
            search_domain=[("name", "!=", False)],
        )
        counts = {row["id"]: row["__count"] for row in answer["values"]}
        self.assertEqual(counts[self.file.category_id.id], 1)

    def test_by_time_of_transaction(self):
        """B8: the filters of the screen class the files by their last transaction."""
        year = self.company._archive_today().year
        other = self.registered(partner=self.partner("示例回收（苏州）有限公司"))
        for file, day in ((self.file, f"{year}-02-03"), (other, f"{year - 1}-11-30")):
            as_system(file.sudo()).write({"last_business_date": day})
        action = self.env.ref("customer_archive.action_customer_archive_catalogue")
        arch = etree.fromstring(action.search_view_id.get_combined_arch())
        filters = {node.get("name"): node for node in arch.iter("filter")}
        self.assertEqual(
            filters["last_business_date"].get("date"), "last_business_date"
        )
        group = literal_eval(filters["group_business_year"].get("context"))["group_by"]
        files = self.env["customer.archive"].with_user(self.users["sales"])
        ours = [("id", "in", (self.file | other).ids)]
        rows = files.formatted_read_group(ours, [group], ["__count"])
        found = {row[group][1]: row["__count"] for row in rows}
        self.assertEqual(found, {str(year): 1, str(year - 1): 1})
