from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.sentinel import is_system

LINE = "customer.archive.inspection.line"
# What was signed under a point goes on meaning what it meant.
MEANING = {"name", "is_measured", "unit"}


class CustomerArchiveInspectionPoint(models.Model):
    """One thing that inspections of some kinds of storage locations look at 巡检要点.

    Requirement B3: locks, damp, fire, theft, insects and what else a company adds.
    """

    _name = "customer.archive.inspection.point"
    _description = "Inspection Point"
    _inherit = ["customer.archive.guard", "customer.archive.configured"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    hint = fields.Char(
        string="What to Look at",
        translate=True,
        help="Shown below the point while somebody inspects.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
    for_room = fields.Boolean(string="Rooms", default=True)
    for_cabinet = fields.Boolean(string="Cabinets", default=True)
    for_shelf = fields.Boolean(string="Shelves")
    for_box = fields.Boolean(string="Boxes")
    is_measured = fields.Boolean(
        string="Measured", help="A reading is entered, such as that of a thermometer."
    )
    unit = fields.Char(help="Of the reading, such as °C or %.")
    lowest = fields.Float(
        string="From",
        aggregator=None,
        digits=(10, 1),
        help="The lowest reading that is in order.",
    )
    highest = fields.Float(
        string="To",
        aggregator=None,
        digits=(10, 1),
        help="The highest reading that is in order.",
    )

    _name_once = models.UniqueIndex(
        "(COALESCE(company_id, 0), lower(name->>'en_US')) WHERE active IS TRUE",
        "There is already an inspection point of this name.",
    )

    @api.constrains("is_measured", "lowest", "highest")
    def _check_range(self):
        for point in self:
            if point.is_measured and point.lowest > point.highest:
                raise ValidationError(
                    self.env._(
                        "“%s”: the lowest reading that is in order can't be above the "
                        "highest.",
                        point.name,
                    )
                )

    def write(self, vals):
        if MEANING & vals.keys() and not is_system(self.env):
            self._check_meaning_stays(vals)
        return super().write(vals)

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        # A client may write what it is called in some language without a write.
        if field_name in MEANING and not is_system(self.env):
            self.check_access("write")
            for lang, said in translations.items():
                self.with_context(lang=lang)._check_meaning_stays({field_name: said})
        return super()._update_field_translations(
            field_name, translations, *args, **kwargs
        )

    def copy_data(self, default=None):
        rows = super().copy_data(default)
        if "name" not in (default or {}):
            # Beside the first one, under a name of its own.
            for row in rows:
                row["name"] = self.env._("%s (copy)", row["name"])
        return rows

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unused(self):
        self._check_unused()

    def _check_meaning_stays(self, vals):
        """Check that nothing else is meant by what was inspected already."""
        changed = self.filtered(
            lambda point: any(
                (point[name] or False) != (vals[name] or False)
                for name in MEANING & vals.keys()
            )
        )
        changed._check_unused()

    def _check_unused(self):
        # That it was used decides, also where the inspection can't be read.
        lines = self.env[LINE].sudo()
        used = lines.search([("point_id", "in", self.ids)], limit=1).point_id
        if used:
            raise UserError(
                self.env._(
                    "“%s” was inspected already, and stays what it was: take it out "
                    "of use (Action › Archive), and make another inspection point.",
                    used.with_env(self.env).name,
                )
            )

    @api.model
    def _points_for(self, location):
        """Return what is looked at in a storage location, in its order."""
        return self.search(
            [
                (f"for_{location.kind}", "=", True),
                ("company_id", "in", (False, location.company_id.id)),
            ]
        )

    def _line_values(self):
        """Return what a line of an inspection takes over from this point."""
        names = ("sequence", "is_measured", "unit", "lowest", "highest")
        return {"point_id": self.id, **{name: self[name] for name in names}}
