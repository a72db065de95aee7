"""Company, departments and one person per role, as every test needs them."""

import base64
import contextlib
import time
from unittest.mock import patch

from stdnum.cn import uscc

from odoo import Command, fields
from odoo.tools import mute_logger
from odoo.tools.convert import convert_file

from odoo.addons.customer_archive.tools.papers import paper

KEYRING = "odoo.addons.customer_archive.models.encryption.customer_archive_keyring"
PASSWORD = "archive-test-1"
ROLES = {
    "sales": "sales_team.group_sale_salesman,base.group_partner_manager",
    "sales_other": "sales_team.group_sale_salesman,base.group_partner_manager",
    "purchase": "purchase.group_purchase_user,base.group_partner_manager",
    "head": "sales_team.group_sale_salesman",
    "purchase_head": "purchase.group_purchase_user",
    "clerk": "customer_archive.group_clerk",
    "compliance": "customer_archive.group_compliance",
    "archivist": "customer_archive.group_archivist",
    "finance": "customer_archive.group_finance",
    "legal": "customer_archive.group_legal",
    "management": "customer_archive.group_management",
    "auditor": "customer_archive.group_auditor",
    "admin": "customer_archive.group_admin",
    "reader": "customer_archive.group_reader",
    "employee": "base.group_user",
    "portal": "base.group_portal",
}


_looked_at = {}


def look_once(order, content, really=paper.run_limited):
    """Look at a paper as the product does, in a process of its own, and once only.

    Most tests give each item the same picture, and mean something else.
    """
    if order["kind"] != paper.CHECK:
        return really(order, content)
    key = order["extension"], content
    if key not in _looked_at:
        _looked_at[key] = really(order, content)
    return _looked_at[key]


def credit_code(serial):
    """Return a well-formed credit code for ``serial``, which belongs to nobody."""
    body = f"91310100MA1T{serial:05d}"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(
        alphabet.index(sign) * weight
        for sign, weight in zip(body, weights, strict=True)
    )
    code = body + alphabet[(31 - total) % 31]
    assert uscc.is_valid(code)
    return code


class ArchiveCase:
    """Mixed into a TransactionCase or HttpCase."""

    # Reading is recorded, which a test's read-only cursor would stand in the way of.
    _registry_readonly_enabled = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        looking = patch.object(paper, "run_limited", look_once)
        looking.start()
        cls.addClassCleanup(looking.stop)
        # What is refused is recorded after a rollback, which here ends the test.
        cls.addClassCleanup(cls._forget_callbacks)
        with mute_logger(KEYRING):
            cls.env["customer.archive.keyring"]._keystore()
        cls.company = cls.env.company
        cls.company.country_id = cls.env.ref("base.cn")
        cls.users = cls._people()
        cls.departments = {
            "sales": cls._department("Test Sales", "TSALE", cls.users["head"]),
            "purchase": cls._department(
                "Test Purchasing", "TPUR", cls.users["purchase_head"]
            ),
        }
        cls.buyer = cls.env.ref("customer_archive.category_buyer")
        cls.prospect = cls.env.ref("customer_archive.category_prospect")
        cls.goods = cls.env.ref("customer_archive.category_goods")
        sales, purchase = cls.departments["sales"], cls.departments["purchase"]
        categories = cls.env["customer.archive.category"].search([])
        for category in categories:
            cls._set(
                category,
                department_id=purchase if category.side == "supplier" else sales,
            )
        # Tests of what is asked for by default switch it on, with ``as_shipped``: each
        # file would need a proof, seals and comparisons, and two more decisions.
        cls._set(categories, registry_check=False, finance_review=False)
        cls._set(categories - cls._legal_reviewed(), legal_review=False)
        types = cls.env["customer.archive.document.type"].search([])
        # Serious changes pass management of core parties alone, but where a test is
        # about what is shipped.
        core = "[('is_serious', '=', True), ('archive_id.is_core', '=', True)]"
        cls._set(cls.env.ref("customer_archive.step_change_management"), domain=core)
        marks = ("needs_seal", "needs_words", "needs_comparison")
        none = types.download_group_ids.browse()
        cls._set(types, **dict.fromkeys(marks, False), download_group_ids=none)
        cls.serial = 0

    @staticmethod
    def _set(records, **values):
        """Write what isn't so already: in a database with people in it, all is."""
        for name, value in values.items():
            other = records.filtered(
                lambda record, name=name, value=value: record[name] != value
            )
            if other:
                field = records._fields[name]
                other.write({name: field.convert_to_write(value, other[:1])})

    @classmethod
    def _legal_reviewed(cls):
        """Return the categories whose files legal reviews in all tests."""
        names = ("channel", "strategic", "works")
        refs = (cls.env.ref(f"customer_archive.category_{name}") for name in names)
        return cls.env["customer.archive.category"].union(*refs)

    @classmethod
    def as_shipped(cls, model):
        """Load the shipped records of a model again, as they are in the data."""
        name = f"data/{model.replace('.', '_')}_data.xml"
        convert_file(cls.env, "customer_archive", name, None, mode="init")

    @classmethod
    def _people(cls):
        """Return one user per role, by login "t_sales" and so on.

        The name says who it is in messages. All at once, and without a mail and a
        picture of each: most of what a class of tests has to prepare is its users.
        """
        if there := cls._people_there():
            return there
        # As new_test_user does; nobody of them is asked to choose a password.
        people = cls.env["res.users"].with_context(no_reset_password=True)
        partners = cls.env.registry["res.partner"]
        with patch.object(partners, "_avatar_generate_svg", return_value=False):
            users = people.create(cls._who())
        return {
            role: cls.env["res.users"].browse(user.id)
            for role, user in zip(ROLES, users, strict=True)
        }

    @classmethod
    def _people_there(cls):
        """Return the users that ./dev has put into the database, if it has."""
        who = dict(zip(ROLES, cls._who(), strict=True))
        logins = [values["login"] for values in who.values()]
        found = cls.env["res.users"].search([("login", "in", logins)])
        users = {user.login: user for user in found}
        if len(users) < len(who):
            return None
        usual = ArchiveCase._who.__func__(cls)
        for values, other in zip(who.values(), usual, strict=True):
            assert {**values, "name": ""} == {**other, "name": ""}, values["login"]
            user = users[values["login"]]
            if user.name != values["name"]:
                user.name = values["name"]
        return {role: users[values["login"]] for role, values in who.items()}

    @classmethod
    def _who(cls):
        """Return the values of the users."""
        return [
            {
                "login": f"t_{role}",
                "name": f"Test {role}",
                "password": PASSWORD,
                "email": "t.t@example.com",
                "tz": "Asia/Shanghai",
                "group_ids": [
                    Command.set([cls.env.ref(each).id for each in groups.split(",")])
                ],
            }
            for role, groups in ROLES.items()
        ]

    @staticmethod
    def wait_until(end):
        """Let real time pass until ``end`` is over, and no more of it."""
        time.sleep(max(0, (end - fields.Datetime.now()).total_seconds()) + 1)

    @classmethod
    def _forget_callbacks(cls):
        for callbacks in (cls.env.cr.postcommit, cls.env.cr.postrollback):
            callbacks.clear()

    @contextlib.contextmanager
    def assertRaisesRegex(self, expected_exception, expected_regex):
        """Like unittest's, but rolled back as a refused request is.

        Odoo does so in assertRaises alone.
        """
        with self.assertRaises(expected_exception) as caught:
            yield caught
        self.assertRegex(str(caught.exception), expected_regex)

    @classmethod
    def _department(cls, name, code, head):
        there = cls.env["hr.department"].search([("archive_code", "=", code)])
        if there:
            return there
        employee = cls.env["hr.employee"].create(
            {"name": head.name, "user_id": head.id}
        )
        return cls.env["hr.department"].create(
            {"name": name, "archive_code": code, "manager_id": employee.id}
        )

    @classmethod
    def partner(cls, name="Test Party Ltd", **values):
        """Return a company whose data is complete, with two contacts."""
        cls.serial += 1
        partner = cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "country_id": cls.env.ref("base.cn").id,
                "vat": credit_code(cls.serial),
                "phone": "021-55550001",
                "email": "office@party.example",
                "registered_address": "1 Test Road, Shanghai",
                "business_scope": "Testing",
                "registered_capital": 100,
                "ownership_type": "private",
                "founding_date": "2001-06-01",
                "industry_id": cls.env.ref("base.res_partner_industry_C").id,
                "child_ids": [
                    Command.create(
                        {
                            "name": f"Legal {cls.serial}",
                            "function": "Legal representative",
                            "phone": "13900000001",
                        }
                    ),
                    Command.create(
                        {
                            "name": f"Buyer {cls.serial}",
                            "function": "Buyer",
                            "phone": "13900000002",
                        }
                    ),
                ],
                **values,
            }
        )
        partner.legal_representative_id = partner.child_ids.filtered(
            lambda child: child.name.startswith("Legal")
        )
        return partner

    @classmethod
    def archive(cls, role="sales", category=None, partner=None, **values):
        """Return a file being collected, whose account manager is ``role``."""
        category = category or (cls.goods if role == "purchase" else cls.buyer)
        return (
            cls.env["customer.archive"]
            .with_user(cls.users[role])
            .create(
                {
                    "partner_id": (partner or cls.partner()).id,
                    "category_id": category.id,
                    **values,
                }
            )
        )

    @classmethod
    def collect(cls, archive, content=b"scan"):
        """Attach every required paper that is missing; on record a clerk marks it."""
        on_record = archive.state == "active"
        for item in archive.document_ids.filtered(
            lambda item: item.type_id in archive.missing_type_ids
        ):
            values = {
                "is_paper": not on_record,
                "form": "stamped",
                "has_words": True,
                "attachment_ids": [
                    Command.create(
                        {"name": "scan.txt", "datas": base64.b64encode(content)}
                    )
                ],
            }
            if item.has_validity:
                values["valid_until"] = "2099-12-31"
            if item.has_number and not item.type_id.is_sensitive:
                values["number"] = archive.partner_id.vat
            item.write(values)
            if on_record:
                item.with_user(cls.users["clerk"]).action_mark_paper()
        return archive

    @classmethod
    def submitted(cls, role="sales", **values):
        """Return a file that waits for its department head."""
        archive = cls.collect(cls.archive(role, **values))
        archive.action_submit()
        return archive

    @classmethod
    def approved(cls, role="sales", **values):
        """Return a file that waits for registration."""
        archive = cls.submitted(role, **values)
        doubts = archive.sudo().doubt_ids.filtered(lambda each: each.state == "open")
        for doubt in doubts:
            doubt.with_user(cls.users["compliance"]).action_settle("Asked: it is so.")
        while archive.state == "review":
            archive.with_user(
                archive.sudo().approver_ids.sorted("id")[0]
            ).action_approve("fine")
        return archive

    @classmethod
    def registered(cls, role="sales", **values):
        """Return a file under its number."""
        archive = cls.approved(role, **values)
        archive.with_user(cls.users["clerk"]).action_register()
        return archive

    @classmethod
    def complete(cls, agreement):
        """Enter what a draft of an agreement lacks before it can be submitted."""
        party = agreement.sudo().archive_id.partner_id
        terms = {
            "settlement": "30 days after delivery",
            "breach_liability": "0.05 % a day",
            "our_signatory_id": agreement.sudo().archive_id.user_id.id,
            "their_signatory_id": (party.child_ids[:1] or party).id,
        }
        missing = {key: val for key, val in terms.items() if not agreement[key]}
        if missing:
            agreement.write(missing)
        return agreement

    @classmethod
    def approve_terms(cls, agreement):
        """Have a draft of an agreement approved, as its user."""
        cls.complete(agreement).action_submit()
        while agreement.state == "review":
            approver = agreement.sudo().approver_ids.sorted("id")[0]
            agreement.with_user(approver).action_approve("fine")
        return agreement

    @classmethod
    def sign(cls, agreement):
        """Have a draft of an agreement approved and signed, as its user."""
        cls.approve_terms(agreement).action_open_signing()
        agreement.action_sign()
        return agreement
