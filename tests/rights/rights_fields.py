"""Which fields the matrix writes, and what into them."""

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .rights_agreements import AGREEMENT, AGREEMENT_VALUES, PERFORMANCE
from .rights_assessment import ASSESSMENTS_VALUES
from .rights_backup import BACKUPS_SEEN, BACKUPS_VALUES
from .rights_business import FACT
from .rights_custody import CUSTODY_VALUES, MOVE, STOCK_LINE
from .rights_events import EVENTS_VALUES
from .rights_imports import COLUMN, IMPORT, IMPORT_SEEN, IMPORT_VALUES
from .rights_inspections import INSPECTION, INSPECTION_LINE, PHOTO
from .rights_loans import EXTENSION, LOAN, RETURN, RETURNED
from .rights_loans import LINE as LENT
from .rights_names import ARCHIVE, CHANGE, COPY, ITEM, LINE, SECRET
from .rights_registers import SCHEDULE
from .rights_registry import CHECK, DOUBT, REGISTRY_VALUES
from .rights_regulations import (
    REGULATIONS_SEEN,
    REGULATIONS_VALUES,
    RULE_VERSION,
    TRAINING,
)
from .rights_retention import HOLD, POLICY, RESTRAIN
from .rights_reviews import REQUEST, REVIEW
from .rights_sharing import PACKAGE, SHARING
from .rights_supervision import (
    AUDIT,
    AUDIT_FINDING,
    AUDIT_LINE,
    FEEDBACK,
    INCIDENT,
    PERSON,
    SUPERVISION_VALUES,
)

MAGIC = {"create_uid", "create_date", "write_uid", "write_date"}
# Of models that belong to Odoo, what this addon guards.
GUARDED_FIELDS = {
    COPY: ("name", "raw", "res_id", "res_model", "public", "archive_key", "description")
}
# On which subjects every field is written; on the others those in ``FEW``.
WHOLE = {
    ARCHIVE: ("draft", "active", "other"),
    ITEM: ("draft", "active", "active_missing"),
    SECRET: ("draft", "active"),
    COPY: ("draft", "active"),
    "customer.archive.approval": ("review",),
    SHARING: ("draft", "outside"),
    PACKAGE: ("outside",),
    "customer.archive.consultation": ("draft", "approved"),
    "customer.archive.grant": ("approved",),
}
WHOLE |= {LOAN: ("draft",), EXTENSION: ("draft",), LENT: ("out",)}
WHOLE |= {
    "customer.archive.disposal": ("destroy", "close"),
    "customer.archive.disposal.line": ("destroy",),
}
WHOLE |= {HOLD: ("active",), POLICY: ("here",)}
WHOLE |= {REVIEW: ("open",)}
WHOLE |= {AGREEMENT: ("draft", "approved", "signed"), PERFORMANCE: ("signed",)}
WHOLE |= {CHECK: ("active",), DOUBT: ("review",), FACT: ("active",)}
WHOLE |= {IMPORT: ("draft",), COLUMN: ("draft",)}
WHOLE |= {MOVE: ("active",), STOCK_LINE: ("settling",)}
WHOLE |= {RULE_VERSION: ("draft",), TRAINING: ("planned",)}
WHOLE |= {INSPECTION: ("here", "inspected"), PHOTO: ("here", "inspected")}
WHOLE |= {INSPECTION_LINE: ("here", "inspected", "repair", "repaired")}
WHOLE |= {INCIDENT: ("here", "decided"), PERSON: ("concerned", "decided")}
WHOLE |= {AUDIT: ("here", "open"), AUDIT_LINE: ("open",)}
WHOLE |= {AUDIT_FINDING: ("open", "corrected"), FEEDBACK: ("here", "improving")}
WHOLE_BY_DEFAULT = ("here", "own")
FEW = {
    ARCHIVE: ("note", "user_id", "is_core", "state"),
    ITEM: ("note", "issuer", "number", "attachment_ids"),
    SECRET: ("label", "value"),
    COPY: ("name", "raw"),
    "customer.archive.approval": ("state", "comment"),
    SHARING: ("purpose", "state", "document_ids"),
    "customer.archive.consultation": ("state", "purpose"),
    "customer.archive.grant": ("date_to", "revoked_on"),
    CHANGE: ("purpose", "asked_by", "asked_on", "state", "done_on", "user_id"),
    LINE: ("label", "value", "is_removal", "masked", "old_text", "change_id"),
}
FEW |= {HOLD: ("reason", "lifted_on", "lifted_by_id")}
FEW |= {LOAN: ("state", "purpose", "due_date"), LENT: ("state",)}
FEW |= {REVIEW: ("state", "note"), REQUEST: ("state", "note")}
FEW |= {IMPORT: ("mode", "state"), COLUMN: ("field",)}
FEW[CHANGE] += ("review_id",)
FEW |= {AGREEMENT: ("state", "note", "amount")}
SIMPLE = {
    "char": "x",
    "text": "x",
    "date": "2026-01-02",
    "datetime": "2026-01-02 00:00:00",
    "json": [1],
}


def written_fields(model, subject=None):
    """Return the fields to write: all of this addon, or on some subjects a few."""
    fields = _fields(model)
    if subject is None or is_whole(model, subject):
        return fields
    few = FEW.get(model._name)
    return [each for each in fields if each.name in few] if few else fields[:1]


def is_whole(model, subject):
    """Whether everything is tried on this subject, and not only a choice."""
    return subject in WHOLE.get(model._name, WHOLE_BY_DEFAULT)


def _fields(model):
    if model._name in GUARDED_FIELDS:
        return [model._fields[name] for name in GUARDED_FIELDS[model._name]]
    return [
        field
        for field in model._fields.values()
        if "customer_archive" in (field._modules or ())
        and field.name not in MAGIC
        and (field.store or field.inverse)
    ]


def value_for(ground, record, field, role):
    """Return another value than ``record`` has, as a client sends it.

    :raise KeyError: for a field of a kind that needs an entry in ``VALUES``
    """
    chosen = VALUES.get((record._name, field.name)) or VALUES.get(field.name)
    if chosen:
        return chosen(ground, record, role)
    present = record.sudo()[field.name]
    if field.type == "boolean":
        return not present
    if field.type in ("integer", "float", "monetary", "many2one_reference"):
        return (present or 0) + 1
    if field.type == "selection":
        return next(each for each in field.get_values(record.env) if each != present)
    if field.type == "many2one":
        return _other(record, field, present)
    if field.type == "many2many":
        return [(4, _other(record, field, present), 0)]
    if field.type == "one2many":
        return [(2, present[:1].id or 1, 0)]
    value = SIMPLE[field.type]
    return f"{value}{value}" if present == value else value


def _other(record, field, present):
    others = record.env[field.comodel_name].sudo()
    return others.search([("id", "not in", present.ids)], limit=1).id


def _new_copy(_g, _record, _role):
    return [(0, 0, {"name": "new.png", "raw": "x"})]


def _other_file(g, record, _role):
    spare = g.files["draft"]
    return (g.files["review"] if record.sudo().archive_id == spare else spare).id


def _file_of(name):
    return lambda g, _record, _role: [(4, g.files[name].id, 0)]


# Where any other value would be refused for what it is, by (model and) field.
VALUES = {
    (ARCHIVE, "partner_id"): lambda g, _r, _role: g.spare.id,
    (ARCHIVE, "user_id"): lambda g, r, _role: (
        g.users["purchase_head" if r.side == "supplier" else "head"].id
    ),
    (ARCHIVE, "category_id"): lambda g, r, _role: (
        g.case.prospect.id
        if r.side != "supplier"
        else g.env.ref("customer_archive.category_services").id
    ),
    (ARCHIVE, "department_id"): lambda g, r, _role: (
        g.case.departments["purchase" if r.side != "supplier" else "sales"].id
    ),
    (ARCHIVE, "contact_id"): lambda _g, r, _role: (
        (r.partner_id.child_ids - r.contact_id)[:1].id
    ),
    (ARCHIVE, "custodian_id"): lambda g, _r, _role: g.users["archivist"].id,
    (ARCHIVE, "company_id"): lambda g, _r, _role: g.company.id,
    (ARCHIVE, "document_ids"): lambda _g, r, _role: [
        (0, 0, {"type_id": r.document_ids[:1].type_id.id})
    ],
    (ARCHIVE, "secret_ids"): lambda _g, _r, _role: [
        (0, 0, {"kind": "bank_account", "value": "555"})
    ],
    (ITEM, "archive_id"): _other_file,
    (ITEM, "attachment_ids"): _new_copy,
    (ITEM, "number"): lambda _g, r, _role: (
        "11010519491231002X"
        if r.is_sensitive
        else "914403001922038216"
        if r.type_id.number_format == "credit_code"
        else "x"
    ),
    (ITEM, "is_sensitive"): lambda _g, r, _role: not r.is_sensitive,
    (ITEM, "secret_ids"): lambda _g, r, _role: [
        (0, 0, {"archive_id": r.archive_id.id, "kind": "other", "value": "555"})
    ],
    (SECRET, "archive_id"): _other_file,
    (SECRET, "document_id"): lambda _g, r, _role: (
        r.archive_id.document_ids.filtered(lambda each: not each.secret_ids)[:1].id
    ),
    (SECRET, "value"): lambda _g, _r, _role: "777888999",
    (SHARING, "archive_id"): lambda g, _r, _role: g.files["draft"].id,
    (SHARING, "document_ids"): lambda g, r, _role: [
        (4, (g.files["active"].document_ids - r.document_ids)[:1].id, 0)
    ],
    ("customer.archive.decision", "res_ids"): lambda g, _r, _role: (
        g.files["active"].ids
    ),
    (LINE, "value"): lambda _g, _r, _role: "777888999",
    ("customer.archive.change.field", "field_name"): lambda _g, _r, _role: "website",
    (CHANGE, "review_id"): lambda g, _r, _role: g.subjects[REVIEW]["open"].id,
    (RETURN, "loan_id"): lambda g, _r, _role: g.loans["draft"].id,
    (RETURNED, "return_id"): lambda g, _r, _role: g.subjects[RETURN]["another"].id,
    (RETURNED, "line_id"): lambda g, _r, _role: g.subjects[LENT]["waiting"].id,
    (POLICY, "is_permanent"): lambda _g, _r, _role: False,
    # A file of another company, which nobody here may name.
    (RESTRAIN, "archive_ids"): _file_of("company"),
    ("customer.archive.apply", "archive_ids"): _file_of("company"),
    ("customer.archive.export", "archive_ids"): _file_of("company"),
    ("customer.archive.dispose", "archive_ids"): _file_of("review"),
    (RESTRAIN, "operation"): lambda _g, _r, _role: "block",
    "domain": lambda _g, _r, _role: "[('id', '>', 0)]",
    "order": lambda _g, _r, _role: "create_date",
    "group_path": lambda _g, _r, _role: "create_date",
    ("customer.archive.register.column", "format"): lambda _g, _r, _role: "text",
    ("customer.archive.register.column", "total"): lambda _g, _r, _role: "count",
    "path": lambda _g, _r, _role: "create_uid",
    "model": lambda _g, _r, _role: ARCHIVE,
    (COPY, "raw"): lambda _g, _r, _role: "changed",
    (COPY, "res_id"): lambda g, r, _role: (
        g.items["draft" if r.res_id != g.items["draft"].id else "review"].id
    ),
    (COPY, "res_model"): lambda _g, _r, _role: "res.partner",
}
VALUES |= AGREEMENT_VALUES | IMPORT_VALUES | REGISTRY_VALUES
VALUES |= EVENTS_VALUES | REGULATIONS_VALUES | CUSTODY_VALUES | BACKUPS_VALUES
VALUES |= SUPERVISION_VALUES
VALUES |= ASSESSMENTS_VALUES
VALUES |= {
    (SCHEDULE, "recipient_ids"): lambda g, _r, _role: [(4, g.users["legal"].id, 0)],
    (SCHEDULE, "company_id"): lambda g, _r, _role: g.company.id,
}
# What shows that a field was written that doesn't tell itself.
SEEN_IN = {
    (SECRET, "value"): lambda record: record.ciphertext,
    (LINE, "value"): lambda record: record.ciphertext,
    (ITEM, "number"): lambda record: (
        record.secret_ids.mapped("ciphertext") or record.number
    ),
}
SEEN_IN |= IMPORT_SEEN | REGULATIONS_SEEN | BACKUPS_SEEN


def changed(record, field):
    """Return a function that says whether the field differs from now."""
    look = SEEN_IN.get((record._name, field.name), lambda each: each[field.name])

    def now():
        found = look(as_system(record.sudo()))
        return found.ids if hasattr(found, "ids") else found

    def differs(_result):
        record.env.invalidate_all(flush=False)
        return bool(record.exists()) and now() != before

    before = now()
    return differs
