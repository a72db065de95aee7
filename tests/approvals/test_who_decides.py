"""Who decides is said by the files: nobody who asks chooses his judge."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.exceptions import RedirectWarning
from odoo.addons.customer_archive.models.agreements.customer_archive_agreement_lock import (  # noqa: E501
    OPEN_ONCE_SUBMITTED,
)
from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.models.files.customer_archive_lock import (
    ALWAYS_WRITABLE,
)
from odoo.addons.customer_archive.models.supervision.customer_archive_incident import (
    FOLLOWED,
    NOTICES,
)
from odoo.addons.customer_archive.models.supervision.customer_archive_incident_person import (  # noqa: E501
    CARRIED_OUT,
)

from ..disposal.disposal_case import DisposalCase
from ..regulations.regulations_case import pdf
from ..requests.sharing_case import SharingCase

FILE = "customer.archive"
REFUSED = (AccessError, UserError, ValidationError, RedirectWarning)
MAGIC = {"id", "create_uid", "create_date", "write_uid", "write_date"}
DAYS = "2031-05-05"
# What isn't part of what was reviewed.
OPEN = {f"{FILE}.agreement": OPEN_ONCE_SUBMITTED}
# What the law asks for runs on, and what becomes of a decision is entered after it.
OPEN[f"{FILE}.incident"] = (NOTICES | FOLLOWED) - {"person_ids"}
OPEN[f"{FILE}.incident.person"] = CARRIED_OUT
# Another value than any that the requests below have, by the type of a field.
OTHER = {
    "char": "other",
    "text": "other",
    "html": "other",
    "integer": 7,
    "float": 7.0,
    "date": DAYS,
    "datetime": f"{DAYS} 00:00:00",
    "one2many": [Command.clear()],
    "many2many": [Command.clear()],
}


@tagged("post_install", "-at_install")
class TestDepartments(DisposalCase, TransactionCase):
    def test_of_a_closing(self):
        """The head of the files' department decides, whatever is written."""
        file = self.registered("purchase")
        [closing] = self.apply_to_close(file, "purchase")
        closing.action_withdraw()
        with self.assertRaises(AccessError):
            closing.write({"department_id": self.departments["sales"].id})
        closing.action_submit()
        self.assertEqual(closing.department_id, self.departments["purchase"])
        self.assertEqual(self.roles(closing.sudo().approver_ids), ["purchase_head"])
        self.by(closing, "purchase_head").action_approve("fine")
        with self.assertRaises(UserError):
            closing.write({"department_id": self.departments["sales"].id})

    def test_given_at_creation(self):
        file = self.registered("purchase")
        values = {"kind": "close", "reason": "Ended"}
        values["line_ids"] = [Command.create({"archive_id": file.id})]
        lists = self.env["customer.archive.disposal"]
        lists = lists.with_user(self.users["purchase"])
        with self.assertRaises(AccessError):
            lists.create({**values, "department_id": self.departments["sales"].id})
        self.assertEqual(
            lists.create(values).department_id, self.departments["purchase"]
        )

    def test_of_several_departments(self):
        """A mixed list to close goes to no head; other lists then go one higher."""
        files = self.registered() | self.registered("purchase")
        clerk = self.env["customer.archive.disposal"].with_user(self.users["clerk"])
        lines = [Command.create({"archive_id": file.id}) for file in files]
        closing = clerk.create({"kind": "close", "reason": "Ended", "line_ids": lines})
        self.assertFalse(closing.department_id)
        with self.assertRaisesRegex(UserError, "several departments"):
            closing.action_submit()
        closing.line_ids[1].unlink()
        closing.action_submit()
        self.assertEqual(closing.department_id, self.departments["sales"])

    def test_mixed_destruction_goes_one_higher(self):
        self.env.ref("customer_archive.step_disposal_legal").write(
            {
                "approver": "path",
                "path": "department_id.manager_id.user_id",
                "fallback_group_id": self.ref("customer_archive.group_management"),
            }
        )
        files = self.over(self.closed(), self.closed("purchase"))
        disposal = self.listed(*files)
        disposal.action_submit()
        self.assertFalse(disposal.department_id)
        self.assertEqual(self.roles(disposal.sudo().approver_ids), ["management"])

    def test_moves_with_the_file(self):
        """A draft follows its file; what was decided stays as it was."""
        file = self.registered()
        [closing] = self.apply_to_close(file)
        closing.action_withdraw()
        purchase = self.departments["purchase"]
        as_system(file.sudo()).department_id = purchase
        self.assertEqual(closing.department_id, purchase)
        closing.action_submit()
        as_system(file.sudo()).department_id = self.departments["sales"]
        self.env.flush_all()
        self.assertEqual(closing.department_id, purchase)

    # Files

    def test_of_a_file(self):
        """The category says it; where it doesn't, a clerk does, before submission."""
        file = self.archive()
        sales, purchase = self.departments["sales"], self.departments["purchase"]
        for role in ("sales", "clerk"):
            with self.assertRaises(UserError):
                self.by(file, role).write({"department_id": purchase.id})
        with self.assertRaisesRegex(UserError, "comes from the category"):
            self.archive(department_id=purchase.id)
        self.archive(department_id=sales.id)
        self.buyer.department_id = False
        with self.assertRaises(UserError):
            file.write({"department_id": purchase.id})
        self.by(file, "clerk").write({"department_id": purchase.id})
        self.assertEqual(file.department_id, purchase)
        self.assertEqual(self.collect(file).action_submit(), True)
        with self.assertRaises(UserError):
            self.by(file, "clerk").write({"department_id": sales.id})

    def test_not_kept_from_another_category(self):
        """A detour by a category of the other department leaves nothing behind."""
        self.prospect.department_id = self.departments["purchase"]
        self.buyer.department_id = False
        self.env["hr.employee"].create(
            {
                "name": "Sales",
                "user_id": self.users["sales"].id,
                "department_id": self.departments["sales"].id,
            }
        )
        file = self.archive(category=self.prospect)
        self.assertEqual(file.department_id, self.departments["purchase"])
        file.category_id = self.buyer
        self.assertEqual(file.department_id, self.departments["sales"])

    def test_handing_over_moves_no_file(self):
        file = self.registered()
        self.buyer.department_id = False
        self.by(file, "clerk").user_id = self.users["sales_other"]
        self.assertEqual(file.department_id, self.departments["sales"])

    def test_form(self):
        """Account managers see the department, and clerks may put it right."""
        for role, writable in (("sales", False), ("clerk", True)):
            files = self.env[FILE].with_user(self.users[role])
            with Form(files) as form:
                form.partner_id = self.partner()
                if writable:
                    form.user_id = self.users["sales"]
                form.category_id = self.buyer
                self.assertEqual(form.department_id, self.departments["sales"])
                if not writable:
                    with self.assertRaises(AssertionError):
                        form.department_id = self.departments["purchase"]


@tagged("post_install", "-at_install")
class TestFixedOnceAsked(SharingCase, DisposalCase, TransactionCase):
    """Every kind of request, under review and decided: nothing of it moves.

    Requirement A12.
    """

    def asked(self):
        """Return one request under review for each model that is approved."""
        found = [
            self.submitted(),
            self.consultation(),
            self.outside(),
            self.change(),
            self.loan(),
            self.apply_to_close(self.registered()),
        ]
        lent = self.loan("reader", self.registered())
        self.by(lent, "management").action_approve("fine")
        self.by(lent, "archivist").action_hand_out()
        lent.action_confirm_receipt()
        found.append(self.request("loan.extension", "reader", loan_id=lent.id))
        found += [self.regulation(), self.agreement(), self.waiver(), self.incident()]
        found += [self.assessment(), self.tree()]
        return found

    def tree(self):
        model = self.env[f"{FILE}.tree"].with_user(self.users["archivist"])
        lines = [Command.create({"archive_id": self.kept.id})]
        tree = model.create({"purpose": "年度审计取证", "line_ids": lines})
        tree.action_submit()
        return tree

    def incident(self):
        model = self.env[f"{FILE}.incident"].with_user(self.users["compliance"])
        values = {"kind": "misuse", "facts": "未锁屏离岗", "severity": "minor"}
        values |= {"cause": "疏忽", "measures": "自动锁屏"}
        person = {"user_id": self.users["finance"].id, "responsibility": "未锁屏"}
        incident = model.create({**values, "person_ids": [Command.create(person)]})
        incident.action_submit()
        return incident

    def agreement(self):
        model = self.env[f"{FILE}.agreement"].with_user(self.users["sales"])
        agreement = model.create({"archive_id": self.kept.id, "date_end": DAYS})
        self.complete(agreement).action_submit()
        return agreement

    def assessment(self):
        own = self.kept.with_user(self.users["finance"])
        action = own.action_assess_credit()
        model = self.env[f"{FILE}.assessment"].with_user(self.users["finance"])
        assessment = model.browse(action["res_id"])
        grade = self.env.ref("customer_archive.grade_credit_b")
        assessment.write({"grade_id": grade.id, "reason": "注册资本已实缴"})
        assessment.action_submit()
        return assessment

    def waiver(self):
        model = self.env[f"{FILE}.waiver"].with_user(self.users["sales"])
        gates = self.env.ref("customer_archive.gate_lapsed")
        values = {"partner_id": self.kept.partner_id.id, "gate_ids": gates.ids}
        waiver = model.create({**values, "reason": "营业执照换证中"})
        waiver.action_submit()
        return waiver

    def request(self, kind, role, **values):
        model = self.env[f"{FILE}.{kind}"].with_user(self.users[role])
        party = {"partner_id": self.kept.partner_id.id}
        values = values if "loan_id" in values else {**party, **values}
        request = model.create({"purpose": "Needed", **values})
        request.action_submit()
        return request

    def regulation(self):
        rule = self.env[f"{FILE}.regulation"].create({"name": "Rules"})
        values = {"regulation_id": rule.id, "number": "1", "summary": "x"}
        values |= {"valid_from": "2026-03-02", "file_name": "x.pdf", "upload": pdf()}
        version = self.env[f"{FILE}.regulation.version"].with_user(self.users["admin"])
        version = version.create(values)
        version.action_submit()
        return version

    def consultation(self):
        return self.request("consultation", "sales_other", scope="file")

    def loan(self, role="sales_other", file=None):
        party = (file or self.kept).sudo().partner_id
        types = [Command.set(self.paper.type_id.ids)]
        return self.request("loan", role, partner_id=party.id, type_ids=types)

    def outside(self):
        sharing = self.share_outside()
        sharing.action_submit()
        return sharing

    def change(self):
        field = self.env.ref("customer_archive.change_field_party_phone")
        line = {"field_id": field.id, "new_text": "021-55550777"}
        lines = [Command.create(line)]
        return self.request("change", "sales", asked_by="Buyer", line_ids=lines)

    def test_walk(self):
        requests = self.asked()
        models = {request._name for request in requests}
        mixin = self.env["customer.archive.approval.mixin"]
        self.assertEqual(models, set(mixin._approval_models()))
        for request in requests:
            self.assertNotMoved(request, self.written(request))
        for request in requests:
            while request.state == "review":
                user = request.sudo().approver_ids.sorted("id")[0]
                request.with_user(user).action_approve("fine")
            if request._name == FILE:
                # What stays open on a kept file steers nobody: see the policies.
                self.assertNotMoved(request, self.steering(FILE))
                self.by(request, "clerk").action_register()
                self.assertNotMoved(request, self.steering(FILE))
            else:
                self.assertNotMoved(request, self.written(request))

    def written(self, record):
        """Return the fields of a record that a client could send."""
        return {
            name
            for name, field in record._fields.items()
            if field.store or field.type in ("one2many", "many2many")
        } - (MAGIC | ALWAYS_WRITABLE | OPEN.get(record._name, set()))

    def steering(self, model):
        """Return the fields of a model that the policies and their steps look at."""
        found = {"company_id", "department_id"}
        policies = self.env["customer.archive.approval.policy"]
        policies = policies.search([("model", "=", model)])
        steps = policies.step_ids
        texts = policies.mapped("domain") + steps.mapped("domain")
        for text in filter(None, texts):
            domain = policies._parsed_domain(model, text)
            found |= {
                each.field_expr.split(".")[0] for each in domain.iter_conditions()
            }
        found |= {path.split(".")[0] for path in steps.mapped("path") if path}
        return found

    def assertNotMoved(self, request, names):
        """As who asked for it, and the records that hang on it, too."""
        requester = self.users[request.env.user.login[2:]]
        request = request.with_user(requester)
        for name in sorted(names):
            with self.subTest(model=request._name, state=request.state, field=name):
                self.assertFalse(self.moves(request, name))
        for name in sorted(names):
            field = request._fields[name]
            if field.type == "one2many" and field.comodel_name.startswith(FILE):
                lines = request.sudo()[name].with_env(request.env)[:1]
                for each in sorted(self.written(lines) if lines else ()):
                    with self.subTest(line=lines._name, field=each):
                        self.assertFalse(self.moves(lines, each))

    def moves(self, record, name):
        """Whether a client can write another value to a field."""
        before = record.sudo()[name]
        value = self.another(record, name)
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint() as savepoint:
                record.write({name: value})
                record.env.flush_all()
                moved = record.sudo()[name] != before
                savepoint.rollback()
        except REFUSED:
            moved = False
        self.env.invalidate_all()
        self.env.cr.postrollback.clear()
        return moved

    def another(self, record, name):
        field, value = record._fields[name], record.sudo()[name]
        if field.type == "boolean":
            return not value
        if field.type == "selection":
            return next(
                key for key in field.get_values(record.sudo().env) if key != value
            )
        if field.type == "many2one":
            model = record.env[field.comodel_name].sudo()
            return model.search([("id", "not in", value.ids)], limit=1).id
        if field.type == "many2many" and not value:
            model = record.env[field.comodel_name].sudo()
            return [Command.set(model.search([], limit=1).ids)]
        if field.type in ("json", "many2one_reference", "monetary", "binary"):
            return False
        return OTHER[field.type]

    def test_walk_can_fail(self):
        """The same walk finds what moves in a draft."""
        request = self.consultation()
        request.action_withdraw()
        self.assertTrue(self.moves(request, "scope"))
        self.assertTrue(self.moves(request, "include_sensitive"))
        self.assertFalse(self.moves(request, "department_id"))
        self.assertEqual(request.state, "draft")
