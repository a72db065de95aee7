"""What is collected of a party: the data and papers that regulations name."""

from odoo.tests import Form, TransactionCase, tagged

from ..support.common import ArchiveCase

# What a file of a company says of it before it is submitted.
ASKED = {
    "vat": "Credit code",
    "legal_representative_id": "Legal Representative",
    "registered_address": "Registered Address",
    "phone": "Phone",
    "email": "Email",
    "business_scope": "Business Scope",
    "ownership_type": "Ownership Type",
    "industry_id": "Industry",
    "founding_date": "Founding Date",
    "registered_capital": "Registered Capital (10,000 CNY)",
}
COMPANIES = (
    *("buyer", "service", "channel", "strategic"),
    *("raw_material", "goods", "services", "works"),
)


@tagged("post_install", "-at_install")
class TestCollectedData(ArchiveCase, TransactionCase):
    """Requirements A4, A5, A8, A9 and B1, as shipped. Requirement A1."""

    def category(self, name):
        return self.env.ref(f"customer_archive.category_{name}")

    def types(self, *names):
        return self.env["customer.archive.document.type"].union(
            *(self.env.ref(f"customer_archive.document_type_{name}") for name in names)
        )

    def test_data_of_a_company(self):
        """RR-23, EN-12: each value that is missing is named, in each category."""
        for name in COMPANIES:
            asked = self.category(name).required_field_ids.mapped("name")
            self.assertEqual(set(asked), set(ASKED), name)
        partner = self.partner(**dict.fromkeys(ASKED, False))
        partner.legal_representative_id = False
        problems = self.archive(partner=partner).submission_problems
        for label in ASKED.values():
            self.assertIn(f"{label} is not filled in", problems)

    def test_capital_of_those_who_have_one(self):
        """EN-12: sole traders, institutions and branches have none of their own."""
        nothing = {"registered_capital": 0, "business_scope": "再生资源回收"}
        for name, ownership in (
            ("王记废品回收站", "individual"),
            ("市第一中学", "public"),
            ("上海示例物流有限公司苏州分公司", "private"),
            ("示例银行股份有限公司（上海分行）", "state"),
        ):
            partner = self.partner(name, **nothing, ownership_type=ownership)
            file = self.collect(self.archive(partner=partner))
            self.assertFalse(file.submission_problems, name)
            file.action_submit()
            self.assertEqual(file.state, "review", name)
        company = self.partner("上海分公司管理有限公司", **nothing)
        self.assertIn(
            "Registered Capital", self.archive(partner=company).submission_problems
        )

    def test_data_on_the_contact_form(self):
        """EN-12, RI-15, RI-16: entered where the party is, with its contacts."""
        partner = self.archive().partner_id.with_user(self.users["sales"])
        values = {
            "ownership_type": "private",
            "founding_date": "2015-06-01",
            "registered_capital": 800,
            "company_size": "medium",
            "business_scope": "再生资源回收",
            "fax": "021-55550009",
            "industry_id": self.env["res.partner.industry"].search([], limit=1),
        }
        with Form(partner, "base.view_partner_form") as form:
            for name, value in values.items():
                setattr(form, name, value)
            with form.child_ids.edit(0) as contact:
                contact.function = "采购经理"
                contact.responsibility = "报价、开票"
        for name, value in values.items():
            found = partner[name]
            self.assertEqual(str(found) if name.endswith("date") else found, value)
        contact = partner.child_ids.filtered("responsibility")
        self.assertEqual(
            (contact.function, contact.responsibility), ("采购经理", "报价、开票")
        )

    def test_prospects(self):
        """RI-5: sales open files of prospects with what is known of them."""
        file = self.archive(category=self.prospect)
        self.assertEqual(file.relation_stage, "prospect")
        asked = self.prospect.required_field_ids.mapped("name")
        self.assertEqual(set(asked), {"vat", "phone"})
        kinds = self.types("quotation", "requirement")
        self.assertLessEqual(kinds, file.document_ids.type_id)
        file.action_submit()
        self.assertEqual(file.state, "review")

    def test_papers_of_a_company(self):
        """RR-24, SC-36, SC-52: what is asked for when, by each category."""
        for name in COMPANIES:
            category = self.category(name)
            papers = category.document_type_ids
            partners = self.types("legal_id", "bank", "contract")
            self.assertLessEqual(self.types("license", "iso") | partners, papers, name)
            self.assertEqual(self.types("license").requirement, "always")
            self.assertEqual(set(partners.mapped("requirement")), {"cooperating"})
        for name in ("raw_material", "goods"):
            papers = self.category(name).document_type_ids
            self.assertIn(self.types("quality"), papers, name)
        permit = self.types("permit")
        self.assertEqual(permit.requirement, "always")
        self.assertLessEqual(
            permit, self.category("raw_material").document_type_ids, "by its trade"
        )

    def test_order_in_the_folder(self):
        """EN-46: basic, business, supporting documents, whenever they came."""
        file = self.collect(self.archive())
        late = self.types("license")
        file.document_ids.create({"archive_id": file.id, "type_id": late.id})
        file.invalidate_recordset()
        groups = file.document_ids.mapped("group")
        self.assertEqual(groups, sorted(groups))
        self.assertEqual(set(groups), {"1_basic", "2_business", "3_support"})
