from odoo import api, models


class CustomerArchiveBackup(models.Model):
    """A database that came back from a backup as a whole."""

    _inherit = "customer.archive.backup"

    @api.model
    def _restored_whole(self, name):
        """Record that this database was restored from a run.

        :return: numbers of the files whose keys were destroyed since, if not before:
            their contents stay unreadable, and the schedule erases them again
        """
        run = self.search([("name", "=", name)], limit=1)
        self.env["customer.archive.log"]._record("backup", run, "whole")
        self.env.cr.execute("SELECT key_id FROM customer_archive WHERE key_id <> ''")
        store = self.env["customer.archive.keyring"]._keystore()
        gone = store.destroyed_at([row[0] for row in self.env.cr.fetchall()])
        files = self.env["customer.archive"].search([("key_id", "in", list(gone))])
        return [file.name or str(file.id) for file in files]
