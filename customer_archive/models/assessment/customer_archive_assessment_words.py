from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ...tools.assessment import MOST


def _short(number):
    """Return a number without zeros behind the point, two digits at most."""
    return f"{round(number, 2):,.2f}".rstrip("0").rstrip(".")


class CustomerArchiveAssessment(models.Model):
    """An assessment in words: what it goes by, what was decided, and its replay."""

    _inherit = "customer.archive.assessment"

    explanation = fields.Text(compute="_compute_explanation")

    @api.depends(
        "score", "known", "proposed_grade_id", "grade_id", "reason", "line_ids"
    )
    @api.depends_context("lang")
    def _compute_explanation(self):
        for each in self:
            # Whoever reads an assessment reads its lines.
            own = each.sudo()
            lines = own.line_ids.sorted(lambda line: (line.sequence, line.id))
            words = [
                own._score_words(),
                *(f"• {line._as_sentence()}" for line in lines),
            ]
            each.explanation = "\n".join((*words, *own._decision_words()))

    def _score_words(self):
        if not self.known:
            return self.env._("Nothing is known of this party.")
        known = f"{_short(self.known)} %"
        if not self.proposed_grade_id:
            return self.env._(
                "%(score)s of 100 points. Something is known of %(known)s of the "
                "weights only: no grade is proposed.",
                score=_short(self.score),
                known=known,
            )
        return self.env._(
            "%(score)s of 100 points: grade %(grade)s. Something is known of %(known)s "
            "of the weights.",
            score=_short(self.score),
            grade=self.proposed_grade_id.name,
            known=known,
        )

    def _decision_words(self):
        """Return, as a list, what was chosen otherwise than proposed."""
        if not self.grade_id or self.grade_id == self.proposed_grade_id:
            return []
        return [
            self.env._(
                "Grade %(grade)s instead: %(reason)s",
                grade=self.grade_id.name,
                reason=self.reason or "–",
            )
        ]

    def action_replay(self):
        """Reckon once more by the figures and the scheme as they were kept.

        :return: the action that says whether it is the same, and else what differs
        """
        self.ensure_one()
        self.check_access("read")
        parts, factors = self._replay_differences()
        same = not parts and not factors
        detail = "replayed same" if same else "replayed otherwise"
        self.env["customer.archive.log"]._record("assessment", self, detail)
        if same:
            words = self.env._(
                "The kept figures give the same: %(score)s points, grade %(grade)s.",
                score=_short(self.score),
                grade=self.proposed_grade_id.name or "–",
            )
        else:
            words = self.env._(
                "The kept figures give something else: %s.",
                ", ".join(self._differing_words(parts, factors)),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Replay"),
                "message": words,
                "type": "success" if same else "danger",
                "sticky": not same,
            },
        }

    def _differing_words(self, parts, factors):
        names = {"score": "score", "known": "known", "grade": "proposed_grade_id"}
        fields_ = [
            self._fields[names[part]]._description_string(self.env) for part in parts
        ]
        lines = {line.number: line.name for line in self.sudo().line_ids}
        return fields_ + [lines.get(each, str(each)) for each in factors]


class CustomerArchiveAssessmentLine(models.Model):
    """One factor in words."""

    _inherit = "customer.archive.assessment.line"

    def _result_words(self):
        """Return the figure with its unit, or that nothing is known."""
        if not self.is_known:
            return self.env._("nothing is known")
        number = _short(self.value)
        currency = self.sudo().assessment_id.currency_id
        words = {
            "amount": lambda: formatLang(self.env, self.value, currency_obj=currency),
            "percent": lambda: f"{number} %",
            "days": lambda: self.env._("%s days", number),
            "years": lambda: self.env._("%s years", number),
            "count": lambda: number,
            "score": lambda: self.env._("%s of 5", number),
            "points": lambda: self.env._("%s points", number),
        }
        return words[self._unit()]()

    def _as_sentence(self):
        if not self.is_known:
            return self.env._(
                "%s: nothing is known; its weight is shared out among the rest.",
                self.name,
            )
        sentence = self.env._(
            "%(factor)s: %(figure)s – %(points)s of %(most)s points, counts "
            "%(share)s %%",
            factor=self.name,
            figure=self._result_words(),
            points=_short(self.points),
            most=_short(MOST),
            share=_short(self.share),
        )
        note = self.note and f" ({self.note})"
        return sentence + (note or "")
