from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .custody_case import CustodyCase

STOCKTAKE, LINE = "customer.archive.stocktake", "customer.archive.stocktake.line"


class StocktakeCase(CustodyCase):
    """Mixed into a TransactionCase: three files in one box, one in another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second, cls.third, cls.apart = cls.files(4, cls.box)
        cls.apart.with_user(cls.users["archivist"]).action_move(cls.other_box.id)
        # In no place, and so expected nowhere.
        cls.homeless = cls.archive(partner=cls.partner("苏州无位 公司")).sudo()

    def stocktake(self, **values):
        stocktakes = self.env[STOCKTAKE].with_user(self.users["archivist"])
        if not values:
            values = {"scope": "location", "location_id": self.box.id}
        return stocktakes.create(values)

    def started(self, **values):
        stocktake = self.stocktake(**values)
        stocktake.action_start()
        return stocktake

    def results(self, stocktake):
        """Return by file, or by code, what came of it."""
        return {
            line.archive_id or line.code: line.result
            for line in stocktake.sudo().line_ids
        }

    def line(self, stocktake, what):
        return stocktake.line_ids.filtered(
            lambda line: what in (line.archive_id, line.code)
        )

    def differing(self):
        """Return a stocktake with one of each kind of difference, counted."""
        stocktake = self.started(scope="location", location_id=self.cabinet.id)
        stocktake.action_count(
            [
                [self.box.id, [self.first.id, self.apart.id, "6901234567892"]],
                [self.other_box.id, [self.homeless.id]],
            ]
        )
        stocktake.action_end()
        return stocktake


@tagged("post_install", "-at_install")
class TestStocktake(StocktakeCase, TransactionCase):
    """Requirement B4: expected, counted, each difference settled, signed by two."""

    def test_what_is_expected(self):
        stocktake = self.started()
        self.assertRegex(stocktake.name, r"^PD-\d{4}-\d{4}$")
        expected = self.first + self.second + self.third
        self.assertEqual(self.results(stocktake), dict.fromkeys(expected, "open"))
        self.assertEqual(stocktake.line_ids.expected_id, self.box)
        self.assertEqual((stocktake.state, stocktake.expected_count), ("counting", 3))
        # With everything below.
        room = self.started(scope="location", location_id=self.room.id)
        self.assertEqual(room.expected_count, 4)
        full = self.started(scope="all")
        self.assertIn(self.apart, full.line_ids.archive_id)
        self.assertNotIn(self.homeless, full.line_ids.archive_id)
        with self.assertRaisesRegex(UserError, "status “Counting”"):
            room.action_start()
        with self.assertRaises(UserError), mute_logger("odoo.sql_db"):
            self.started(scope="location", location_id=self.location("空盒").id)

    def test_by_category_department_or_sample(self):
        category = self.first.category_id
        found = self.started(scope="category", category_id=category.id).line_ids
        self.assertEqual(found.archive_id.category_id, category)
        department = self.first.department_id
        if department:
            rows = self.started(scope="department", department_id=department.id)
            self.assertEqual(rows.line_ids.archive_id.department_id, department)
        sample = {"scope": "sample", "location_id": self.cabinet.id}
        two = self.started(**sample, sample_unit="number", sample_size=2)
        self.assertEqual(two.expected_count, 2)
        half = self.started(**sample, sample_unit="percent", sample_size=30)
        # 30 % of 4, rounded up.
        self.assertEqual(half.expected_count, 2)
        for scope in ("location", "category", "department"):
            with self.assertRaisesRegex(UserError, "Choose what is to be counted"):
                self.started(scope=scope)

    def test_papers_apart_and_on_loan(self):
        """A paper with a place of its own is counted; what is lent is on loan."""
        item = self.env["customer.archive.document"].create(
            {
                "archive_id": self.first.id,
                "type_id": self.env.ref("customer_archive.document_type_power").id,
                "is_paper": True,
            }
        )
        item.with_user(self.users["archivist"]).action_move(self.other_box.id)
        stocktake = self.started(scope="location", location_id=self.other_box.id)
        self.assertEqual(stocktake.line_ids.document_id, item)
        own = stocktake.line_ids.filtered("document_id")
        own.action_found()
        self.assertEqual((own.result, own.how), ("found", "manual"))
        own.action_not_found()
        self.assertEqual(
            (own.result, own.how, own.counted_by_id.id), ("open", False, False)
        )
        stocktake.action_end()
        self.assertEqual(own.result, "missing")
        own.action_settle("found", "在保险柜")
        self.assertEqual(own.settlement, "found")

    def test_what_is_found(self):
        stocktake = self.started()
        clerk = stocktake.with_user(self.users["clerk"])
        counts = [
            [self.box.id, [self.first.id, self.apart.id, " 6901234567892 "]],
            [self.other_box.id, [self.second.id]],
        ]
        self.assertEqual(clerk.action_count(counts), {"taken": 4, "elsewhere": 0})
        expected = {
            self.first: "found",
            self.second: "misplaced",
            self.third: "open",
            self.apart: "surplus",
            "6901234567892": "surplus",
        }
        self.assertEqual(self.results(stocktake), expected)
        line = self.line(stocktake, self.first)
        self.assertEqual(line.counted_by_id, self.users["clerk"])
        self.assertEqual((line.found_id, line.how), (self.box, "scanned"))
        # Sent once more, because the answer got lost: nothing changes.
        before = stocktake.line_ids.read()
        stocktake.with_user(self.users["archivist"]).action_count(counts)
        self.assertEqual(stocktake.line_ids.read(), before)
        # Found elsewhere later on: the last place counts, and who counts is told.
        told = clerk.action_count([[self.box.id, [self.second.id]]])
        self.assertEqual(told, {"taken": 1, "elsewhere": 1})
        self.assertEqual(self.line(stocktake, self.second).result, "found")

    def test_moved_meanwhile_or_inside_it(self):
        shelf = self.started(scope="location", location_id=self.cabinet.id)
        self.first.with_user(self.users["archivist"]).action_move(self.other_box.id)
        self.second.with_user(self.users["archivist"]).action_move(self.shelf.id)
        shelf.action_count([[self.other_box.id, [self.first.id, self.second.id]]])
        self.assertEqual(self.line(shelf, self.first).result, "found")
        # A box on the shelf it is registered in.
        self.assertEqual(self.line(shelf, self.second).result, "found")

    def test_a_bag_that_the_counter_may_not_read(self):
        """It is in the hand of who counts: noted by its label, and nothing is told."""
        blocked = self.files(1, self.box)
        as_system(blocked).is_blocked = True
        stocktake = self.started()
        clerk = stocktake.with_user(self.users["clerk"])
        self.assertEqual(clerk.expected_count, 4)
        lines = self.env[LINE].with_user(self.users["clerk"])
        own = [("stocktake_id", "=", stocktake.id)]
        self.assertNotIn(blocked, lines.search(own).archive_id)
        told = clerk.action_count([[self.box.id, [blocked._print_url()]]])
        self.assertEqual(told, {"taken": 1, "elsewhere": 0})
        self.assertEqual(self.results(stocktake)[blocked], "found")
        self.assertNotIn(blocked, lines.search(own).archive_id)

    def test_bad_input(self):
        stocktake = self.started()
        box, first = self.box.id, self.first.id
        for counts in (
            *([], None, "x", [1], [[]], [[box]], [[box, []]], [[box, [None]]]),
            *([["x", [1]]], [[True, [1]]], [[box, [-1]]], [[box, [" "]]]),
        ):
            with self.subTest(counts), self.assertRaisesRegex(UserError, "Scan a stor"):
                stocktake.action_count(counts)
        with self.assertRaisesRegex(UserError, "doesn't exist any more"):
            stocktake.action_count([[box, [2**31 - 1]]])
        with self.assertRaisesRegex(UserError, "isn't one of this company"):
            stocktake.action_count([[2**31 - 1, [first]]])
        # Other companies' files and places are none of this one's.
        company = self.env["res.company"].create({"name": "广州分公司"})
        there = self.env["customer.archive.location"].create(
            {"name": "丁柜", "company_id": company.id}
        )
        with self.assertRaisesRegex(UserError, "isn't one of this company"):
            stocktake.action_count([[there.id, [first]]])
        stocktake.action_count([[box, ["x" * 5000]]])
        self.assertLess(len(stocktake.line_ids.filtered("code").code), 400)

    def test_settled_and_signed(self):
        stocktake = self.differing()
        self.assertEqual(stocktake.state, "settling")
        numbers = ("expected", "found", "misplaced", "missing", "surplus", "unsettled")
        counts = [stocktake[f"{name}_count"] for name in numbers]
        self.assertEqual(counts, [4, 1, 1, 2, 2, 5])
        with self.assertRaisesRegex(UserError, "5 differences aren't settled"):
            stocktake.action_sign()
        misplaced, homeless = (
            self.line(stocktake, each) for each in (self.apart, self.homeless)
        )
        second, third = (
            self.line(stocktake, each) for each in (self.second, self.third)
        )
        unknown = self.line(stocktake, "6901234567892")
        with self.assertRaisesRegex(UserError, "Enter what was done"):
            misplaced.action_settle("moved")
        for line, how in ((misplaced, "lost"), (second, "moved"), (unknown, "moved")):
            with self.assertRaisesRegex(UserError, "can't be settled so"):
                line.action_settle(how, "说明")
        misplaced.note = "原盒已满"
        misplaced.action_settle("moved")
        self.assertEqual(self.apart.location_id, self.box)
        self.assertEqual(self.apart.move_ids[:1].reason, "原盒已满")
        homeless.action_settle("moved", "补登位置")
        self.assertEqual(self.homeless.location_id, self.other_box)
        second.action_settle("found", "在销售部桌上")
        third.action_settle("lost", "多处查找未果")
        unknown.action_settle("clarified", "是一盒文具")
        self.assertEqual(misplaced.settled_by_id, self.users["archivist"])
        with self.assertRaisesRegex(UserError, "nothing to settle"):
            misplaced.action_settle("returned", "改口")
        with self.assertRaisesRegex(UserError, "stays as it is"):
            misplaced.note = "改口"
        # Management decides on what is lost.
        lost = stocktake._activities("mail_activity_stocktake_lost")
        self.assertIn(self.users["management"], lost.user_id)
        # By what names nobody: not everybody who reads this may read the file.
        self.assertIn(self.third.name or f"#{self.third.id}", lost[0].summary)
        self.assertNotIn(self.third.partner_id.name, lost[0].summary)
        self.sign(stocktake)

    def sign(self, stocktake):
        """Have the archivist and a witness sign, and nobody else."""
        with self.assertRaisesRegex(UserError, "Choose a witness"):
            stocktake.action_sign()
        for role, words in (
            ("archivist", "can't be the witness"),
            ("sales", "can't see"),
        ):
            stocktake.witness_id = self.users[role]
            with self.assertRaisesRegex(UserError, words):
                stocktake.action_sign()
        stocktake.witness_id = self.users["clerk"]
        stocktake.action_sign()
        self.assertEqual(stocktake.state, "witness")
        stocktake.witness_id = self.users["auditor"]
        asked = stocktake._activities("mail_activity_stocktake_witness")
        self.assertEqual(asked.user_id, self.users["auditor"])
        for role in ("clerk", "archivist", "management"):
            with self.assertRaises(AccessError):
                stocktake.with_user(self.users[role]).action_witness()
        stocktake.with_user(self.users["auditor"]).action_witness()
        self.assertEqual(stocktake.state, "signed")
        self.assertFalse(asked.exists())
        self.assertEqual(stocktake.signed_by_id, self.users["archivist"])

    def test_signed_stays_as_it_is(self):
        stocktake = self.started()
        stocktake.action_count(
            [[self.box.id, (self.first + self.second + self.third).ids]]
        )
        stocktake.action_end()
        stocktake.witness_id = self.users["auditor"]
        stocktake.action_sign()
        stocktake.with_user(self.users["auditor"]).action_witness()
        line = stocktake.line_ids[0]
        for call in (
            lambda: stocktake.write({"note": "x"}),
            lambda: stocktake.write({"witness_id": self.users["clerk"].id}),
            lambda: stocktake.write({"scope": "all"}),
            stocktake.unlink,
            stocktake.action_cancel,
            lambda: stocktake.action_count([[self.box.id, [self.apart.id]]]),
            line.action_not_found,
            lambda: line.action_settle("moved", "x"),
            lambda: line.write({"note": "x"}),
        ):
            with self.assertRaises(UserError):
                call()
        other = self.started()
        self.env.flush_all()
        table, lines = "customer_archive_stocktake", "customer_archive_stocktake_line"
        insert = f"INSERT INTO {lines} (stocktake_id, company_id, result)"
        insert += f" SELECT %s, company_id, result FROM {lines}"
        for query, *ids in (
            (f"UPDATE {lines} SET note = 'x' WHERE id = %s", line.id),
            (f"DELETE FROM {lines} WHERE id = %s", line.id),
            (f"{insert} WHERE id = %s", stocktake.id, line.id),
            (
                f"UPDATE {lines} SET stocktake_id = %s WHERE id = %s",
                *(stocktake.id, other.line_ids[0].id),
            ),
            (f"UPDATE {table} SET state = 'settling' WHERE id = %s", stocktake.id),
            (f"UPDATE {table} SET note = 'x' WHERE id = %s", stocktake.id),
            (f"DELETE FROM {table} WHERE id = %s", stocktake.id),
        ):
            with (
                self.subTest(query),
                self.assertRaises(psycopg2.errors.RestrictViolation),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self.cr.execute(query, ids)

    def test_nobody_writes_lines(self):
        stocktake = self.started()
        line = stocktake.line_ids[0]
        for name, value in (("result", "found"), ("settlement", "moved")):
            with self.assertRaises(AccessError):
                line.write({name: value})
        with self.assertRaises(AccessError):
            line.unlink()
        values = {"stocktake_id": stocktake.id, "company_id": self.company.id}
        with self.assertRaises(AccessError):
            self.env[LINE].create({**values, "archive_id": self.apart.id})
        with self.assertRaises(AccessError):
            stocktake.state = "signed"

    def test_who_may(self):
        """Archivists manage, clerks count as well; refusals are on record."""
        stocktake = self.started()
        line = stocktake.line_ids[0]
        log = self.env["customer.archive.log"].sudo()
        for role in ("clerk", "compliance", "management", "auditor"):
            own = stocktake.with_user(self.users[role])
            for step in (own.action_start, own.action_end, own.action_sign):
                before = log.search_count([("event", "=", "denied")])
                with self.subTest(role, step=step), self.assertRaises(AccessError):
                    step()
                self.env.flush_all()
                self.assertGreaterEqual(
                    log.search_count([("event", "=", "denied")]), before
                )
            with self.assertRaises(AccessError):
                line.with_user(self.users[role]).action_settle("found", "x")
            if role != "clerk":
                with self.assertRaises(AccessError):
                    own.action_count([[self.box.id, [self.first.id]]])
        for role in ("sales", "legal", "finance", "reader"):
            with self.assertRaises(AccessError):
                stocktake.with_user(self.users[role]).action_counting()

    def test_a_counted_location_stays(self):
        stocktake = self.started()
        stocktake.action_count([[self.shelf.id, ["6901234567892"]]])
        spare = self.location("备用盒")
        counted = self.stocktake(scope="location", location_id=spare.id)
        with self.assertRaisesRegex(UserError, f"stocktake {counted.name} names it"):
            spare.unlink()
        counted.unlink()
        spare.unlink()

    def test_cancelled(self):
        stocktake = self.started()
        with self.assertRaisesRegex(UserError, "was started already"):
            stocktake.location_id = self.room
        with self.assertRaisesRegex(UserError, "stays on record"):
            stocktake.unlink()
        stocktake.action_cancel()
        self.assertEqual(stocktake.state, "cancelled")
        self.stocktake().unlink()

    def test_printed(self):
        stocktake = self.differing()
        html = self.env["ir.qweb"]._render(
            "customer_archive.report_stocktake",
            {"docs": stocktake, "web_base_url": "", "res_company": self.company},
        )
        for words in ("6901234567892", stocktake.name, self.box.complete_name):
            self.assertIn(words, str(html))

    # The yearly full check

    def run_cron(self, day):
        cron = self.env.ref("customer_archive.cron_stocktake")
        with freeze_time(f"{day} 03:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_one_company_does_not_keep_the_others_from_theirs(self):
        other = self.env["res.company"].create({"name": "苏州第二分公司"})
        both = self.company + other
        both.archive_stocktake_date = "2027-12-01"
        opened = []

        def open_full(_stocktakes, company):
            if company == self.company:
                raise UserError("x")
            opened.append(company)

        model = self.env.registry[STOCKTAKE]
        expected = "odoo.addons.customer_archive.models.custody"
        expected += ".customer_archive_stocktake_expected"
        with (
            patch.object(model, "_open_full", open_full),
            self.assertLogs(expected, "ERROR"),
        ):
            self.run_cron("2027-12-01")
        self.assertIn(other, opened)
        # It is tried again.
        self.assertEqual(str(self.company.archive_stocktake_date), "2027-12-01")
        self.assertEqual(str(other.archive_stocktake_date), "2028-12-01")

    def test_opened_once_a_year(self):
        self.company.archive_stocktake_date = "2027-12-01"
        mine = [("company_id", "=", self.company.id), ("scope", "=", "all")]
        stocktakes = self.env[STOCKTAKE]
        self.run_cron("2027-11-30")
        self.assertFalse(stocktakes.search(mine))
        for day in ("2027-12-01", "2027-12-02"):
            self.run_cron(day)
        opened = stocktakes.search(mine)
        self.assertEqual((len(opened), opened.state), (1, "counting"))
        self.assertFalse(opened.started_by_id)
        self.assertEqual(str(self.company.archive_stocktake_date), "2028-12-01")
        asked = opened._activities("mail_activity_stocktake")
        self.assertIn(self.users["archivist"], asked.user_id)
        # Not while one is under way; and of several that were missed, one is opened.
        self.run_cron("2031-01-10")
        self.assertEqual(stocktakes.search_count(mine), 1)
        opened.with_user(self.users["archivist"]).action_cancel()
        self.assertFalse(asked.exists())
        for _run in range(2):
            self.run_cron("2031-01-10")
        self.assertEqual(stocktakes.search_count(mine), 2)

    def test_a_company_without_files_is_left_alone(self):
        company = self.env["res.company"].create({"name": "空壳公司"})
        company.archive_stocktake_date = "2027-12-01"
        self.run_cron("2027-12-02")
        domain = [("company_id", "=", company.id)]
        self.assertFalse(self.env[STOCKTAKE].search(domain))
        self.assertEqual(str(company.archive_stocktake_date), "2028-12-01")
