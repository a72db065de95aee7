from odoo import fields


class LooseMany2one(fields.Many2one):
    """A reference without a foreign key.

    For records that outlive what they are about, and must never wait for a lock that
    somebody holds on it.
    """

    def update_db_foreign_key(self, model, column):
        """Make no foreign key."""
