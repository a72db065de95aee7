from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import HOLDERS
from ..common.sentinel import as_system
from ..common.values import is_text, label
from ..common.windows import open_dialog

GUARD = """
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.lifted_on IS NULL AND NEW.lifted_on IS NOT NULL
        AND NEW.lifted_by_id IS NOT NULL AND NEW.lifted_by_id <> OLD.placed_by_id
        AND to_jsonb(OLD) - ARRAY['lifted_on', 'lifted_by_id', 'lift_reason',
                                  'write_date', 'write_uid']
          = to_jsonb(NEW) - ARRAY['lifted_on', 'lifted_by_id', 'lift_reason',
                                  'write_date', 'write_uid']
    THEN RETURN NEW;
    END IF;
    -- The words go with a file that is destroyed; that it was held stays.
    IF TG_OP = 'UPDATE' AND OLD.lifted_on IS NOT NULL
        AND to_jsonb(OLD) - ARRAY['reason', 'reference', 'lift_reason',
                                  'write_date', 'write_uid']
          = to_jsonb(NEW) - ARRAY['reason', 'reference', 'lift_reason',
                                  'write_date', 'write_uid']
        AND EXISTS (SELECT 1 FROM customer_archive a
                     WHERE a.id = OLD.archive_id AND a.state = 'destroyed')
    THEN RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Holds are placed and lifted, and never changed or deleted.'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END """


class CustomerArchiveHold(models.Model):
    """Why nothing of a file may be deleted for the time being 冻结.

    Requirement F3. Rows are made by ``customer.archive.action_hold``, and end by
    ``action_lift``; the database refuses every other change.
    """

    _name = "customer.archive.hold"
    _description = "Hold"
    _inherit = ["customer.archive.guard"]
    _order = "id desc"
    _rec_names_search = ["archive_id", "reference"]
    _check_company_auto = True

    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(related="archive_id.partner_id")
    company_id = fields.Many2one(
        related="archive_id.company_id", store=True, precompute=True
    )
    kind = fields.Selection(
        [
            ("legal", "Legal hold"),
            ("dispute", "Dispute"),
            ("investigation", "Investigation"),
            ("audit", "Audit"),
        ],
        string="Type",
        required=True,
        readonly=True,
    )
    reason = fields.Text(readonly=True)
    reference = fields.Char(readonly=True, help="E.g. a case number.")
    placed_by_id = fields.Many2one(
        "res.users", string="Placed by", required=True, readonly=True
    )
    placed_on = fields.Datetime(string="Placed on", required=True, readonly=True)
    lifted_by_id = fields.Many2one("res.users", string="Lifted by", readonly=True)
    lifted_on = fields.Datetime(string="Lifted on", readonly=True)
    lift_reason = fields.Text(string="Lifting Reason", readonly=True)
    state = fields.Selection(
        [("held", "On Hold"), ("lifted", "Lifted")],
        string="Status",
        compute="_compute_state",
        search="_search_state",
    )
    can_lift = fields.Boolean(
        compute="_compute_can_lift", export_string_translation=False
    )

    _running = models.Index("(archive_id) WHERE lifted_on IS NULL")

    def init(self):
        """Let the database itself refuse every change but lifting."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION customer_archive_hold_guard()
                RETURNS trigger LANGUAGE plpgsql AS %s;
            CREATE OR REPLACE TRIGGER customer_archive_hold_kept
                BEFORE UPDATE OR DELETE ON customer_archive_hold
                FOR EACH ROW EXECUTE FUNCTION customer_archive_hold_guard();
            CREATE OR REPLACE TRIGGER customer_archive_hold_kept_truncate
                BEFORE TRUNCATE ON customer_archive_hold
                FOR EACH STATEMENT EXECUTE FUNCTION customer_archive_hold_guard();
            """,
            [GUARD],
        )

    @api.depends("lifted_on")
    def _compute_state(self):
        for hold in self:
            hold.state = "lifted" if hold.lifted_on else "held"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        held = fields.Domain("lifted_on", "=", False)
        domains = {"held": held, "lifted": ~held}
        return fields.Domain.OR(domains[each] for each in value if each in domains)

    @api.depends("lifted_on", "placed_by_id")
    @api.depends_context("uid")
    def _compute_can_lift(self):
        may = self.env.user.has_groups(HOLDERS)
        for hold in self:
            other = hold.placed_by_id != self.env.user
            hold.can_lift = may and other and not hold.lifted_on

    @api.depends("kind", "placed_on", "reference")
    def _compute_display_name(self):
        for hold in self:
            # Who may read the hold may know at which company.
            company = hold.sudo().archive_id.company_id
            day = fields.Date.to_string(company._archive_day(hold.placed_on)) or ""
            parts = (label(hold, "kind"), day, hold.reference)
            hold.display_name = " ".join(filter(None, parts))

    def _refuse_outsiders(self):
        raise self._refusal(
            self.env._("Holds are placed on a file, and lifted by another person."),
            "write",
        )

    def action_lift(self, reason):
        """Lift holds, as another person than the one who placed them.

        :param str reason: why they aren't needed any more
        :raise AccessError: unless the user is legal, compliance or management, and
            somebody else placed the hold
        """
        if not is_text(reason):
            raise UserError(self.env._("Enter the reason for lifting the hold."))
        self.check_access("read")
        # Together with whoever lifts, or destroys, at this moment.
        self.archive_id._wait_for_others()
        for hold in self:
            hold._check_may_lift()
            if hold.lifted_on:
                raise UserError(
                    self.env._("%s has already been lifted.", hold.display_name)
                )
        # Role and person were checked; nobody writes holds by hand.
        as_system(self.sudo()).write(
            {
                "lifted_by_id": self.env.uid,
                "lifted_on": fields.Datetime.now(),
                "lift_reason": reason.strip(),
            }
        )
        self.env["customer.archive.log"]._record("hold", self, "lifted", reason.strip())
        self.filtered(lambda hold: hold.kind == "dispute").archive_id._note_business()
        return True

    def _check_may_lift(self):
        if not self.env.user.has_groups(HOLDERS):
            raise self._refusal(
                self.env._("Holds are lifted by legal, compliance or management."),
                "lift",
            )
        if self.placed_by_id == self.env.user:
            raise self._refusal(
                self.env._("You placed this hold: another person must lift it."), "lift"
            )

    def action_open_lift(self):
        """Return the dialog that asks for the reason."""
        self.check_access("read")
        return open_dialog(
            "customer.archive.restrain",
            self.env._("Lift Hold"),
            {"default_operation": "lift", "default_hold_ids": self.ids},
        )
