from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.registry.customer_archive_registry_check import (  # noqa: E501
    CustomerArchiveRegistryCheck,
)

from ..copies.papers_case import stored
from ..support.common import ROLES
from .registry_case import CHECK, ENTER, GOOD, ITEM, NAME, RegistryCase, screen

CLASS = CustomerArchiveRegistryCheck
# 2026-03-02 is a Monday.
DAY = "2026-03-02"


@tagged("post_install", "-at_install")
class TestCustomerArchiveRegistryCheck(RegistryCase, TransactionCase):
    """Requirements A3 and A24."""

    def test_compliance_needs_a_check(self):
        """A24, EN29: no approval without one, and the head of before needs none."""
        file = self.until_compliance(partner=self.partner(NAME))
        own = self.by(file, "compliance")
        self.assertIn(NAME, own.opening_problems)
        with self.assertRaisesRegex(UserError, "No registry check"):
            own.action_approve("fine")
        self.assertEqual(file.state, "review")
        check = self.check(file, registered_name=NAME)
        self.assertEqual(
            (check.user_id, check.result, check.company_id, check.is_fetched),
            (self.users["compliance"], "good", file.company_id, False),
        )
        own.invalidate_recordset()
        self.assertFalse(own.opening_problems)
        own.action_approve("fine")
        self.assertEqual(file.state, "registering")

    def test_a_bad_result_refuses(self):
        file = self.until_compliance()
        own = self.by(file, "compliance")
        for answers in (
            {"licence_status": "revoked"},
            {"abnormal_listing": "yes"},
            {"dishonest_listing": "yes", "licence_status": "unknown"},
        ):
            with self.subTest(answers):
                self.assertEqual(self.check(file, **answers).result, "bad")
                with self.assertRaisesRegex(UserError, "objections .*: refuse"):
                    own.action_approve("fine")
        # It was put right, and looked up once more.
        self.check(file)
        own.action_approve("fine")
        self.assertEqual(file.state, "registering")

    def test_refusing_needs_no_check(self):
        file = self.until_compliance()
        self.by(file, "compliance").action_reject("列入经营异常名录")
        self.assertEqual(file.state, "draft")

    def test_half_a_check_is_none(self):
        """The court knows of one list only: that isn't a whole check."""
        file = self.until_compliance()
        answers = dict.fromkeys(GOOD, "unknown") | {"dishonest_listing": "no"}
        check = self.check(file, source="court", **answers)
        self.assertEqual(check.result, "partial")
        self.assertFalse(file.has_fresh_check)
        with self.assertRaisesRegex(UserError, "No registry check"):
            self.by(file, "compliance").action_approve("fine")

    def test_holds_until_the_day_is_over_at_the_company(self):
        """Thirty days, to the last minute in Shanghai, wherever the server is."""
        with freeze_time(f"{DAY} 02:00:00"):
            file = self.until_compliance()
            check = self.check(file)
        self.assertEqual(check.valid_until, date(2026, 4, 1))
        own = self.by(file, "compliance")
        for moment, holds in (("15:59:00", True), ("16:01:00", False)):
            with self.subTest(moment), freeze_time(f"2026-04-01 {moment}"):
                self.env.invalidate_all()
                self.assertEqual(file.has_fresh_check, holds)
                self.assertEqual(check.is_lapsed, not holds)
                found = self.env["customer.archive"].search(
                    [("id", "=", file.id), ("has_fresh_check", "=", False)]
                )
                self.assertEqual(bool(found), not holds)
        with freeze_time("2026-04-01 16:01:00"):
            with self.assertRaisesRegex(UserError, "No registry check"):
                own.action_approve("fine")
            check = self.check(file)
            self.assertEqual(check.date, date(2026, 4, 2))
            own.action_approve("fine")

    def test_days_of_the_category_go_first(self):
        self.buyer.registry_check_days = 7
        with freeze_time(f"{DAY} 02:00:00"):
            check = self.check(self.submitted())
        self.assertEqual(check.valid_until, date(2026, 3, 9))

    def test_the_day_is_not_in_the_future(self):
        with freeze_time(f"{DAY} 15:00:00"):
            file = self.submitted()
            with self.assertRaisesRegex(ValidationError, "in the future"):
                self.check(file, date="2026-03-03")
            # Yesterday's counts from yesterday.
            check = self.check(file, date="2026-03-01")
            self.assertEqual(check.valid_until, date(2026, 3, 31))
        with freeze_time(f"{DAY} 16:30:00"):
            self.assertEqual(self.check(file).date, date(2026, 3, 3))

    def test_never_altered(self):
        file = self.submitted()
        check = self.check(file)
        for role in ROLES.keys() - {"portal", "employee", "reader"}:
            own = self.by(check, role)
            for call in (
                lambda own=own: own.write({"licence_status": "missing"}),
                lambda own=own: own.unlink(),
                lambda own=own: own.copy(),
                lambda own=own: own.create({"archive_id": file.id, **GOOD}),
            ):
                self.assertRaises(AccessError, call)
        # Not by the superuser either, unless it is this addon's own doing.
        for call in (
            lambda: check.write({"note": "x"}),
            check.unlink,
            lambda: check.create({"archive_id": file.id, **GOOD}),
        ):
            with self.assertRaisesRegex(AccessError, "enter a new one"):
                call()

    def test_proof_is_an_encrypted_item(self):
        file = self.until_compliance(partner=self.partner(NAME))
        copies = self.upload("compliance") | self.upload(
            "compliance", "公示系统.pdf", screen("license.pdf")
        )
        item = self.check(file, copies=copies).document_id
        self.assertEqual(item.archive_id, file)
        self.assertEqual(
            item.type_id, self.env.ref("customer_archive.document_type_registry_proof")
        )
        for copy in item.attachment_ids:
            self.assertEqual((copy.res_model, copy.res_id), (ITEM, item.id))
            self.assertNotIn(copy.raw[:64], stored(copy))
        self.assertEqual(item.attachment_ids.sorted("id")[0].raw, self.picture)
        self.assertIn(NAME, item.attachment_ids[0].name)

    def test_proof_stays_while_the_file_is_collected(self):
        file = self.archive()
        item = self.check(file, "sales").document_id
        own = self.by(item, "sales")
        self.assertTrue(own.is_locked)
        for call in (
            lambda: own.write({"attachment_ids": [Command.clear()]}),
            own.attachment_ids.unlink,
            own.unlink,
        ):
            with self.assertRaisesRegex(UserError, "locked"):
                call()

    def test_a_proof_is_needed(self):
        file = self.submitted()
        none = self.env["ir.attachment"]
        with self.assertRaisesRegex(UserError, "Attach the proof"):
            self.check(file, copies=none)
        damaged = self.upload("compliance", "截图.pdf", b"%PDF-1.4 nothing")
        with self.assertRaisesRegex(UserError, "can't be read"):
            self.check(file, copies=damaged)

    def test_a_proof_is_ones_own_upload(self):
        file = self.submitted()
        others = self.upload("sales")
        bound = file.document_ids.attachment_ids[:1]
        for copies in (others, bound):
            with self.assertRaises(AccessError):
                self.check(file, copies=copies.with_user(self.users["compliance"]))

    def test_all_three_are_answered(self):
        file = self.submitted()
        dialog = self.dialog(file)
        dialog.licence_status = False
        with self.assertRaisesRegex(UserError, "all three answers"):
            dialog.action_save()
        dialog.write(dict.fromkeys(GOOD, "unknown"))
        with self.assertRaisesRegex(ValidationError, "at least one answer"):
            dialog.action_save()
        dialog.write({**GOOD, "source": "other"})
        with self.assertRaisesRegex(ValidationError, "where else"):
            dialog.action_save()

    def test_who_enters_checks(self):
        draft, review, active = self.archive(), self.submitted(), self.on_record()
        may = {
            draft: {"sales", "head", "clerk", "compliance"},
            review: {"head", "clerk", "compliance"},
            active: {"sales", "head", "clerk", "compliance"},
        }
        for file, expected in may.items():
            found = set()
            for role in ROLES:
                own = self.by(file, role)
                try:
                    self.assertTrue(own.action_check_registry()["res_id"])
                except AccessError:
                    continue
                self.assertTrue(own.can_check_registry)
                found.add(role)
            self.assertEqual(found, expected, file.state)

    def test_who_reads_checks(self):
        check = self.check(self.on_record())
        found = set()
        for role in ROLES:
            try:
                self.by(check, role).read(["licence_status", "note"])
            except AccessError:
                continue
            found.add(role)
        self.assertEqual(
            found,
            {"sales", "head", "clerk", "compliance", "archivist", "finance"}
            | {"legal", "management", "auditor", "admin"},
        )

    def test_hidden_with_the_file(self):
        file = self.on_record()
        check = self.check(file)
        self.by(file, "compliance").action_block("目的已达成")
        seen = self.by(check, "sales").search([("id", "=", check.id)])
        self.assertFalse(seen)
        self.assertTrue(self.by(check, "auditor").search([("id", "=", check.id)]))

    def test_other_companies_see_nothing(self):
        check = self.check(self.submitted())
        other = self.env["res.company"].create({"name": "Other Ltd"})
        user = self.users["auditor"]
        user.write({"company_id": other.id, "company_ids": [Command.set(other.ids)]})
        self.assertFalse(self.by(check, "auditor").search([("id", "=", check.id)]))

    def test_private_persons_are_in_no_registry(self):
        category = self.env.ref("customer_archive.category_person")
        # Whatever is ticked there.
        category.registry_check = True
        person = self.env["res.partner"].create(
            {"name": "王小明", "phone": "13900000003"}
        )
        file = self.archive(category=category, partner=person)
        self.assertFalse(file.asks_registry)
        self.assertFalse(self.by(file, "compliance").can_check_registry)
        with self.assertRaisesRegex(UserError, "no registry"):
            self.by(file, "compliance").action_check_registry()
        self.assertNotIn(
            file, self.env["customer.archive"].search([("asks_registry", "=", True)])
        )

    def test_recorded(self):
        file = self.submitted()
        check = self.check(file, abnormal_listing="yes")
        log = self.env["customer.archive.log"].search(
            [("model", "=", CHECK), ("res_id", "=", check.id), ("event", "=", "review")]
        )
        self.assertEqual(
            (log.user_id, log.detail, log.archive_id.id),
            (self.users["compliance"], "registry: gsxt bad", file.id),
        )
        self.assertIn("Objections", log.summary)

    def test_a_round_that_runs_is_not_asked(self):
        """What was submitted before the step knew of checks goes on as it was."""
        file = self.until_compliance()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive_approval SET checks_opening = false"
        )
        self.env.invalidate_all()
        self.by(file, "compliance").action_approve("fine")
        self.assertEqual(file.state, "registering")

    def test_without_a_step_of_compliance_the_last_is_asked(self):
        step = self.env.ref("customer_archive.step_archive_compliance")
        group = self.env.ref("customer_archive.group_legal")
        self.env.cr.execute(
            "UPDATE customer_archive_approval_step SET group_id = %s WHERE id = %s",
            [group.id, step.id],
        )
        self.env.invalidate_all()
        file = self.until_compliance()
        with self.assertRaisesRegex(UserError, "No registry check"):
            self.by(file, "legal").action_approve("fine")
        # Who has to decide enters it.
        self.check(file, "legal")
        self.by(file, "legal").action_approve("fine")

    def test_goes_with_a_file_that_was_never_submitted(self):
        file = self.archive()
        check = self.check(file, "sales")
        item = check.document_id
        self.by(file, "sales").unlink()
        self.assertFalse(check.exists() or item.exists())

    def test_destroyed_with_the_file(self):
        file = self.on_record()
        check = self.check(file, registered_name=NAME, note="无异常")
        item = check.document_id
        copies = item.attachment_ids
        file.sudo()._erase("list TEST")
        self.assertFalse(check.exists())
        self.assertFalse(copies.exists())
        self.assertFalse(item.exists().note)

    def test_the_database_keeps_proofs(self):
        """Not even by SQL is a proof taken from its check."""
        item = self.check(self.submitted()).document_id
        self.env.flush_all()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env.cr.execute(
                "DELETE FROM customer_archive_document WHERE id = %s", [item.id]
            )


@tagged("post_install", "-at_install")
class TestConnector(RegistryCase, TransactionCase):
    """A service that is connected: ``_fetch_registry`` is all that it needs.

    Requirement A24.
    """

    def setUp(self):
        super().setUp()
        self.asked = []
        self.file = self.submitted(partner=self.partner(NAME))

    def connected(self, answer):
        def fetch(_model, uscc):
            self.asked.append(uscc)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return patch.object(CLASS, "_fetch_registry", fetch)

    def opened(self, answer, role="compliance"):
        with self.connected(answer):
            action = self.by(self.file, role).action_check_registry()
        return self.by(self.env[ENTER], role).browse(action["res_id"])

    def test_nothing_is_connected_as_shipped(self):
        self.assertIsNone(self.env[CHECK]._fetch_registry("91310100MA1DEM0101"))
        dialog = self.opened(None)
        self.assertFalse(dialog.is_fetched or dialog.licence_status)

    def test_answers_are_confirmed_by_somebody(self):
        answer = {
            "licence_status": "active",
            "abnormal_listing": "yes",
            "registered_name": "上海再生资源股份有限公司",
            "representative": "李法人",
            "registered_capital": 800.0,
            "proof": ("企业信用报告.pdf", screen("license.pdf")),
            "unheard_of": 1,
        }
        dialog = self.opened(answer)
        self.assertEqual(self.asked, [self.file.partner_id.vat])
        self.assertTrue(dialog.is_fetched)
        self.assertEqual(dialog.dishonest_listing, "unknown")
        self.assertFalse(self.file.registry_check_ids)
        dialog.dishonest_listing = "no"
        dialog.action_save()
        check = self.file.registry_check_ids
        self.assertEqual(
            (check.is_fetched, check.user_id, check.result, check.representative),
            (True, self.users["compliance"], "bad", "李法人"),
        )
        self.assertEqual(len(check.attachment_ids), 1)
        copy = check.attachment_ids
        # What is served bears a mark: see what is kept.
        self.assertEqual(copy.file_size, len(screen("license.pdf")))

    def test_a_service_that_fails_stands_in_nobodys_way(self):
        dialog = self.opened(UserError("余额不足"))
        self.assertEqual(dialog.service_message, "余额不足")
        self.assertFalse(dialog.is_fetched)
        copies = self.upload("compliance")
        dialog.write({"attachment_ids": [Command.set(copies.ids)], **GOOD})
        dialog.action_save()
        self.assertFalse(self.file.registry_check_ids.is_fetched)

    def test_nobody_claims_a_service(self):
        dialog = self.dialog(self.file)
        with self.assertRaises(AccessError):
            dialog.is_fetched = True
        with self.assertRaises(AccessError):
            dialog.create({"archive_id": self.file.id, "is_fetched": True})
        other = self.submitted()
        with self.assertRaisesRegex(UserError, "once more"):
            self.opened({"licence_status": "active"}).archive_id = other


@tagged("post_install", "-at_install")
class TestReviewed(RegistryCase, TransactionCase):
    """The yearly review needs a check of its own time. Requirement A24."""

    def review(self, file):
        file.sudo()._open_reviews()
        return self.by(file.sudo().review_ids, "sales")

    def test_confirmed_with_a_fresh_check_only(self):
        with freeze_time(f"{DAY} 02:00:00"):
            file = self.until_compliance()
            self.check(file)
            self.by(file, "compliance").action_approve("fine")
            self.by(file, "clerk").action_register()
        with freeze_time("2027-03-02 02:00:00"):
            review = self.review(file)
            self.assertTrue(review.asks_registry)
            with self.assertRaisesRegex(UserError, "No registry check"):
                review.action_confirm("资料齐全")
            self.assertEqual(review.state, "open")
            self.check(file, "sales", abnormal_listing="yes")
            with self.assertRaisesRegex(UserError, "objections"):
                review.action_confirm("资料齐全")
            self.assertTrue(review.action_check_registry()["res_id"])
            self.check(file, "sales")
            review.action_confirm("资料齐全")
            self.assertEqual(review.outcome, "confirmed")

    def test_other_outcomes_need_none(self):
        file = self.on_record()
        review = self.review(file)
        self.assertTrue(review.asks_registry)
        review.action_to_close("已注销")
        self.assertEqual(review.outcome, "to_close")

    def test_reviews_that_are_open_are_not_asked(self):
        """The category asks from the next review on."""
        self.buyer.registry_check = False
        file = self.registered()
        review = self.review(file)
        self.buyer.registry_check = True
        review.action_confirm("资料齐全")
        self.assertEqual(review.state, "done")

    def test_management_that_took_over_checks(self):
        file = self.on_record()
        review = self.review(file)
        with self.assertRaises(AccessError):
            self.by(file, "management").action_check_registry()
        self.env.cr.execute("UPDATE customer_archive_review SET escalation = 2")
        self.env.invalidate_all()
        self.by(review, "management").action_take_over()
        self.check(file, "management")
        self.by(review, "management").action_confirm("已核查")
        self.assertEqual(review.state, "done")
