from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.sentinel import as_system
from ..common.values import choices

# Widest first: each of them holds only narrower ones.
KINDS = ("room", "cabinet", "shelf", "box")
# As many are named where something stands in the way.
NAMED = 5


class CustomerArchiveLocation(models.Model):
    """A room, cabinet, shelf or box in which files are kept 存放位置.

    Requirement B1: a tree, whose leaves need not be boxes; each has a barcode on its
    label. What holds files, or held some, isn't deleted.
    """

    _name = "customer.archive.location"
    _description = "Storage Location"
    _inherit = [
        "customer.archive.guard",
        "customer.archive.configured",
        "customer.archive.due",
    ]
    _parent_store = True
    _order = "complete_name, id"
    _rec_names_search = ["complete_name", "code", "barcode"]
    _check_company_auto = True

    name = fields.Char(required=True, help="As written on it, such as “Cabinet 2”.")
    code = fields.Char(
        size=32, copy=False, help="Short form of your own, such as A-03-2."
    )
    complete_name = fields.Char(
        string="Full Name",
        compute="_compute_complete_name",
        recursive=True,
        store=True,
        precompute=True,
    )
    kind = fields.Selection(
        [
            ("room", "Room"),
            ("cabinet", "Cabinet"),
            ("shelf", "Shelf"),
            ("box", "Box"),
        ],
        string="Type",
        required=True,
        default="box",
        index=True,
    )
    parent_id = fields.Many2one(
        "customer.archive.location",
        string="Inside",
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id), ('kind', '!=', 'box')]",
    )
    parent_path = fields.Char(index=True, export_string_translation=False)
    child_ids = fields.One2many(
        "customer.archive.location", "parent_id", string="Holds", readonly=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
    barcode = fields.Char(
        size=64,
        copy=False,
        help="Printed on its label; given automatically unless it has one already.",
    )
    capacity = fields.Integer(
        string="Capacity (Files)",
        help="How many files fit in, all that it holds included; 0 for no limit.",
    )
    custodian_id = fields.Many2one(
        "res.users",
        string="Responsible Person",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    has_fire_protection = fields.Boolean(
        string="Fire", help="Provided for: extinguisher, detector, nothing that burns."
    )
    has_damp_protection = fields.Boolean(
        string="Damp", help="Provided for: temperature and humidity are measured."
    )
    has_theft_protection = fields.Boolean(
        string="Theft", help="Provided for: locked, and known who has the key."
    )
    has_insect_protection = fields.Boolean(
        string="Insects", help="Provided for: repellent, looked after regularly."
    )
    note = fields.Text(string="Remarks")

    _barcode = models.UniqueIndex(
        "(company_id, barcode) WHERE barcode IS NOT NULL",
        "Another storage location of this company already has this barcode.",
    )
    _name_inside = models.UniqueIndex(
        "(company_id, COALESCE(parent_id, 0), name) WHERE active IS TRUE",
        "There is already a storage location of this name in the same place.",
    )
    _capacity_positive = models.Constraint(
        "CHECK (capacity >= 0)", "The capacity can't be negative: enter 0 for no limit."
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for location in self:
            names = (location.parent_id.complete_name, location.name)
            location.complete_name = " / ".join(filter(None, names))

    @api.depends("complete_name")
    def _compute_display_name(self):
        for location in self:
            location.display_name = location.complete_name or location.name

    # Constraints

    @api.constrains("kind", "parent_id")
    def _check_kind(self):
        """A box holds no room: whatever holds another is wider than it."""
        for location in self | self.with_context(active_test=False).child_ids:
            parent = location.parent_id
            if parent and KINDS.index(parent.kind) >= KINDS.index(location.kind):
                words = dict(choices(self, "kind"))
                raise ValidationError(
                    self.env._(
                        "“%(location)s” (%(kind)s) can't be inside “%(parent)s” "
                        "(%(parent_kind)s): rooms hold cabinets, cabinets hold "
                        "shelves, shelves hold boxes.",
                        location=location.name,
                        kind=words[location.kind],
                        parent=parent.complete_name,
                        parent_kind=words[parent.kind],
                    )
                )

    @api.constrains("active", "parent_id")
    def _check_parent_active(self):
        for location in self:
            if location.active and not (location.parent_id or location).active:
                raise ValidationError(
                    self.env._(
                        "“%(parent)s” isn't in use any more: put it into use again, "
                        "or choose another place for “%(location)s”.",
                        parent=location.parent_id.complete_name,
                        location=location.name,
                    )
                )

    def _check_no_cycle(self, parent_id):
        """Check that nothing is put into itself, or into what it holds."""
        parent = self.browse(parent_id)
        if {int(each) for each in (parent.parent_path or "").split("/") if each} & {
            *self.ids
        }:
            raise ValidationError(
                self.env._("A storage location can't be inside itself.")
            )

    # Create, write, delete

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            "complete_name": False,
            "child_ids": [],
            "inspection_day": False,
        }

    @api.model_create_multi
    def create(self, vals_list):
        locations = super().create([self._with_barcode(vals) for vals in vals_list])
        for location in locations.filtered(lambda each: not each.barcode):
            # Drawn once it is known that the location may be made.
            sequence = self.env["ir.sequence"].sudo().with_company(location.company_id)
            location.barcode = as_system(sequence).next_by_code(self._name)
        return locations

    def write(self, vals):
        if vals.get("parent_id"):
            self._check_no_cycle(vals["parent_id"])
        if "active" in vals and not vals["active"]:
            self._check_empty(self.env._("taken out of use"))
            # What it holds goes with it.
            self |= self.search([("id", "child_of", self.ids)])
        if "company_id" in vals:
            self._check_company_stays(vals["company_id"])
        return super().write(self._with_barcode(vals))

    @api.model
    def _with_barcode(self, vals):
        """Return values with the barcode as a scanner sends it: without blanks."""
        if not vals.get("barcode"):
            return vals
        return {**vals, "barcode": "".join(str(vals["barcode"]).split())}

    def _check_company_stays(self, company_id):
        for location in self:
            if location.company_id.id != company_id:
                raise UserError(
                    self.env._(
                        "“%s” stays with its company: make a storage location of "
                        "the other company.",
                        location.complete_name,
                    )
                )

    def copy_data(self, default=None):
        rows = super().copy_data(default)
        if "name" not in (default or {}):
            # Beside the first one, under a name of its own.
            for row in rows:
                row["name"] = self.env._("%s (copy)", row["name"])
        return rows
