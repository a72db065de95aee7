from odoo import fields, models


class CustomerArchiveAuditPoint(models.Model):
    """One thing that supervisors look at, in each file or once in a check 检查要点.

    Requirement G1: with the words of the regulation that asks for it. A check keeps the
    words that it was begun with.
    """

    _name = "customer.archive.audit.point"
    _description = "Point of a Supervisor's Check"
    _inherit = ["customer.archive.guard", "customer.archive.configured"]
    _order = "sequence, id"

    name = fields.Char(string="What Is Checked", required=True, translate=True)
    basis = fields.Char(
        string="What the Regulation Says",
        translate=True,
        help="The words that it is measured by, and where they stand.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
    is_per_file = fields.Boolean(
        string="For Each File",
        default=True,
        help="Looked at in each file that is drawn; else once in a check.",
    )

    _name_once = models.UniqueIndex(
        "(COALESCE(company_id, 0), lower(name->>'en_US')) WHERE active IS TRUE",
        "There is already a point of this name.",
    )

    def copy_data(self, default=None):
        rows = super().copy_data(default)
        if "name" not in (default or {}):
            # Beside the first one, under a name of its own.
            for row in rows:
                row["name"] = self.env._("%s (copy)", row["name"])
        return rows

    def _line_values(self, audit, file):
        """Return what a line of a check takes over from this point.

        :param file: id of the file in which it is looked at; false if in none
        """
        return {
            "audit_id": audit.id,
            "archive_id": file,
            "point_id": self.id,
            "name": self.name,
            "basis": self.basis,
            "sequence": self.sequence,
        }
