from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.company_day import today_at
from ..common.row_lock import wait_for_others
from ..common.sentinel import as_system, is_system
from ..copies.stored_paper import PDF, PICTURES, drop, keep

# What is added once it was held: the list that everybody has signed.
SIGNED = {"upload", "file_name"}


class CustomerArchiveTraining(models.Model):
    """A training on customer files, organised by human resources 培训.

    Who attended is recorded when it was held, and stays: undertakings go by it.
    """

    _name = "customer.archive.training"
    _description = "Training"
    _inherit = ["customer.archive.guard"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Course", required=True)
    kind = fields.Selection(
        [
            ("confidentiality", "Confidentiality Training"),
            ("procedures", "Training in Procedures"),
        ],
        string="Type",
        required=True,
        default="confidentiality",
        help="After a training on confidentiality the undertaking is signed.",
    )
    date = fields.Date(required=True, index=True)
    hours = fields.Float(required=True, default=1)
    trainer = fields.Char(required=True)
    organiser_id = fields.Many2one(
        "res.users",
        string="Organised by",
        required=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    note = fields.Text(string="What Was Taught")
    line_ids = fields.One2many(
        "customer.archive.training.line", "training_id", string="Attendance", copy=True
    )
    attendee_count = fields.Integer(string="Attended", compute="_compute_count")
    state = fields.Selection(
        [("draft", "Planned"), ("held", "Took Place")],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
    )
    held_on = fields.Datetime(string="Recorded on", readonly=True, copy=False)
    upload = fields.Binary(
        string="Upload of the Signed List (PDF or Picture)",
        compute="_compute_upload",
        inverse="_inverse_upload",
    )
    file_name = fields.Char(string="Signed List", copy=False)
    list_id = fields.Many2one(
        "ir.attachment", readonly=True, copy=False, ondelete="restrict"
    )
    digest = fields.Char(string="SHA-256 of the Signed List", readonly=True, copy=False)

    _hours_positive = models.Constraint(
        "CHECK (hours > 0)", "A training takes some time."
    )

    @api.depends("line_ids.attended")
    def _compute_count(self):
        for training in self:
            training.attendee_count = len(training.line_ids.filtered("attended"))

    def _compute_upload(self):
        # What was uploaded is opened as the list that is kept.
        self.upload = False

    def _inverse_upload(self):
        for training in self.filtered("upload"):
            training.check_access("write")
            training._check_may_sign()
            before = training.sudo().list_id
            stored, digest = keep(
                training, training.upload, training.file_name, (PDF, *PICTURES)
            )
            # Writing was checked; which list it is, is written by nobody.
            values = {"list_id": stored.id, "digest": digest}
            as_system(training.sudo()).write(values)
            drop(before)
        # It isn't kept in memory.
        self.invalidate_recordset(["upload"], flush=False)

    # Create, write, delete

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            **dict.fromkeys(("held_on", "list_id", "digest"), False),
            "state": "draft",
        }

    def write(self, vals):
        if not is_system(self.env):
            if vals.keys() - SIGNED:
                self._check_draft()
            else:
                self._check_may_sign()
        return super().write(vals)

    def unlink(self):
        self.check_access("unlink")
        self._check_draft()
        # With a plan goes its list; whether it may go was checked.
        lists = self.sudo().list_id
        as_system(self.sudo()).write({"list_id": False})
        drop(lists)
        self.line_ids.unlink()
        return super().unlink()

    def _check_draft(self):
        for training in self:
            if training.state != "draft":
                raise training._refused_held()

    def _check_may_sign(self):
        for training in self:
            if training.state != "draft" and training.sudo().list_id:
                raise training._refused_held()

    def _refused_held(self):
        return UserError(
            self.env._(
                "“%s” was held: who attended stays as it was recorded.", self.name
            )
        )

    # Actions

    def action_record_held(self):
        """Record that it was held, and who attended, for good.

        :raise AccessError: unless the user is of human resources
        :raise UserError: if it is still to come, or nobody attended
        """
        self.check_access("write")
        wait_for_others(self)
        self._check_draft()
        for training in self:
            if training.date > today_at(training):
                raise UserError(self.env._("“%s” hasn't been held yet.", training.name))
            if not training.attendee_count:
                raise UserError(self.env._("Say who attended “%s”.", training.name))
        as_system(self).write({"state": "held", "held_on": fields.Datetime.now()})
        self.env["customer.archive.log"]._record("state", self, "draft > held")
        return True

    def action_all_attended(self):
        """Say that everybody on the list attended; who didn't is unticked by hand."""
        self.check_access("write")
        self.line_ids.write({"attended": True})
        return True

    def action_open_list(self):
        """Return the address of the signed list, which opens in a new tab.

        :raise UserError: if there is none
        """
        self.ensure_one()
        self.check_access("read")
        # Which attachment it is, is for those who may read the training.
        stored = self.sudo().list_id
        if not stored:
            raise UserError(self.env._("“%s” has no signed list yet.", self.name))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{stored.id}?unique={self.digest[:8]}",
            "target": "new",
        }

    @api.model
    def _attended(self, user, company):
        """Return the last training on confidentiality that a user attended, if any."""
        # Asked about any user; who may see trainings is another question.
        return self.sudo().search(
            [
                ("kind", "=", "confidentiality"),
                ("state", "=", "held"),
                ("company_id", "=", company.id),
                (
                    "line_ids",
                    "any",
                    [("user_id", "=", user.id), ("attended", "=", True)],
                ),
            ],
            order="date desc, id desc",
            limit=1,
        )
