from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import HOLDERS, SEES_HOLDS
from ..common.sentinel import as_system
from ..common.values import is_text
from ..common.windows import open_dialog


class CustomerArchive(models.Model):
    """Files that are held."""

    _inherit = "customer.archive"

    hold_ids = fields.One2many(
        "customer.archive.hold",
        "archive_id",
        string="Holds",
        readonly=True,
        copy=False,
        groups=SEES_HOLDS,
    )
    is_held = fields.Boolean(
        string="On Hold",
        compute="_compute_is_held",
        compute_sudo=True,
        store=True,
        help="Nothing in the file can be deleted.",
    )

    _held = models.Index("(id) WHERE is_held IS TRUE")

    @api.depends("hold_ids.lifted_on")
    def _compute_is_held(self):
        for archive in self:
            archive.is_held = any(not hold.lifted_on for hold in archive.hold_ids)

    @api.model
    def _protected(self):
        return {**super()._protected(), "is_held": None}

    def action_hold(self, kind, reason, reference=None):
        """Hold files: nothing of them is deleted before another person lifts it.

        :param str kind: a value of ``customer.archive.hold.kind``
        :param str reason: why
        :param str reference: such as the number of a case
        :return: the holds, one for each file
        :raise AccessError: unless the user is legal, compliance or management
        """
        self.check_access("read")
        self._wait_for_others()
        if not self.env.user.has_groups(HOLDERS):
            raise self._refusal(
                self.env._("Holds can be placed by legal, compliance or management."),
                "hold",
            )
        holds = self.env["customer.archive.hold"]
        if kind not in holds._fields["kind"].get_values(self.env):
            raise UserError(self.env._("This type of hold doesn't exist."))
        if not is_text(reason):
            raise UserError(self.env._("Enter the reason for the hold."))
        self._check_not_destroyed()
        holds = (
            as_system(holds.sudo())
            .create(
                [
                    {
                        "archive_id": archive.id,
                        "kind": kind,
                        "reason": reason.strip(),
                        "reference": reference if is_text(reference) else False,
                        "placed_by_id": self.env.uid,
                        "placed_on": fields.Datetime.now(),
                    }
                    for archive in self
                ]
            )
            .with_env(self.env)
        )
        log = self.env["customer.archive.log"]
        log._record("hold", holds, f"placed {kind}", reason.strip())
        if kind == "dispute":
            self._note_business()
        return holds

    def _check_not_destroyed(self):
        for archive in self:
            if archive.state == "destroyed":
                raise UserError(
                    self.env._("%s has been destroyed.", archive.display_name)
                )

    def _note_business(self):
        """Have the clock take note that something was dealt with, or disputed."""
        # Whose dispute it is decides, not who may see the party.
        pairs = [(file.partner_id.id, file.company_id.id) for file in self.sudo()]
        self.env["customer.archive.clock"]._note(pairs)

    def action_open_hold(self):
        """Return the dialog that holds these files."""
        self.check_access("read")
        return self._open_restrain(self.env._("Hold"), "hold")

    def _open_restrain(self, title, operation):
        return open_dialog(
            "customer.archive.restrain",
            title,
            {
                "default_operation": operation,
                "default_archive_ids": self.ids,
            },
        )
