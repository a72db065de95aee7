"""Forms that are empty, or filled with odd values, never break: every model's.

A screen asks for defaults and onchanges before anything is filled in, and an interface
may send anything: what comes back is an answer, or a refusal in words.
"""

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..rights.rights_case import our_models
from ..support.common import ArchiveCase
from ..support.size import meets

# A sample fills each field with one in so many values; the roles share them.
VALUES_APART = 2
GONE = 2**31 - 5
# Odd values by the type of a field, besides none at all.
ODD = {
    "boolean": (None,),
    "char": ("", "\u200b", "“x” %s {0}"),
    "date": (False, "0001-01-01", "9999-12-31"),
    "datetime": (False, "0001-01-01 00:00:00", "9999-12-31 23:59:59"),
    "float": (0, -1.5, 1e18),
    "integer": (0, -1, 2**31 - 1),
    "json": (None, [], {"x": 1}),
    "many2many": ([], [[6, 0, []]], [[5, 0, 0]], [[4, GONE, 0]]),
    "many2one": (False, GONE),
    "many2one_reference": (0, GONE),
    "monetary": (0, -1),
    "one2many": ([], [[0, "virtual_1", {}]], [[5, 0, 0]]),
    "selection": (False,),
    "text": ("", "\u200b"),
}


@tagged("post_install", "-at_install")
class TestEmptyForms(ArchiveCase, TransactionCase):
    """The first is what the list of models is made for; a role each finds the rest."""

    def walk(self, role, turn):
        tried = 0
        for name in our_models(self.env):
            model = self.env[name].with_user(self.users[role])
            # The one screen that a model has, whatever its views show.
            spec = {
                each: {}
                for each, field in model._fields.items()
                if model._has_field_access(field, "read")
            }
            empty = dict.fromkeys(spec, False)
            calls = [
                ("default_get", [list(spec)]),
                ("onchange", [{}, [], spec]),
                ("onchange", [empty, list(spec), spec]),
            ]
            for number, each in enumerate(spec):
                field = model._fields[each]
                # What is shown besides is asked for above.
                shown = {each: {}, "display_name": {}}
                for place, value in enumerate((False, *ODD.get(field.type, ()))):
                    if meets(VALUES_APART, turn, number, place):
                        calls.append(("onchange", [{each: value}, [each], shown]))
            for method, args in calls:
                tried += 1
                with self.subTest(model=name, method=method, args=args[:2]):
                    self.ask(model, method, args)
        self.assertGreater(tried, 1000)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def ask(self, model, method, args):
        """Call it; what is refused in words is an answer, too."""
        with self.env.cr.savepoint() as savepoint:
            try:
                getattr(model, method)(*args)
            except UserError as error:
                self.assertTrue(str(error))
            savepoint.rollback()
        self.env.invalidate_all()
        self.env.cr.postrollback.clear()

    def test_account_managers(self):
        self.walk("sales", 0)

    def test_administrators(self):
        self.walk("admin", 1)
