"""Files on record, and who supervises."""

from unittest.mock import patch

import psycopg2

from odoo import Command

from ..support.common import ArchiveCase

INCIDENT, PERSON = "customer.archive.incident", "customer.archive.incident.person"
AUDIT, LINE = "customer.archive.audit", "customer.archive.audit.line"
FINDING, POINT = "customer.archive.audit.finding", "customer.archive.audit.point"
FEEDBACK, FIGURE = "customer.archive.feedback", "customer.archive.figure"


class SupervisionCase(ArchiveCase):
    """Mixed into a TransactionCase or HttpCase."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.party = cls.partner("江阴长兴再生资源有限公司")
        cls.file = cls.registered(partner=cls.party).sudo()

    def setUp(self):
        super().setUp()
        # Written after a rollback, which a test has none of.
        self.told = []

        def told(_log, records, detail, _note=None):
            self.told.append((records._name, detail))

        log = self.env.registry["customer.archive.log"]
        self.enterContext(patch.object(log, "_record_refusal", told))

    def by(self, records, role):
        return records.with_user(self.users[role])

    def refusals(self, model, operation):
        """Return how often it was put on record that something was refused."""
        return self.told.count((model, operation))

    def work(self, record, kind):
        """Return who was asked to do something, by the type of activity."""
        return record.sudo()._activities(f"mail_activity_{kind}").user_id

    def run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"customer_archive.cron_{name}").method_direct_trigger()
        self.env.invalidate_all()

    def recorded(self, record):
        """Return what the access record says of a record, in order."""
        log = self.env["customer.archive.log"].sudo()
        domain = [("model", "=", record._name), ("res_id", "=", record.id)]
        kept = [*domain, ("event", "in", ("incident", "audit", "feedback"))]
        return log.search(kept, order="id").mapped("detail")

    def refused_by_sql(self, query, record):
        refused = psycopg2.errors.RestrictViolation
        with self.subTest(query), self.assertRaises(refused), self.env.cr.savepoint():
            self.env.cr.execute(query, [record.id])

    # Records

    def incident(self, role="compliance", person="sales", **values):
        """Return a draft that could be submitted, about a person if one is named."""
        assessed = {
            "severity": "serious",
            "cause": "外发前未核对收件人",
            "measures": "要求对方删除；全员通报",
        }
        if person:
            row = {"user_id": self.users[person].id, "responsibility": "误发客户名单"}
            row |= {"penalty": "warning"}
            assessed["person_ids"] = [Command.create(row)]
        return self.by(self.env[INCIDENT], role).create(
            {
                "kind": "misuse",
                "facts": "把客户名单误发到外部邮箱",
                "archive_ids": [Command.set(self.file.ids)],
                **assessed,
                **values,
            }
        )

    def decided(self, **values):
        incident = self.incident(**values)
        incident.action_submit()
        while incident.state == "review":
            approver = incident.sudo().approver_ids.sorted("id")[0]
            incident.with_user(approver).action_approve("同意")
        return incident

    def audit(self, role="auditor", **values):
        values = {"subject": "季度抽查", "draw": "number", "sample_size": 1, **values}
        return self.by(self.env[AUDIT], role).create(values)

    def begun(self, **values):
        audit = self.audit(**values)
        audit.action_start()
        return audit

    def found(self, audit, role="sales", **values):
        """Return a finding at the first point of the file that is checked."""
        line = audit.line_ids.filtered("archive_id")[:1] or audit.line_ids[:1]
        line.action_finding()
        finding = line.finding_ids
        finding.write(
            {
                "description": "营业执照复印件未盖章",
                "severity": "major",
                "measure": "补盖公章",
                "responsible_id": self.users[role].id,
                **values,
            }
        )
        return finding

    def signed(self, audit):
        audit.line_ids.filtered(lambda line: not line.result).action_in_order()
        audit.conclusion = "基本符合制度要求，一处整改"
        audit.action_sign()
        return audit

    def feedback(self, role="employee", **values):
        values = {"subject": "借阅单签收", "description": "希望在手机上签收", **values}
        return self.by(self.env[FEEDBACK], role).create(values)
