from odoo import fields, models
from odoo.exceptions import UserError

from ..common.roles import SEES_STOCKTAKES
from ..common.row_lock import wait_for_others
from ..common.sentinel import as_system
from .customer_archive_stocktake import DIFFERENCES, LINE, WITNESS


class CustomerArchiveStocktake(models.Model):
    """The result is signed by two, an archivist first, and is locked from then on."""

    _inherit = "customer.archive.stocktake"

    def action_sign(self):
        """Sign the result as an archivist, once every difference is settled.

        :raise AccessError: unless the user is an archivist
        :raise UserError: while something is open, or without a witness
        """
        for stocktake in self:
            stocktake._begin("settling")
            stocktake._check_settled()
            stocktake._check_witness()
            as_system(stocktake.sudo()).write(
                {
                    "state": "witness",
                    "signed_by_id": self.env.uid,
                    "signed_on": fields.Datetime.now(),
                }
            )
            stocktake._ask_witness()
            stocktake._log_step("signed")
        return True

    def action_witness(self):
        """Sign the result as its witness: it is locked from now on.

        :raise AccessError: unless the user was chosen as its witness
        :raise UserError: unless an archivist has signed it
        """
        for stocktake in self:
            wait_for_others(stocktake)
            if stocktake.witness_id != self.env.user:
                raise stocktake._refusal(
                    self.env._(
                        "%s is witnessed by whom the archivist chose for it.",
                        stocktake.display_name,
                    ),
                    "witness_stocktake",
                )
            stocktake._check_state("witness")
            stocktake._check_witness()
            # Who witnesses writes nothing else.
            as_system(stocktake.sudo()).write(
                {"state": "signed", "witnessed_on": fields.Datetime.now()}
            )
            stocktake._activities(WITNESS).unlink()
            stocktake._log_step("witnessed")
        return True

    # Checks

    def _check_settled(self):
        if not self.unsettled_count:
            return
        domain = [("stocktake_id", "=", self.id), ("result", "in", DIFFERENCES)]
        seen = self.env[LINE].search_count([*domain, ("settlement", "=", False)])
        if seen < self.unsettled_count:
            raise UserError(
                self.env._(
                    "%(count)s differences aren't settled yet, %(hidden)s of them of "
                    "files that you may not read: ask an archivist who may.",
                    count=self.unsettled_count,
                    hidden=self.unsettled_count - seen,
                )
            )
        raise UserError(
            self.env._(
                "%s differences aren't settled yet: settle each of them first.",
                self.unsettled_count,
            )
        )

    def _check_witness(self):
        """Check that somebody else can be the witness."""
        witness, signer = self.witness_id, self.signed_by_id or self.env.user
        if not witness:
            raise UserError(self.env._("Choose a witness first, then sign."))
        if witness == signer or not witness.active:
            raise UserError(
                self.env._(
                    "Whoever signs can't be the witness: choose somebody else who "
                    "was there."
                )
            )
        if not witness.has_groups(SEES_STOCKTAKES):
            raise UserError(
                self.env._(
                    "%s can't see stocktakes: choose a witness among archivists, "
                    "clerks, compliance, management or auditors.",
                    witness.name,
                )
            )

    def _ask_witness(self):
        self._activities(WITNESS).unlink()
        self._schedule_activities(
            WITNESS,
            [(self, self.witness_id, self.company_id._archive_working_day(1))],
            lambda each: each.env._("Confirm the result of %s.", each.name),
        )
