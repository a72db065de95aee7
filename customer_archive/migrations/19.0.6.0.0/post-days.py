# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tells by which zone each company's days are counted from now on.

Before, it was that of the working calendar, which Odoo makes in UTC. Dates that are
recorded stay as they are; only which day it is now may be another.
"""

import logging

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api

from odoo.addons.customer_archive.models.common.company_day import HOME, UNCHOSEN

_logger = logging.getLogger(__name__)


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    for company in env["res.company"].search([]):
        before = company.resource_calendar_id.tz or HOME
        if before not in UNCHOSEN and company.archive_tz != before:
            # Somebody chose it, and days were counted by it.
            company.archive_tz = before
        if company.archive_tz != before:
            _logger.info(
                "Customer files of company %s (%s): days are counted in %s from now "
                "on, and no more in %s as the working calendar says. Recorded dates "
                "stay as they are. The settings name the zone.",
                company.id,
                company.name,
                company.archive_tz,
                before,
            )
