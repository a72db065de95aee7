"""What the rows of a ledger mean among the records that there are.

One instance serves a whole run, a chunk of rows at a time; names, codes and numbers
are looked up in one query per column and chunk. Nothing is written here.
"""

from dataclasses import dataclass, field

from odoo import models

from ...tools import identifiers
from ...tools.ledger import values as ledger_values
from ..changes.res_partner import KEPT, LEGAL, REVIEWED
from ..common.values import differs
from ..files.customer_archive import ENDED
from .numbers import Numbers
from .rights import Rights
from .vocabulary import CHOICES, Vocabulary

# The field of a column: of the party, and of the file.
OF_PARTY = {
    "name": "name",
    "vat": "vat",
    "kind": "is_company",
    "address": "registered_address",
    "phone": "phone",
    "phone2": "other_phone",
    "organisation": "organisation_code",
    "licence": "licence_number",
    "email": "email",
}
OF_FILE = {
    "category": "category_id",
    "department": "department_id",
    "user": "user_id",
    "custodian": "custodian_id",
    "stage": "relation_stage",
    "core": "is_core",
    "level": "security_level",
    "content": "cooperation_content",
    "products": "main_products",
    "term": "cooperation_term",
    "note": "note",
}


@dataclass
class Planned:
    """What is to become of a row.

    :param result: ``created``, ``updated``, ``same`` or ``error``
    :param people: names of contacts to add, by ``legal`` and ``contact``
    """

    row: ledger_values.Row
    result: str = "error"
    party: models.Model = None
    file: models.Model = None
    party_vals: dict = field(default_factory=dict)
    file_vals: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)


class Plan(Vocabulary):
    """The meaning of one import's rows; ``env`` is that of its user, as superuser.

    Who checks or imports a ledger writes what they could write manually, no more.
    """

    def __init__(self, run):
        super().__init__(run.env, run.company_id)
        self.run = run
        self.importer = run.env.user
        self.rights = Rights(run.env, self.company)
        self.today = self.company._archive_today()
        self.keys = run._keys()
        self.seen = {"vat": set(), "number": set(), "name": set()}
        self.numbers = Numbers(self.company, self._department_codes())
        changes = self.env["customer.archive.change.field"]
        self.protected = changes._protected_names("party") | KEPT

    # A chunk

    def parsed(self, number, cells):
        """Return a row, its duplicates above noted; None if there is nothing in it."""
        row = ledger_values.parsed(number, cells, self.keys, self.today)
        if row is None:
            return None
        values = row.values
        keys = {"vat": values.get("vat"), "number": values.get("number")}
        if keys["number"]:
            self.numbers.take(keys["number"])
            # 2024-A-1 and 2024-A-001 are the same place in the row of numbers.
            prefix, index = ledger_values.parted(keys["number"])
            keys["number"] = (prefix, index) if index else keys["number"]
        elif not keys["vat"]:
            keys = {"name": values.get("name")}
        for key, value in keys.items():
            if not value:
                continue
            if value in self.seen[key]:
                row.refuse(key, "twice")
            self.seen[key].add(value)
        return row

    def of(self, rows):
        """Return what is to become of a chunk of rows, in their order."""
        self._users(rows)
        self._look_up(rows)
        return [self._planned(row) for row in rows]

    def _look_up(self, rows):
        """Look up parties by credit code and files by number, each in one query."""
        files = self.env["customer.archive"].with_context(active_test=False)
        parties = self.env["res.partner"].with_context(active_test=False)
        top = [
            ("parent_id", "=", False),
            ("company_id", "in", (False, self.company.id)),
        ]
        vats = [row.values["vat"] for row in rows if "vat" in row.values]
        self.by_vat = parties.search([("vat", "in", vats), *top]).grouped("vat")
        numbers = [row.values["number"] for row in rows if "number" in row.values]
        here = [("company_id", "=", self.company.id)]
        numbered = files.search([("name", "in", numbers), *here])
        self.by_number = {file.name: file for file in numbered}
        self.places = self._places(numbers)
        names = [
            row.values.get("name")
            for row in rows
            if not {"vat", "number"} & row.values.keys()
        ]
        same = parties.search([("name", "in", names), *top]) if names else parties
        self.by_name = set(same.mapped("name"))
        known = parties.union(*self.by_vat.values()) | numbered.partner_id
        of_known = files.search([("partner_id", "in", known.ids)], order="id")
        self.open, self.reviewed, self.blocked = {}, set(), set()
        for file in of_known:
            if file.company_id == self.company and file.state not in ENDED:
                self.open[file.partner_id.id] = file
            if file.state in REVIEWED:
                self.reviewed.add(file.partner_id.id)
            if file.is_blocked:
                self.blocked.add(file.partner_id.id)
        mine = of_known.filtered(lambda file: file.company_id == self.company)
        self.rights.look_up(mine, known)

    def _places(self, numbers):
        """Return the files at the places of numbers that are counted."""
        places = {ledger_values.parted(number) for number in numbers}
        prefixes = {prefix for prefix, index in places if index}
        domain = [
            ("company_id", "=", self.company.id),
            ("number_prefix", "in", list(prefixes)),
            ("number_index", "in", [index for _prefix, index in places if index]),
        ]
        if "" in prefixes:
            domain[1] = "|", ("number_prefix", "=", False), domain[1]
            domain = [domain[0], *domain[1], domain[2]]
        found = self.env["customer.archive"].search(domain) if prefixes else ()
        return {(file.number_prefix or "", file.number_index): file for file in found}

    # A row

    def _planned(self, row):
        plan = Planned(row)
        self._find(plan)
        file_vals = self._meanings(row)
        if not row.problems:
            self._check_row(plan, file_vals)
        if not row.problems:
            self._compare(plan, file_vals)
        if row.problems:
            plan.result = "error"
        return plan

    def _find(self, plan):
        """Find the party and the file of a row, in the order that was chosen."""
        values, refuse = plan.row.values, plan.row.refuse
        vat, number = values.get("vat"), values.get("number")
        parties = self.by_vat.get(vat, self.env["res.partner"])
        numbered = self.by_number.get(number)
        by_number = self.run.key_field == "number" or not vat
        if by_number and numbered:
            party = numbered.partner_id
        elif len(parties) > 1:
            refuse("vat", "parties")
            return
        else:
            party = parties
        plan.party = party
        plan.file = self.open.get(party.id) or self.env["customer.archive"]
        if numbered and numbered != plan.file:
            refuse("number", "ended" if numbered.partner_id == party else "taken")
        elif number and not numbered and ledger_values.parted(number) in self.places:
            refuse("number", "taken")
        if plan.file and plan.file.id not in self.rights.readable:
            refuse("vat" if vat else "number", "closed_to_you")
        if party.id in self.blocked:
            refuse("name", "blocked")

    def _meanings(self, row):
        """Return the values of the file's fields that the row says."""
        vals = {}
        for key, name in OF_FILE.items():
            if key not in row.values:
                continue
            value = row.values[key]
            if key in ("content", "products", "note", "core"):
                vals[name] = value
            elif key in CHOICES:
                self._take(row, key, vals, {self.choices[key].get(_word(value))})
            elif key == "category":
                self._take(row, key, vals, self.categories.get(_word(value), ()))
            elif key == "department":
                self._take(row, key, vals, self.departments.get(_word(value), ()))
            else:
                self._take(row, key, vals, self.found.get(value, ()))
        return vals

    def _take(self, row, key, vals, found):
        found = set(found) - {None}
        if len(found) == 1:
            vals[OF_FILE[key]] = next(iter(found))
        elif key == "level":
            row.refuse(key, "level")
        else:
            row.refuse(key, "several" if found else "unknown")

    def _check_row(self, plan, vals):
        """Check what hangs together in a row."""
        row, file = plan.row, plan.file
        values = row.values
        is_new = not file
        if not plan.party and "name" not in values:
            row.refuse("name", "required")
        if is_new and "category_id" not in vals:
            row.refuse("category", "required")
        if is_new and "number" in values and "date" not in values:
            row.refuse("date", "undated")
        if is_new and "date" in values and "number" not in values:
            row.refuse("date", "unnumbered")
        if is_new and "number" in values:
            problem = self.numbers.problem(values["number"], values.get("date"))
            if problem:
                row.refuse("number", problem)
        self._check_party(plan, vals)
        if not row.problems:
            self._check_people(plan, vals)
        if is_new and not row.problems:
            self._check_new(plan, vals)

    def _check_new(self, plan, vals):
        """Refuse what the importer couldn't open by hand."""
        row = plan.row
        key = next(key for key in ("name", "vat", "number") if key in row.values)
        if not plan.party and not self.rights.may_add_parties:
            row.refuse(key, "party_right")
        elif not self.rights.may_open({"user_id": self.importer.id, **vals}):
            row.refuse(key, "open_right")
        if "department_id" in vals and not self.rights.may_give_department(vals):
            row.refuse("department", "of_category")

    def _check_party(self, plan, vals):
        row, values = plan.row, plan.row.values
        category = self._category(plan, vals)
        is_company = values.get("kind")
        if is_company is None:
            # Private persons have no credit code.
            of_company = not category.is_person or _is_credit_code(values.get("vat"))
            is_company = plan.party.is_company if plan.party else of_company
        country = plan.party.country_id or self.company.country_id
        chinese = not country or country.code == "CN"
        if is_company and chinese and "vat" in values:
            try:
                identifiers.credit_code(values["vat"])
            except ValueError as error:
                row.refuse("vat", f"credit_code.{error.args[0]}")
        if category and (
            category.is_person == is_company
            or (category.is_person and plan.party.is_company)
        ):
            row.refuse("category", "person")
        if not plan.party:
            values["kind"] = is_company
            if not {"vat", "number"} & values.keys():
                if is_company:
                    row.refuse("vat", "no_key")
                elif values.get("name") in self.by_name:
                    row.refuse("name", "same_name")

    def _category(self, plan, vals):
        model = self.env["customer.archive.category"]
        if "category_id" in vals:
            return model.browse(vals["category_id"])
        return plan.file.category_id

    def _check_people(self, plan, vals):
        row, category = plan.row, self._category(plan, vals)
        if not {"category_id", "user_id"} & vals.keys() and plan.file:
            return
        user = plan.file.user_id or self.importer
        if "user_id" in vals:
            user = self.env["res.users"].browse(vals["user_id"])
        if category.side not in self._sides(category, user):
            row.refuse("user", "side" if "user_id" in vals else "required")
        if "number" in row.values and not plan.file:
            here = category.with_company(self.company)
            if not ("department_id" in vals or here.department_id):
                row.refuse("department", "required")

    # Differences

    def _compare(self, plan, file_vals):
        """Keep what differs from what there is, and refuse what isn't to be changed."""
        row, party, file = plan.row, plan.party, plan.file
        party_vals = {
            name: row.values[key] for key, name in OF_PARTY.items() if key in row.values
        }
        if party:
            party_vals = _different(party, party_vals)
        locked = self.protected if party.id in self.reviewed else frozenset()
        self._refuse(row, OF_PARTY, party_vals.keys() & locked)
        plan.people = self._people(row, party)
        if party and party.id not in self.rights.editable:
            self._refuse(row, OF_PARTY, party_vals.keys() - locked, "contact_right")
            if "legal" in plan.people and LEGAL not in locked:
                row.refuse("legal", "contact_right")
        if "contact" in plan.people and not self.rights.may_add_parties:
            row.refuse("contact", "contact_right")
        if file:
            file_vals = _different(file, file_vals)
            self._check_file(row, file, file_vals)
        plan.party_vals, plan.file_vals = party_vals, file_vals
        changes = party_vals or file_vals or plan.people
        plan.result = "created" if not file else "updated" if changes else "same"

    def _check_file(self, row, file, vals):
        number, day = row.values.get("number"), row.values.get("date")
        if number and number != file.name:
            row.refuse("number", "number_differs" if file.name else "collecting")
        if day and file.opening_date and day != file.opening_date:
            row.refuse("date", "protected")
        if file.id not in self.rights.writable:
            self._refuse(row, OF_FILE, vals.keys(), "file_right")
            return
        codes = {"active": "protected", "draft": "not_yours"}
        own = file.with_user(self.importer).sudo()
        locked = own._locked_names(vals)
        self._refuse(row, OF_FILE, locked, codes.get(file.state, "locked"))

    def _refuse(self, row, columns, names, code="protected"):
        for key, name in columns.items():
            if name in names:
                row.refuse(key, code)

    def _people(self, row, party):
        """Return the names of legal representative and contact that are to be added."""
        people = {}
        legal, contact = row.values.get("legal"), row.values.get("contact")
        if legal and legal != party[LEGAL].name:
            people["legal"] = legal
            if party.id in self.reviewed and LEGAL in self.protected:
                row.refuse("legal", "protected")
        known = set(party.child_ids.mapped("name")) if party else set()
        # The one man may be both.
        if contact and contact not in known | {people.get("legal")}:
            people["contact"] = contact
        return people


def _is_credit_code(value):
    try:
        return bool(value and identifiers.credit_code(value))
    except ValueError:
        return False


def _word(value):
    return ledger_values.word(value)


def _different(record, vals):
    return {name: vals[name] for name in vals if differs(record, name, vals[name])}
