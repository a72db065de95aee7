"""What has its day: who is told of it, and what they find on their screens."""

from freezegun import freeze_time

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..support.chinese_walk import (
    DIALOG,
    ITEMS,
    ChineseWalkCase,
    scans,
    step,
)
from ..support.flow_case import ACTION
from ..support.size import full

LATE = ("mail_activity_papers", "mail_activity_papers_overdue")
ENDS = ("mail_activity_expiring", "mail_activity_expired")


@tagged("post_install", "-at_install")
class TestBrowserDays(ChineseWalkCase, HttpCase):
    def night_of(self, day):
        with freeze_time(f"{day} 01:00:00"):
            self.env.ref("customer_archive.cron_validity").method_direct_trigger()
        self.env.invalidate_all()

    def activity(self, model, *words):
        """Open what waits for somebody, from the clock above every screen."""
        entry = f".o-mail-ActivityGroup[data-model_name='{model}']"
        return [
            step(".o_menu_systray button:has(.fa-clock-o)", "click"),
            step(entry, "click"),
            *[self.read(each, ".o_data_row") for each in words],
            # Nothing else is there that might be taken for it.
            step(".o_pager_limit:text(1)"),
            step(".o_data_row .o_data_cell", "click"),
        ]

    def told(self, record, *kinds):
        """Return who has an activity, and its words."""
        found = record.sudo()._activities(*kinds)
        return {each.user_id.login[2:]: each.summary for each in found}

    @mute_logger("odoo.http")
    def test_paper_is_late(self):
        """A9: reminded on the third working day, then head and management are told.

        Each finds the file and what it lacks from their own screen.
        """
        party = self.party("扬州示例线缆有限公司")
        # A Monday: what is missing has to be there on Thursday.
        with freeze_time("2027-03-01 02:00:00"):
            file = self.archive("purchase", partner=party)
        licence = self.say("Business licence")
        seen = [
            self.activity("customer.archive", party.name),
            self.message_of_activity(licence),
            step(f'{ITEMS} .o_data_row:contains("{licence}"):contains("3月4日")'),
        ]
        expected = (
            ("2027-03-03", None, ()),
            ("2027-03-04", "purchase", ("2027-03-04", licence)),
            ("2027-03-05", "purchase_head", ("陈立", licence)),
            ("2027-03-12", "management", ("陈立", licence)),
        )
        for day, role, words in expected:
            self.night_of(day)
            told = self.told(file, *LATE)
            with self.subTest(day):
                self.assertEqual(list(told), [role] if role else [])
                for word in words:
                    self.assertIn(word, told[role])
            if role:
                late = role != "purchase"
                state = self.say("Overdue" if late else "Missing")
                row = f'{ITEMS} .o_data_row:contains("{licence}")'
                self.walk_on(
                    day, role, "/odoo", *seen, step(f'{row}:contains("{state}")')
                )
        self.walk_on(
            "2027-03-15",
            "purchase",
            f"/odoo/customer.archive/{file.id}",
            self.given(
                "Business licence",
                "营业执照.pdf",
                self.bears_words(),
                self.number(party.vat),
                self.endless(),
            ),
            self.saved(),
            files=scans("营业执照.pdf"),
        )
        self.assertFalse(file.papers_due)
        self.assertFalse(self.told(file, *LATE))

    def message_of_activity(self, *words):
        return [self.read(each, ".o-mail-Activity") for each in words]

    def lapsing(self, party):
        """Return a file on record, and its licence that ends on 31 March 2027."""
        with freeze_time("2027-01-11 02:00:00"):
            file = self.archive("purchase", partner=party)
            self.collect(file)
            licence = self.item(file, "license")
            licence.write({"is_endless": False, "valid_until": "2027-03-31"})
            self.reviewed(file)
        return file, licence

    @mute_logger("odoo.http")
    def test_licence_lapses(self):
        """A5, D3: the account manager is asked for a new one, and files it.

        What lapsed is seen in the list of what expires and in its file.
        """
        party = self.party("南通示例铸造有限公司")
        file, licence = self.lapsing(party)
        self.night_of("2027-03-01")
        self.assertIn("2027-03-31", self.told(licence, *ENDS)["purchase"])
        self.night_of("2027-04-01")
        told = self.told(licence, *ENDS)["purchase"]
        self.assertIn("营业执照", told)
        self.assertIn(party.name, told)
        expired = self.say("Expired")
        self.walk_on(
            "2027-04-01",
            "purchase",
            "/odoo",
            self.activity("customer.archive.document", party.name, "营业执照"),
            self.state("Expired"),
        )
        self.walk_on(
            "2027-04-01",
            "purchase",
            ACTION.format("expiring"),
            step(f'.o_data_row:contains("{party.name}"):contains("{expired}")'),
        )
        self.walk_on(
            "2027-04-02",
            "purchase",
            f"/odoo/customer.archive/{file.id}",
            step(f'{ITEMS} .o_data_row:contains("营业执照"):contains("{expired}")'),
            self.added(
                "Business licence",
                "营业执照.pdf",
                self.bears_words(),
                self.number(party.vat),
                self.fill("Valid until", "2037/03/31", DIALOG),
            ),
            self.saved(),
            files=scans("营业执照.pdf"),
        )
        new = self.item(file, "license") - licence
        self.assertEqual(str(new.valid_until), "2037-03-31")
        self.assertEqual(licence.renewed_by_id, new)
        self.assertEqual(licence.validity_state, "renewed")
        self.assertFalse(self.told(licence, *ENDS))

    if not full():
        # A minute each, most of it in the browser.
        test_paper_is_late = test_licence_lapses = None
