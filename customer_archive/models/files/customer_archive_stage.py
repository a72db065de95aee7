from odoo import models
from odoo.exceptions import UserError
from odoo.tools.i18n import format_list

from ..common.roles import CLERK
from ..common.sentinel import as_system, is_system
from ..common.values import choices

# The way of a relation, in its order.
STAGES = ("prospect", "intended", "cooperating", "terminated")


def neighbours(stage):
    """Return the stages to which a relation may move from one.

    Step by step, forth and back; it may end at any time, and who is taken up again
    begins with the intention.
    """
    index = STAGES.index(stage)
    if stage == "terminated":
        return {"intended"}
    return {*STAGES[max(index - 1, 0) : index + 2], "terminated"}


def goes_back(now, stage):
    """Whether a relation is taken up again, or asked for less than before."""
    return STAGES.index(stage) < STAGES.index(now)


class CustomerArchive(models.Model):
    """The stages of a relation follow each other; changes are tracked and recorded."""

    _inherit = "customer.archive"

    def write(self, vals):
        stage = vals.get("relation_stage")
        if stage in STAGES and not is_system(self.env):
            self._check_stage_follows(stage)
            self._check_taken_back(stage)
        return super().write(vals)

    def _check_stage_follows(self, stage):
        """Check that a stage is next to the present one, once a file was submitted.

        Until then it is entered as it is.

        :raise UserError: naming the stages that may follow
        """
        labels = dict(choices(self, "relation_stage"))
        for file in self.filtered("approval_round"):
            now = file.relation_stage
            if stage != now and stage not in neighbours(now):
                following = [each for each in STAGES if each in neighbours(now) - {now}]
                raise UserError(
                    self.env._(
                        "%(file)s can't go from “%(now)s” to “%(stage)s”: stages "
                        "follow each other. Next may be: %(following)s.",
                        file=file.display_name,
                        now=labels[now],
                        stage=labels[stage],
                        following=format_list(
                            self.env, [labels[each] for each in following], "or"
                        ),
                    )
                )

    def _check_taken_back(self, stage):
        """Check that nobody lifts by a stage what keeps their own orders.

        What a cooperation asks for, and that it was ended, isn't undone by whoever
        wants to sell to the party.

        :raise AccessError: for who is no clerk; the attempt is recorded
        """
        if self.env.user.has_group(CLERK):
            return
        for file in self.filtered("approval_round"):
            if goes_back(file.relation_stage, stage):
                raise file._refusal(
                    self.env._(
                        "%s: only a clerk takes the stage back, or the cooperation up "
                        "again.",
                        file.display_name,
                    ),
                    "write",
                )

    def _become_cooperating(self):
        """A party that orders, or is invoiced, is no prospect any more.

        Called as superuser. It goes the way of all, so that the record has each step.
        """
        own = as_system(self)
        own.filtered(lambda file: file.relation_stage == "prospect").write(
            {"relation_stage": "intended"}
        )
        own.write({"relation_stage": "cooperating"})
