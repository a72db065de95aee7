import json
import operator

from odoo import api, models
from odoo.tools import SQL

from ...tools.assessment import Assessed, Scored, assess, differences
from ..common.at_once import write_at_once
from ..common.company_day import today_at
from ..common.escalation import PREPARATION_DAYS, head_of, members
from ..common.roles import PREPARES
from ..common.sentinel import as_system
from ..common.stand_in import first_readers
from .customer_archive_assessment import ASSESSMENT, LINE
from .inputs import figures_of

SCHEME = f"{ASSESSMENT}.scheme"
FILE = "customer.archive"
TO_PREPARE = "mail_activity_assessment"
# All of a batch: the assessments with their lines, unless one is open already.
INSERT = """
WITH schemes AS (
    SELECT * FROM jsonb_to_recordset(%(schemes)s::jsonb) AS s(id int, snapshot jsonb)
), given AS (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS g(
        archive_id int, scheme_id int, date date, score float8, known float8,
        grade_id int, figures jsonb, lines jsonb)
), made AS (
    INSERT INTO customer_archive_assessment (
        archive_id, partner_id, company_id, department_id, kind, scheme_id, date, state,
        user_id, score, known, proposed_grade_id, grade_id, former_grade_id, relation,
        snapshot, approval_round, create_uid, write_uid, create_date, write_date)
    SELECT a.id, a.partner_id, a.company_id, a.department_id, %(kind)s, g.scheme_id,
           g.date, 'draft', %(user)s, g.score, g.known, g.grade_id, g.grade_id,
           %(former)s, r.relation,
           jsonb_build_object('scheme', s.snapshot, 'figures', g.figures,
                              'entered', '{}'::jsonb),
           0, %(uid)s, %(uid)s, %(now)s, %(now)s
      FROM given g
      JOIN customer_archive a ON a.id = g.archive_id
      JOIN schemes s ON s.id = g.scheme_id
      LEFT JOIN customer_archive_assessment_grade r ON r.id = g.grade_id
    ON CONFLICT (archive_id, kind) WHERE state IN ('draft', 'review') DO NOTHING
    RETURNING id, archive_id, company_id
), added AS (
    INSERT INTO customer_archive_assessment_line (
        assessment_id, archive_id, company_id, factor_id, number, sequence, source,
        weight, is_known, value, points, share, create_uid, write_uid, create_date,
        write_date)
    SELECT m.id, m.archive_id, m.company_id, f.id, l.number, l.sequence, l.source,
           l.weight, l.is_known, l.value, l.points, l.share, %(uid)s, %(uid)s, %(now)s,
           %(now)s
      FROM made m
      JOIN given g ON g.archive_id = m.archive_id
     CROSS JOIN LATERAL jsonb_to_recordset(g.lines) AS l(
        number int, sequence int, source text, weight float8, is_known bool,
        value float8, points float8, share float8)
      LEFT JOIN customer_archive_assessment_factor f ON f.id = l.number
)
SELECT id, archive_id FROM made
"""


class CustomerArchiveAssessment(models.Model):
    """How an assessment is reckoned, for any number of files in two statements.

    One asks for the figures of all files, one writes what they come to; in between is
    plain arithmetic, ``tools/assessment.py``.
    """

    _inherit = "customer.archive.assessment"

    @api.model
    def _reckon(self, kind, files, user=None):
        """Begin assessments of files that have none of this kind open.

        Called as superuser, after a check or by a scheduled action.

        :param user: who prepares them, if that is known
        :return: the new assessments, and the ids of files that no scheme is for
        """
        schemes, today = self.env[SCHEME]._snapshots(kind), self._days()
        rows, used, without = [], {}, set()
        for file, company, category, figures in figures_of(files):
            found = next((s for s in schemes if _fits(s, company, category)), None)
            if not found:
                without.add(file)
                continue
            used[found[2]["id"]] = found[2]
            rows.append(_row(file, found[2], figures, today[company]))
        made = self._insert(kind, rows, used, user) if rows else []
        new = self.browse(each for each, _file in made)
        # They aren't written by the ORM, which knows nothing of them.
        files.invalidate_recordset(["assessment_ids"], flush=False)
        return new, without

    @api.model
    def _days(self):
        """Return which day it is, by the id of the company."""
        found = self.env["res.company"]._archive_days()
        return {company.id: day for day, those in found for company in those}

    @api.model
    def _insert(self, kind, rows, schemes, user):
        """Write assessments with their lines; return pairs of their ids and files."""
        self.flush_model(["archive_id", "kind", "state"])
        self.env[FILE].flush_model(["department_id", f"{kind}_grade_id"])
        given = [{"id": key, "snapshot": each} for key, each in schemes.items()]
        return self.env.execute_query(
            SQL(
                INSERT,
                kind=kind,
                rows=json.dumps(rows, default=str),
                schemes=json.dumps(given),
                former=SQL.identifier("a", f"{kind}_grade_id"),
                user=user.id if user else None,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )

    def action_reckon(self):
        """Reckon drafts anew, by the figures and the scheme of today.

        What was entered stays; a grade that was chosen is the proposed one again.

        :raise AccessError: unless the user prepares them
        :raise UserError: unless they are drafts
        """
        self._wait_for_others()
        for each in self:
            each._check_state("start", self.env._("It has been submitted already."))
        self._check_prepares()
        for each in self:
            each._check_file_open()
        self._note_preparer()
        # Who prepares it was checked; the figures are the system's to ask.
        own = self.sudo()
        figures = {file: found for file, _, _, found in figures_of(own.archive_id)}
        for each in own:
            each._reckon_again(figures[each.archive_id.id])
        return True

    def _reckon_again(self, figures):
        self.ensure_one()
        scheme = self.env[SCHEME]._snapshot_for(self.kind, self.archive_id)
        # Without any scheme left, that of before.
        scheme = scheme or self.snapshot["scheme"]
        entered = self._entered()
        notes = {line.number: line.note for line in self.line_ids}
        result = assess(scheme, figures, entered)
        row = _row_of(self.archive_id.id, scheme, figures, today_at(self), result)
        as_system(self.line_ids).unlink()
        numbers = {each["id"] for each in scheme["factors"]}
        known = self.env[f"{ASSESSMENT}.factor"].with_context(active_test=False)
        known = set(known.search([("id", "in", list(numbers))]).ids)
        as_system(self.env[LINE]).create(
            [
                {
                    **line,
                    "assessment_id": self.id,
                    "factor_id": line["number"] if line["number"] in known else False,
                    "note": notes.get(line["number"]),
                }
                for line in row["lines"]
            ]
        )
        kept = {str(key): value for key, value in entered.items() if key in numbers}
        grade = self.env[f"{ASSESSMENT}.grade"].browse(result.grade or ())
        as_system(self).write(
            {
                "scheme_id": scheme["id"],
                "date": today_at(self),
                "score": result.score or 0,
                "known": result.known,
                "proposed_grade_id": grade.id,
                "grade_id": grade.id,
                "relation": grade.relation,
                "snapshot": {
                    "scheme": scheme,
                    "figures": row["figures"],
                    "entered": kept,
                },
            }
        )

    def _entered(self):
        """Return the points that were entered, by the id of the factor."""
        return {
            line.number: line.value
            for line in self.line_ids
            if line.source == "entered" and line.is_known
        }

    def _score_again(self):
        """Reckon with what was entered; the user was checked."""
        for each in self.sudo():
            snapshot, entered = each.snapshot, each._entered()
            result = assess(snapshot["scheme"], snapshot["figures"], entered)
            scored = {line.factor: line for line in result.lines}
            for line in each.line_ids:
                now = scored[line.number]
                as_system(line).write({"points": now.points or 0, "share": now.share})
            before = each.proposed_grade_id
            chosen = each.grade_id != before
            grade = each.grade_id.browse(result.grade or ())
            values = {
                "score": result.score or 0,
                "known": result.known,
                "proposed_grade_id": grade.id,
                "snapshot": {
                    **snapshot,
                    "entered": {str(key): value for key, value in entered.items()},
                },
            }
            if not chosen:
                values["grade_id"] = grade.id
                # What was said of the relation stays, unless it was proposed as well.
                if each.relation == before.relation:
                    values["relation"] = grade.relation
            as_system(each).write(values)

    # What is kept, and what comes out of it

    def _factors_kept(self):
        """Return the factors as they were, by their ids; called as superuser."""
        factors = (self.snapshot or {}).get("scheme", {}).get("factors", ())
        return {each["id"]: each for each in factors}

    def _replayed(self):
        """Return the result as it is kept, and as the same figures give it now."""
        self.ensure_one()
        # Who may read it was checked; the figures are the system's.
        own = self.sudo()
        lines = [
            Scored(
                line.number,
                line.value if line.is_known else None,
                line.points if line.is_known else None,
                line.share,
            )
            for line in own.line_ids.sorted(lambda line: (line.sequence, line.id))
        ]
        # What doesn't count gives no score, though it is known.
        counts = own.line_ids.filtered(lambda line: line.is_known and line.weight > 0)
        score = own.score if counts else None
        kept = Assessed(lines, score, own.known, own.proposed_grade_id.id or None)
        snapshot = own.snapshot
        entered = {int(key): value for key, value in snapshot["entered"].items()}
        return kept, assess(snapshot["scheme"], snapshot["figures"], entered)

    def _replay_differences(self):
        """Return in which parts a replay differs, as codes and ids of factors."""
        return differences(*self._replayed())

    # Who is asked

    @api.model
    def _stand_in_chain(self, kind, former=None):
        if kind == TO_PREPARE:
            return self._preparers()
        chain = super()._stand_in_chain(kind, former)
        return [lambda each: each.user_id, *chain]

    @api.model
    def _preparers(self):
        """Return who prepares assessments, one after the other.

        Whoever was asked, or has begun it; who answers for a supplier; those of the
        role. Nobody is asked to do what the same person is refused.
        """
        asked = [
            lambda each: each.user_id,
            lambda each: each.archive_id.user_id,
            lambda each: head_of(each)[:1],
            *members(self.env, PREPARES["credit"]),
            *members(self.env, PREPARES["risk"]),
        ]
        return [
            lambda each, user_of=user_of: each._who_may_prepare(user_of(each))
            for user_of in asked
        ]

    def _who_may_prepare(self, user):
        """Return a user, or nobody if that is none who prepares this."""
        may = user and self.archive_id._is_assessed_by(self.kind, user)
        return user if may else user.browse()

    def _ask(self):
        """Have these prepared, by whoever is to do it; called as superuser."""
        for part in self.grouped("kind").values():
            found = first_readers(part, part._preparers())
            days = {
                company: company._archive_working_day(PREPARATION_DAYS)
                for company in part.company_id
            }
            given = {}
            for each, user in found.items():
                given.setdefault(user, part.browse())
                given[user] |= each
            for user, those in given.items():
                write_at_once(those, {"user_id": user.id or None})
            work = [
                (each, user, days[each.company_id])
                for each, user in found.items()
                if user
            ]
            part._schedule_activities(
                TO_PREPARE, work, type(self)._to_prepare_words, archive_digest=True
            )

    def _end_preparation(self):
        # What others were asked ends with it.
        as_system(self.sudo()._activities(TO_PREPARE)).unlink()

    def _to_prepare_words(self):
        return self.env._("Prepare the assessment and submit it: %s", self.display_name)


def _fits(scheme, company, category):
    own_company, own_category, _snapshot = scheme
    return own_company in (False, company) and own_category in (False, category)


def _row(file, scheme, figures, day):
    return _row_of(file, scheme, figures, day, assess(scheme, figures))


_LINE = operator.itemgetter("source", "weight")


def _row_of(file, scheme, figures, day, result):
    """Return an assessment as it is written."""
    lines = []
    for place, (factor, scored) in enumerate(
        zip(scheme["factors"], result.lines, strict=True)
    ):
        source, weight = _LINE(factor)
        known = scored.value is not None
        lines.append(
            {
                "number": scored.factor,
                "sequence": place,
                "source": source,
                "weight": weight,
                "is_known": known,
                "value": scored.value if known else 0.0,
                "points": scored.points if known else 0.0,
                "share": scored.share,
            }
        )
    sources = {factor["source"] for factor in scheme["factors"]}
    return {
        "archive_id": file,
        "scheme_id": scheme["id"],
        "date": str(day),
        "score": result.score or 0.0,
        "known": result.known,
        "grade_id": result.grade,
        "figures": {name: figures[name] for name in figures if name in sources},
        "lines": lines,
    }
