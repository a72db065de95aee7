"""Every way to read a file: hidden from outsiders, shown (a control) to readers."""

from .rpc_table import (
    ACCESS,
    APPROVAL,
    ARCHIVE,
    COPY,
    HIDDEN,
    ITEM,
    OUTSIDERS,
    PARTNER,
    REFUSED,
    SHOWN,
    Row,
    constant,
    copy_of,
    file_of,
    item_of,
    row_of,
)

READERS = {
    ARCHIVE: ("sales", "head", "clerk", "auditor"),
    ITEM: ("sales", "head", "compliance"),
    COPY: ("sales", "auditor"),
}
READERS |= {APPROVAL: ("sales", "head", "management")}

SHOWING = ("draft", "review", "active")


def reading_rows():
    """The rows of every model that shows files."""
    for state in SHOWING:
        yield from model_rows(
            ARCHIVE,
            state,
            file_of(state),
            ["display_name", "partner_id", "note", "user_id"],
        )
        yield from model_rows(
            ITEM,
            state,
            item_of(state),
            ["archive_id", "partner_id", "note", "attachment_ids"],
        )
        yield from model_rows(
            COPY,
            state,
            copy_of(state),
            ["name", "res_id", "datas"],
            [("res_model", "=", ITEM)],
        )
        yield from partner_rows(state)
    for state in SHOWING[1:]:
        yield from model_rows(
            APPROVAL, state, row_of(state), ["archive_id", "requester_id", "comment"]
        )
    yield from side_rows()


def model_rows(model, state, ids, names, narrower=()):
    """Both sides of each reading: hidden from outsiders, shown to readers."""
    for name, method, by_id, kwargs in readings(model, ids, names, narrower):
        label = f"{name} of {model} ({state})"
        yield Row(
            label,
            OUTSIDERS,
            model,
            method,
            by_id,
            kwargs,
            HIDDEN if by_id is None else REFUSED if name == "export" else ACCESS,
        )
        yield Row(
            f"{label}: control", READERS[model], model, method, by_id, kwargs, SHOWN
        )


def readings(model, ids, names, narrower):
    """Yield label, method, ids and arguments of each way to read ``names``."""
    specification = {name: {} for name in names}
    domain = lambda g: [("id", "in", ids(g)), *narrower]
    yield "read", "read", ids, constant(fields=names)
    yield "web_read", "web_read", ids, constant(specification=specification)
    yield "export", "export_data", ids, constant(fields_to_export=[".id", *names[:2]])
    yield "search", "search", None, lambda g: {"domain": domain(g)}
    yield (
        "search_read",
        "search_read",
        None,
        lambda g: {"domain": domain(g), "fields": names},
    )
    yield "search_count", "search_count", None, lambda g: {"domain": domain(g)}
    yield (
        "web_search_read",
        "web_search_read",
        None,
        lambda g: {"domain": domain(g), "specification": specification},
    )
    yield "name_search", "name_search", None, lambda g: {"domain": domain(g)}
    yield (
        "formatted_read_group",
        "formatted_read_group",
        None,
        lambda g: {
            "domain": domain(g),
            "groupby": ["create_uid"],
            "aggregates": ["__count", "id:array_agg"],
        },
    )
    yield (
        "web_read_group",
        "web_read_group",
        None,
        lambda g: {
            "domain": domain(g),
            "groupby": ["create_uid"],
            "aggregates": ["__count"],
        },
    )


def partner_rows(state):
    """The party shows that it has a file to those only who may see the file."""
    party = lambda g: [g.files[state].partner_id.id]
    names = [
        "archive_id",
        "archive_number",
        "archive_state",
        "archive_category_id",
        "archive_ids",
    ]
    ways = {
        "read": (party, constant(fields=names)),
        "web_read": (
            party,
            constant(
                specification={n: {} for n in names}
                | {"archive_ids": {"fields": {"display_name": {}}}}
            ),
        ),
        "search_read": (
            None,
            lambda g: {"domain": [("id", "in", party(g))], "fields": names},
        ),
    }
    for method, (ids, kwargs) in ways.items():
        yield Row(
            f"{method} of the party ({state})",
            OUTSIDERS,
            PARTNER,
            method,
            ids,
            kwargs,
            HIDDEN,
        )
        yield Row(
            f"{method} of the party ({state}): control",
            ("sales", "clerk"),
            PARTNER,
            method,
            ids,
            kwargs,
            SHOWN,
        )
    for field, value in (
        ("archive_state", lambda g: g.files[state].state),
        ("archive_id", lambda g: g.files[state].id),
        ("archive_number", lambda g: g.files[state].name or "none"),
        ("archive_ids.state", lambda g: g.files[state].state),
        ("archive_ids.note", lambda g: g.files[state].note),
        ("archive_category_id", lambda g: g.files[state].category_id.id),
        ("archive_ids.document_ids.note", lambda g: g.items[state].note),
    ):
        domain = lambda g, f=field, v=value: {
            "domain": [("id", "in", party(g)), (f, "in", [v(g)])]
        }
        yield Row(
            f"search of parties by {field} ({state})",
            OUTSIDERS,
            PARTNER,
            "search",
            None,
            domain,
            HIDDEN,
        )
        if field != "archive_number" or state == "active":
            yield Row(
                f"search by {field} ({state}): control",
                ("sales",),
                PARTNER,
                "search",
                None,
                domain,
                SHOWN,
            )


def side_rows():
    """Ways around: bypassing operators, forms of new records, logs and other models."""
    bypass = lambda g: [("archive_ids", "any!", [("id", "in", [g.files["active"].id])])]
    yield Row(
        "operator any!",
        OUTSIDERS,
        PARTNER,
        "search",
        None,
        lambda g: {"domain": bypass(g)},
        REFUSED | {"builtins.ValueError"},
    )
    for method in (
        "onchange",
        "get_metadata",
        "message_post",
        "action_check_original",
        "web_name_search",
    ):
        model, ids, kwargs = SIDE_WAYS[method]
        yield Row(
            f"{method} on another's", OUTSIDERS, model, method, ids, kwargs, HIDDEN
        )
    for model, domain in (
        (
            "mail.message",
            lambda g: [("model", "=", ARCHIVE), ("res_id", "in", g.file_ids())],
        ),
        (
            "mail.activity",
            lambda g: [("res_model", "=", ARCHIVE), ("res_id", "in", g.file_ids())],
        ),
        ("mail.tracking.value", lambda g: [("mail_message_id.model", "=", ARCHIVE)]),
    ):
        for method in ("search_read", "search_count"):
            yield Row(
                f"{method} of {model}",
                OUTSIDERS,
                model,
                method,
                None,
                lambda g, d=domain: {"domain": d(g)},
                HIDDEN,
            )
    yield Row(
        "a new item's form",
        OUTSIDERS,
        ITEM,
        "onchange",
        lambda _g: [],
        lambda g: {
            "values": {"archive_id": g.files["active"].id},
            "field_names": ["archive_id"],
            "fields_spec": {
                name: {"fields": {"display_name": {}}}
                for name in ("archive_id", "partner_id")
            },
        },
        HIDDEN,
    )
    yield Row(
        "a new item's form with a default",
        OUTSIDERS,
        ITEM,
        "onchange",
        lambda _g: [],
        lambda g: {
            "values": {"archive_id": g.files["active"].id},
            "field_names": [],
            "fields_spec": {"archive_id": {"fields": {"display_name": {}}}},
        },
        HIDDEN,
    )
    yield Row(
        "a new export's form",
        OUTSIDERS,
        "customer.archive.export",
        "onchange",
        lambda _g: [],
        lambda g: {
            "values": {"archive_ids": [(4, g.files["active"].id)], "scope": "selected"},
            "field_names": ["archive_ids"],
            "fields_spec": {
                "archive_ids": {"fields": {"display_name": {}, "note": {}}},
                "count": {},
            },
        },
        HIDDEN,
    )
    yield Row(
        "a register's records",
        OUTSIDERS,
        "customer.archive.register",
        "records",
        lambda g: [g.register.id],
        lambda g: {"domain": [("id", "in", g.file_ids())]},
        HIDDEN,
    )


SIDE_WAYS = {
    "onchange": (
        ARCHIVE,
        file_of("active"),
        constant(
            values={},
            field_names=["note"],
            fields_spec={"display_name": {}, "note": {}},
        ),
    ),
    "get_metadata": (ARCHIVE, file_of("active"), constant()),
    "message_post": (ARCHIVE, file_of("active"), constant(body="hello")),
    "action_check_original": (ITEM, item_of("active"), constant()),
    "web_name_search": (
        ARCHIVE,
        None,
        lambda g: {
            "name": "Markstone",
            "domain": [("id", "in", g.file_ids())],
            "specification": {"display_name": {}},
        },
    ),
}
