"""A day is the company's: at midnight and New Year, whatever a client claims."""

from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.modules import migration
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.company_day import (
    past_field,
    today_here,
)
from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import KEYRING, ArchiveCase
from ..system.test_migration import run
from ..validity.validity_case import ValidityCase
from .test_company_day_walk import ADDON

# Moments in UTC, and the days they are in Shanghai.
MOMENTS = (
    ("2026-12-31 15:30:00", date(2026, 12, 31)),  # 23:30
    ("2026-12-31 16:30:00", date(2027, 1, 1)),  # 00:30
    ("2026-12-31 23:59:00", date(2027, 1, 1)),  # 07:59
)
ZONES = ("Asia/Shanghai", "America/New_York", False)
# What a client may claim.
HOSTILE = ("Pacific/Kiritimati", "Pacific/Pago_Pago")


@tagged("post_install", "-at_install")
class TestZone(TransactionCase):
    """In which zone a company is that nobody asked."""

    def company(self, country=None, **values):
        self.count = getattr(self, "count", 0) + 1
        values = {"name": f"时区公司 {self.count}", **values}
        if country:
            values["country_id"] = self.env.ref(f"base.{country}").id
        return self.env["res.company"].create(values)

    def test_out_of_the_box(self):
        """Odoo gives UTC to the calendar, and to China no zone at all."""
        company = self.env.company
        self.assertEqual(company.resource_calendar_id.tz, "UTC")
        self.assertEqual(company._archive_zone(), "Asia/Shanghai")

    def test_by_country(self):
        for country, zone in (
            ("cn", "Asia/Shanghai"),
            (None, "Asia/Shanghai"),
            ("uk", "Europe/London"),
            ("hk", "Asia/Hong_Kong"),
        ):
            for claimed in (None, *HOSTILE):
                with self.subTest(country, claimed=claimed):
                    env = self.env(context={"tz": claimed})
                    company = self.company(country).with_env(env)
                    self.assertEqual(company._archive_zone(), zone)

    def test_calendars(self):
        """A calendar counts if its zone is one of the country's."""
        calendars = self.env["resource.calendar"]
        for country, tz, zone in (
            ("cn", "UTC", "Asia/Shanghai"),
            ("cn", "Asia/Urumqi", "Asia/Urumqi"),
            ("cn", "America/New_York", "Asia/Shanghai"),
            ("us", "America/Chicago", "America/Chicago"),
            ("us", "UTC", "Asia/Shanghai"),
            (None, "Europe/Berlin", "Europe/Berlin"),
        ):
            with self.subTest(country, tz=tz):
                calendar = calendars.create({"name": tz, "tz": tz})
                company = self.company(country, resource_calendar_id=calendar.id)
                self.assertEqual(company.archive_tz, zone)

    def test_what_was_chosen_stays(self):
        company = self.company("cn")
        company.archive_tz = "Asia/Urumqi"
        company.resource_calendar_id.tz = "Europe/Paris"
        company.name = "Other"
        self.assertEqual(company._archive_zone(), "Asia/Urumqi")
        company.country_id = self.env.ref("base.uk")
        self.assertEqual(company._archive_zone(), "Europe/London")
        company.resource_calendar_id = False
        self.assertEqual(company._archive_zone(), "Europe/London")

    # Whoever comes first makes the keystore.
    @mute_logger(KEYRING)
    def test_settings_show_and_change_it_on_record(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.archive_tz, "Asia/Shanghai")
        settings.archive_tz = "Asia/Urumqi"
        settings.execute()
        self.assertEqual(self.env.company._archive_zone(), "Asia/Urumqi")
        row = (
            self.env["customer.archive.log"].sudo().search([], order="id desc", limit=1)
        )
        self.assertEqual(row.detail, "archive_tz Asia/Shanghai > Asia/Urumqi")

    @mute_logger(KEYRING)
    def test_an_older_database(self):
        """What somebody chose in the calendar is kept; UTC that nobody chose isn't."""
        kept, moved = self.company("cn"), self.company("cn")
        kept.resource_calendar_id.tz = "America/New_York"
        moved.resource_calendar_id.tz = "UTC"
        path = ADDON / "migrations" / "19.0.6.0.0" / "post-days.py"
        script = migration.load_script(str(path), "post_days")
        for _twice in range(2):
            with patch.object(script._logger, "info") as told:
                run(script, self.env.cr)
            self.env.invalidate_all()
            self.assertEqual(kept._archive_zone(), "America/New_York")
            self.assertEqual(moved._archive_zone(), "Asia/Shanghai")
            said = {call.args[1]: call.args for call in told.call_args_list}
            self.assertNotIn(kept.id, said)
            self.assertIn("Recorded dates", said[moved.id][0])
            self.assertEqual(said[moved.id][3:], ("Asia/Shanghai", "UTC"))


class DayCase(ArchiveCase):
    """Mixed into a TransactionCase."""

    @contextmanager
    def at(self, moment, zone=False, claimed=False):
        """Be somewhere at a moment, and say that it is somewhere else."""
        for user in self.users.values():
            # Odoo lets no employee be without one.
            user.tz = zone or ("UTC" if user.employee_ids else False)
        env = self.env(context={"tz": claimed, "ir_sequence_date": "2011-11-11"})
        with (
            freeze_time(moment),
            patch.object(type(self), "env", env),
            patch.object(self, "env", env),
        ):
            yield env

    def combinations(self):
        for (moment, day), zone in zip(MOMENTS, ZONES, strict=True):
            for claimed in HOSTILE:
                yield moment, day, zone, claimed


# Days that something on record says, and not the clock.
ON_RECORD = {("customer.archive.sign", "training_date")}


@tagged("post_install", "-at_install")
class TestDaysAreKept(DayCase, TransactionCase):
    """Requirement A15."""

    def test_every_default(self):
        """All dates of this addon that have a default, from the registry."""
        dated = [
            (name, field.name)
            for name, model in self.env.registry.items()
            if name.startswith("customer.archive") and not model._abstract
            for field in model._fields.values()
            if field.type == "date" and field.default
            if (name, field.name) not in ON_RECORD
        ]
        self.assertIn(("customer.archive", "relation_stage_date"), dated)
        for moment, day in MOMENTS:
            for zone in ZONES:
                for claimed in HOSTILE:
                    with self.at(moment, zone, claimed) as env:
                        for model, name in dated:
                            field = env[model]._fields[name]
                            with self.subTest(model, name=name, zone=zone):
                                # One function, and so another company's day, too.
                                self.assertIs(field.default, today_here)
                                self.assertEqual(field.default(env[model]), day)

    def scene(self):
        """Do what writes days; return the records."""
        env, users = self.env, self.users
        file = self.registered()
        item = file.sudo().document_ids.filtered("is_received")[:1]
        sales = {"archive_id": file.id}
        agreement = env["customer.archive.agreement"].with_user(users["sales"])
        agreement = agreement.create(
            {**sales, "kind": "framework", "date_end": "2027-06-30"}
        )
        change = env["customer.archive.change"].with_user(users["sales"])
        change = change.create({**sales, "purpose": "更名"})
        disposal = env["customer.archive.disposal"].create({"kind": "close"})
        review = env["customer.archive.review"]._open(file.sudo())
        review.with_user(users["sales"]).action_confirm("无变化")
        self.year = getattr(self, "year", 2030) + 1
        run = env["customer.archive.annual"]._start(self.company, self.year)
        return {
            "file": (file, ("relation_stage_date", "opening_date", "last_review_date")),
            "item": (item, ("received_on",)),
            "agreement": (agreement, ("date_start",)),
            "change": (change, ("asked_on",)),
            "disposal": (disposal, ("date",)),
            "review": (review, ("opened_on", "done_on")),
            "run": (run, ("date",)),
        }

    def test_what_is_done_is_recorded_by_the_company(self):
        for moment, day, zone, claimed in self.combinations():
            with self.at(moment, zone, claimed):
                found = self.scene()
                for what, (record, names) in found.items():
                    for name in names:
                        with self.subTest(moment, what=what, name=name, zone=zone):
                            self.assertEqual(record.sudo()[name], day)
                file = found["file"][0]
                self.assertTrue(file.name.startswith(f"{day.year}-TSALE-"))
                for what in ("agreement", "change", "disposal"):
                    number = found[what][0].sudo().name or ""
                    if number:
                        self.assertIn(f"-{day.year}-", number)

    def test_business_moves_the_day_by_the_company(self):
        for moment, day, zone, claimed in self.combinations():
            with self.subTest(moment, zone=zone), self.at(moment, zone, claimed) as env:
                file = self.registered().sudo()
                order = env["sale.order"].create({"partner_id": file.partner_id.id})
                order.action_confirm()
                env.cr.flush()
                file.invalidate_recordset()
                self.assertEqual(file.last_business_date, day)
                env.flush_all()
                env.cr.execute(
                    "UPDATE customer_archive SET last_business_date = NULL"
                    " WHERE id = %s",
                    [file.id],
                )
                file.invalidate_recordset()
                file._take_history()
                self.assertEqual(file.last_business_date, day)

    def test_the_day_itself_isnt_in_the_future(self):
        for moment, day, zone, claimed in self.combinations():
            with self.subTest(moment, zone=zone), self.at(moment, zone, claimed) as env:
                party = self.partner()
                party.founding_date = day
                with self.assertRaises(ValidationError), env.cr.savepoint():
                    party.founding_date = day + timedelta(days=1)
                rows = env["customer.archive.undertaking"]
                rows = rows.with_user(self.users["sales"])
                rows.sign(str(day))
                with self.assertRaisesRegex(Exception, "in the future"):
                    rows.sign(str(day + timedelta(days=1)))


@tagged("post_install", "-at_install")
class TestDaysAreCompared(DayCase, ValidityCase, TransactionCase):
    def test_what_is_over(self):
        """Every field that says whether a day is over, and its search."""
        pasts = [
            (name, field.name)
            for name, model in self.env.registry.items()
            if name.startswith("customer.archive") and not model._abstract
            for field in model._fields.values()
            if getattr(field.compute, "__qualname__", "").startswith(
                past_field.__qualname__
            )
        ]
        self.assertEqual(len(pasts), 18, pasts)
        item = self.item("2027-03-25").sudo()
        file = self.file.sudo()
        as_system(item).write({"valid_until": date(2026, 12, 31)})
        as_system(file).write({"next_review_date": date(2027, 1, 1)})
        for moment, day, zone, claimed in self.combinations():
            with self.at(moment, zone, claimed) as env:
                env.invalidate_all()
                over = day > date(2026, 12, 31)
                for record, name in ((item, "is_expired"), (file, "is_review_due")):
                    record = record.with_env(env(su=True))
                    with self.subTest(moment, name=name, zone=zone, claimed=claimed):
                        self.assertEqual(record[name], over)
                        found = record.search([(name, "=", True)])
                        self.assertEqual(record in found, over)
                        found = record.search([(name, "=", False)])
                        self.assertEqual(record in found, not over)
                state = item.with_env(env(su=True))
                self.assertEqual(state.validity_state == "expired", over)
                self.assertEqual(state.days_left, -1 if over else 0)
                found = state.search([("days_left", ">=", 0), ("days_left", "<=", 30)])
                self.assertEqual(state in found, not over)

    def test_what_is_due(self):
        """The domain that all scheduled actions take what is due by."""
        due = self.env["res.company"]._archive_by_day
        file = self.file.sudo()
        as_system(file).write({"next_review_date": date(2027, 1, 1)})
        for moment, day, zone, claimed in self.combinations():
            with self.subTest(moment, zone=zone), self.at(moment, zone, claimed):
                domain = due(lambda today: [("next_review_date", "<=", today)])
                found = file.search(domain)
                self.assertEqual(file in found, day == date(2027, 1, 1))

    def test_steps_escalate_on_their_day(self):
        waiting = self.submitted()
        row = waiting.sudo().approval_ids.filtered(lambda each: each.state == "pending")
        as_system(row).write({"escalation_date": date(2027, 1, 1), "escalation": 0})
        for moment, day, zone, claimed in self.combinations():
            as_system(row).write({"escalation_date": date(2027, 1, 1)})
            before = row.escalation
            with self.at(moment, zone, claimed), self.enter_registry_test_mode():
                self.env.ref("customer_archive.cron_approval").method_direct_trigger()
            self.env.invalidate_all()
            with self.subTest(moment, zone=zone):
                self.assertEqual(row.escalation > before, day.year == 2027)

    def test_working_days_are_counted_where_the_company_is(self):
        """Whatever zone the calendar names; holidays are entered by who lives there."""
        calendar = self.company.resource_calendar_id
        self.env["resource.calendar.leaves"].create(
            {
                "name": "元旦",
                "calendar_id": calendar.id,
                "company_id": self.company.id,
                # 1 January, in Shanghai: a Friday.
                "date_from": "2026-12-31 16:00:00",
                "date_to": "2027-01-01 15:59:59",
            }
        )
        for tz in ("UTC", "Asia/Shanghai", "America/New_York"):
            calendar.tz = tz
            for moment, day, zone, claimed in self.combinations():
                with self.subTest(tz, moment=moment), self.at(moment, zone, claimed):
                    count = self.company._archive_working_day
                    self.assertEqual(count(1), date(2027, 1, 4))
                    self.assertEqual(count(6), date(2027, 1, 11))
                    self.assertEqual(count(0), day)
                    self.assertEqual(count(-1, date(2027, 1, 4)), date(2026, 12, 31))
                    self.assertEqual(count(-2, date(2027, 1, 4)), date(2026, 12, 30))
        calendar.attendance_ids.unlink()
        self.assertEqual(count(3, date(2027, 1, 1)), date(2027, 1, 4))
        self.company.resource_calendar_id = False
        self.assertEqual(count(-3, date(2027, 1, 4)), date(2027, 1, 1))

    def test_the_annual_run(self):
        self.company.write({"archive_annual_month": "1", "archive_annual_day": 1})
        for moment, day, zone, claimed in self.combinations():
            with self.subTest(moment, zone=zone), self.at(moment, zone, claimed):
                year = self.company._archive_annual_year()
                self.assertEqual(year, 2027 if day.year == 2027 else None)

    def test_two_companies_in_one_database(self):
        """Each by its own clock, in the same minute and in one search."""
        other = self.env["res.company"].create(
            {
                "name": "New York Ltd",
                "country_id": self.env.ref("base.us").id,
                "archive_tz": "America/New_York",
            }
        )
        with freeze_time("2026-12-31 17:00:00"):
            days = self.env["res.company"]._archive_days()
            found = {company: day for day, those in days for company in those}
            self.assertEqual(found[self.company], date(2027, 1, 1))
            self.assertEqual(found[other], date(2026, 12, 31))
            self.env.user.company_ids |= other
            both = [self.company.id, other.id]
            disposal = self.env["customer.archive.disposal"].with_context(
                allowed_company_ids=both
            )
            for company in (self.company, other):
                made = disposal.create({"kind": "close", "company_id": company.id})
                self.assertEqual(made.date, found[company])
                number = self.env["ir.sequence"].with_company(company)
                number = as_system(number).next_by_code("customer.archive.loan")
                self.assertIn(str(found[company].year), number)


@tagged("post_install", "-at_install")
class TestDaysAreShown(DayCase, TransactionCase):
    def test_marks_prints_and_registers(self):
        report = self.env["ir.actions.report"]
        for moment, day, zone, claimed in self.combinations():
            with self.subTest(moment, zone=zone), self.at(moment, zone, claimed) as env:
                user = self.users["sales"].with_env(env)
                here = self.company._archive_time()
                self.assertTrue(here.startswith(str(day)))
                mark = user._archive_mark_lines(self.company)
                self.assertEqual(mark[1], f"{here} UTC+0800")
                register = env.ref("customer_archive.register_ledger")
                self.assertIn(here, register._footer())
                self.assertIn(str(day), register._subtitle(env["customer.archive"])[2])
                file = self.registered().with_user(self.users["sales"])
                for name in ("cover", "labels"):
                    html = report.with_env(file.env)._render_qweb_html(
                        f"customer_archive.report_{name}", file.ids
                    )[0]
                    self.assertIn(str(day), html.decode())

    def test_moments_on_papers(self):
        """The day of a moment, as slips and certificates show it."""
        for moment, day in MOMENTS:
            stored = fields.Datetime.to_datetime(moment)
            self.assertEqual(self.company._archive_day(stored), day)
        self.assertFalse(self.company._archive_day(False))
        begin = self.company._archive_midnight(date(2027, 1, 1))
        self.assertEqual(str(begin), "2026-12-31 16:00:00")

    def test_schedules_begin_today(self):
        with self.at(MOMENTS[1][0], "America/New_York", HOSTILE[1]) as env:
            schedule = env["customer.archive.register.schedule"].create(
                {
                    "name": "台账",
                    "register_ids": [
                        Command.set(env.ref("customer_archive.register_ledger").ids)
                    ],
                    "recipient_ids": [Command.set(self.users["clerk"].ids)],
                }
            )
            self.assertEqual(schedule.next_date, date(2027, 1, 1))
            self.assertEqual(schedule.anchor_date, date(2027, 1, 1))
