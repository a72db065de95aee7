# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Encrypts papers that the chatter of our records took in plain.

They stay with their records until somebody sorts them, and no message links them any
more. All of it is one transaction with the update, and finds what is left to do.
"""

import logging
import os

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL, split_every

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.models.encryption.customer_archive_keyring import (
    KeyProblem,
)

_logger = logging.getLogger(__name__)

# Records in memory at a time.
BATCH = 100
# What our own jobs store, and copies of items, which are encrypted already.
PAPERS = """
    SELECT a.id, COALESCE(m.model, a.res_model), COALESCE(m.res_id, a.res_id)
      FROM ir_attachment a
      LEFT JOIN LATERAL (
            SELECT m.model, m.res_id
              FROM message_attachment_rel r JOIN mail_message m ON m.id = r.message_id
             WHERE r.attachment_id = a.id AND m.model LIKE 'customer.archive%%'
               AND COALESCE(a.res_model, 'mail.') LIKE 'mail.%%'
               AND a.res_model IS DISTINCT FROM 'mail.template'
             ORDER BY m.id LIMIT 1) m ON TRUE
     WHERE a.type = 'binary' AND a.archive_key IS NULL AND a.res_field IS NULL
       AND (m.model IS NOT NULL OR a.res_model LIKE 'customer.archive%%')
       AND COALESCE(m.model, a.res_model) NOT IN (
            'customer.archive.document', 'customer.archive.register.run',
            'customer.archive.annual.line')
       AND NOT EXISTS (
            SELECT FROM customer_archive_disposal d
             WHERE a.res_model = 'customer.archive.disposal' AND d.id = a.res_id
               AND a.name IN ('certificate_' || d.certificate || '.json',
                              'certificate_' || d.certificate || '.pdf'))
     ORDER BY a.id
"""


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(PAPERS)
    left = []
    for rows in split_every(BATCH, cr.fetchall()):
        for paper_id, model, res_id in rows:
            paper = env["ir.attachment"].browse(paper_id)
            if not _take_in(paper, model, res_id):
                left.append(paper_id)
        env.flush_all()
        env.invalidate_all()
    if left:
        _logger.warning(
            "Papers that are as they were: their file is gone, or its key. By id: %s",
            left,
        )


def _take_in(paper, model, res_id):
    """Encrypt one paper as that of a record; return whether it could be."""
    env = paper.env
    if model not in env or not _is_content_there(paper):
        return False
    home = {"res_model": model, "res_id": res_id}
    try:
        with env.cr.savepoint():
            _unlink_everywhere(paper)
            open_to_all = {"public": False, "access_token": False}
            as_system(paper).write({**home, **open_to_all})
            paper._archive_encrypt_all()
    except KeyProblem:
        return False
    return True


def _unlink_everywhere(paper):
    """Take a paper out of the messages and the like that link it."""
    for name, field in paper.env["base"]._archive_link_fields():
        if field.type == "many2many":
            paper.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s = %s",
                    SQL.identifier(field.relation),
                    SQL.identifier(field.column2),
                    paper.id,
                )
            )
            paper.env[name].invalidate_model([field.name])


def _is_content_there(paper):
    name = paper.store_fname
    return not name or os.path.isfile(paper._full_path(name))
