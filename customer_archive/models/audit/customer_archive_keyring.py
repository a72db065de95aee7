from odoo import api, models


class CustomerArchiveKeyring(models.AbstractModel):
    """Vouches for what was recorded while nobody had said what a database is.

    Without the key of the record its rows have no tickets, as forged ones have none.
    Which these are is known at the moment of the decision only, and told by a row that
    is sealed: a note for who verifies the record, and no break.
    """

    _inherit = "customer.archive.keyring"

    @api.model
    def _adopt_keystore(self):
        result = super()._adopt_keystore()
        self._vouch_for_late()
        return result

    @api.model
    def _keep_as_copy(self):
        result = super()._keep_as_copy()
        self._vouch_for_late()
        return result

    @api.model
    def _vouch_for_late(self):
        """Record how many rows wait for a seal without a ticket, and which, by id."""
        # The user who decides about the keystore was checked, in any company.
        log = self.env["customer.archive.log"].sudo()
        log.flush_model()
        self.env.cr.execute(
            "SELECT company_id, COUNT(*), MIN(id), MAX(id) FROM customer_archive_log"
            " WHERE sequence IS NULL AND mac IS NULL GROUP BY company_id"
        )
        for company_id, count, first, last in self.env.cr.fetchall():
            own = log.with_company(self.env["res.company"].browse(company_id))
            own._record("key", self, f"late {count} {first} {last}")
