"""The table of refusals: what nobody may do over RPC, as data.

A row is one call that several roles try over each transport. ``g`` is the ground:
files, items, copies and approval rows by the state of their file, all of account
manager "sales" unless the key says otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

ARCHIVE, ITEM, APPROVAL = (
    "customer.archive",
    "customer.archive.document",
    "customer.archive.approval",
)
PARTNER, COPY, REGISTER, EXPORT = (
    "res.partner",
    "ir.attachment",
    "customer.archive.register",
    "customer.archive.export",
)

# What a row expects: exceptions by name, or what the answer must (not) show.
ACCESS = frozenset({"odoo.exceptions.AccessError"})
STATE = frozenset({"odoo.exceptions.UserError"})
# A redirect leads to a change request.
REFUSED = (
    ACCESS
    | STATE
    | {
        "odoo.exceptions.RedirectWarning",
        "odoo.exceptions.ValidationError",
    }
)
NO_LOGIN = frozenset(
    {"odoo.http.SessionExpiredException", "werkzeug.exceptions.Unauthorized"}
)
UNCHANGED = "answers, or refuses, and changes nothing"
HIDDEN = "shows nothing of the file"
SHOWN = "control: shows the file"
DONE = "control: is done"

INSIDERS = (
    "sales",
    "sales_other",
    "purchase",
    "purchase_head",
    "head",
    "clerk",
    "compliance",
    "archivist",
    "finance",
)
INSIDERS += ("legal", "management", "auditor", "admin", "double", "employee")
EVERYONE = (*INSIDERS, "portal", "public")
OUTSIDERS = ("sales_other", "purchase", "purchase_head", "employee", "portal", "public")
WRITERS = ("sales", "clerk", "head", "admin", "management", "public")
LOCKED = ("review", "later", "registering", "active")
STATES = ("draft", *LOCKED)
FORGED = (
    {},
    {"customer_archive_system": True},
    {"customer_archive_system": "x", "active_test": False},
    {
        "customer_archive_system": {"_MARK": 1},
        "install_mode": True,
        "tracking_disable": True,
    },
    {"default_state": "approved", "default_name": "forged", "default_decided_by_id": 1},
)


def nothing(_g):
    return {}


@dataclass(frozen=True)
class Row:
    """One call: who tries it, how it is built, and what must come of it."""

    name: str
    roles: tuple
    model: str
    method: str
    ids: Callable | None = None
    kwargs: Callable = nothing
    expected: object = REFUSED
    context: dict = field(default_factory=dict)


def everyone_but(*roles):
    return tuple(role for role in EVERYONE if role not in roles)


def file_of(state):
    return lambda g: [g.files[state].id]


def item_of(state):
    return lambda g: [g.items[state].id]


def copy_of(state):
    return lambda g: [g.copies[state].id]


def row_of(state):
    return lambda g: [g.rows[state].id]


def constant(**kwargs):
    return lambda _g: {
        name: dict(value) if isinstance(value, dict) else value
        for name, value in kwargs.items()
    }


def approval_values(g):
    """A complete row that says: approved by the head."""
    archive = g.files["review"]
    return {
        "name": "Forged",
        "res_model": ARCHIVE,
        "res_id": archive.id,
        "archive_id": archive.id,
        "company_id": archive.company_id.id,
        "round": 1,
        "state": "approved",
        "requester_id": g.users["sales"].id,
        "decided_by_id": g.users["head"].id,
    }
