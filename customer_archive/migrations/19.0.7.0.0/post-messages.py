# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Takes outsiders from the followers of our records, and answers from other records.

Until now whoever edits a record could have anybody follow it, who got by mail what was
said from then on; and a message anywhere could be made the answer to one on a hidden
record, which was shown along with it. What was said stays as it is.
"""

import logging

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    drop_outsiders(env)
    part_answers(cr)


def drop_outsiders(env):
    """Remove followers without a user in the company; colleagues stay.

    These hear of a record only as long as they may read it.
    """
    ours = [("res_model", "=like", "customer.archive%")]
    outside = (
        env["mail.followers"]
        .search(ours)
        .filtered(lambda each: all(user.share for user in each.partner_id.user_ids))
    )
    for each in outside:
        _logger.info(
            "Contact %s is outside the company and doesn't follow %s %s any more",
            each.partner_id.id,
            each.res_model,
            each.res_id,
        )
    outside.unlink()


def part_answers(cr):
    """Part messages from those on our records that they only claim to answer."""
    cr.execute(
        "UPDATE mail_message AS answer SET parent_id = NULL FROM mail_message AS said"
        " WHERE answer.parent_id = said.id AND said.model LIKE 'customer.archive%%'"
        " AND (answer.model, answer.res_id) IS DISTINCT FROM (said.model, said.res_id)"
        " RETURNING answer.id",
        [],
    )
    parted = [message_id for (message_id,) in cr.fetchall()]
    if parted:
        _logger.info("Messages parted from what they claimed to answer: %s", parted)
