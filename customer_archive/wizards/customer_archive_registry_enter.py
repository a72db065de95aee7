from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.common.company_day import today_at, today_here
from ..models.common.sentinel import as_system, is_system
from ..models.common.values import choices
from ..models.copies.ir_attachment import ITEM
from ..models.registry.customer_archive_registry_check import QUESTIONS

CHECK = "customer.archive.registry.check"
# What of a check is entered here.
ENTERED = (
    *("source", "source_other", "date", *QUESTIONS),
    *("registered_name", "representative", "registered_capital", "note"),
)


def _options(name):
    return lambda self: choices(self.env[CHECK], name)


class CustomerArchiveRegistryEnter(models.TransientModel):
    """The dialog in which somebody enters, or confirms, what a registry says."""

    _name = "customer.archive.registry.enter"
    _description = "Enter Registry Check"
    _inherit = ["customer.archive.guard"]

    archive_id = fields.Many2one("customer.archive", string="File", required=True)
    partner_name = fields.Char(
        related="archive_id.partner_id.name", string="Customer/Supplier"
    )
    credit_code = fields.Char(
        related="archive_id.partner_id.vat",
        string="Credit Code",
        help="The party's unified social credit code.",
    )
    registry_search = fields.Char(
        related="archive_id.registry_search", export_string_translation=False
    )
    company_id = fields.Many2one(related="archive_id.company_id")
    source = fields.Selection(_options("source"), required=True, default="gsxt")
    source_other = fields.Char(string="Which Source")
    date = fields.Date(string="Looked up on", default=today_here)
    # Required by the form: the dialog is there before they are answered.
    licence_status = fields.Selection(_options("licence_status"))
    abnormal_listing = fields.Selection(
        _options("abnormal_listing"), string="Abnormal Operations List"
    )
    dishonest_listing = fields.Selection(
        _options("dishonest_listing"), string="Seriously Dishonest List"
    )
    registered_name = fields.Char(string="Name There")
    representative = fields.Char(string="Legal Representative There")
    registered_capital = fields.Float(
        string="Capital There (10,000 CNY)", digits=(16, 2)
    )
    note = fields.Text(string="Remarks")
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "customer_archive_registry_enter_copy_rel",
        string="Attach Proof",
    )
    is_fetched = fields.Boolean(readonly=True, export_string_translation=False)
    service_message = fields.Char(readonly=True, export_string_translation=False)

    @api.constrains("archive_id")
    def _check_archive(self):
        # A dialog shows the name of what it is about without asking for rights.
        self.archive_id.sudo(False).check_access("read")

    @api.model
    def _protected(self):
        own = {"is_fetched": False, "service_message": False}
        return {**super()._protected(), **own}

    @api.model_create_multi
    def create(self, vals_list):
        items = self.env[ITEM]
        return super().create([items._encrypted_uploads(vals) for vals in vals_list])

    def write(self, vals):
        if "archive_id" in vals and not is_system(self.env):
            raise UserError(
                self.env._("Open this dialog once more, from the file that is meant.")
            )
        return super().write(self.env[ITEM]._encrypted_uploads(vals))

    # Filled in by a service

    @api.model
    def _for_file(self, archive):
        """Return a dialog for a file, with what a service says if one is connected.

        The user was checked.
        """
        values = {"archive_id": archive.id, "date": today_at(archive)}
        try:
            # Codes of parties leave the system where a service is connected, only.
            found = self.env[CHECK]._fetch_registry(archive.partner_id.vat or "")
        except UserError as error:
            found, values["service_message"] = None, str(error)
        if found:
            values |= {name: found[name] for name in ENTERED if name in found}
            values["is_fetched"] = True
            if found.get("proof"):
                values["attachment_ids"] = [fields.Command.set(self._kept(found).ids)]
        missing = {name for name in QUESTIONS if name not in values}
        made = as_system(self).create(
            {**dict.fromkeys(missing, "unknown"), **values} if found else values
        )
        return self.browse(made.id)

    def _kept(self, found):
        """Return the proof that a service sent, as if the user had uploaded it."""
        name, content = found["proof"]
        return self.env["ir.attachment"].create(
            {"name": name, "raw": content, "res_model": ITEM}
        )

    # Saving

    def action_save(self):
        """Keep the check with its proof in the file.

        :raise AccessError: unless the user keeps or reviews the file
        :raise UserError: if the proof is missing, or nothing was looked up
        """
        self.ensure_one()
        archive = self.archive_id
        archive._check_may_check_registry()
        values = {name: self[name] for name in ENTERED}
        if not all(values[name] for name in (*QUESTIONS, "date")):
            raise UserError(
                self.env._(
                    "Enter the day and all three answers; “Not looked up” is an "
                    "answer, too."
                )
            )
        values["is_fetched"] = self.is_fetched
        archive._record_registry_check(values, self.attachment_ids)
        return {"type": "ir.actions.act_window_close"}
