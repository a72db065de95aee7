"""Of what the system makes itself no client's default says anything; requirement I4."""

from freezegun import freeze_time

from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.heirs import heirs
from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..supervision.supervision_case import FEEDBACK, LINE, SupervisionCase

GUARD = "customer.archive.guard"


@tagged("post_install", "-at_install")
class TestDefaults(SupervisionCase, TransactionCase):
    """Requirement I4."""

    def test_every_model(self):
        """What a context gives doesn't count, whichever model is made."""
        user = self.users["compliance"]
        with freeze_time("2027-03-01 03:00:00"):
            for name in heirs(self.env, GUARD):
                model = as_system(self.env[name].with_user(user).sudo())
                names = [
                    field.name
                    for field in model._fields.values()
                    if field.store and field.type not in ("one2many", "many2many")
                ]
                context = {f"default_{each}": user.id for each in names}
                with self.subTest(name):
                    given = model.with_context(**context).default_get(names)
                    self.assertEqual(given, model.default_get(names))

    def test_own_defaults_of_users(self):
        """Those of everybody hold, those of one user don't."""
        user, defaults = self.users["auditor"], self.env["ir.default"]
        defaults.with_user(user).set(LINE, "result", "ok", user_id=True)
        defaults.set(LINE, "note", "同前")
        defaults.with_user(user).set(LINE, "note", "伪造", user_id=True)
        model = as_system(self.env[LINE].with_user(user).sudo())
        names = ["result", "note", "sequence"]
        self.assertEqual(model.default_get(names), {"note": "同前"})

    def test_feedback(self):
        rows = self.env[FEEDBACK].with_user(self.users["employee"])
        row = rows.with_context(
            default_answer="好",
            default_answered_by_id=self.users["archivist"].id,
            default_answered_on="2020-01-01",
        ).create({"subject": "借阅", "description": "希望更快"})
        own = row.sudo()
        self.assertFalse(own.answer or own.answered_by_id or own.answered_on)
        # What they say themselves may come from a default.
        row = rows.with_context(default_kind="praise").create(
            {"subject": "借阅", "description": "很快"}
        )
        self.assertEqual(row.kind, "praise")

    def test_check(self):
        other = self.users["compliance"].id
        audit = self.audit().with_context(
            default_result="ok", default_answered_by_id=other
        )
        audit.action_start()
        self.assertFalse(any(audit.line_ids.mapped("result")))
        self.assertFalse(audit.line_ids.answered_by_id)
        line = audit.line_ids[0].with_context(
            default_finding_state="confirmed", default_confirmed_by_id=other
        )
        line.action_finding()
        self.assertEqual(line.finding_ids.finding_state, "open")
        self.assertFalse(line.finding_ids.confirmed_by_id)

    def test_incident_of_a_stocktake(self):
        keeper = self.users["archivist"]
        locations = self.env["customer.archive.location"].with_user(keeper)
        room = locations.create({"name": "二楼库房"})
        self.file.with_user(keeper).action_move(room.id)
        stocktakes = self.env["customer.archive.stocktake"].with_user(keeper)
        stocktake = stocktakes.create({"location_id": room.id})
        stocktake.action_start()
        stocktake.action_end()
        lines = stocktake.difference_ids.with_context(
            default_state="unfounded", default_severity="minor"
        )
        lines.action_settle("lost", "三月装修后再没见过")
        incident = self.env["customer.archive.incident"].sudo().search([], limit=1)
        self.assertEqual(incident.origin, "stocktake")
        self.assertEqual((incident.state, incident.severity), ("draft", False))
