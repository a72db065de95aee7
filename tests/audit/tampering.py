"""The tamperings: what it is, how it is done, and the breaks of A and of B."""

from odoo.addons.customer_archive.tools import chain

COLUMNS = (
    "company_id, sequence, date, user_id, event, model, res_id, archive_id, detail,"
    " note, commitment, digest, mac"
)


def edit(values, place=4):
    """Return what changes a row's columns, with the guard off for a moment."""

    def tamper(case):
        with case.unguarded():
            case.sql(f"UPDATE {{log}} SET {values} WHERE {{a}} AND sequence = {place}")

    return tamper


def run(*statements):
    """Return what runs statements, with the guard off for a moment."""

    def tamper(case):
        with case.unguarded():
            for statement in statements:
                case.sql(statement)

    return tamper


def guard(*statements, then=None):
    """Return what does something to the guard itself, and leaves it so."""

    def tamper(case):
        for statement in statements:
            case.sql(statement)
        if then:
            case.sql(then)

    return tamper


def copy_row(place, **changes):
    """Return SQL that inserts a copy of a row of A with other values."""
    columns = COLUMNS.split(", ")
    values = (changes.get(name, name) for name in columns)
    return (
        f"INSERT INTO {{log}} ({COLUMNS}) SELECT {', '.join(map(str, values))}"
        f" FROM {{log}} WHERE {{a}} AND sequence = {place}"
    )


def move(*places):
    """Return SQL that moves rows of A: pairs of their place and their next."""
    return [
        *(
            f"UPDATE {{log}} SET sequence = -{old} WHERE {{a}} AND sequence = {old}"
            for old, _new in places
        ),
        *(
            f"UPDATE {{log}} SET sequence = {new} WHERE {{a}} AND sequence = -{old}"
            for old, new in places
        ),
    ]


def swap_contents(*names):
    """Return SQL that exchanges columns of the 4th and the 6th row of A."""
    values = ", ".join(f"{name} = other.{name}" for name in names)
    return (
        f"UPDATE {{log}} log SET {values} FROM {{log}} other WHERE log.{{a}}"
        " AND other.{a} AND (log.sequence, other.sequence) IN ((4, 6), (6, 4))"
    )


def forge_linked(case):
    """Append a row whose digest is right, for it needs no key."""
    case.sql(copy_row(12, sequence=13, detail="'forged'"))
    row = list(case.env["customer.archive.log"]._rows_of(case.a))[-1]
    before = list(case.env["customer.archive.log"]._rows_of(case.a))[-2]
    digest = chain.Chain(None).digest(before.digest, row.text)
    with case.unguarded():
        case.sql(
            "UPDATE {log} SET digest = %s WHERE {a} AND sequence = 13",
            digest,
        )


def forge_unsealed(ticket, *, seal):
    """Return what adds a row that the system is to seal with its own."""

    def tamper(case):
        case.sql(
            copy_row(
                5,
                sequence="NULL",
                digest="NULL",
                commitment="NULL",
                detail="'forged'",
                mac=ticket,
            )
        )
        if seal:
            case.rows_of(case.a, 2, start=14)
            case.env["customer.archive.log"]._seal_rows()

    return tamper


def remove_anchor_files(case):
    for path in case.anchor_files(case.a):
        path.unlink()


def alter_anchor_file(case):
    [path] = case.anchor_files(case.a)
    text = path.read_text()
    path.chmod(0o600)
    path.write_text(text.replace('"count": 8', '"count": 7'))


def rewrite_without_key(case):
    case.rewrite(chain.Chain(None), from_place=4)


NOW_AND_UNGUARDED = ["altered 4", "unguarded 0"]
FORGED_FROM_4 = [
    *(f"forged {place}" for place in range(4, 9)),
    "rewritten 8",
    *(f"forged {place}" for place in range(9, 13)),
]

EDITS = [
    ("date", edit("date = date - interval '1 day'"), ["altered 4"]),
    ("second", edit("date = date + interval '1 second'"), ["altered 4"]),
    ("user_id", edit("user_id = 2"), ["altered 4"]),
    ("no user", edit("user_id = NULL"), ["altered 4"]),
    ("event", edit("event = 'open'"), ["altered 4"]),
    ("model", edit("model = 'res.partner'"), ["altered 4"]),
    ("res_id", edit("res_id = 1"), ["altered 4"]),
    ("archive_id", edit("archive_id = 1"), ["altered 4"]),
    ("detail", edit("detail = 'x'"), ["altered 4"]),
    ("no detail", edit("detail = NULL"), ["altered 4"]),
    ("id", edit("id = id + 1000000"), ["altered 4"]),
    ("sequence", edit("sequence = 14", 12), ["missing 12-13", "altered 14"]),
    ("below the first", edit("sequence = 0"), ["altered 0", "missing 4"]),
    ("far below", edit("sequence = -2147483648"), ["altered -2147483648", "missing 4"]),
    ("company_id", edit("company_id = {b_id}", 9), ["missing 9"], ["altered 9"]),
    ("company that isn't", edit("company_id = 4000000"), ["missing 4"]),
    ("note", edit("note = 'x'", 3), ["note 3"]),
    ("note added", edit("note = 'x'"), ["note 4"]),
    ("note taken", edit("note = NULL", 3), ["erased 3"]),
    ("note emptied", edit("note = ''", 3), ["erased 3"]),
    ("commitment", edit("commitment = 'x'", 3), ["altered 3", "note 3"]),
    ("both", edit("note = NULL, commitment = NULL", 3), ["altered 3"]),
    ("digest", edit("digest = mac"), ["altered 4"]),
    ("no digest", edit("digest = NULL"), ["altered 4"]),
    ("mac", edit("mac = digest"), ["forged 4"]),
    ("mac of strange signs", edit("mac = 'é'"), ["forged 4"]),
    ("no mac", edit("mac = NULL"), ["forged 4"]),
    (
        "anchored row",
        edit("detail = 'x', digest = 'x'", 8),
        ["altered 8", "rewritten 8"],
    ),
    ("unsealed again", edit("sequence = NULL", 12), ["unsealed 12"]),
]

TAMPERINGS = [
    # Rows that go
    ("head", run("DELETE FROM {log} WHERE {a} AND sequence < 3"), ["missing 1-2"]),
    ("middle", run("DELETE FROM {log} WHERE {a} AND sequence = 5"), ["missing 5"]),
    ("tail", run("DELETE FROM {log} WHERE {a} AND sequence > 5"), ["cut 6-8"]),
    (
        "gaps",
        run("DELETE FROM {log} WHERE {a} AND sequence IN (2, 5, 6, 9)"),
        ["missing 2", "missing 5-6", "missing 9"],
    ),
    ("all of a company", run("DELETE FROM {log} WHERE {a}"), ["cut 1-8"]),
    ("all", run("TRUNCATE {log}"), ["cut 1-8"], ["cut 1-6"]),
    # Rows that move
    ("reordered", run(*move((4, 6), (6, 4))), ["altered 4", "altered 6"]),
    (
        "closed up",
        run("DELETE FROM {log} WHERE {a} AND sequence = 11", *move((12, 11))),
        ["altered 11"],
    ),
    (
        "contents swapped",
        run(swap_contents("date", "res_id", "archive_id", "detail")),
        ["altered 4", "altered 6"],
    ),
    (
        "contents and seals swapped",
        run(swap_contents("res_id", "archive_id", "detail", "digest", "mac")),
        ["altered 4", "altered 6"],
    ),
    ("seals swapped", run(swap_contents("mac")), ["forged 4", "forged 6"]),
    # Rows that come
    ("forged at the end", run(copy_row(12, sequence=13)), ["altered 13"]),
    ("forged and linked", forge_linked, ["forged 13"]),
    (
        "forged behind a gap",
        run(copy_row(12, sequence=20)),
        ["missing 13-19", "altered 20"],
    ),
    ("forged below the first", run(copy_row(12, sequence=-3)), ["altered -3"]),
    (
        "copied to another company",
        run(copy_row(5, company_id="{b_id}", sequence=9)),
        [],
        ["altered 9"],
    ),
    ("unsealed", forge_unsealed("NULL", seal=False), ["unsealed 13"]),
    ("unsealed, another's seal", forge_unsealed("mac", seal=False), ["unsealed 13"]),
    ("sealed by the system", forge_unsealed("mac", seal=True), ["forged 13"]),
    ("sealed, no ticket", forge_unsealed("NULL", seal=True), ["forged 13"]),
    ("sealed, odd ticket", forge_unsealed("'é'", seal=True), ["forged 13"]),
    # All of it
    ("rewritten without the key", rewrite_without_key, FORGED_FROM_4),
    # The guard
    (
        "trigger dropped",
        guard(
            "DROP TRIGGER customer_archive_log_append_only ON {log}",
            then="UPDATE {log} SET detail = 'x' WHERE {a} AND sequence = 4",
        ),
        NOW_AND_UNGUARDED,
        ["unguarded 0"],
    ),
    (
        "trigger disabled",
        guard(
            "ALTER TABLE {log} DISABLE TRIGGER customer_archive_log_append_only",
            then="UPDATE {log} SET detail = 'x' WHERE {a} AND sequence = 4",
        ),
        NOW_AND_UNGUARDED,
        ["unguarded 0"],
    ),
    (
        "guard that lets all pass",
        guard(
            "CREATE OR REPLACE FUNCTION customer_archive_log_guard() RETURNS trigger"
            " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            then="UPDATE {log} SET detail = 'x' WHERE {a} AND sequence = 4",
        ),
        NOW_AND_UNGUARDED,
        ["unguarded 0"],
    ),
    (
        "guard for some rows only",
        guard(
            "DROP TRIGGER customer_archive_log_append_only ON {log}",
            "CREATE TRIGGER customer_archive_log_append_only BEFORE UPDATE OR DELETE"
            " ON {log} FOR EACH ROW WHEN (OLD.{b})"
            " EXECUTE FUNCTION customer_archive_log_guard()",
            then="UPDATE {log} SET detail = 'x' WHERE {a} AND sequence = 4",
        ),
        NOW_AND_UNGUARDED,
        ["unguarded 0"],
    ),
    (
        "truncate let through",
        guard("DROP TRIGGER customer_archive_log_append_only_truncate ON {log}"),
        ["unguarded 0"],
        ["unguarded 0"],
    ),
    (
        "another trigger",
        guard(
            "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN NULL; END'",
            "CREATE TRIGGER swallow BEFORE INSERT ON {log}"
            " FOR EACH ROW EXECUTE FUNCTION swallow()",
        ),
        ["unguarded 0"],
        ["unguarded 0"],
    ),
    (
        "a rule",
        guard("CREATE RULE swallow AS ON INSERT TO {log} DO INSTEAD NOTHING"),
        ["unguarded 0"],
        ["unguarded 0"],
    ),
    (
        "same place twice",
        guard(
            "DROP INDEX customer_archive_log_chain",
            then=copy_row(4, detail="'x'"),
        ),
        ["altered 4", "duplicate 4", "unguarded 0"],
        ["unguarded 0"],
    ),
    # Notes
    (
        "erased without an erasure",
        guard("UPDATE {log} SET note = NULL WHERE {a} AND sequence = 3"),
        ["erased 3"],
    ),
    (
        "erased with one",
        guard("UPDATE {log} SET note = NULL WHERE {a} AND sequence = 7"),
        [],
    ),
    (
        "erased with a forged erasure",
        run(
            "UPDATE {log} SET note = NULL WHERE {a} AND sequence = 3",
            copy_row(3, sequence=13, event="'erase'", note="NULL", commitment="NULL"),
        ),
        ["erased 3", "altered 13"],
    ),
    # Anchors
    (
        "anchor forged in the database",
        guard(
            "INSERT INTO customer_archive_log_anchor (company_id, date, count, digest,"
            " mac) SELECT company_id, now(), 5, digest, mac FROM {log}"
            " WHERE {a} AND sequence = 4"
        ),
        ["anchor 5", "lost 5"],
    ),
    (
        "anchor altered in the database",
        guard("UPDATE customer_archive_log_anchor SET digest = 'x' WHERE {a}"),
        ["anchor 8", "lost 8"],
    ),
    ("anchor's file altered", alter_anchor_file, ["anchor 7", "lost 7", "lost 8"]),
    ("anchor's file removed", remove_anchor_files, ["lost 8"]),
    (
        "anchors removed in the database",
        guard("DELETE FROM customer_archive_log_anchor"),
        ["lost 8"],
        ["lost 6"],
    ),
]
