import re
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..validity.customer_archive_validity import parse_leads

# For so many days after its date a run is still started, if the server stood still.
GRACE = timedelta(days=60)
# A year without 29 February: the day of a run is in every year.
COMMON_YEAR = 2001
# A prefix is part of the names of files, and of addresses: it has no parts of a path.
PREFIX = re.compile(
    r"(?:%\((?:year|y|department)\)s|[0-9A-Za-z\u4e00-\u9fff])"
    r"(?:%\((?:year|y|department)\)s|[0-9A-Za-z\u4e00-\u9fff_/.-])*"
)


class ResCompany(models.Model):
    _inherit = "res.company"

    archive_number_format = fields.Char(
        string="File Number Prefix",
        default="%(year)s-%(department)s-",
        required=True,
        help="%(year)s, %(y)s (two digits) and %(department)s are filled in. "
        "Numbering starts anew for each prefix.",
    )
    archive_number_padding = fields.Integer(
        string="File Number Digits", default=3, required=True
    )
    # Confidentiality
    archive_undertaking_text = fields.Text(
        string="Text of the Undertaking",
        translate=True,
        help="What users of the customer files sign after their training; "
        "empty means the text that comes with the addon, in the user's language.",
    )
    archive_undertaking_months = fields.Integer(
        string="Undertaking valid for (Months)", default=12, required=True
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
        string="Longest Access (Days)",
        default=30,
        required=True,
        help="For how long a consultation or a sharing opens files at most.",
    )
    archive_loan_days = fields.Integer(
        string="Longest Loan (Working Days)",
        default=30,
        required=True,
        help="For how long papers are lent, or a loan is extended, at most.",
    )
    archive_sharing_days = fields.Integer(
        string="Longest Term outside the Company (Days)",
        default=365,
        required=True,
        help="For how long a recipient outside the company may keep copies at most.",
    )

    # Validity
    archive_lead_days = fields.Char(
        string="Reminders (Days before)",
        default="90,30,7",
        required=True,
        help="How many days before their end somebody is reminded to renew agreements, "
        "undertakings, and items whose type says nothing else.",
    )

    # Reviews
    archive_review_days = fields.Integer(
        string="Time for a Review (Working Days)",
        default=10,
        required=True,
        help="From the day a review falls due to the day it must be done.",
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
        string="Time to Ask for Papers (Working Days)",
        default=20,
        required=True,
        help="From the annual run to the day by which handlers answer.",
    )

    # Registers made in the background
    archive_register_days = fields.Integer(
        string="Exports are kept for (Days)",
        default=7,
        required=True,
        help="For so long an export made in the background can be downloaded.",
    )

    archive_register_mailing = fields.Boolean(
        string="Registers may be mailed",
        help="Mail leaves the system: what is in a mailed workbook can't be recalled.",
    )

    # How files end
    archive_waiting_days = fields.Integer(
        string="Waiting Period before a Destruction (Days)",
        default=7,
        required=True,
        help="For so long legal and management can stop what was approved.",
    )

    archive_unused_months = fields.Integer(
        string="Unused for (Months)",
        default=24,
        required=True,
        help="Files that nobody used, and nobody ordered by, for so long "
        "are on the clearing list.",
    )

    archive_clearing_date = fields.Date(
        string="Next Clearing List",
        help="On this day, and every year from then on, "
        "a list of the unused files is made.",
    )

    _archive_loan_days_positive = models.Constraint(
        "CHECK (archive_loan_days > 0)", "Papers are lent for at least one day."
    )
    _archive_grant_days_positive = models.Constraint(
        "CHECK (archive_grant_days > 0)", "Access is given for at least one day."
    )
    _archive_sharing_days_positive = models.Constraint(
        "CHECK (archive_sharing_days > 0)", "Copies are shared for at least one day."
    )
    _archive_undertaking_months_positive = models.Constraint(
        "CHECK (archive_undertaking_months > 0)",
        "An undertaking is valid for at least one month.",
    )
    _archive_acknowledge_days_positive = models.Constraint(
        "CHECK (archive_acknowledge_days > 0)",
        "There is at least one day to acknowledge a regulation.",
    )
    _archive_number_padding_range = models.Constraint(
        "CHECK (archive_number_padding BETWEEN 1 AND 9)",
        "File numbers have one to nine digits.",
    )

    _archive_review_days_positive = models.Constraint(
        "CHECK (archive_review_days > 0)", "A review takes at least one day."
    )

    _archive_annual_days_positive = models.Constraint(
        "CHECK (archive_annual_days > 0)", "Handlers have at least one day."
    )

    _archive_register_days_positive = models.Constraint(
        "CHECK (archive_register_days > 0)", "Exports are kept for at least one day."
    )

    _archive_waiting_days_positive = models.Constraint(
        "CHECK (archive_waiting_days >= 0)", "A waiting period isn't negative."
    )

    _archive_unused_months_positive = models.Constraint(
        "CHECK (archive_unused_months > 0)",
        "A file is unused after one month at the earliest.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_archive_settings(vals)
        return super().create(vals_list)

    def write(self, vals):
        names = self._check_archive_settings(vals)
        result = super().write(vals)
        # What an installation or a job sets isn't anybody's doing.
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
            "The settings of the customer files are changed by Odoo's administrators."
        )
        self.env["customer.archive.log"]._record_refusal(self, "write", message)
        raise AccessError(message)

    def _archive_undertaking(self):
        """Return what users of this company undertake, in their language."""
        own = (self.archive_undertaking_text or "").strip()
        return own or self.env._(
            "I have completed the training on confidentiality and on the handling of "
            "customer files.\n\n"
            "1. I use customer files and what I learn from them for my work only, and "
            "open no more of them than my work needs.\n"
            "2. I pass nothing of them on to anybody, inside or outside the company, "
            "who isn't entitled to it, and make no copies for myself.\n"
            "3. I keep my password to myself, and papers and exports under lock.\n"
            "4. I report losses and leaks at once.\n"
            "5. When I leave my position I return everything. My duty to keep "
            "confidences remains after that.\n\n"
            "I know that every use of sensitive data is recorded, and that a breach "
            "has consequences under my contract and the law."
        )

    def _archive_acknowledge_by(self):
        """Return the day by which who is asked today has acknowledged a regulation."""
        return self._archive_working_day(self.archive_acknowledge_days)

    @api.constrains("archive_number_format")
    def _check_archive_number_format(self):
        for company in self:
            text = company.archive_number_format or ""
            if not PREFIX.fullmatch(text) or re.search(r"\.\.|//|/\./", text):
                raise ValidationError(
                    self.env._(
                        "“%s” isn't a prefix for file numbers; "
                        "use for example %%(year)s-%%(department)s-",
                        text,
                    )
                )

    def _archive_format_prefix(self, year, code):
        return self.archive_number_format % {
            "year": year,
            "y": f"{year % 100:02d}",
            "department": code,
        }

    def _archive_number_prefix(self, department):
        """Return the prefix of a number given now, by the company's own calendar.

        :param department: whose code is part of the number
        """
        self.ensure_one()
        if not department.archive_code:
            raise UserError(
                self.env._(
                    "Department “%s” has no code for file numbers; "
                    "an administrator sets it.",
                    department.name,
                )
            )
        year = self._archive_today().year
        return self._archive_format_prefix(year, department.archive_code)

    @api.constrains("archive_lead_days")
    def _check_archive_lead_days(self):
        for company in self:
            try:
                parse_leads(company.archive_lead_days)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%s” aren't lead times: "
                        "give days parted by commas, such as 90,30,7.",
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
                        "The annual run needs a day that is in every year: "
                        "%(month)s has no day %(day)s in all of them.",
                        month=dict(
                            self._fields["archive_annual_month"]._description_selection(
                                self.env
                            )
                        )[company.archive_annual_month],
                        day=company.archive_annual_day,
                    )
                ) from error

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
