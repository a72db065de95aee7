from odoo import fields, models
from odoo.exceptions import UserError

from ..common.heirs import heirs
from ..common.row_lock import lock_rows
from ..common.sentinel import as_system
from ..loans.customer_archive_loan_line import EXPECTED_BACK

# Kinds of blockers that are finished first: orders under way, complaints to answer.
UNDER_WAY = {"sale", "purchase", "complaint"}


class CustomerArchive(models.Model):
    """Closing a file 注销: what is over before, and what ends with it (row F4)."""

    _inherit = "customer.archive"

    def _check_closable(self, but=None):
        """Check that nothing is under way that needs the files.

        Open invoices don't stand in the way: they are settled, and stop destruction.

        :param but: the application that is running itself
        :raise UserError: naming what is under way, file by file
        """
        # What is under way counts, whether or not the applicant may see it.
        for file in self.sudo():
            if file.state != "active":
                raise UserError(
                    self.env._(
                        "%s isn't on record: it can't be closed.", file.display_name
                    )
                )
            words = [
                *file._papers_out(),
                *file._running_requests(but),
                *file._obstacles(UNDER_WAY).get(file.id, ()),
            ]
            if words:
                raise UserError(
                    self.env._(
                        "%(file)s can't be closed yet: %(reasons)s",
                        file=file.display_name,
                        # What isn't seen is told once, however much it is.
                        reasons="; ".join(dict.fromkeys(words)),
                    )
                )

    def _papers_out(self):
        # What was lost isn't waited for.
        lines = self.document_ids._lines_out().filtered(
            lambda line: line.state in EXPECTED_BACK
        )
        return [
            self.env._("items are out on loan %s", loan.name) for loan in lines.loan_id
        ]

    def _running_requests(self, but=None):
        """Return, in words, the requests on this file that aren't decided or ended.

        Those that the user may not read have no name: an incident may be about them.
        """
        names, hidden = [], False
        for name in heirs(self.env, "customer.archive.approval.mixin"):
            found = self._running_of(name)
            if but and but._name == name:
                found -= but
            # A sudo() on the way here isn't the reader's right.
            seen = found.with_env(self.env(su=False))._filtered_access("read")
            hidden = hidden or len(seen) < len(found)
            # Not every request has a number.
            called = "name" if "name" in found._fields else "display_name"
            names += seen.sudo().mapped(called)
        words = [self.env._("%s is in progress", name) for name in names if name]
        return words + [self._hidden_words()] * hidden

    def _running_of(self, name):
        """Return what of a model is under way on this file, as superuser."""
        model = self.env[name].sudo()
        path = model._path_to_files()
        if not path:
            return model
        domain = fields.Domain(path, "=", self.id)
        return model.search(
            domain & fields.Domain("state", "in", model._unfinished_states())
        )

    def _close(self, disposal):
        """Close the file, as superuser, once ``disposal`` was approved."""
        self.ensure_one()
        # Nobody begins anything on it while it is being closed.
        lock_rows(self)
        self._check_closable(disposal)
        reason = self.env._("The file was closed (%s)", disposal.name)
        self._end_uses(reason)
        as_system(self).write(
            {
                "state": "closed",
                "closed_on": self.company_id._archive_today(),
                "relation_stage": "terminated",
            }
        )
        self._update_retention()

    def _end_uses(self, reason):
        """End what was given or begun on the file."""
        for name in heirs(self.env, "customer.archive.request.period"):
            domain = [("archive_id", "=", self.id), ("state", "=", "approved")]
            self.env[name].sudo().search(domain)._end(reason)
        self.env["customer.archive.grant"].sudo().search(
            [("archive_id", "=", self.id), ("state", "in", ("coming", "open"))]
        )._end(reason)
        self.activity_ids.unlink()
