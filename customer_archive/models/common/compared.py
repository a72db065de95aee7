"""Tells an edit from a value that is only sent once more."""


def differs(record, name, value):
    """Whether writing ``value`` to a field of ``record`` would change it.

    Clients and imports send a whole row, of which one field was edited. Lists of
    records are taken for edits.
    """
    field = record._fields.get(name)
    # What isn't there is refused where it is written.
    if field is None or field.type in ("one2many", "many2many"):
        return True
    if field.compute and not field.store:
        return bool(value)
    written = field.convert_to_write(record[name], record)
    old, new = (field.convert_to_cache(each, record) for each in (written, value))
    # A field without a value is empty, in whatever way that is said.
    return (old or None) != (new or None)
