from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..common.codes import check_codes
from ..common.customer_archive_lifted import chosen, lowered, unticked
from ..common.roles import CONFIRMS_RETENTION
from ..common.sentinel import as_system, is_system

# What of a policy moves the dates of files.
MOVES = {
    *("trigger", "years", "months", "is_permanent", "fixed_date", "from_year_end"),
}
# What somebody confirms.
CONFIRMED = {*MOVES, "action", "legal_basis"}
SAID = {"is_example", "confirmed_by_id", "confirmed_on", "author_ids"}


def earlier(policy, name, value):
    """Whether a day may come before the one so far."""
    day, before = fields.Date.to_date(value), policy[name] or None
    return day != before and not (day and before and day > before)


def ended(policy, name, value):
    """Whether something else is proposed than that somebody looks."""
    return value != "review" and chosen(policy, name, value)


class CustomerArchiveRetentionPolicy(models.Model):
    """How long files are kept, from when on, and why 保管期限.

    Requirement F1: a category has one for its files, and an item type may have one
    that keeps the whole file longer. The database computes the dates, see
    :mod:`.functions`.
    """

    _name = "customer.archive.retention.policy"
    _description = "Retention Policy"
    _inherit = ["customer.archive.lifted", "customer.archive.configured"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    trigger = fields.Selection(
        [
            ("closing", "File closing date"),
            ("last_business", "Last business transaction with the party"),
            ("agreement_end", "End of the last agreement"),
            ("fixed", "Fixed date"),
        ],
        string="Counted From",
        required=True,
        default="last_business",
        help=(
            "If there never was any business or agreement, the closing date applies."
        ),
    )
    years = fields.Integer(default=10)
    months = fields.Integer()
    from_year_end = fields.Boolean(
        string="Counted from the End of the Year",
        help=(
            "The period runs from the first day after the calendar year of the date "
            "it is counted from, as for accounting records."
        ),
    )
    fixed_date = fields.Date(string="Day")
    is_permanent = fields.Boolean(string="Permanent")
    period = fields.Char(compute="_compute_period", help="How long, in words.")
    period_code = fields.Char(
        compute="_compute_period_code",
        store=True,
        readonly=False,
        precompute=True,
        help=(
            "Stands for the period in file numbers and in the retention table: Y for "
            "permanent retention, D30 for 30 years."
        ),
    )
    action = fields.Selection(
        [
            ("review", "Manual review"),
            ("destroy", "Destroy"),
            ("anonymise", "Anonymise"),
        ],
        string="After Retention",
        required=True,
        default="destroy",
        help="Proposed for closed files when their retention period ends.",
    )
    legal_basis = fields.Text(translate=True, help="Law and article, or who decided.")
    is_example = fields.Boolean(
        string="Unconfirmed Example",
        readonly=True,
        copy=False,
        help=(
            "Provided with the addon: must be confirmed or changed by your legal "
            "department."
        ),
    )
    confirmed_by_id = fields.Many2one(
        "res.users", string="Confirmed by", readonly=True, copy=False
    )
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    author_ids = fields.Many2many(
        "res.users",
        "customer_archive_retention_author_rel",
        string="Authors",
        readonly=True,
        copy=False,
        help="None of them can confirm it.",
    )
    can_confirm = fields.Boolean(
        compute="_compute_can_confirm", export_string_translation=False
    )

    _period_positive = models.Constraint(
        "CHECK (years >= 0 AND months >= 0 AND years <= 200 AND months <= 1200)",
        "Retention periods must be between 0 and 200 years.",
    )

    @api.depends("is_example")
    @api.depends_context("uid")
    def _compute_can_confirm(self):
        may = self.env.user.has_groups(CONFIRMS_RETENTION)
        for policy in self:
            policy.can_confirm = may and policy.is_example

    @api.depends("is_permanent", "years", "months")
    def _compute_period_code(self):
        for policy in self:
            # Whole years, as DA/T 13 has them: a part of one counts as one.
            years = policy.years + -(-policy.months // 12)
            code = f"D{years}" if years else False
            policy.period_code = "Y" if policy.is_permanent else code

    @api.depends("is_permanent", "years", "months")
    @api.depends_context("lang")
    def _compute_period(self):
        for policy in self:
            parts = (
                policy.years and self.env._("%s years", policy.years),
                policy.months and self.env._("%s months", policy.months),
            )
            words = " ".join(filter(None, parts)) or False
            policy.period = self.env._("Permanent") if policy.is_permanent else words

    @api.constrains("period_code")
    def _check_period_code(self):
        check_codes(self, "period_code")

    @api.constrains("trigger", "years", "months", "fixed_date", "is_permanent")
    def _check_period(self):
        for policy in self.filtered(lambda policy: not policy.is_permanent):
            if policy.trigger == "fixed":
                if not policy.fixed_date:
                    raise ValidationError(
                        self.env._("%s: enter the start date.", policy.name)
                    )
            elif not (policy.years or policy.months):
                raise ValidationError(
                    self.env._(
                        "%s: enter the retention period in years or months, or "
                        "choose permanent retention.",
                        policy.name,
                    )
                )

    @api.model
    def _power(self):
        """What shortens waits for a second person; what lengthens is there at once."""
        return {
            **super()._power(),
            **dict.fromkeys(("years", "months"), lowered),
            "action": ended,
            "fixed_date": earlier,
            "from_year_end": unticked,
            "is_permanent": unticked,
            "trigger": chosen,
        }

    @api.model
    def _powerless(self):
        # Whoever edits the legal basis takes the confirmation away.
        own = {"active", "legal_basis", "name", "period_code", "sequence"}
        return super()._powerless() | own

    @api.model
    def _lifters(self):
        return CONFIRMS_RETENTION

    def _is_kept_by(self, other):
        """Whether another policy keeps at least as long as this one, in any case."""
        if other.is_permanent or other == self:
            return True
        alike = not self.is_permanent and other.trigger == self.trigger
        if not other or not alike or self.trigger == "fixed":
            return False
        if self.from_year_end and not other.from_year_end:
            return False
        return (other.years * 12 + other.months) >= (self.years * 12 + self.months)

    @api.model_create_multi
    def create(self, vals_list):
        if not is_system(self.env):
            vals_list = [
                {
                    name: value
                    for name, value in vals.items()
                    if name not in SAID - {"is_example"}
                }
                for vals in vals_list
            ]
        policies = super().create(vals_list)
        policies._note_edit(CONFIRMED)
        return policies

    def write(self, vals):
        if SAID & vals.keys() and not is_system(self.env):
            raise UserError(
                self.env._(
                    "Examples must be confirmed with the Confirm button, which records "
                    "the user."
                )
            )
        result = super().write(vals)
        self._note_edit(vals.keys())
        if MOVES & vals.keys():
            self._files()._update_retention()
        return result

    def _note_edit(self, names):
        """What is edited isn't confirmed any more, and not by whoever edited it."""
        if self.env.su or is_system(self.env) or not CONFIRMED & set(names):
            return
        # Writing was checked; the author is recorded, and can't be entered.
        own = as_system(self.sudo())
        own.write({"author_ids": [fields.Command.link(self.env.uid)]})
        own.filtered("confirmed_by_id").write(
            {"is_example": True, "confirmed_by_id": False, "confirmed_on": False}
        )

    def _files(self):
        """Return, as superuser, the files whose date hangs on these policies."""
        by_item = fields.Domain("is_received", "=", True) & fields.Domain(
            "type_id.retention_policy_id", "in", self.ids
        )
        domain = fields.Domain("retention_policy_id", "in", self.ids) | fields.Domain(
            "document_ids", "any", by_item
        )
        # Whoever configures needn't see the files.
        return self.env["customer.archive"].sudo().search(domain)

    def action_confirm(self):
        """Confirm examples that came with the addon.

        :raise AccessError: unless the user is compliance, legal or administrator
        """
        self.check_access("read")
        if not self.env.user.has_groups(CONFIRMS_RETENTION):
            message = self.env._(
                "Retention policies can be confirmed by compliance, legal or an "
                "administrator."
            )
            # As what it is: the record says which policies.
            self.env["customer.archive.log"]._record_refusal(self, "confirm", message)
            raise AccessError(message)
        # Who wrote it counts, whatever the user sees of them.
        if self.env.user in self.filtered("is_example").sudo().author_ids:
            raise self._refused(
                self.env._(
                    "You wrote this yourself: another person must confirm it "
                    "(four-eyes principle)."
                )
            )
        # The role was checked; writing policies otherwise is the administrators'.
        self.filtered("is_example").sudo()._set_confirmed()
        return True

    def _set_confirmed(self):
        as_system(self).write(
            {
                "is_example": False,
                "confirmed_by_id": self.env.uid,
                "confirmed_on": fields.Datetime.now(),
                "author_ids": [fields.Command.clear()],
            }
        )

    def action_confirm_lifting(self, shown=None):
        """Write what others have asked for, and confirm the policy as it is then.

        :param str shown: see ``customer.archive.lifted``
        :raise AccessError: also if the user wrote something of the policy
        """
        if self.env.user in self.sudo().author_ids:
            raise self._refused(
                self.env._(
                    "You wrote this yourself: another person must confirm it "
                    "(four-eyes principle)."
                )
            )
        result = super().action_confirm_lifting(shown)
        # Role and person were checked.
        self.sudo()._set_confirmed()
        return result

    @api.model
    def _assign_examples(self):
        """Give the shipped examples to categories and item types that have none."""
        refs = {
            name: self.env.ref(f"customer_archive.retention_{name}", False)
            for name in ("customer", "supplier", "person", "agreement")
        }
        categories = self.env["customer.archive.category"].with_context(
            active_test=False
        )
        for category in categories.search([("retention_policy_id", "=", False)]):
            name = "supplier" if category.side == "supplier" else "customer"
            category.retention_policy_id = refs[
                "person" if category.is_person else name
            ]
        contract = self.env.ref("customer_archive.document_type_contract", False)
        if contract and not contract.retention_policy_id:
            contract.retention_policy_id = refs["agreement"]
