# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Puts views that others made on the screens that are whole now.

Screens were in pieces until this version. Odoo removes the pieces at the end of the
update, and with them every view that inherits one, an administrator's as well.
"""

from openupgradelib import openupgrade

# The pieces by the view that they have become part of.
PIECES = {
    "view_customer_archive_form": (
        "view_customer_archive_form_agreements",
        "view_customer_archive_form_disposal",
        "view_customer_archive_form_place",
        "view_customer_archive_form_retention",
        "view_customer_archive_form_review",
    ),
    "view_customer_archive_list": (
        "view_customer_archive_list_place",
        "view_customer_archive_list_retention",
        "view_customer_archive_list_review",
    ),
    "view_customer_archive_search": (
        "view_customer_archive_search_disposal",
        "view_customer_archive_search_place",
        "view_customer_archive_search_retention",
        "view_customer_archive_search_review",
    ),
    "view_customer_archive_category_form": (
        "view_customer_archive_category_form_agreements",
        "view_customer_archive_category_form_retention",
    ),
    "view_customer_archive_change_form": ("view_customer_archive_change_form_review",),
    "view_customer_archive_document_form": (
        "view_customer_archive_document_form_validity",
    ),
    "view_customer_archive_document_type_form": (
        "view_customer_archive_document_type_form_retention",
        "view_customer_archive_document_type_form_validity",
    ),
    "view_customer_archive_undertaking_form": (
        "view_customer_archive_undertaking_form_validity",
    ),
    "view_res_config_settings_form": (
        "view_res_config_settings_disposal",
        "view_res_config_settings_form_annual",
        "view_res_config_settings_form_register",
        "view_res_config_settings_form_review",
        "view_res_config_settings_form_validity",
    ),
}


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    every = tuple(piece for pieces in PIECES.values() for piece in pieces)
    for whole, pieces in PIECES.items():
        cr.execute(
            """
            WITH ours AS (
                SELECT name, res_id FROM ir_model_data
                 WHERE module = 'customer_archive' AND model = 'ir.ui.view'
            )
            UPDATE ir_ui_view
               SET inherit_id = (SELECT res_id FROM ours WHERE name = %s)
             WHERE inherit_id IN (SELECT res_id FROM ours WHERE name IN %s)
               AND id NOT IN (SELECT res_id FROM ours WHERE name IN %s)
            """,
            [whole, pieces, every],
        )
