"""What a database holds of the addon, in words that mean the same in any database.

Compared by ``test_updated`` (an updated database with a new one) and by ``./dev
compare`` (what this checkout installs with what another revision does); the latter
runs this file in an Odoo shell, so that nothing but Odoo is imported.
"""

import re

ADDON = "customer_archive"
# What differs by itself.
PASSING = {
    *("id", "parent_path", "arch_fs", "arch_prev", "arch_updated"),
    *("lastcall", "nextcall", "number_next", "number_next_actual"),
    *("create_date", "create_uid", "write_date", "write_uid"),
}
# Reckoned by Odoo from the code at each start.
REFLECTED = ("ir.model", "ir.model.fields", "ir.model.fields.selection")


def shipped(env):
    """Return what the addon's records hold, by (name, field) and language."""
    data = env["ir.model.data"].search(
        [("module", "=", ADDON), ("model", "not in", REFLECTED)]
    )
    names = Names(env)
    found = {}
    for model, rows in data.grouped("model").items():
        if model.startswith("ir.model.") and model != "ir.model.access":
            found.update({(row.name, "model"): model for row in rows})
            continue
        by_id = {row.res_id: row.name for row in rows}
        records = env[model].with_context(active_test=False).browse(by_id).exists()
        found.update({(row.name, "model"): model for row in rows})
        for field in records._fields.values():
            if not field.store or field.name in PASSING or field.type == "binary":
                continue
            for lang in ("en_US", "zh_CN") if field.translate else ("en_US",):
                for record in records.with_context(lang=lang):
                    key = (by_id[record.id], f"{field.name} {lang}")
                    found[key] = names.told(field, record[field.name])
    return found


class Names:
    """Puts references into words that mean the same in any database."""

    def __init__(self, env):
        self.env = env
        self.known = {
            (row["model"], row["res_id"]): f"{row['module']}.{row['name']}"
            for row in env["ir.model.data"].search_read(
                [], ["model", "res_id", "module", "name"], order="id desc"
            )
        }

    def told(self, field, value):
        if field.type == "reference":
            value = value or self.env["base"]
        elif not field.relational:
            # Views name actions by their ids.
            anonymous = field.name == "arch_db" and value
            return re.sub(r'name="\d+"', 'name="…"', value) if anonymous else value
        return sorted(
            self.known.get((record._name, record.id), record._name) for record in value
        )


def structure(cr):
    """Return what the database has for the addon: columns, constraints and so on."""
    cr.execute(
        """
        SELECT 'column', table_name || '.' || column_name || ' ' || data_type
               || ' ' || is_nullable
          FROM information_schema.columns WHERE table_schema = 'public'
         UNION ALL
        SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
         UNION ALL
        SELECT 'constraint', conrelid::regclass || ' ' || pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
         UNION ALL
        SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
         UNION ALL
        SELECT 'function', pg_get_functiondef(oid) FROM pg_proc
         WHERE proname LIKE 'customer\\_archive%%'
         UNION ALL
        SELECT 'model', model FROM ir_model
         UNION ALL
        SELECT 'field', model || '.' || name FROM ir_model_fields
         UNION ALL
        SELECT 'id', module || '.' || name FROM ir_model_data
         WHERE model IN %s AND module = %s
        """,
        [REFLECTED, ADDON],
    )
    return {(kind, _bare(text)) for kind, text in cr.fetchall()}


def _bare(text):
    """Return a definition without names given by count, and casts that dumps add."""
    text = re.sub(r"^CREATE (UNIQUE )?INDEX \S+", r"CREATE \1INDEX", text)
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", text)


def fields_of(env):
    """Return what Odoo knows of each field, by model and name."""
    env.cr.execute(
        """
        SELECT model || '.' || name, to_jsonb(ir_model_fields) - %s::text[]
          FROM ir_model_fields
        """,
        [sorted(PASSING | {"model_id", "related_field_id", "relation_field_id"})],
    )
    return dict(env.cr.fetchall())
