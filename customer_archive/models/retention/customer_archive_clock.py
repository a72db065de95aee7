from odoo import api, fields, models

KEY = "customer_archive.clock"
NEW = ("prospect", "intended")


class CustomerArchiveClock(models.AbstractModel):
    """Moves the files with the business that is done with their parties.

    Requirements F2, D6, F7: orders, invoices, payments and disputes only leave a note
    here; one statement before the commit takes care of all of them, in the
    transaction of what happened. Odoo calls it at savepoints, too: who handles many
    documents and skips those that fail skips those of blocked parties.
    """

    _name = "customer.archive.clock"
    _description = "Retention Clock"

    @api.model
    def _note(self, pairs, is_new=False):
        """Take note that something was dealt with, until the transaction is flushed.

        :param pairs: iterable of (partner id, company id); contacts stand for their
            companies
        :param is_new: whether it is an order or an invoice, which a blocked party
            gives no more and a prospect becomes a customer by
        """
        precommit = self.env.cr.precommit
        noted = precommit.data.get(KEY)
        if noted is None:
            noted = precommit.data[KEY] = {}
            precommit.add(self._settle)
        for pair in pairs:
            if all(pair):
                noted[pair] = noted.get(pair, False) or is_new

    @api.model
    def _settle(self):
        noted = self.env.cr.precommit.data.pop(KEY, None)
        if not noted:
            return
        # Whether a file exists decides, also where it can't be seen.
        context = {"lang": self.env.lang}
        files = self.env(su=True, context=context)["customer.archive"]
        self.env.cr.execute(
            "SELECT * FROM customer_archive_note(%s, %s, %s, %s)",
            (
                [partner for partner, _company in noted],
                [company for _partner, company in noted],
                list(noted.values()),
                fields.Datetime.now(),
            ),
        )
        rows = self.env.cr.fetchall()
        moved = files.browse(row[0] for row in rows)
        names = ["last_business_date", "retention_date", "retention_blockers"]
        moved.invalidate_recordset(names, flush=False)
        blocked = files.browse(row[0] for row in rows if row[1])
        if blocked:
            blocked._refuse_business()
        ordering = files.browse(row[0] for row in rows if row[2] in NEW)
        if ordering:
            ordering._become_cooperating()
