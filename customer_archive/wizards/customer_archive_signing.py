from odoo import api, fields, models

FACTS = (
    *("archive_name", "archive_state", "relation_stage", "security_level"),
    *("completeness", "licence", "registry_check"),
    *("missing_papers", "expired_papers", "open_doubts"),
)


class CustomerArchiveSigning(models.TransientModel):
    """The dialog that shows the party's file to whoever records a signing (C8).

    The agreement notes that it was opened, and decides.
    """

    _name = "customer.archive.signing"
    _description = "Record Signing"
    _inherit = ["customer.archive.guard"]

    agreement_id = fields.Many2one("customer.archive.agreement", required=True)
    archive_name = fields.Char(string="File", compute="_compute_facts")
    archive_state = fields.Char(string="Status of the File", compute="_compute_facts")
    relation_stage = fields.Char(string="Relationship Stage", compute="_compute_facts")
    security_level = fields.Char(compute="_compute_facts")
    completeness = fields.Integer(string="Complete", compute="_compute_facts")
    licence = fields.Char(string="Business Licence", compute="_compute_facts")
    registry_check = fields.Char(string="Last Registry Check", compute="_compute_facts")
    missing_papers = fields.Text(compute="_compute_facts")
    expired_papers = fields.Text(compute="_compute_facts")
    open_doubts = fields.Text(compute="_compute_facts")

    @api.depends("agreement_id")
    @api.depends_context("uid", "lang")
    def _compute_facts(self):
        for dialog in self:
            # Whoever decides on an agreement need not see the file.
            file = dialog.agreement_id.sudo().archive_id.sudo(False)
            shown = file and file.has_access("read")
            facts = file._key_facts() if shown else {}
            for name in FACTS:
                dialog[name] = facts.get(name, False)

    @api.constrains("agreement_id")
    def _check_agreement(self):
        # A dialog shows the name of what it is about without asking for rights.
        self.agreement_id.sudo(False).check_access("read")

    def action_sign(self):
        """Record that both sides have signed."""
        self.ensure_one()
        self.agreement_id.action_sign()
        return {"type": "ir.actions.act_window_close"}
