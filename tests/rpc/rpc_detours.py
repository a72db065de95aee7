"""More attacks of several calls: copies bound in halves, and dialogs."""

from .rpc_chains import Chain, answer, of, step
from .rpc_table import ARCHIVE, COPY, EXPORT, ITEM

DECISION = "customer.archive.decision"


def binding_chains():
    """Nothing is hung onto a locked item in two halves."""
    for state in ("review", "active"):
        item = lambda g, _a, s=state: g.items[s].id
        count = lambda g, s=state: g.bound_to(s) != 1
        loose = step(
            "sales", COPY, "create", None, vals_list={"name": "a.txt", "raw": "x"}
        )
        draft = step(
            "sales",
            COPY,
            "create",
            None,
            vals_list=lambda g, _a: {
                "name": "a.txt",
                "raw": "x",
                "res_model": ITEM,
                "res_id": g.items["draft"].id,
            },
        )
        yield Chain(
            f"bound by id, then by model ({state})",
            (
                step(
                    "sales",
                    COPY,
                    "create",
                    None,
                    vals_list=lambda g, a, i=item: {
                        "name": "a.txt",
                        "raw": "x",
                        "res_id": i(g, a),
                    },
                ),
                step("sales", COPY, "write", answer(0), vals={"res_model": ITEM}),
            ),
            count,
        )
        yield Chain(
            f"moved from an open item by id alone ({state})",
            (
                draft,
                step(
                    "sales",
                    COPY,
                    "write",
                    answer(0),
                    vals=lambda g, a, i=item: {"res_id": i(g, a)},
                ),
            ),
            count,
        )
        yield Chain(
            f"bound by model, then by id ({state})",
            (
                loose,
                step("sales", COPY, "write", answer(0), vals={"res_model": ITEM}),
                step(
                    "sales",
                    COPY,
                    "write",
                    answer(0),
                    vals=lambda g, a, i=item: {"res_id": i(g, a)},
                ),
            ),
            count,
        )
        yield Chain(
            f"bound by defaults of the context ({state})",
            (
                lambda g, a, i=item: (
                    "sales",
                    COPY,
                    "create",
                    None,
                    {"vals_list": {"name": "a.txt", "raw": "x"}},
                    {"default_res_model": ITEM, "default_res_id": i(g, a)},
                ),
            ),
            count,
        )
        yield Chain(
            f"copied from another attachment ({state})",
            (
                draft,
                step(
                    "sales",
                    COPY,
                    "copy",
                    answer(0),
                    default=lambda g, a, i=item: {"res_id": i(g, a)},
                ),
            ),
            count,
        )
    yield Chain(
        "theft by a default of the context",
        (
            lambda g, _a: (
                "sales_other",
                ITEM,
                "create",
                None,
                {"vals_list": g.new_item("other")},
                {"default_attachment_ids": [(4, g.copies["active"].id, 0)]},
            ),
        ),
        lambda g: g.holders("active") != g.items["active"],
    )
    yield Chain(
        "copy made public before it is reviewed",
        (
            step("sales", COPY, "write", of("copies", "draft"), vals={"public": True}),
            step("sales", ARCHIVE, "action_submit", of("files", "draft")),
        ),
        lambda g: g.files["draft"].state != "draft" and g.copies["draft"].public,
    )
    yield Chain(
        "public upload adopted",
        (
            step(
                "sales",
                ITEM,
                "write",
                of("items", "draft"),
                vals=lambda g, _a: {"attachment_ids": [(4, g.loose["public"].id, 0)]},
            ),
        ),
        lambda g: g.loose["public"].public and g.loose["public"].res_id,
    )
    yield Chain(
        "copies of a deleted draft stay behind",
        (step("sales", ARCHIVE, "unlink", of("files", "draft")),),
        lambda g: g.copies["draft"].exists(),
    )
    yield Chain(
        "missing item moved off a file on record",
        (
            step(
                "sales",
                ITEM,
                "write",
                of("missing", "active"),
                vals=lambda g, _a: {"archive_id": g.files["draft"].id},
            ),
        ),
        lambda g: g.missing["active"].archive_id != g.files["active"],
    )


def wizard_chains():
    """Dialogs do no more than the buttons behind them."""

    def decision(g, _answers):
        return {
            "res_model": ARCHIVE,
            "res_ids": [g.files["review"].id],
            "comment": "forged",
        }

    for role in ("sales", "compliance", "admin", "management"):
        for method in ("action_approve", "action_reject"):
            yield Chain(
                f"{method} by the dialog as {role}",
                (
                    step(role, DECISION, "create", None, vals_list=decision),
                    step(role, DECISION, method, answer(0)),
                ),
                lambda g: (
                    g.files["review"].state != "review"
                    or g.rows["review"].state != "pending"
                ),
            )
    yield Chain(
        "refusal by the dialog without a reason",
        (
            step(
                "head",
                DECISION,
                "create",
                None,
                vals_list=lambda g, a: {**decision(g, a), "comment": " "},
            ),
            step("head", DECISION, "action_reject", answer(0)),
        ),
        lambda g: g.files["review"].state != "review",
    )
    for role, other in (
        ("sales_other", "head"),
        ("clerk", "head"),
        ("purchase", "sales"),
    ):
        yield Chain(
            f"{other}'s decision dialog turned by {role}",
            (
                step(other, DECISION, "create", None, vals_list=decision),
                step(role, DECISION, "write", answer(0), vals={"comment": "turned"}),
            ),
            lambda g: g.newest(DECISION).comment == "turned",
        )
        yield Chain(
            f"{other}'s export dialog turned by {role}",
            (
                step(
                    other,
                    EXPORT,
                    "create",
                    None,
                    vals_list=lambda g, _a: {"register_id": g.register.id},
                ),
                step(role, EXPORT, "write", answer(0), vals={"state": "closed"}),
            ),
            lambda g: g.newest(EXPORT).state == "closed",
        )
    yield Chain(
        "merging the party orphans its file",
        (
            step(
                "sales_other",
                "base.partner.merge.automatic.wizard",
                "create",
                None,
                vals_list=lambda g, _a: {
                    "partner_ids": [
                        (6, 0, [g.spare.id, g.files["active"].partner_id.id])
                    ],
                    "dst_partner_id": g.spare.id,
                    "state": "selection",
                },
            ),
            step(
                "sales_other",
                "base.partner.merge.automatic.wizard",
                "action_merge",
                answer(0),
            ),
        ),
        lambda g: not g.files["active"].partner_id.exists(),
    )
