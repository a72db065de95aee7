"""Refusals around decisions: approval rows, rounds, states and numbers."""

from itertools import product

from .rpc_table import (
    ACCESS,
    APPROVAL,
    ARCHIVE,
    EVERYONE,
    FORGED,
    LOCKED,
    REFUSED,
    STATE,
    STATES,
    UNCHANGED,
    WRITERS,
    Row,
    approval_values,
    constant,
    everyone_but,
    file_of,
    nothing,
    row_of,
)


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
