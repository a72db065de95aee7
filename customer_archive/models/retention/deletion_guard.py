"""The database itself refuses deletions: the triggers, whose last word is here."""

from odoo.tools import SQL

TRIGGER = "customer_archive_deletion"
# What the database lets pass: what a draft holds, and, without the file itself, what
# a destroyed file held; and neither of them as long as something keeps it. Copies may
# go from an item that isn't complete yet. An empty row of a checklist holds nothing:
# it stays only where the file is held or blocked.
GUARD = """
DECLARE
    file int;
    kept record;
    blank boolean := false;
    what text;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        IF TG_TABLE_NAME = 'ir_attachment' AND NOT EXISTS (
            SELECT 1 FROM ir_attachment WHERE res_model IN
                ('customer.archive', 'customer.archive.document'))
        THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION 'Customer files are never emptied.'
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    ELSIF TG_TABLE_NAME = 'customer_archive' THEN
        file := OLD.id;
    ELSIF TG_TABLE_NAME = 'ir_attachment' THEN
        IF OLD.res_model = 'customer.archive' THEN
            file := OLD.res_id;
        ELSE
            SELECT archive_id INTO file FROM customer_archive_document
             WHERE id = OLD.res_id;
        END IF;
    ELSE
        file := OLD.archive_id;
    END IF;
    SELECT state, is_blocked, approval_round INTO kept
      FROM customer_archive WHERE id = file;
    -- Gone by a cascade, which was let pass when the file itself went.
    IF NOT FOUND THEN
        RETURN OLD;
    END IF;
    IF TG_TABLE_NAME = 'customer_archive' THEN
        IF kept.state <> 'draft' OR COALESCE(kept.approval_round, 0) > 0 THEN
            what := 'it has been submitted';
        END IF;
    ELSIF TG_TABLE_NAME <> 'ir_attachment' THEN
        IF kept.state NOT IN ('draft', 'destroyed') THEN
            what := 'its file is on record';
        END IF;
    END IF;
    IF kept.is_blocked AND kept.state <> 'destroyed' THEN
        what := 'its file is blocked';
    END IF;
    IF TG_TABLE_NAME = 'customer_archive_document' THEN
        blank := OLD.is_received IS NOT TRUE AND OLD.number IS NULL
            AND OLD.issuer IS NULL AND OLD.issue_date IS NULL
            AND OLD.valid_until IS NULL AND OLD.note IS NULL
            AND NOT EXISTS (SELECT 1 FROM customer_archive_secret s
                             WHERE s.document_id = OLD.id)
            AND NOT EXISTS (SELECT 1 FROM ir_attachment t
                             WHERE t.res_model = 'customer.archive.document'
                               AND t.res_id = OLD.id);
    END IF;
    IF what IS NULL THEN
        SELECT string_agg(DISTINCT b.kind, ', ') INTO what
          FROM customer_archive_blockers(ARRAY[file]) b
         WHERE NOT blank OR b.kind = 'hold';
    END IF;
    IF what IS NOT NULL THEN
        RAISE EXCEPTION 'Customer file %: nothing of it can be deleted now (%).',
            file, what
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN OLD;
END """


def guard(cr, table, condition=None):
    """Have the database refuse deletions from a table that the guard doesn't let pass.

    :param condition: which rows are ours; all without it
    """
    cr.execute(
        SQL(
            """
            CREATE OR REPLACE FUNCTION customer_archive_deletion_guard()
                RETURNS trigger LANGUAGE plpgsql AS %(guard)s;
            CREATE OR REPLACE TRIGGER %(trigger)s BEFORE DELETE ON %(table)s
                FOR EACH ROW WHEN (%(condition)s)
                EXECUTE FUNCTION customer_archive_deletion_guard();
            CREATE OR REPLACE TRIGGER %(truncate)s BEFORE TRUNCATE ON %(table)s
                FOR EACH STATEMENT
                EXECUTE FUNCTION customer_archive_deletion_guard();
            """,
            guard=GUARD,
            trigger=SQL.identifier(TRIGGER),
            truncate=SQL.identifier(f"{TRIGGER}_truncate"),
            table=SQL.identifier(table),
            condition=condition or SQL("TRUE"),
        )
    )
