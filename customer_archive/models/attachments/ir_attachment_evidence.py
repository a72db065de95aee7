from odoo import api, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..common.customer_archive_guard import is_ours
from ..common.sentinel import as_system, is_system
from ..copies.ir_attachment import FIXED

ATTACHMENT = "ir.attachment"
# By this name people look for them, so nobody else's attachment has it.
CERTIFICATE = "certificate"
DISPOSAL = "customer.archive.disposal"


class IrAttachment(models.Model):
    """What the system stored as evidence, and what was attached to a message, stays.

    Certificates, annual registers and exports are made and removed by the system
    alone. Odoo's routes delete as superuser, so nobody else is exempt.
    """

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._check_made_by_system()
        return attachments

    def write(self, vals):
        fixed = FIXED & vals.keys() and not is_system(self.env)
        if fixed:
            self._check_not_evidence()
            self._check_not_said()
        result = super().write(vals)
        if fixed:
            self._check_made_by_system()
        return result

    # Always: what an uninstallation skips, a client's context could skip, too.
    @api.ondelete(at_uninstall=True)
    def _unlink_except_evidence(self):
        if not is_system(self.env):
            self._check_not_evidence()
            self._check_not_said()

    def _migrate(self):
        # Where Odoo stores it doesn't change what it is.
        return super(IrAttachment, as_system(self))._migrate()

    # Of an attachment, whether it is evidence is nothing to be kept secret.

    def _check_made_by_system(self):
        keepers = self._evidence_fields()
        if not is_system(self.env) and any(
            each.res_model in keepers for each in self.sudo()
        ):
            raise UserError(
                self.env._(
                    "Attachments here can only be created by the system. File a "
                    "document as an item of its customer file."
                )
            )

    def _check_not_evidence(self):
        evidence = self.filtered(lambda each: each.sudo()._is_evidence())
        if not evidence:
            return
        # The name of a register or list tells something by itself. Odoo's routes ask
        # as superuser for somebody.
        shown = evidence.with_user(self.env.user)._filtered_access("read")[:1]
        if not shown:
            raise UserError(
                self.env._(
                    "This is evidence: it stays as the system stored it, and can "
                    "only be removed by the system."
                )
            )
        raise UserError(
            self.env._(
                "“%s” is evidence: it stays as the system stored it, and can only "
                "be removed by the system.",
                shown.name,
            )
        )

    def _is_evidence(self):
        names = self._evidence_fields().get(self.res_model)
        if not names:
            return False
        if self.res_model != DISPOSAL or (self.name or "").startswith(CERTIFICATE):
            return True
        keeper = self.env[DISPOSAL].browse(self.res_id).exists()
        return any(keeper[name] == self for name in names)

    @api.model
    @tools.ormcache()
    def _evidence_fields(self):
        """Return {model: names of its fields} of what the system stores as evidence."""
        found = {}
        for model in self.env.values():
            if is_ours(model._name) and not model._abstract and not model._transient:
                names = [
                    name
                    for name, field in model._fields.items()
                    if field.type == "many2one"
                    and field.comodel_name == ATTACHMENT
                    and field.store
                    and name != "message_main_attachment_id"
                ]
                if names:
                    found[model._name] = names
        return found

    def _check_not_said(self):
        """Check that none of these was attached to a message on a customer file."""
        if not self.ids:
            return
        self.env["mail.message"].flush_model(["attachment_ids", "model"])
        query = SQL(
            "SELECT 1 FROM message_attachment_rel r"
            " JOIN mail_message m ON m.id = r.message_id"
            " WHERE r.attachment_id = ANY(%s) AND m.model LIKE %s LIMIT 1",
            self.ids,
            "customer.archive%",
        )
        if self.env.execute_query(query):
            raise UserError(
                self.env._(
                    "This is an attachment to a message on a customer file, and is "
                    "kept."
                )
            )
