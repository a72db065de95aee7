from odoo import Command, api, fields, models

from ..common.customer_archive_lifted import listed

NAME = "download_group_ids"


def widened(type_, name, commands):
    """Whether somebody may download from now on who couldn't."""
    before, after = set(type_[name].ids), listed(type_, name, commands)
    return bool(before) and (not after or bool(after - before))


class CustomerArchiveDocumentType(models.Model):
    """Who takes copies of a kind of item away; everybody else views them."""

    _inherit = "customer.archive.document.type"

    download_group_ids = fields.Many2many(
        "res.groups",
        "customer_archive_document_type_download_rel",
        "type_id",
        "group_id",
        string="Download By",
        help=(
            "Only these roles may download copies; all others view them in the "
            "browser. Leave empty if everybody who may open them may download them."
        ),
    )

    @api.model
    def _power(self):
        return {**super()._power(), NAME: widened}

    def _part_list(self, name, commands):
        if name != NAME:
            return super()._part_list(name, commands)
        # Whom it is opened to is confirmed as a whole.
        return [], [Command.set(sorted(listed(self, name, commands)))]

    def _lifting_value(self, name, value):
        if name != NAME:
            return super()._lifting_value(name, value)
        groups = self.env["res.groups"].browse(value[0][2])
        return ", ".join(groups.mapped("display_name")) or self.env._("everybody")

    def _may_be_downloaded(self, user):
        """Whether a user may take copies of this kind away, if they may open them."""
        self.ensure_one()
        # Which roles may, is no secret of those whom it concerns.
        groups = self.sudo().download_group_ids
        return not groups or bool(groups & user.all_group_ids)
