from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.company_day import today_at
from ..common.escalation import head_of
from ..common.sentinel import as_system, is_system
from ..common.windows import open_form
from ..files.customer_archive_lock import ALWAYS_WRITABLE

TASK = "customer.archive.task"
# Fields that follow the file.
DERIVED = ("partner_id", "company_id", "department_id")


class CustomerArchiveTask(models.AbstractModel):
    """What is asked about a file of who looks after it, by a day.

    It goes along when the file is handed over, and to the next in line when who
    should do it leaves. An inheriting model has ``state``.
    """

    _name = "customer.archive.task"
    _description = "File Task"
    _inherit = [
        "customer.archive.guard",
        "customer.archive.due",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _rec_names_search = ["archive_id.name", "partner_id.name"]

    # State in which it is to be done, and the type of the activity that asks for it.
    _open_state = "open"
    _activity_kind = ""

    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    archive_number = fields.Char(related="archive_id.name", string="File Number")
    partner_id = fields.Many2one(
        related="archive_id.partner_id",
        string="Customer/Supplier",
        store=True,
        index=True,
        precompute=True,
    )
    company_id = fields.Many2one(
        related="archive_id.company_id", store=True, index=True, precompute=True
    )
    department_id = fields.Many2one(
        related="archive_id.department_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one("res.users", readonly=True, index=True, tracking=True)
    due_date = fields.Date(string="Due", required=True, readonly=True)
    note = fields.Text(string="Remarks")
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    can_act = fields.Boolean(
        compute="_compute_can_act", export_string_translation=False
    )

    @api.depends("archive_id.name", "partner_id")
    def _compute_display_name(self):
        for task in self:
            parts = (task.archive_number, task.partner_id.name)
            task.display_name = " ".join(filter(None, parts))

    @api.depends("due_date", "state")
    def _compute_is_overdue(self):
        for task in self:
            is_open = task.state == self._open_state
            task.is_overdue = is_open and task.due_date < today_at(task)

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        is_open = fields.Domain("state", "=", self._open_state)
        return is_open & self.env["res.company"]._archive_by_day(
            lambda today: fields.Domain("due_date", "<", today)
        )

    @api.depends("user_id", "state", "archive_id.user_id", "department_id.manager_id")
    @api.depends_context("uid")
    def _compute_can_act(self):
        for task in self:
            is_open = task.state == self._open_state
            task.can_act = is_open and task._may_act(self.env.user)

    # Create, write, delete

    @api.model
    def _add_precomputed_values(self, vals_list):
        # Of all files at once: Odoo would make a new record for each to ask it.
        asked = [vals for vals in vals_list if vals.get("archive_id")]
        # As Odoo reckons related fields.
        file_model = self.env["customer.archive"].sudo()
        files = file_model.browse(vals["archive_id"] for vals in asked)
        for vals, file in zip(asked, files, strict=True):
            vals.update({name: file[name].id for name in DERIVED})
            vals["__precomputed__"] = {self._fields[name] for name in DERIVED}
        return super()._add_precomputed_values(vals_list)

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            **dict.fromkeys(("archive_id", "user_id", "due_date"), False),
            **dict.fromkeys(DERIVED),
            "state": self._open_state,
        }

    def write(self, vals):
        if not is_system(self.env) and set(vals) - ALWAYS_WRITABLE:
            self._check_may_write()
        return super().write(vals)

    def _mail_get_partner_fields(self, introspect_fields=False):
        # What is said about the party isn't meant for the party.
        return []

    # Who does it

    def _may_act(self, user):
        """Whether ``user`` does this: who was asked, or who answers for the file."""
        self.ensure_one()
        # Who answers for a file is no secret of its readers.
        archive = self.sudo().archive_id
        return user in self.user_id | archive.user_id | head_of(archive)

    def _check_may_act(self):
        """Check that these are open, and the user's to do.

        :raise AccessError: naming who does it instead
        :raise UserError: if it is done or cancelled
        """
        self.check_access("read")
        for task in self:
            if not task._may_act(self.env.user):
                raise task._not_yours()
            task._check_open()

    def _may_write(self):
        """Whether the user may write remarks."""
        return self._may_act(self.env.user)

    def _check_may_write(self):
        self.check_access("read")
        for task in self:
            if not task._may_write():
                raise task._not_yours()
            task._check_open()

    def _not_yours(self):
        message = self.env._(
            "%(task)s: only %(user)s or the department head can do this.",
            task=self.display_name,
            user=self.sudo().user_id.name or self.env._("nobody yet"),
        )
        return self._refusal(message, "write")

    def _check_open(self):
        if self.state != self._open_state:
            raise UserError(self.env._("%s: already done.", self.display_name))

    # Asking; called as superuser

    @api.model
    def _open_on(self, archives):
        """Return what is still to be done about files."""
        domain = [("archive_id", "in", archives.ids), ("state", "=", self._open_state)]
        # Whoever changes the files needn't be the one who does this.
        return self.sudo().search(domain)

    def _cancel(self):
        """End these, because their files end."""
        raise NotImplementedError

    def _ask(self, **values):
        """Give who should do it one activity each.

        :param values: what else is written on each activity
        """
        work = [(task, task.user_id, task.due_date) for task in self if task.user_id]
        words = type(self)._asked_words
        self._schedule_activities(self._activity_kind, work, words, **values)

    def _asked_words(self):
        """Return what is to be done, in the language of the environment."""
        raise NotImplementedError

    def _hand_over(self):
        """Ask who is to do it now, if that is somebody else than was asked."""
        users = self.archive_id._responsible_users()
        moved = self.filtered(lambda task: task.user_id != users[task.archive_id])
        moved._activities(self._activity_kind).unlink()
        for user, tasks in moved.grouped(lambda task: users[task.archive_id]).items():
            as_system(tasks).write({"user_id": user.id})
        moved._ask(archive_digest=True)

    def _finish_activities(self, feedback=None):
        """Complete the user's activities on these, and remove those of others."""
        # Those of the others aren't the user's to see.
        activities = self.sudo().activity_ids
        own = activities.filtered(lambda activity: activity.user_id == self.env.user)
        (activities - own).unlink()
        own.action_feedback(feedback=feedback or False)

    # Actions of the screen

    def action_open_file(self):
        """Return the action that shows the file."""
        self.ensure_one()
        self.archive_id.check_access("read")
        return open_form(self.archive_id)
