"""Which day it is: the one room that says so.

A day is the company's, wherever the user, the server or the client is: numbers, filing
dates, deadlines and retention go by it. Nothing else of this addon asks what today is,
or makes a day of a moment; a test looks for whoever does.
"""

from datetime import datetime, time

import pytz

from odoo import api, fields, models, tools

from odoo.addons.base.models.res_partner import _tz_get

# For users without any other indication of their time zone.
HOME = "Asia/Shanghai"
# The zones of who never chose one.
UNCHOSEN = ("UTC", "Etc/UTC", "GMT", "Etc/GMT", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu")


def today_at(record):
    """Return the date at a record's company, or at the user's if it has none yet."""
    return (record.company_id or record.env.company)._archive_today()


def today_here(model):
    """Return the date at the user's company; the default of dates."""
    return model.env.company._archive_today()


# The present moment in SQL: a timestamp without zone, as Odoo stores it.
SQL_NOW = "(now() AT TIME ZONE 'UTC')"


def sql_day(moment, company):
    """Return the SQL text of the day of a moment.

    :param moment: SQL text of a timestamp without zone, as Odoo stores it
    :param company: SQL text of the id of the company where it is the day
    """
    zone = f"(SELECT z.archive_tz FROM res_company z WHERE z.id = {company})"
    return f"({moment} AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date"


def past_field(own, date, reached=False, **attributes):
    """Return a Boolean field that says whether a day is over at the record's company.

    Screens filter by it: a date in a filter's domain would be that of the client.

    :param own: name of the field
    :param date: name of the field with the day
    :param reached: whether the day itself counts
    """
    operator = "<=" if reached else "<"

    @api.depends(date)
    def compute(records):
        for record in records:
            day, today = record[date], today_at(record)
            record[own] = bool(day and (day < today or (reached and day == today)))

    def search(records, asked, _value):
        if asked != "in":
            return NotImplemented
        return records.env["res.company"]._archive_by_day(
            lambda today: fields.Domain(date, operator, today)
        )

    return fields.Boolean(compute=compute, search=search, **attributes)


class ResCompany(models.Model):
    """Says what day it is."""

    _inherit = "res.company"

    archive_tz = fields.Selection(
        _tz_get,
        string="Time Zone of Customer Files",
        compute="_compute_archive_tz",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help=(
            "The time zone in which days are counted: numbers, dates, deadlines "
            "and retention periods of the customer files follow it regardless of "
            "where users are."
        ),
    )

    @api.depends("partner_id.country_id")
    def _compute_archive_tz(self):
        for company in self:
            company.archive_tz = company._archive_zone_of_country()
        # It is reckoned without a write that would do so.
        self.env.registry.clear_cache()

    def _archive_zone_of_country(self):
        """Return the zone that fits where a company is.

        Odoo gives each working calendar UTC, or the zone of whoever made it, and to a
        country with two zones, as China has, none. So what is there counts only if
        it is one of the country's: what was chosen stays, whatever else is changed.
        """
        calendar = self.resource_calendar_id.tz
        chosen = [zone for zone in (self.archive_tz, calendar) if zone]
        # Of which country a company is, is no secret.
        code = self.sudo().partner_id.country_id.code
        zones = pytz.country_timezones.get(code or "", [])
        fitting = [zone for zone in chosen if zone in zones]
        if fitting:
            return fitting[0]
        if code == "CN" or len(zones) == 1:
            return zones[0]
        # Nobody can tell; the company that Odoo itself comes with is American.
        return next((zone for zone in chosen if zone not in UNCHOSEN), HOME)

    def write(self, vals):
        before = {company: company.archive_tz for company in self}
        result = super().write(vals)
        if "archive_tz" in vals or "country_id" in vals:
            for company, zone in before.items():
                if company.archive_tz != zone:
                    company._record_zone(zone)
        return result

    def _record_zone(self, before):
        """Record that the days are counted otherwise from now on."""
        if self.env.registry.ready:
            detail = f"archive_tz {before} > {self.archive_tz}"
            log = self.env["customer.archive.log"].with_company(self)
            log._record("configuration", self, detail)

    # What time it is

    def _archive_zone(self):
        """Return the name of the time zone where the company is."""
        # Where a company is, is no secret of those who deal with its files.
        return self.sudo().archive_tz or HOME

    def _archive_now(self):
        """Return the time where the company is, whatever zone a client claims."""
        return self._archive_local(fields.Datetime.now())

    def _archive_today(self):
        """Return the date where the company is: what "today" means for its files."""
        return self._archive_now().date()

    def _archive_local(self, moment):
        """Return the time where the company is at a moment, as Odoo stores it."""
        zone = pytz.timezone(self._archive_zone())
        return pytz.utc.localize(moment).astimezone(zone)

    def _archive_day(self, moment):
        """Return the day of a moment where the company is; false if there is none."""
        return self._archive_local(moment).date() if moment else False

    def _archive_time(self, moment=None):
        """Return a moment as papers show it, where the company is; now without one."""
        return f"{self._archive_local(moment or fields.Datetime.now()):%Y-%m-%d %H:%M}"

    def _archive_stamp(self):
        """Return the time now as marks show it, with its distance from UTC."""
        now = self._archive_now()
        return f"{now:%Y-%m-%d %H:%M} UTC{now:%z}"

    def _archive_midnight(self, day):
        """Return the moment at which a day begins, as Odoo stores it."""
        zone = pytz.timezone(self._archive_zone())
        begin = zone.localize(datetime.combine(day, time.min))
        return begin.astimezone(pytz.utc).replace(tzinfo=None)

    # Days of all companies

    @api.model
    def _archive_days(self):
        """Return, as pairs, which day it is at which companies."""
        now, days = fields.Datetime.now(), {}
        for zone, ids in self._archive_zones().items():
            local = pytz.utc.localize(now).astimezone(pytz.timezone(zone))
            days.setdefault(local.date(), []).extend(ids)
        return [(day, self.browse(ids)) for day, ids in days.items()]

    @api.model
    @tools.ormcache()
    def _archive_zones(self):
        """Return the ids of the companies, by the zone that they are in.

        Kept, because each search by a day asks it.
        """
        # Which companies there are is no secret; what is found goes by the rights.
        companies = self.sudo().with_context(active_test=True)
        companies = companies.search([])  # pylint: disable=no-search-all
        zones = companies.grouped(lambda company: company._archive_zone())
        return {zone: those.ids for zone, those in zones.items()}

    @api.private
    def cache_invalidation_fields(self):
        return super().cache_invalidation_fields() | {"active", "archive_tz"}

    @api.model
    def _archive_by_day(self, of_day, path="company_id"):
        """Return a domain that asks each company's records about its own day.

        :param of_day: function of a date that returns a domain
        :param path: from the records to their company
        """
        return fields.Domain.OR(
            fields.Domain(path, "in", those.ids) & fields.Domain(of_day(day))
            for day, those in self._archive_days()
        )

    # Working days

    def _archive_working_day(self, days, day=None):
        """Return the date so many working days after a day.

        The working calendar says on which days of the week there is work, and which
        are holidays, the company's own zone when a day begins: the calendar's is
        somebody else's affair. Without working time calendar days are counted.

        :param int days: before the day, if negative
        :param date day: today, if it isn't given
        """
        self.ensure_one()
        day = day or self._archive_today()
        if not days:
            return day
        step = 1 if days > 0 else -1
        found = set()
        for part in range(100):
            if found and len(found) >= abs(days):
                break
            begin = fields.Date.add(day, days=1 + 14 * part) if days > 0 else None
            begin = begin or fields.Date.add(day, days=-14 * (part + 1))
            found |= self._archive_worked(begin, fields.Date.add(begin, days=14))
        ordered = sorted(found, reverse=days < 0)
        if len(ordered) < abs(days):
            return fields.Date.add(day, days=days)
        return ordered[step * days - 1]

    def _archive_free_words(self, day):
        """Return in words that a day is no working day; nothing if it is one."""
        self.ensure_one()
        following = fields.Date.add(day, days=1)
        # The hours of a company are no secret of those who plan a day.
        calendar = self.sudo().resource_calendar_id
        if not calendar or self._archive_worked(day, following):
            return False
        begin, end = self._archive_midnight(day), self._archive_midnight(following)
        holidays = calendar.global_leave_ids.filtered(
            lambda each: each.date_from < end and each.date_to > begin
        )
        if names := ", ".join(holidays.filtered("name").mapped("name")):
            return self.env._("No working day: %s", names)
        return self.env._("No working day")

    def _archive_worked(self, first, end):
        """Return the days with working time from one on, and before another."""
        # The hours of a company are no secret of those who have a deadline.
        calendar = self.sudo().resource_calendar_id
        if not calendar:
            return set()
        zone = pytz.timezone(self._archive_zone())
        begin, end = (
            zone.localize(datetime.combine(day, time.min)) for day in (first, end)
        )
        found = calendar._work_intervals_batch(begin, end, tz=zone)[False]
        return {start.date() for start, _stop, _meta in found}


class IrSequence(models.Model):
    """Numbers of requests, lists and certificates bear the year of the company."""

    _inherit = "ir.sequence"

    def _next(self, sequence_date=None):
        if (self.code or "").startswith("customer.archive."):
            company = self.env.company
            today = fields.Date.to_string(company._archive_today())
            # Whatever zone or day a client claims.
            zone = company._archive_zone()
            own = self.with_context(tz=zone, ir_sequence_date=today)
            return super(IrSequence, own)._next(today)
        return super()._next(sequence_date)
