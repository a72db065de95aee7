"""No client takes the addon away by writing the rows by which it is loaded."""

from odoo.orm.models import MAGIC_COLUMNS
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..support.common import PASSWORD, ArchiveCase

MODULES = "ir.module.module"
DEPENDENCIES = "ir.module.module.dependency"
DATA = "ir.model.data"
LOG = "customer.archive.log"
# What a client may not make of a module that is loaded.
FORBIDDEN = ("uninstalled", "uninstallable", "to install", False)


@tagged("post_install", "-at_install")
class TestModuleRows(ArchiveCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.module = cls.env.ref("base.module_customer_archive")
        cls.sale = cls.env.ref("base.module_sale")
        # Needed by what we need.
        cls.product = cls.env.ref("base.module_product")
        cls.root = new_test_user(
            cls.env, "t_system", groups="base.group_system", password=PASSWORD
        )
        file = cls.registered(partner=cls.partner("上海示例再生资源有限公司"))
        file.with_user(cls.users["legal"]).action_hold("audit", "Pending case")

    def setUp(self):
        super().setUp()
        self.authenticate("t_system", PASSWORD)

    def call(self, model, method, *arguments, **options):
        """Return what a client is told: the result, or the words of a refusal."""
        params = {
            "model": model,
            "method": method,
            "args": arguments,
            "kwargs": options,
        }
        with mute_logger("odoo.http"):
            answer = self.url_open("/web/dataset/call_kw", json={"params": params})
        answer = answer.json()
        if "error" in answer:
            return answer["error"]["data"]["message"]
        return answer["result"]

    def refused(self, model, method, *arguments, **options):
        """Whether it is refused, in our words."""
        told = self.call(model, method, *arguments, **options)
        return "Customer Archive keeps files" in str(told)

    def states(self):
        self.env.invalidate_all()
        return {(self.module + self.sale + self.product)[i].state for i in range(3)}

    def test_no_state_by_hand(self):
        for module in (self.module, self.sale, self.product):
            for state in FORBIDDEN:
                with self.subTest(module.name, state=state):
                    vals = {"state": state}
                    self.assertTrue(self.refused(MODULES, "write", module.ids, vals))
                    self.assertTrue(
                        self.refused(MODULES, "web_save", module.ids, vals, {})
                    )
        # What we need doesn't go alone, nor do we with files held.
        for module in (self.sale, self.product):
            vals = {"state": "to remove"}
            self.assertTrue(self.refused(MODULES, "write", module.ids, vals))
        told = self.call(MODULES, "write", self.module.ids, {"state": "to remove"})
        self.assertIn("on hold or blocked", told)
        self.assertEqual(self.states(), {"installed"})

    def test_no_other_column_by_hand(self):
        """All but what an update of the apps list writes."""
        described = self.env[MODULES].get_values_from_terp({})
        self.call(MODULES, "write", self.module.ids, {"shortdesc": "Customer Archive"})
        fields = self.env[MODULES]._fields.values()
        names = {each.name for each in fields if each.store and not each.compute}
        names -= {*described, "category_id", "country_ids", *MAGIC_COLUMNS}
        self.assertLess({"name", "state", "latest_version", "demo"}, names)
        for name in names:
            with self.subTest(name):
                vals = {name: False}
                self.assertTrue(self.refused(MODULES, "write", self.module.ids, vals))

    def test_no_row_goes(self):
        forced = {"context": {"_force_unlink": True}}
        data = self.env[DATA].search([("model", "=", MODULES)])
        for module in (self.module, self.sale, self.product):
            rows = module.dependencies_id
            [own] = data.filtered(lambda each, of=module: each.res_id == of.id)
            with self.subTest(module.name):
                self.assertTrue(self.refused(MODULES, "unlink", module.ids, **forced))
                self.assertTrue(self.refused(DEPENDENCIES, "unlink", rows[:1].ids))
                self.assertTrue(
                    self.refused(DEPENDENCIES, "write", rows[:1].ids, {"name": "web"})
                )
                self.assertTrue(self.refused(DATA, "unlink", own.ids))
                self.assertTrue(
                    self.refused(DATA, "write", own.ids, {"module": "lunch"})
                )
                values = {"name": "x", "module": "lunch", "model": MODULES}
                self.assertTrue(
                    self.refused(DATA, "create", {**values, "res_id": module.id})
                )
        command = [(0, 0, {"name": "lunch"})]
        vals = {"dependencies_id": command}
        self.assertTrue(self.refused(MODULES, "write", self.module.ids, vals))

    def test_odoos_own_buttons_work(self):
        done = self.call(MODULES, "button_upgrade", self.sale.ids)
        self.assertEqual(done["type"], "ir.actions.act_window")
        self.assertEqual(self.states() - {"installed"}, {"to upgrade"})
        self.assertEqual(self.module.state, "to upgrade")
        self.call(MODULES, "button_reset_state")
        self.assertEqual(self.states(), {"installed"})
        # What an installation of another module asks first.
        self.call(MODULES, "update_list")
        other = self.env.ref("base.module_lunch")
        self.assertEqual(other.state, "uninstalled")
        self.call(MODULES, "button_install", other.ids)
        self.call(MODULES, "button_reset_state")
        self.env.invalidate_all()
        self.assertEqual(other.state, "uninstalled")
        # As loading does when it is through.
        self.module.write({"state": "installed", "latest_version": "19.0.1.0"})

    def test_other_modules_are_as_ever(self):
        other = self.env.ref("base.module_lunch")
        vals = {"name": "lunch_tickets", "module": "lunch", "model": "res.partner"}
        [row] = self.call(DATA, "create", [vals])
        self.call(DATA, "write", [row], {"noupdate": True})
        self.assertIs(self.call(DATA, "unlink", [row]), True)
        done = self.call(MODULES, "write", other.ids, {"state": "uninstallable"})
        self.assertIs(done, True)

    def test_attempts_are_recorded(self):
        attempts = (
            ("write", {"state": "uninstalled"}),
            ("write", {"state": "to remove"}),
        )
        for method, vals in attempts:
            self.call(MODULES, method, self.module.ids, vals)
        domain = [("user_id", "=", self.root.id), ("event", "=", "denied")]
        rows = self.env[LOG].search([*domain, ("model", "=", MODULES)])
        self.assertEqual([row.detail for row in rows], ["module"] * 2)
        self.assertEqual([row.res_id for row in rows], self.module.ids * 2)
        self.assertIn("removing the addon", rows[0].summary)
