from ast import literal_eval

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from .events_case import NOTE, EventsCase

RULES = "odoo.addons.base.models.ir_rule"
ACCESS = "odoo.addons.base.models.ir_model"


@tagged("post_install", "-at_install")
@freeze_time("2027-03-01 02:00:00")
class TestCustomerArchiveEvent(EventsCase, TransactionCase):
    """A8, E5: what happened with a party is noted, by type 记事."""

    def test_on_the_file(self):
        note = self.note("negotiation", agreed="单价 6.2 元/千克", disputed="付款期")
        self.assertEqual(note.archive_id, self.file)
        self.assertEqual(note.company_id, self.company)
        self.assertEqual(note.department_id, self.departments["sales"])
        self.assertEqual(note.user_id, self.users["sales"])
        self.assertEqual(note.state, "recorded")
        self.assertEqual(str(note.date), "2027-03-01")
        self.assertEqual(self.file.event_ids, note)
        self.assertEqual(self.file.event_count, 1)
        self.assertEqual(note.display_name, "2027-03-01 Negotiation 样本铸件有限公司")
        self.assertEqual(self.recorded(note), [("t_sales", "note", "created")])

    def test_what_a_type_asks(self):
        """Each type asks for its own; what it needs isn't left out."""
        cases = {
            "negotiation": {"agreed": "付款期 60 天"},
            "need": {"scenario": "压铸车间，每班 8 小时", "budget": 120000},
            "progress": {"equipment": "压铸机 3 号", "scheme": "双工位"},
            "acceptance": {"result": "pass"},
            "service": {"equipment": "压铸机 3 号"},
            "repair": {"equipment": "压铸机 3 号", "work": "换了密封圈"},
            "satisfaction": {"score": "4"},
            "sample": {"product": "铝锭 A356", "result": "conditional"},
            "quality": {"product": "铝锭 A356", "result": "fail"},
        }
        for kind, values in cases.items():
            with self.subTest(kind=kind):
                note = self.note(kind, **values)
                self.assertLessEqual(values.keys(), set(note.shown.split()))
                for name in note.needed.split():
                    with self.assertRaises(ValidationError):
                        self.note(kind, **{**values, name: False})
        for kind in ("visit", "greeting", "feedback", "preference", "next"):
            self.assertEqual(self.note(kind).needed, "")

    def test_planned_without_what_is_known_afterwards(self):
        note = self.note("acceptance", date="2027-03-05")
        self.assertEqual((note.state, note.needed), ("planned", ""))
        with self.assertRaisesRegex(ValidationError, "Appraisal Result"):
            note.action_record()
        note.result = "pass"
        note.action_record()
        self.assertEqual(note.state, "recorded")

    def test_correction_of_what_one_may_not_read(self):
        risk = self.note("risk", role="sales")
        with self.assertRaises(AccessError):
            self.note(role="clerk", corrects_id=risk.id)
        wrong = self.note()
        self.assertEqual(self.note(corrects_id=wrong.id).corrects_id, wrong)

    def test_joins_though_its_responsible_reads_no_more(self):
        lead = self.partner("无锡惠山铸造有限公司")
        lead.user_id = self.users["sales_other"]
        note = self.note("visit", role="sales_other", party=lead, date="2027-03-08")
        file = self.archive(partner=lead).sudo()
        self.assertEqual(note.sudo().archive_id, file)
        self.assertEqual(note.sudo().responsible_id, self.users["sales"])

    def test_own_type(self):
        """Administrators add types; nobody else does."""
        types = self.env["customer.archive.event.type"]
        values = {"name": "培训", "ask_place": "required"}
        training = self.by(types, "admin").create(values)
        with self.assertRaises(ValidationError):
            self.note(type_id=training.id)
        self.assertTrue(self.note(type_id=training.id, place="二号楼"))
        for role in ("sales", "clerk", "compliance", "management"):
            with self.assertRaises(AccessError), mute_logger(ACCESS):
                self.by(types, role).create({"name": "x"})

    def test_from_the_contact(self):
        """A contact stands for its company, and is who was met."""
        buyer = self.party.child_ids[1]
        action = self.by(buyer, "sales").action_new_archive_event()
        model = self.env[NOTE].with_user(self.users["sales"])
        view = action["context"].pop("form_view_ref")
        with Form(model.with_context(**action["context"]), view=view) as form:
            form.type_id = self.kind("preference")
            form.description = "只收电子发票"
        note = form.record
        self.assertEqual(note.archive_id, self.file)
        self.assertEqual(note.contact_id, buyer)
        self.assertEqual(note.responsible_id, self.users["sales"])
        self.assertEqual(self.by(self.party, "sales").archive_event_count, 1)
        self.assertEqual(self.by(self.party, "sales_other").archive_event_count, 0)

    def test_lists(self):
        """The buttons of file and contact show the notes."""
        note = self.note()
        for action in (
            self.by(self.file, "sales").action_open_events(),
            self.by(self.party, "sales").action_open_archive_events(),
        ):
            found = self.by(self.env[NOTE], "sales").search(action["domain"])
            self.assertEqual(found, note)

    def test_from_the_file(self):
        action = self.by(self.file, "sales").action_new_event()
        context = dict(action["context"])
        view = context.pop("form_view_ref")
        model = self.env[NOTE].with_user(self.users["sales"])
        with Form(model.with_context(**context), view=view) as form:
            form.type_id = self.kind("need")
            form.description = "明年扩产"
            with self.assertRaises(AssertionError):
                form.save()
            form.scenario = "压铸车间"
        self.assertEqual(form.record.partner_id, self.party)

    def test_before_there_is_a_file(self):
        """A lead has notes; they join its file when it is opened."""
        lead = self.partner("样本线索有限公司")
        note = self.note(party=lead)
        self.assertFalse(note.archive_id)
        self.assertEqual(note.company_id, self.company)
        for role in ("sales_other", "purchase", "reader"):
            self.assertFalse(self.by(note, role).has_access("read"), role)
        for role in ("clerk", "auditor", "management"):
            self.assertTrue(self.by(note, role).has_access("read"), role)
        file = self.archive(partner=lead)
        self.assertEqual(note.archive_id, file)
        self.assertIn("joined", [detail for _who, _what, detail in self.recorded(note)])

    def test_begun_for_another_party(self):
        """What was noted of a party doesn't go with a draft to another."""
        lead, other = self.partner("样本甲"), self.partner("样本乙")
        mine, theirs = self.note(party=lead), self.note(party=other)
        file = self.archive(partner=lead)
        file.partner_id = other
        self.assertFalse(mine.sudo().archive_id)
        self.assertEqual(theirs.archive_id, file)

    def test_a_file_of_somebody_else(self):
        """Nobody writes into a file that is another's, by way of its party."""
        with self.assertRaises(AccessError), mute_logger(RULES):
            self.note(role="sales_other")
        with self.assertRaises(AccessError), mute_logger(RULES):
            self.note(role="purchase")

    def test_who_writes(self):
        for role in ("sales", "head", "clerk"):
            self.assertTrue(self.note(role=role))
        others = ("auditor", "management", "compliance", "finance", "legal", "reader")
        for role in (*others, "archivist", "admin", "employee"):
            with self.assertRaises(AccessError), mute_logger(ACCESS, RULES):
                self.note(role=role)

    def test_who_reads(self):
        note = self.note()
        readers = {"sales", "head", "clerk", "compliance", "archivist", "finance"}
        readers |= {"legal", "management", "auditor", "admin"}
        for role in self.users:
            allowed = self.by(note, role).has_access("read")
            self.assertEqual(allowed, role in readers, role)

    def test_risk_is_for_some(self):
        """A risk is read by those whose affair it is, and who answer for the file."""
        note = self.note("risk", description="大股东涉诉，回款可能延迟")
        readers = {"sales", "head", "compliance", "finance", "legal", "management"}
        readers.add("auditor")
        for role in self.users:
            allowed = self.by(note, role).has_access("read")
            self.assertEqual(allowed, role in readers, role)
        self.assertNotIn(note, self.by(self.file, "clerk").event_ids)

    def test_widened_by_two(self):
        """Whoever opens a type to more roles waits for a second person."""
        kind = self.by(self.kind("risk"), "admin")
        roles, more = kind.group_ids, self.env.ref("base.group_user")
        for commands in (
            [(5, 0, 0)],
            [(4, more.id, 0)],
            [(6, 0, more.ids)],
            [(3, roles[0].id), (4, more.id, 0)],
        ):
            with self.subTest(commands):
                kind.write({"group_ids": commands})
                self.assertEqual(kind.group_ids, roles)
                self.assertTrue(kind.lifting_by_id)
                self.assertTrue(kind.lifting_words)
                kind.action_drop_lifting()
        kind.write({"group_ids": [(4, more.id, 0)]})
        other = self.by(kind, "compliance")
        other.action_confirm_lifting(kind.lifting_digest)
        self.assertEqual(kind.group_ids, roles | more)
        for_all = self.by(self.kind("visit"), "admin")
        for_all.write({"group_ids": [(4, self.env.ref("base.group_user").id, 0)]})
        self.assertTrue(for_all.group_ids)
        narrower = kind.group_ids[0]
        kind.write({"group_ids": [(3, narrower.id)]})
        self.assertNotIn(narrower, kind.group_ids)

    def test_amended_within_a_day(self):
        note = self.note()
        note.description = "与采购经理、仓库主管谈了明年的用量"
        self.assertEqual(self.recorded(note)[-1][2], "amended description")
        with self.assertRaises(AccessError):
            self.by(note, "clerk").description = "x"
        self.backdate(note, 23)
        note.description = "再改"
        self.backdate(note, 2)
        self.assertFalse(note.can_amend)
        with self.assertRaisesRegex(AccessError, "corrects it"):
            note.description = "改不了"
        self.assertEqual(note.description, "再改")

    def test_corrected_by_another(self):
        note = self.note()
        self.backdate(note, 30)
        context = self.by(note, "sales").action_correct()["context"]
        model = self.env[NOTE].with_user(self.users["sales"])
        with Form(model.with_context(**context)) as form:
            form.description = "实为与总经理谈的"
        self.assertEqual(form.record.corrects_id, note)
        self.assertTrue(note.is_corrected)
        with self.assertRaises(ValidationError):
            self.note(party=self.partner("样本丙"), corrects_id=note.id)

    def test_satisfaction_of_what_was_not_corrected(self):
        wrong = self.note("satisfaction", score="1")
        right = self.note("satisfaction", score="4", corrects_id=wrong.id)
        action = self.env.ref("customer_archive.action_customer_archive_satisfaction")
        found = self.env[NOTE].search(literal_eval(action.domain))
        self.assertEqual(found & (wrong | right), right)

    def test_never_deleted(self):
        note = self.note()
        for role in ("sales", "clerk", "admin"):
            with self.assertRaises(AccessError), mute_logger(ACCESS, RULES):
                self.by(note, role).unlink()
        with self.assertRaisesRegex(UserError, "notes on"):
            lead = self.partner("样本丁")
            self.note(party=lead)
            lead.unlink()

    def test_nothing_forged(self):
        """State, author, times and answers over RPC are nobody's to say."""
        for name, value in (
            ("state", "closed"),
            ("user_id", self.users["head"].id),
            ("written_on", "2030-01-01 00:00:00"),
            ("answered_on", "2027-03-01"),
            ("company_id", self.company.id),
            ("level", 3),
        ):
            with self.subTest(name=name), self.assertRaises(AccessError):
                self.note(**{name: value})
            note = self.note()
            with self.subTest(name=name), self.assertRaises(AccessError):
                note.write({name: value})

    def test_moved_to_another_party(self):
        note, other = self.note(), self.registered(partner=self.partner("样本戊"))
        for values in ({"partner_id": other.partner_id.id}, {"archive_id": other.id}):
            with self.assertRaises(AccessError):
                note.write(values)
        with self.assertRaises(ValidationError):
            self.note(archive_id=other.id)

    def test_identity_numbers_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "Sensitive Values"):
            self.note(description="联系人身份证号 11010519491231002X，请保密")
        self.assertTrue(self.note(description="机号 110105194912310021"))

    def test_bad_input(self):
        for values in (
            {"date": "2027-03-05", "kind": "feedback"},
            {"budget": -1, "kind": "need", "scenario": "x"},
            {"contact_id": self.partner("样本己").id},
            {"responsible_id": self.users["reader"].id},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.note(**values)

    def test_planned(self):
        """A visit is planned, and noted once it took place; holidays are told."""
        visit = self.note(date="2027-03-07")
        self.assertEqual(visit.state, "planned")
        self.assertEqual(visit.day_warning, "No working day")
        self.assertEqual(self.work(visit, "event_planned"), self.users["sales"])
        self.by(visit, "clerk").date = "2027-03-08"
        self.assertFalse(visit.day_warning)
        with freeze_time("2027-03-08 02:00:00"):
            visit.action_record()
            self.assertEqual((visit.state, str(visit.date)), ("recorded", "2027-03-08"))
            self.assertFalse(self.work(visit, "event_planned"))
            with self.assertRaisesRegex(UserError, "right state"):
                visit.action_record()

    def test_public_holiday(self):
        calendar = self.company.resource_calendar_id
        self.env["resource.calendar.leaves"].create(
            {
                "name": "清明节",
                "calendar_id": calendar.id,
                "company_id": self.company.id,
                "date_from": "2027-04-04 16:00:00",
                "date_to": "2027-04-05 15:59:59",
            }
        )
        visit = self.note(date="2027-04-05")
        self.assertEqual(visit.day_warning, "No working day: 清明节")

    def test_called_off(self):
        visit = self.note(date="2027-03-09")
        visit.action_call_off()
        self.assertEqual(visit.state, "off")
        self.assertFalse(visit.sudo().activity_ids)

    def test_follow_up(self):
        need = self.note("need", scenario="压铸")
        self.assertEqual(str(need.follow_up_date), "2027-03-08")
        self.assertFalse(need.sudo().activity_ids)
        with freeze_time("2027-03-08 02:00:00"):
            self.remind()
            self.assertEqual(self.work(need, "event_follow_up"), self.users["sales"])
            self.remind()
            self.assertEqual(len(need.sudo().activity_ids), 1)
            found = self.env[NOTE].search([("is_follow_up_past", "=", True)])
            self.assertIn(need, found)
            need.action_follow_up()
        self.assertEqual(str(need.followed_up_on), "2027-03-08")
        self.assertFalse(need.sudo().activity_ids)

    def test_what_counts_as_use(self):
        self.assertEqual(self.recorded(self.note("greeting"))[0][1], "remark")
        self.assertEqual(self.recorded(self.note("visit"))[0][1], "note")

    def test_on_a_file_that_ended(self):
        note = self.note(date="2027-03-09")
        self.env.cr.execute(
            "UPDATE customer_archive SET state = 'closed' WHERE id = %s", self.file.ids
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "has ended"):
            note.description = "x"
        with self.assertRaisesRegex(UserError, "has ended"):
            self.note(archive_id=self.file.id)
        # The party is one without an open file again.
        self.assertFalse(self.note().archive_id)

    def test_a_successor(self):
        """Who takes the file over has to do what was open."""
        note = self.note(date="2027-03-09")
        self.by(self.file, "clerk").user_id = self.users["sales_other"]
        self.assertEqual(note.sudo().responsible_id, self.users["sales_other"])
        self.assertEqual(self.work(note, "event_planned"), self.users["sales_other"])
        self.assertFalse(self.by(note, "sales").has_access("read"))

    def test_beside_the_agreement(self):
        agreement = self.env["customer.archive.agreement"]
        agreement = agreement.with_user(self.users["sales"]).create(
            {"archive_id": self.file.id}
        )
        note = self.note(
            "negotiation", agreed="单价", disputed="付款期", agreement_id=agreement.id
        )
        self.assertEqual(agreement.event_ids, note)

    def test_in_another_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["customer_archive"], ["zh_CN"])
        chinese = self.note().with_context(lang="zh_CN")
        self.assertEqual(chinese.type_id.name, "拜访")
