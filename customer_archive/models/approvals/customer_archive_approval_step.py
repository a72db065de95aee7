from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CustomerArchiveApprovalStep(models.Model):
    """One decision of a policy: who takes it, and in how many working days."""

    _name = "customer.archive.approval.step"
    _description = "Approval Step"
    _inherit = ["customer.archive.configured"]
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "customer.archive.approval.policy",
        required=True,
        index=True,
        ondelete="cascade",
    )
    model = fields.Selection(related="policy_id.model")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    approver = fields.Selection(
        [("group", "Role"), ("user", "Users"), ("path", "User set on the record")],
        required=True,
        default="group",
    )
    group_id = fields.Many2one("res.groups", string="Role")
    user_ids = fields.Many2many("res.users", string="Users")
    path = fields.Char(
        help="Field path to a user, e.g. department_id.manager_id.user_id"
    )
    fallback_group_id = fields.Many2one(
        "res.groups",
        string="Fallback Role",
        help="Approves when the user isn't set, has no access or is the requester.",
    )
    domain = fields.Char(
        string="Applies If",
        help="The step only applies to records that match this filter.",
    )
    days = fields.Integer(string="Working Days", default=1, required=True)

    _days_positive = models.Constraint(
        "CHECK (days > 0)", "A step must allow at least one working day."
    )

    @api.constrains("approver", "group_id", "user_ids", "path")
    def _check_approver(self):
        source = {"group": "group_id", "user": "user_ids", "path": "path"}
        for step in self:
            if not step[source[step.approver]]:
                raise ValidationError(
                    self.env._("Step “%s”: choose who approves.", step.name)
                )
            if step.approver == "path":
                step._check_path()

    def _check_path(self):
        self.ensure_one()
        model = self.env[self.policy_id.model]
        for name in self.path.split("."):
            field = model._fields.get(name)
            if field is None or not field.relational:
                raise ValidationError(
                    self.env._(
                        "Step “%(step)s”: %(path)s doesn't lead to a user.",
                        step=self.name,
                        path=self.path,
                    )
                )
            model = self.env[field.comodel_name]
        if model._name != "res.users":
            raise ValidationError(
                self.env._(
                    "Step “%(step)s”: %(path)s doesn't lead to a user.",
                    step=self.name,
                    path=self.path,
                )
            )

    # Steps are edited as long as their policy's version is.

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps.policy_id._check_open()
        steps.policy_id._note_author()
        return steps

    def write(self, vals):
        self.policy_id._check_open()
        result = super().write(vals)
        # Also where they were moved to.
        self.policy_id._check_open()
        self.policy_id._note_author()
        return result

    def unlink(self):
        policies = self.policy_id
        policies._check_open()
        result = super().unlink()
        policies._note_author()
        return result

    @api.constrains("domain")
    def _check_domain(self):
        for step in self:
            step.policy_id._parsed_domain(step.policy_id.model, step.domain)

    def _applies_to(self, record):
        """Whether ``record`` takes this step."""
        return bool(
            record.filtered_domain(
                self.policy_id._parsed_domain(self.policy_id.model, self.domain)
            )
        )

    def _approvers(self, record, requester):
        """Return who can decide on ``record``: never its requester.

        :param requester: user who asked
        """
        self.ensure_one()
        if self.approver == "group":
            users = self.group_id.all_user_ids
        elif self.approver == "user":
            users = self.user_ids
        else:
            users = record.mapped(self.path)
        named = self.approver != "group"
        fallback = self.fallback_group_id.all_user_ids
        for candidates, by_name in ((users, named), (fallback, False)):
            fit = (candidates - requester).filtered(
                lambda user, by_name=by_name: self._can_decide(user, record, by_name)
            )
            if fit:
                return fit
        return self.env["res.users"]

    def _can_decide(self, user, record, by_name=False):
        """Whether ``user`` could open the record: active, of its company, cleared.

        :param by_name: the policy means this very person, not everybody of a role:
            then the file is open to the user while the step is to be decided
        """
        return (
            (by_name or all(f._is_cleared(user) for f in record._approval_files()))
            and user.active
            and not user.share
            and record._may_be_asked(user)
            and record.company_id in user.company_ids
            and record.browse().with_user(user).has_access("read")
        )
