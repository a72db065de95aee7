from odoo import api, fields, models


class CustomerArchiveCategory(models.Model):
    """The code in file numbers, where administrators choose the department."""

    # pylint: disable=consider-merging-classes-inherited
    _inherit = "customer.archive.category"

    department_code = fields.Char(
        string="Code in File Numbers",
        compute="_compute_department_code",
        inverse="_inverse_department_code",
        help="Of the department, which may be responsible for other categories, too.",
    )

    @api.depends("department_id.archive_code")
    @api.depends_context("company")
    def _compute_department_code(self):
        for category in self:
            category.department_code = category.department_id.archive_code

    def _inverse_department_code(self):
        for category in self.filtered("department_id"):
            code = category.department_code
            if (category.department_id.archive_code or "") != (code or ""):
                category.department_id.action_set_archive_code(code)
