from odoo import fields, models
from odoo.tools import SQL

from ..common.values import choices


class CustomerArchiveRetentionTable(models.Model):
    """The company's table of what is filed, and how long 归档范围和保管期限表.

    Requirement B10: a row for each item type on the checklist of a category, made of
    what categories, item types and retention policies say; nothing is stored twice.
    """

    _name = "customer.archive.retention.table"
    _description = "Retention Table Row"
    _auto = False
    _depends = {
        "customer.archive.category": [
            *("active", "class_code", "document_type_ids", "retention_policy_id"),
        ],
        "customer.archive.document.type": [
            *("active", "class_code", "category_ids", "retention_policy_id"),
            *("condition", "requirement"),
        ],
    }
    _order = "category_id, type_id, id"
    _rec_name = "class_code"

    class_code = fields.Char(readonly=True)
    category_id = fields.Many2one("customer.archive.category", readonly=True)
    class_name = fields.Char(related="category_id.name", string="Class Name")
    type_id = fields.Many2one(
        "customer.archive.document.type", string="Item Type", readonly=True
    )
    group = fields.Selection(related="type_id.group")
    requirement = fields.Selection(
        lambda self: [
            *choices(self.env["customer.archive.document.type"], "requirement"),
            ("conditional", self.env._("On condition")),
        ],
        string="Required",
        readonly=True,
        help="On condition: only in files that the filter of the item type matches.",
    )
    policy_id = fields.Many2one(
        "customer.archive.retention.policy",
        string="Retention Policy",
        readonly=True,
        help="That of the item type; without one, that of the category.",
    )
    period = fields.Char(related="policy_id.period")
    period_code = fields.Char(related="policy_id.period_code")
    trigger = fields.Selection(related="policy_id.trigger")
    from_year_end = fields.Boolean(related="policy_id.from_year_end")
    action = fields.Selection(related="policy_id.action")
    legal_basis = fields.Text(related="policy_id.legal_basis")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY c.id, t.id)::int AS id,
                   NULLIF(concat_ws('-', c.class_code, t.class_code), '') AS class_code,
                   c.id AS category_id, t.id AS type_id,
                   COALESCE(t.retention_policy_id, c.retention_policy_id) AS policy_id,
                   CASE WHEN t.requirement <> 'optional'
                             AND COALESCE(btrim(t.condition), '[]') NOT IN ('', '[]')
                        THEN 'conditional' ELSE t.requirement END AS requirement
              FROM customer_archive_category c
              JOIN customer_archive_category_document_type_rel r
                ON r.category_id = c.id
              JOIN customer_archive_document_type t ON t.id = r.type_id
             WHERE c.active AND t.active
            """
        )
