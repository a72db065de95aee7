from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


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

    archive_undertaking_text = fields.Text(
        string="Text of the Undertaking",
        translate=True,
        help="What users of the customer files sign after their training; "
        "empty means the text that comes with the addon, in the user's language.",
    )
    archive_undertaking_months = fields.Integer(
        string="Undertaking valid for (Months)", default=12, required=True
    )

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
    _archive_number_padding_range = models.Constraint(
        "CHECK (archive_number_padding BETWEEN 1 AND 9)",
        "File numbers have one to nine digits.",
    )

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

    @api.constrains("archive_number_format")
    def _check_archive_number_format(self):
        for company in self:
            try:
                company._archive_format_prefix(2026, "SALE")
            except (KeyError, ValueError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "“%s” isn't a prefix for file numbers; "
                        "use for example %%(year)s-%%(department)s-",
                        company.archive_number_format,
                    )
                ) from error

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
