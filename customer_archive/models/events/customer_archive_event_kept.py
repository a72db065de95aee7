from odoo import models

from ..common.company_day import SQL_NOW

# What a note says stays as it was a day after it was written, its answer as it was
# given, also for who writes to the database directly. What moves with a party or a
# file, and what is still to be done, isn't among it. What goes with a destroyed file is
# deleted: nothing is moved to one for that.
GUARD = f"""
DECLARE
    yesterday timestamp := {SQL_NOW} - interval '1 day 1 hour';
    kept text[] := '{{}}';
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM customer_archive a
         WHERE a.state = 'destroyed' AND (a.id = OLD.archive_id
            OR OLD.archive_id IS NULL AND a.partner_id = OLD.partner_id
               AND a.company_id = OLD.company_id
               AND NOT EXISTS (
                   SELECT 1 FROM customer_archive b
                    WHERE b.partner_id = a.partner_id
                      AND b.company_id = a.company_id AND b.state <> 'destroyed')))
    THEN RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        -- The day on which the row was made is the database's own: what is written
        -- today as of another time isn't kept from whoever does so.
        IF OLD.create_date < yesterday THEN
            kept := kept || ARRAY['create_uid', 'create_date'];
            IF OLD.state <> 'planned' AND OLD.written_on < yesterday THEN
                kept := kept || ARRAY['type_id', 'date', 'user_id', 'description',
                    'place', 'agreed', 'disputed', 'scenario', 'budget',
                    'currency_id', 'equipment', 'scheme', 'work', 'product',
                    'result', 'written_on', 'corrects_id'];
            END IF;
            IF OLD.answered_on < yesterday::date THEN
                kept := kept || ARRAY['answer', 'answered_on', 'answered_by_id',
                    'due_date'];
            END IF;
            IF OLD.closed_on < yesterday::date THEN
                kept := kept || ARRAY['score', 'closed_on'];
            END IF;
        END IF;
        IF NOT EXISTS (
            SELECT 1 FROM unnest(kept) name
             WHERE to_jsonb(OLD)->name IS DISTINCT FROM to_jsonb(NEW)->name)
           AND NOT (NEW.archive_id IS DISTINCT FROM OLD.archive_id AND EXISTS (
            SELECT 1 FROM customer_archive a
             WHERE a.id = NEW.archive_id AND a.state = 'destroyed'))
        THEN RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'What an event note says is never changed or deleted.'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END """


class CustomerArchiveEvent(models.Model):
    """What the database itself keeps of a note."""

    _inherit = "customer.archive.event"

    def init(self):
        """Let the database itself refuse to change what was written before."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION customer_archive_event_guard()
                RETURNS trigger LANGUAGE plpgsql AS %s;
            CREATE OR REPLACE TRIGGER customer_archive_event_kept
                BEFORE UPDATE OR DELETE ON customer_archive_event
                FOR EACH ROW EXECUTE FUNCTION customer_archive_event_guard();
            CREATE OR REPLACE TRIGGER customer_archive_event_kept_truncate
                BEFORE TRUNCATE ON customer_archive_event
                FOR EACH STATEMENT EXECUTE FUNCTION customer_archive_event_guard();
            """,
            [GUARD],
        )
        return super().init()
