# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Puts into force the approval policies that are taken now.

From this version on a policy is taken once a second person has confirmed it. Those that
were there decided already: without this nothing could be submitted after the update.
"""

from openupgradelib import openupgrade


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    cr.execute(
        "UPDATE customer_archive_approval_policy SET state = 'confirmed'"
        " WHERE state = 'draft' AND confirmed_by_id IS NULL"
    )
    # Imports that go on in the background go on in the name of who checked them.
    cr.execute(
        "UPDATE customer_archive_import SET runner_id = user_id"
        " WHERE job IS NOT NULL AND runner_id IS NULL"
    )
