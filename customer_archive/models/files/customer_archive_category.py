from odoo import api, fields, models

from ..common.codes import check_codes
from ..common.customer_archive_lifted import (
    changed,
    chosen,
    lowered,
    shrunk,
    unticked,
)


def in_use(rule):
    """Return a rule that holds for categories that files are of."""

    def weakens(category, name, value):
        return category._has_files() and rule(category, name, value)

    return weakens


def of_files(category, name, value):
    """Whether another department decides on files, or may find them its own."""
    rule = chosen if category._has_files() else changed
    return rule(category, name, value)


def opened(category, name, value):
    """Whether staff of another side may open files from now on."""
    return category[name] != "both" and chosen(category, name, value)


class CustomerArchiveCategory(models.Model):
    """A kind of party: who leads its files, and what they must hold."""

    _name = "customer.archive.category"
    _description = "File Category"
    _inherit = ["customer.archive.lifted", "customer.archive.configured"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    side = fields.Selection(
        [
            ("customer", "Customers"),
            ("supplier", "Suppliers"),
            ("both", "Customers and suppliers"),
        ],
        required=True,
        default="both",
        help="Sales staff open files on customers, purchasing staff on suppliers.",
    )
    is_person = fields.Boolean(
        string="Private Persons", help="Only the necessary minimum is kept."
    )
    is_high_risk = fields.Boolean(
        string="High Risk",
        help="Files of this category also need management's approval.",
    )
    legal_review = fields.Boolean(
        help="Files of this category also need legal's approval."
    )
    finance_review = fields.Boolean(
        help="Files of this category also need finance's approval."
    )
    minimum_contacts = fields.Integer(
        string="Minimum Contacts (Cooperating)",
        default=2,
        help="Minimum number of contacts of a cooperating party.",
    )
    department_id = fields.Many2one(
        "hr.department",
        string="Responsible Department",
        company_dependent=True,
        check_company=True,
        help="Leave empty for the account manager's department.",
    )
    required_field_ids = fields.Many2many(
        "ir.model.fields",
        string="Required Data",
        domain=[("model", "=", "res.partner"), ("store", "=", True)],
        help="Contact data that is required before a file can be submitted.",
    )
    document_type_ids = fields.Many2many(
        "customer.archive.document.type",
        "customer_archive_category_document_type_rel",
        "category_id",
        "type_id",
        string="Checklist",
    )
    description = fields.Text(translate=True)
    class_code = fields.Char(
        help=(
            "Code of the category in your classification scheme, for file numbers "
            "and the retention table."
        ),
    )

    department_code = fields.Char(
        compute="_compute_department_code",
        inverse="_inverse_department_code",
        help=(
            "Code of the department, which may be responsible for other categories "
            "as well."
        ),
    )

    needs_sample_appraisal = fields.Boolean(
        string="Sample Appraisal",
        help="Agreements can only be signed after sample appraisal.",
    )

    _minimum_contacts_positive = models.Constraint(
        "CHECK (minimum_contacts >= 0)", "The number of contacts can't be negative."
    )

    @api.model
    def _power(self):
        """Who is asked about files, and what they must hold."""
        return {
            **super()._power(),
            "department_id": of_files,
            "document_type_ids": in_use(shrunk),
            "finance_review": unticked,
            "is_high_risk": unticked,
            "legal_review": unticked,
            "minimum_contacts": in_use(lowered),
            "needs_sample_appraisal": unticked,
            "required_field_ids": in_use(shrunk),
            "side": in_use(opened),
        }

    @api.model
    def _powerless(self):
        own = {"active", "class_code", "department_code", "description", "is_person"}
        return super()._powerless() | own | {"name", "sequence"}

    @api.constrains("class_code")
    def _check_class_code(self):
        check_codes(self, "class_code")

    def _has_files(self):
        """Whether files are, or were, of these categories."""
        # Also those that whoever configures can't see.
        files = self.env["customer.archive"].sudo().with_context(active_test=False)
        return bool(files.search_count([("category_id", "in", self.ids)], limit=1))

    def write(self, vals):
        result = super().write(vals)
        if "document_type_ids" in vals:
            self._sync_collecting()
        return result

    def _sync_collecting(self):
        """Bring a changed checklist to the files that are being collected."""
        domain = [("category_id", "in", self.ids), ("state", "=", "draft")]
        # Whoever configures checklists needn't be allowed to write files.
        self.env["customer.archive"].sudo().search(domain)._sync_checklist()

    @api.model
    def _sides_of(self, user):
        """Return the sides whose files ``user`` may be account manager of."""
        groups = {
            "customer": "sales_team.group_sale_salesman",
            "supplier": "purchase.group_purchase_user",
        }
        return {
            "both",
            *(side for side, group in groups.items() if user.has_group(group)),
        }

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
