"""Private methods, other people's copies, and (as a control) what must work."""

from itertools import product

from .rpc_table import (
    ACCESS,
    APPROVAL,
    ARCHIVE,
    COPY,
    DONE,
    EXPORT,
    ITEM,
    PARTNER,
    REGISTER,
    Row,
    constant,
    copy_of,
    file_of,
    item_of,
    nothing,
)


def private_rows():
    """What isn't public isn't called."""
    methods = {
        ARCHIVE: "_start_round _next_number _approval_completed _end_round "
        "_next_step _make_current _clear_current _write "
        "_approval_check sudo with_user with_context with_env",
        APPROVAL: "_activate _decide _escalate _cron_escalate _schedule sudo with_user",
        ITEM: "_adopt_attachments _set_due_dates _write sudo with_user",
        REGISTER: "write_xlsx write_book _section _domain sudo",
        EXPORT: "_records _domain sudo",
        PARTNER: "_archives_of_company _with_archive",
    }
    for model, names in methods.items():
        for name in names.split():
            yield Row(
                f"private {model}.{name}",
                ("sales", "clerk", "admin", "portal", "public"),
                model,
                name,
                lambda g, m=model: g.some_ids(m),
                nothing,
                ACCESS,
            )


def theft_rows():
    """A copy belongs to one item; nobody takes what isn't theirs."""
    targets = {
        "a copy of another's file": lambda g: g.copies["active"].id,
        "another's upload": lambda g: g.loose["sales"].id,
        "a paper of a party": lambda g: g.loose["party"].id,
        "a public attachment": lambda g: g.loose["public"].id,
    }
    commands = ((4, 0), (6, None), (1, {"datas": "Zm9yZ2Vk"}))
    for (label, target), (number, values) in product(targets.items(), commands):
        if number == 1 and label == "a paper of a party":
            continue  # who may alter the party may alter its attachments
        command = lambda g, t=target, n=number, v=values: (
            (n, 0, [t(g)]) if n == 6 else (n, t(g), v)
        )
        yield Row(
            f"theft of {label} by command {number}",
            ("sales_other",),
            ITEM,
            "write",
            item_of("other"),
            lambda g, c=command: {"vals": {"attachment_ids": [c(g)]}},
        )
        yield Row(
            f"theft of {label} by command {number} on a new item",
            ("sales_other",),
            ITEM,
            "create",
            None,
            lambda g, c=command: {
                "vals_list": {**g.new_item("other"), "attachment_ids": [c(g)]}
            },
        )
        yield Row(
            f"theft of {label} by command {number} through the file",
            ("sales_other",),
            ARCHIVE,
            "write",
            file_of("other"),
            lambda g, c=command: {
                "vals": {
                    "document_ids": [
                        (1, g.items["other"].id, {"attachment_ids": [c(g)]})
                    ]
                }
            },
        )
    yield Row(
        "theft of a copy of one's own other file",
        ("sales",),
        ITEM,
        "write",
        item_of("draft"),
        lambda g: {"vals": {"attachment_ids": [(4, g.copies["active"].id, 0)]}},
    )
    yield Row(
        "rebinding another's copy",
        ("sales_other",),
        COPY,
        "write",
        copy_of("draft"),
        lambda g: {"vals": {"res_id": g.items["other"].id}},
        ACCESS,
    )
    yield Row(
        "unlinking another's copy",
        ("sales_other",),
        COPY,
        "unlink",
        copy_of("draft"),
        nothing,
        ACCESS,
    )


def control_rows():
    """What the roles are there for."""
    yield Row(
        "the head approves",
        ("head",),
        ARCHIVE,
        "action_approve",
        file_of("review"),
        constant(comment="fine"),
        DONE,
    )
    yield Row(
        "the head refuses",
        ("head",),
        ARCHIVE,
        "action_reject",
        file_of("review"),
        constant(reason="mend it"),
        DONE,
    )
    yield Row(
        "compliance approves",
        ("compliance",),
        ARCHIVE,
        "action_approve",
        file_of("later"),
        nothing,
        DONE,
    )
    yield Row(
        "another compliance officer approves",
        ("compliance",),
        ARCHIVE,
        "action_approve",
        file_of("own_double"),
        nothing,
        DONE,
    )
    yield Row(
        "the requester withdraws",
        ("sales",),
        ARCHIVE,
        "action_withdraw",
        file_of("later"),
        nothing,
        DONE,
    )
    yield Row(
        "a clerk registers",
        ("clerk",),
        ARCHIVE,
        "action_register",
        file_of("registering"),
        nothing,
        DONE,
    )
    yield Row(
        "the owner submits",
        ("sales",),
        ARCHIVE,
        "action_submit",
        file_of("draft"),
        nothing,
        DONE,
    )
    yield Row(
        "the owner opens",
        ("sales",),
        ARCHIVE,
        "create",
        None,
        lambda g: {"vals_list": g.new_file()},
        DONE,
    )
    yield Row(
        "the owner writes",
        ("sales",),
        ARCHIVE,
        "write",
        file_of("draft"),
        constant(vals={"note": "x"}),
        DONE,
    )
    yield Row(
        "the owner notes",
        ("sales", "clerk"),
        ARCHIVE,
        "write",
        file_of("active"),
        constant(vals={"note": "x"}),
        DONE,
    )
    yield Row(
        "the owner adds an item",
        ("sales", "clerk"),
        ITEM,
        "create",
        None,
        lambda g: {"vals_list": g.new_item("active")},
        DONE,
    )
    yield Row(
        "the owner alters an item",
        ("sales",),
        ITEM,
        "write",
        item_of("draft"),
        constant(vals={"issuer": "x"}),
        DONE,
    )
    yield Row(
        "the owner adopts an own upload",
        ("sales",),
        ITEM,
        "write",
        item_of("draft"),
        lambda g: {"vals": {"attachment_ids": [(4, g.loose["sales"].id, 0)]}},
        DONE,
    )
    yield Row(
        "the owner removes an item",
        ("sales",),
        ITEM,
        "unlink",
        item_of("draft"),
        nothing,
        DONE,
    )
    yield Row(
        "the owner removes a draft",
        ("sales",),
        ARCHIVE,
        "unlink",
        file_of("empty"),
        nothing,
        DONE,
    )
