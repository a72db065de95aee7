from odoo import api, fields, models
from odoo.exceptions import UserError


class CustomerArchiveDocument(models.Model):
    """Where a paper is that isn't kept with the rest of its file, such as in a safe."""

    _name = "customer.archive.document"
    _inherit = ["customer.archive.document", "customer.archive.placed"]

    location_id = fields.Many2one(
        string="Own Storage Location",
        readonly=True,
        check_company=True,
        help="Where the paper is kept apart from its file; empty if it is with it.",
    )
    place = fields.Char(
        string="Kept in",
        compute="_compute_place",
        compute_sudo=True,
        help="Where the paper is: with its file, unless it has a location of its own.",
    )
    move_ids = fields.One2many(
        "customer.archive.move",
        "document_id",
        string="Moves",
        readonly=True,
        copy=False,
    )
    can_move = fields.Boolean(
        compute="_compute_can_move", export_string_translation=False
    )

    @api.depends("location_id.complete_name", "archive_id.place", "is_paper")
    def _compute_place(self):
        for item in self:
            own = item.location_id.complete_name
            item.place = item.is_paper and (own or item.archive_id.place)

    @api.depends("is_paper", "archive_id.state")
    @api.depends_context("uid")
    def _compute_can_move(self):
        movable = self.archive_id._origin._movable()
        for item in self:
            item.can_move = item.is_paper and item.archive_id._origin in movable

    @api.model
    def _protected(self):
        # Changed by moves alone.
        return {**super()._protected(), "location_id": False}

    def _check_may_move(self):
        self.archive_id.check_access("read")
        self.archive_id._check_may_move()

    def _check_here(self):
        for item in self:
            if not item.is_paper:
                raise UserError(
                    self.env._(
                        "“%(item)s” of %(file)s isn't kept on paper: there is nothing "
                        "to be moved.",
                        item=item.type_id.name,
                        file=item.archive_id.display_name,
                    )
                )
        for line in self._lines_out():
            raise UserError(
                self.env._(
                    "“%(item)s” can't be moved. %(where)s. Take it back first, then "
                    "move it.",
                    item=line.type_id.name,
                    where=line._whereabouts(),
                )
            )
