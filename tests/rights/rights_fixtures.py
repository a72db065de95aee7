"""The records that the matrix of rights is tried on, by the names in rights.tsv."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ROLES
from .rights_agreements import add_agreements
from .rights_assessment import add_assessments
from .rights_backup import add_backups
from .rights_business import add_business
from .rights_created import CREATED, DIALOGS
from .rights_custody import add_custody
from .rights_disposals import add_disposals
from .rights_events import add_events
from .rights_gates import add_gates
from .rights_imports import add_imports
from .rights_integrity import add_integrity
from .rights_loans import add_loans
from .rights_names import (
    ANCHOR,
    APPROVAL,
    ARCHIVE,
    CHANGE,
    CONSULTATION,
    COPY,
    GRANT,
    ITEM,
    LINE,
    LOG,
    OF_FILES,
    PARTY,
    SCAN,
    SECRET,
    TRAINED,
    UNDERTAKING,
)
from .rights_registers import add_registers
from .rights_registry import add_registry
from .rights_regulations import add_regulations
from .rights_retention import add_holds
from .rights_reviews import add_reviews
from .rights_sharing import add_sharings
from .rights_supervision import add_supervision
from .rights_transfers import add_transfers
from .rights_trees import add_trees

IDENTITY = "11010519491231002X"
LEGAL_ID = "customer_archive.document_type_legal_id"


class RightsGround:
    """Files by what they are to account manager "sales", and what hangs on them.

    Subjects of files: "draft", "review", "registering", "active" are of "sales",
    "other" of another salesperson, "supplier" of purchasing, "company" of another
    company. To add one, add a file to ``files`` and its rows to rights.tsv.
    """

    def __init__(self, case):
        self.case, self.env, self.users = case, case.env, case.users
        self.files, self.subjects = {}, {}
        self._sign()
        self._other_company()
        self._make_files()
        self.spare = case.partner("Spare Ltd")
        self.loose = {
            role: self.env[COPY]
            .with_user(user)
            .create({"name": "loose.png", "raw": SCAN})
            .sudo()
            for role, user in self.users.items()
            if role != "portal"
        }
        self._configuration()
        add_sharings(self)
        self._requests()
        self._records()
        self._changes()
        add_loans(self)
        add_holds(self)
        add_disposals(self)
        add_reviews(self)
        add_agreements(self)
        add_events(self)
        add_business(self)
        add_registry(self)
        add_registers(self)
        add_imports(self)
        add_integrity(self)
        add_backups(self)
        add_transfers(self)
        add_trees(self)
        add_regulations(self)
        add_custody(self)
        add_gates(self)
        add_supervision(self)
        add_assessments(self)
        self._dialogs()
        self.env.flush_all()

    def subject(self, model, name, role):
        """Return the record that a row means, for a role; None if there is none."""
        found = self.subjects[model][name]
        return found.get(role) if isinstance(found, dict) else found

    def names(self, model):
        return list(self.subjects.get(model, ()))

    # Making

    def _sign(self):
        rows = self.env[UNDERTAKING]
        self.signed = {
            role: rows.browse(rows.with_user(user).sign(TRAINED))
            for role, user in self.users.items()
            if user.has_group("customer_archive.group_reader")
        }

    def _other_company(self):
        groups = f"{ROLES['sales']},{ROLES['compliance']}"
        self.company = self.env["res.company"].create({"name": "Other Ltd"})
        self.foreigner = new_test_user(
            self.env,
            "t_foreigner",
            groups=groups,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        rows = self.env[UNDERTAKING].with_user(self.foreigner)
        self.signed_abroad = rows.browse(rows.sign(TRAINED)).sudo()

    def _make_files(self):
        case = self.case
        made = {name: self._file("sales") for name in ("draft", "review")}
        made |= {name: self._file("sales") for name in ("registering", "active")}
        made |= {"other": self._file("sales_other"), "supplier": self._file("purchase")}
        for name in ("review", "registering", "active", "other"):
            made[name].action_submit()
        for name in ("registering", "active"):
            for approver in ("head", "compliance"):
                made[name].with_user(case.users[approver]).action_approve("fine")
        made["active"].with_user(case.users["clerk"]).action_register()
        made["company"] = self._foreign_file()
        self.files = {name: archive.sudo() for name, archive in made.items()}
        self.items, self.sensitive, self.missing = {}, {}, {}
        for name, archive in self.files.items():
            items = archive.document_ids.sorted("id")
            self.sensitive[name] = items.filtered(
                lambda item: item.is_received and item.is_sensitive
            )
            self.items[name] = (items.filtered("is_received") - self.sensitive[name])[
                :1
            ]
            self.missing[name] = items.filtered(lambda item: not item.is_received)[:1]
        self._subjects_of_files()

    def _file(self, role):
        archive = self.case.archive(role)
        self._add_sensitive(archive)
        return self.case.collect(archive, SCAN)

    def _add_sensitive(self, archive):
        item = archive.document_ids.filtered(
            lambda item: item.type_id == self.env.ref(LEGAL_ID)
        )
        copy = Command.create({"name": "card.png", "raw": SCAN})
        item.write(
            {"attachment_ids": [copy], "number": IDENTITY, "valid_until": "2099-12-31"}
        )
        values = {"archive_id": archive.id, "kind": "bank_account"}
        archive.env[SECRET].create({**values, "label": "Bank", "value": "1234567890"})

    def _foreign_file(self):
        archive = (
            self.env[ARCHIVE]
            .with_user(self.foreigner)
            .create(
                {
                    "partner_id": self.case.partner("Foreign Ltd").id,
                    "category_id": self.case.buyer.id,
                }
            )
        )
        self._add_sensitive(archive)
        return self.case.collect(archive, SCAN)

    def _subjects_of_files(self):
        files, items, sensitive = self.files, self.items, self.sensitive
        self.subjects[ARCHIVE] = files
        self.subjects[PARTY] = {name: each.partner_id for name, each in files.items()}
        self.subjects[SECRET] = {
            name: files[name].secret_ids.filtered(lambda each: not each.document_id)
            for name in OF_FILES
        }
        self.subjects[ITEM] = {
            **{name: items[name] for name in OF_FILES},
            "active_missing": self.missing["active"],
            "draft_sensitive": sensitive["draft"],
        }
        self.subjects[COPY] = {
            **{name: items[name].attachment_ids[:1] for name in OF_FILES},
            **{
                f"{name}_sensitive": sensitive[name].attachment_ids
                for name in ("draft", "active", "supplier")
            },
        }
        self.subjects[APPROVAL] = {
            name: self.files[name].approval_ids.sorted("sequence")[:1]
            for name in ("review", "registering", "active", "other")
        }

    def _configuration(self):
        policies = self.env["customer.archive.approval.policy"]
        step = Command.create(
            {"name": "Head", "group_id": self.env.ref("base.group_user").id}
        )
        values = {"model": ARCHIVE, "sequence": 99, "step_ids": [step]}
        force = policies.create({"name": "In force", **values})
        # Whoever tries to confirm it hasn't written it.
        here = policies.with_user(self.users["admin"]).create(
            {"name": "Here", **values}
        )
        here = here.sudo()
        abroad = policies.create(
            {"name": "There", "company_id": self.company.id, **values}
        )
        self.subjects[policies._name] = {
            "here": here,
            "force": force,
            "company": abroad,
        }
        self.subjects[here.step_ids._name] = {
            "here": here.step_ids,
            "force": force.step_ids,
            "company": abroad.step_ids,
        }
        self.register = self.env["customer.archive.register"].search(
            [("model", "=", ARCHIVE)], limit=1
        )
        category = self.case.prospect.copy({"name": "Spare category"})
        kind = self.env["customer.archive.document.type"].create({"name": "Spare type"})
        for record in (category, kind, self.register, self.register.column_ids[-1:]):
            self.subjects[record._name] = {"here": record}

    def _requests(self):
        """Requests about "active" by "sales_other"; "reader" was given his."""
        made = {name: self._consultation("sales_other") for name in ("draft", "review")}
        made["approved"] = self._consultation("reader")
        for name in ("review", "approved"):
            made[name].action_submit()
        made["approved"].with_user(self.users["head"]).action_approve("fine")
        foreign = self.env[CONSULTATION].with_user(self.foreigner)
        values = {"archive_id": self.files["company"].id, "purpose": "x"}
        made["company"] = foreign.create({**values, "scope": "file"})
        made = {name: request.sudo() for name, request in made.items()}
        self.subjects[CONSULTATION] = made
        self.requests = made
        approved = made["approved"].grant_ids
        self.subjects[GRANT] = {
            "approved": approved,
            "coming": self._grant(made["review"], "sales_other", "2098-01-01"),
            "over": self._grant(made["approved"], "sales", "2026-01-02"),
            "company": self._grant(made["company"], "sales_other", "2098-01-01"),
        }

    def _consultation(self, role):
        values = {
            "partner_id": self.files["active"].partner_id.id,
            "purpose": "matrix",
            "scope": "file",
        }
        return self.env[CONSULTATION].with_user(self.users[role]).create(values)

    def _grant(self, request, role, day):
        """Return a grant of one day, which isn't running now."""
        begin = fields.Datetime.to_datetime(day)
        end = begin + timedelta(days=1)
        return self.env[GRANT]._give(request, self.users[role], begin, end)

    def _records(self):
        log = self.env[LOG]
        log._record("open", self.files["active"], "matrix")
        here = log.sudo().search([], limit=1)
        log._record("open", self.files["company"], "matrix")
        self.subjects[LOG] = {"here": here, "company": log.search([], limit=1)}
        self.subjects[ANCHOR] = {
            "here": self._anchor(self.case.company),
            "company": self._anchor(self.company),
        }
        others = dict.fromkeys(self.users, self.signed["finance"])
        others["finance"] = self.signed["legal"]
        self.subjects[UNDERTAKING] = {
            "own": self.signed,
            "another": others,
            "company": self.signed_abroad,
        }

    def _anchor(self, company):
        values = {"date": fields.Datetime.now(), "count": 1, "digest": "0", "mac": "0"}
        anchors = as_system(self.env[ANCHOR].sudo())
        return anchors.create({"company_id": company.id, **values})

    def _changes(self):
        """Make requests of "sales" about the active file, with an account to change."""
        fields = self.env["customer.archive.change.field"]
        self.subjects[fields._name] = {
            "here": fields.search([("field_name", "=", "fax")])
        }
        file = self.files["active"]
        bank = as_system(self.env["res.partner.bank"]).create(
            {"acc_number": "1234567891", "partner_id": file.partner_id.id}
        )
        number = fields.search([("field_name", "=", "acc_number")])
        line = {"field_id": number.id, "bank_id": bank.id, "value": "1234567892"}
        paper = self.env.ref("customer_archive.document_type_change_evidence")
        values = {
            "partner_id": file.partner_id.id,
            "purpose": "x",
            "asked_by": "x",
            "line_ids": [Command.create(line)],
            "evidence_ids": [
                Command.create(
                    {
                        "archive_id": file.id,
                        "type_id": paper.id,
                        "attachment_ids": [
                            Command.create({"name": "proof.png", "raw": SCAN})
                        ],
                    }
                )
            ],
        }
        changes = self.env[CHANGE].with_user(self.users["sales"])
        made = {name: changes.create(values).sudo() for name in ("draft", "review")}
        made["review"].with_user(self.users["sales"]).action_submit()
        self.subjects[CHANGE] = made
        self.subjects[LINE] = {name: each.line_ids for name, each in made.items()}
        for line in made["draft"].line_ids | made["review"].line_ids:
            line._keep_old(bank)

    def _dialogs(self):
        """Give every role a dialog of each kind: made for it if it can't itself."""
        for model in DIALOGS:
            own = {}
            for role, user in self.users.items():
                dialog = self.env[model].create(self.values(model, role))
                self.env.cr.execute(
                    f"UPDATE {dialog._table} SET create_uid = %s WHERE id = %s",
                    [user.id, dialog.id],
                )
                own[role] = dialog
            dialog = self.env[model].create(self.values(model))
            self.subjects[model] = {"own": own, "another": dialog}
        self.env.invalidate_all()

    def values(self, model, subject=None):
        """Return what a record of ``model`` is created with."""
        return CREATED[model](self, subject)
