from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.customer_archive_lifted import changed, shrunk
from ..common.roles import FOLLOWS_REGULATIONS, KEEPS_REGULATIONS, READER, users_of
from ..common.windows import open_list, open_new

VERSION = "customer.archive.regulation.version"
ACKNOWLEDGEMENT = "customer.archive.regulation.acknowledgement"
# Who is bound; whoever changes it changes who is asked.
BINDING = {"scope", "group_ids", "department_ids"}
EVERYBODY = "everybody"


def published(rule):
    """Return a rule that holds once somebody was bound by the regulation."""

    def weakens(regulation, name, value):
        return regulation._is_published() and rule(regulation, name, value)

    return weakens


def narrowed(regulation, name, value):
    """Whether others are bound from now on than everybody, or than so far."""
    return value not in (EVERYBODY, regulation[name])


class CustomerArchiveRegulation(models.Model):
    """A regulation of the company itself, such as that on customer files 管理制度.

    What it says is in its versions, of which the newest that has begun is in force.
    Whoever is bound has to acknowledge that one, and each newer one anew.
    """

    _name = "customer.archive.regulation"
    _description = "Regulation"
    _inherit = [
        "customer.archive.lifted",
        "customer.archive.configured",
    ]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    department_id = fields.Many2one(
        "hr.department", string="Responsible Department", check_company=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        help="Writes its versions, and sees who hasn't acknowledged them yet.",
    )
    scope = fields.Selection(
        [
            (EVERYBODY, "Everybody with a role"),
            ("groups", "Some roles"),
            ("departments", "Some departments"),
        ],
        string="Binds",
        required=True,
        default=EVERYBODY,
        help="Of those who have a role in the customer files.",
    )
    group_ids = fields.Many2many(
        "res.groups", "customer_archive_regulation_group_rel", string="Roles"
    )
    department_ids = fields.Many2many(
        "hr.department",
        "customer_archive_regulation_department_rel",
        string="Departments",
        check_company=True,
        help="With the departments below them.",
    )
    version_ids = fields.One2many(VERSION, "regulation_id", string="Versions")
    version_id = fields.Many2one(
        VERSION, string="In Force", compute="_compute_version_id", compute_sudo=True
    )
    valid_from = fields.Date(
        string="Valid from", compute="_compute_version_id", compute_sudo=True
    )
    summary = fields.Text(
        string="What Changed", compute="_compute_version_id", compute_sudo=True
    )
    my_state = fields.Selection(
        "_selection_my_state", string="My Acknowledgement", compute="_compute_my_state"
    )
    my_due_date = fields.Date(string="Due", compute="_compute_my_state")
    can_follow = fields.Boolean(
        compute="_compute_counts", export_string_translation=False
    )
    can_write_versions = fields.Boolean(
        compute="_compute_can_write_versions", export_string_translation=False
    )
    done_count = fields.Integer(string="Acknowledged", compute="_compute_counts")
    open_count = fields.Integer(string="Not Yet", compute="_compute_counts")

    @api.model
    def _selection_my_state(self):
        return (
            self.env[ACKNOWLEDGEMENT]._fields["state"]._description_selection(self.env)
        )

    @api.model
    def _power(self):
        return {
            **super()._power(),
            "name": published(changed),
            "scope": published(narrowed),
            "group_ids": published(shrunk),
            "department_ids": published(shrunk),
        }

    @api.model
    def _powerless(self):
        # A version is decided on by somebody else, whoever wrote it.
        own = {"company_id", "department_id", "user_id", "version_ids"}
        return super()._powerless() | own

    # Computed fields

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_can_write_versions(self):
        keeps = self.env.user.has_groups(KEEPS_REGULATIONS)
        for regulation in self:
            regulation.can_write_versions = keeps or regulation.user_id == self.env.user

    @api.depends("version_ids.state", "version_ids.valid_from")
    def _compute_version_id(self):
        found = self._in_force()
        for regulation in self:
            version = found.get(regulation._origin, self.env[VERSION])
            regulation.version_id = version
            regulation.valid_from = version.valid_from
            regulation.summary = version.summary

    @api.depends("version_id")
    @api.depends_context("uid")
    def _compute_my_state(self):
        for regulation in self:
            own = regulation._own_acknowledgement()
            regulation.my_state = own.state
            regulation.my_due_date = own.state == "open" and own.due_date

    @api.depends("version_id", "user_id")
    @api.depends_context("uid")
    def _compute_counts(self):
        follows = self.env.user.has_groups(FOLLOWS_REGULATIONS)
        for regulation in self:
            may = follows or regulation.user_id == self.env.user
            regulation.can_follow = may
            # How many, for those who may see who: not counted for the others.
            rows = self.env[ACKNOWLEDGEMENT].sudo()
            own = [("version_id", "=", regulation.version_id.id)] if may else None
            for name, state in (("done_count", "done"), ("open_count", "open")):
                domain = own and [*own, ("state", "=", state)]
                regulation[name] = rows.search_count(domain) if domain else 0

    # Create, write, delete

    def write(self, vals):
        if "company_id" in vals:
            self._check_stays(vals["company_id"])
        result = super().write(vals)
        if BINDING & vals.keys():
            # Who is asked goes by whom it binds, whoever says so.
            self.sudo()._ask()
        return result

    def _check_stays(self, company_id):
        for regulation in self:
            moves = regulation.company_id.id != company_id
            if moves and regulation.sudo().version_ids:
                raise UserError(
                    self.env._("Make another regulation in the other company instead.")
                )

    # Actions

    def action_open_text(self):
        """Return the address of the text in force, as a new tab.

        :raise UserError: if nothing is in force
        """
        self.ensure_one()
        self.check_access("read")
        if not self.version_id:
            raise UserError(self.env._("No version of “%s” is in force.", self.name))
        return self.version_id.sudo(False).action_open_text()

    def action_acknowledge(self):
        """Acknowledge the version in force, as the current user.

        :raise UserError: if they aren't asked to, or haven't opened the text yet
        """
        self.ensure_one()
        self.check_access("read")
        own = self._own_acknowledgement()
        if not own:
            raise UserError(
                self.env._("You aren't asked to acknowledge “%s”.", self.name)
            )
        return own.action_acknowledge()

    def action_open_acknowledgements(self):
        """Return the list of who has to acknowledge the version in force."""
        self.ensure_one()
        self.check_access("read")
        own = [("regulation_id", "=", self.id)]
        return open_list(
            ACKNOWLEDGEMENT,
            self.env._("Acknowledgements"),
            own,
            context={"search_default_current": 1},
        )

    def action_new_version(self):
        """Return the form of a new version."""
        self.ensure_one()
        self.check_access("read")
        return open_new(
            VERSION, self.env._("New Version"), {"default_regulation_id": self.id}
        )

    # What is in force

    def _is_published(self):
        return any(version.state == "published" for version in self.sudo().version_ids)

    def _in_force(self):
        """Return the versions that are in force today, by regulation."""
        begun = self.env["res.company"]._archive_by_day(
            lambda day: fields.Domain("valid_from", "<=", day)
        )
        begun &= fields.Domain("regulation_id", "in", self.ids)
        begun &= fields.Domain("state", "=", "published")
        # What is in force is so for everybody.
        versions = self.env[VERSION].sudo().search(begun, order="valid_from, id")
        found = {version.regulation_id: version for version in versions}
        return {each: found[each] for each in self._origin if each in found}

    def _own_acknowledgement(self):
        """Return what the user has to acknowledge, or has, of the version in force."""
        own = [("version_id", "=", self.version_id.id), ("user_id", "=", self.env.uid)]
        return self.env[ACKNOWLEDGEMENT].search(own, limit=1)

    # Who is bound; called as superuser

    def _bound(self):
        """Return who is bound: people at work with a role, in its company."""
        self.ensure_one()
        users = users_of(self.env, READER).filtered(
            lambda user: (
                user.active and not user.share and self.company_id in user.company_ids
            )
        )
        if self.scope == "groups":
            return users & self.group_ids.all_user_ids
        if self.scope == "departments":
            domain = [
                ("department_id", "child_of", self.department_ids.ids),
                ("company_id", "=", self.company_id.id),
            ]
            return users & self.env["hr.employee"].search(domain).user_id
        return users

    def _ask(self, users=None):
        """Ask those who are bound and weren't asked, and no longer those who aren't.

        :param users: look at these only; at everybody if it isn't given
        """
        for regulation, version in self._in_force().items():
            regulation = regulation.sudo()
            bound = self.env["res.users"] if version.is_ending else regulation._bound()
            rows = self.env[ACKNOWLEDGEMENT].search(
                [("regulation_id", "=", regulation.id), ("state", "!=", "done")]
                + ([] if users is None else [("user_id", "in", users.ids)])
            )
            over = rows.filtered(
                lambda row, version=version, bound=bound: (
                    row.state == "open"
                    and (row.version_id != version or row.user_id not in bound)
                )
            )
            if users is not None:
                bound &= users
            known = self._asked(version)
            again = (rows & known).filtered(
                lambda row, bound=bound: row.state == "ended" and row.user_id in bound
            )
            version._ask(bound - known.user_id, again, over)

    @api.model
    def _asked(self, version):
        return self.env[ACKNOWLEDGEMENT].search([("version_id", "=", version.id)])

    @api.model
    def _ask_users(self, users):
        """Ask users who were given a role, or have lost one or all."""
        if not users:
            return
        domain = [("version_ids.state", "=", "published")]
        self.search(domain)._ask(users)
