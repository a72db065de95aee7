"""The same sensitive value in two files: shown without answering guesses."""

from datetime import timedelta

from odoo import api, fields, models

from ..common.roles import COMPLIANCE
from ..common.sentinel import as_system

# How many values one user may have compared or searched for within an hour.
ATTEMPTS = 60


class CustomerArchiveSecret(models.Model):
    """Values are compared once their file is submitted, and each time it is recorded.

    While a file is being collected whoever types could try one value after the other.
    What is submitted is seen by its reviewers, and what was added to a reviewed file
    stays there: neither is tried out. Named are files that the user sees anyway; that
    others hold the same is told to compliance, in the list of values.
    """

    _inherit = "customer.archive.secret"

    is_compared = fields.Boolean(
        string="Compared with Other Files", readonly=True, copy=False
    )
    has_twin = fields.Boolean(
        string="Same Value in Other Files",
        readonly=True,
        copy=False,
        groups=COMPLIANCE,
        help="On submission, another file contained the same value.",
    )
    duplicate_warning = fields.Char(compute="_compute_duplicate_warning")

    @api.model
    def _protected(self):
        protected = {**super()._protected(), "is_compared": False}
        # Whoever may not see it can't write it anyway.
        if self._has_field_access(self._fields["has_twin"], "write"):
            protected["has_twin"] = False
        return protected

    @api.depends("blind_index", "is_compared", "archive_id.state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_duplicate_warning(self):
        self.duplicate_warning = False
        shown = self.browse(self.ids).filtered(lambda each: each._may_show_twins())
        twins = shown._twins()
        files = self.env["customer.archive"].union(*twins.values()).sudo(False)
        # Files are named only as far as the user may see them.
        files = files._filtered_access("read")
        for secret in shown:
            names = (twins[secret].sudo(False) & files).mapped("display_name")
            if names:
                secret.duplicate_warning = self.env._(
                    "The same value is in: %s", ", ".join(names)
                )

    def _may_show_twins(self):
        """Whether the user is told of other files with this value."""
        own, user = self.sudo(), self.env.user
        if own.archive_id.state == "draft" or not user._archive_sees_sensitive():
            return False
        signed = self.env["customer.archive.undertaking"]
        if not signed._is_signed(user, own.company_id):
            return False
        # Whoever watches over the files also sees what somebody may have tried.
        return own.is_compared or user.has_group(COMPLIANCE)

    def _twins(self):
        """Return, by value, the other submitted files that hold the same."""
        hashes = {secret: secret.sudo().blind_index for secret in self}
        # Which files hold the same is known; who is told is another question.
        same = self.sudo().search(
            [
                ("blind_index", "in", list(filter(None, hashes.values()))),
                ("company_id", "in", self.sudo().company_id.ids),
                ("archive_id.state", "!=", "draft"),
            ]
        )
        by_place = same.grouped(lambda each: (each.blind_index, each.company_id))
        return {
            secret: by_place.get(
                (hashes[secret], secret.sudo().company_id), same.browse()
            ).archive_id
            - secret.sudo().archive_id
            for secret in self
        }

    # Comparing

    def _seal_value(self, value):
        result = super()._seal_value(value)
        if self.sudo().archive_id.state == "draft":
            as_system(self.sudo()).is_compared = False
        else:
            self._compare()
        return result

    def _compare(self):
        """Compare values with those of other files; recorded as the search it is."""
        values = self.sudo().filtered("blind_index")
        if not values:
            return
        within = self._attempts() + len(values) <= ATTEMPTS
        self.env["customer.archive.log"]._record("search", values, "compared")
        # More than people type: the typist isn't told, compliance is all the same.
        as_system(values).is_compared = within
        for value, files in values._twins().items():
            if files or value.has_twin:
                as_system(value).has_twin = bool(files)
        self._mark_twins(values)

    def _mark_twins(self, values):
        """Note with the older values, too, that there is another now."""
        hashes = values.filtered("has_twin").mapped("blind_index")
        domain = [
            ("blind_index", "in", hashes),
            ("company_id", "in", values.company_id.ids),
            ("has_twin", "=", False),
            ("archive_id.state", "!=", "draft"),
        ]
        as_system(values.search(domain)).write({"has_twin": True})

    @api.model
    def _attempts(self):
        """Return how many values the user had looked for within the last hour."""
        since = fields.Datetime.now() - timedelta(hours=1)
        # Only how many: of the user's own doing.
        log = self.env["customer.archive.log"].sudo()
        return log.search_count(
            [
                ("user_id", "=", self.env.uid),
                ("event", "=", "search"),
                ("date", ">=", since),
            ]
        )

    @api.model
    def _check_attempts(self):
        """Check that the user doesn't try out values.

        :raise AccessError: if the user searched more often than work requires
        """
        if self._attempts() >= ATTEMPTS:
            raise self._refusal(
                self.env._(
                    "You have searched for %s values within an hour. Try again "
                    "later, or ask compliance.",
                    ATTEMPTS,
                ),
                "search",
            )
