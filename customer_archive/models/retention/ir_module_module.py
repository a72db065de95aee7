import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.modules.module import Manifest
from odoo.tools import SQL, parse_version

from ..common.sentinel import as_system

_logger = logging.getLogger(__name__)

ADDON = "customer_archive"
# In the access record: an export of everything, and that somebody allowed to uninstall.
EXPORTED = "uninstall"
ALLOWED = "uninstall allowed"
# For how long an allowance, and the export before it, is good.
ALLOWED_FOR = timedelta(hours=24)


class IrModuleModule(models.Model):
    """Taking the addon away would be one more way to delete what is kept.

    What is held or blocked always stops it, what is on record until management has
    exported it and allowed it (``customer.archive.uninstall``). Then everything goes.
    """

    _inherit = "ir.module.module"

    def write(self, vals):
        if vals.get("state") == "to remove" and ADDON in self.mapped("name"):
            try:
                self._archive_check_removable()
            except UserError as error:
                log = self.env["customer.archive.log"]
                log._record_refusal(self._archive_addon(), "module", str(error))
                raise
        return super().write(vals)

    @api.private
    def module_uninstall(self):
        if ADDON not in self.mapped("name"):
            return super().module_uninstall()
        # No client calls it. Here, too: the state may be set past the method above.
        self._archive_check_removable()
        self._archive_clear()
        # Marked, because the check can't be made any more once columns are gone.
        result = super(IrModuleModule, as_system(self)).module_uninstall()
        self._archive_clear_afterwards()
        return result

    def _archive_check_removable(self):
        """Refuse as long as files are kept, whoever asks and whichever company's.

        :raise UserError: if a hold is in force, a file blocked, or one on record and
            nobody else allowed it
        """
        # What is kept decides, also where it can't be seen.
        files = self.env["customer.archive"].sudo()
        held = files.search_count(self._archive_held())
        if held:
            raise UserError(
                self.env._(
                    "%s customer files are on hold or blocked: the addon can't be "
                    "uninstalled until that ends.",
                    held,
                )
            )
        kept = files.search_count(self._archive_on_record())
        if kept and not self._archive_allowance():
            raise UserError(
                self.env._(
                    "%s customer files are on record: uninstalling the addon would "
                    "delete them, including their items, numbers and access "
                    "record, and nothing could be read again. If that is really "
                    "intended, a member of management exports everything and "
                    "allows it under Customer Files → Supervision → "
                    "Uninstall; another person then uninstalls the addon within a "
                    "day.",
                    kept,
                )
            )

    @api.model
    def _archive_addon(self):
        return self.sudo().search([("name", "=", ADDON)])

    @api.model
    def _archive_on_record(self):
        """Return the domain of files that somebody but their author has dealt with."""
        return ["|", ("state", "!=", "draft"), ("approval_round", ">", 0)]

    @api.model
    def _archive_held(self):
        """Return the domain of files that nobody may delete, by whatever decision."""
        return ["|", ("is_held", "=", True), ("is_blocked", "=", True)]

    @api.model
    def _archive_allowance(self):
        """Return the row of the access record by which another person allowed it.

        The record itself is what counts: nobody can write it but this addon's methods.
        """
        domain = [
            ("event", "=", "configuration"),
            ("detail", "=", ALLOWED),
            ("date", ">", fields.Datetime.now() - ALLOWED_FOR),
            ("user_id", "!=", self.env.uid),
        ]
        # Who uninstalls need not read the access record.
        return self.env["customer.archive.log"].sudo().search(domain, limit=1)

    # Older than the code

    def _register_hook(self):
        super()._register_hook()
        words = self._archive_outdated()
        self.env.registry.archive_outdated = words
        if words:
            _logger.error(words.replace("\n", " "))

    def _archive_outdated(self):
        """Return what to do if the database is older than the code, or nothing.

        In both languages: nothing of the database can be relied on yet.
        """
        query = "SELECT latest_version FROM ir_module_module WHERE name = %s"
        [(stored,)] = self.env.execute_query(SQL(query, ADDON))
        version = Manifest.for_addon(ADDON)["version"]
        if not stored or parse_version(stored) >= parse_version(version):
            return ""
        name = self.env.cr.dbname
        command = f"odoo -d {name} -u {ADDON} --stop-after-init"
        return (
            f"Customer Archive {version} is newer than this database ({stored}). "
            f"An administrator stops the server, makes a backup, and runs: {command}\n"
            f"客户档案模块的程序（{version}）比数据库（{stored}）新。"
            f"请管理员停止服务器、做好备份，然后运行：{command}\n"
        )

    # What Odoo doesn't do

    def _archive_clear(self):
        """Take away what would refuse to go, or would be left on Odoo's own tables."""
        _logger.warning(
            "The customer files go with their addon. Keystore and anchors stay in %s: "
            "backups of this database can be read with them only. Remove them when no "
            "backup has to be read any more.",
            self.env["customer.archive.keyring"]._folder(),
        )
        self.env.flush_all()
        # Their types go before the models that they are of.
        self.env.cr.execute(
            SQL(
                "DELETE FROM mail_activity WHERE res_model LIKE %s"
                " OR activity_type_id IN (SELECT res_id FROM ir_model_data"
                " WHERE module = %s AND model = 'mail.activity.type')",
                "customer.archive%",
                ADDON,
            )
        )
        # Records of our own models go with their tables, and not one by one by rules
        # that keep them.
        self.env.cr.execute(
            SQL(
                "DELETE FROM ir_model_data WHERE module = %s AND model LIKE %s",
                ADDON,
                "customer.archive%",
            )
        )
        for signature in self._archive_functions():
            # With their triggers.
            self.env.cr.execute(SQL("DROP FUNCTION %s CASCADE", SQL(signature)))

    def _archive_functions(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE %s",
                rf"{ADDON}\_%",
            )
        )
        return [signature for (signature,) in rows]

    def _archive_clear_afterwards(self):
        """Take away what names the customer files in tables of Odoo's own."""
        for table, column in (
            ("ir_config_parameter", "key"),
            ("ir_filters", "model_id"),
            ("mail_template", "model"),
            ("base_import_mapping", "res_model"),
        ):
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s LIKE ANY(%s)",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    ["customer.archive%", r"customer\_archive.%"],
                )
            )
        # What our models have from other addons is named by those.
        self.env.cr.execute(
            SQL(
                "DELETE FROM ir_model_data WHERE name LIKE %s AND module <> 'base'"
                " AND model LIKE 'ir.model%%'",
                r"%customer\_archive%",
            )
        )
