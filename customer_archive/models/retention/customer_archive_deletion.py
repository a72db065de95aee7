from odoo import api, models

from .deletion_guard import guard


class CustomerArchive(models.Model):
    """The one place that every deletion passes: by hand, by code, by SQL.

    Requirement F3. What is held, blocked or not settled stays, drafts included and
    whoever asks. :meth:`_check_deletable` says so in words; where somebody deletes
    past it, the triggers refuse with the same function of the database.

    The one way out is disposal: it checks by ``_check_erasable``, writes the state
    ``destroyed`` first, and deletes what the file held after that.
    """

    _inherit = "customer.archive"

    def init(self):
        """Let the database itself refuse deletions."""
        guard(self.env.cr, self._table)
        return super().init()

    def _check_deletable(self, held_only=False):
        """Check that something of these files may be deleted by hand.

        :param held_only: for what holds no data: only a hold or a block keeps it
        :raise UserError: that lists, file by file, what keeps it
        """
        # What keeps a file decides, also where the file can't be seen.
        files = self.sudo().exists()
        if not files:
            return
        obstacles = files._obstacles({"hold"} if held_only else None)
        for archive in files.filtered("is_blocked"):
            # A destroyed file is rid of its data; nobody is protected any more.
            if archive.state != "destroyed":
                line = self.env._("Blocked: its data is kept but not used.")
                obstacles.setdefault(archive.id, []).append(line)
        files._refuse_if(obstacles)

    @api.ondelete(at_uninstall=True)
    def _unlink_only_free(self):
        self._check_deletable()
