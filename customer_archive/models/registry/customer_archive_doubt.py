from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import COMPLIANCE
from ..common.row_lock import wait_for_others
from ..common.sentinel import as_system
from ..common.values import is_text, label
from ..common.windows import open_dialog
from ..files.customer_archive import ENDED

VERIFY = "customer.archive.doubt.verify"


class CustomerArchiveDoubt(models.Model):
    """What doesn't fit in a file, and how it was verified 存疑事项.

    The system finds it when the file is submitted, and again when the step begins that
    asks for it, when the registry was checked, a credit fact was entered during the
    review, or data was changed by request. Somebody else than who submitted the file
    asks the party, and notes what came of it; that is never altered. The same two
    values are doubted once.
    """

    _name = "customer.archive.doubt"
    _description = "Doubt"
    _inherit = ["customer.archive.guard", "customer.archive.opened"]
    _order = "id desc"
    _rec_names_search = ["archive_id", "partner_id"]

    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    archive_number = fields.Char(related="archive_id.name", string="File Number")
    partner_id = fields.Many2one(
        related="archive_id.partner_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="archive_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(
        [
            ("licence_name", "Name unlike the licence"),
            ("licence_representative", "Legal representative unlike the licence"),
            ("registry_name", "Name unlike the registry"),
            ("registry_representative", "Legal representative unlike the registry"),
            ("registry_capital", "Capital unlike the registry"),
            ("capital", "Business without registered capital"),
            ("least_capital", "Capital below the least for a licensed trade"),
            ("permit", "Licensed trade without a permit"),
            ("credit_fact", "Credit fact against the party"),
            ("overdue", "Overdue debts"),
            ("credit_grade", "Lowest credit grade"),
            ("moved", "Address changed often"),
            ("premises", "Business at another address, without proof"),
        ],
        string="Doubt",
        required=True,
        readonly=True,
    )
    own_value = fields.Char(string="In the File", readonly=True)
    other_value = fields.Char(string="Elsewhere", readonly=True)
    state = fields.Selection(
        [("open", "To Verify"), ("verified", "Verified"), ("settled", "Resolved")],
        string="Status",
        required=True,
        readonly=True,
        default="open",
        index=True,
        help="Resolved: the values agree by now.",
    )
    note = fields.Text(string="How It Was Verified", readonly=True)
    verified_by_id = fields.Many2one("res.users", string="Verified by", readonly=True)
    verified_on = fields.Datetime(readonly=True)
    can_verify = fields.Boolean(
        compute="_compute_can_verify", export_string_translation=False
    )

    @api.depends("archive_id", "kind")
    @api.depends_context("lang", "archive_within_file")
    def _compute_display_name(self):
        within = self.env.context.get("archive_within_file")
        for doubt in self:
            name, file = label(doubt, "kind"), doubt.archive_id.sudo().display_name
            doubt.display_name = name if within else f"{file} – {name}"

    @api.depends("state", "archive_id.state", "archive_id.approver_ids")
    @api.depends_context("uid")
    def _compute_can_verify(self):
        for doubt in self:
            doubt.can_verify = doubt.state == "open" and doubt._may_verify()

    @api.model
    def _names_only(self):
        """That something was doubted, and whether it was verified."""
        return super()._names_only() | {"can_verify", "kind", "state"}

    def _refuse_outsiders(self):
        raise self._refusal(
            self.env._(
                "Doubts are found by the system and ended by “Verify Doubt”; "
                "nothing of them is changed afterwards."
            ),
            "write",
        )

    def _key(self):
        """Return what is doubted: by it the same doubt is known again."""
        return self.kind, self.own_value or "", self.other_value or ""

    def _words(self):
        """Return the doubt as a sentence."""
        self.ensure_one()
        return self.env._(
            "%(doubt)s (in the file: %(own)s; elsewhere: %(other)s): ask the party, "
            "and note with “Verify Doubt” what came of it.",
            doubt=label(self, "kind"),
            own=self.own_value or "–",
            other=self.other_value or "–",
        )

    # Verifying

    def action_settle(self, note):
        """Note how these doubts were verified with the party.

        :param str note: who was asked, what was seen, what is right
        :raise AccessError: unless the user decides on the file, or is of compliance;
            never for who submitted it
        """
        if not is_text(note):
            raise UserError(
                self.env._("Write how it was verified: who was asked, what was seen.")
            )
        wait_for_others(self)
        for doubt in self:
            if not doubt._may_verify():
                raise doubt._refusal(
                    self.env._(
                        "Doubts are verified by compliance or by whoever has to "
                        "decide on the file, and never by who submitted it."
                    ),
                    "verify_doubt",
                )
            if doubt.state != "open":
                raise UserError(self.env._("%s: already done.", doubt.display_name))
            # Who may was checked above; the rows belong to nobody.
            as_system(doubt.sudo()).write(
                {
                    "state": "verified",
                    "note": note.strip(),
                    "verified_by_id": self.env.uid,
                    "verified_on": fields.Datetime.now(),
                }
            )
            doubt._note_state("verified", note.strip())
        return True

    def action_open_verification(self):
        """Return the dialog that asks how a doubt was verified."""
        self.ensure_one()
        self.check_access("read")
        context = {"default_doubt_id": self.id}
        return open_dialog(VERIFY, self.env._("Verify Doubt"), context)

    def _may_verify(self):
        self.ensure_one()
        # Who decides on a file is no secret of its readers.
        file, user = self.sudo().archive_id, self.env.user
        if file.state in ENDED or user == file.requester_id:
            return False
        return user in file.approver_ids or user.has_group(COMPLIANCE)

    def _note_state(self, state, note=None):
        for kind, doubts in self.grouped("kind").items():
            log = self.env["customer.archive.log"]
            log._record("review", doubts, f"doubt {state}: {kind}", note)
