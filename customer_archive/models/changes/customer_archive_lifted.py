from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..common.roles import CONFIRMS_POLICIES
from ..common.sentinel import as_system, is_system

COMPANY = "company"
KEPT = {"lifting", "lifting_by_id"}


class CustomerArchiveLifted(models.AbstractModel):
    """Configuration that protects: who lifts a protection waits for a second person.

    What strengthens it is written at once. An inheriting model says in ``_lifted``
    what weakens it.
    """

    _name = "customer.archive.lifted"
    _description = "Protection Lifted by Two"

    lifting = fields.Json(
        groups=fields.NO_ACCESS, copy=False, export_string_translation=False
    )
    lifting_by_id = fields.Many2one(
        "res.users",
        string="Asked for by",
        readonly=True,
        copy=False,
        help="Somebody else confirms it.",
    )
    lifting_words = fields.Char(
        string="Waits for Confirmation",
        compute="_compute_lifting_words",
        compute_sudo=True,
        help="What is written once somebody else of compliance, management or the "
        "administrators confirms it.",
    )

    @api.depends("lifting")
    @api.depends_context("lang")
    def _compute_lifting_words(self):
        for record in self:
            waiting = {**(record.lifting or {})}
            waiting.pop(COMPANY, None)
            record.lifting_words = "; ".join(
                f"{record._fields[name]._description_string(self.env)}: "
                f"{record._lifting_value(name, value)}"
                for name, value in waiting.items()
            )

    def _lifting_value(self, name, value):
        field = self._fields[name]
        if field.type == "many2one":
            return self.env[field.comodel_name].browse(value or ()).display_name or "-"
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        return value

    def _lifted(self, vals):
        """Return the names of ``vals`` that would weaken what this record protects."""
        raise NotImplementedError

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_lifting(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_lifting(vals)
        if self.env.su or is_system(self.env):
            return super().write(vals)
        waiting = {record: record._lifted(vals) for record in self}
        if not any(waiting.values()):
            return super().write(vals)
        self.check_access("write")
        for record, names in waiting.items():
            at_once = {name: vals[name] for name in vals.keys() - names}
            super(CustomerArchiveLifted, record).write(at_once)
            record._ask_to_lift({name: vals[name] for name in names})
        return True

    def _check_lifting(self, vals):
        if KEPT & vals.keys() and not is_system(self.env):
            raise UserError(
                self.env._("What waits for a confirmation isn't written by hand.")
            )

    def _ask_to_lift(self, values):
        """Keep what was asked for until somebody else confirms it."""
        if not values:
            return
        # Writing was checked; the column is closed to everybody.
        own = self.sudo()
        kept = {**(own.lifting or {}), **values, COMPANY: self.env.company.id}
        as_system(own).write({"lifting": kept, "lifting_by_id": self.env.uid})

    def action_confirm_lifting(self):
        """Write what somebody else has asked for.

        :raise AccessError: if the user asked for it, or has another role
        """
        self._check_may_lift()
        for record in self:
            if record.lifting_by_id == self.env.user:
                raise record._refused(
                    self.env._(
                        "You asked for this yourself: "
                        "somebody else must decide (four eyes)."
                    )
                )
        for record in self:
            # Role and person were checked; who confirms writes nothing else.
            own = record.sudo()
            values = {**(own.lifting or {})}
            company = values.pop(COMPANY, self.env.company.id)
            nothing = {"lifting": False, "lifting_by_id": False}
            as_system(own.with_company(company)).write({**values, **nothing})
        return True

    def action_drop_lifting(self):
        """Leave it as it is.

        :raise AccessError: if the user has another role
        """
        self._check_may_lift()
        # The role was checked; the column is closed to everybody.
        as_system(self.sudo()).write({"lifting": False, "lifting_by_id": False})
        return True

    def _check_may_lift(self):
        self.check_access("read")
        for record in self:
            if not self.env.user.has_groups(CONFIRMS_POLICIES):
                raise record._refused(
                    self.env._(
                        "This is confirmed by compliance, management or an "
                        "administrator."
                    )
                )
            if not record.lifting_by_id:
                raise UserError(
                    self.env._(
                        "“%s” isn't waiting for a confirmation.", record.display_name
                    )
                )

    def _refused(self, message):
        log = self.env["customer.archive.log"]
        log._record_refusal(self, "confirm", message)
        return AccessError(message)


class CustomerArchiveChangeField(models.Model):
    """Which fields are protected, and which changes are serious, is lifted by two."""

    # pylint: disable=consider-merging-classes-inherited
    _name = "customer.archive.change.field"
    _inherit = ["customer.archive.change.field", "customer.archive.lifted"]

    def _lifted(self, vals):
        self.ensure_one()
        marks = {name for name in ("is_protected", "is_serious") if self[name]}
        fixed = {"subject", "field_name", "active"} if marks else set()
        return {
            name for name in (marks | fixed) & vals.keys() if vals[name] != self[name]
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_protecting(self):
        for each in self:
            if not self.env.su and (each.is_protected or each.is_serious):
                raise UserError(
                    self.env._(
                        "“%s” protects something: untick that first, and have "
                        "somebody else confirm it.",
                        each.display_name,
                    )
                )


class CustomerArchiveCategory(models.Model):
    """Who is asked about a category's files isn't changed by one person alone."""

    # pylint: disable=consider-merging-classes-inherited
    _name = "customer.archive.category"
    _inherit = ["customer.archive.category", "customer.archive.lifted"]

    def _lifted(self, vals):
        self.ensure_one()
        marks = {name for name in ("legal_review", "is_high_risk") if self[name]}
        found = {name for name in marks & vals.keys() if not vals[name]}
        department = self.department_id.id
        if department and vals.get("department_id", department) != department:
            found.add("department_id")
        return found
