# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Encrypts what earlier versions kept plain: copies of items, sensitive numbers.

All of it is one transaction with the update, and finds what is left to do: killed or
run again it does no harm. Odoo's plain files go after the commit.
"""

import logging
import os

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ValidationError
from odoo.tools import split_every

from odoo.addons.customer_archive.models.common.sentinel import as_system

_logger = logging.getLogger(__name__)

# Records in memory at a time.
BATCH = 100


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    move_numbers(env)
    encrypt_copies(env)
    restrict_templates(env)


def restrict_templates(env):
    """Leave code in e-mail templates to administrators, as on installation."""
    parameters = env["ir.config_parameter"]
    parameters.set_param("mail.restrict.template.rendering", True)


def move_numbers(env):
    """Move the plain numbers of sensitive items into sensitive values."""
    env.cr.execute(
        """
        SELECT item.id FROM customer_archive_document item
          JOIN customer_archive_document_type type ON type.id = item.type_id
         WHERE type.is_sensitive AND item.number > ''
         ORDER BY item.id
        """
    )
    for items in _batches(env, "customer.archive.document"):
        for item in items:
            _move_number(item)


def _move_number(item):
    number = item.number
    try:
        with item.env.cr.savepoint():
            item._keep_number(number)
    except ValidationError:
        # Entered before such numbers were checked: kept as it is.
        secrets = as_system(item.env["customer.archive.secret"])
        secrets.create(
            {
                "archive_id": item.archive_id.id,
                "document_id": item.id,
                "kind": "other",
                "label": item.type_id.name,
                "value": number,
            }
        )
        as_system(item).write({"number": False})


def encrypt_copies(env):
    """Encrypt the electronic copies of all items."""
    env.cr.execute(
        """
        SELECT id FROM ir_attachment
         WHERE res_model = 'customer.archive.document' AND type = 'binary'
           AND archive_key IS NULL
         ORDER BY id
        """
    )
    lost = []
    for copies in _batches(env, "ir.attachment"):
        there = copies.filtered(_is_content_there)
        there._archive_encrypt()
        gone = copies - there
        # Odoo had extracted its text.
        gone._archive_write({"index_content": False})
        lost += gone.ids
    if lost:
        _logger.warning(
            "Copies whose files were missing before the update, by id: %s", lost
        )


def _is_content_there(copy):
    name = copy.store_fname
    return not name or os.path.isfile(copy._full_path(name))


def _batches(env, model):
    """Yield the records whose ids the cursor holds, a batch in memory."""
    for ids in split_every(BATCH, [row[0] for row in env.cr.fetchall()]):
        yield env[model].browse(ids)
        env.flush_all()
        env.invalidate_all()
