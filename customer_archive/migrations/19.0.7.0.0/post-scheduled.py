# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Gives the scheduled actions that are there to those who administer Odoo.

They had no groups, so whoever may write to their model could run them with his own
rights, and put off what he couldn't see.
"""

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, Command, api


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    system = env.ref("base.group_system")
    data = env["ir.model.data"].search(
        [("module", "=", "customer_archive"), ("model", "=", "ir.cron")]
    )
    crons = env["ir.cron"].browse(data.mapped("res_id")).exists()
    crons.ir_actions_server_id.write({"group_ids": [Command.link(system.id)]})
