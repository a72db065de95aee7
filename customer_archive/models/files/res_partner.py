from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import identifiers
from ..common.company_day import today_at
from ..common.roles import READER
from ..common.values import choices
from ..common.windows import open_dialog, open_form, open_new
from .customer_archive import ENDED

COMPARED = {"credit_code", "organisation_code", "licence_number"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    archive_ids = fields.One2many(
        "customer.archive", "partner_id", string="Customer Files", groups=READER
    )
    archive_id = fields.Many2one(
        "customer.archive",
        string="Customer File",
        compute="_compute_archive",
        search="_search_archive_id",
        groups=READER,
    )
    archive_number = fields.Char(
        string="File Number",
        compute="_compute_archive",
        search="_search_archive_number",
        groups=READER,
    )
    archive_state = fields.Selection(
        selection=lambda self: choices(self.env["customer.archive"], "state"),
        string="File Status",
        compute="_compute_archive",
        search="_search_archive_state",
        groups=READER,
    )
    archive_category_id = fields.Many2one(
        "customer.archive.category",
        string="File Category",
        compute="_compute_archive",
        search="_search_archive_category_id",
        groups=READER,
    )

    legal_representative_id = fields.Many2one(
        "res.partner",
        domain="[('parent_id', '=', id)]",
        help="As a contact with title and telephone number.",
    )
    registered_address = fields.Char(
        help=("As on the business licence; the address above is the operating address.")
    )
    ownership_type = fields.Selection(
        [
            ("state", "State-owned"),
            ("private", "Private"),
            ("collective", "Collective"),
            ("joint", "Joint venture"),
            ("foreign", "Foreign-owned"),
            ("individual", "Individual business"),
            ("public", "Public institution"),
            ("other", "Other"),
        ]
    )
    founding_date = fields.Date()
    registered_capital = fields.Float(
        string="Registered Capital (10,000 CNY)", digits=(16, 2)
    )
    company_size = fields.Selection(
        [
            ("micro", "Micro"),
            ("small", "Small"),
            ("medium", "Medium"),
            ("large", "Large"),
        ]
    )
    business_scope = fields.Text()
    fax = fields.Char()
    responsibility = fields.Char(
        help="Tasks of this contact, such as quotations or invoices.",
    )

    # Customer file of the current company

    @api.depends("archive_ids.state", "archive_ids.name", "archive_ids.category_id")
    @api.depends_context("company", "uid")
    def _compute_archive(self):
        """One query for the batch, by the user's rights: unseen files aren't there."""
        archives = self._archives_of_company()
        for partner in self:
            archive = archives.get(partner.id, archives[None])
            partner.archive_id = archive
            partner.archive_number = archive.name
            partner.archive_state = archive.state
            partner.archive_category_id = archive.category_id

    def _archives_of_company(self):
        model = self.env["customer.archive"]
        result = {None: model}
        if not model.has_access("read"):
            return result
        fetched = ["partner_id", "name", "state", "category_id"]
        # The newest file wins, and an open one over those that have ended.
        domain = [
            ("partner_id", "in", self.ids),
            ("company_id", "=", self.env.company.id),
        ]
        for archive in model.search_fetch(domain, fetched, order="id"):
            known = result.get(archive.partner_id.id)
            if not known or archive.state not in ENDED or known.state in ENDED:
                result[archive.partner_id.id] = archive
        return result

    def _search_by_archive(self, field, operator, value):
        """Return partners by a condition on their file in the current company."""
        if operator in fields.Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        own = fields.Domain("company_id", "=", self.env.company.id)
        if operator == "in" and False in value:
            present = [each for each in value if each is not False]
            none = ~fields.Domain("archive_ids", "any", own)
            return (
                none | self._search_by_archive(field, "in", present)
                if present
                else none
            )
        return fields.Domain(
            "archive_ids", "any", own & fields.Domain(field, operator, value)
        )

    def _search_archive_id(self, operator, value):
        if operator == "any":
            own = fields.Domain("company_id", "=", self.env.company.id)
            return fields.Domain("archive_ids", "any", own & fields.Domain(value))
        return self._search_by_archive(
            "id" if operator == "in" else "display_name", operator, value
        )

    def _search_archive_number(self, operator, value):
        return self._search_by_archive("name", operator, value)

    def _search_archive_state(self, operator, value):
        return self._search_by_archive("state", operator, value)

    def _search_archive_category_id(self, operator, value):
        return self._search_by_archive("category_id", operator, value)

    # Formats

    @api.constrains("vat", "phone", "email", "country_id", "parent_id")
    def _check_archive_formats(self):
        """Hold parties that have a file to well-formed data.

        All others are the ERP's own affair.
        """
        filed = self._with_archive()
        problems = [
            problem
            for partner in self
            if partner.commercial_partner_id in filed
            for problem in partner._archive_own_format_problems()
        ]
        if problems:
            raise ValidationError("\n".join(problems))
        (self & filed)._check_archive_duplicate()

    @api.constrains("founding_date")
    def _check_founding_date(self):
        if any(
            partner.founding_date and partner.founding_date > today_at(partner)
            for partner in self
        ):
            raise ValidationError(self.env._("The founding date is in the future."))

    def _with_archive(self, company=None):
        """Return those commercial entities of ``self`` that have an open file.

        :param company: only files of this company; any company without it
        """
        domain = fields.Domain(
            "partner_id", "in", self.commercial_partner_id.ids
        ) & fields.Domain("state", "not in", ENDED)
        if company:
            domain &= fields.Domain("company_id", "=", company.id)
        # Whether a file exists decides which checks apply, also where it can't be seen.
        found = self.env["customer.archive"].sudo()._read_group(domain, ["partner_id"])
        return self.browse(partner.id for (partner,) in found)

    def _archive_is_chinese(self):
        """Whether Chinese rules for numbers apply: no country is the company's own."""
        self.ensure_one()
        country = self.country_id or self.env.company.country_id
        return not country or country.code == "CN"

    def _archive_format_problems(self):
        """Return, as sentences, what is malformed on the party and its contacts."""
        return [
            problem
            for partner in self | self.child_ids
            for problem in partner._archive_own_format_problems()
        ]

    def _archive_own_format_problems(self):
        self.ensure_one()
        problems = []
        for name, check, value in self._archive_format_checks():
            try:
                normal = getattr(identifiers, check)(value) if value else value
                # Codes are compared with each other, sign by sign.
                if check in COMPARED and normal != value:
                    raise ValueError(identifiers.FORM)
            except ValueError as error:
                label = (
                    self.env._("Credit code")
                    if name == "vat"
                    else self._fields[name]._description_string(self.env)
                )
                problems.append(
                    self.env._(
                        "%(party)s, %(field)s “%(value)s”: %(problem)s",
                        party=self.name,
                        field=label,
                        value=value,
                        problem=self._archive_number_message(check, error.args[0]),
                    )
                )
        return problems

    def _archive_format_checks(self):
        """Return (field, name of the check, value) for all that has a form."""
        checks = [("email", "email", self.email)]
        if self._archive_is_chinese():
            checks.append(("phone", "phone", self.phone))
            if self.is_company:
                checks.append(("vat", "credit_code", self.vat))
        return checks

    @api.model
    def _archive_number_message(self, check, reason):
        """Return in words what :mod:`identifiers` found.

        :param check: name of the function
        :param reason: code that it raised
        """
        messages = {
            "credit_code.length": self.env._(
                "a unified social credit code has 18 characters."
            ),
            "credit_code.characters": self.env._(
                "a unified social credit code has digits and capital letters, never "
                "I, O, S, V or Z, and digits only in the third to eighth place."
            ),
            "credit_code.organisation": self.env._(
                "this is an organisation code, which was discontinued in October "
                "2015: enter the 18-character credit code here. The old code has "
                "its own field."
            ),
            "credit_code.licence": self.env._(
                "this is a licence number from before October 2015: enter the "
                "18-character credit code here. The old number has its own field."
            ),
            "organisation_code.length": self.env._(
                "an organisation code has 9 characters, as XXXXXXXX-X."
            ),
            "organisation_code.characters": self.env._(
                "an organisation code has 8 digits or capital letters, then a digit "
                "or X."
            ),
            "organisation_code.checksum": self.env._(
                "this isn't an organisation code: one character is mistyped or two "
                "are swapped. Compare it with the certificate."
            ),
            "organisation_code.form": self.env._(
                "write the organisation code as XXXXXXXX-X, in capital letters."
            ),
            "licence_number.length": self.env._(
                "a licence number from before October 2015 has 15 digits, or 13."
            ),
            "licence_number.characters": self.env._(
                "a licence number from before October 2015 has digits only."
            ),
            "licence_number.checksum": self.env._(
                "this isn't a licence number: one digit is mistyped or two are "
                "swapped. Compare it with the licence."
            ),
            "licence_number.form": self.env._(
                "write the licence number without spaces or hyphens."
            ),
            "credit_code.form": self.env._(
                "write the credit code in capital letters, without spaces or hyphens."
            ),
            "credit_code.checksum": self.env._(
                "this isn't a credit code: one character is mistyped "
                "or two are swapped. Compare it with the licence."
            ),
            "identity_number.length": self.env._(
                "an identity number has 18 characters."
            ),
            "identity_number.characters": self.env._(
                "an identity number has 17 digits, then a digit or X."
            ),
            "identity_number.checksum": self.env._(
                "this isn't an identity number: one digit is mistyped "
                "or two are swapped. Compare it with the card."
            ),
            "identity_number.component": self.env._(
                "the date of birth in this identity number doesn't exist."
            ),
            "bank_card.length": self.env._("a bank card number has 12 to 19 digits."),
            "bank_card.characters": self.env._("a bank card number has digits only."),
            "bank_card.checksum": self.env._(
                "this isn't a bank card number: one digit is mistyped "
                "or two are swapped. Compare it with the card."
            ),
            "phone.length": self.env._(
                "write a mobile number with 11 digits, "
                "or a landline with its area code."
            ),
            "phone.characters": self.env._(
                "a telephone number has digits, spaces and hyphens only."
            ),
            "email.characters": self.env._(
                "an e-mail address looks like name@company.cn."
            ),
        }
        return messages[f"{check}.{reason}"]

    def _check_archive_duplicate(self):
        """Refuse a second open file on one credit code.

        :raise ValidationError: naming the other file if the user may see it
        """
        codes = {}
        for partner in self:
            if partner.vat and partner.vat != "/":
                if partner.vat in codes:
                    raise ValidationError(
                        self.env._(
                            "%(one)s and %(other)s have the same credit code.",
                            one=codes[partner.vat].name,
                            other=partner.name,
                        )
                    )
                codes[partner.vat] = partner
        if not codes:
            return
        files = self.env["customer.archive"].sudo()
        open_files = fields.Domain("state", "not in", ENDED)
        own = files.search(open_files & fields.Domain("partner_id", "in", self.ids))
        domain = (
            open_files
            & fields.Domain("partner_id.vat", "in", list(codes))
            & fields.Domain("partner_id", "not in", self.ids)
            & fields.Domain("company_id", "in", own.company_id.ids)
        )
        # Looked for among all files: a duplicate is one even where it can't be seen.
        other = files.search(domain, limit=1)
        if not other:
            return
        # Constraints run as superuser; what may be named goes by the user's own rights.
        visible = other.sudo(False)._filtered_access("read")
        name = (
            visible.display_name
            if visible
            else self.env._("a file that you don't have access to; ask a records clerk")
        )
        raise ValidationError(
            self.env._(
                "There already is a file for credit code %(code)s: %(file)s.",
                code=other.partner_id.vat,
                file=name,
            )
        )

    # Opening files

    def action_open_archive(self):
        """Show the files of the partners, or the dialog that opens missing ones.

        Who doesn't see the file that there is can apply to consult it.
        """
        partners = self.commercial_partner_id
        archives = partners.archive_id
        if len(partners) == 1 and archives and archives.state not in ENDED:
            return open_form(archives)
        consultations = self.env["customer.archive.consultation"]
        if len(partners) == 1 and not archives and consultations._file_of(partners):
            return open_new(
                consultations._name,
                self.env._("Request Consultation"),
                {"default_partner_id": partners.id},
            )
        return open_dialog(
            "customer.archive.open",
            self.env._("Open File"),
            {"default_partner_ids": partners.ids},
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        # Also files that the user can't see.
        archives = (
            self.env["customer.archive"]
            .sudo()
            .search([("partner_id", "in", self.ids)], limit=1)
        )
        if archives:
            raise UserError(
                self.env._(
                    "%s has a customer file and can't be deleted: files only end "
                    "by disposal.",
                    archives.partner_id.name,
                )
            )
