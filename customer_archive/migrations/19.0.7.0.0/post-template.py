# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Says where the e-mail template of registers lies now: "Reset" reads it from there."""

from openupgradelib import openupgrade

FILE = "customer_archive/data/mail_template_data.xml"


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    cr.execute(
        """
        UPDATE mail_template SET template_fs = %s
         WHERE id = (SELECT res_id FROM ir_model_data
                      WHERE module = 'customer_archive'
                        AND name = 'mail_template_register_run')
        """,
        [FILE],
    )
