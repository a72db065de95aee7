import logging
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..common.attempt import attempt
from ..common.company_day import sql_day
from ..common.sentinel import as_system, quietly
from .customer_archive_incident import INCIDENT

_logger = logging.getLogger(__name__)

# So many days that are over are looked at for what was refused: a night may be missed.
LOOKED_BACK = 7


class CustomerArchiveIncident(models.Model):
    """Drafts that the system raises, for somebody to look into."""

    _inherit = "customer.archive.incident"

    @api.model
    def _raise(self, company, key, words, **values):
        """Raise a draft, unless it was raised for the same before.

        Called after what it is about was checked; whoever caused it need not see it.

        :param key: what it is raised for: codes and ids
        :param words: function of an environment, in the company's language, that says
            what happened
        :return: the draft, as superuser; empty if there is one already
        """
        incidents = self.env[INCIDENT].sudo()
        known = [("company_id", "=", company.id), ("origin_key", "=", key)]
        if incidents.search_count(known, limit=1):
            return incidents
        told = self.env(context={"lang": company._archive_language()})
        made = as_system(quietly(incidents, "mail_create_nosubscribe")).create(
            {
                "company_id": company.id,
                "origin_key": key,
                "facts": words(told),
                **values,
            }
        )
        return incidents.browse(made.id)

    # Refused attempts

    @api.model
    def _raise_refused(self):
        """Raise what was refused to one person more often than a mistake explains."""
        companies = self.env["res.company"].search(
            [("archive_incident_refusals", ">", 0)], order="id"
        )
        for company in companies:
            if error := attempt(self.env, self._raise_refused_of, company):
                # What breaks one company must not keep the others from being seen to.
                _logger.error("Refused attempts at %s", company, exc_info=error)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _raise_refused_of(self, company):
        for user, day, count in self._refused_often(company):
            self._raise_refused_one(company, user, day, count)

    @api.model
    def _refused_often(self, company):
        """Return (user, day, how often) of days of a company that are over."""
        today = company._archive_today()
        day = sql_day("l.date", str(int(company.id)))
        self.env["customer.archive.log"].flush_model()
        query = SQL(
            "SELECT l.user_id, %(day)s, count(*) FROM customer_archive_log l"
            " WHERE l.event = 'denied' AND l.company_id = %(company)s"
            " AND l.date >= %(begin)s AND l.date < %(end)s"
            " GROUP BY 1, 2 HAVING count(*) > %(most)s ORDER BY 2, 1",
            day=SQL(day),
            company=company.id,
            begin=company._archive_midnight(today - timedelta(days=LOOKED_BACK)),
            end=company._archive_midnight(today),
            most=company.archive_incident_refusals,
        )
        people = self.env["res.users"].with_context(active_test=False)
        return [
            (people.browse(user), day, count)
            for user, day, count in self.env.execute_query(query)
            if people.browse(user or ()).exists()
        ]

    @api.model
    def _raise_refused_one(self, company, user, day, count):
        self._raise(
            company,
            f"refused {user.id} {day}",
            lambda env: env._(
                "%(user)s was refused %(count)s times on %(day)s: see the access "
                "record. Find out whether that was a mistake, or an attempt.",
                user=user.name,
                count=count,
                day=day,
            ),
            kind="misuse",
            origin="record",
            occurred_on=day,
            person_ids=[(0, 0, {"user_id": user.id})],
        )
