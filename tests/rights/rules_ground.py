"""Who is let to what by record rules alone: every tie to a record, one at a time.

A tie is what connects a person with a record, such as ``archive_id.user_id``. People
without any are tried with each one alone, so that what opens a record is known.
"""

from contextlib import contextmanager
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ROLES
from .rights_agreements import AGREEMENT
from .rights_case import our_models
from .rights_disposals import DISPOSAL, LISTED
from .rights_fixtures import RightsGround
from .rights_imports import COLUMN, IMPORT, ROW
from .rights_loans import LINE, LOAN
from .rights_names import (
    APPROVAL,
    ARCHIVE,
    CHANGE,
    CONSULTATION,
    COPY,
    GRANT,
    ITEM,
    LOG,
    SECRET,
)
from .rights_reviews import CYCLE, REQUEST, REVIEW
from .rights_sharing import SHARING

ACKNOWLEDGEMENT = "customer.archive.regulation.acknowledgement"
POLICY = "customer.archive.approval.policy"
STEP = "customer.archive.approval.step"
OPERATIONS = {"read": "r", "write": "w", "create": "c", "unlink": "d"}
# Columns of the table: what all files are like.
STATES = {
    "internal": {},
    "confidential": {"security_level": "confidential"},
    "secret": {"security_level": "secret"},
    "blocked": {"is_blocked": True},
    "draft": {"state": "draft"},
    "closed": {"state": "closed"},
    # The reader works in another company.
    "elsewhere": {},
}
PLAIN = {"security_level": "internal", "is_blocked": False, "state": "active"}
# People without a tie: of one role, and of two, as rules of one role mustn't close what
# another opens, nor open what it doesn't.
READING = (
    *("clerk", "compliance", "archivist", "finance", "legal"),
    *("management", "auditor", "admin"),
)
USER = "customer_archive.group_user"
PEOPLE = {
    **{role: ROLES[role] for role in (*READING, "reader")},
    **{f"{role}+user": f"{ROLES[role]},{USER}" for role in READING},
    "user": USER,
    "system": "base.group_erp_manager",
}
# People who are tried with ties, by model.
TIED = {
    None: ("reader", "user"),
    **dict.fromkeys((IMPORT, COLUMN, ROW), ("reader", "admin")),
    **dict.fromkeys((REVIEW, REQUEST), ("reader", "user", "management")),
}
# What the database itself keeps as it is.
KEPT_TABLES = (
    *("customer_archive_assessment", "customer_archive_assessment_line"),
    *("customer_archive_audit", "customer_archive_audit_finding"),
    *("customer_archive_audit_line", "customer_archive_event"),
    *("customer_archive_incident", "customer_archive_incident_person"),
    "customer_archive_move",
)
# Where somebody may stand, from a record or what it is about.
PLACES = (
    *("user_id", "requester_id", "approver_ids"),
    *("approval_ids.decided_by_id", "grant_ids.user_id"),
    "department_id.manager_id.user_id",
    "borrower_department_id.manager_id.user_id",
)
WAYS = (
    *("archive_id.", "line_ids.archive_id.", "", "change_id.", "loan_id."),
    *("disposal_id.", "sharing_id.", "import_id.", "tree_id."),
)
PATHS = (
    *(way + place for way in WAYS for place in PLACES),
    "import_id.create_uid",
    *("inspector_id", "responsible_id", "line_ids.responsible_id"),
    *("inspection_id.inspector_id", "line_id.responsible_id"),
    "line_id.inspection_id.inspector_id",
    *("improvement_user_id", "incident_id.user_id"),
)
# What grants open, and those that open nothing.
LAST_YEAR, NEXT_YEAR = (
    fields.Datetime.now() + timedelta(days=days) for days in (-365, 365)
)
GRANTS = {
    "grant of the file": {"include_sensitive": False},
    "grant of the file, sensitive": {},
    "grant of items": {"scope": "items", "include_sensitive": False},
    "grant of items, sensitive": {"scope": "items"},
    "grant that is over": {"date_to": LAST_YEAR},
    "grant to come": {"date_from": NEXT_YEAR},
    "revoked grant": {"revoked_on": LAST_YEAR},
}
GRANT_VALUES = {
    "scope": "file",
    "include_sensitive": True,
    "date_from": LAST_YEAR,
    "date_to": NEXT_YEAR,
    "res_model": CONSULTATION,
    "res_id": 1,
    "request_number": "X",
}
OPENED_BY_GRANTS = (ARCHIVE, ITEM, SECRET, AGREEMENT)
SIDES = ("both", "customer", "supplier")
KEPT = {
    "sales": "sales_team.group_sale_salesman",
    "purchase": "purchase.group_purchase_user",
}


class RulesGround:
    """Tries everybody on the records of the matrix of rights, and tells by whom."""

    def __init__(self, case):
        self.case, self.env = case, case.env
        self.ground = RightsGround(case)
        self.other = self.ground.company
        self.people = {
            name: new_test_user(
                self.env,
                f"r_{name}",
                groups=groups,
                company_id=case.company.id,
                company_ids=[Command.set([case.company.id, self.other.id])],
            )
            for name, groups in {**PEOPLE, **KEPT}.items()
        }
        self.subjects = self._subjects()
        self._part()
        # Ties are made by SQL, also those that nobody makes: who has moved a file.
        self.env.flush_all()
        for table in KEPT_TABLES:
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.places = {
            key: self._places(record) for key, record in self.subjects.items()
        }
        self.env.flush_all()

    # Records

    def _subjects(self):
        ground = self.ground
        items, sensitive = ground.items["active"], ground.sensitive["active"]
        found = {
            ITEM: {"ordinary": items, "sensitive": sensitive},
            SECRET: {
                "of the file": ground.subjects[SECRET]["active"],
                "of an item": sensitive.secret_ids,
            },
            APPROVAL: {
                "of a file": ground.subjects[APPROVAL]["registering"],
                "of no file": self._step(ground.disposals["review"]),
            },
            **{
                model: {name: ground.subjects[model][name] for name in names}
                for model, names in {
                    ARCHIVE: ("active",),
                    CONSULTATION: ("approved",),
                    SHARING: ("approved",),
                    LOAN: ("out",),
                    LINE: ("out",),
                    CHANGE: ("review",),
                    GRANT: ("approved",),
                    IMPORT: ("done",),
                    COLUMN: ("done",),
                    DISPOSAL: ("destroy", "close", "proposed"),
                    LISTED: ("destroy", "close", "proposed"),
                }.items()
            },
            "ir.model": {
                "ours": self.env["ir.model"]._get(ARCHIVE),
                "others'": self.env["ir.model"]._get("res.partner"),
            },
            "ir.model.fields": {
                "of contacts": self.env["ir.model.fields"]._get("res.partner", "vat"),
                "computed": self.env["ir.model.fields"]._get("res.partner", "self"),
                "others'": self.env["ir.model.fields"]._get(ARCHIVE, "note"),
            },
            **{
                model: {
                    "of all companies": ground.subjects[model]["here"],
                    "of another company": ground.subjects[model]["company"],
                }
                for model in (POLICY, STEP, CYCLE)
            },
        }
        for model in our_models(self.env):
            if model not in (COPY, *found) and self._has_rules(model):
                name = next(iter(ground.subjects[model]))
                record = ground.subject(model, name, "sales")
                found[model] = {name: record}
        return {
            (model, name): record.sudo().with_context(active_test=False)
            for model, records in found.items()
            for name, record in records.items()
        }

    def _has_rules(self, model):
        return self.env["ir.rule"].search_count([("model_id.model", "=", model)])

    def _step(self, record):
        """Return a step of a request that isn't about a single file."""
        return as_system(self.env[APPROVAL].sudo()).create(
            {
                "name": "Head",
                "res_model": record._name,
                "res_id": record.id,
                "round": 1,
                "company_id": self.case.company.id,
                "requester_id": self.case.users["sales"].id,
                "state": "approved",
            }
        )

    def _part(self):
        """Have people stand in places of their own, and in each that there is."""
        for record in self.subjects.values():
            if "approval_ids" in record._fields and not record.approval_ids:
                self._step(record)
        loan = self.subjects[LOAN, "out"]
        elsewhere = self.case.departments["purchase"]
        self._update(loan, "borrower_department_id", elsewhere.id)
        self.env.invalidate_all()

    # Ties

    def _places(self, record):
        """Return where people stand in relation to a record, by path."""
        found = {}
        own = record._transient or record._name == IMPORT
        for path in (*PATHS, "create_uid") if own else PATHS:
            place = self._place(record, path)
            # Two paths to the same place are one.
            if place and place not in found.values():
                found[path] = place
        # What is in the access record stays.
        return {} if record._name == LOG else found

    def _place(self, record, path):
        """Return which field of which records has users at the end of a path."""
        *way, last = path.split(".")
        for name in way:
            field = record._fields.get(name)
            if not field or not field.relational:
                return None
            record = record[name]
        field = record._fields.get(last)
        kept = field and field.store and field.comodel_name == "res.users"
        # What is reckoned when it is read has no place in the database.
        return (record, field) if kept and record and record._auto else None

    def ties(self, model, subject):
        """Yield (people, tie) of what may open a record, besides no tie at all."""
        for path in self.places[model, subject]:
            for name in TIED.get(model, TIED[None]):
                yield name, path
        if model in OPENED_BY_GRANTS:
            for grant in GRANTS:
                yield "reader", grant
                yield "user", grant
            way = "" if model == ARCHIVE else "archive_id."
            for side in SIDES:
                for name in ("user", *KEPT):
                    yield name, f"{way}user_id, {side}"
                    yield name, f"nothing, {side}"

    def tie(self, key, tie, user):
        """Connect a person with a record, by SQL: no code of ours has a say."""
        if tie in GRANTS:
            self._give(self.subjects[key], GRANTS[tie], user)
            return
        path, _comma, side = tie.partition(", ")
        if side:
            self._update(self.case.buyer, "side", side)
        if path == "nothing":
            return
        records, field = self.places[key][path]
        if records._name == ACKNOWLEDGEMENT:
            # Each has one of a version: the others give way.
            self.env.cr.execute(
                f"DELETE FROM {records._table} WHERE NOT id = ANY(%s)", [records.ids]
            )
        if field.type == "many2one":
            self._update(records, field.name, user.id)
        else:
            self._link(field, records, user)

    def _update(self, records, name, value):
        self.env.cr.execute(
            f"UPDATE {records._table} SET {name} = %s WHERE id = ANY(%s)",
            [value, records.ids],
        )

    def _link(self, field, records, other):
        self.env.cr.execute(
            f"INSERT INTO {field.relation} ({field.column1}, {field.column2})"
            " SELECT id, %s FROM unnest(%s::int[]) id ON CONFLICT DO NOTHING",
            [other.id, records.ids],
        )

    def _give(self, record, kind, user):
        """Make a grant of the file of a record, and of the item that it is or is of."""
        archive = record if record._name == ARCHIVE else record.archive_id
        values = {"user_id": user.id, "archive_id": archive.id, **GRANT_VALUES, **kind}
        self.env.cr.execute(
            f"INSERT INTO customer_archive_grant ({', '.join(values)})"
            f" VALUES ({', '.join(['%s'] * len(values))}) RETURNING id",
            [*values.values()],
        )
        grant = self.env[GRANT].browse(self.env.cr.fetchone())
        if record._name in (ITEM, SECRET):
            item = record if record._name == ITEM else record.document_id
            self._link(item._fields["grant_ids"], item, grant)

    # Table

    def rows(self, models=None):
        """Yield a row for each subject and what is let: (…, cells by state, who)."""
        found = {}
        for state, values in STATES.items():
            with self._passing():
                self._all_files({**PLAIN, **values})
                for model, subject, who, cell in self._let(state, models):
                    cells = found.setdefault((model, subject, who), {})
                    cells[state] = cell
        merged = {}
        for (model, subject, who), cells in found.items():
            cells = tuple(cells.get(state, "-") for state in STATES)
            merged.setdefault((model, subject, cells), []).append(who)
        for (model, subject, cells), everybody in merged.items():
            yield model, subject, *cells, "; ".join(_together(everybody))

    def _all_files(self, values):
        names = ", ".join(f"{name} = %s" for name in values)
        self.env.cr.execute(f"UPDATE customer_archive SET {names}", [*values.values()])

    def _let(self, state, models):
        for (model, subject), record in self.subjects.items():
            if models and model not in models:
                continue
            alone = {name: self._cell(record, name, state) for name in self.people}
            for name in PEOPLE:
                if alone[name]:
                    yield model, subject, (name, ""), alone[name]
            for name, tie in self.ties(model, subject):
                with self._passing():
                    self.tie((model, subject), tie, self.people[name])
                    cell = self._cell(record, name, state)
                if cell != alone[name]:
                    yield model, subject, (name, tie), cell

    def _cell(self, record, name, state):
        """Return the operations that access rights and rules let somebody do."""
        company = self.other if state == "elsewhere" else self.case.company
        env = self.env(user=self.people[name])
        rules = env["ir.rule"].with_context(allowed_company_ids=company.ids)
        fits, cell = {}, ""
        for operation, letter in OPERATIONS.items():
            if env["ir.model.access"].check(record._name, operation, False):
                domain = rules._compute_domain(record._name, operation)
                key = repr(domain)
                if key not in fits:
                    itself = fields.Domain("id", "=", record.id)
                    fits[key] = record.search_count(itself & domain)
                cell += letter if fits[key] else ""
        return cell

    @contextmanager
    def _passing(self):
        """Undo what is done by SQL; what is in the cache isn't looked at."""
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            yield
        finally:
            savepoint.close()


def _together(everybody):
    """Return who has the same rights, in words, by tie."""
    by_tie = {}
    for name, tie in sorted(everybody):
        by_tie.setdefault(tie, []).append(name)
    for tie, names in sorted(by_tie.items()):
        yield ", ".join(names) + (f" by {tie}" if tie else "")
