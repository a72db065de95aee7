import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.codes import check_codes

# A prefix is part of the names of files, and of addresses: it has no parts of a path.
PLACE = r"%\((?:year|y|department|fonds|class|period)\)s"
PREFIX = re.compile(
    rf"(?:{PLACE}|[0-9A-Za-z\u4e00-\u9fff])"
    rf"(?:{PLACE}|[0-9A-Za-z\u4e00-\u9fff_/.-])*"
)
# The parts of numbers by DA/T 13, which are codes of any length.
CODES = re.compile(r"%\((fonds|class|period)\)s")
SEPARATORS = "-_/."


class ResCompany(models.Model):
    """What the company's file numbers are made of 档案编号规则."""

    _inherit = "res.company"

    archive_number_format = fields.Char(
        string="File Number Prefix",
        default="%(year)s-%(department)s-",
        required=True,
        help=(
            "%(year)s, %(y)s (two digits), %(department)s, %(fonds)s, %(class)s and "
            "%(period)s are filled in. Each prefix has its own numbering."
        ),
    )
    archive_fonds = fields.Char(
        string="Fonds Number",
        help="Number of your company's records in file numbers, by DA/T 13.",
    )
    archive_number_padding = fields.Integer(
        string="File Number Digits", default=3, required=True
    )

    _archive_number_padding_range = models.Constraint(
        "CHECK (archive_number_padding BETWEEN 1 AND 9)",
        "File numbers have one to nine digits.",
    )

    @api.constrains("archive_number_format")
    def _check_archive_number_format(self):
        for company in self:
            text = company.archive_number_format or ""
            if not PREFIX.fullmatch(text) or re.search(r"\.\.|//|/\./", text):
                raise ValidationError(
                    self.env._(
                        "“%s” isn't a valid prefix for file numbers; use for "
                        "example %%(year)s-%%(department)s-",
                        text,
                    )
                )

    @api.constrains("archive_fonds")
    def _check_archive_fonds(self):
        check_codes(self, "archive_fonds")

    @api.constrains("archive_number_format", "archive_fonds")
    def _check_archive_number_codes(self):
        """Check that what the prefix is made of is there.

        :raise ValidationError: naming what lacks a code, or the separator
        """
        for company in self:
            text = company.archive_number_format or ""
            names = set(CODES.findall(text))
            if not names:
                continue
            if text[-1] not in SEPARATORS:
                # D1 before 01 and D10 before 1 would be the same number.
                raise ValidationError(
                    self.env._(
                        "End the prefix “%s” with a separator such as “-”: otherwise "
                        "two files could get the same number.",
                        text,
                    )
                )
            if "fonds" in names and not company.archive_fonds:
                raise ValidationError(
                    self.env._(
                        "The prefix contains %%(fonds)s: enter the fonds number of %s.",
                        company.name,
                    )
                )
            company._archive_check_codes(names)

    def _archive_check_codes(self, names):
        """Check that every category has what is filled in for some placeholders."""
        # Whoever has the settings needn't have a role in the customer files.
        categories = self.env["customer.archive.category"].sudo()
        categories = categories.search([("active", "=", True)])
        lacking = categories.filtered(lambda each: not each.class_code)
        if "class" in names and lacking:
            raise ValidationError(
                self.env._(
                    "The prefix contains %%(class)s: enter the class code of these "
                    "categories first: %s",
                    ", ".join(lacking.mapped("name")),
                )
            )
        lacking = categories.filtered(
            lambda each: not each.retention_policy_id.period_code
        )
        if "period" in names and lacking:
            raise ValidationError(
                self.env._(
                    "The prefix contains %%(period)s: these categories need a "
                    "retention policy with a period code first: %s",
                    ", ".join(lacking.mapped("name")),
                )
            )

    def _archive_format_prefix(self, year, code, **codes):
        return self.archive_number_format % {
            "year": year,
            "y": f"{year % 100:02d}",
            "department": code,
            **codes,
        }

    def _archive_number_prefix(self, department, category):
        """Return the prefix of a number given now, by the company's own calendar.

        :param department: whose code is part of the number
        :param category: whose class and period are
        """
        self.ensure_one()
        if not department.archive_code:
            raise UserError(
                self.env._(
                    "Department “%s” has no code for file numbers; contact an "
                    "administrator of the customer files.",
                    department.name,
                )
            )
        if missing := self._archive_missing_code(category):
            raise UserError(missing)
        year = self._archive_today().year
        codes = self._archive_codes(category)
        return self._archive_format_prefix(year, department.archive_code, **codes)

    def _archive_codes(self, category):
        """Return what is filled in for a category, by placeholder."""
        return {
            "fonds": self.archive_fonds,
            "class": category.class_code,
            # The period as it is now: the number stays when the policy changes.
            "period": category.sudo().retention_policy_id.period_code,
        }

    def _archive_missing_code(self, category):
        """Return, as a sentence, which code is missing in numbers of a category."""
        codes = self._archive_codes(category)
        words = {
            "fonds": self.env._("fonds number of the company"),
            "class": self.env._("class code of the category"),
            "period": self.env._("period code of the retention policy"),
        }
        for name in CODES.findall(self.archive_number_format):
            if not codes[name]:
                return self.env._(
                    "“%(category)s”: the %(code)s, which is part of file numbers, is "
                    "missing; contact an administrator of the customer files.",
                    category=category.name,
                    code=words[name],
                )
        return False
