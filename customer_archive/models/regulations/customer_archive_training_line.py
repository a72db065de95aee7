from odoo import api, fields, models

from ..common.sentinel import is_system


class CustomerArchiveTrainingLine(models.Model):
    """Whether somebody attended a training 培训签到."""

    _name = "customer.archive.training.line"
    _description = "Attendance of a Training"
    _inherit = ["customer.archive.guard"]
    _order = "training_id, id"
    _rec_name = "name"

    training_id = fields.Many2one(
        "customer.archive.training", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="training_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Date(related="training_id.date", store=True, precompute=True)
    kind = fields.Selection(related="training_id.kind")
    hours = fields.Float(related="training_id.hours")
    trainer = fields.Char(related="training_id.trainer")
    organiser_id = fields.Many2one(
        related="training_id.organiser_id", string="Organised by"
    )
    state = fields.Selection(related="training_id.state", string="Status")
    employee_id = fields.Many2one(
        "hr.employee", groups="hr.group_hr_user", ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Whose undertaking goes by it.",
    )
    name = fields.Char(
        string="Attendee",
        compute="_compute_name",
        store=True,
        precompute=True,
        help="As it was when the attendance was recorded.",
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_name",
        store=True,
        precompute=True,
        compute_sudo=True,
    )
    attended = fields.Boolean()
    note = fields.Char(string="Remarks")

    _one_each = models.UniqueIndex(
        "(training_id, user_id)", "This user is on the list already."
    )
    _somebody = models.Constraint(
        "CHECK (user_id IS NOT NULL OR employee_id IS NOT NULL)",
        "Say who attends.",
    )

    @api.depends("employee_id")
    def _compute_user_id(self):
        for line in self:
            # Whose user an employee is, is known to those who see employees.
            line.user_id = line.sudo().employee_id.user_id or line.user_id

    # Not by their names and departments: later ones change nothing.
    @api.depends("employee_id", "user_id")
    def _compute_name(self):
        for line in self:
            own = line.sudo()
            company = own.training_id.company_id
            user = own.user_id.with_company(company) if company else own.user_id
            employee = own.employee_id or user.employee_id
            line.name = own.employee_id.name or user.name
            line.department_id = employee.department_id

    # Create, write, delete

    @api.model
    def _protected(self):
        derived = ("company_id", "date", "name", "department_id")
        return {**super()._protected(), **dict.fromkeys(derived)}

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        self._check_draft()
        result = super().write(vals)
        # Also where they were moved to.
        self._check_draft()
        return result

    def unlink(self):
        self._check_draft()
        return super().unlink()

    def _check_draft(self):
        if not is_system(self.env):
            # Whether it was held decides for everybody.
            self.sudo().training_id._check_draft()
