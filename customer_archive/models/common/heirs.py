"""Which models there are: reckoned from the registry, so that none is forgotten."""

from odoo.models import MAGIC_COLUMNS


def heirs(env, name):
    """Return the names of the models that inherit from an abstract one, in order."""
    names, found = [name], set()
    while names:
        children = env[names.pop()]._inherit_children
        names += [child for child in children if env[child]._abstract]
        found.update(child for child in children if not env[child]._abstract)
    return sorted(found)


def naming_users(model):
    """Return the names of the stored fields in which a model names users."""
    return [
        field.name
        for field in model._fields.values()
        if field.comodel_name == "res.users"
        and field.store
        and field.name not in MAGIC_COLUMNS
    ]
