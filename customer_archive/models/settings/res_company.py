from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...tools.lead_times import parse_leads

# For so many days after its date a run is still started, if the server stood still.
GRACE = timedelta(days=60)
# A year without 29 February: the day of a run is in every year.
COMMON_YEAR = 2001


class ResCompany(models.Model):
    _inherit = "res.company"

    # Confidentiality
    archive_undertaking_text = fields.Text(
        string="Text of the Undertaking",
        translate=True,
        help=(
            "The text that users of the customer files sign after their training; "
            "leave empty for the default text in the user's language."
        ),
    )
    archive_undertaking_months = fields.Integer(
        string="Undertaking Validity (Months)", default=12, required=True
    )
    archive_training_required = fields.Boolean(
        string="Training Required before the Undertaking",
        help="Only who is on record as having attended a training on confidentiality "
        "signs. Undertakings that are valid stay so.",
    )
    # Regulations
    archive_acknowledge_days = fields.Integer(
        string="Time to Acknowledge (Working Days)",
        default=5,
        required=True,
        help="From the day somebody is asked to read a regulation to the day by which "
        "he has acknowledged it.",
    )
    # For how long, at most
    archive_grant_days = fields.Integer(
        string="Maximum Access (Days)",
        default=30,
        required=True,
        help="Maximum duration of access granted by a consultation or sharing.",
    )
    archive_loan_days = fields.Integer(
        string="Maximum Loan (Working Days)",
        default=30,
        required=True,
        help="Maximum duration of a loan, or of one extension.",
    )
    archive_sharing_days = fields.Integer(
        string="Maximum External Sharing (Days)",
        default=365,
        required=True,
        help="Maximum time for which an external recipient may keep copies.",
    )

    # Validity
    archive_lead_days = fields.Char(
        string="Reminders (Days before)",
        default="90,30,7",
        required=True,
        help=(
            "Days before the end date at which renewal reminders are sent for "
            "agreements, undertakings, and items whose type has no own setting."
        ),
    )

    # Reviews
    archive_review_days = fields.Integer(
        string="Review Period (Working Days)",
        default=10,
        required=True,
        help="Time from the due date of a review until it must be completed.",
    )

    # Registry checks
    archive_registry_days = fields.Integer(
        string="Registry Checks hold for (Days)",
        default=30,
        required=True,
        help="For so long a check counts, where the category says nothing else.",
    )

    # The annual run
    archive_annual_month = fields.Selection(
        [
            ("1", "January"),
            ("2", "February"),
            ("3", "March"),
            ("4", "April"),
            ("5", "May"),
            ("6", "June"),
            ("7", "July"),
            ("8", "August"),
            ("9", "September"),
            ("10", "October"),
            ("11", "November"),
            ("12", "December"),
        ],
        string="Month of the Annual Run",
        default="7",
        required=True,
    )

    archive_annual_day = fields.Integer(
        string="Day of the Annual Run", default=1, required=True
    )

    archive_annual_days = fields.Integer(
        string="Answer Period (Working Days)",
        default=20,
        required=True,
        help="Time from the annual run until handlers must answer.",
    )

    # Stored copies
    archive_fixity_days = fields.Integer(
        string="Check Stored Copies every (Days)",
        default=30,
        required=True,
        help="In this time each stored copy is checked against its digest once.",
    )
    archive_fixity_rate = fields.Integer(
        string="Read at most (MB per Second)",
        default=50,
        required=True,
        help="So that people who work meanwhile don't wait; 0 means no limit.",
    )

    # Stocktakes
    archive_stocktake_date = fields.Date(
        string="Next Yearly Full Check",
        default=lambda self: self._archive_stocktake_default(),
        help="On this day the full check is opened and archivists are asked to count; "
        "then it is that of the next year. Empty: none is opened.",
    )

    # Inspections
    archive_inspection_months = fields.Integer(
        string="Inspect Rooms and Cabinets every (Months)",
        default=1,
        required=True,
        help="For new rooms and cabinets; each says on its own form how often it is "
        "inspected. 0: not by itself.",
    )

    # Registers made in the background
    archive_register_days = fields.Integer(
        string="Keep Exports (Days)",
        default=7,
        required=True,
        help="Exports made in the background can be downloaded for this period.",
    )

    archive_register_mailing = fields.Boolean(
        string="Allow E-mailing Registers",
        help="E-mails leave the system: a mailed workbook can't be recalled.",
    )

    # How files end
    archive_waiting_days = fields.Integer(
        string="Waiting Period before a Destruction (Days)",
        default=7,
        required=True,
        help="Within this period, legal and management can stop what was approved.",
    )

    archive_unused_months = fields.Integer(
        string="Inactive After (Months)",
        default=24,
        required=True,
        help=(
            "Files without any use or orders for this period are on the list of "
            "inactive files."
        ),
    )

    archive_clearing_date = fields.Date(
        string="Next List of Inactive Files",
        help=(
            "On this date, and every year after it, a list of inactive files is "
            "created."
        ),
    )

    _archive_loan_days_positive = models.Constraint(
        "CHECK (archive_loan_days > 0)", "The loan period must be at least one day."
    )
    _archive_inspection_months_range = models.Constraint(
        "CHECK (archive_inspection_months BETWEEN 0 AND 120)",
        "Inspections come every 1 to 120 months; 0 means never by themselves.",
    )
    _archive_grant_days_positive = models.Constraint(
        "CHECK (archive_grant_days > 0)", "Access must be granted for at least one day."
    )
    _archive_sharing_days_positive = models.Constraint(
        "CHECK (archive_sharing_days > 0)",
        "Copies must be shared for at least one day.",
    )
    _archive_undertaking_months_positive = models.Constraint(
        "CHECK (archive_undertaking_months > 0)",
        "Undertakings must be valid for at least one month.",
    )
    _archive_acknowledge_days_positive = models.Constraint(
        "CHECK (archive_acknowledge_days > 0)",
        "There is at least one day to acknowledge a regulation.",
    )
    _archive_review_days_positive = models.Constraint(
        "CHECK (archive_review_days > 0)", "The review period must be at least one day."
    )

    _archive_registry_days_positive = models.Constraint(
        "CHECK (archive_registry_days > 0)", "A check holds for at least one day."
    )

    _archive_fixity_days_positive = models.Constraint(
        "CHECK (archive_fixity_days > 0)",
        "Stored copies must be checked at intervals of at least one day.",
    )

    _archive_fixity_rate_positive = models.Constraint(
        "CHECK (archive_fixity_rate >= 0)", "The rate can't be negative."
    )

    _archive_annual_days_positive = models.Constraint(
        "CHECK (archive_annual_days > 0)",
        "Handlers must have at least one day to answer.",
    )

    _archive_register_days_positive = models.Constraint(
        "CHECK (archive_register_days > 0)",
        "Exports must be kept for at least one day.",
    )

    _archive_waiting_days_positive = models.Constraint(
        "CHECK (archive_waiting_days >= 0)", "The waiting period can't be negative."
    )

    _archive_unused_months_positive = models.Constraint(
        "CHECK (archive_unused_months > 0)",
        "A file counts as inactive after at least one month.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_archive_settings(vals)
        return super().create(vals_list)

    def write(self, vals):
        names = self._check_archive_settings(vals)
        result = super().write(vals)
        # What an installation or a job sets isn't attributed to a user.
        if names and not self.env.su and self.env.registry.ready:
            detail = " ".join(("write", *sorted(names)))
            self.env["customer.archive.log"]._record("configuration", self, detail)
        return result

    def _check_archive_settings(self, vals):
        """Refuse the settings of the customer files to who has no *Settings* right.

        Whoever gives rights in Odoo writes companies, too.

        :return: the names of those settings
        :raise AccessError: the attempt is recorded
        """
        names = {name for name in vals if name.startswith("archive_")}
        if not names or self.env.su or self.env.user.has_group("base.group_system"):
            return names
        message = self.env._(
            "The settings of the customer files can only be changed by Odoo's "
            "administrators."
        )
        self.env["customer.archive.log"]._record_refusal(self, "write", message)
        raise AccessError(message)

    def _archive_undertaking(self):
        """Return what users of this company undertake, in their language."""
        own = (self.archive_undertaking_text or "").strip()
        return own or self.env._(
            "I have completed the training on confidentiality and on handling "
            "customer files.\n"
            "\n"
            "1. I use customer files and what I learn from them for my work only, "
            "and open only the files that my work requires.\n"
            "2. I don't disclose their content to anyone inside or outside the "
            "company who isn't entitled to it, and make no copies for myself.\n"
            "3. I keep my password secret, and keep documents and exports locked "
            "away.\n"
            "4. I report losses and leaks immediately.\n"
            "5. When I leave my position I return everything. My duty of "
            "confidentiality continues after that.\n"
            "\n"
            "I know that every use of sensitive data is recorded, and that a "
            "breach has consequences under my contract and the law."
        )

    def _archive_acknowledge_by(self):
        """Return the day by which who is asked today has acknowledged a regulation."""
        return self._archive_working_day(self.archive_acknowledge_days)

    @api.constrains("archive_lead_days")
    def _check_archive_lead_days(self):
        for company in self:
            try:
                parse_leads(company.archive_lead_days)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%s” isn't a valid list of days: enter days separated by "
                        "commas, such as 90,30,7.",
                        company.archive_lead_days,
                    )
                ) from error

    @api.constrains("archive_annual_month", "archive_annual_day")
    def _check_archive_annual_day(self):
        for company in self:
            try:
                company._archive_annual_date(COMMON_YEAR)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "The annual run needs a date that exists in every year: "
                        "%(month)s doesn't always have a day %(day)s.",
                        month=dict(
                            self._fields["archive_annual_month"]._description_selection(
                                self.env
                            )
                        )[company.archive_annual_month],
                        day=company.archive_annual_day,
                    )
                ) from error

    @api.model
    def _archive_stocktake_default(self):
        """Return the first of December that comes next."""
        today = self.env.company._archive_today()
        return date(today.year + (today.month == 12), 12, 1)

    def _archive_stocktake_next(self):
        """Move the yearly full check on to the next year in which it is to come."""
        self.ensure_one()
        today, day = self._archive_today(), self.archive_stocktake_date
        while day <= today:
            day = fields.Date.add(day, years=1)
        self.archive_stocktake_date = day

    def _archive_annual_date(self, year):
        """Return the date of a year's annual run."""
        self.ensure_one()
        return date(year, int(self.archive_annual_month), self.archive_annual_day)

    def _archive_annual_year(self):
        """Return the year whose annual run is due by today; None if none is."""
        self.ensure_one()
        today = self._archive_today()
        for year in (today.year, today.year - 1):
            begin = self._archive_annual_date(year)
            if begin <= today <= begin + GRACE:
                return year
        return None
