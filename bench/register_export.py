"""A register of many files as XLSX, against Odoo's own export and bare xlsxwriter."""

import os
import subprocess
import sys
import tempfile
import time
from types import SimpleNamespace
from unittest.mock import patch

import xlsxwriter

from odoo import Command, api
from odoo.modules.registry import Registry
from odoo.tests import new_test_user

from odoo.addons.customer_archive.models.registers.cells import batches
from odoo.addons.customer_archive.tools.xlsx import workbook
from odoo.addons.web.controllers import export as odoo_export

from .ground import files

MANY = int(os.environ.get("ROWS", "100000"))
FEW = MANY // 10
MEGABYTE = 1024 * 1024
GROW = """
import sys
from odoo.tools import config
config.parse_config(["--log-level=error", "--max-cron-threads=0"])
from bench.register_export import grow
grow(sys.argv[1], *map(int, sys.argv[2:]))
"""
ADMIN = "customer_archive.group_auditor,base.group_allow_export"
SALES = "customer_archive.group_user,sales_team.group_sale_salesman"
PATHS = (
    "name",
    "partner_id.name",
    "partner_id.vat",
    "partner_id.phone",
    "partner_id.email",
    "category_id.name",
    "department_id.name",
    "user_id.name",
    "custodian_id.name",
    "relation_stage",
    "relation_stage_date",
    "security_level",
    "state",
    "opening_date",
    "completeness",
    "is_core",
    "cooperation_content",
    "main_products",
    "note",
    "create_date",
)


def figures(env):
    """Yield times and memory of one register over the same files.

    All as users with rights to be asked for; nobody exports as superuser.
    """
    manager = new_test_user(env, "bench", groups=SALES)
    admin = new_test_user(env, "bench_admin", groups=ADMIN)
    ground(env, manager)
    register = _register(env).with_user(admin)
    records = register.records()
    assert len(records) == MANY, f"{len(records)} of {MANY} files"
    # The best of two each, in turns: other work on the machine disturbs all alike.
    ours, bare, odoo = map(
        min,
        zip(
            *(
                (
                    measured(register, records),
                    written_bare(register, records),
                    exported_by_odoo(records),
                )
                for _round in range(2)
            ),
            strict=True,
        ),
    )
    print(f"rows {len(records)} ours {ours:.1f}s bare {bare:.1f}s odoo {odoo:.1f}s")
    yield "export_times_faster_than_odoo", odoo / ours, 2.2, False
    yield "export_time_to_bare_xlsxwriter", ours / bare, 1.25, True
    yield "manager_row_to_admin_row", by_manager(register, manager, ours), 1.5, True
    env.cr.commit()
    growth = grown(register, MANY)
    yield "export_memory_growth_mb", growth / MEGABYTE, 100, True
    yield "export_memory_to_a_tenth", growth / grown(register, FEW), 1.2, True


def ground(env, manager):
    """Make the files; every other one is the account manager's."""
    files(env, MANY)
    env.cr.execute(
        """
        UPDATE customer_archive
           SET cooperation_content = 'Scrap metal, series ' || id,
               main_products = 'Castings ' || id, note = 'Remark on ' || id,
               relation_stage_date = opening_date, create_date = now(),
               user_id = CASE id %% 2 WHEN 0 THEN %s ELSE user_id END
        """,
        [manager.id],
    )
    env.cr.execute("ANALYZE")
    env.invalidate_all()


def _register(env):
    return env["customer.archive.register"].create(
        {
            "name": "Bench",
            "model_id": env["ir.model"]._get_id("customer.archive"),
            "column_ids": [
                Command.create({"name": path, "path": path, "sequence": place})
                for place, path in enumerate(PATHS)
            ],
        }
    )


def measured(register, records):
    """Return the time in seconds of an export."""
    register.env.invalidate_all()
    started = time.perf_counter()
    export(register, records)
    return time.perf_counter() - started


def export(register, records):
    """As the download does it, with what is recorded about it."""
    with tempfile.TemporaryFile() as stream:
        register.write_xlsx(stream, records)
        records._record_archive_export(f"{len(records)}: register bench")


def grown(register, count):
    """Return by how many bytes a process of its own grows with an export."""
    arguments = (register.env.cr.dbname, register.env.uid, register.id, count)
    command = [sys.executable, "-c", GROW, *map(str, arguments)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return int(answer.stdout)


def grow(database, user, register, count):
    """Print by how many bytes this process grows with an export, its search included.

    One of few rows before lets it load what is loaded once.
    """
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, user, {})
        register = env["customer.archive.register"].browse(register)
        export(register, register.records()[:100])
        env.invalidate_all()
        before = resident()
        records = env[register.model].search([], limit=count)
        export(register, records)
        print(resident() - before)
        cr.rollback()


def resident():
    """Return the most memory in bytes that this process ever had."""
    with open("/proc/self/status") as file:
        [line] = [line for line in file if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def written_bare(register, records):
    """Return the time that xlsxwriter alone takes for the same cells."""
    columns = register.column_ids._specifications(records)
    rows = [
        row for part in batches(records, columns) for row in zip(*part, strict=True)
    ]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as stream:
        book = xlsxwriter.Workbook(stream, {"constant_memory": True})
        sheet = book.add_worksheet()
        text, day = (
            book.add_format({"border": 1}),
            book.add_format({"border": 1, "num_format": "yyyy-mm-dd"}),
        )
        for place, row in enumerate(rows):
            for index, (column, value) in enumerate(zip(columns, row, strict=True)):
                if value is None:
                    sheet.write_blank(place, index, None, text)
                elif column.kind in (workbook.DATE, workbook.DATETIME):
                    sheet.write_datetime(place, index, value, day)
                elif column.kind == workbook.TEXT:
                    sheet.write_string(place, index, value, text)
                else:
                    sheet.write_number(place, index, value, text)
        book.close()
    return time.perf_counter() - started


def exported_by_odoo(records):
    """Return the time of the list's own export of the same records and columns."""
    names = [path.replace(".", "/") for path in PATHS]
    described = [{"name": name, "label": name, "type": "char"} for name in names]
    env = records.env
    env.invalidate_all()
    started = time.perf_counter()
    with patch.object(odoo_export, "request", SimpleNamespace(env=env)):
        rows = records.with_context(import_compat=False).export_data(names)["datas"]
        odoo_export.ExcelExport().from_data(described, names, rows)
    return time.perf_counter() - started


def by_manager(register, manager, ours):
    """Return the time of a row as account manager, who sees half, to that of admin."""
    register = register.with_user(manager)
    records = register.records()
    assert len(records) == MANY // 2, f"{len(records)} of {MANY} files"
    return measured(register, records) / len(records) / (ours / MANY)
