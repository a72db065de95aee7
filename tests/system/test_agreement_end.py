"""Files that are kept until so long after their last agreement."""

from datetime import date

from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ArchiveCase
from .test_migration import run, script


@tagged("post_install", "-at_install")
class TestAgreementEnd(ArchiveCase, TransactionCase):
    """Requirement F1: the end of the agreement as the trigger."""

    def policy(self):
        values = {"name": "协议期满", "trigger": "agreement_end", "years": 10}
        return self.env["customer.archive.retention.policy"].create(values)

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
        file.sudo().category_id.retention_policy_id = self.policy()
        self.assertFalse(file.retention_date)
        self.agreed(file, "2027-12-31")
        self.assertEqual(file.retention_date, date(2037, 12, 31))
        last = self.agreed(file, "2029-06-30")
        self.assertEqual(file.retention_date, date(2039, 6, 30))
        draft = self.agreed(file, "2035-12-31")
        as_system(draft).state = "draft"
        self.assertEqual(file.retention_date, date(2039, 6, 30))
        ended = {"state": "terminated", "terminated_on": "2028-03-31"}
        as_system(last).write(ended)
        self.assertEqual(file.retention_date, date(2038, 3, 31))

    def test_updated(self):
        """Days that were reckoned too early are reckoned anew by the update."""
        file = self.registered()
        file.sudo().category_id.retention_policy_id = self.policy()
        self.agreed(file, "2029-06-30")
        self.env.cr.execute(
            "UPDATE customer_archive SET retention_date = NULL WHERE id = %s", [file.id]
        )
        run(script("19.0.8.0.0", "post-agreement-end.py"), self.env.cr)
        self.env.invalidate_all()
        self.assertEqual(file.retention_date, date(2039, 6, 30))
