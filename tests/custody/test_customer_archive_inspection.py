import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .inspection_case import LINE, PICTURE, POINT, InspectionCase, point


@tagged("post_install", "-at_install")
class TestInspection(InspectionCase, TransactionCase):
    """Requirement B3: each point answered, signed, and locked from then on."""

    def test_what_is_looked_at(self):
        room, cabinet = self.inspection(), self.inspection(self.cabinet)
        self.assertRegex(room.name, r"^XJ-\d{4}-\d{4}$")
        for inspection, kind in ((room, "room"), (cabinet, "cabinet")):
            points = self.env[POINT].search([(f"for_{kind}", "=", True)])
            self.assertEqual(inspection.line_ids.point_id, points)
        damp = self.line(room, "humidity")
        self.assertEqual((damp.lowest, damp.highest, damp.unit), (45, 60, "%"))
        warm = self.line(room, "temperature")
        self.assertEqual((warm.lowest, warm.highest, warm.unit), (14, 24, "°C"))
        # In the cabinet the responsible person of the room it is in.
        self.assertEqual((room + cabinet).inspector_id, self.keeper)
        # Also where a form leaves it empty.
        shelf = self.inspection(self.shelf, inspector_id=False)
        self.assertEqual(shelf.inspector_id, self.keeper)
        self.assertEqual(self.activities(room, "inspection").user_id, self.keeper)
        with self.assertRaisesRegex(UserError, "No inspection point"):
            self.env[POINT].search([]).write({"for_box": False})
            self.inspection(self.box)

    @mute_logger("odoo.sql_db")
    def test_one_at_a_time(self):
        self.inspection()
        with self.assertRaisesRegex(Exception, "open already|customer_archive_insp"):
            self.inspection()

    def test_whole(self):
        """By the responsible person of the room, who has no other right there."""
        inspection = self.inspection().with_user(self.keeper)
        with self.assertRaisesRegex(UserError, "aren't answered yet"):
            inspection.action_sign()
        self.answer(inspection, "locks", "insects")
        self.line(inspection, "insects").action_not_applicable()
        line = self.found(inspection)
        self.assertEqual((line.finding_state, line.severity), ("open", "major"))
        self.assertEqual(line.answered_by_id, self.keeper)
        line.write({"photo_ids": [(0, 0, {"image": PICTURE})]})
        self.assertEqual(line.photo_ids.with_user(self.keeper).image, PICTURE)
        self.assertEqual(self.activities(line, "finding").user_id, self.users["clerk"])
        inspection.action_sign()
        self.assertEqual(
            (inspection.state, inspection.signed_by_id), ("signed", self.keeper)
        )
        self.assertFalse(self.activities(inspection, "inspection"))
        self.assertEqual(inspection.open_finding_count, 1)
        # Repaired after it was signed, by who is responsible for it.
        own = line.with_user(self.users["clerk"])
        with self.assertRaisesRegex(UserError, "enter what was repaired"):
            own.action_repair()
        own.write(
            {
                "repair_note": "锁具已更换，两把钥匙交档案管理岗",
                "repair_photo_ids": [(0, 0, {"image": PICTURE})],
            }
        )
        self.assertEqual(own.repair_photo_ids.kind, "repair")
        own.action_repair()
        self.assertFalse(self.activities(line, "finding"))
        asked = self.activities(line, "finding_confirm").user_id
        self.assertIn(self.archivist2, asked)
        line.with_user(self.archivist2).action_confirm()
        self.assertEqual(
            (line.finding_state, line.confirmed_by_id), ("confirmed", self.archivist2)
        )
        self.assertFalse(self.activities(line, "finding_confirm"))
        self.assertEqual(inspection.open_finding_count, 0)
        self.assertEqual(self.room.inspection_last, inspection.signed_on)

    def test_readings(self):
        inspection = self.inspection()
        damp = self.line(inspection, "humidity")
        for value in (0, 44.9, 60.1, 72):
            with self.subTest(value), self.assertRaisesRegex(UserError, "finding"):
                damp.write({"result": "ok", "value": value})
        damp.write({"result": "ok", "value": 60})
        self.assertEqual(damp.reading, "60 % (45–60 %)")
        with self.assertRaisesRegex(UserError, "isn't between 45 and 60"):
            damp.value = 80
        damp.write({"result": "finding", "value": 80})
        self.assertEqual(damp.finding_state, "open")
        # The range of the day counts, whatever is said later.
        point(self.env, "humidity").highest = 55
        self.assertEqual(damp.highest, 60)

    def test_a_finding_is_complete(self):
        inspection = self.inspection()
        self.answer(inspection, "locks")
        line = self.line(inspection, "locks")
        line.action_finding()
        # Who looks after the room, in ten working days, if nobody says otherwise.
        self.assertEqual(line.responsible_id, self.keeper)
        self.assertTrue(line.deadline)
        with self.assertRaisesRegex(UserError, "say what was found"):
            inspection.action_sign()
        outsider = self.person("outsider")
        with self.assertRaisesRegex(UserError, "can't see inspections"):
            line.responsible_id = outsider
        with self.assertRaisesRegex(UserError, "is over already"):
            line.deadline = "2020-01-01"
        line.finding = " "
        with self.assertRaisesRegex(UserError, "say what was found"):
            inspection.action_sign()
        # Answered otherwise after all: nobody repairs it.
        line.action_in_order()
        self.assertFalse(line.responsible_id or line.deadline or line.finding_state)
        self.assertFalse(self.activities(line, "finding"))
        inspection.action_sign()

    def test_who_inspects(self):
        inspection = self.inspection(inspector_id=self.users["archivist"].id)
        line = self.line(inspection, "locks")
        for role in ("auditor", "compliance", "management", "clerk"):
            own = line.with_user(self.users[role])
            self.assertTrue(own.read(["result"]))
            with self.subTest(role), self.assertRaises(AccessError):
                own.action_in_order()
            with self.subTest(role), self.assertRaises(AccessError):
                inspection.with_user(self.users[role]).action_sign()
        self.assertTrue(
            self.refusals(inspection, "inspect"), "Refusals aren't on record."
        )
        for role in ("sales", "finance", "admin"):
            with self.subTest(role), self.assertRaises(AccessError):
                line.with_user(self.users[role]).read(["result"])
        with self.assertRaises(AccessError):
            inspection.with_user(self.users["sales"]).read(["name"])
        # Its own fields are nobody's to write.
        for values in ({"state": "signed"}, {"due_on": "2030-01-01"}, {"name": "x"}):
            with self.subTest(values), self.assertRaises(AccessError):
                inspection.write(values)
        with self.assertRaises(AccessError):
            line.write({"finding_state": "confirmed"})
        with self.assertRaisesRegex(UserError, "stays as it was opened"):
            inspection.location_id = self.cabinet
        with self.assertRaises(AccessError):
            self.env[LINE].with_user(self.users["archivist"]).create(
                {"inspection_id": inspection.id, "point_id": line.point_id.id}
            )
        with self.assertRaisesRegex(UserError, "stays on record"):
            inspection.unlink()

    def test_repair_by_whom(self):
        inspection = self.inspection()
        self.answer(inspection, "locks")
        line = self.found(inspection)
        for role in ("auditor", "management", "compliance"):
            own = line.with_user(self.users[role])
            with self.subTest(role), self.assertRaises(AccessError):
                own.action_repair()
            with self.subTest(role), self.assertRaises(AccessError):
                own.repair_note = "已修"
        self.assertTrue(self.refusals(line, "repair_finding"))
        own = line.with_user(self.users["clerk"])
        # Whoever repairs doesn't say what was found.
        with self.assertRaises(AccessError):
            own.severity = "minor"
        own.repair_note = "已修"
        own.action_repair()
        with self.assertRaises(AccessError):
            own.action_confirm()
        with self.assertRaisesRegex(UserError, "isn't at that step"):
            own.action_repair()
        keeper = line.with_user(self.users["archivist"])
        with self.assertRaisesRegex(UserError, "what is still to be done"):
            keeper.action_send_back()
        keeper.confirm_note = "右门也关不上"
        keeper.action_send_back()
        self.assertEqual(line.finding_state, "open")
        self.assertEqual(self.activities(line, "finding").user_id, self.users["clerk"])
        # Repaired by an archivist: by another one it is confirmed.
        keeper.repair_note = "两门均已更换"
        keeper.action_repair()
        with self.assertRaisesRegex(AccessError, "four-eyes"):
            keeper.action_confirm()
        self.assertTrue(self.refusals(line, "confirm_finding"))
        with self.assertRaisesRegex(UserError, "is repaired already"):
            line.result = "ok"
        line.with_user(self.archivist2).action_confirm()
        inspection.action_sign()

    @mute_logger("odoo.sql_db")
    def test_signed_stays(self):
        """For clients by the guard, for SQL by triggers."""
        inspection = self.inspection()
        self.answer(inspection, "locks")
        line = self.found(inspection)
        line.photo_ids = [(0, 0, {"image": PICTURE})]
        photo = line.photo_ids
        fine = self.line(inspection, "insects")
        inspection.action_sign()
        for record, values in (
            (line, {"severity": "minor"}),
            (line, {"photo_ids": [(0, 0, {"image": PICTURE})]}),
            (fine, {"result": "none"}),
            (inspection, {"note": "后补"}),
        ):
            with self.subTest(values), self.assertRaises(UserError):
                record.write(values)
        for record in (photo, inspection):
            with self.assertRaises(UserError):
                record.unlink()
        self.env.flush_all()
        for query in (
            "UPDATE customer_archive_inspection SET note = 'x' WHERE id = %s",
            "UPDATE customer_archive_inspection SET state = 'open' WHERE id = %s",
            "DELETE FROM customer_archive_inspection WHERE id = %s",
        ):
            self.refused_by_sql(query, inspection)
        for query in (
            "UPDATE customer_archive_inspection_line SET measure = 'x' WHERE id = %s",
            "UPDATE customer_archive_inspection_line SET finding = 'x' WHERE id = %s",
            "DELETE FROM customer_archive_inspection_line WHERE id = %s",
        ):
            self.refused_by_sql(query, line)
        self.refused_by_sql(
            "UPDATE customer_archive_inspection_line SET finding_state = 'open'"
            " WHERE id = %s",
            fine,
        )
        self.refused_by_sql(
            "UPDATE customer_archive_inspection_photo SET digest = 'x' WHERE id = %s",
            photo,
        )
        self.refused_by_sql(
            "DELETE FROM customer_archive_inspection_photo WHERE id = %s", photo
        )
        # Once its repair is confirmed, nothing at all is written.
        line.repair_note = "已换锁"
        line.action_repair()
        line.with_user(self.archivist2).action_confirm()
        self.env.flush_all()
        self.refused_by_sql(
            "UPDATE customer_archive_inspection_line SET repair_note = 'x'"
            " WHERE id = %s",
            line,
        )

    def refused_by_sql(self, query, record):
        refused = psycopg2.errors.RestrictViolation
        with self.subTest(query), self.assertRaises(refused), self.env.cr.savepoint():
            self.env.cr.execute(query, [record.id])

    def test_cancelled(self):
        inspection = self.inspection()
        line = self.found(inspection)
        with self.assertRaises(AccessError):
            inspection.with_user(self.keeper).action_cancel()
        with self.assertRaisesRegex(UserError, "Enter in the remarks why"):
            inspection.action_cancel()
        inspection.note = "库房整体搬迁，另行巡检"
        inspection.action_cancel()
        self.assertFalse(self.activities(inspection, "inspection"))
        self.assertFalse(self.activities(line, "finding") or line.finding_state)
        line.with_user(self.users["archivist"]).invalidate_recordset()
        with self.assertRaises(UserError):
            line.action_in_order()
        with self.assertRaises(UserError):
            inspection.action_sign()
        # Another one can be opened.
        self.assertEqual(self.inspection().state, "open")

    def test_points(self):
        points = self.env[POINT].with_user(self.users["archivist"])
        own = points.create({"name": "除湿机排水", "for_room": True})
        inspection = self.inspection()
        self.assertIn(own, inspection.line_ids.point_id)
        for values in ({"name": "别的"}, {"is_measured": True}):
            with self.assertRaisesRegex(UserError, "inspected already"):
                own.write(values)
        with self.assertRaisesRegex(UserError, "inspected already"):
            own.unlink()
        # Nor what it is called in one language, which clients write otherwise.
        for said in ({"en_US": "别的"}, {"en_US": False}):
            with self.assertRaisesRegex(UserError, "inspected already"):
                own.update_field_translations("name", said)
        own.update_field_translations("hint", {"en_US": "排水管是否通畅"})
        with self.assertRaises(AccessError):
            own.with_user(self.users["auditor"]).update_field_translations(
                "name", {"en_US": "别的"}
            )
        self.assertEqual(own.name, "除湿机排水")
        own.active = False
        self.assertNotIn(own, self.inspection(self.cabinet).line_ids.point_id)
        with self.assertRaises(ValidationError):
            points.create(
                {"name": "光照", "is_measured": True, "lowest": 9, "highest": 1}
            )
        with self.assertRaises(AccessError):
            points.with_user(self.users["auditor"]).create({"name": "x"})

    def test_location_is_kept(self):
        inspection = self.inspection(self.other_box)
        with self.assertRaisesRegex(UserError, inspection.name):
            self.other_box.unlink()

    def test_print(self):
        inspection = self.inspection()
        self.answer(inspection, "locks")
        line = self.found(inspection)
        line.photo_ids = [(0, 0, {"image": PICTURE})]
        inspection.action_sign()
        report = "customer_archive.report_inspection"
        made = self.env["ir.actions.report"].with_user(self.users["auditor"])
        html, _kind = made._render_qweb_html(report, inspection.ids)
        text = html.decode()
        for said in (inspection.name, "二楼档案室", line.finding, "data:image/"):
            self.assertIn(said, text)
