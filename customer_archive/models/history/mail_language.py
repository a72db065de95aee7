"""One history in one language, whoever adds to it and whatever they read.

Odoo keeps most of what it writes into a history as text, in the language of who causes
it: jobs have none, and colleagues may read different ones. What the system writes on
records of customer files is written in the language of their company instead; what
people type is theirs.
"""

from odoo import models

from ..common.customer_archive_guard import is_ours
from ..common.sentinel import telling


class ResCompany(models.Model):
    _inherit = "res.company"

    def _archive_language(self):
        """Return the code of the language in which histories are kept.

        It is that of the company's own contact.
        """
        # Whoever acts for a company may write in its language.
        code = self.sudo().partner_id.lang
        return code or self.env.lang or "en_US"


class Base(models.AbstractModel):
    _inherit = "base"

    def _archive_in_house(self):
        """Return these records in the language of their company's histories."""
        companies = self.env["res.company"]
        if "company_id" in self._fields:
            companies = self.sudo().company_id
        company = companies[:1] or self.env.company
        return self.with_context(lang=company._archive_language())


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _creation_message(self):
        if not is_ours(self._name):
            return super()._creation_message()
        return super(MailThread, self._archive_in_house())._creation_message()

    def _message_track(self, fields_iter, initial_values_dict):
        if not is_ours(self._name):
            return super()._message_track(fields_iter, initial_values_dict)
        # Of choices Odoo keeps the label.
        tracked = super(MailThread, self._archive_in_house())
        return tracked._message_track(fields_iter, initial_values_dict)


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """Say in the history's language what was done; each company has its own."""
        messages, following = self.env["mail.message"], self.browse()
        for lang, activities in self._by_archive_language().items():
            # Whose activity it is says that it is done; it needn't be their own record.
            own = telling(activities.with_context(lang=lang))
            done = super(MailActivity, own)._action_done(feedback, attachment_ids)
            messages += done[0]
            following += done[1]
        return messages, following

    def action_notify(self):
        """Tell who was given an activity; who gave it needn't write on the record."""
        self.check_access("read")
        # What it is about decides how it is told.
        ours = self.sudo().filtered(lambda activity: is_ours(activity.res_model))
        super(MailActivity, telling(ours)).action_notify()
        return super(MailActivity, self - ours).action_notify()

    def _by_archive_language(self):
        """Return the activities by language; those of other records as they are."""
        languages = {}
        ours = self.filtered(lambda activity: is_ours(activity.res_model))
        for model, activities in ours.grouped("res_model").items():
            # Of which company a record is isn't asked as the user.
            records = self.env[model].sudo().browse(activities.mapped("res_id"))
            for record in records.exists():
                languages[model, record.id] = record._archive_in_house().env.lang
        return self.grouped(
            lambda activity: languages.get(
                (activity.res_model, activity.res_id), self.env.context.get("lang")
            )
        )
