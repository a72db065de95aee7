"""Records for every shipped register, so that each of its columns holds something."""

from datetime import timedelta

from odoo import Command, fields

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..disposal.disposal_case import DisposalCase
from ..regulations.regulations_case import pdf

ACCOUNT = "31001518800050012345"
FORMULA = "=1+1"


class RegistersCase(DisposalCase):
    """Has two files of "sales", one of "sales_other", and what happened to them."""

    def setUp(self):
        super().setUp()
        self.buyer.class_code = "KH01"
        bank = self.env["res.bank"].create({"name": "Test Bank"})
        self.party = self.partner(
            "上海测试贸易有限公司",
            fax="021-55550009",
            website="https://alpha.example",
            bank_ids=[Command.create({"acc_number": ACCOUNT, "bank_id": bank.id})],
        )
        self.file = self.registered(
            partner=self.party,
            cooperation_content="buys(scrap)",
            main_products="Castings",
            other_contact="WeChat alpha",
            note=FORMULA,
        )
        room = self.env["customer.archive.location"].create(
            {
                "name": "A-01-2",
                "code": "A",
                "capacity": 20,
                "custodian_id": self.users["archivist"].id,
                "note": "钥匙在综合部",
            }
        )
        self.file.with_user(self.users["sales"]).location_id = room
        self.others_file = self.registered(
            role="sales_other", partner=self.partner("Beta Ltd", fax=False)
        )
        self.archive(partner=self.partner("Collected Ltd"))
        self._items()
        self._stocktake(room)
        self._inspection()
        self._consultation()
        self._loan()
        self._sharing()
        self._change()
        self._agreement()
        self._notes()
        self._registry_check()
        self._assessments()
        self._destruction()
        self._regulation()
        self._training()
        self._incident()
        self._audit()
        self._feedback()
        self.env.flush_all()
        self.env.invalidate_all()

    def _items(self):
        day = fields.Date.context_today(self.file)
        kinds = {name: {} for name in ("power", "iso", "legal_id")}
        kinds["power"] = {
            "valid_until": day + timedelta(days=20),
            "issuer": "Test Party Ltd",
            "issue_date": "2025-01-02",
            "note": "renewed yearly",
        }
        kinds["iso"] = {"is_endless": True, "number": "00123456789012345678"}
        kinds["legal_id"] = {
            "valid_until": day - timedelta(days=3),
            "number": "11010519491231002X",
        }
        items = self.env["customer.archive.document"].with_user(self.users["clerk"])
        for name, values in kinds.items():
            items.create(
                {
                    "archive_id": self.file.id,
                    "type_id": self.env.ref(
                        f"customer_archive.document_type_{name}"
                    ).id,
                    "is_paper": True,
                    **values,
                }
            )

    def _stocktake(self, room):
        """A bag, a paper apart and what nobody knows, counted, settled and signed."""
        keeper = self.users["archivist"]
        paper = self.file.sudo().document_ids.filtered("is_paper")[:1]
        paper.with_user(keeper).action_move(room.id)
        values = {"location_id": room.id, "witness_id": self.users["auditor"].id}
        stocktakes = self.env["customer.archive.stocktake"].with_user(keeper)
        stocktake = stocktakes.create(values)
        stocktake.action_start()
        stocktake.action_count([[room.id, [self.file.id, "6901234567892"]]])
        stocktake.action_end()
        open_lines = stocktake.difference_ids
        open_lines.filtered("code").action_settle("clarified", "是一盒文具")
        open_lines.filtered("document_id").action_settle("found", FORMULA)
        stocktake.action_sign()
        stocktake.with_user(self.users["auditor"]).action_witness()

    def _inspection(self):
        """A room inspected, one finding repaired and confirmed, one yet to repair."""
        room = self.env["customer.archive.location"].create(
            {"name": "二楼库房", "kind": "room"}
        )
        keeper, clerk = self.users["archivist"], self.users["clerk"]
        inspections = self.env["customer.archive.inspection"].with_user(keeper)
        inspection = inspections.create({"location_id": room.id})
        found = {"result": "finding", "responsible_id": clerk.id, "severity": "major"}
        for line in inspection.line_ids:
            middle = (line.lowest + line.highest) / 2
            line.write({"value": middle, "result": "ok", "note": FORMULA})
        first, second = inspection.line_ids[1:3]
        first.write({**found, "value": 72.5, "finding": "湿度过高", "measure": FORMULA})
        second.write({**found, "value": 26, "finding": FORMULA})
        inspection.action_sign()
        own = first.with_user(clerk)
        own.repair_note = "已开除湿机"
        own.action_repair()
        first.action_confirm()

    def _assessments(self):
        """Grade a customer and a supplier twice; the supplier has to improve."""
        supplier = self.registered(role="purchase", partner=self.partner("Delta Ltd"))
        day = fields.Date.context_today(self.file) + timedelta(days=60)
        self.env.ref("customer_archive.grade_credit_b").credit_limit = 80000
        better = {"measures": FORMULA, "measures_by": day, "relation": "improve"}
        for file, kind, role, grade, values in (
            (self.file, "credit", "finance", "b", {}),
            (self.file, "credit", "finance", "b", {}),
            (supplier, "supplier", "purchase", "b", {"relation": "keep"}),
            (supplier, "supplier", "purchase", "c", better),
        ):
            action = getattr(self.by(file, role), f"action_assess_{kind}")()
            own = self.by(self.env["customer.archive.assessment"], role)
            assessment = own.browse(action["res_id"])
            chosen = self.env.ref(f"customer_archive.grade_{kind}_{grade}")
            reason = {"grade_id": chosen.id, "reason": FORMULA}
            assessment.write({**reason, **values})
            assessment.action_submit()
            while assessment.state == "review":
                approver = assessment.sudo().approver_ids.sorted("id")[0]
                assessment.with_user(approver).action_approve("fine")

    def _registry_check(self):
        files = self.by(self.file, "compliance")
        copy = self.by(self.env["ir.attachment"], "compliance").create(
            {
                "name": "公示系统.txt",
                "raw": b"screen",
                "res_model": "customer.archive.document",
            }
        )
        answers = ("licence_status", "abnormal_listing", "dishonest_listing")
        values = dict(zip(answers, ("active", "no", "yes"), strict=True))
        values |= {"source": "gsxt", "note": FORMULA}
        values["date"] = fields.Date.context_today(files)
        files._record_registry_check(values, copy)

    def _approved(self, request, *roles):
        request.action_submit()
        for role in roles:
            self.by(request, role).action_approve("fine")
        return request

    def _consultation(self):
        values = {"partner_id": self.party.id, "purpose": "Tender", "scope": "file"}
        model = self.env["customer.archive.consultation"]
        request = self._approved(self.by(model, "sales_other").create(values), "head")
        grant = as_system(request.sudo().grant_ids)
        grant.revoked_on = fields.Datetime.now()

    def _loan(self):
        values = {"name": "Of sales_other", "user_id": self.users["sales_other"].id}
        values["department_id"] = self.departments["purchase"].id
        self.env["hr.employee"].create(values)
        papers = self.file.sudo().document_ids.filtered(
            lambda item: item.is_paper and not item.is_sensitive
        )
        values = {"partner_id": self.party.id, "purpose": "Notary"}
        values["type_ids"] = [Command.set(papers.type_id.ids)]
        model = self.env["customer.archive.loan"]
        loan = self._approved(
            self.by(model, "sales_other").create(values), "management"
        )
        self.by(loan, "archivist").action_hand_out()
        loan.action_confirm_receipt()
        loan.action_bring_back()
        rows = [
            {"line_id": line.id, "condition": "damaged", "note": "torn, page 2"}
            for line in loan.line_ids
        ]
        self.by(loan, "archivist").action_take_back(rows)

    def _sharing(self):
        items = self.file.document_ids.filtered(
            lambda item: item.attachment_ids and not item.is_sensitive
        )
        values = {
            "archive_id": self.file.id,
            "document_ids": [Command.set(items[:1].ids)],
            "purpose": "Servicing what was sold",
            "legal_basis": "consent",
            "legal_basis_note": "letter",
            "recipient": "outsider",
            "recipient_name": "Example Bank",
            "recipient_contact": "Ms Example",
            "channel": "telephone",
        }
        model = self.env["customer.archive.sharing"]
        sharing = self.by(model, "sales").create(values)
        self._approved(sharing, "legal", "management")
        ended = {"state": "ended", "ended_on": fields.Datetime.now()}
        as_system(sharing.sudo()).write(ended)

    def _change(self):
        phone = self.env.ref("customer_archive.change_field_party_phone")
        paper = self.env.ref("customer_archive.document_type_change_evidence")
        evidence = {
            "archive_id": self.file.id,
            "type_id": paper.id,
            "attachment_ids": [Command.create({"name": "n.txt", "raw": b"notice"})],
        }
        values = {
            "partner_id": self.party.id,
            "purpose": "It moved",
            "asked_by": "Buyer, by letter",
            "line_ids": [
                Command.create({"field_id": phone.id, "new_text": "021-55550111"})
            ],
            "evidence_ids": [Command.create(evidence)],
        }
        model = self.env["customer.archive.change"]
        self._approved(self.by(model, "sales").create(values), "head")

    def _agreement(self):
        day = fields.Date.context_today(self.file)
        values = {
            "archive_id": self.file.id,
            "kind": "framework",
            "date_start": "2026-01-01",
            "date_end": day + timedelta(days=40),
            "amount": 1234567.5,
            "content": "Scrap of all kinds",
            "delivery_terms": "Ex works",
            "payment_term_id": self.env.ref("account.account_payment_term_30days").id,
            "settlement": "By transfer",
            "breach_liability": "0.05 % a day",
            "our_signatory_id": self.users["management"].id,
            "their_signatory_id": self.party.legal_representative_id.id,
        }
        model = self.env["customer.archive.agreement"]
        agreement = self.sign(self.by(model, "sales").create(values))
        entries = self.env["customer.archive.agreement.performance"]
        for kind in ("delivered", "paid_late", "delivered"):
            entry = {"agreement_id": agreement.id, "kind": kind, "description": "x"}
            self.by(entries, "sales").create(entry)

    def _notes(self):
        """Note a repair and a complaint, which is answered; another one isn't."""
        notes = self.by(self.env["customer.archive.event"], "sales")
        met = {"contact_id": self.party.child_ids[0].id}
        kinds = {
            "repair": {
                "equipment": "压铸机 3 号",
                "scheme": "换新",
                "work": "换了密封圈",
            },
            "need": {"scenario": "压铸", "budget": 1200.5},
            "negotiation": {"agreed": "单价", "disputed": "付款期", **met},
            "sample": {"product": "铝锭", "result": "pass"},
            "satisfaction": {"score": "5"},
            "complaint": {"product": "铝锭"},
        }
        for kind, values in kinds.items():
            self._note(notes, kind, description=f"{kind} 记事", **values)
        note = self._note(notes, "complaint", description="=短少", **met)
        note.answer = "已补"
        note.action_give_answer()
        note.score = "4"
        note.action_settle_complaint()

    def _note(self, notes, kind, **values):
        type_ = self.env.ref(f"customer_archive.event_type_{kind}")
        return notes.create(
            {"type_id": type_.id, "partner_id": self.party.id, **values}
        )

    def _regulation(self):
        rule = self.env["customer.archive.regulation"]
        rule = rule.create(
            {"name": "客户档案管理制度", "user_id": self.users["legal"].id}
        )
        values = {"regulation_id": rule.id, "number": "1.0", "summary": "x"}
        values |= {"valid_from": "2026-03-02", "file_name": "x.pdf", "upload": pdf()}
        version = self.by(self.env[f"{rule._name}.version"], "legal").create(values)
        version.action_submit()
        self.by(version, "management").action_approve("fine")
        rows = self.env[f"{rule._name}.acknowledgement"]
        for role in ("sales", "auditor", "reader"):
            own = [("version_id", "=", version.id), ("user_id.login", "=", f"t_{role}")]
            row = self.by(rows.search(own), role)
            # Who exports them sees his own only.
            self.by(version.sudo().text_id, role).raw  # noqa: B018 -- read
            row.action_acknowledge()

    def _training(self):
        employees = self.env["hr.employee"].create(
            [
                {"name": name, "department_id": self.departments[department].id}
                for name, department in (
                    ("仓库张三", "sales"),
                    ("司机李四", "purchase"),
                )
            ]
        )
        lines = [
            {"user_id": self.users["sales"].id, "attended": True, "note": "迟到"},
            *({"employee_id": each.id} for each in employees),
        ]
        training = self.env["customer.archive.training"].create(
            {
                "name": "保密培训",
                "date": "2026-03-02",
                "hours": 1.5,
                "trainer": "周合规",
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        training.action_record_held()

    def _incident(self):
        """One that is dealt with, of personal data, and one that nobody took up."""
        incidents = self.by(self.env["customer.archive.incident"], "compliance")
        person = {"user_id": self.users["sales_other"].id, "responsibility": "误发"}
        incident = incidents.create(
            {
                "kind": "leak",
                "facts": FORMULA,
                "archive_ids": [Command.set(self.file.ids)],
                "partner_ids": [Command.set(self.party.ids)],
                "severity": "serious",
                "cause": "未核对收件人",
                "measures": FORMULA,
                "legal_handling": "不涉及",
                "has_personal_data": True,
                "authority": "省网信办",
                "authority_text": "见附页",
                "persons_text": "见附页",
                "person_ids": [
                    Command.create({**person, "penalty": "fine", "amount": 200.5})
                ],
            }
        )
        incident.action_notify_authority()
        incident.action_notify_persons()
        self._approved(incident, "legal", "management")
        day = fields.Date.context_today(incident)
        done = {"informed_on": day, "carried_out_on": day}
        incident.person_ids.write(done)
        incident.outcome = "已扣发绩效"
        incident.action_close()
        self.by(incidents, "sales").create({"kind": "late", "facts": "归档晚了一周"})

    def _audit(self):
        """A check with two findings, one of them corrected and confirmed."""
        department = self.departments["sales"]
        self.env["hr.employee"].create(
            {
                "name": "Of sales",
                "user_id": self.users["sales"].id,
                "department_id": department.id,
            }
        )
        audits = self.by(self.env["customer.archive.audit"], "auditor")
        audit = audits.create(
            {
                "subject": FORMULA,
                "draw": "all",
                "department_id": department.id,
                "helper_ids": [Command.set(self.users["compliance"].ids)],
            }
        )
        audit.action_start()
        audit.line_ids.action_in_order()
        for line in audit.line_ids.filtered("archive_id")[:2]:
            line.action_finding()
            line.finding_ids.write(
                {
                    "description": FORMULA,
                    "measure": "补盖公章",
                    "severity": "major",
                    "responsible_id": self.users["sales"].id,
                }
            )
        audit.conclusion = "两处整改"
        audit.action_sign()
        own = self.by(audit.finding_ids[0], "sales")
        own.correction = "已补盖公章"
        own.action_correct()
        audit.finding_ids[0].action_confirm()

    def _feedback(self):
        """One that led to an improvement, and an open one of somebody unnamed."""
        rows = self.by(self.env["customer.archive.feedback"], "sales")
        row = rows.create({"subject": FORMULA, "description": "手机签收"})
        self.by(rows, "reader").create(
            {"subject": "提醒", "description": "太多", "is_anonymous": True}
        )
        day = fields.Date.context_today(row)
        own = self.by(row, "archivist")
        own.write(
            {
                "answer": "采纳",
                "decision": "improve",
                "improvement": "张贴二维码",
                "improvement_user_id": self.users["clerk"].id,
                "improvement_deadline": day + timedelta(days=30),
            }
        )
        own.action_answer_feedback()
        own.improvement_result = "已张贴"
        own.action_improved()

    def _destruction(self):
        gone = self.closed(partner=self.partner("Gone Ltd"))
        self.over(gone)
        self.witnessed(self.approve(self.listed(gone)))
        self.run_cron()
        self.assertEqual(gone.state, "destroyed")
