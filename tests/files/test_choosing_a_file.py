"""Forms opened from a menu offer the files that they can be made for."""

from lxml import etree

from odoo.tests import TransactionCase, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ArchiveCase

MODELS = ("customer.archive.agreement", "customer.archive.secret")


@tagged("post_install", "-at_install")
class TestChoosingAFile(ArchiveCase, TransactionCase):
    """A6, I1: the company follows from the file, so it isn't there to choose by."""

    def offered(self, model, name):
        """Return the files that the form offers, as the browser asks for them."""
        record = self.env[model].with_user(self.users["sales"])
        views = record.get_views([(False, "form")])
        tree = etree.fromstring(views["views"]["form"]["arch"])
        node = tree.xpath("//field[@name='archive_id']")[0]
        domain = safe_eval(node.get("domain"), {"company_id": False})
        return (
            self.env["customer.archive"]
            .with_user(self.users["sales"])
            .name_search(name, domain)
        )

    def test_by_name_of_the_party(self):
        file = self.archive(partner=self.partner("苏州样本模具有限公司"))
        for model in MODELS:
            with self.subTest(model):
                offered = self.offered(model, "样本模具")
                self.assertEqual([each[0] for each in offered], file.ids)

    def test_none_that_is_closed(self):
        file = self.archive(partner=self.partner("苏州样本模具有限公司"))
        as_system(file).state = "closed"
        for model in MODELS:
            with self.subTest(model):
                self.assertFalse(self.offered(model, "样本模具"))
