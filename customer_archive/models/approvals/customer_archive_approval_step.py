from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..common.roles import DECIDES_INSTEAD, users_of

# By which a policy means the head of a department.
HEADED = ".manager_id.user_id"


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

    def _roles(self):
        """Return the groups whose members decide, in their order."""
        own = self.group_id if self.approver == "group" else self.group_id.browse()
        return own | self.fallback_group_id

    def _approvers_instead(self, record, taken):
        """Return who decides where everybody of a role is kept from it.

        A role that nobody has, or nobody who could open the record, is given to
        somebody first.

        :param taken: users who asked, or decide another step
        """
        for role in DECIDES_INSTEAD:
            kept = self.env.ref(role) in self._roles() and self._holders(role, record)
            for other in self._roles_instead(role, record) if kept else ():
                fit = (users_of(self.env, other) - taken).filtered(
                    lambda user: self._can_decide(user, record)
                )
                if fit:
                    return fit
        return self.env["res.users"]

    def _holders(self, role, record):
        """Return who has a role and could open the record, concerned or not."""
        return users_of(self.env, role).filtered(
            lambda user: self._is_fit(user, record)
        )

    def _roles_instead(self, role, record):
        """Return the roles of which somebody decides instead of another.

        Whoever asks may have said whom it is about, and so kept them from it: who
        decides instead isn't of their own role then.
        """
        others = DECIDES_INSTEAD[role]
        if all(record._may_be_asked(user) for user in self._holders(role, record)):
            return others
        return tuple(each for each in others if not self.env.user.has_group(each))

    def _undecided_words(self, record):
        """Return that nobody can decide a step, who would, and who sets them."""
        words = [
            self.env._(
                "No one but you could approve step “%(step)s” of “%(record)s”.",
                step=self.name,
                record=record.display_name,
            )
        ]
        if self.approver == "user":
            words.append(
                self.env._(
                    "The policy “%(policy)s” names these people, none of whom can "
                    "decide on it: %(users)s. An administrator of the customer files "
                    "names others in a new version of the policy.",
                    policy=self.policy_id.name,
                    users=", ".join(self.user_ids.mapped("name")) or "–",
                )
            )
        elif self.approver == "path":
            words.append(self._unset_words(record))
        if roles := self._roles():
            words.append(self._role_words(record, roles))
        return " ".join(words)

    def _unset_words(self, record):
        to_department, headed, _rest = self.path.partition(HEADED)
        if not headed:
            return self.env._(
                "It is decided by the user who is set on the record (%s): set one who "
                "can open it.",
                self.path,
            )
        department = record.mapped(to_department)
        return self.env._(
            "It is decided by the head of department “%s”: human resources set the "
            "head, with a user who has a role in the customer files, under Employees › "
            "Departments.",
            ", ".join(department.mapped("name")) or "–",
        )

    def _role_words(self, record, roles):
        names = {role.name: True for role in roles}
        for role in DECIDES_INSTEAD:
            if self.env.ref(role) in roles:
                others = self._roles_instead(role, record)
                names |= {self.env.ref(other).name: True for other in others}
        return self.env._(
            "Somebody else is needed who has one of these roles: %(roles)s; works in "
            "%(company)s, is cleared for the level of the file, and isn't concerned. A "
            "system administrator assigns roles and clearances under Settings › Users.",
            roles=", ".join(names),
            company=record.company_id.name,
        )

    def _can_decide(self, user, record, by_name=False):
        """Whether ``user`` decides on it at all: could open it, and isn't concerned.

        :param by_name: as for :meth:`_is_fit`
        """
        return self._is_fit(user, record, by_name) and record._may_be_asked(user)

    def _is_fit(self, user, record, by_name=False):
        """Whether ``user`` could open the record: active, of its company, cleared.

        :param by_name: the policy means this very person, not everybody of a role:
            then the file is open to the user while the step is to be decided
        """
        return (
            (by_name or all(f._is_cleared(user) for f in record._approval_files()))
            and user.active
            and not user.share
            and record.company_id in user.company_ids
            and record.browse().with_user(user).has_access("read")
        )
