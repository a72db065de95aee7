from odoo import api, fields, models

from ..common.windows import open_list
from ..files.customer_archive import ASKS
from ..validity.customer_archive_validity_reminder import REMINDERS


class CustomerArchive(models.Model):
    """The agreements with the party of a file, and what ends when the file does.

    What its form shows of it opens the file.
    """

    _name = "customer.archive"
    _inherit = ["customer.archive", "customer.archive.opened"]

    agreement_ids = fields.One2many(
        "customer.archive.agreement",
        "archive_id",
        string="Agreements",
        readonly=True,
        copy=False,
    )
    agreement_count = fields.Integer(compute="_compute_agreement_count")
    performance_ids = fields.One2many(
        "customer.archive.agreement.performance",
        "archive_id",
        string="Performance Record",
        readonly=True,
        copy=False,
    )

    @api.depends("agreement_ids")
    def _compute_agreement_count(self):
        for archive in self:
            archive.agreement_count = len(archive.agreement_ids)

    @api.model
    def _protected(self):
        return {**super()._protected(), "agreement_ids": [], "performance_ids": []}

    def write(self, vals):
        moved = self.filtered(
            lambda file: vals.get("user_id", file.user_id.id) != file.user_id.id
        )
        former = {file: file.user_id for file in moved}
        result = super().write(vals)
        for file, user in former.items():
            file._hand_over_reminders(user)
        if {"state", *ASKS} & set(vals):
            # sudo: reminders assigned to others must be closed, too.
            for records in self.sudo()._watched():
                records._end_obsolete_reminders()
            self.sudo()._end_obsolete_paper_activities()
        return result

    def _watched(self):
        """Return what of these files has a validity, by model."""
        return self.document_ids, self.agreement_ids

    def _hand_over_reminders(self, former):
        """Give the successor what the former account manager was reminded of."""
        # Whoever hands the file over needn't see the activities of others.
        for records in self.sudo()._watched():
            if not records:
                continue
            activities = records._activities(*REMINDERS)
            own = activities.filtered(lambda each: each.user_id == former)
            quiet = own.with_context(mail_activity_quick_update=True)
            quiet.write({"user_id": self.sudo().user_id.id})

    def _drop_foreign_activities(self):
        result = super()._drop_foreign_activities()
        for archive in self.filtered(lambda file: file._is_classified()).sudo():
            for records in archive._watched():
                records.activity_ids.filtered(
                    lambda each, archive=archive: (
                        not archive._has_permanent_access(each.user_id)
                        and not each._archive_is_asked()
                    )
                ).unlink()
        return result

    # What opens it

    @api.model
    def _names_only(self):
        """All but what the pages of the form show."""
        pages = {
            "agreement_ids",
            "bank_account",
            "cooperation_content",
            "document_ids",
            "main_products",
            "note",
            "performance_ids",
            "other_contact",
            "secret_ids",
        }
        return set(self._fields) - pages

    def _opened_files(self):
        return self

    def action_open_agreements(self):
        """Return the agreements of this file."""
        self.ensure_one()
        self.check_access("read")
        domain = [("archive_id", "=", self.id)]
        return open_list(
            "customer.archive.agreement",
            self.env._("Agreements"),
            domain,
            context={"default_archive_id": self.id},
        )
