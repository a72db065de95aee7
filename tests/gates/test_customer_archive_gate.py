from datetime import timedelta

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import TransactionCase, tagged

from .gates_case import GATE, NAME, GatesCase

LATE = timedelta(days=40)


@tagged("post_install", "-at_install")
class TestGate(GatesCase, TransactionCase):
    """Requirement E4."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.registered(partner=cls.partner(NAME))
        cls.party = cls.file.partner_id
        cls.nobody = cls.partner("宁波甬江贸易有限公司")
        cls.env.flush_all()

    def test_healthy_party(self):
        order = self.sale(self.party)
        self.assertFalse(order.archive_warning)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertNotIn("condition", self.notes(order))

    def notes(self, order):
        return " ".join(map(str, order.sudo().message_ids.mapped("body")))

    def test_no_file_warns(self):
        order = self.sale(self.nobody)
        self.assertIn("宁波甬江贸易有限公司 has no file", order.archive_warning)
        self.assertFalse(order.archive_stops)
        since = self.last_row()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        # Who reads the order needn't read the file: the record alone has the reasons.
        self.assertIn("doesn't meet every condition", self.notes(order))
        self.assertNotIn("has no file", self.notes(order))
        row = self.rows("gate", since)
        self.assertEqual((row.res_id, row.model), (self.nobody.id, "res.partner"))
        self.assertEqual(row.detail, f"sale {order.id} no_file")
        self.assertIn(order.name, row.summary)

    def test_noted_once_however_many_steps_it_takes(self):
        """A purchase that a superior approves is confirmed in two steps."""
        company = self.company.sudo()
        company.po_double_validation = "two_step"
        company.po_double_validation_amount = 1
        order = self.purchase(self.nobody)
        order.order_line.price_unit = 1000
        since = self.last_row()
        order.button_confirm()
        self.assertEqual(order.state, "to approve")
        superior = self.users["purchase_head"]
        superior.group_ids += self.env.ref("purchase.group_purchase_manager")
        order.with_user(superior).button_approve()
        self.assertEqual(order.state, "purchase")
        self.assertEqual(self.notes(order).count("every condition"), 1)
        self.assertEqual(len(self.rows("gate", since)), 1)
        # Another party's is another matter.
        order.sudo().partner_id = self.partner("宁波镇海贸易有限公司")
        self.assertEqual(self.notes(order).count("every condition"), 2)

    def test_what_a_gate_says_is_remembered_until_it_changes(self):
        gates, gate = self.env[GATE], self.gate("no_file")
        for action in ("stop", "warn", "stop"):
            gate.action = action
            (found,) = gates._findings(self.sale(self.nobody), "sale").values()
            self.assertEqual(found[0].gate.action, action)
            self.env.invalidate_all()
            (found,) = gates._findings(self.sale(self.nobody), "sale").values()
            self.assertEqual(found[0].gate.action, action)

    def test_stopped_with_the_way_to_a_waiver(self):
        self.stop("no_file")
        order = self.sale(self.nobody)
        self.assertTrue(order.archive_stops)
        since = self.last_row()
        with self.enter_registry_test_mode():
            with self.assertRaises(RedirectWarning) as caught:
                order.action_confirm()
            self.env.cr.postrollback.run()
        words, action, _button, context = caught.exception.args
        self.assertIn("宁波甬江贸易有限公司 has no file: open one.", words)
        self.assertEqual(action["res_model"], "customer.archive.waiver")
        self.assertEqual(context["default_sale_order_id"], order.id)
        self.assertEqual(context["default_gate_ids"], self.gate("no_file").ids)
        self.assertEqual(order.state, "draft")
        denied = self.rows("denied", since)
        self.assertEqual(denied.mapped("detail"), ["confirm_order"])
        self.assertIn("has no file", denied.note)

    def test_each_refusal_by_itself(self):
        """What is recorded of one party says nothing of another."""
        self.stop("no_file", "ended")
        self.by_sql(self.file, {"relation_stage": "terminated"})
        orders = self.sale(self.party) | self.sale(self.nobody)
        since = self.last_row()
        with self.enter_registry_test_mode():
            with self.assertRaises(RedirectWarning):
                orders.action_confirm()
            self.env.cr.postrollback.run()
        rows = self.rows("denied", since)
        self.assertEqual(
            {(row.model, row.res_id) for row in rows},
            {("customer.archive", self.file.id), ("res.partner", self.nobody.id)},
        )
        for row in rows:
            self.assertEqual(NAME in row.note, row.model == "customer.archive")

    def test_what_a_context_hides_or_shows_changes_nothing(self):
        self.gate("no_file").active = False
        self.env.registry.clear_cache()
        order = self.sale(self.nobody).with_context(active_test=False)
        self.assertFalse(order.archive_warning)
        self.gate("no_file").active = True
        self.assertTrue(self.sale(self.nobody).archive_warning)

    def test_condition_of_a_waiver_stays(self):
        gate = self.gate("lapsed")
        self.waiver(self.party, "lapsed")
        with self.assertRaisesRegex(UserError, "waivers of this"):
            gate.condition = "registry"
        gate.active = False
        with self.assertRaisesRegex(UserError, "waivers of this"):
            gate.unlink()

    def test_file_that_is_not_on_record(self):
        self.stop("no_file")
        draft = self.archive(partner=self.partner("苏州吴中机器人有限公司"))
        with self.assertRaisesRegex(UserError, "isn't approved and on record yet"):
            self.sale(draft.partner_id).action_confirm()
        with self.assertRaisesRegex(UserError, "has no file on record"):
            self.purchase(draft.partner_id).button_confirm()

    def test_each_condition(self):
        """What fails is named, and nothing else."""
        item = self.file.document_ids.filtered("has_validity")[:1].sudo()
        for condition, values, words in (
            ("lapsed", self.expired(item), "have expired"),
            ("ended", {"relation_stage": "terminated"}, "was terminated"),
            ("held", {"is_held": True}, "on hold"),
        ):
            with self.subTest(condition):
                where = item if condition == "lapsed" else self.file
                before = where.sudo().read(list(values))[0]
                self.by_sql(where, values)
                findings = self.env[GATE]._findings(self.sale(self.party), "sale")
                (found,) = findings.values()
                self.assertEqual([each.gate.condition for each in found], [condition])
                self.assertIn(words, self.sale(self.party).archive_warning)
                self.by_sql(where, {name: before[name] for name in values})

    def expired(self, item):
        return {"valid_until": self.env.company._archive_today() - LATE}

    def by_sql(self, record, values):
        """Write as time and others would have; the guards are tested elsewhere."""
        self.env.flush_all()
        for name, value in values.items():
            self.env.cr.execute(
                f"UPDATE {record._table} SET {name} = %s WHERE id = %s",
                [value, record.id],
            )
        self.env.invalidate_all()

    def test_papers_beyond_their_day(self):
        item = self.file.document_ids[:1].sudo()
        day = self.env.company._archive_today() - LATE
        self.by_sql(item, {"is_missing": True, "due_date": day})
        order = self.sale(self.party)
        self.assertIn("missing beyond their day", order.archive_warning)
        self.by_sql(item, {"due_date": self.env.company._archive_today() + LATE})
        self.assertFalse(self.sale(self.party).archive_warning)

    def test_overdue_review(self):
        review = self.env["customer.archive.review"].sudo()._open(self.file.sudo())
        self.assertFalse(self.sale(self.party).archive_warning)
        self.by_sql(review, {"due_date": self.env.company._archive_today() - LATE})
        self.assertIn("review of", self.sale(self.party).archive_warning)

    def test_closed_after_it_was_ended_or_held(self):
        """The more it has ended, the less is sent: to whoever orders it, too."""
        self.stop("ended", "held")
        other = self.registered(partner=self.partner("苏州吴中机器人有限公司"))
        for condition, values, words in (
            ("ended", {"relation_stage": "terminated"}, "was terminated"),
            ("held", {"relation_stage": "cooperating", "is_held": True}, "on hold"),
        ):
            self.by_sql(self.file, {"state": "closed", **values})
            to_it = self.sale(other.sudo().partner_id)
            to_it.partner_shipping_id = self.party
            for order in (self.sale(self.party), to_it):
                with self.subTest(condition), self.assertRaisesRegex(UserError, words):
                    order.action_confirm()
        self.by_sql(self.file, {"state": "destroyed"})
        to_it.action_confirm()
        self.assertEqual(to_it.state, "sale")

    def test_a_new_file_lifts_nothing_before_it_is_approved(self):
        self.stop("ended")
        closed = {"state": "closed", "relation_stage": "terminated"}
        self.by_sql(self.file, closed)
        self.assertIn("has no file: open one", self.sale(self.party).archive_warning)
        draft = self.archive(partner=self.party)
        order = self.sale(self.party)
        with self.assertRaisesRegex(UserError, "was terminated"):
            order.action_confirm()
        self.by_sql(draft, {"state": "active"})
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_hold_of_a_file_that_is_not_on_record(self):
        self.stop("held")
        draft = self.archive(partner=self.nobody)
        self.sale(self.nobody).action_confirm()
        self.by_sql(draft, {"is_held": True})
        with self.assertRaisesRegex(UserError, "is on hold"):
            self.sale(self.nobody).action_confirm()

    def test_by_category_company_side_and_kind_of_party(self):
        gate = self.gate("no_file")
        gate.action = "stop"
        person = self.env["res.partner"].create({"name": "王小明"})
        self.sale(person).action_confirm()
        gate.companies_only = False
        with self.assertRaises(UserError):
            self.sale(person).action_confirm()
        gate.for_sales = False
        self.sale(self.nobody).action_confirm()
        with self.assertRaises(UserError):
            self.purchase(self.nobody).button_confirm()
        gate.write({"for_sales": True, "company_id": self.elsewhere().id})
        self.sale(self.nobody).action_confirm()
        gate.company_id = self.company
        with self.assertRaises(UserError):
            self.sale(self.nobody).action_confirm()
        gate.write({"company_id": False, "category_id": self.goods.id})
        # Who has no file has no category.
        self.sale(self.nobody).action_confirm()

    def elsewhere(self):
        return self.env["res.company"].create({"name": "乙公司"})

    def test_by_the_category_of_the_file(self):
        gate = self.gate("ended")
        self.by_sql(self.file, {"relation_stage": "terminated"})
        gate.write({"action": "stop", "category_id": self.goods.id})
        self.sale(self.party).action_confirm()
        gate.category_id = self.buyer
        with self.assertRaisesRegex(UserError, "was terminated"):
            self.sale(self.party).action_confirm()

    def test_strictest_of_several(self):
        self.env[GATE].create({"condition": "ended", "category_id": self.buyer.id})
        strict = {"condition": "ended", "category_id": self.buyer.id, "action": "stop"}
        self.env[GATE].create(strict)
        self.by_sql(self.file, {"relation_stage": "terminated"})
        findings = self.env[GATE]._findings(self.sale(self.party), "sale")
        self.assertEqual([each.stops for each in next(iter(findings.values()))], [True])

    def test_who_does_not_see_the_file_learns_no_reason(self):
        self.by_sql(self.file, {"relation_stage": "terminated"})
        order = self.sale(self.party, role="sales_other")
        self.assertEqual(
            order.archive_warning,
            f"The customer file of {NAME} stands in the way.",
        )

    def test_who_does_not_see_a_draft_learns_no_more_than_that_none_is_there(self):
        draft = self.archive(partner=self.partner("苏州吴中机器人有限公司"))
        order = self.sale(draft.partner_id, role="sales_other")
        self.assertRegex(order.archive_warning, "has no file on record.$")

    def test_softening_takes_a_second_person(self):
        gate = self.gate("no_file")
        admin = gate.with_user(self.users["admin"])
        admin.action = "stop"
        self.assertEqual(gate.action, "stop")
        admin.action = "warn"
        admin.active = False
        self.assertEqual((gate.action, gate.active), ("stop", True))
        self.assertTrue(gate.lifting_words)
        with self.assertRaises(AccessError):
            admin.action_confirm_lifting(gate.lifting_digest)
        other = gate.with_user(self.users["compliance"])
        other.action_confirm_lifting(gate.lifting_digest)
        self.assertEqual((gate.action, gate.active), ("warn", False))
        self.sale(self.nobody).action_confirm()

    def test_deleting_one_in_force(self):
        with self.assertRaisesRegex(UserError, "deactivate it first"):
            self.gate("held").with_user(self.users["admin"]).unlink()

    def test_costs_by_batches(self):
        """Three queries for what is asked, however many orders."""
        orders = self.env["sale.order"].union(
            *(self.sale(self.party) for _ in range(20))
        )
        gates = self.env[GATE]
        gates._findings(orders, "sale")
        self.env.flush_all()
        self.env.invalidate_all()
        orders.fetch(["partner_id", "company_id", "payment_term_id", "state"])
        orders.sudo().partner_id.fetch(["commercial_partner_id", "is_company"])
        with self.assertQueryCount(3):
            gates._findings(orders, "sale")
