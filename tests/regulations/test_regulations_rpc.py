"""Regulations and trainings over RPC: what a client tries beside the screens."""

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..rpc.rpc_case import TRANSPORTS, RpcCalls
from ..rpc.rpc_table import ACCESS, FORGED, REFUSED
from .regulations_case import (
    ACKNOWLEDGEMENT,
    LINE,
    MONDAY,
    REGULATION,
    TRAINING,
    VERSION,
    RegulationsCase,
    docx,
    pdf,
)

# Real sessions end by the clock: what is called is called today.
BEGIN, LONG_AGO = "2026-03-02", "2026-03-02 02:00:00"
QUIET = ("odoo.http", "odoo.addons.rpc.controllers.json2", "odoo.sql_db")
USER_ERROR = "odoo.exceptions.UserError"


@tagged("post_install", "-at_install")
class TestRegulationsRpc(RegulationsCase, RpcCalls):
    """Requirement G8."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(LONG_AGO):
            cls.rule = cls.regulation()
            cls.force = cls.publish(cls.version(cls.rule, begin=BEGIN)).sudo()
            cls.draft = cls.version(cls.rule, "2.0", "2030-01-01").sudo()
            cls.course = cls.held("sales", day=BEGIN).sudo()
        rows = cls.env[ACKNOWLEDGEMENT].search([("version_id", "=", cls.force.id)])
        cls.own = {
            role: rows.filtered(lambda row, user=user: row.user_id == user)
            for role, user in cls.users.items()
        }
        cls.env.flush_all()

    def rows(self):
        """Return all that must stay as it is."""
        self.env.invalidate_all()
        found = []
        for table in ("", "_version", "_acknowledgement"):
            self.env.cr.execute(
                f"SELECT * FROM customer_archive_regulation{table} ORDER BY id"
            )
            found.append(self.env.cr.fetchall())
        for table in ("", "_line"):
            self.env.cr.execute(
                f"SELECT * FROM customer_archive_training{table} ORDER BY id"
            )
            found.append(self.env.cr.fetchall())
        self.env.cr.execute(
            "SELECT id, checksum, name, res_id, res_model FROM ir_attachment"
            " WHERE res_model LIKE 'customer.archive%' ORDER BY id"
        )
        return [*found, self.env.cr.fetchall()]

    def forgeries(self):
        row, version = self.own["finance"], self.force
        asked = {"version_id": version.id, "user_id": self.users["hr"].id}
        asked |= {"asked_on": BEGIN, "due_date": BEGIN, "state": "done"}
        present = {"training_id": self.course.id, "attended": True}
        present["user_id"] = self.users["finance"].id
        text = docx().decode()
        yield ACKNOWLEDGEMENT, "create", None, {"vals_list": [asked]}
        for values in (
            {"state": "done"},
            {"acknowledged_on": LONG_AGO},
            {"due_date": "2030-01-01"},
            {"user_id": self.users["sales"].id},
        ):
            yield ACKNOWLEDGEMENT, "write", row.ids, {"vals": values}
        for method in ("unlink", "copy", "action_acknowledge"):
            yield ACKNOWLEDGEMENT, method, row.ids, {}
        yield ACKNOWLEDGEMENT, "_end", row.ids, {}
        yield ACKNOWLEDGEMENT, "_cron_acknowledgements", None, {}
        for values in (
            {"summary": "forged"},
            {"upload": text, "file_name": "x.docx"},
            {"state": "draft"},
            {"valid_from": "2030-01-01"},
            {"text_id": self.draft.text_id.id},
        ):
            yield VERSION, "write", version.ids, {"vals": values}
        yield VERSION, "unlink", version.ids, {}
        yield VERSION, "action_approve", version.ids, {}
        yield VERSION, "action_approve", self.draft.ids, {}
        yield VERSION, "_approval_completed", self.draft.ids, {}
        yield "ir.attachment", "write", version.text_id.ids, {"vals": {"datas": text}}
        yield "ir.attachment", "unlink", version.text_id.ids, {}
        bound = {"name": "x", "res_model": VERSION, "res_id": version.id, "datas": text}
        yield "ir.attachment", "create", None, {"vals_list": [bound]}
        yield REGULATION, "_ask", self.rule.ids, {}
        yield REGULATION, "unlink", self.rule.ids, {}
        yield TRAINING, "write", self.course.ids, {"vals": {"date": "2026-03-03"}}
        yield TRAINING, "unlink", self.course.ids, {}
        line = self.course.line_ids
        yield LINE, "write", line.ids, {"vals": {"attended": False}}
        yield LINE, "unlink", line.ids, {}
        yield LINE, "create", None, {"vals_list": [present]}

    @mute_logger(*QUIET)
    def test_forgeries(self):
        """Nothing of what is recorded moves, whoever tries, in whatever context."""
        before = self.rows()
        for transport in TRANSPORTS:
            for role in ("sales", "legal", "compliance", "admin", "hr", "employee"):
                self.log_in(transport, role)
                for model, method, ids, kwargs in self.forgeries():
                    for context in FORGED[:3]:
                        with (
                            self.subTest(method, model=model, role=role),
                            self.undone(),
                        ):
                            error, _result = self.call(
                                transport,
                                role,
                                model,
                                method,
                                ids,
                                dict(kwargs),
                                dict(context),
                            )
                            self.assertTrue(error)
                            self.assertEqual(self.rows(), before)

    @mute_logger(*QUIET)
    def test_acknowledging(self):
        """For oneself, after the text was opened, and once."""
        text = self.force.text_id
        for transport in TRANSPORTS:
            self.log_in(transport, "sales")
            with self.undone():
                call = (transport, "sales", ACKNOWLEDGEMENT, "action_acknowledge")
                row = self.own["sales"]
                error, _done = self.call(*call, row.ids)
                self.assertEqual(error, USER_ERROR)
                read = {"fields": ["datas"]}
                error, [given] = self.call(
                    transport, "sales", "ir.attachment", "read", text.ids, read
                )
                self.assertIsNone(error)
                self.assertTrue(given["datas"].startswith("JVBERi"))
                error, done = self.call(*call, row.ids)
                self.assertEqual((error, done), (None, True))
                self.env.invalidate_all()
                self.assertEqual(row.state, "done")
                error, _done = self.call(*call, row.ids)
                self.assertEqual(error, USER_ERROR)
                error, _done = self.call(*call, self.own["finance"].ids)
                self.assertIn(error, ACCESS)

    @mute_logger(*QUIET)
    def test_writing_a_version(self):
        """The responsible user and compliance may; a reader doesn't even see it."""
        values = {"regulation_id": self.rule.id, "number": "3.0", "summary": "x"}
        values |= {"valid_from": "2031-01-01", "file_name": "制度.pdf"}
        values["upload"] = pdf().decode()
        for role, allowed in (
            ("legal", True),
            ("compliance", True),
            ("admin", True),
            ("sales", False),
            ("management", False),
            ("auditor", False),
            ("hr", False),
            ("employee", False),
        ):
            self.log_in("call_kw", role)
            with self.subTest(role), self.undone():
                error, _made = self.call(
                    "call_kw", role, VERSION, "create", None, {"vals_list": [values]}
                )
                self.assertEqual(error is None, allowed)
                self.assertTrue(allowed or error in REFUSED)

    @mute_logger(*QUIET)
    def test_a_training(self):
        values = {"name": "x", "date": str(MONDAY), "trainer": "x"}
        for role in ("hr", "compliance", "sales", "employee"):
            self.log_in("call_kw", role)
            with self.subTest(role), self.undone():
                error, _made = self.call(
                    "call_kw", role, TRAINING, "create", None, {"vals_list": [values]}
                )
                self.assertEqual(error is None, role == "hr")
