import logging

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError

from .attempt import attempt
from .company_day import today_at
from .sentinel import as_system

_logger = logging.getLogger(__name__)

BATCH = 1000


class CustomerArchiveDue(models.AbstractModel):
    """What a scheduled action takes care of once its day has come.

    An inheriting model has ``company_id`` and a date, indexed where it isn't empty,
    that says when it is next to be taken care of.
    """

    _name = "customer.archive.due"
    _description = "Scheduled Task"

    @api.model
    def _due(self, name):
        """Return the domain of what is due, by the day it is at each company.

        :param name: field with the date, or with a moment, which is no company's
        """
        if self._fields[name].type == "datetime":
            return fields.Domain(name, "<=", fields.Datetime.now())
        return self.env["res.company"]._archive_by_day(
            lambda day: fields.Domain(name, "<=", day)
        )

    @api.model
    def _process_due(self, name, step, domain=fields.Domain.TRUE):
        """Take care of all that is due, in batches that are committed one by one.

        Costs by what is due. Killed anywhere, the next run goes on with what is left;
        a batch is committed as a whole, so nothing is done twice. Called as superuser:
        users who see less than all would put off what they may not write.

        :param name: field with the date; a step has to move or to empty it
        :param step: name of the method that takes care of a batch
        :param domain: of what else has to hold, as the index on the date says
        """
        if self.env.uid != SUPERUSER_ID:
            raise AccessError(
                self.env._("Scheduled actions can only be run by the system.")
            )
        due, cron = self._due(name) & domain, self.env["ir.cron"]
        while batch := self.search(due, limit=BATCH, order=f"{name}, id"):
            full = len(batch) == BATCH
            cron._commit_progress(
                remaining=self.search_count(due) if full else len(batch)
            )
            try:
                # What nobody had the right to do stays due, for the next run.
                refused = batch._process_batch(name, step, due)
                due &= fields.Domain("id", "not in", refused.ids)
            except OperationalError:
                # Somebody works on one of them at this moment: next time, then.
                self.env.cr.rollback()
                break
            if not cron._commit_progress(len(batch)) or not full:
                break

    def _process_batch(self, name, step, due):
        """Take care of a batch, or of one after the other if that fails.

        :return: those that a right was missing for
        """
        records = self.try_lock_for_update()
        records.invalidate_recordset()
        # By the database: in Python it would cost as much as the step.
        records &= self.search(fields.Domain("id", "in", records.ids) & due)
        if error := attempt(self.env, getattr(records, step)):
            if len(records) > 1:
                each = (record._process_batch(name, step, due) for record in records)
                return self.browse().union(*each)
            # One broken record must not keep the others from being noticed.
            _logger.error("%s: %s failed", records, step, exc_info=error)
            if isinstance(error, AccessError):
                return records
            tomorrow = fields.Date.add(today_at(records), days=1)
            as_system(records).write({name: tomorrow})
        return self.browse()

    def _schedule_activities(self, kind, work, words, **values):
        """Give users work on these records, each in the language of who does it.

        Nobody is mailed for each: whoever wants mail gets a digest. Created directly,
        because ``activity_schedule`` does nothing if a client's context says so.

        :param kind: XML id of the type of activity, without the module
        :param work: list of (record, user, deadline)
        :param words: function of a record that returns what is to be done
        :param values: what else is written on each activity
        :return: the activities
        """
        type_ = self.env.ref(f"customer_archive.{kind}")
        base = {
            "activity_type_id": type_.id,
            "automated": True,
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            **values,
        }
        # sudo: includes other users' activities.
        made = self.env["mail.activity"].sudo()
        work = list(work)
        self._archive_follow(work)
        by_lang = {}
        for record, user, deadline in work:
            by_lang.setdefault(user.lang, []).append((record, user, deadline))
        for lang, part in by_lang.items():
            context = {"lang": lang, "mail_activity_quick_update": True}
            # In one go: a record and its environment each would be dear.
            told = self.browse(record.id for record, *_rest in part)
            told = told.with_context(lang=lang)
            made += made.with_env(self.env(context=context)).create(
                [
                    {
                        **base,
                        "res_id": record.id,
                        "user_id": user.id,
                        "date_deadline": deadline,
                        "summary": words(record),
                    }
                    for record, (_same, user, deadline) in zip(told, part, strict=True)
                ]
            )
        return made

    @api.model
    def _archive_follow(self, work):
        """Make whom work is given to follow what it is about, as Odoo would."""
        followers = self.env["mail.followers"]
        ids = {}
        for record, user, _deadline in work:
            ids.setdefault(user, []).append(record.id)
        if "message_follower_ids" in self._fields:
            for user, those in ids.items():
                followers._archive_follow(self.browse(those), user.partner_id)

    def _activities(self, *kinds):
        """Return the open activities of these records that are of some types.

        :param kinds: XML ids of the types, without the module
        """
        types = [self.env.ref(f"customer_archive.{kind}").id for kind in kinds]
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "in", self.ids),
            ("activity_type_id", "in", types),
        ]
        # Those of the others aren't the actor's to see.
        return self.env["mail.activity"].sudo().search(domain)
