from odoo import Command, api, fields, models

from ..common.customer_archive_lifted import listed, raised, unticked

# What a note may say besides the day, the person and the content. Columns of their own,
# and no free properties: they are searched, stand in registers, and go by the table of
# erasures. No name is part of another.
DETAILS = (
    *("place", "agreed", "disputed", "scenario", "budget", "equipment"),
    *("scheme", "work", "product", "result", "score"),
)


def more_readers(kind, name, commands):
    """Whether notes become readable to roles that don't read them now."""
    before, after = set(kind[name].ids), listed(kind, name, commands)
    return bool(before) and (not after or not after <= before)


def answers_less(kind, name, value):
    """Whether what has to be answered needn't be any more."""
    return kind.is_complaint and kind[name] and not value


def answers_later(kind, name, value):
    """Whether what has to be answered may take longer."""
    return kind.is_complaint and raised(kind, name, value)


def _asked(name):
    return fields.Selection(
        [("no", "Not shown"), ("shown", "Shown"), ("required", "Required")],
        string=name,
        required=True,
        default="no",
    )


class CustomerArchiveEventType(models.Model):
    """A kind of event that is noted 记事类型: what is asked, and who reads it."""

    _name = "customer.archive.event.type"
    _description = "Event Type"
    _inherit = ["customer.archive.lifted", "customer.archive.configured"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    ask_place = _asked("Place")
    ask_agreed = _asked("Agreed Points")
    ask_disputed = _asked("Disputed Points")
    ask_scenario = _asked("Application Scenario")
    ask_budget = _asked("Budget")
    ask_equipment = _asked("Equipment")
    ask_scheme = _asked("Technical Scheme")
    ask_work = _asked("Work Done")
    ask_product = _asked("Product or Sample")
    ask_result = _asked("Appraisal Result")
    ask_score = _asked("Satisfaction")
    can_plan = fields.Boolean(
        string="Can Be Planned",
        help="A note of this type may have a day to come, such as a visit.",
    )
    is_complaint = fields.Boolean(
        string="Must Be Answered",
        help="Somebody is responsible for an answer by a deadline.",
    )
    answer_days = fields.Integer(
        string="Answer Within (Working Days)", default=3, required=True
    )
    follow_up_days = fields.Integer(
        string="Follow Up After (Working Days)", help="0 for no follow-up."
    )
    counts_as_use = fields.Boolean(
        string="Counts as Use of the File",
        default=True,
        help="A file that nobody uses for long is proposed for disposal.",
    )
    group_ids = fields.Many2many(
        "res.groups",
        "customer_archive_event_type_group_rel",
        "type_id",
        "group_id",
        string="Read Only by",
        domain=lambda self: [("privilege_id", "=", self._privilege().id)],
        help=(
            "Of those who read the file, only these roles read such notes, besides "
            "who wrote them, the account manager and the head of the department. "
            "Empty: everybody who reads the file."
        ),
    )

    _name_unique = models.UniqueIndex(
        "(lower(name->>'en_US'))", "An event type of this name already exists."
    )
    _days = models.Constraint(
        "CHECK (answer_days > 0 AND follow_up_days >= 0)",
        "Days can't be negative, and an answer takes at least one working day.",
    )
    _complaints_happen = models.Constraint(
        "CHECK (NOT (can_plan AND is_complaint))",
        "What must be answered isn't planned: untick one of the two.",
    )

    @api.model
    def _privilege(self):
        return self.env.ref("customer_archive.privilege_customer_archive")

    @api.model
    def _power(self):
        """Who reads what was written for fewer eyes, and what is answered when."""
        return {
            **super()._power(),
            "active": answers_less,
            "answer_days": answers_later,
            "group_ids": more_readers,
            "is_complaint": unticked,
        }

    def _part_list(self, name, commands):
        if name != "group_ids":
            return super()._part_list(name, commands)
        # Who reads is confirmed as a whole: here one who is added weakens.
        return [], [Command.set(sorted(listed(self, name, commands)))]

    def _lifting_value(self, name, value):
        if name != "group_ids":
            return super()._lifting_value(name, value)
        groups = self.env["res.groups"].browse(value[0][2])
        return ", ".join(groups.mapped("display_name")) or self.env._("everybody")

    @api.model
    def _powerless(self):
        asked = {f"ask_{name}" for name in DETAILS}
        return (
            super()._powerless()
            | asked
            | {
                *("name", "sequence", "can_plan"),
                *("follow_up_days", "counts_as_use"),
            }
        )

    def copy_data(self, default=None):
        rows = super().copy_data(default)
        if "name" not in (default or {}):
            # Beside the first one, under a name of its own.
            for row in rows:
                row["name"] = self.env._("%s (copy)", row["name"])
        return rows

    def _details(self, *wanted):
        """Return the names of what is asked, by blanks.

        :param wanted: in which way: "shown", "required"
        """
        return " ".join(name for name in DETAILS if self[f"ask_{name}"] in wanted)
