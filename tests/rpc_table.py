"""The table of refusals: what nobody may do over RPC, as data.

A row is one call that several roles try over each transport. ``g`` is the ground:
files, items, copies and approval rows by the state of their file, all of account
manager "sales" unless the key says otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product

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
REFUSED = ACCESS | STATE | {"odoo.exceptions.ValidationError"}
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
    {"customer_archive_engine": True},
    {"customer_archive_engine": "x", "active_test": False},
    {
        "customer_archive_engine": {"_MARK": 1},
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


def approval_rows():
    """Approval rows are nobody's to write, whatever the context."""
    for context in FORGED:
        forged = f"approval %s with {context}"
        yield Row(
            forged.replace("%s", "create"),
            EVERYONE,
            APPROVAL,
            "create",
            None,
            lambda g: {"vals_list": approval_values(g)},
            ACCESS,
            context,
        )
        yield Row(
            forged.replace("%s", "write"),
            EVERYONE,
            APPROVAL,
            "write",
            row_of("review"),
            lambda g: {
                "vals": {
                    "state": "approved",
                    "approver_ids": [(4, g.users["sales"].id)],
                }
            },
            ACCESS,
            context,
        )
        yield Row(
            forged.replace("%s", "unlink"),
            EVERYONE,
            APPROVAL,
            "unlink",
            row_of("review"),
            nothing,
            ACCESS,
            context,
        )
        yield Row(
            forged.replace("%s", "copy"),
            EVERYONE,
            APPROVAL,
            "copy",
            row_of("review"),
            nothing,
            ACCESS,
            context,
        )
    yield Row(
        "approval name_create",
        WRITERS,
        APPROVAL,
        "name_create",
        None,
        constant(name="x"),
        ACCESS,
    )
    yield Row(
        "approval web_save",
        WRITERS,
        APPROVAL,
        "web_save",
        row_of("review"),
        constant(vals={"comment": "forged"}, specification={}),
        ACCESS,
    )
    yield Row(
        "approval load",
        WRITERS,
        APPROVAL,
        "load",
        None,
        lambda g: {
            "fields": [".id", "state"],
            "data": [[str(g.rows["review"].id), "approved"]],
        },
        UNCHANGED,
    )
    for command in (
        (1, 0, {"state": "approved"}),
        (2, 0, 0),
        (3, 0, 0),
        (5, 0, 0),
        (6, 0, []),
    ):
        yield Row(
            f"approval through its file {command}",
            WRITERS,
            ARCHIVE,
            "write",
            file_of("review"),
            lambda g, c=command: {
                "vals": {"approval_ids": [(c[0], g.rows["review"].id, c[2])]}
            },
        )


def decision_rows():
    """Decides who the round says: the present step, once, never one's own."""
    yield Row(
        "approve without being approver",
        everyone_but("head"),
        ARCHIVE,
        "action_approve",
        file_of("review"),
        constant(comment="fine"),
        ACCESS,
    )
    yield Row(
        "refuse without being approver",
        everyone_but("head"),
        ARCHIVE,
        "action_reject",
        file_of("review"),
        constant(reason="no"),
        ACCESS,
    )
    yield Row(
        "approve a second time",
        ("head",),
        ARCHIVE,
        "action_approve",
        file_of("later"),
        nothing,
        ACCESS,
    )
    yield Row(
        "approve one's own request as the department's head",
        ("head",),
        ARCHIVE,
        "action_approve",
        file_of("own_head"),
        nothing,
        ACCESS,
    )
    yield Row(
        "approve one's own request as compliance",
        ("double",),
        ARCHIVE,
        "action_approve",
        file_of("own_double"),
        nothing,
        ACCESS,
    )
    yield Row(
        "refuse one's own request as compliance",
        ("double",),
        ARCHIVE,
        "action_reject",
        file_of("own_double"),
        constant(reason="no"),
        ACCESS,
    )
    yield Row(
        "decide one allowed and one not",
        ("head",),
        ARCHIVE,
        "action_approve",
        lambda g: [g.files["review"].id, g.files["own_head"].id],
        nothing,
        ACCESS,
    )
    for reason in ("", " \n\t", False, None, 0, [], {"a": 1}):
        yield Row(
            f"refuse with reason {reason!r}",
            ("head",),
            ARCHIVE,
            "action_reject",
            file_of("review"),
            constant(reason=reason),
            STATE,
        )
    for state in ("review", "later"):
        yield Row(
            f"withdraw another's request ({state})",
            everyone_but("sales"),
            ARCHIVE,
            "action_withdraw",
            file_of(state),
            nothing,
            ACCESS,
        )
    for state, method in product(
        ("draft", "registering", "active"), ("action_approve", "action_withdraw")
    ):
        yield Row(
            f"{method} in {state}",
            ("head", "clerk", "compliance", "sales"),
            ARCHIVE,
            method,
            file_of(state),
            nothing,
            STATE,
        )
    for method in ("action_approve", "action_withdraw", "action_submit"):
        yield Row(
            f"{method} on the mixin",
            WRITERS,
            "customer.archive.approval.mixin",
            method,
            lambda _g: [1],
            nothing,
            ACCESS,
        )


def state_rows():
    """No state is skipped, no number is chosen."""
    for state in ("draft", "review", "later", "active"):
        yield Row(
            f"register in {state}",
            ("clerk",),
            ARCHIVE,
            "action_register",
            file_of(state),
            nothing,
            STATE,
        )
    yield Row(
        "register without being a clerk",
        everyone_but("clerk"),
        ARCHIVE,
        "action_register",
        file_of("registering"),
        nothing,
        ACCESS,
    )
    yield Row(
        "submit another's file",
        everyone_but("sales"),
        ARCHIVE,
        "action_submit",
        file_of("draft"),
        nothing,
        ACCESS,
    )
    yield Row(
        "submit an incomplete file",
        ("sales",),
        ARCHIVE,
        "action_submit",
        file_of("empty"),
        nothing,
        STATE,
    )
    for state in LOCKED:
        yield Row(
            f"submit again in {state}",
            ("sales",),
            ARCHIVE,
            "action_submit",
            file_of(state),
            nothing,
            REFUSED,
        )
    values = {
        "state": "active",
        "name": "2026-TSALE-900",
        "number_prefix": "2026-TSALE-",
        "number_index": 900,
    }
    values |= {
        "opening_date": "2026-01-01",
        "requester_id": 2,
        "approval_round": 7,
        "approval_deadline": "2099-01-01",
    }
    values |= {"approver_ids": [(5, 0, 0)]}
    for (name, value), state, context in product(values.items(), STATES, FORGED[1:2]):
        yield Row(
            f"write {name} in {state} with {context}",
            WRITERS,
            ARCHIVE,
            "write",
            file_of(state),
            constant(vals={name: value}),
            REFUSED,
            context,
        )
    for (name, value), context in product(values.items(), FORGED[1:2]):
        if name == "approver_ids":
            value = [(4, 2, 0)]
        yield Row(
            f"create with {name} and {context}",
            ("sales", "clerk", "admin", "portal", "public"),
            ARCHIVE,
            "create",
            None,
            lambda g, n=name, v=value: {"vals_list": {**g.new_file(), n: v}},
            REFUSED,
            context,
        )
    for state in STATES:
        yield Row(
            f"unlink in {state}",
            everyone_but("sales"),
            ARCHIVE,
            "unlink",
            file_of(state),
        )
        yield Row(f"copy in {state}", EVERYONE, ARCHIVE, "copy", file_of(state))
    for state in LOCKED:
        yield Row(
            f"unlink in {state}",
            ("sales",),
            ARCHIVE,
            "unlink",
            file_of(state),
            nothing,
            STATE,
        )
