"""Somebody walks through a room with a telephone, or does it at a desk afterwards."""

from odoo.tests import HttpCase, tagged

from ..support.flow_case import DIALOG, WalkCase, step
from .inspection_case import INSPECTION, LINE, PAPERS, InspectionCase

CARD = ".o_field_widget[name=line_ids] .o_kanban_record"
PHOTO = ("锁.jpg", "image/jpeg", (PAPERS / "photo.jpg").read_bytes())


class InspectionWalk(InspectionCase, WalkCase):
    """One inspects, one repairs, another confirms; who inspected signs."""

    lang = "zh_CN"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archivist2.lang = cls.lang
        cls.users = {**cls.users, "archivist2": cls.archivist2}
        cls.room.custodian_id = cls.users["archivist"]

    def form(self, record):
        return f"/odoo/{record._name}/{record.id}"

    def card(self, point):
        return f'{CARD}:contains("{self.say(point)}")'

    def on_card(self, point, label):
        return self.press(label, self.card(point))

    def answered(self, point, result):
        return step(f'{self.card(point)} .badge:contains("{self.say(result)}")')

    def opened(self):
        """The responsible person begins at the cabinet."""
        place = f"/odoo/customer.archive.location/{self.cabinet.id}"
        self.walk("archivist", place, self.press("Inspect Now"), step(f"{CARD} button"))
        self.env.invalidate_all()
        found = self.env[INSPECTION].search([("location_id", "=", self.cabinet.id)])
        self.assertEqual(len(found), 1)
        return found.with_user(self.users["archivist"])

    def looked_through(self, inspection):
        fine = ("No insects or mice", "Clean and tidy", "Files in their place")
        self.walk(
            "archivist",
            self.form(inspection),
            [
                [self.on_card(point, "In Order"), self.answered(point, "In Order")]
                for point in fine
            ],
            self.on_card("Boxes and bags undamaged", "N/A"),
            self.answered("Boxes and bags undamaged", "Not Applicable"),
            self.on_card("Dry, no damp", "Enter Reading"),
            step(".o_field_widget[name=value] input", "edit 52.5"),
            self.press("In Order"),
            step(f'.o_field_widget[name=result]:contains("{self.say("In Order")}")'),
        )

    def finding(self, inspection):
        """Say what was found, with a photo, and who repairs it."""
        self.walk(
            "archivist",
            self.form(inspection),
            self.on_card("Locks whole and closed", "Finding"),
            self.fill("What Is Wrong", "左侧柜门锁舌变形，无法锁闭"),
            self.select("Severity", "Serious"),
            self.fill("Measure", "更换锁具"),
            self.repairer(),
            self.photo("photo_ids"),
            self.saved(),
            files=[PHOTO],
        )

    def repairer(self):
        """Choose who repairs, at a desk; whoever walks about leaves it as it is."""
        clerk = self.users["clerk"].name
        wide = not self.touch_enabled
        return self.pick("Repaired by (Responsible)", clerk) if wide else []

    def photo(self, field):
        place = f".o_field_widget[name={field}]"
        image = f"{DIALOG} .o_field_widget[name=image]"
        return [
            step(f"{place} .o-kanban-button-new", "click"),
            step(image, f"choose_files {PHOTO[0]}"),
            step(f"{image} img[src^='data:image']"),
            step(f"{DIALOG} .o_form_button_save", "click"),
            self.closed(),
            step(f"{place} .o_kanban_record img"),
        ]

    def gone(self, label):
        button = f'.o_form_statusbar button:text("{self.say(label)}")'
        return step(f".o_form_view:not(:has({button}))")

    def saved(self):
        return [
            step(".o_form_button_save", "click"),
            step(".o_form_view:not(:has(.o_form_button_save:visible))"),
        ]

    def whole(self):
        inspection = self.opened()
        self.looked_through(inspection)
        self.finding(inspection)
        self.env.invalidate_all()
        line = self.line(inspection, "locks")
        if self.touch_enabled:
            self.assertEqual(line.responsible_id, self.users["archivist"])
            line.responsible_id = self.users["clerk"]
            self.env.flush_all()
        self.assertEqual(line.responsible_id, self.users["clerk"])
        self.assertEqual(len(line.photo_ids), 1)
        self.walk(
            "clerk",
            self.form(line),
            self.fill("What Was Repaired", "锁具已更换"),
            self.photo("repair_photo_ids"),
            self.press("Record Repair"),
            self.gone("Record Repair"),
            files=[PHOTO],
        )
        self.walk(
            "archivist2",
            self.form(line),
            self.press("Confirm Repair"),
            self.gone("Confirm Repair"),
        )
        self.walk(
            "archivist",
            self.form(inspection),
            self.press("Sign"),
            step(f"{DIALOG} footer .btn-primary", "click"),
            self.closed(),
            self.gone("Sign"),
        )
        self.env.invalidate_all()
        self.assertEqual(inspection.state, "signed")
        self.assertEqual(line.finding_state, "confirmed")
        self.assertEqual(line.repair_photo_ids.kind, "repair")
        self.assertEqual(self.line(inspection, "humidity").value, 52.5)


@tagged("post_install", "-at_install")
class TestInspectionDesktop(InspectionWalk, HttpCase):
    """Requirement B3, at a desk."""

    browser_size = "1440x900"

    def test_whole(self):
        self.whole()

    def test_findings_are_listed(self):
        inspection = self.inspection()
        line = self.found(inspection)
        self.walk(
            "auditor",
            "/odoo/action-customer_archive.action_customer_archive_inspection_finding",
            step(
                f'.o_data_row:contains("{line.point_id.with_context(lang="zh_CN").name}")'
            ),
        )
        self.assertEqual(self.env[LINE].search_count([("id", "=", line.id)]), 1)


@tagged("post_install", "-at_install")
class TestInspectionTelephone(InspectionWalk, HttpCase):
    """Requirement B3, on a telephone in the archive room."""

    browser_size = "390x844"
    touch_enabled = True

    def test_whole(self):
        self.whole()
