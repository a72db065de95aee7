from odoo import api, models
from odoo.tools import SQL

# What is written along with each change, and says nothing.
MAGIC = ("write_uid", "write_date")
GUARD = """
BEGIN
    IF NOT ({locked}) THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND ({still}) THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'What is signed is never changed or deleted.'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END """
WITH = """EXISTS (SELECT 1 FROM {table} s
                   WHERE s.id IN (OLD.{field}, NEW.{field})
                     AND s.state IN ({states}))"""


def same_but(*columns):
    """Return the SQL condition that nothing but some columns changes in a row."""
    names = ", ".join(f"'{name}'" for name in (*MAGIC, *columns))
    return f"to_jsonb(OLD) - ARRAY[{names}] = to_jsonb(NEW) - ARRAY[{names}]"


class CustomerArchiveLocked(models.AbstractModel):
    """What the database itself refuses to change once it is signed, or ended.

    An inheriting model has a ``state``, or says in ``_locked_with`` which field leads
    to what has one; of that no row is added, changed or taken away any more.
    """

    _name = "customer.archive.locked"
    _description = "Locked Record"

    # States from which on it stays as it is.
    _locked_states = ("signed",)
    # Field that leads to what is signed, if it isn't the record itself.
    _locked_with = None

    @api.model
    def _still_written(self):
        """Return the SQL condition, of OLD and NEW, of what changes all the same."""
        return same_but()

    def write(self, vals):
        if not self._locked_with and vals.get("state") in self._locked_states:
            # What waits to be stored of it is stored before: it would be refused after.
            self.env.flush_all()
        return super().write(vals)

    def init(self):
        """Let the database itself refuse to change what is locked."""
        result = super().init()
        if not self._abstract:
            self._lock_table()
        return result

    def _lock_table(self):
        states = ", ".join(f"'{state}'" for state in self._locked_states)
        locked, when = f"OLD.state IN ({states})", "UPDATE OR DELETE"
        if self._locked_with:
            whole = self.env[self._fields[self._locked_with].comodel_name]._table
            locked = WITH.format(table=whole, field=self._locked_with, states=states)
            when = "INSERT OR UPDATE OR DELETE"
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger
                    LANGUAGE plpgsql AS %(body)s;
                CREATE OR REPLACE TRIGGER %(trigger)s BEFORE %(when)s ON %(table)s
                    FOR EACH ROW EXECUTE FUNCTION %(function)s();
                """,
                function=SQL.identifier(f"{self._table}_guard"),
                trigger=SQL.identifier(f"{self._table}_kept"),
                table=SQL.identifier(self._table),
                when=SQL(when),
                body=GUARD.format(locked=locked, still=self._still_written()),
            )
        )
