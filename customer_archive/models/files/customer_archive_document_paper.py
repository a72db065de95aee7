from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import TAKES_PAPER
from ..common.sentinel import as_system, is_system


class CustomerArchiveDocument(models.Model):
    """Who marks that a paper original is kept."""

    _inherit = "customer.archive.document"

    can_take_paper = fields.Boolean(
        compute="_compute_can_take_paper", export_string_translation=False
    )
    can_mark_paper = fields.Boolean(
        compute="_compute_can_take_paper", export_string_translation=False
    )

    @api.depends("archive_id.state", "is_paper")
    @api.depends_context("uid")
    def _compute_can_take_paper(self):
        keeps = self.env.user.has_groups(TAKES_PAPER)
        for item in self:
            on_record = item.archive_id.state == "active"
            item.can_take_paper = keeps or not on_record
            saved = bool(item._origin)
            item.can_mark_paper = saved and keeps and on_record and not item.is_paper

    def action_mark_paper(self):
        """Mark that the papers of items of files on record are kept.

        The archivist doesn't otherwise write items, and nobody writes what is locked:
        where a copy came first, the paper would never be on record.

        :raise AccessError: for who doesn't keep papers
        :raise UserError: if a file isn't on record, or an item is marked already
        """
        self.check_access("read")
        self._check_takes_paper()
        for item in self:
            item._check_not_marked()
        # The role was checked.
        as_system(self.sudo()).write({"is_paper": True})
        self.env["customer.archive.log"]._record("change", self, "paper")
        return True

    def _check_takes_paper(self):
        """Check that papers of files on record are taken in by who keeps papers.

        By a tick alone a licence would be renewed that nobody has seen: either there is
        a copy, or somebody else has the paper in hand.

        :raise AccessError: for who doesn't keep papers
        """
        kept = self.filtered(lambda item: item.archive_id.state == "active")
        if not kept or is_system(self.env) or self.env.user.has_groups(TAKES_PAPER):
            return
        raise kept[:1]._refusal(
            self.env._(
                "“%(item)s” of %(file)s: attach a copy, and hand the paper to an "
                "archivist or a clerk, who then marks it as kept on paper.",
                item=kept[:1].type_id.name,
                file=kept[:1].archive_id.display_name,
            ),
            "paper",
        )

    def _check_not_marked(self):
        self.ensure_one()
        words = {"item": self.type_id.name, "file": self.archive_id.display_name}
        if self.archive_id.state != "active":
            raise UserError(
                self.env._(
                    "“%(item)s” of %(file)s: papers are marked here once the file is "
                    "on record. While it is collected, tick “On Paper”.",
                    **words,
                )
            )
        if self.is_paper:
            raise UserError(
                self.env._(
                    "“%(item)s” of %(file)s is already marked as kept on paper.",
                    **words,
                )
            )
