"""What clients create a record of each model with, in the matrix of rights."""

from ..rpc.rpc_table import approval_values
from .rights_agreements import AGREEMENTS_CREATED, REVISE, SIGNING, TERMINATE, WAIVE
from .rights_assessment import ASSESSMENTS_CREATED
from .rights_backup import BACKUPS_CREATED
from .rights_business import BUSINESS_CREATED
from .rights_custody import CUSTODY_CREATED, RELOCATE
from .rights_disposals import DISPOSALS_CREATED, DISPOSE, STEP
from .rights_events import EVENTS_CREATED
from .rights_gates import GATES_CREATED
from .rights_imports import IMPORTS_CREATED
from .rights_integrity import INTEGRITY_CREATED
from .rights_loans import LOANS_CREATED, RETURN, RETURNED
from .rights_names import (
    ANCHOR,
    APPROVAL,
    ARCHIVE,
    CHANGE,
    CONSULTATION,
    COPY,
    GRANT,
    ITEM,
    LINE,
    LOG,
    SECRET,
    TRAINED,
    UNDERTAKING,
)
from .rights_registers import ACCOUNT_PRINT, REGISTERS_CREATED
from .rights_registry import ENTER, REGISTRY_CREATED, VERIFY
from .rights_regulations import REGULATIONS_CREATED
from .rights_retention import HOLDS_CREATED, RESTRAIN
from .rights_reviews import REVIEWS_CREATED
from .rights_sharing import PACKAGE, SHARING, package_values, sharing_values
from .rights_supervision import SUPERVISION_CREATED
from .rights_transfers import TRANSFERS_CREATED
from .rights_trees import TREES_CREATED


def _file_values(g, side):
    category = {"customer": g.case.prospect, "supplier": g.case.goods}[side]
    return {"partner_id": g.spare.id, "category_id": category.id}


def _item_values(g, name):
    return {"archive_id": g.files[name].id, "type_id": g.items[name].type_id.id}


# By model: what a record is created with, by ground and subject.
CREATED = {
    ARCHIVE: _file_values,
    ITEM: _item_values,
    SECRET: lambda g, name: {
        "archive_id": g.files[name].id,
        "kind": "bank_account",
        "value": "987654321",
    },
    APPROVAL: lambda g, _name: approval_values(g),
    "customer.archive.approval.policy": lambda _g, _n: {"name": "x", "model": ARCHIVE},
    "customer.archive.approval.step": lambda g, _n: {
        "name": "x",
        "policy_id": g.subjects["customer.archive.approval.policy"]["here"].id,
        "group_id": g.env.ref("base.group_user").id,
    },
    "customer.archive.category": lambda _g, _n: {"name": "x"},
    "customer.archive.document.type": lambda _g, _n: {"name": "x"},
    "customer.archive.register": lambda g, _n: {
        "name": "x",
        "model_id": g.register.model_id.id,
    },
    "customer.archive.register.column": lambda g, _n: {
        "name": "x",
        "register_id": g.register.id,
        "path": "name",
    },
    LOG: lambda g, _n: {
        "company_id": g.case.company.id,
        "date": "2026-01-01 00:00:00",
        "event": "open",
    },
    ANCHOR: lambda g, _n: {
        "company_id": g.case.company.id,
        "date": "2026-01-01 00:00:00",
        "count": 1,
        "digest": "0",
        "mac": "0",
    },
    UNDERTAKING: lambda g, _n: {
        "user_id": g.users["sales"].id,
        "company_id": g.case.company.id,
        "text": "x",
        "training_date": TRAINED,
        "signed_on": "2026-03-02 00:00:00",
        "valid_until": "2099-01-01",
    },
    COPY: lambda g, name: {
        "name": "x.png",
        "raw": "x",
        "res_model": ITEM,
        "res_id": g.items[name].id,
    },
    SHARING: lambda g, _n: sharing_values(g),
    PACKAGE: lambda g, _n: package_values(g),
    "customer.archive.open": lambda g, role: {
        "partner_ids": [(6, 0, g.spare.ids)],
        "category_id": g.case.prospect.id,
        **({"user_id": g.users[role].id} if role in g.users else {}),
    },
    "customer.archive.decision": lambda g, _n: {
        "res_model": ARCHIVE,
        "res_ids": g.files["review"].ids,
        "comment": "fine",
    },
    "customer.archive.export": lambda g, _n: {
        "register_id": g.register.id,
        "scope": "selected",
        "archive_ids": [(6, 0, g.files["active"].ids)],
    },
    CONSULTATION: lambda g, _n: {
        "partner_id": g.files["active"].partner_id.id,
        "purpose": "matrix",
    },
    GRANT: lambda g, _n: {
        "user_id": g.users["reader"].id,
        "archive_id": g.files["other"].id,
        "scope": "file",
        "date_from": "2026-01-01 00:00:00",
        "date_to": "2099-01-01 00:00:00",
        "res_model": CONSULTATION,
        "res_id": g.requests["approved"].id,
        "request_number": "x",
    },
    "customer.archive.sign": lambda _g, _n: {"training_date": TRAINED},
    CHANGE: lambda g, _n: {
        "partner_id": g.files["active"].partner_id.id,
        "purpose": "x",
    },
    LINE: lambda g, _n: {
        "change_id": g.subjects[CHANGE]["draft"].id,
        "field_id": g.subjects["customer.archive.change.field"]["here"].id,
        "new_text": "x",
    },
    "customer.archive.change.field": lambda _g, _n: {
        "subject": "party",
        "field_name": "website",
    },
    "customer.archive.apply": lambda g, _n: {
        "archive_ids": [(6, 0, g.files["active"].ids)],
        "purpose": "x",
    },
    "customer.archive.revoke": lambda g, _n: {
        "undertaking_ids": [(6, 0, g.signed["finance"].ids)],
        "reason": "x",
    },
}
CREATED |= INTEGRITY_CREATED | BACKUPS_CREATED | TRANSFERS_CREATED | TREES_CREATED
CREATED |= LOANS_CREATED | HOLDS_CREATED | DISPOSALS_CREATED
CREATED |= REVIEWS_CREATED | AGREEMENTS_CREATED
CREATED |= REGISTERS_CREATED
CREATED |= CUSTODY_CREATED | EVENTS_CREATED | GATES_CREATED | BUSINESS_CREATED
CREATED |= SUPERVISION_CREATED
CREATED |= ASSESSMENTS_CREATED
CREATED |= IMPORTS_CREATED | REGISTRY_CREATED | REGULATIONS_CREATED
DIALOGS = ("open", "decision", "export", "sign", "revoke", "apply")
DIALOGS = (*(f"customer.archive.{name}" for name in DIALOGS), RETURN, RETURNED)
DIALOGS = (*DIALOGS, RESTRAIN, DISPOSE, STEP, TERMINATE, WAIVE, ENTER, VERIFY)
DIALOGS = (*DIALOGS, REVISE, SIGNING, ACCOUNT_PRINT, RELOCATE)
