# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lets agreements be approved: those of before stay as they are.

What was signed stays signed, and a draft takes a round before it is signed. The policy,
its step and the new columns of the register come with the data, as in a new database.
Record rules and the register are brought up to date where nobody has changed them.
"""

import logging

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)
ADDON = "customer_archive"
FILE, BOTH = "'archive_id.approver_ids'", "'archive_id.approver_ids', 'approver_ids'"
CLEARANCE = (
    "reader.cleared_for('archive_id') | reader.answers_for('archive_id')"
    f" | reader.named({FILE}) | reader.granted_file('archive_id')"
)
HEAD = f"reader.named({FILE}) | reader.heads('archive_id.department_id')"
# By record and field: what was shipped, and what is now.
SHIPPED = {
    ("rule_agreement_clearance", "domain_force"): (
        CLEARANCE,
        CLEARANCE.replace(FILE, BOTH),
    ),
    ("rule_agreement_head", "domain_force"): (HEAD, HEAD.replace(FILE, BOTH)),
    ("register_agreement", "domain"): (
        "[('state', '!=', 'draft')]",
        "[('state', 'in', ('signed', 'ended', 'terminated'))]",
    ),
}


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for (name, field), (before, now) in SHIPPED.items():
        record = env.ref(f"{ADDON}.{name}", raise_if_not_found=False)
        if not record or record[field] == now:
            continue
        if record[field] == before:
            record[field] = now
        else:
            _logger.warning("%s was changed by hand and stays", name)
    cr.execute(
        "UPDATE customer_archive_agreement SET approval_round = 0"
        " WHERE approval_round IS NULL"
    )
