"""Each scheduled action killed anywhere and started again: nothing twice, none missing.

The same due work is done on two copies of one database: in one go, and by processes
that are killed again and again. Both must end alike.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time

import odoo.sql_db
from odoo.sql_db import close_db
from odoo.tests import TransactionCase, tagged
from odoo.tools import config

from ..disposal.disposal_case import DisposalCase
from ..ledger_import.ledger_case import LedgerCase
from ..support.clone import cloned_database, drop, scene
from ..support.killed import die, fork, was_killed

DUE = "odoo.addons.customer_archive.models.common.customer_archive_due"
IMPORT = "odoo.addons.customer_archive.models.ledger_import.customer_archive_import_run"
KILLS = 6
DAY = date(2028, 3, 1)
TYPES = {"boolean", "char", "date", "integer", "monetary", "selection", "text"}
# Ids and places differ where work was begun and rolled back, and say nothing.
PASSING = {"id", "res_id", "message_id", "digest", "mac", "commitment", "sequence"}


class DueCase(LedgerCase, DisposalCase):
    """What scheduled actions take care of."""


@tagged("post_install", "-at_install")
class TestCronsKilled(TransactionCase):
    maxDiff = None

    def test_killed_anywhere(self):
        """Every scheduled action of the addon; a new one is tried by itself."""
        crons = self.env["ir.cron"].search(
            [("model_id.model", "=like", "customer.archive%")], order="id"
        )
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        with cloned_database(self.env.cr.dbname) as self.clone:
            with self.keys("origin"), scene(self.clone, DueCase) as case:
                prepare(case())
            with (
                freeze_time(f"{DAY} 03:00:00"),
                patch(f"{DUE}.BATCH", 3),
                patch(f"{IMPORT}.CHUNK", 2),
            ):
                with self.copy("whole") as name:
                    before = self.rows(name)
                    costs = {cron.id: self.run_whole(name, cron) for cron in crons}
                    whole = self.rows(name)
                with self.copy("killed") as name:
                    kills = [
                        self.run_killed(name, cron, costs[cron.id]) for cron in crons
                    ]
                    killed = self.rows(name)
        self.assertGreater(sum(kills), len(crons))
        self.assertNotEqual(whole["mail_activity"], before["mail_activity"])
        for table, expected in whole.items():
            twice, missing = killed[table] - expected, expected - killed[table]
            self.assertEqual((twice, missing), (Counter(), Counter()), table)

    # Copies

    @contextlib.contextmanager
    def copy(self, what):
        """Give the name of a copy of the database, with files and keys of its own."""
        origin = self.clone.db_name
        name = f"{origin}_{what}"
        close_db(origin)
        drop(name)
        subprocess.run(["createdb", "-T", origin, name], check=True)
        files = Path(config.filestore(name))
        shutil.rmtree(files, ignore_errors=True)
        if Path(config.filestore(origin)).exists():
            shutil.copytree(config.filestore(origin), files)
        shutil.copytree(self.folder / "origin", self.folder / what)
        try:
            with self.keys(what):
                yield name
        finally:
            close_db(name)
            drop(name)
            shutil.rmtree(files, ignore_errors=True)

    def keys(self, what):
        root = self.folder / what
        return patch.dict(
            os.environ,
            CUSTOMER_ARCHIVE_KEYSTORE=str(root / "keystore"),
            CUSTOMER_ARCHIVE_ANCHORS=str(root / "anchors"),
        )

    # Runs

    def run_whole(self, name, cron):
        """Run a scheduled action in one go; return how many statements it took."""
        told = self.folder / "statements"

        def call(env):
            with counted() as done:
                run(env, cron)
            told.write_text(str(len(done)))

        self.assertFalse(was_killed(fork(self.clone, call, dbname=name)))
        return int(told.read_text())

    def run_killed(self, name, cron, cost):
        """Run it until it ends, killed on the way; return how often it was."""

        def call_until(limit):
            def call(env):
                with counted(limit):
                    run(env, cron)

            return call

        for kill in range(KILLS):
            # Not always at the same place of a batch.
            limit = cost * (kill + 2) // (KILLS + 2) + kill
            if not was_killed(fork(self.clone, call_until(limit), dbname=name)):
                break
        else:
            kill = KILLS
            self.assertFalse(
                was_killed(fork(self.clone, call_until(None), dbname=name))
            )
        return kill

    # Outcome

    def rows(self, name):
        """Return, by table, how often each content is there."""
        models = [
            model
            for model in self.clone.models.values()
            if model._auto
            and not (model._transient or model._abstract)
            and model._name.startswith(("customer.archive", "mail.a", "mail.m"))
        ]
        with odoo.sql_db.db_connect(name).cursor() as cr:
            return {model._table: self.contents(cr, model) for model in models}

    def contents(self, cr, model):
        columns = sorted(
            name
            for name, field in model._fields.items()
            if field.store
            and field.type in TYPES
            and field.column_type
            and name not in PASSING
        )
        if not columns:
            return Counter()
        listed = ", ".join(f'"{name}"::text' for name in columns)
        cr.execute(f'SELECT {listed} FROM "{model._table}"')
        return Counter(
            tuple(
                f"{name}: {re.sub(r'[0-9a-f]{64}|[0-9]{3,}', '#', value)}"
                for name, value in zip(columns, row, strict=True)
                if value is not None
            )
            for row in cr.fetchall()
        )


@contextlib.contextmanager
def counted(limit=None):
    """Count the statements of this process; die instead of the one after ``limit``."""
    done, execute = [], odoo.sql_db.Cursor.execute

    def counting(*args, **kwargs):
        done.append(1)
        if limit is not None and len(done) > limit:
            die()
        return execute(*args, **kwargs)

    with patch.object(odoo.sql_db.Cursor, "execute", counting):
        yield done


def run(env, cron):
    """Run a scheduled action, whatever became of it before."""
    env[cron._name].browse(cron.id).ir_actions_server_id.run()


def prepare(case):
    """Make something due on ``DAY`` for each of the scheduled actions."""
    case.company.write({"archive_annual_month": "3", "archive_annual_day": 1})
    with freeze_time("2027-03-01 03:00:00"):
        files = [
            case.registered(role) for role in ("sales", "sales", *["purchase"] * 4)
        ]
        closed = case.over(*(case.closed() for _file in range(7)))
        for file in files:
            items = case.env["customer.archive.document"]
            items.with_user(case.users["clerk"]).create(
                {
                    "archive_id": file.id,
                    "type_id": case.env.ref("customer_archive.document_type_power").id,
                    "is_paper": True,
                    "valid_until": "2028-03-31",
                }
            )
    # Closed, but not on a list yet; the others wait for their witness's word.
    doomed = case.approve(case.listed(*closed[:3]))
    case.env.flush_all()
    with freeze_time(DAY):
        case.by(doomed, "archivist").action_execute("Shredded")
        case.by(doomed, "compliance").action_witness()
    with freeze_time("2028-02-21 03:00:00"):
        case.checked([case.row(9000 + number) for number in range(9)]).action_import()
        for _file in range(2):
            case.submitted()
        note_complaints(case, files[:2])
        values = {"purpose": "Test", "partner_id": files[0].partner_id.id}
        values = {**values, "scope": "file"}
        for model, more in (
            ("customer.archive.consultation", {"date_to": "2028-02-25 03:00:00"}),
            ("customer.archive.loan", {"days": 1}),
        ):
            ask = case.env[model].with_user(case.users["reader"])
            _approve(ask.create({**values, **more}))
        # An export whose term is over.
        trees = case.env["customer.archive.tree"].with_user(case.users["archivist"])
        line = [(0, 0, {"archive_id": files[0].id})]
        term = {"purpose": "Test", "date_to": "2028-02-25 03:00:00"}
        _approve(trees.create({**term, "line_ids": line}))
        loan = case.env["customer.archive.loan"].search([], limit=1)
        case.by(loan, "archivist").action_hand_out()
        case.by(loan, "reader").action_confirm_receipt()

    schedule_registers(case)
    # The yearly full check.
    case.company.archive_stocktake_date = DAY
    room = case.env["customer.archive.location"].create({"name": "库房"})
    # One to open; one whose inspector, and whose finding's repairer, are reminded.
    room.write({"kind": "room", "inspection_next": DAY})
    other = case.env["customer.archive.location"].create(
        {"name": "三楼库房", "kind": "room", "inspection_next": "2099-01-01"}
    )
    inspections = case.env["customer.archive.inspection"]
    inspection = inspections.with_user(case.users["archivist"]).create(
        {"location_id": other.id}
    )
    inspection.line_ids[0].write({"result": "finding", "deadline": DAY})
    supervise(case)
    # Of the first one all papers are out.
    for file in files[1:]:
        file.sudo()._move(room, "manual")


def supervise(case):
    """Have a check, a correction, an incident, a notice and feedback be due on DAY."""
    with freeze_time("2028-02-10 03:00:00"):
        audits = case.by(case.env["customer.archive.audit"], "auditor")
        audits.create({"subject": "抽查", "draw": "none", "planned_on": DAY})
        audit = audits.create({"subject": "专项检查", "draw": "none"})
        audit.action_start()
        audit.line_ids[0].action_finding()
        found = {"description": "缺章", "responsible_id": case.users["clerk"].id}
        audit.finding_ids.write({**found, "deadline": DAY})
        incidents = case.by(case.env["customer.archive.incident"], "compliance")
        incidents.create({"kind": "late", "facts": "归档晚了一周"})
        values = {"kind": "leak", "facts": "名单误发", "has_personal_data": True}
        incidents.create(values)
        rows = case.by(case.env["customer.archive.feedback"], "reader")
        rows.create({"subject": "借阅", "description": "希望在手机上签收"})


def note_complaints(case, files):
    """Note complaints that are to be answered, and needs to follow up, by ``DAY``."""
    for kind, more in (("complaint", {}), ("need", {"scenario": "压铸"})):
        type_ = case.env.ref(f"customer_archive.event_type_{kind}")
        for file in files:
            values = {"type_id": type_.id, "partner_id": file.partner_id.id, **more}
            notes = case.env["customer.archive.event"].with_user(file.user_id)
            notes.create({**values, "description": "交货短少"})


def schedule_registers(case):
    """Let people get registers on ``DAY``, by mail and to download."""
    # Links in mails have ids, which are told from other numbers by their length.
    case.env.cr.execute(
        "ALTER SEQUENCE customer_archive_register_run_id_seq RESTART WITH 1000"
    )
    case.company.archive_register_mailing = True
    people = case.users["sales"] + case.users["auditor"] + case.users["clerk"]
    for delivery in ("mailed", "stored"):
        case.env["customer.archive.register.schedule"].create(
            {
                "name": delivery,
                "register_ids": case.env.ref("customer_archive.register_ledger").ids,
                "recipient_ids": people.ids,
                "next_date": DAY,
                "delivery": delivery,
                "per_department": delivery == "stored",
            }
        )


def _approve(request):
    request.action_submit()
    while request.state == "review":
        approver = request.sudo().approver_ids.sorted("id")[0]
        request.with_user(approver).action_approve()
