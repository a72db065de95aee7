"""Values of fields: what a client sends, what it changes, and how a user reads it."""

# What a change can be about, and the model that holds it.
SUBJECTS = {
    "party": "res.partner",
    "contact": "res.partner",
    "bank": "res.partner.bank",
    "file": "customer.archive",
    "item": "customer.archive.document",
    "secret": "customer.archive.secret",
}

# The largest number that the database keeps in a column of whole numbers.
MOST = 2**31 - 1
# Nothing that a file tells of happened before; it is a slip of the hand.
FIRST_YEAR = "1900"


def is_text(value):
    """Whether ``value``, which a client sent, is a string that says something."""
    return isinstance(value, str) and bool(value.strip())


def choices(model, field):
    """Return the values of a selection field with their labels."""
    return model._fields[field]._description_selection(model.env)


def label(record, field):
    """Return what one record has chosen, in words; its code if that is unknown."""
    return dict(choices(record, field)).get(record[field], record[field])


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


def are_ids(value):
    """Whether ``value``, which a client sent, is a list of ids of records."""
    return isinstance(value, list) and all(
        type(each) is int and 0 < each <= MOST for each in value
    )


def fits(field, value):
    """Whether ``value``, which a client sent, is one that a field can hold.

    Only numbers and days are looked at; what is none at all, Odoo says itself.
    """
    if field.type == "integer" and isinstance(value, int | float):
        # Also what is no number, such as NaN, is none that fits.
        return -MOST - 1 <= value <= MOST
    if field.type in ("date", "datetime") and value:
        return str(value)[:4] >= FIRST_YEAR
    return True
