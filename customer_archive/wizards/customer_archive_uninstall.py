import zipfile

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.common.roles import MANAGEMENT
from ..models.retention.ir_module_module import ALLOWED, ALLOWED_FOR, EXPORTED

# Files that are named of those that are held.
MOST_NAMED = 10


class CustomerArchiveUninstall(models.TransientModel):
    """Lets management export all files, and allow somebody to uninstall the addon."""

    _name = "customer.archive.uninstall"
    _description = "Addon Uninstallation"
    _inherit = "customer.archive.guard"

    files = fields.Integer(string="Files on Record", compute="_compute_files")
    held = fields.Integer(string="On Hold or Blocked", compute="_compute_files")
    held_names = fields.Char(string="Held or Blocked Files", compute="_compute_files")
    is_exported = fields.Boolean(
        string="Exported in the Last 24 Hours", compute="_compute_is_exported"
    )
    not_exported = fields.Char(
        string="Companies to Export",
        compute="_compute_is_exported",
        help="Exported by members of management of these companies.",
    )
    reason = fields.Text()

    def _compute_files(self):
        # How many there are in all companies, whoever may see which.
        files, module = (
            self.env["customer.archive"].sudo(),
            self.env["ir.module.module"],
        )
        self.files = files.search_count(module._archive_on_record())
        self.held = files.search_count(module._archive_held())
        # Named are those that the user may see.
        shown = self._everywhere().env["customer.archive"]
        first = shown.search(module._archive_held(), limit=MOST_NAMED + 1, order="id")
        names = first[:MOST_NAMED].mapped("name")
        self.held_names = ", ".join(names + ["…"] * (len(first) > MOST_NAMED))

    def _compute_is_exported(self):
        missing = self._companies_kept() - self._companies_exported()
        self.is_exported = not missing
        self.not_exported = ", ".join(missing.mapped("name"))

    @api.model
    def _companies_kept(self):
        """Return the companies whose files go, whoever may see which."""
        groups = self.env["customer.archive"].sudo()._read_group([], ["company_id"])
        kept = self.env["res.company"].union(*(company for (company,) in groups))
        # Their names are told to management: somebody there has to export.
        return (kept | self.env.company).sudo()

    @api.model
    def _companies_exported(self):
        """Return the companies that management has exported in the last 24 hours."""
        domain = [
            ("event", "=", "export"),
            ("detail", "=", EXPORTED),
            ("date", ">", fields.Datetime.now() - ALLOWED_FOR),
        ]
        # Only whether there are rows. Who exported was checked, and another of
        # management does it where this user doesn't work.
        groups = (
            self.env["customer.archive.log"].sudo()._read_group(domain, ["company_id"])
        )
        return self.env["res.company"].union(*(company for (company,) in groups))

    @api.model
    def _everywhere(self):
        """Return this in all companies that the user works in, chosen or not."""
        companies = self.env.user.company_ids
        return self.with_context(allowed_company_ids=(self.env.company | companies).ids)

    def action_export(self):
        """Download every register and the access record.

        :raise AccessError: unless the user is of management
        """
        self.ensure_one()
        self._check_allows("export")
        url = f"/customer_archive/uninstall/{self.id}"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def action_allow(self):
        """Allow another person to uninstall the addon within a day.

        :raise AccessError: unless the user is of management
        :raise UserError: without a reason, an export, or while something is held
        """
        self.ensure_one()
        self._check_allows("uninstall")
        if self.held:
            raise UserError(
                self.env._(
                    "%(count)s files are on hold or blocked (%(names)s): nothing "
                    "in them can be deleted until that ends.",
                    count=self.held,
                    names=self.held_names or "…",
                )
            )
        if not (self.reason or "").strip():
            raise UserError(self.env._("Enter the reason for uninstalling the addon."))
        if not self.is_exported:
            raise UserError(
                self.env._(
                    "Export everything first: afterwards nothing can be read. Not "
                    "exported yet, to be done by a member of management of these "
                    "companies: %s",
                    self.not_exported,
                )
            )
        module = self.env.ref("base.module_customer_archive")
        log = self.env["customer.archive.log"]
        log._record("configuration", module, ALLOWED, self.reason)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": self.env._(
                    "For 24 hours an administrator other than you can uninstall "
                    "Customer Archive under Apps. Keep a backup of the database, "
                    "filestore and keystore: the export contains no electronic "
                    "copies."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model
    def _check_allows(self, operation):
        if not self.env.user.has_group(MANAGEMENT):
            raise self._refusal(
                self.env._("Management decides on uninstalling the addon."),
                operation,
            )

    def _write_export(self, stream):
        """Write registers and access records of all the user's companies as a ZIP."""
        self._check_allows("export")
        self._everywhere()._write_parts(stream)

    def _write_parts(self, stream):
        log = self.env["customer.archive.log"]
        everything = [("model", "!=", False)]
        registers = self.env["customer.archive.register"].search(everything)
        if not registers:
            raise UserError(self.env._("There is no register to export."))
        export = self.env["customer.archive.export"].create(
            {
                "register_id": registers[0].id,
                "more_register_ids": registers[1:].ids,
                "scope": "filter",
            }
        )
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open("registers.xlsx", "w", force_zip64=True) as part:
                export._write_export(part, export._chosen())
            for company in self.env.companies:
                name = f"record-{company.id}.jsonl"
                with archive.open(name, "w", force_zip64=True) as part:
                    # The role was checked; the record is read past its rules, in SQL.
                    part.writelines(map(str.encode, log.sudo()._exported(company)))
        module = self.env.ref("base.module_customer_archive")
        for company in self.env.companies:
            log.with_company(company)._record("export", module, EXPORTED)
