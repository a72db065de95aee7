from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import draw
from ..common.company_day import today_at
from ..common.escalation import CHECK_DAYS, CHECK_UP_DAYS, members
from ..common.roles import AUDITOR, MANAGEMENT
from ..common.row_lock import lock_rows, wait_for_others
from ..common.scheduled import scheduled
from ..common.sentinel import as_system, quietly
from ..common.values import is_text
from ..files.customer_archive import ENDED
from .customer_archive_audit import FINDING, LINE, POINT

ASKED, LATE = "mail_activity_audit", "mail_activity_audit_overdue"
# What is written down of a check at once is still looked at by people.
MOST_LINES = 5000


class CustomerArchiveAudit(models.Model):
    """Drawn, begun, signed; whoever checks is asked on the day, and reminded."""

    _inherit = "customer.archive.audit"

    # Steps

    def action_start(self):
        """Draw the files, and write down what is to be looked at in each.

        :raise AccessError: for others than who checks
        :raise UserError: if there is nothing to check, or too much for one check
        """
        for audit in self:
            wait_for_others(audit)
            audit._check_supervises("audit")
            audit._check_signs()
            audit._check_audit_state("planned")
            audit._draw(draw.new_seed())
            audit._log_audit("started")
        return True

    def action_redraw(self):
        """Draw once more by the seed, and say whether the same files come.

        :raise UserError: as long as nothing was drawn
        """
        self.ensure_one()
        self.check_access("read")
        if not self.seed:
            raise UserError(self.env._("%s: nothing is drawn yet.", self.name))
        message, kind = self._redrawn()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": kind, "message": message, "sticky": True},
        }

    def action_sign(self):
        """Sign it as who checked; from now on it is locked, but for corrections.

        :raise AccessError: for others than who checks
        :raise UserError: while a point isn't answered, a finding isn't complete, or
            without a conclusion
        """
        for audit in self:
            audit._wait_for_checkers()
            audit._check_supervises("audit")
            audit._check_signs()
            audit._check_audit_state("open")
            audit._check_audit_complete()
            # The role was checked.
            own = audit.sudo()
            own._activities(ASKED, LATE).unlink()
            as_system(own).write(
                {
                    "state": "signed",
                    "act_on": False,
                    "signed_by_id": self.env.uid,
                    "signed_on": fields.Datetime.now(),
                    "next_id": own._plan_next().id,
                }
            )
            audit._log_audit("signed")
        return True

    def action_cancel(self):
        """Give it up, with the reason in its conclusion; it stays on record.

        So does what was found until then, without being corrected any more.

        :raise AccessError: for others than who checks, once it is begun
        :raise UserError: once it is signed, or without a reason
        """
        for audit in self:
            audit._wait_for_checkers()
            audit._check_leads()
            audit._check_audit_state("planned", "open")
            if not is_text(audit.conclusion):
                raise UserError(
                    self.env._(
                        "Enter as the conclusion why %s isn't done, then cancel it.",
                        audit.name,
                    )
                )
            own = audit.sudo()
            own._activities(ASKED, LATE).unlink()
            own.finding_ids._give_up()
            as_system(own).write({"state": "cancelled", "act_on": False})
            audit._log_audit("cancelled")
        return True

    def _wait_for_checkers(self):
        """Let whoever answers at this moment finish first, and see the answers."""
        wait_for_others(self)
        lines = self.sudo().line_ids
        lines.flush_recordset()
        lock_rows(lines)

    def _check_audit_complete(self):
        """Check that every point is answered, and every finding says what follows."""
        if not is_text(self.conclusion):
            raise UserError(self.env._("Write the conclusion first, then sign."))
        open_ = self.sudo().line_ids.filtered(lambda line: not line.result)
        if open_:
            raise UserError(
                self.env._(
                    "%(count)s points aren't answered yet, the first is “%(point)s”.",
                    count=len(open_),
                    point=open_[0].with_env(self.env).sudo().display_name,
                )
            )
        for finding in self.sudo().finding_ids.with_env(self.env).sudo():
            finding._check_finding_complete()

    # The draw

    def _fitting(self):
        """Return the ids of the files that fit, and that the user may read."""
        domain = fields.Domain("company_id", "=", self.company_id.id)
        domain &= fields.Domain("state", "not in", ("draft", *ENDED))
        if self.department_id:
            domain &= fields.Domain("department_id", "child_of", self.department_id.id)
        if self.category_id:
            domain &= fields.Domain("category_id", "=", self.category_id.id)
        if self.security_level:
            domain &= fields.Domain("security_level", "=", self.security_level)
        return list(self.env["customer.archive"]._search(domain))

    def _sample(self, seed, ids):
        if self.draw in ("all", "none"):
            return sorted(ids) if self.draw == "all" else []
        count = self.sample_size
        if self.draw == "percent":
            count = draw.share(count, len(ids))
        return draw.drawn(seed, ids, count)

    def _draw(self, seed):
        ids = self._fitting() if self.draw != "none" else []
        chosen = self._sample(seed, ids)
        # The points of a company are nobody's secret.
        points = (
            self.env[POINT]
            .sudo()
            .search([("company_id", "in", (False, self.company_id.id))])
        )
        per_file = points.filtered("is_per_file")
        self._check_drawn(chosen, per_file, points)
        told = self._archive_in_house()
        rows = [
            point.with_context(lang=told.env.lang)._line_values(self, file)
            for file in chosen
            for point in per_file
        ]
        rows += [
            point.with_context(lang=told.env.lang)._line_values(self, False)
            for point in points - per_file
        ]
        # The right to begin was checked.
        as_system(self.env[LINE].sudo()).create(rows)
        as_system(self.sudo()).write(
            {
                "state": "open",
                "seed": seed,
                "population": len(ids),
                "population_digest": draw.digest_of(ids),
                "started_on": fields.Datetime.now(),
            }
        )

    def _check_drawn(self, chosen, per_file, points):
        if self.draw != "none" and not chosen:
            raise UserError(
                self.env._(
                    "No file fits what was chosen: nothing to check. Choose something "
                    "else."
                )
            )
        if not points or len(chosen) * len(per_file) > MOST_LINES:
            raise UserError(
                self.env._(
                    "There is nothing to look at, or more than %s points: see the "
                    "points of checks, or draw fewer files.",
                    MOST_LINES,
                )
            )

    def _redrawn(self):
        """Return in words what comes of drawing again, and how good that is."""
        ids = self._fitting() if self.draw != "none" else []
        # Which files were drawn is no secret of those who read the check.
        before = set(self.sudo().line_ids.archive_id.ids)
        if draw.digest_of(ids) == self.population_digest:
            same = set(self._sample(self.seed, ids)) == before
            if same:
                return self.env._("Drawn again: the same files come."), "success"
            return self.env._("Drawn again: other files come!"), "danger"
        # Those of them that are there still, out of what was drawn from.
        ordered = draw.drawn(self.seed, before, len(before))
        return self.env._(
            "%(now)s files fit now, %(then)s did then: what is drawn from has changed, "
            "or you read other files. By the seed the first file drawn was #%(first)s.",
            now=len(ids),
            then=self.population,
            first=ordered[0] if ordered else "–",
        ), "warning"

    # Planning; called as superuser

    def _plan_check(self):
        """Ask whoever checks on the day, anew whenever that or the day changes."""
        for audit in self:
            audit._activities(ASKED, LATE).unlink()
            if audit.state not in ("planned", "open"):
                continue
            company, today = audit.company_id, today_at(audit)
            begun = audit.state == "open"
            first = max(audit.planned_on, today)
            # Once it is begun, other people don't have longer for it.
            due = audit.due_on if begun else False
            due = due or company._archive_working_day(CHECK_DAYS, first)
            as_system(audit).write(
                {"due_on": due, "act_on": due if begun else audit.planned_on}
            )
            if begun or audit.planned_on <= today:
                audit._ask_checkers()

    def _ask_checkers(self):
        self._activities(ASKED).unlink()
        as_system(self).write({"act_on": self.due_on})
        self._schedule_activities(
            ASKED,
            [(self, user, self.due_on) for user in self._checkers()],
            lambda each: each.env._(
                "Carry out the check %(check)s by %(day)s.",
                check=each.display_name,
                day=each.due_on,
            ),
            archive_digest=True,
        )

    def _checkers(self):
        """Return who checks, or the auditors if nobody of them is at work any more."""
        found = (self.checker_id | self.helper_ids).filtered(self._at_work)
        return found or self._people(AUDITOR)

    def _plan_next(self):
        """Plan the next check, if it is repeated; return it."""
        if not self.repeat_months:
            return self.browse()
        today, day = today_at(self), self.planned_on
        while day <= today:
            day = fields.Date.add(day, months=self.repeat_months)
        quiet = quietly(self, "mail_create_nosubscribe", "mail_create_nolog")
        made = as_system(quiet).create(
            {
                **{name: self[name] for name in ("subject", "security_level", "draw")},
                "company_id": self.company_id.id,
                "department_id": self.department_id.id,
                "category_id": self.category_id.id,
                "sample_size": self.sample_size,
                "repeat_months": self.repeat_months,
                "checker_id": self.checker_id.id,
                "helper_ids": [(6, 0, self.helper_ids.ids)],
                "planned_on": day,
            }
        )
        return self.browse(made.id)

    # Scheduled action

    @api.model
    @scheduled
    def _cron_audit(self):
        """Ask for checks whose day has come; remind of open ones and of findings."""
        waiting = fields.Domain("state", "in", ("planned", "open"))
        self._process_due("act_on", "_remind_or_raise_check", waiting)
        self.env[FINDING]._process_due("act_on", "_remind_or_raise_correction")

    def _remind_or_raise_check(self):
        """Ask on the day, remind on the last day, then tell management."""
        for audit in self:
            company, today = audit.company_id, today_at(audit)
            if today < audit.due_on:
                audit._ask_checkers()
                continue
            up = company._archive_working_day(CHECK_UP_DAYS, audit.due_on)
            if today < up:
                audit._ask_checkers()
                as_system(audit).act_on = up
                continue
            work = [(audit, user, today) for user in audit._people(MANAGEMENT)]
            words = type(audit)._late_words
            audit._schedule_activities(LATE, work, words, archive_digest=True)
            as_system(audit).act_on = False
            audit._log_audit("overdue")

    def _late_words(self):
        return self.env._(
            "The check %(check)s was to be done by %(day)s by %(user)s, and isn't.",
            check=self.display_name,
            day=self.due_on,
            user=self.checker_id.name,
        )

    @api.model
    def _stand_in_chain(self, kind, former=None):
        chain = super()._stand_in_chain(kind, former)
        # What is overdue is for management, which the chain ends with.
        return chain if kind == LATE else [*members(self.env, AUDITOR), *chain]

    def _log_audit(self, step):
        self.env["customer.archive.log"]._record("audit", self, step)
