"""Attacks that take several calls, and what must not have come of them.

A step is (role, model, method, ids, kwargs, context), built from the ground and the
answers so far. A refusal on the way ends the attack; then, as after the last step,
nothing may be wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass

from .rpc_table import APPROVAL, ARCHIVE, COPY, ITEM, PARTNER

DECISION = "customer.archive.decision"


@dataclass(frozen=True)
class Chain:
    """Several calls, and a question about the database whose answer must be no."""

    name: str
    steps: tuple
    harm: Callable


def step(role, model, method, ids=None, context=None, **kwargs):
    """Return a step; ids and arguments may be functions of ground and answers."""

    def call(g, answers):
        built = {
            name: value(g, answers) if callable(value) else value
            for name, value in kwargs.items()
        }
        return (
            role,
            model,
            method,
            ids(g, answers) if callable(ids) else ids,
            built,
            context or {},
        )

    return call


def of(kind, state):
    return lambda g, _answers: [getattr(g, kind)[state].id]


def answer(index):
    return lambda _g, answers: (
        answers[index] if isinstance(answers[index], list) else [answers[index]]
    )


def new_file(g, _answers):
    return g.new_file()


def head_start(g):
    """Whether a file is further, or says it is, than its submission allows."""
    archive = g.newest(ARCHIVE)
    return (
        archive.state != "draft"
        or archive.name
        or archive.number_index
        or archive.number_prefix
        or archive.opening_date
        or archive.requester_id
        or archive.approval_round
    )


def skipped(g):
    """Whether the round doesn't wait for the head, then for compliance."""
    rows = g.files["draft"].approval_ids.sorted("sequence")
    if not rows:
        return False
    return (
        rows.mapped("state") != ["pending", "waiting"]
        or rows.decided_by_id
        or set(rows.mapped("kind")) != {"decision"}
    )


def default(model, field, value, role="sales"):
    return step(
        role,
        "ir.default",
        "set",
        None,
        model_name=model,
        field_name=field,
        value=value,
        user_id=True,
    )


FORGED = {
    "state": "active",
    "name": "2026-TSALE-900",
    "number_prefix": "2026-TSALE-",
    "number_index": 900,
}
FORGED |= {"opening_date": "2026-01-01", "requester_id": 1, "approval_round": 3}
FORGED_ROW = {
    "state": "approved",
    "kind": "task",
    "decided_by_id": 1,
    "decided_on": "2026-01-01 00:00:00",
}


def default_chains():
    """Defaults, of the context or the user's own, decide nothing."""
    context = {f"default_{name}": value for name, value in FORGED.items()}
    yield Chain(
        "defaults of the context on a new file",
        (step("sales", ARCHIVE, "create", None, context, vals_list=new_file),),
        head_start,
    )
    yield Chain(
        "defaults of the context on a file made with its party",
        (
            step(
                "sales",
                PARTNER,
                "create",
                None,
                context,
                vals_list=lambda g, _a: {
                    "name": "New",
                    "archive_ids": [(0, 0, {"category_id": g.prospect.id})],
                },
            ),
        ),
        head_start,
    )
    for name, value in FORGED.items():
        yield Chain(
            f"own default for {name} of a file",
            (
                default(ARCHIVE, name, value),
                step("sales", ARCHIVE, "create", vals_list=new_file),
            ),
            head_start,
        )
    for name, value in FORGED_ROW.items():
        yield Chain(
            f"default of the context for {name} of an approval",
            (
                step(
                    "sales",
                    ARCHIVE,
                    "action_submit",
                    of("files", "draft"),
                    {f"default_{name}": value},
                ),
            ),
            skipped,
        )
        yield Chain(
            f"own default for {name} of an approval",
            (
                default(APPROVAL, name, value),
                step("sales", ARCHIVE, "action_submit", of("files", "draft")),
            ),
            skipped,
        )
    for name, value in (
        ("agrees_with_original", True),
        ("checked_by_id", 1),
        ("received_on", "2020-01-01"),
    ):
        item = step(
            "sales", ITEM, "create", vals_list=lambda g, _a: g.new_item("draft")
        )
        yield Chain(
            f"own default for {name} of an item",
            (default(ITEM, name, value), item),
            lambda g, n=name: g.newest(ITEM)[n],
        )
    yield Chain(
        "approval of the first step counts for all",
        (
            step(
                "sales",
                ARCHIVE,
                "action_submit",
                of("files", "draft"),
                {"default_state": "approved"},
            ),
            step("head", ARCHIVE, "action_approve", of("files", "draft")),
            step("clerk", ARCHIVE, "action_register", of("files", "draft")),
        ),
        lambda g: g.files["draft"].state in ("registering", "active"),
    )


def paper_chains():
    """No file without its papers; no exchange of reviewed papers."""
    submit = step("sales", ARCHIVE, "action_submit", of("files", "empty"))
    for name in ("is_complete", "is_received"):
        fill = step(
            "sales",
            ITEM,
            "write",
            lambda g, _a: g.files["empty"].document_ids.ids,
            vals={name: True},
        )
        yield Chain(
            f"{name} entered manually",
            (fill, submit),
            lambda g: g.files["empty"].state != "draft",
        )
        yield Chain(
            f"{name} written on a missing item on file",
            (step("sales", ITEM, "write", of("missing", "active"), vals={name: True}),),
            lambda g, n=name: g.missing["active"][n],
        )
    yield Chain(
        "completeness entered manually",
        (
            step(
                "sales",
                ARCHIVE,
                "write",
                of("files", "empty"),
                vals={"completeness": 100},
            ),
        ),
        lambda g: g.files["empty"].completeness == 100,
    )
    for label, values in (
        ("nowhere", {"res_model": False, "res_id": 0}),
        ("the party", None),
    ):
        away = lambda g, _a, v=values: (
            v or {"res_model": PARTNER, "res_id": g.files["draft"].partner_id.id}
        )
        detach = step("sales", COPY, "write", of("copies", "draft"), vals=away)
        submit = step("sales", ARCHIVE, "action_submit", of("files", "draft"))
        change = step(
            "sales", COPY, "write", of("copies", "draft"), vals={"datas": "Zm9yZ2Vk"}
        )
        drop = step("sales", COPY, "unlink", of("copies", "draft"))
        yield Chain(
            f"copy bound to {label}, then changed under review",
            (detach, submit, change),
            lambda g: (
                g.files["draft"].state != "draft" and g.copies["draft"].raw != g.scan
            ),
        )
        yield Chain(
            f"copy bound to {label}, then unlinked under review",
            (detach, submit, drop),
            lambda g: (
                g.files["draft"].state != "draft" and not g.copies["draft"].exists()
            ),
        )
