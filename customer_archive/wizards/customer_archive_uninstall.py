import zipfile

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.common.roles import MANAGEMENT
from ..models.retention.ir_module_module import ALLOWED, ALLOWED_FOR, EXPORTED


class CustomerArchiveUninstall(models.TransientModel):
    """Lets management export all files, and allow somebody to uninstall the addon."""

    _name = "customer.archive.uninstall"
    _description = "Uninstallation"
    _inherit = "customer.archive.guard"

    files = fields.Integer(string="Files on Record", compute="_compute_files")
    held = fields.Integer(string="Held or Blocked", compute="_compute_files")
    is_exported = fields.Boolean(
        string="Exported in the Last 24 Hours", compute="_compute_is_exported"
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

    def _compute_is_exported(self):
        log = self.env["customer.archive.log"]
        domain = [
            ("event", "=", "export"),
            ("detail", "=", EXPORTED),
            ("user_id", "=", self.env.uid),
            ("date", ">", fields.Datetime.now() - ALLOWED_FOR),
        ]
        # Only whether there is a row of the user's own doing.
        self.is_exported = bool(log.sudo().search(domain, limit=1))

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
                    "%s files are held or blocked: nothing of them is deleted as long "
                    "as that lasts.",
                    self.held,
                )
            )
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why the addon is uninstalled."))
        if not self.is_exported:
            raise UserError(
                self.env._("Export everything first: afterwards nothing can be read.")
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
                    "For 24 hours an administrator, other than you, may uninstall "
                    "Customer Archive under Apps. Keep a backup of database, filestore "
                    "and keystore: the export holds no electronic copies."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model
    def _check_allows(self, operation):
        if not self.env.user.has_group(MANAGEMENT):
            raise self._refusal(
                self.env._("Management decides whether the addon is uninstalled."),
                operation,
            )

    def _write_export(self, stream):
        """Write all registers and access records of the user's companies as a ZIP."""
        self._check_allows("export")
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
        log._record("export", self.env.ref("base.module_customer_archive"), EXPORTED)
