"""Keeps sensitive numbers out of what Odoo stores as it was typed."""

import ast
import re

from odoo import api, models
from odoo.exceptions import UserError

from ..common.customer_archive_guard import is_ours

# What a search or a default would tell.
SENSITIVE = {
    "customer.archive.secret": {"value", "ciphertext", "blind_index"},
    "customer.archive.document": {"number", "shown_number"},
    "customer.archive.change.line": {"value", "old_value"},
}
NAMES = set().union(*SENSITIVE.values())
_CONTEXT = re.compile(r"(?:search_)?default_")


class IrFilters(models.Model):
    """Favourites hold the filter as it was typed, for as long as they exist."""

    _inherit = "ir.filters"

    @api.model_create_multi
    def create(self, vals_list):
        filters = super().create(vals_list)
        filters._archive_check_discreet()
        return filters

    def write(self, vals):
        result = super().write(vals)
        self._archive_check_discreet()
        return result

    def _archive_check_discreet(self):
        """Refuse favourites that search by a sensitive number."""
        for each in self.sudo():
            if each.model_id not in self.env:
                continue
            names = _texts(each.domain) | _texts(each.context)
            if _is_sensitive(self.env[each.model_id], names):
                raise UserError(
                    self.env._(
                        "Searches by sensitive numbers can't be saved, because the "
                        "number would be stored unencrypted. Remove it from the "
                        "search, and enter it when you need it."
                    )
                )


def _texts(expression):
    """Return all texts in a Python expression, or its words if it isn't one."""
    try:
        nodes = ast.walk(ast.parse((expression or "").strip() or "0", mode="eval"))
    except (SyntaxError, ValueError):
        return set(re.findall(r"[\w.]+", expression))
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _is_sensitive(model, texts):
    """Whether some of the ``texts`` name sensitive fields, seen from ``model``."""
    paths = {_CONTEXT.sub("", text).partition(":")[0] for text in texts}
    if not any(path.rpartition(".")[2] in NAMES for path in paths):
        return False
    # Within “any” the paths are those of another model, which isn't asked for here.
    return is_ours(model._name) or any(
        is_ours(name) for path in paths for name in _models_on(model, path)
    )


def _models_on(model, path):
    """Yield the names of the models that a path of fields leads to."""
    for name in path.split("."):
        field = model._fields.get(name) if model is not None else None
        if not (field and field.relational):
            return
        yield field.comodel_name
        model = model.env.get(field.comodel_name)
