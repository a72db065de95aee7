import base64
from datetime import date
from pathlib import Path
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons import customer_archive
from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import PASSWORD
from .custody_case import LOCATION, CustodyCase

INSPECTION, LINE = "customer.archive.inspection", "customer.archive.inspection.line"
PHOTO, POINT = "customer.archive.inspection.photo", "customer.archive.inspection.point"
PAPERS = Path(customer_archive.__file__).parent / "demo" / "papers"
PICTURE = base64.b64encode((PAPERS / "photo.jpg").read_bytes())


def point(env, name):
    return env.ref(f"customer_archive.inspection_point_{name}")


class InspectionCase(CustodyCase):
    """Mixed into a TransactionCase: a room whose responsible person is a salesman."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Nobody but whom the room names, and archivists.
        cls.keeper = cls.users["sales"]
        cls.room.custodian_id = cls.keeper
        cls.archivist2 = cls.person("archivist2", "group_archivist")

    def setUp(self):
        super().setUp()
        # Written after a rollback, which a test has none of.
        self.told = []

        def told(_log, records, detail, _note=None):
            self.told.append((records._name, detail))

        log = self.env.registry["customer.archive.log"]
        self.enterContext(patch.object(log, "_record_refusal", told))

    @classmethod
    def person(cls, login, *groups):
        return new_test_user(
            cls.env,
            login,
            password=PASSWORD,
            groups=",".join(
                ("base.group_user", *(f"customer_archive.{each}" for each in groups))
            ),
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def inspection(self, location=None, **values):
        inspections = self.env[INSPECTION].with_user(self.users["archivist"])
        return inspections.create({"location_id": (location or self.room).id, **values})

    def line(self, inspection, name):
        of = point(self.env, name)
        return inspection.line_ids.filtered(lambda line: line.point_id == of)

    def answer(self, inspection, *but):
        """Answer every point but some: what is measured lies in its range."""
        lines = inspection.line_ids
        if lines.env.su:
            lines = lines.with_user(self.users["archivist"])
        for line in lines:
            if line.point_id in [point(self.env, name) for name in but]:
                continue
            middle = (line.lowest + line.highest) / 2
            line.write({"result": "ok", "value": middle if line.is_measured else 0})

    def found(self, inspection, name="locks", **values):
        line = self.line(inspection, name)
        if line.env.su:
            line = line.with_user(self.users["archivist"])
        line.action_finding()
        line.write(
            {
                "finding": "左侧柜门锁舌变形，无法锁闭",
                "severity": "major",
                "measure": "更换锁具",
                "responsible_id": self.users["clerk"].id,
                **values,
            }
        )
        return line

    def activities(self, record, kind):
        return record.sudo()._activities(f"mail_activity_{kind}")

    def refusals(self, record, operation):
        """Return how often it was put on record that something was refused."""
        return self.told.count((record._name, operation))


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


@tagged("post_install", "-at_install")
class TestInspectionPhotos(InspectionCase, TransactionCase):
    """Requirement B3: photos are seen by who reads the point, and leave nowhere."""

    def setUp(self):
        super().setUp()
        self.inspected = self.inspection()
        self.found_line = self.found(self.inspected)
        self.found_line.photo_ids = [(0, 0, {"image": PICTURE})]
        self.photo = self.found_line.photo_ids

    def test_who_sees_it(self):
        picture = self.photo.sudo().attachment_id
        for role in ("auditor", "management", "clerk", "archivist", "sales"):
            own = self.photo.with_user(self.users[role])
            with self.subTest(role):
                self.assertEqual(own.image, PICTURE)
                self.assertEqual(picture.with_user(self.users[role]).datas, PICTURE)
        for role in ("sales_other", "finance", "admin", "legal"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.photo.with_user(self.users[role]).read(["image"])
            with self.subTest(role), self.assertRaises(AccessError):
                picture.with_user(self.users[role]).read(["datas"])
        self.assertFalse(picture.public or picture.access_token)

    def test_it_stays_here(self):
        """It isn't changed, exchanged, or taken along by a message."""
        keeper = self.users["archivist"]
        picture = self.photo.sudo().attachment_id.with_user(keeper)
        for values in ({"name": "x.jpg"}, {"datas": PICTURE}, {"public": True}):
            with self.subTest(values), self.assertRaises(UserError):
                picture.write(values)
        with self.assertRaises(UserError):
            picture.unlink()
        with self.assertRaises(UserError):
            self.photo.image = PICTURE
        partner = self.partner("外部")
        with self.assertRaises(AccessError):
            partner.with_user(self.users["clerk"]).message_post(
                body="x", attachment_ids=picture.ids
            )
        with self.assertRaises(AccessError):
            self.env["ir.attachment"].with_user(keeper).create(
                {
                    "name": "x.jpg",
                    "datas": PICTURE,
                    "res_model": PHOTO,
                    "res_id": self.photo.id,
                }
            )

    def test_what_is_a_photo(self):
        for content in (
            b"MZ\x90\x00",
            b"%PDF-1.4 x",
            b"<html></html>",
            b"\xff\xd8\xffx",
        ):
            with self.subTest(content), self.assertRaisesRegex(UserError, "JPG|photo"):
                image = base64.b64encode(content)
                self.found_line.photo_ids = [(0, 0, {"image": image})]
        # What is no base64 at all.
        for image in ("x", "照片", b"abcde", 7):
            with self.subTest(image), self.assertRaisesRegex(UserError, "photo"):
                self.found_line.photo_ids = [(0, 0, {"image": image})]
        with self.assertRaises(UserError):
            self.found_line.photo_ids = [(0, 0, {})]

    @mute_logger("odoo.sql_db")
    def test_not_moved_to_what_is_signed(self):
        """By SQL neither; a photo of a repair doesn't become one of the inspection."""
        other = self.inspection(self.cabinet)
        self.answer(other)
        other.with_user(self.users["archivist"]).action_sign()
        self.env.flush_all()
        refused = psycopg2.errors.RestrictViolation
        with self.assertRaises(refused), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE customer_archive_inspection_photo SET line_id = %s"
                " WHERE id = %s",
                [other.line_ids[0].id, self.photo.id],
            )
        self.answer(self.inspected, "locks")
        own = self.found_line.with_user(self.users["clerk"])
        own.write({"repair_photo_ids": [(0, 0, {"image": PICTURE})]})
        self.inspected.action_sign()
        self.env.flush_all()
        with self.assertRaises(refused), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE customer_archive_inspection_photo SET kind = 'inspection'"
                " WHERE id = %s",
                own.repair_photo_ids.ids,
            )

    def test_removed_while_open(self):
        picture = self.photo.sudo().attachment_id
        with self.assertRaises(AccessError):
            self.photo.with_user(self.users["clerk"]).unlink()
        self.photo.unlink()
        self.assertFalse(picture.exists())


@tagged("post_install", "-at_install")
class TestInspectionPlan(InspectionCase, TransactionCase):
    """Requirement B3: opened on its day, reminded of, told to management."""

    @classmethod
    def setUpClass(cls):
        cls.enterClassContext(freeze_time("2027-03-01 04:00:00"))
        super().setUpClass()

    def cron(self, day):
        with freeze_time(f"{day} 04:00:00"), self.no_commits():
            self.env[LOCATION]._cron_inspection()
        self.env.invalidate_all()

    def no_commits(self):
        return patch.object(type(self.env["ir.cron"]), "_commit_progress", self.left)

    @staticmethod
    def left(*_args, **_kwargs):
        return float("inf")

    def open_one(self):
        return self.env[INSPECTION].search(
            [("location_id", "=", self.room.id), ("state", "=", "open")]
        )

    def test_planned_from_the_start(self):
        """Rooms and cabinets, as the settings say; each may say otherwise."""
        self.assertEqual(self.room.inspection_months, 1)
        self.assertEqual(self.room.inspection_next, date(2027, 4, 1))
        self.assertEqual(self.cabinet.inspection_months, 1)
        self.assertFalse(self.shelf.inspection_next or self.box.inspection_months)
        self.company.archive_inspection_months = 3
        other = self.location("三楼库房", "room")
        self.assertEqual(other.inspection_next, date(2027, 6, 1))
        other.inspection_months = 0
        self.assertFalse(other.inspection_next)

    def test_opened_on_its_day(self):
        self.cron("2027-03-31")
        self.assertFalse(self.open_one())
        self.cron("2027-04-01")
        inspection = self.open_one()
        self.assertEqual(inspection.inspector_id, self.keeper)
        self.assertEqual(inspection.due_on, date(2027, 4, 6))
        self.assertEqual(self.room.inspection_next, date(2027, 5, 1))
        activity = self.activities(inspection, "inspection")
        self.assertEqual(
            (activity.user_id, activity.date_deadline), (self.keeper, date(2027, 4, 6))
        )
        # Once more on the same day: nothing is doubled.
        self.cron("2027-04-01")
        self.assertEqual(self.open_one(), inspection)
        self.assertEqual(len(self.activities(inspection, "inspection")), 1)

    def test_reminded_and_told(self):
        self.cron("2027-04-01")
        inspection = self.open_one()
        self.cron("2027-04-05")
        self.assertNotIn("isn't signed yet", self.said(inspection, "inspection"))
        self.cron("2027-04-06")
        self.assertIn("isn't signed yet", self.said(inspection, "inspection"))
        self.assertFalse(self.activities(inspection, "inspection_overdue"))
        # Two working days later.
        self.cron("2027-04-08")
        late = self.activities(inspection, "inspection_overdue")
        self.assertIn(self.users["management"], late.user_id)
        count = len(late)
        self.cron("2027-04-09")
        self.assertEqual(len(self.activities(inspection, "inspection_overdue")), count)
        with freeze_time("2027-04-12 04:00:00"):
            self.assertIn(inspection, inspection.search([("is_overdue", "=", True)]))
            self.answer(inspection)
            inspection.with_user(self.keeper).action_sign()
        self.assertFalse(self.activities(inspection, "inspection_overdue"))
        self.assertEqual(self.room.inspection_next, date(2027, 5, 1))

    def test_later_than_the_next(self):
        """While one is open no second is opened; then it goes on from that day."""
        self.cron("2027-04-01")
        inspection = self.open_one()
        self.cron("2027-05-03")
        self.assertEqual(self.open_one(), inspection)
        with freeze_time("2027-05-04 04:00:00"):
            self.answer(inspection)
            inspection.with_user(self.keeper).action_sign()
        self.assertEqual(self.room.inspection_next, date(2027, 6, 4))

    def test_at_the_end_of_the_month(self):
        """A shorter month doesn't move the months after it."""
        self.room.inspection_next = "2027-01-31"
        for opened, following in (
            ("2027-01-31", date(2027, 2, 28)),
            ("2027-02-28", date(2027, 3, 31)),
            ("2027-03-31", date(2027, 4, 30)),
            ("2027-04-30", date(2027, 5, 31)),
        ):
            self.cron(opened)
            self.assertEqual(self.room.inspection_next, following)
            with freeze_time(f"{opened} 05:00:00"):
                inspection = self.open_one().with_user(self.users["archivist"])
                inspection.note = "年末另行巡检"
                inspection.action_cancel()
        self.room.inspection_next = "2027-06-15"
        self.cron("2027-06-15")
        self.assertEqual(self.room.inspection_next, date(2027, 7, 15))

    def test_once(self):
        """Where nothing comes by itself, a day by hand is that one day."""
        self.room.write({"inspection_months": 0, "inspection_next": "2027-04-01"})
        self.cron("2027-04-01")
        self.assertTrue(self.open_one())
        self.assertFalse(self.room.inspection_next)

    def test_who_is_no_inspector(self):
        """Somebody without a role, or of another company, isn't asked."""
        outsider = self.person("outsider2")
        with self.assertRaisesRegex(UserError, "can't see inspections"):
            self.inspection(inspector_id=outsider.id)
        inspection = self.inspection()
        with self.assertRaisesRegex(UserError, "can't see inspections"):
            inspection.inspector_id = outsider
        company = self.env["res.company"].create({"name": "广州分公司"})
        self.keeper.sudo().write(
            {"company_id": company.id, "company_ids": [(6, 0, company.ids)]}
        )
        self.assertNotIn(self.keeper, inspection._inspectors())

    def test_finding_without_a_day(self):
        """Nobody is reminded of it, and the others still are."""
        line = self.found(self.inspection())
        line.deadline = False
        self.cron("2027-04-20")
        self.assertFalse(line.act_on)
        self.assertTrue(all(self.activities(line, "finding").mapped("date_deadline")))
        self.assertNotIn("False", self.said(line, "finding"))

    def said(self, record, kind):
        return " ".join(self.activities(record, kind).mapped("summary"))

    def test_findings_that_are_late(self):
        inspection = self.inspection()
        line = self.found(inspection, deadline="2027-03-10")
        self.cron("2027-03-09")
        self.assertNotIn("nobody has recorded", self.said(line, "finding"))
        self.cron("2027-03-10")
        self.assertIn("nobody has recorded", self.said(line, "finding"))
        self.assertFalse(self.activities(line, "finding_overdue"))
        self.cron("2027-03-11")
        late = self.activities(line, "finding_overdue")
        self.assertIn(self.users["management"], late.user_id)
        with freeze_time("2027-03-12 04:00:00"):
            self.assertIn(line, line.search([("is_late", "=", True)]))
            line.repair_note = "已换锁"
            line.action_repair()
        self.assertFalse(self.activities(line, "finding_overdue"))
        self.assertFalse(line.act_on)

    def test_somebody_else_when_one_has_left(self):
        self.cron("2027-04-01")
        inspection = self.open_one()
        line = self.found(inspection)
        self.keeper.sudo().action_archive()
        self.users["clerk"].sudo().action_archive()
        archivists = self.users["archivist"] | self.archivist2
        for record, kind in ((inspection, "inspection"), (line, "finding")):
            self.assertLessEqual(
                self.activities(record, kind).user_id, archivists, kind
            )
            self.assertTrue(self.activities(record, kind).user_id)
        # The next one is for archivists, until another person is named.
        self.room.custodian_id = False
        other = self.inspection(self.shelf)
        self.assertFalse(other.inspector_id)
        self.assertLessEqual(archivists, self.activities(other, "inspection").user_id)

    def test_inspected_now(self):
        for role in ("auditor", "clerk", "sales_other"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.room.with_user(self.users[role]).action_inspect()
        self.assertTrue(self.refusals(self.room, "inspect"))
        action = self.room.with_user(self.keeper).action_inspect()
        inspection = self.open_one()
        self.assertEqual(action["res_id"], inspection.id)
        again = self.room.with_user(self.users["archivist"]).action_inspect()
        self.assertEqual(again["res_id"], inspection.id)
        # It doesn't put off what is planned.
        self.answer(inspection)
        inspection.with_user(self.keeper).action_sign()
        self.assertEqual(self.room.inspection_next, date(2027, 4, 1))

    def test_filters(self):
        inspection = self.inspection()
        self.found(inspection)
        locations = self.env[LOCATION].with_user(self.users["auditor"])
        open_ones = locations.search(
            [("inspection_ids.line_ids.finding_state", "in", ("open", "repaired"))]
        )
        self.assertIn(self.room, open_ones)
        self.assertNotIn(self.cabinet, open_ones)
        self.assertEqual(self.room.open_finding_count, 1)
        with freeze_time("2027-04-01 04:00:00"):
            self.assertIn(
                self.room, locations.search([("is_inspection_due", "=", True)])
            )

    def test_other_companies(self):
        company = self.env["res.company"].create({"name": "广州分公司"})
        there = self.env[LOCATION].create(
            {"name": "丁库", "kind": "room", "company_id": company.id}
        )
        inspection = as_system(self.env[INSPECTION]).create({"location_id": there.id})
        self.assertEqual(inspection.company_id, company)
        own = self.env[INSPECTION].with_user(self.users["archivist"])
        self.assertNotIn(inspection, own.search([]))
        as_system(inspection).state = "cancelled"
        with self.assertRaises(AccessError):
            own.create({"location_id": there.id})
