"""Values that no form sends: each is refused in words, and not by the database."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ..rights.rights_case import our_models
from ..support.common import ArchiveCase

DECISION, WAIVE = "customer.archive.decision", "customer.archive.waive"
NO_IDS = ("abc", {"a": 1}, [True], [[2]], [None], [], [0], [-1], [2**63], ["1"], 5)
TOO_LARGE = (2**31, 2**63, -(2**31) - 1, 1e30, float("inf"), float("nan"))
TOO_EARLY = ("0001-01-01", date(1, 1, 1), "1899-12-31")


@tagged("post_install", "-at_install")
class TestRpcValues(ArchiveCase, TransactionCase):
    def test_dialogs_about_nothing(self):
        file = self.submitted()
        buttons = {DECISION: ("action_approve", "action_reject")}
        buttons[WAIVE] = ("action_waive",)
        roles = {DECISION: "head", WAIVE: "compliance"}
        named = [(file._name, ids) for ids in NO_IDS]
        named += [(file._name, [file.id, 2**31 - 1])]
        named += [(name, [1]) for name in ("res.partner", "ir.model", "nope", "")]
        for model, methods in buttons.items():
            dialogs = self.env[model].with_user(self.users[roles[model]])
            texts = {"comment": "why"} if model == DECISION else {"reason": "why"}
            for name, ids in named:
                for method in methods:
                    with (
                        self.subTest(model, about=name, ids=ids),
                        self.assertRaises(UserError),
                    ):
                        values = {"res_model": name or "-", "res_ids": ids, **texts}
                        getattr(dialogs.create(values), method)()
        self.assertEqual(file.state, "review")

    def test_dialogs_about_something(self):
        file = self.submitted()
        dialogs = self.env[DECISION].with_user(self.users["head"])
        values = {"res_model": file._name, "res_ids": file.ids, "comment": "fine"}
        dialogs.create(values).action_approve()
        self.assertEqual(file.approval_ids.mapped("state")[:1], ["approved"])

    def test_form_with_broken_references(self):
        sharings = self.env["customer.archive.sharing"]
        for value in (
            [[1]],
            [[]],
            [[6]],
            [[6, 0]],
            [[6, 0, 7]],
            [[4]],
            [{}],
            {"id": 0},
        ):
            with self.subTest(value=value):
                sharings._check_references({"archive_id": value, "document_ids": value})

    def fields_of(self, *types):
        """Yield (model, name) of what can be written of each of our models."""
        for name in our_models(self.env):
            if not name.startswith("customer.archive"):
                continue
            for field in self.env[name]._fields.values():
                if field.type in types and field.store and not field.readonly:
                    yield self.env[name], field.name

    def test_numbers_and_days_that_nothing_holds(self):
        """In every model of ours, however it is written."""
        found = 0
        for types, values in (
            (("integer",), TOO_LARGE),
            (("date", "datetime"), TOO_EARLY),
        ):
            for model, name in self.fields_of(*types):
                if name in ("create_date", "write_date", "id"):
                    continue
                found += 1
                for value in values:
                    for call in (model.create, model.write):
                        with (
                            self.subTest(model._name, field=name, value=value),
                            self.assertRaises(UserError),
                        ):
                            call({name: value})
        self.assertGreater(found, 35)

    def test_what_fits(self):
        policy = self.env["customer.archive.retention.policy"].search([], limit=1)
        policy._archive_check_fits({"years": 2**31 - 1, "fixed_date": "1900-01-01"})
        policy._archive_check_fits({"years": False, "fixed_date": date(1900, 1, 1)})
        with self.assertRaisesRegex(UserError, "Years"):
            policy.write({"years": 2**63})
