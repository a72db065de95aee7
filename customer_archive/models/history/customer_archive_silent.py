from odoo import api, models


class CustomerArchiveSilent(models.AbstractModel):
    """A record with activities, and without followers and messages of its own.

    Whoever may read it reads it; a follower would hear of it for good.
    """

    _name = "customer.archive.silent"
    _description = "Record without Followers"
    _inherit = ["mail.activity.mixin"]

    @api.private
    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Let nobody follow it, whoever is given an activity."""
        return True

    @api.private
    def message_post_with_source(self, source_ref, **kwargs):
        """Say nothing where something was seen to: the record says it."""
        return self.env["mail.message"]

    @api.private
    def message_notify(self, **kwargs):
        """Notify nobody: whoever wants mail gets a digest."""
        return self.env["mail.message"]
