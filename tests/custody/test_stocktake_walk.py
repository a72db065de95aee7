from odoo.tests import HttpCase, tagged

from ..support.flow_case import ACTION, DIALOG, WalkCase, step
from .test_customer_archive_stocktake import StocktakeCase

INPUT = ".o_archive_scan_input"
FILE = ".o_archive_scan_file"


class StocktakeWalk(StocktakeCase, WalkCase):
    """An archivist counts a cabinet, settles what differs, signs; so does a witness."""

    lang = "zh_CN"

    def scan(self, text):
        return [step(INPUT, f"edit {text}"), step(INPUT, "press Enter")]

    def form(self, record):
        return f"/odoo/customer.archive.stocktake/{record.id}"

    def counted(self, stocktake):
        """Count one box with a scanner: one misplaced, one surplus, one missing."""
        unknown = self.say("No file that you can see: noted as surplus")
        elsewhere = self.say("Registered in:")
        self.walk(
            "archivist",
            ACTION.format("count"),
            self.scan(self.box.barcode),
            step(f'.o_archive_scan_group:contains("{self.box.complete_name}")'),
            self.scan(self.first._print_url()),
            self.scan(self.second._print_url()),
            self.scan(self.apart._print_url()),
            step(
                f'{FILE}:contains("{self.apart.partner_id.name}"):contains("{elsewhere}")'
            ),
            self.scan("6901234567892"),
            step(f'{FILE}:contains("{unknown}")'),
            step(".o_archive_scan_move:not(:disabled)", "click"),
            step(f".o_archive_scan:not(:has({FILE}))"),
        )
        self.env.invalidate_all()
        self.assertEqual(
            self.results(stocktake),
            {
                self.first: "found",
                self.second: "found",
                self.third: "open",
                self.apart: "misplaced",
                "6901234567892": "surplus",
            },
        )

    def settled(self, stocktake, line, note, button):
        """Open one difference, say what was done, and settle it."""
        place = self.field("What Was Done")
        self.walk(
            "archivist",
            f"/odoo/{line._name}/{line.id}",
            step(f"{place} input", f"edit {note}"),
            self.press(button),
            step(self.field("How Settled")),
        )
        self.assertTrue(line.settlement)

    def whole(self):
        stocktake = self.started(scope="location", location_id=self.cabinet.id)
        self.counted(stocktake)
        self.walk(
            "archivist",
            self.form(stocktake),
            self.more(),
            step(f'button:text("{self.say("End Count")}")', "click"),
            step(f"{DIALOG} footer .btn-primary", "click"),
            self.closed(),
            step(f'.o_form_statusbar button:text("{self.say("Sign")}")'),
        )
        self.env.invalidate_all()
        self.assertEqual(stocktake.unsettled_count, 3)
        for what, note, button in (
            (self.apart, "原盒已满", "Take Over New Location"),
            (self.third, "在销售部桌上找到", "Found after All"),
            ("6901234567892", "是一盒文具", "Clarified"),
        ):
            line = self.line(stocktake, what)
            self.settled(stocktake, line, note, button)
        self.assertEqual(self.apart.location_id, self.box)
        stocktake.witness_id = self.users["auditor"]
        self.env.flush_all()
        self.walk(
            "archivist", self.form(stocktake), self.press("Sign"), self.gone("Sign")
        )
        self.walk(
            "auditor",
            self.form(stocktake),
            self.press("Sign as Witness"),
            self.gone("Sign as Witness"),
        )
        self.env.invalidate_all()
        self.assertEqual(stocktake.state, "signed")

    def more(self):
        """Open the menu with all buttons but the first, on a telephone."""
        place = ".o_statusbar_buttons button:has(.oi-ellipsis-v)"
        return [step(place, "click")] if self.touch_enabled else []

    def gone(self, label):
        button = f'.o_form_statusbar button:text("{self.say(label)}")'
        return step(f".o_form_view:not(:has({button}))")


@tagged("post_install", "-at_install")
class TestStocktakeDesktop(StocktakeWalk, HttpCase):
    """Requirement B4, at a desk."""

    def test_whole(self):
        self.whole()

    def test_nothing_is_lost_with_the_connection(self):
        """What was scanned stays in the browser, one list for each stocktake."""
        stocktake = self.started()
        self.walk(
            "clerk",
            ACTION.format("count"),
            self.scan(self.box.barcode),
            step(".o_archive_scan_group"),
            self.scan(self.first._print_url()),
            step(f'{FILE}:contains("{self.first.partner_id.name}")'),
            step(INPUT, "lose_connection"),
            step(".o_archive_scan_move:not(:disabled)", "click"),
            step(".o_archive_scan_offline"),
        )
        self.assertEqual(self.results(stocktake)[self.first], "open")
        # The page was left, by an empty battery or by mistake.
        self.walk(
            "clerk",
            ACTION.format("count"),
            step(f'{FILE}:contains("{self.first.partner_id.name}")'),
            step(".o_archive_scan_move:not(:disabled)", "click"),
            step(f".o_archive_scan:not(:has({FILE}))"),
        )
        self.env.invalidate_all()
        line = self.line(stocktake, self.first)
        self.assertEqual(
            (line.result, line.counted_by_id), ("found", self.users["clerk"])
        )


@tagged("post_install", "-at_install")
class TestStocktakeTelephone(StocktakeWalk, HttpCase):
    """Requirement B4, on a telephone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_whole(self):
        self.whole()
