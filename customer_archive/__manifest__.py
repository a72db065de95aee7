# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Customer Archive",
    "summary": "Customer and supplier files: opened by review, numbered, complete, "
    "in registers",
    "version": "19.0.1.0.0",
    "category": "Sales/Customer Archive",
    "author": "The customer_archive contributors",
    "website": "https://github.com/customer-archive/customer_archive",
    "license": "LGPL-3",
    "application": True,
    "depends": ["sale", "purchase", "hr", "portal"],
    "external_dependencies": {
        "python": ["cryptography", "xlsxwriter", "python-stdnum", "openupgradelib"]
    },
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/mail_activity_type.xml",
        "data/customer_archive_category.xml",
        "data/customer_archive_document_type.xml",
        "data/customer_archive_approval_policy.xml",
        "data/customer_archive_register.xml",
        "data/ir_cron.xml",
        "wizards/customer_archive_open.xml",
        "wizards/customer_archive_decision.xml",
        "wizards/customer_archive_export.xml",
        "views/customer_archive_document.xml",
        "views/customer_archive.xml",
        "views/customer_archive_approval.xml",
        "views/customer_archive_approval_policy.xml",
        "views/customer_archive_category.xml",
        "views/customer_archive_document_type.xml",
        "views/customer_archive_register.xml",
        "views/hr_department.xml",
        "views/res_config_settings.xml",
        "views/res_partner.xml",
        "views/menus.xml",
    ],
    "demo": [
        "demo/company.xml",
        "demo/users.xml",
        "demo/parties.xml",
    ],
    "assets": {
        "web.assets_tests": ["customer_archive/static/tests/tours/**/*"],
    },
}
