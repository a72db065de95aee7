"""Inspections of a room: answered, with findings and photos."""

import base64
from pathlib import Path
from unittest.mock import patch

from odoo.tests import new_test_user

from odoo.addons import customer_archive

from ..support.common import PASSWORD
from .custody_case import CustodyCase

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
