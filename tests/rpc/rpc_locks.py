"""What is locked stays as it was reviewed: file, items, copies, also through others."""

from itertools import product

from .rpc_table import (
    ARCHIVE,
    COPY,
    EVERYONE,
    ITEM,
    LOCKED,
    PARTNER,
    STATE,
    UNCHANGED,
    WRITERS,
    Row,
    constant,
    copy_of,
    file_of,
    item_of,
)

KEEPERS = ("sales", "clerk", "public")


def tried_by(state):
    """Everybody in two of the states; in those between, who comes nearest."""
    return EVERYONE if state in ("review", "active") else WRITERS


def item_commands(g, state):
    """Every command that alters the items of a file."""
    item, mine = g.items[state].id, {"type_id": g.items[state].type_id.id}
    return [
        (0, 0, mine),
        (1, item, {"number": "x"}),
        (2, item, 0),
        (3, item, 0),
        (5, 0, 0),
        (6, 0, []),
    ]


def lock_rows():
    """From its submission on, a file stays as it was reviewed."""
    values = {
        "is_core": True,
        "security_level": "secret",
        "department_id": False,
        "completeness": 1,
    }
    for (name, value), state in product(values.items(), LOCKED):
        yield Row(
            f"alter {name} in {state}",
            WRITERS,
            ARCHIVE,
            "write",
            file_of(state),
            constant(vals={name: value}),
        )
    for state in LOCKED:
        yield Row(
            f"alter company_id in {state}",
            WRITERS,
            ARCHIVE,
            "write",
            file_of(state),
            lambda g: {"vals": {"company_id": g.other_company.id}},
        )
        yield Row(
            f"alter the party in {state}",
            tried_by(state),
            ARCHIVE,
            "write",
            file_of(state),
            lambda g: {"vals": {"partner_id": g.spare.id}},
        )
        yield Row(
            f"alter the category in {state}",
            tried_by(state),
            ARCHIVE,
            "web_save",
            file_of(state),
            lambda g: {"vals": {"category_id": g.prospect.id}, "specification": {}},
        )
        yield from item_lock_rows(state)
        yield from copy_lock_rows(state)
        yield from partner_lock_rows(state)


def item_lock_rows(state):
    changes = {
        "number": "x",
        "is_paper": False,
        "valid_until": "2098-01-01",
        "attachment_ids": [(5, 0, 0)],
        "is_complete": False,
    }
    changes |= {
        "agrees_with_original": True,
        "received_on": "2020-01-01",
        "is_received": False,
        "type_id": 2,
    }
    for name, value in changes.items():
        yield Row(
            f"item: alter {name} in {state}",
            KEEPERS,
            ITEM,
            "write",
            item_of(state),
            constant(vals={name: value}),
        )
    yield Row(
        f"item: move out of {state}",
        tried_by(state),
        ITEM,
        "write",
        item_of(state),
        lambda g: {"vals": {"archive_id": g.files["draft"].id}},
    )
    yield Row(
        f"item: unlink in {state}", tried_by(state), ITEM, "unlink", item_of(state)
    )
    if state != "active":  # on file, further papers may be added
        new = lambda g: {
            "archive_id": g.files[state].id,
            "type_id": g.items[state].type_id.id,
        }
        yield Row(
            f"item: add in {state}",
            tried_by(state),
            ITEM,
            "create",
            None,
            lambda g: {"vals_list": new(g)},
        )
        yield Row(
            f"item: copy in {state}", tried_by(state), ITEM, "copy", item_of(state)
        )
        yield Row(
            f"item: move into {state}",
            tried_by(state),
            ITEM,
            "write",
            item_of("draft"),
            lambda g: {"vals": {"archive_id": g.files[state].id}},
        )
    for index in range(1 if state == "active" else 0, 4):
        yield Row(
            f"item: through its file, command {index}, in {state}",
            tried_by(state),
            ARCHIVE,
            "write",
            file_of(state),
            lambda g, i=index: {"vals": {"document_ids": [item_commands(g, state)[i]]}},
        )
    yield Row(
        f"item: through another file of one's own, in {state}",
        ("sales",),
        ARCHIVE,
        "write",
        file_of("draft"),
        lambda g: {"vals": {"document_ids": [(4, g.items[state].id, 0)]}},
        STATE,
    )


def copy_lock_rows(state):
    changes = {
        "datas": "Zm9yZ2Vk",
        "raw": "Zm9yZ2Vk",
        "name": "forged.txt",
        "res_id": 0,
        "res_model": False,
        "public": True,
    }
    changes |= {"mimetype": "text/html", "url": "https://example.com", "type": "url"}
    for name, value in changes.items():
        yield Row(
            f"copy: alter {name} in {state}",
            KEEPERS,
            COPY,
            "write",
            copy_of(state),
            constant(vals={name: value}),
        )
    yield Row(
        f"copy: rebind in {state}",
        tried_by(state),
        COPY,
        "write",
        copy_of(state),
        lambda g: {"vals": {"res_id": g.items["draft"].id}},
    )
    yield Row(
        f"copy: unlink in {state}", tried_by(state), COPY, "unlink", copy_of(state)
    )
    bound = lambda g: {
        "name": "more.txt",
        "raw": "x",
        "res_model": ITEM,
        "res_id": g.items[state].id,
    }
    yield Row(
        f"copy: add in {state}",
        tried_by(state),
        COPY,
        "create",
        None,
        lambda g: {"vals_list": bound(g)},
    )
    for command in ((1, {"datas": "Zm9yZ2Vk"}), (2, 0), (3, 0)):
        yield Row(
            f"copy: through its item {command} in {state}",
            WRITERS,
            ITEM,
            "write",
            item_of(state),
            lambda g, c=command: {
                "vals": {"attachment_ids": [(c[0], g.copies[state].id, c[1])]}
            },
        )


def partner_lock_rows(state):
    """Commands on the party reach its file, too."""
    changes = [
        (1, {"is_core": True}),
        (1, {"state": "active"}),
        (1, {"name": "2026-TSALE-900"}),
        (2, 0),
        (3, 0),
    ]
    changes += [(1, {"approval_ids": [(5, 0, 0)]}), (1, {"partner_id": False})]
    for number, values in changes:
        yield Row(
            f"party: archive_ids ({number}, {values}) in {state}",
            ("sales", "sales_other", "clerk", "portal", "public"),
            PARTNER,
            "write",
            lambda g: [g.files[state].partner_id.id],
            lambda g, n=number, v=values: {
                "vals": {"archive_ids": [(n, g.files[state].id, v)]}
            },
        )
    for command in ((5, 0, 0), (6, 0, [])):
        yield Row(
            f"party: archive_ids {command} in {state}",
            ("sales",),
            PARTNER,
            "write",
            lambda g: [g.files[state].partner_id.id],
            lambda _g, c=command: {"vals": {"archive_ids": [c]}},
        )
        yield Row(
            f"party: archive_ids {command} in {state}",
            ("sales_other",),
            PARTNER,
            "write",
            lambda g: [g.files[state].partner_id.id],
            lambda _g, c=command: {"vals": {"archive_ids": [c]}},
            UNCHANGED,
        )
    yield Row(
        f"party: take the file over in {state}",
        ("sales", "sales_other"),
        PARTNER,
        "write",
        lambda g: [g.spare.id],
        lambda g: {"vals": {"archive_ids": [(4, g.files[state].id, 0)]}},
    )
    yield Row(
        f"party: computed fields in {state}",
        ("sales", "sales_other"),
        PARTNER,
        "write",
        lambda g: [g.files[state].partner_id.id],
        constant(
            vals={"archive_state": "draft", "archive_number": "x", "archive_id": False}
        ),
        UNCHANGED,
    )
    yield Row(
        f"party: unlink in {state}",
        ("sales", "sales_other"),
        PARTNER,
        "unlink",
        lambda g: [g.files[state].partner_id.id],
    )
