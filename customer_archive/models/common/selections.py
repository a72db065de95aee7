"""Values of selection fields as the user reads them."""


def choices(model, field):
    """Return the values of a selection field with their labels."""
    return model._fields[field]._description_selection(model.env)


def label(record, field):
    """Return what one record has chosen, in words; its code if that is unknown."""
    return dict(choices(record, field)).get(record[field], record[field])


# What a change can be about, and the model that holds it.
SUBJECTS = {
    "party": "res.partner",
    "contact": "res.partner",
    "bank": "res.partner.bank",
    "file": "customer.archive",
    "item": "customer.archive.document",
    "secret": "customer.archive.secret",
}
