from odoo import api, fields, models

from ...tools.capital import has_capital, short_of
from ...tools.likeness import plain, same, within, words
from ..business import figures
from ..common.company_day import today_at
from ..common.sentinel import as_system

DOUBT = "customer.archive.doubt"
CHANGES = "customer.archive.change"
PREMISES = "customer_archive.document_type_address_proof"
# Fields of a party in which an address is.
ADDRESS = ("registered_address", "street", "street2", "city")
# How many changes of an address within how many months are often.
OFTEN, MONTHS = 2, 12
# So much of a business scope is shown beside what it is compared with.
SHOWN = 120


class CustomerArchive(models.Model):
    """What of a file doesn't fit: found on submission, verified before approval."""

    _inherit = "customer.archive"

    doubt_ids = fields.One2many(
        DOUBT, "archive_id", string="Doubts", readonly=True, copy=False
    )

    @api.model
    def _protected(self):
        return {**super()._protected(), "doubt_ids": []}

    def action_submit(self):
        result = super().action_submit()
        # Whoever submits a file may read it all; the doubts belong to nobody.
        self.sudo()._find_doubts()
        return result

    def _record_registry_check(self, values, copies):
        check = super()._record_registry_check(values, copies)
        if self.state != "draft":
            # As on submission, of which this is the second part.
            self.sudo()._find_doubts()
        return check

    def _make_current(self, row):
        result = super()._make_current(row)
        if row.checks_opening:
            # What has turned bad since submission; as there.
            self.sudo()._find_doubts()
        return result

    def _opening_problems(self):
        doubts = self.sudo().doubt_ids.filtered(lambda doubt: doubt.state == "open")
        sentences = [doubt._words() for doubt in doubts.sorted("id")]
        return super()._opening_problems() + sentences

    # Finding; called as superuser

    def _find_doubts(self):
        """Bring the doubts of these files up to date.

        What was doubted before is known by its values: nobody is asked twice.
        """
        credit = self._doubts_of_credit()
        for archive in self:
            found = archive._doubts_now() + credit[archive]
            known = {doubt._key(): doubt for doubt in archive.doubt_ids}
            for key, doubt in known.items():
                archive._move_doubt(doubt, key in found)
            new = [
                {
                    "archive_id": archive.id,
                    **dict(zip(("kind", "own_value", "other_value"), key, strict=True)),
                }
                for key in found
                if key not in known
            ]
            made = as_system(self.env[DOUBT]).create(new)
            self.env[DOUBT].browse(made.ids)._note_state("found")

    def _move_doubt(self, doubt, is_there):
        """Settle an open doubt that is gone, and open a settled one that is back."""
        moves = {("open", False): "settled", ("settled", True): "open"}
        state = moves.get((doubt.state, is_there))
        if state:
            as_system(doubt).write({"state": state})
            doubt._note_state("settled" if state == "settled" else "found")

    def _doubts_now(self):
        """Return what doesn't fit now: keys of kind and the two values."""
        self.ensure_one()
        if self.is_person:
            return []
        return [
            *self._doubts_of_licence(),
            *self._doubts_of_registry(),
            *self._doubts_of_capital(),
            *self._doubts_of_permits(),
            *self._doubts_of_moves(),
            *self._doubts_of_premises(),
        ]

    def _doubts_of_licence(self):
        partner = self.partner_id
        stated = self.document_ids.filtered(lambda item: item.is_licence).sorted("id")
        for kind, field, own in (
            ("licence_name", "stated_name", partner.name),
            (
                "licence_representative",
                "stated_representative",
                partner.legal_representative_id.name,
            ),
        ):
            # The last licence that says something counts.
            said = [item[field] for item in stated if item[field]][-1:]
            yield from _unlike(kind, own, *said)

    def _doubts_of_registry(self):
        partner, checks = self.partner_id, self.registry_check_ids
        checks = checks.sorted(lambda check: (check.date, check.id))
        for kind, field, own in (
            ("registry_name", "registered_name", partner.name),
            (
                "registry_representative",
                "representative",
                partner.legal_representative_id.name,
            ),
        ):
            said = [check[field] for check in checks if check[field]][-1:]
            yield from _unlike(kind, own, *said)
        there = [each.registered_capital for each in checks if each.registered_capital]
        own = partner.registered_capital
        # Where the file says nothing, that is a doubt of its own.
        if there and own and round(there[-1] - own, 2):
            yield "registry_capital", f"{own:.2f}", f"{there[-1]:.2f}"

    def _doubts_of_capital(self):
        partner = self.partner_id
        # A branch trades on the licence of the company that it belongs to.
        if not has_capital(partner.name, partner.ownership_type):
            return
        own = partner.registered_capital
        if partner.business_scope and own <= 0:
            yield "capital", "", partner.business_scope[:SHOWN]
        if own > 0:
            for trade, least, source in short_of(partner.business_scope, own):
                yield "least_capital", f"{own:.2f}", f"{trade}：{least:.2f}，{source}"

    def _doubts_of_permits(self):
        """Trades in the business scope whose paper isn't in the file."""
        scope = plain(self.partner_id.business_scope)
        received = self.document_ids.filtered("is_received").type_id
        types = self.env["customer.archive.document.type"]
        asking = types.search([("scope_words", "!=", False)])
        for kind in asking - received if scope else ():
            trades = [word for word in words(kind.scope_words) if plain(word) in scope]
            if trades:
                # In the words of the company: so they are the same for everybody.
                name = kind.with_context(lang=self._archive_in_house().env.lang).name
                yield "permit", "、".join(trades), name

    def _doubts_of_credit(self):
        """Return what speaks against the credit of parties, private ones as well.

        Of a former file only that it holds something: who reads this file needn't
        read that one.

        :return: keys of doubts, by file
        """
        domain = [
            ("partner_id", "in", self.partner_id.ids),
            ("company_id", "in", self.company_id.ids),
        ]
        files = self.with_context(active_test=False).search(domain, order="id")
        by_party = files.grouped(lambda file: (file.partner_id.id, file.company_id.id))
        overdue = figures.overdue(self)
        found = {}
        for file in self:
            # What a company owes isn't owed by the people in it, who are filed.
            key = file.partner_id.id, file.company_id.id
            debts = overdue.get((*key, figures.RECEIVABLE))
            own = by_party.get(key, file)
            found[file] = [*file._doubts_of_facts(own), *file._doubts_of_grade(own)]
            if debts and debts.since:
                found[file].append(("overdue", "", str(debts.since)))
        return found

    def _doubts_of_facts(self, files):
        facts = files.credit_fact_ids.filtered(
            lambda fact: fact.is_adverse and not fact.is_corrected
        )
        for fact in facts.sorted("id"):
            own = fact.archive_id == self
            words = (fact.result, fact.source) if own else (fact.archive_id.name,)
            said = ", ".join([str(fact.date), *filter(None, words)])
            yield "credit_fact", "", said

    def _doubts_of_grade(self, files):
        """Doubt the last credit grade of the party, if no other is lower."""
        graded = files.filtered("credit_grade_id")
        last = (self & graded) or graded[-1:]
        grade = last.credit_grade_id
        bounds = grade.scheme_id.grade_ids.mapped("bound")
        if len(bounds) > 1 and grade.bound <= min(bounds):
            day = last.credit_assessment_id.decided_on
            yield "credit_grade", "", f"{grade.name}, {day}" if day else grade.name

    def _doubts_of_moves(self):
        """Addresses that were changed by request again and again."""
        since = fields.Date.subtract(today_at(self), months=MONTHS)
        begin = self.company_id._archive_midnight(since)
        domain = [
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
            ("state", "=", "done"),
            ("done_on", ">=", begin),
            ("line_ids.field_id.subject", "=", "party"),
            ("line_ids.field_id.field_name", "in", ADDRESS),
        ]
        changes = self.env[CHANGES].search(domain, order="done_on, id")
        if len(changes) >= OFTEN:
            days = [str(self.company_id._archive_day(each.done_on)) for each in changes]
            own = self.partner_id.registered_address or self.partner_id.street or ""
            yield "moved", own, ", ".join(days)

    def _doubts_of_premises(self):
        partner = self.partner_id
        own, registered = partner.street, partner.registered_address
        proof = self.env.ref(PREMISES, raise_if_not_found=False)
        received = self.document_ids.filtered("is_received").type_id
        proven = proof and proof in received
        if own and registered and not proven and not within(own, registered):
            place = " ".join(filter(None, (partner.city, own, partner.street2)))
            yield "premises", place, registered


def _unlike(kind, own, *said):
    """Yield a doubt if what was said is something else than one's own."""
    for other in said:
        if not same(own, other):
            yield kind, own or "", other
