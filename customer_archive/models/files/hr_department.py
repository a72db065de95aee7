import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..common.roles import ADMIN
from .customer_archive import ENDED


class HrDepartment(models.Model):
    _inherit = "hr.department"

    archive_code = fields.Char(
        string="Department Code",
        help="For example SALE, giving numbers such as 2026-SALE-001.",
        copy=False,
    )

    _archive_code_company = models.UniqueIndex(
        "(company_id, archive_code) WHERE archive_code IS NOT NULL",
        "Another department already uses this code in file numbers.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        departments = super().create(vals_list)
        departments._archive_check_heads()
        return departments

    def write(self, vals):
        result = super().write(vals)
        if "manager_id" in vals:
            self._archive_check_heads()
            self._archive_record("write manager_id")
        return result

    def _archive_check_heads(self):
        """Refuse to make oneself head of a department that keeps files.

        The head reads the department's files and is the first to decide on them.

        :raise UserError: naming the department
        """
        if self.env.su:
            return
        own = self.filtered(
            lambda each: each.manager_id.sudo().user_id == self.env.user
        )
        # Whether it keeps files decides, also where they can't be seen.
        for department in own._archive_keeping():
            raise UserError(
                self.env._(
                    "%s keeps customer files, and its manager approves requests "
                    "for them: another person must make you its manager (four-eyes "
                    "principle).",
                    department.name,
                )
            )

    def _archive_keeping(self):
        """Return those departments whose heads have power over files, or may get it."""
        files = self.env["customer.archive"].sudo()
        domain = [("department_id", "in", self.ids), ("state", "not in", ENDED)]
        groups = files._read_group(domain, ["department_id"])
        kept = self.browse(department.id for (department,) in groups)
        categories = self.env["customer.archive.category"].sudo()
        for company in self.company_id:
            here = categories.with_company(company)
            kept |= here.search([("department_id", "in", self.ids)]).department_id
        return self & kept.with_env(self.env)

    def _archive_record(self, detail):
        """Record what gives power over files, or changes their numbers."""
        keeping = self._archive_keeping()
        if keeping and self.env.registry.ready:
            self.env["customer.archive.log"]._record("configuration", keeping, detail)

    def action_set_archive_code(self, code):
        """Set the code in file numbers, as an administrator of the customer files.

        :param str code: up to ten capital letters and digits; empty takes it away
        :raise AccessError: unless the user is one; the rest of a department is for
            those who keep employees
        """
        self.check_access("read")
        if not self.env.user.has_group(ADMIN):
            raise AccessError(
                self.env._(
                    "Department codes in file numbers are set by administrators of "
                    "the customer files."
                )
            )
        # This one field, whose values are checked, and nothing else of a department.
        self.sudo().archive_code = code or False
        log = self.env["customer.archive.log"]
        log._record("configuration", self, "write archive_code")
        return True

    @api.constrains("archive_code")
    def _check_archive_code(self):
        for department in self:
            if department.archive_code and not re.fullmatch(
                r"[0-9A-Z]{1,10}", department.archive_code
            ):
                raise ValidationError(
                    self.env._(
                        "A department code in file numbers has up to ten capital "
                        "letters and digits, such as SALE."
                    )
                )
