from odoo import SUPERUSER_ID, models


class IrAttachment(models.Model):
    """Copies stay in the browser unless the role may download that kind (C9)."""

    _inherit = "ir.attachment"

    def _archive_check_download(self):
        """Check that the user may take the content away.

        Packages of approved sharings leave by their own decision.

        :raise AccessError: naming the kind of item, and what to do instead
        """
        item, user = self._bound_archive_items(), self.env.user
        if user.id == SUPERUSER_ID or not item:
            return
        if not item.type_id._may_be_downloaded(user):
            raise item._refusal(
                self.env._(
                    "Copies of “%s” are viewed in the browser: your role can't "
                    "download them. Ask a records clerk, or request a sharing if "
                    "somebody needs a copy.",
                    item.type_id.name,
                ),
                "download",
            )
