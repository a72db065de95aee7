"""Which files a kind of item is asked of: a filter, as data.

The fields are named here, because what is missing in a file is stored and has to be
reckoned anew when one of them changes.
"""

import ast
import functools

from odoo.fields import Domain

# Fields of a file that a condition may ask for.
FIELDS = (
    "category_id",
    "category_id.is_high_risk",
    "category_id.side",
    "cooperation_term",
    "has_other_address",
    "is_core",
    "is_signed_by_other",
    "relation_stage",
    "security_level",
)


@functools.lru_cache(maxsize=256)
def condition(text):
    """Return the domain that a condition says.

    :param text: a domain as Odoo's widget writes it; empty for all files
    :raise ValueError: if it isn't one, or asks for a field that isn't in ``FIELDS``
    """
    domain = Domain(ast.literal_eval((text or "").strip() or "[]"))
    for each in domain.iter_conditions():
        # A filter on the category's own fields would hide which ones it asks for.
        if each.field_expr not in FIELDS or "any" in each.operator:
            raise ValueError(each.field_expr)
    return domain
