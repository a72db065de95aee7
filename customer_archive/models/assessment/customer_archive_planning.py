from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.at_once import write_at_once
from ..common.scheduled import scheduled
from ..common.sentinel import as_system
from .customer_archive import CODES
from .customer_archive_assessment import ASSESSMENT, OPEN

# The settings say for each risk how soon the next one is due; the highest first.
BY_RISK = ("high", "middle", "low")
# Over how many days first ones are spread.
SPREAD_DAYS = 365
# Until what no scheme is for is looked at again.
LATER_DAYS = 30


class CustomerArchive(models.Model):
    """When a party is assessed next, by its risk, and what is due; E2."""

    _inherit = "customer.archive"

    # Planning; called after a check, or by the system

    def _plan_first_assessments(self, spread=False):
        """Assess who comes on record, or comes back, and was never assessed.

        SC-12: credit and risk are rated when the file is opened.

        :param spread: over a year, of files that come in by the thousand
        """
        # Who registers a file doesn't otherwise write this; it is the system's.
        for file in self.sudo():
            company = file.company_id
            if not any(company[f"archive_assess_months_{risk}"] for risk in BY_RISK):
                continue
            later = file.id % SPREAD_DAYS if spread else 0
            day = fields.Date.add(company._archive_today(), days=later)
            open_ = file.assessment_ids.filtered(lambda each: each.state in OPEN)
            values = {
                f"{kind}_next_date": day
                for kind in CODES
                if file._asks_assessment(kind)
                and kind not in open_.mapped("kind")
                and not file[f"{kind}_assessment_id"]
                and not file[f"{kind}_next_date"]
            }
            as_system(file).write(values)

    def _follow_side(self):
        """Ask of these files, whose side has changed, what is asked of that side."""
        # Whoever changes a category has no part in assessments.
        for file in self.sudo():
            file._end_assessments(
                [kind for kind in CODES if not file._asks_assessment(kind)]
            )
            if file.state == "active":
                file._plan_first_assessments()

    def _plan_next_assessment(self, kind, grade):
        """Set when this file is assessed next, and return the day; superuser.

        By the highest risk that is known of the party: of this grade, of its risk
        grade, of its category. 0 months: not by itself.
        """
        self.ensure_one()
        risks = {grade.risk, self.risk_grade_id.risk}
        if self.category_id.is_high_risk:
            risks.add("high")
        highest = next(each for each in BY_RISK if each in risks)
        months = self.company_id[f"archive_assess_months_{highest}"]
        today = self.company_id._archive_today()
        day = fields.Date.add(today, months=months) if months else False
        as_system(self).write({f"{kind}_next_date": day})
        return day

    def _assess_sooner(self):
        """Bring the next ones forward, because the risk is high now; superuser."""
        self.ensure_one()
        months = self.company_id.archive_assess_months_high
        if not months or not self.is_risky:
            return
        latest = fields.Date.add(self.company_id._archive_today(), months=months)
        names = [f"{kind}_next_date" for kind in CODES]
        late = [name for name in names if self[name] and self[name] > latest]
        as_system(self).write(dict.fromkeys(late, latest))

    def _end_assessments(self, kinds=CODES):
        """End what is planned and open, because these files end, or change sides."""
        own = self.sudo()
        as_system(own).write({f"{kind}_next_date": False for kind in kinds})
        open_ = own.assessment_ids.filtered(
            lambda each: each.state in OPEN and each.kind in kinds
        )
        for each in open_.filtered(lambda each: each.state == "review"):
            each._end_round()
        open_._end_preparation()
        as_system(open_).unlink()

    def unlink(self):
        # A file that was never submitted goes with what was proposed about it.
        self._unlink_only_unsubmitted()
        self.check_access("unlink")
        self._end_assessments()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_graded(self):
        for file in self.sudo().filtered("assessment_ids"):
            raise UserError(
                self.env._(
                    "%s can't be deleted: a grade of its party was decided.",
                    file.display_name,
                )
            )

    # Scheduled action

    @api.model
    @scheduled
    def _cron_assess(self):
        """Propose grades for whoever is due, and ask for them to be prepared."""
        # What is blocked is only kept, and is due again once it is released.
        free = fields.Domain("is_blocked", "=", False)
        for kind in CODES:
            self._process_due(f"{kind}_next_date", f"_propose_{kind}", free)

    def _propose_credit(self):
        self._propose("credit")

    def _propose_risk(self):
        self._propose("risk")

    def _propose_supplier(self):
        self._propose("supplier")

    def _propose(self, kind):
        name = f"{kind}_next_date"
        asked = self.filtered(lambda file: file._asks_assessment(kind))
        write_at_once(self - asked, {name: None})
        asked._propose_asked(kind, name)

    def _propose_asked(self, kind, name):
        new, without = self.env[ASSESSMENT]._reckon(kind, self)
        write_at_once(self.filtered(lambda file: file.id not in without), {name: None})
        for company, files in self.browse(without).grouped("company_id").items():
            later = fields.Date.add(company._archive_today(), days=LATER_DAYS)
            write_at_once(files, {name: later})
        if new:
            self.env["customer.archive.log"]._record("assessment", new, f"due {kind}")
            new._ask()
