from collections import defaultdict

from odoo import models

from ...tools.ledger import values as ledger_values
from ..changes.res_partner import LEGAL
from ..common.sentinel import as_system, quietly
from .customer_archive_import import ROW


class CustomerArchiveImport(models.Model):
    """Writing what a chunk of rows means: all of a kind in one go."""

    _inherit = "customer.archive.import"

    def _write_rows(self, planned):
        """Write rows that are right; called as superuser, in the user's name."""
        # What is taken over is in the access record, file by file: no message for each.
        quiet = quietly(self, "tracking_disable")
        before = {each.row.number: {} for each in planned}
        made = {each.row.number: {} for each in planned}
        planned = [each for each in planned if each.result != "same"]
        quiet._update_parties(planned, before)
        quiet._make_parties(planned, made)
        quiet._make_people(planned, made, before)
        quiet._update_files(planned, before)
        quiet._make_files(planned)
        quiet._record_rows(planned, made, before)

    def _update_parties(self, planned, before):
        for each in planned:
            if each.party and each.party_vals:
                before[each.row.number]["party_id"] = each.party.id
                before[each.row.number]["party"] = _kept(each.party, each.party_vals)
                each.party.write(each.party_vals)

    def _make_parties(self, planned, made):
        new = [each for each in planned if not each.party]
        parties = self.env["res.partner"]._load_records_create(
            [dict(each.party_vals) for each in new]
        )
        for each, party in zip(new, parties, strict=True):
            each.party = party
            made[each.row.number]["party"] = party.id

    def _make_people(self, planned, made, before):
        """Add legal representatives and contacts to their parties."""
        adding = [
            (each, role, name) for each in planned for role, name in each.people.items()
        ]
        known = {}
        for each, role, name in adding:
            if role == "legal" and not made[each.row.number].get("party"):
                known[each.row.number] = each.party.child_ids.filtered(
                    lambda child, name=name: child.name == name
                )[:1]
        missing = [
            (each, role, name)
            for each, role, name in adding
            if not (role == "legal" and known.get(each.row.number))
        ]
        # What a contact takes over from its company is given at once.
        partners = self.env["res.partner"].with_context(_partners_skip_fields_sync=True)
        people = partners.create(
            [_contact(each.party, name) for each, _role, name in missing]
        )
        legal = {number: person.id for number, person in known.items() if person}
        for (each, role, _name), person in zip(missing, people, strict=True):
            made[each.row.number].setdefault("people", []).append(person.id)
            if role == "legal":
                legal[each.row.number] = person.id
        self._link_legal(planned, legal, made, before)

    def _link_legal(self, planned, legal, made, before):
        new = []
        for each in planned:
            if person := legal.get(each.row.number):
                if made[each.row.number].get("party"):
                    new.append((each.party.id, person))
                else:
                    kept = before[each.row.number]
                    kept["party_id"] = each.party.id
                    kept.setdefault("party", {})[LEGAL] = each.party[LEGAL].id
                    each.party.write({LEGAL: person})
        if new:
            # Of parties that were made just now: nothing hangs on it yet.
            self.env.flush_all()
            parties = self.env["res.partner"].browse(party for party, _person in new)
            parties._write_multi([{LEGAL: person} for _party, person in new])
            parties.invalidate_recordset([LEGAL])

    def _update_files(self, planned, before):
        for each in planned:
            if each.file and each.file_vals:
                kept = _kept(each.file, each.file_vals)
                if "relation_stage" in kept:
                    day = each.file.relation_stage_date
                    kept["relation_stage_date"] = day and str(day)
                before[each.row.number]["file"] = kept
                # No mark: what is locked in a file is locked for an import, too.
                each.file.write(each.file_vals)

    def _make_files(self, planned):
        new = [each for each in planned if not each.file]
        numbered = [each for each in new if "number" in each.row.values]
        others = [each for each in new if "number" not in each.row.values]
        self._wait_for_numbers(numbered)
        files = self.env["customer.archive"]
        # Numbers are written by hand by nobody: a second person confirmed these.
        for model, part in ((as_system(files), numbered), (files, others)):
            made = model.create([self._file_vals(each) for each in part])
            for each, file in zip(part, made.with_env(self.env), strict=True):
                each.file = file
        registered = files.union(*(each.file for each in numbered))
        if registered:
            # Not all of an old ledger on the first morning.
            registered._plan_first_assessments(spread=True)
            # Confirmed by a second person: these were approved on paper.
            as_system(registered).write({"state": "active"})

    def _file_vals(self, planned):
        values = planned.row.values
        vals = {
            "partner_id": planned.party.id,
            "company_id": self.company_id.id,
            "user_id": self.env.uid,
            **planned.file_vals,
        }
        if "number" in values:
            prefix, index = ledger_values.parted(values["number"])
            vals["name"] = values["number"]
            vals["number_prefix"], vals["number_index"] = prefix, index
            vals["opening_date"] = values["date"]
            vals.setdefault("custodian_id", self.env.uid)
        return vals

    def _wait_for_numbers(self, numbered):
        """Queue with the clerks who register files under the same prefixes."""
        files = self.env["customer.archive"]
        parts = {ledger_values.parted(each.row.values["number"]) for each in numbered}
        for prefix in sorted({prefix for prefix, index in parts if index}):
            files._lock_numbers(self.company_id, prefix)

    def _record_rows(self, planned, made, before):
        rows = [
            {
                "import_id": self.id,
                "number": each.row.number,
                "result": each.result,
                "archive_id": each.file.id,
                "made": made[each.row.number] or False,
                "before": before[each.row.number] or False,
            }
            for each in planned
        ]
        as_system(self.env[ROW]).create(rows)
        log, by_detail = self.env["customer.archive.log"], defaultdict(list)
        for each in planned:
            by_detail[_told(each, self.id)].append(each.file.id)
        for detail, ids in by_detail.items():
            files = self.env["customer.archive"].browse(ids)
            log._record("import", files, detail)


def _told(planned, run_id):
    """Return what the record says of a row: what was changed, never the values."""
    detail = f"{planned.result} import {run_id}"
    if planned.result == "created":
        return detail
    of_party = [f"partner_id.{name}" for name in planned.party_vals]
    of_party += [f"partner_id.{key}" for key in planned.people]
    return " ".join((f"{detail}:", *sorted(planned.file_vals), *sorted(of_party)))


def _contact(party, name):
    """Return the values of a contact of a company, with what it takes over."""
    taken = party._convert_fields_to_values(party._commercial_fields())
    address = party._convert_fields_to_values(party._address_fields())
    taken.update({key: value for key, value in address.items() if value})
    return {"name": name, "parent_id": party.id, "type": "contact", **taken}


def _kept(record, names):
    """Return what is in some fields, as JSON can hold it."""
    return {
        name: record._fields[name].convert_to_write(record[name], record)
        for name in names
    }
