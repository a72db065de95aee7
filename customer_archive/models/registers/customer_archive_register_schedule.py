from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.company_day import today_here
from ..common.roles import READER
from ..common.scheduled import scheduled
from ..common.sentinel import as_system, is_system

RUN = "customer.archive.register.run"
STEPS = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}


class CustomerArchiveRegisterSchedule(models.Model):
    """Registers that some people get again and again 定期台账.

    Each recipient gets the data they have access to, as an export of their own.
    """

    _name = "customer.archive.register.schedule"
    _description = "Scheduled Registers"
    _inherit = [
        "customer.archive.guard",
        "customer.archive.configured",
        "customer.archive.due",
    ]
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    register_ids = fields.Many2many(
        "customer.archive.register",
        relation="customer_archive_register_schedule_register_rel",
        string="Registers",
        required=True,
    )
    interval = fields.Selection(
        [
            ("day", "Every Day"),
            ("week", "Every Week"),
            ("month", "Every Month"),
            ("quarter", "Every Quarter"),
            ("year", "Every Year"),
        ],
        string="Frequency",
        required=True,
        default="month",
    )
    next_date = fields.Date(
        string="Next Run", required=True, default=today_here, copy=False
    )
    anchor_date = fields.Date(
        readonly=True,
        copy=False,
        help=(
            "Intervals are counted from this date: the 31st means the last day of "
            "each month."
        ),
    )
    last_date = fields.Date(string="Last Run", readonly=True, copy=False)
    department_ids = fields.Many2many(
        "hr.department",
        string="Departments",
        help="Only files of these departments; leave empty for all.",
    )
    per_department = fields.Boolean(string="One Workbook per Department")
    recipient_ids = fields.Many2many(
        "res.users",
        relation="customer_archive_register_schedule_user_rel",
        string="Recipients",
        required=True,
        help="Each recipient receives only the data that they have access to.",
        domain=lambda self: [("all_group_ids", "in", self.env.ref(READER).ids)],
    )
    delivery = fields.Selection(
        [("stored", "Download"), ("mailed", "By E-mail")],
        required=True,
        default="stored",
        help="Workbooks that are too large for an e-mail are provided for download.",
    )

    _next = models.Index("(next_date) WHERE active IS TRUE")

    def _protected(self):
        return {"anchor_date": False, "last_date": False}

    @api.constrains("recipient_ids", "register_ids", "company_id")
    def _check_recipients(self):
        for schedule in self:
            if not (schedule.recipient_ids and schedule.register_ids):
                raise ValidationError(
                    self.env._("Choose at least one register and one recipient.")
                )
            without = schedule.recipient_ids - schedule._recipients()
            if without:
                raise ValidationError(
                    self.env._(
                        "%(names)s: give them a customer file role in company "
                        "“%(company)s” first.",
                        names=", ".join(without.mapped("name")),
                        company=schedule.company_id.name,
                    )
                )

    @api.constrains("delivery", "company_id")
    def _check_mailing(self):
        for schedule in self:
            # Whoever configures schedules may know what the company decided.
            company = schedule.company_id.sudo()
            if schedule.delivery == "mailed" and not company.archive_register_mailing:
                raise ValidationError(
                    self.env._(
                        "Company “%s” doesn't allow registers to be e-mailed: "
                        "choose download, or allow it in the settings.",
                        company.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        schedules = super().create(vals_list)
        for schedule in schedules:
            as_system(schedule).anchor_date = schedule.next_date
        return schedules

    def write(self, vals):
        result = super().write(vals)
        if "next_date" in vals and not is_system(self.env):
            for schedule in self:
                as_system(schedule).anchor_date = schedule.next_date
        return result

    def action_run_now(self):
        """Start the exports of these schedules now; the next day stays as it is.

        :raise AccessError: unless the user may configure them
        :raise UserError: if nobody would get one
        """
        self.check_access("write")
        runs = self.sudo()._send()
        if not runs:
            raise UserError(
                self.env._("None of the recipients has a role any more: choose others.")
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "%s exports are being generated; their recipients will be "
                    "notified.",
                    len(runs),
                ),
            },
        }

    def _record_configuration(self, operation, names=(), before=False):
        # The days on which it was and will be done are nobody's doing.
        if is_system(self.env):
            return None
        return super()._record_configuration(operation, names, before)

    # Scheduled action

    @api.model
    @scheduled
    def _cron_schedule(self):
        """Start the exports whose day has come; missed days are made up for once."""
        self._process_due("next_date", "_take")

    def _take(self):
        """Start the exports of these schedules, and go on to their next days."""
        for schedule in self:
            schedule._send()
            as_system(schedule).write({"next_date": schedule._following()})

    def _following(self):
        """Return the first day after today, by the company's calendar."""
        today, step = self.company_id._archive_today(), STEPS[self.interval]
        anchor, count = self.anchor_date or self.next_date, 1
        while anchor + step * count <= today:
            count += 1
        return anchor + step * count

    def _recipients(self):
        """Return who may get registers: with a role, at work, in this company."""
        return self._fit(self.recipient_ids)

    def _fit(self, users):
        """Return those of some users who may get registers."""
        group = self.env.ref(READER)
        return users.sudo().filtered(
            lambda user: (
                user.active
                and group in user.all_group_ids
                and self.company_id in user.company_ids
            )
        )

    def _send(self):
        """Start an export for each recipient. Called as superuser."""
        vals_list = [
            {
                "user_id": user.id,
                "company_id": schedule.company_id.id,
                "company_ids": schedule.company_id.ids,
                "schedule_id": schedule.id,
                "is_mailed": schedule.delivery == "mailed",
                "register_ids": schedule.register_ids.sorted().ids,
                "department_ids": schedule.department_ids.ids,
                "per_department": schedule.per_department,
            }
            for schedule in self
            for user in schedule._recipients()
        ]
        for schedule in self:
            today = schedule.company_id._archive_today()
            as_system(schedule).write({"last_date": today})
        runs = self.env[RUN]
        return runs._start(vals_list) if vals_list else runs
