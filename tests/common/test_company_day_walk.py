"""Nothing but one room asks what day it is: a walk through all that is shipped."""

import ast
import re
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from odoo.addons import customer_archive

ADDON = Path(customer_archive.__path__[0])
ROOM = ADDON / "models" / "common" / "company_day.py"
# Where a day is made of something that isn't a moment, or shown as it is stored.
DAYS_OF_CELLS = {
    "tools/ledger/values.py": "a workbook's cell has no zone",
    "models/registers/cells.py": "localized by the room before",
    "models/registers/customer_archive_register_preview.py": "as localized by cells",
    "models/audit/customer_archive_log_anchor.py": "the name of a file, in UTC",
    "models/backup/customer_archive_backup.py": "the name of a folder, in UTC",
}
SQL_DAY = re.compile(
    r"CURRENT_DATE|CURRENT_TIMESTAMP|LOCALTIME|\bnow\(\)|AT TIME ZONE"
    r"|(?:date|moment|_on|_order|_approve|_from|_to)\)?::date",
    re.IGNORECASE,
)
# Odoo reckons these in the user's zone. "now" alone is a moment, which has none.
OFFSET = (
    r"(?:now\s+)?[=+-](?:\d+[dwmy]\b"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|week_start\b)"
)
RELATIVE = re.compile(rf"^\s*(?:=?today\b(?!\w)|{OFFSET}\s*(?:[=+-]|$))")
XML_DAY = re.compile(
    r"context_today|context_timestamp|DateTime\.|datetime\.(?:date|datetime)\b"
    r"|time\.strftime|current_date|CURRENT_DATE|'=?today\b|&quot;today\b|\bnow\(\)"
    rf"|(?:'|&quot;){OFFSET}"
)
JS_DAY = re.compile(
    r"DateTime\s*\.\s*(?:now|local|utc)|new\s+Date\b|Date\s*\.\s*now|\btoday\s*\("
)
TESTED_DAY = re.compile(r"\b[dD]ate\.today\(\)")
# Updates that were made once, to dates spread over weeks.
OLD = (
    *("migrations/19.0.2.0.0", "migrations/19.0.3.0.0", "migrations/19.0.4.0.0"),
    # Moves the zone from where it was.
    "migrations/19.0.6.0.0/post-days",
)


def python_faults(source, cells=False):
    """Return the lines on which Python source asks for a day by itself.

    :param cells: whether it may make days of what isn't a moment
    """
    return sorted(
        {node.lineno for node in ast.walk(ast.parse(source)) if _asks(node, cells)}
    )


def _asks(node, cells):
    if isinstance(node, ast.Attribute):
        if node.attr in ("context_today", "context_timestamp", "utcnow", "astimezone"):
            return True
        return node.attr == "tz" and isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _calls(node, cells)
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = {getattr(node, "module", None), *(each.name for each in node.names)}
        return bool(names & {"pytz", "zoneinfo"})
    if isinstance(node, ast.FormattedValue) and node.format_spec:
        return "%" in ast.unparse(node.format_spec) and not cells
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return bool(SQL_DAY.search(node.value) or RELATIVE.match(node.value))
    return False


def _calls(node, cells):
    """Whether a call of a method makes a day."""
    name, owner = node.func.attr, ast.unparse(node.func.value)
    if name == "today":
        return True
    if name in ("strftime", "localtime", "gmtime") and owner == "time":
        return True
    if name in ("to_date", "to_string") and owner.endswith("Date"):
        # Of a moment it is the day in UTC.
        return any("now" in ast.unparse(each) for each in node.args)
    if name == "date" and not node.args:
        return not cells
    if name == "now":
        return owner in ("datetime", "datetime.datetime") and not node.args
    return name == "with_context" and any(each.arg == "tz" for each in node.keywords)


def text_faults(source, pattern):
    """Return the numbers of the lines that a pattern finds something on."""
    lines = source.splitlines()
    return [number for number, line in enumerate(lines, 1) if pattern.search(line)]


def shipped(*suffixes):
    for path in sorted(ADDON.rglob("*")):
        name = path.relative_to(ADDON).as_posix()
        if path.suffix in suffixes and not name.startswith(("tests", "i18n", *OLD)):
            yield name, path


@tagged("post_install", "-at_install")
class TestOneRoomForDays(TransactionCase):
    def test_python(self):
        seen = 0
        for name, path in shipped(".py"):
            if path == ROOM:
                continue
            with self.subTest(name):
                source = path.read_text()
                # What speaks of today in words isn't asking.
                faults = python_faults(source, name in DAYS_OF_CELLS)
                self.assertFalse(faults, "ask res.company instead: _archive_today()")
                seen += 1
        self.assertGreater(seen, 150)

    def test_screens_data_and_prints(self):
        for name, path in shipped(".xml", ".csv"):
            with self.subTest(name):
                self.assertFalse(text_faults(path.read_text(), XML_DAY))

    def test_scripts_and_queries(self):
        for name, path in shipped(".js", ".sql"):
            with self.subTest(name):
                source, pattern = path.read_text(), JS_DAY
                if path.suffix == ".sql":
                    pattern = SQL_DAY
                self.assertFalse(text_faults(source, pattern))

    def test_prints_show_moments_by_the_company(self):
        """A Datetime that a paper shows goes through the room, as t-field does not."""
        moments = {
            name
            for model in self.env.registry.values()
            if model._name.startswith("customer.archive")
            for name, field in model._fields.items()
            if field.type == "datetime"
        }
        self.assertIn("decided_on", moments)
        for path in sorted((ADDON / "reports").glob("*.xml")):
            shown = re.findall(
                r't-(?:field|out|esc)="[\w.()]+\.(\w+)"', path.read_text()
            )
            with self.subTest(path.name):
                self.assertFalse(moments & set(shown))

    def test_tests_ask_for_the_day_of_their_company(self):
        """Between four in the afternoon and midnight UTC, China has the next day."""
        for path in sorted((ADDON / "tests").rglob("*.py")):
            found = TESTED_DAY.findall(path.read_text())
            if path.name != Path(__file__).name:
                with self.subTest(path.name):
                    self.assertFalse(found)

    def test_the_walk_finds_what_it_looks_for(self):
        for fault in (
            "fields.Date.context_today(self)",
            "x = fields.Date(default=fields.Date.context_today)",
            "fields.Date.to_date(fields.Datetime.now())",
            "domain = [('date', '<', '-7d')]",
            "domain = [('date', '<', 'now -1d')]",
            "domain = [('date', '<', '=monday')]",
            "time.strftime('%Y')",
            "fields.Date.today()",
            "date.today()",
            "datetime.now().date()",
            "datetime.now()",
            "fields.Datetime.now().date()",
            "moment.date()",
            "fields.Datetime.context_timestamp(self, now)",
            "cr.execute('UPDATE x SET d = CURRENT_DATE')",
            "cr.execute('SELECT now()::date')",
            "cr.execute('SELECT o.date_order::date')",
            "[('due_date', '<', 'today')]",
            "[('due_date', '<', 'today -1d')]",
            "import pytz",
            "from zoneinfo import ZoneInfo",
            "records.with_context(tz=zone)",
            "self.env.user.tz",
            "f'{moment:%Y-%m-%d}'",
        ):
            with self.subTest(fault):
                self.assertTrue(python_faults(fault))
        for fine in (
            "company._archive_today()",
            "fields.Datetime.now()",
            "datetime.now(timezone.utc)",
            "'expires today: have it renewed'",
        ):
            with self.subTest(fine):
                self.assertFalse(python_faults(fine))
        for fault in (
            "domain=\"[('due_date', '&lt;', 'today')]\"",
            "domain=\"[('d', '&lt;', context_today())]\"",
            "context_timestamp(datetime.datetime.now())",
            'eval="DateTime.today()"',
        ):
            with self.subTest(fault):
                self.assertTrue(text_faults(fault, XML_DAY))
        for fault in ("DateTime.now()", "new Date()", "luxon.DateTime.local()"):
            with self.subTest(fault):
                self.assertTrue(text_faults(fault, JS_DAY))
