from datetime import timedelta

from odoo import Command, fields
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
        return {"valid_until": fields.Date.today() - LATE}

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
        day = fields.Date.today() - LATE
        self.by_sql(item, {"is_missing": True, "due_date": day})
        order = self.sale(self.party)
        self.assertIn("missing beyond their day", order.archive_warning)
        self.by_sql(item, {"due_date": fields.Date.today() + LATE})
        self.assertFalse(self.sale(self.party).archive_warning)

    def test_overdue_review(self):
        review = self.env["customer.archive.review"].sudo()._open(self.file.sudo())
        self.assertFalse(self.sale(self.party).archive_warning)
        self.by_sql(review, {"due_date": fields.Date.today() - LATE})
        self.assertIn("review of", self.sale(self.party).archive_warning)

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
        gate.write({"for_sales": True, "category_id": self.goods.id})
        # Who has no file has no category.
        self.sale(self.nobody).action_confirm()

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
        orders.fetch(["partner_id", "company_id", "state"])
        orders.sudo().partner_id.fetch(["commercial_partner_id", "is_company"])
        gates.sudo().search([]).fetch(["condition", "action"])
        with self.assertQueryCount(3):
            gates._findings(orders, "sale")


@tagged("post_install", "-at_install")
class TestGatePaths(GatesCase, TransactionCase):
    """Requirement E4: whatever leads to a confirmation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nobody = cls.partner("宁波甬江贸易有限公司")
        cls.stop("no_file")

    def test_every_way_of_a_sale(self):
        user = self.users["sales"]
        orders = self.sale(self.nobody) | self.sale(self.nobody)
        order = orders[0]
        now = fields.Datetime.now()
        values = {"partner_id": self.nobody.id, "state": "sale", "date_order": now}
        lists = self.env["sale.order"].with_user(user)
        for name, way in {
            "button": order.action_confirm,
            "list": orders.action_confirm,
            "validated by the website": lambda: order.sudo()._validate_order(),
            "another user's rights": lambda: order.sudo().action_confirm(),
            "written": lambda: order.write({"state": "sale"}),
            "written by the system": lambda: order.sudo().write({"state": "sale"}),
            "created": lambda: lists.create(values),
            "created by a default": lambda: lists.with_context(
                default_state="sale"
            ).create({"partner_id": self.nobody.id}),
            "client's context": lambda: order.with_context(
                tracking_disable=True, install_mode=True, import_file=True
            ).action_confirm(),
        }.items():
            with self.subTest(name), self.assertRaises(UserError):
                way()
        self.assertEqual(orders.mapped("state"), ["draft", "draft"])
        with self.subTest("import"):
            done = lists.load(
                ["partner_id/.id", "state", "date_order"],
                [[str(self.nobody.id), "Sales Order", str(now)]],
            )
            self.assertIn("has no file", done["messages"][0]["message"])

    def test_every_way_of_a_purchase(self):
        order = self.purchase(self.nobody)
        for name, way in {
            "button": order.button_confirm,
            "approved": order.button_approve,
            "written": lambda: order.write({"state": "purchase"}),
            "to be approved": lambda: order.write({"state": "to approve"}),
            "system": lambda: order.sudo().button_confirm(),
        }.items():
            with self.subTest(name), self.assertRaises(UserError):
                way()
        self.assertEqual(order.state, "draft")

    def test_every_state_that_confirms_is_known(self):
        """Whoever adds a state to an order says whether it is a confirmation."""
        known = {
            "sale.order": {"draft", "sent", "sale", "cancel"},
            "purchase.order": {"draft", "sent", "to approve", "purchase", "cancel"},
        }
        for model, states in known.items():
            with self.subTest(model):
                field = self.env[model]._fields["state"]
                self.assertEqual({code for code, _label in field.selection}, states)

    def test_what_grows_after_it_was_confirmed(self):
        self.gate("no_file").action = "warn"
        sale, purchase = self.sale(self.nobody), self.purchase(self.nobody)
        sale.action_confirm()
        purchase.button_confirm()
        self.stop("no_file")
        line, bought = sale.order_line, purchase.order_line
        add = {"product_id": self.product.id}
        loose = self.sale(self.nobody).order_line
        line.discount = 50
        dozen = self.env.ref("uom.product_uom_dozen")
        for name, way in {
            "without its discount": lambda: line.write({"discount": 0}),
            "by the dozen": lambda: line.write({"product_uom_id": dozen.id}),
            "moved there": lambda: loose.write({"order_id": sale.id}),
            "linked": lambda: sale.write({"order_line": [Command.link(loose.id)]}),
            "bought by the dozen": lambda: bought.write({"product_uom_id": dozen.id}),
            "more": lambda: line.write({"product_uom_qty": 6}),
            "dearer": lambda: line.write({"price_unit": 9000}),
            "another": lambda: sale.write({"order_line": [Command.create(add)]}),
            "bought more": lambda: bought.write({"product_qty": 6}),
            "bought another": lambda: purchase.write(
                {"order_line": [Command.create({**add, "product_qty": 1})]}
            ),
        }.items():
            with self.subTest(name), self.assertRaises(UserError):
                way()
        line.product_uom_qty = 4
        line.qty_delivered = 4
        section = {"display_type": "line_section", "name": "预付款"}
        sale.write({"order_line": [Command.create(section)]})
        bought.product_qty = 4
        self.assertEqual((line.product_uom_qty, bought.product_qty), (4, 4))

    def test_another_party_after_it_was_confirmed(self):
        file = self.registered(partner=self.partner("江阴长兴再生资源有限公司"))
        order = self.sale(file.partner_id)
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "has no file"):
            order.write({"partner_id": self.nobody.id})

    def test_a_contact_stands_for_its_company(self):
        contact = self.nobody.child_ids[:1]
        with self.assertRaisesRegex(UserError, "宁波甬江贸易有限公司 has no file"):
            self.sale(contact).action_confirm()

    def test_the_party_itself_learns_no_reason(self):
        order = self.sale(self.nobody)
        portal = self.users["portal"]
        with self.assertRaisesRegex(UserError, "^This order can't be confirmed"):
            order.with_user(portal).sudo()._validate_order()
        self.assertFalse(order.with_user(portal).sudo().archive_warning)

    def test_nothing_is_offered_that_would_not_be_confirmed(self):
        """A payment would be taken, and not be booked."""
        order = self.sale(self.nobody).sudo()
        order.write({"require_payment": True, "require_signature": True})
        self.assertFalse(order._has_to_be_paid())
        self.assertFalse(order._has_to_be_signed())
        self.gate("no_file").action = "warn"
        self.assertTrue(order._has_to_be_paid())
        self.assertTrue(order._has_to_be_signed())

    def test_who_may_not_ask_for_a_waiver(self):
        order = self.sale(self.nobody)
        user = self.users["employee"]
        user.group_ids += self.env.ref("sales_team.group_sale_manager")
        order = order.with_user(self.users["employee"])
        with self.assertRaises(UserError) as caught:
            order.action_confirm()
        self.assertIn("has no file", str(caught.exception))
