from odoo import api, fields, models
from odoo.tools import SQL

from ..common.windows import open_dialog, open_list

# What counts as using a file; that a job or a decision touched it doesn't.
USAGE_EVENTS = (
    *("open", "reveal", "view", "download", "print", "export", "grant", "loan"),
    *("share", "change", "review", "note"),
)


class CustomerArchive(models.Model):
    """What disposals write on a file, and what makes it one for a list."""

    _inherit = "customer.archive"

    disposal_line_ids = fields.One2many(
        "customer.archive.disposal.line",
        "archive_id",
        string="Disposals",
        readonly=True,
        copy=False,
    )
    is_kept_permanently = fields.Boolean(
        string="Permanent Retention", readonly=True, copy=False
    )
    transferred_to = fields.Char(string="Transferred to", readonly=True, copy=False)
    transferred_on = fields.Date(string="Transferred on", readonly=True, copy=False)
    destroyed_on = fields.Datetime(string="Destroyed on", readonly=True, copy=False)
    is_anonymised = fields.Boolean(
        string="Anonymised",
        readonly=True,
        copy=False,
        help="What identified the party was erased; the file counts in statistics.",
    )
    certificate = fields.Char(
        string="Certificate of Destruction", compute="_compute_certificate"
    )
    is_unused = fields.Boolean(
        string="Long Inactive",
        compute="_compute_is_unused",
        search="_search_is_unused",
    )

    _due_for_disposal = models.Index(
        "(company_id, retention_date)"
        " WHERE state = 'closed' AND retention_date IS NOT NULL"
    )

    @api.depends("disposal_line_ids.disposal_id.certificate")
    def _compute_certificate(self):
        for archive in self:
            # Who reads the file may know that there is a certificate.
            lines = archive.sudo().disposal_line_ids
            archive.certificate = lines.filtered("certificate")[:1].certificate

    @api.model
    def _protected(self):
        given = ("is_kept_permanently", "transferred_to", "transferred_on")
        return {
            **super()._protected(),
            **dict.fromkeys((*given, "destroyed_on", "is_anonymised"), False),
            "disposal_line_ids": [],
        }

    @api.model
    def _retention_over(self, by_hand=False):
        """Return the domain of the files that are to be appraised.

        :param by_hand: of those that a policy wants somebody to look at, one by one;
            else of the others. The policies of items that keep the file count, too.
        """
        over = self.env["res.company"]._archive_by_day(
            lambda day: fields.Domain("retention_date", "<=", day)
        )
        wanted = [
            ("state", "=", "closed"),
            ("is_kept_permanently", "=", False),
            ("transferred_on", "=", False),
            ("is_held", "=", False),
        ]
        looked_at = fields.Domain("retention_policy_id.action", "=", "review")
        looked_at |= fields.Domain(
            "document_ids",
            "any",
            [
                ("is_received", "=", True),
                ("type_id.retention_policy_id.action", "=", "review"),
            ],
        )
        return over & fields.Domain(wanted) & (looked_at if by_hand else ~looked_at)

    def _unblocked(self):
        """Return those of these files that nothing keeps from being destroyed."""
        kept = self._blockers() if self else {}
        return self.filtered(lambda file: file.id not in kept)

    # Unused files

    def _compute_is_unused(self):
        found = self.search([("is_unused", "=", True), ("id", "in", self.ids)])
        for archive in self:
            archive.is_unused = archive._origin in found

    @api.model
    def _search_is_unused(self, operator, value):
        """Find active files that nobody used, and nobody ordered by, for long."""
        if operator != "in":
            return NotImplemented
        # The subqueries read tables that Odoo doesn't know of.
        self.env.flush_all()
        companies = self.env["res.company"].sudo()
        companies = companies.search([])  # pylint: disable=no-search-all
        found = fields.Domain.OR(
            fields.Domain("id", "in", self._unused_since(company))
            for company in companies
        )
        return found if True in value else ~found

    @api.model
    def _unused_since(self, company):
        """Return the query for the ids of a company's unused files."""
        months = company.archive_unused_months
        since = fields.Date.subtract(company._archive_today(), months=months)
        return SQL(
            """(
            SELECT file.id FROM customer_archive AS file
            JOIN res_partner AS party ON party.id = file.partner_id
            WHERE file.state = 'active' AND file.company_id = %(company)s
                AND file.create_date < %(moment)s
                AND NOT EXISTS (
                    SELECT FROM customer_archive_log AS log
                    WHERE log.archive_id = file.id AND log.date >= %(moment)s
                        AND log.event IN %(uses)s)
                AND NOT EXISTS (
                    SELECT FROM sale_order AS sale
                    JOIN res_partner AS buyer ON buyer.id = sale.partner_id
                    WHERE buyer.commercial_partner_id = party.id
                        AND sale.company_id = file.company_id
                        AND sale.state NOT IN ('draft', 'cancel')
                        AND sale.date_order >= %(moment)s)
                AND NOT EXISTS (
                    SELECT FROM purchase_order AS purchase
                    JOIN res_partner AS seller ON seller.id = purchase.partner_id
                    WHERE seller.commercial_partner_id = party.id
                        AND purchase.company_id = file.company_id
                        AND purchase.state NOT IN ('draft', 'cancel')
                        AND purchase.date_order >= %(moment)s)
                AND NOT EXISTS (
                    SELECT FROM account_move AS move
                    WHERE move.commercial_partner_id = party.id
                        AND move.company_id = file.company_id
                        AND move.state = 'posted' AND move.date >= %(since)s)
            )""",
            company=company.id,
            since=since,
            moment=company._archive_midnight(since),
            uses=USAGE_EVENTS,
        )

    # Actions of the screen

    def action_open_close(self):
        """Return the dialog that applies for closing these files."""
        return self._open_disposal("close", self.env._("Close File"))

    def action_open_extend(self):
        """Return the dialog that applies for keeping these files longer."""
        return self._open_disposal("extend", self.env._("Extend Retention"))

    def action_open_transfer(self):
        """Return the dialog that applies for handing these files over."""
        return self._open_disposal("transfer", self.env._("Transfer"))

    def _open_disposal(self, kind, title):
        self.check_access("read")
        return open_dialog(
            "customer.archive.dispose",
            title,
            {"default_archive_ids": self.ids, "default_kind": kind},
        )

    def action_open_disposals(self):
        """Return the action that shows the lists these files are or were on."""
        self.check_access("read")
        domain = [("line_ids.archive_id", "in", self.ids)]
        return open_list("customer.archive.disposal", self.env._("Disposals"), domain)
