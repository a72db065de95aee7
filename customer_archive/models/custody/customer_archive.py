from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import ARCHIVIST
from ..common.sentinel import is_system
from ..loans.customer_archive_loan_line import EXPECTED_BACK


class CustomerArchive(models.Model):
    """Where a file's bag is, and where it was before."""

    _name = "customer.archive"
    _inherit = ["customer.archive", "customer.archive.placed"]

    location_id = fields.Many2one(check_company=True)
    place = fields.Char(
        related="location_id.complete_name",
        string="Full Storage Location",
        help="Room, cabinet, shelf and box in which the folder is.",
    )
    move_ids = fields.One2many(
        "customer.archive.move",
        "archive_id",
        string="Moves",
        readonly=True,
        copy=False,
    )
    can_move = fields.Boolean(
        compute="_compute_can_move", export_string_translation=False
    )

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_move(self):
        movable = self._origin._movable()
        for archive in self:
            archive.can_move = archive._origin in movable

    def _movable(self):
        """Return those of these files of which the user may say where they are.

        Archivists of all, as long as there is something to be kept; and who writes a
        file, in the states in which that is open.
        """
        kept = self.browse()
        if self.env.user.has_group(ARCHIVIST):
            readable = self._filtered_access("read")
            kept = readable.filtered(lambda file: file.state != "destroyed")
        written = (self - kept)._filtered_access("write")
        return kept | written.filtered(
            lambda file: not file._locked_names({"location_id"})
        )

    def _check_may_move(self):
        for archive in self - self._movable():
            raise archive._refusal(
                self.env._(
                    "%(file)s (%(state)s): archivists move files; account managers "
                    "and clerks do while they are on record. Ask an archivist.",
                    file=archive.sudo().display_name,
                    state=archive.sudo()._state_label(),
                ),
                "move",
            )

    def _check_here(self):
        """Check that of each bag at least one paper is there."""
        lines = self.env["customer.archive.loan.line"].sudo()
        out = dict(
            lines._read_group(
                [("archive_id", "in", self.ids), ("state", "in", EXPECTED_BACK)],
                ["archive_id"],
                ["__count"],
            )
        )
        if not out:
            return
        items = self.env["customer.archive.document"].sudo()
        papers = dict(
            items._read_group(
                [("archive_id", "in", [each.id for each in out]), ("is_paper", "=", 1)],
                ["archive_id"],
                ["__count"],
            )
        )
        for archive, count in out.items():
            if count >= papers.get(archive, 0):
                line = archive.document_ids._lines_out()[:1]
                raise UserError(
                    self.env._(
                        "%(file)s can't be moved: all its papers are out. %(where)s. "
                        "Take them back first, then move the file.",
                        file=archive.display_name,
                        where=line._whereabouts(),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if is_system(self.env):
            return super().create(vals_list)
        # Made first, then put where it is, as whatever is moved later.
        places = [vals.get("location_id") for vals in vals_list]
        rest = [
            {name: value for name, value in vals.items() if name != "location_id"}
            for vals in vals_list
        ]
        archives = super().create(rest)
        for archive, place in zip(archives, places, strict=True):
            if place:
                archive._place(place)
        return archives

    def write(self, vals):
        if "location_id" not in vals or is_system(self.env):
            return super().write(vals)
        self.check_access("write")
        self._check_writable({"location_id": vals["location_id"]})
        rest = {name: value for name, value in vals.items() if name != "location_id"}
        # What is left may be nothing: rights are asked for all the same.
        result = super().write(rest)
        self._place(vals["location_id"])
        return result

    def _place(self, location_id):
        """Put these where a form or an import says; rights were checked."""
        location = self.env["customer.archive.location"].browse(location_id or ())
        location.check_access("read")
        self._move(location, "manual")
