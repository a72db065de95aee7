"""Files that are kept until so long after their last agreement."""

from datetime import date

from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ArchiveCase


@tagged("post_install", "-at_install")
class TestAgreementEnd(ArchiveCase, TransactionCase):
    """Requirement F1: the end of the agreement as the trigger."""

    def agreed(self, file, until):
        """Return an agreement as it is once it is signed."""
        values = {"archive_id": file.id, "date_start": "2027-01-01"}
        agreement = self.env["customer.archive.agreement"].create(
            {**values, "date_end": until}
        )
        as_system(agreement).state = "signed"
        return agreement

    def test_kept_after_the_last_agreement(self):
        """Those that are drafts count for nothing."""
        file = self.registered()
        file.sudo().category_id.retention_policy_id = self.env[
            "customer.archive.retention.policy"
        ].create({"name": "协议期满", "trigger": "agreement_end", "years": 10})
        self.agreed(file, "2027-12-31")
        self.agreed(file, "2029-06-30")
        draft = self.agreed(file, "2035-12-31")
        as_system(draft).state = "draft"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(file.retention_date, date(2039, 6, 30))
