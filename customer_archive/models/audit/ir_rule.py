import logging

from odoo import models
from odoo.exceptions import AccessError

from ..common.customer_archive_guard import is_ours

_logger = logging.getLogger(__name__)


class IrRule(models.Model):
    _name = "ir.rule"
    _inherit = ["ir.rule", "customer.archive.configured"]

    def _make_access_error(self, operation, records):
        """Record the refusal, and keep hidden files nameless.

        Odoo makes the error when it is raised, and only then; in developer mode its
        message names the records. To find out by which rules takes it longer than
        the check, and nobody would be told.
        """
        if not is_ours(records._name):
            return super()._make_access_error(operation, records)
        self.env["customer.archive.log"]._record_refusal(records, operation)
        _logger.info(
            "Access denied by record rules: %s of %s %s by user %s",
            operation,
            records._name,
            records.ids[:6],
            self.env.uid,
        )
        error = AccessError(
            self.env._(
                "You don't have access to this record (%(model)s) or to this "
                "operation. Ask its account manager or a records clerk.",
                model=self.env["ir.model"]._get(records._name).name,
            )
        )
        company = self._company_to_switch_to(records)
        if company:
            names = {"id": company.id, "display_name": company.display_name}
            error.context = {"suggested_company": names}
        return error

    def _company_to_switch_to(self, records):
        """Return which of the user's own companies the records belong to.

        :return: nothing if it is one that the user works in at present, or several
        """
        # Only of companies that are the user's anyway is anything told.
        found = records[:6].sudo().exists()._get_redirect_suggested_company()
        # What was read here as superuser isn't for whoever is refused.
        records.invalidate_recordset()
        others = self.env.user.company_ids - self.env.companies
        if found and len(found) == 1 and found in others:
            return found
        return self.env["res.company"]

    def _is_configuration(self):
        return any(is_ours(rule.model_id.model) for rule in self.sudo())
