from odoo import api, models
from odoo.exceptions import ValidationError

from ..common.roles import SUPERVISES
from ..common.sentinel import is_system


class CustomerArchiveAudit(models.Model):
    """Who carries out a check, who changes it: never whom it finds against."""

    _inherit = "customer.archive.audit"

    @api.constrains("checker_id", "helper_ids", "company_id")
    def _check_people(self):
        for audit in self.browse() if is_system(self.env) else self:
            people = audit.checker_id | audit.helper_ids
            for user in people & audit._responsible():
                raise ValidationError(
                    self.env._(
                        "%s has to correct what was found here: choose somebody else.",
                        user.name,
                    )
                )
            for user in people:
                if not audit._at_work(user):
                    raise ValidationError(
                        self.env._(
                            "%s can't check: choose an auditor, or somebody of "
                            "compliance, who works in this company.",
                            user.name,
                        )
                    )

    def _at_work(self, user):
        """Whether somebody is at work here, and carries out checks."""
        # Where somebody works is no secret of who plans checks.
        here = self.company_id in user.sudo().company_ids
        return user.active and here and user.has_groups(SUPERVISES)

    def _responsible(self):
        """Return who has to correct what was found."""
        # Whoever plans checks may know that.
        return self.sudo().finding_ids.responsible_id

    def _leads(self, user):
        """Whether somebody who supervises may change it, and give it up.

        Not whom it finds against. Once it is begun whoever checks; somebody else only
        if they have left.
        """
        if user in self._responsible():
            return False
        checker = self.sudo().checker_id
        begun = self.state not in (False, "planned")
        return not begun or checker == user or not self._at_work(checker)

    # Checks

    def _check_supervises(self, operation):
        """Check that the user carries out checks at all."""
        if not self.env.user.has_groups(SUPERVISES):
            raise self._refusal(
                self.env._(
                    "Checks are planned and carried out by auditors and compliance."
                ),
                operation,
            )

    def _check_leads(self):
        """Check that the user may change the check, or give it up."""
        self._check_supervises("audit")
        if not self._leads(self.env.user):
            raise self._refusal(
                self.env._(
                    "%(audit)s was begun: only %(user)s changes it or gives it up, and "
                    "nobody whom it finds against.",
                    audit=self.name,
                    user=self.checker_id.name,
                ),
                "audit",
            )

    def _check_checks(self):
        """Check that the user checks here: whom it names, or one of the group."""
        self._check_supervises("audit")
        if self.env.user not in self.checker_id | self.helper_ids:
            raise self._refusal(
                self.env._(
                    "%(audit)s is checked by %(user)s and the group: ask them.",
                    audit=self.name,
                    user=self.checker_id.name,
                ),
                "audit",
            )

    def _check_signs(self):
        if self.env.user != self.checker_id:
            raise self._refusal(
                self.env._(
                    "%(audit)s is begun and signed by %(user)s alone.",
                    audit=self.name,
                    user=self.checker_id.name,
                ),
                "audit",
            )
