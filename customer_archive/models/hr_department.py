import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class HrDepartment(models.Model):
    _inherit = "hr.department"

    archive_code = fields.Char(
        string="Code in File Numbers",
        help="For example SALE, giving numbers such as 2026-SALE-001.",
        copy=False,
    )

    _archive_code_company = models.UniqueIndex(
        "(company_id, archive_code) WHERE archive_code IS NOT NULL",
        "Another department has this code in file numbers.",
    )

    @api.constrains("archive_code")
    def _check_archive_code(self):
        for department in self:
            if department.archive_code and not re.fullmatch(
                r"[0-9A-Z]{1,10}", department.archive_code
            ):
                raise ValidationError(
                    self.env._(
                        "A code in file numbers has up to ten capital letters "
                        "and digits, such as SALE."
                    )
                )
