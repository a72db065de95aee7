from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby

from ..common.company_day import today_at
from ..common.roles import WITNESSES
from ..common.row_lock import wait_for_others
from ..common.sentinel import as_system, is_system
from ..common.values import is_text

# Before the files are with their new custodian.
HERE = ("draft", "packed", "witness")
# In which states what people enter is entered.
ENTERED = {
    "receiver": ("packed",),
    "handed_on": ("packed",),
    "received_on": ("handed",),
    "cancel_reason": HERE,
}
DISPOSAL = "customer.archive.disposal"


class CustomerArchiveTransfer(models.Model):
    """Files of an approved list on their way to one new custodian 移交.

    They are packed, handed over by an archivist before a witness, and confirmed.
    """

    _name = "customer.archive.transfer"
    _description = "Transfer"
    _inherit = ["customer.archive.packing"]
    _order = "id desc"
    _rec_names_search = ["name", "transfer_to"]

    name = fields.Char(string="Number", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    disposal_id = fields.Many2one(
        DISPOSAL,
        string="List",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    transfer_to = fields.Char(string="Transferred to", readonly=True)
    line_ids = fields.One2many(
        "customer.archive.disposal.line", "transfer_id", string="Files", readonly=True
    )
    file_count = fields.Integer(compute="_compute_file_count", string="Number of Files")
    state = fields.Selection(
        [
            ("draft", "To Package"),
            ("packed", "To Hand Over"),
            ("witness", "Handover to Witness"),
            ("handed", "Handed Over"),
            ("received", "Receipt Confirmed"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    receiver = fields.Char(
        string="Receiving Person", help="Who takes the files over at the new custodian."
    )
    handed_on = fields.Date(string="Handed over on")
    handed_by_id = fields.Many2one(
        "res.users", string="Handed over by", readonly=True, ondelete="restrict"
    )
    witness_id = fields.Many2one(
        "res.users", string="Handover Witnessed by", readonly=True, ondelete="restrict"
    )
    witnessed_on = fields.Datetime(string="Handover Witnessed on", readonly=True)
    received_on = fields.Date(
        string="Receipt Confirmed on",
        help="When the new custodian confirmed that the package is complete.",
    )
    received_by_id = fields.Many2one(
        "res.users",
        string="Confirmation Recorded by",
        readonly=True,
        ondelete="restrict",
    )
    cancel_reason = fields.Text(string="Reason for Cancelling")
    can_witness = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )

    @api.depends("line_ids")
    def _compute_file_count(self):
        for transfer in self:
            transfer.file_count = len(transfer.line_ids)

    @api.depends_context("uid")
    @api.depends("state", "handed_by_id")
    def _compute_can(self):
        user = self.env.user
        for transfer in self:
            transfer.can_witness = (
                transfer.state == "witness" and transfer._may_witness(user)
            )

    # Create, write

    @api.model
    def _protected(self):
        names = ("name", "company_id", "disposal_id", "transfer_to", "handed_by_id")
        names += ("witness_id", "witnessed_on", "received_by_id")
        return {
            **super()._protected(),
            **dict.fromkeys(names, False),
            "line_ids": [],
            "state": "draft",
        }

    def write(self, vals):
        if not is_system(self.env):
            self._check_entered(vals)
        return super().write(vals)

    def _check_entered(self, vals):
        for transfer in self:
            for name in ENTERED.keys() & vals:
                if transfer.state not in ENTERED[name]:
                    label = self._fields[name]._description_string(self.env)
                    raise UserError(
                        self.env._(
                            "%(transfer)s: “%(field)s” can't be changed at this stage.",
                            transfer=transfer.name,
                            field=label,
                        )
                    )

    @api.model
    def _begin(self, lines):
        """Make the transfers of some lines, whose list was approved; as superuser.

        There is one for each list and new custodian.
        """
        parts = groupby(
            lines, lambda line: (line.disposal_id, line.transfer_to.strip())
        )
        for (disposal, receiver), part in parts:
            company = disposal.company_id
            sequence = self.env["ir.sequence"].with_company(company)
            transfer = as_system(self).create(
                {
                    "name": as_system(sequence).next_by_code(self._name),
                    "company_id": company.id,
                    "disposal_id": disposal.id,
                    "transfer_to": receiver,
                }
            )
            as_system(lines.concat(*part)).write({"transfer_id": transfer.id})

    # Who

    def _may_witness(self, user):
        return user.has_groups(WITNESSES) and user != self.handed_by_id

    def _carried_out_words(self):
        return self.env._("Files are packed and handed over by archivists.")

    def _check_free(self):
        """Check that no file was held or blocked since the approval.

        :raise UserError: that names them
        """
        # What keeps a file counts, also on one that isn't the user's to see.
        files = self.sudo().line_ids.archive_id
        kept = files.filtered(lambda file: file.is_held or file.is_blocked)
        if kept:
            raise UserError(
                self.env._(
                    "Held or blocked since the approval: %s. Have that lifted first, "
                    "or cancel this transfer.",
                    ", ".join(kept.mapped("name")),
                )
            )

    def _log_transfer(self, step):
        log = self.env["customer.archive.log"]
        log._record("dispose", self, f"transfer {step} {self.name}")

    # Actions of the screen

    def action_hand_over(self):
        """Note that the package is handed over now; a witness has to confirm it.

        :raise AccessError: for others than archivists
        :raise UserError: if nothing is packed, or it isn't said who takes it when
        """
        self._check_step("hand_over", "packed")
        self._check_free()
        if not is_text(self.receiver):
            raise UserError(self.env._("Enter who takes the files over."))
        day = self.handed_on or today_at(self)
        if day > today_at(self):
            raise UserError(self.env._("The files can't be handed over in future."))
        # The role was checked.
        as_system(self.sudo()).write(
            {"state": "witness", "handed_by_id": self.env.uid, "handed_on": day}
        )
        self._log_transfer("handed")
        return True

    def action_witness(self):
        """Confirm, as a second person, that the files were handed over.

        :raise AccessError: for who hands them over, or whose role witnesses nothing
        """
        self.ensure_one()
        wait_for_others(self)
        if not self._may_witness(self.env.user):
            raise self._refusal(
                self.env._(
                    "A transfer must be witnessed by an archivist, compliance, legal "
                    "or management, but not by who hands the files over."
                ),
                "witness",
            )
        self._check_stage("witness")
        self._check_free()
        # Role and independence were checked.
        own = self.sudo()
        values = {"witness_id": self.env.uid, "witnessed_on": fields.Datetime.now()}
        as_system(own).write({"state": "handed", **values})
        own.line_ids._hand_over()
        self._log_transfer("witnessed")
        return True

    def action_confirm_receipt(self):
        """Note that the new custodian has confirmed it; the package goes.

        :raise AccessError: for others than archivists
        """
        self._check_step("confirm_receipt", "handed")
        today = today_at(self)
        day = self.received_on or today
        if not self.handed_on <= day <= today:
            raise UserError(
                self.env._(
                    "The day of the confirmation lies between the transfer and today."
                )
            )
        # The role was checked.
        own = self.sudo()
        as_system(own).write(
            {"state": "received", "received_by_id": self.env.uid, "received_on": day}
        )
        own._remove_package()
        self._log_transfer("received")
        return True

    def action_cancel(self):
        """End a transfer that doesn't take place; its files stay as they are.

        :raise AccessError: for others than archivists
        :raise UserError: without a reason, or if the files were handed over
        """
        self._check_step("cancel_transfer", *HERE)
        if not is_text(self.cancel_reason):
            raise UserError(self.env._("Enter the reason for cancelling."))
        # The role was checked.
        own = self.sudo()
        as_system(own).write({"state": "cancelled"})
        own.line_ids._drop_transfer()
        own._remove_package()
        self._log_transfer("cancelled")
        return True
