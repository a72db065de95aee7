"""What a grant opens, for whom and until when; and what it never opens."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from .grant_case import GrantCase


@tagged("post_install", "-at_install")
class TestGrant(GrantCase, TransactionCase):
    # From when to when

    """Requirement C1."""

    def test_not_before_it_begins(self):
        now = fields.Datetime.now()
        grant = self.give(date_from=now + timedelta(hours=1), hours=2)
        self.assertEqual(grant.state, "coming")
        self.assertShut(self.file)
        self.assertShut(self.item)
        begun = self.give(date_from=now)
        self.assertEqual(begun.state, "open")
        self.assertOpen(self.file)

    def test_states_are_found_by_the_clock(self):
        now, hour = fields.Datetime.now(), timedelta(hours=1)
        coming = self.give(date_from=now + hour, hours=2)
        over = self.give(date_from=now - 2 * hour, date_to=now)
        open_ = self.give()
        revoked = self.give()
        self.revoke(revoked)
        grants = coming | over | open_ | revoked
        for state, expected in zip(
            ("coming", "over", "open", "revoked"), grants.sorted("id"), strict=True
        ):
            domain = [("id", "in", grants.ids), ("state", "=", state)]
            self.assertEqual(grants.search(domain), expected, state)
            self.assertEqual(expected.state, state)

    def test_revoking_works_at_once_and_is_recorded(self):
        grant = self.give()
        self.assertOpen(self.file)
        grant.with_user(self.users["head"]).action_revoke("Project was cancelled")
        self.assertShut(self.file)
        self.assertShut(self.item)
        self.assertEqual(grant.revoked_by_id, self.users["head"])
        row = self.env["customer.archive.log"].search(
            [("event", "=", "grant"), ("detail", "=", "revoked")], limit=1
        )
        self.assertEqual(row.note, "Project was cancelled")
        self.assertEqual(row.user_id, self.users["head"])
        request = self.env[grant.res_model].sudo().browse(grant.res_id)
        self.assertIn("Project was cancelled", request.message_ids[0].body)
        self.assertIn(
            self.users["reader"].partner_id, request.message_ids[0].partner_ids
        )

    def test_who_revokes(self):
        may = {"reader", "sales", "head", "archivist", "compliance", "management"}
        for role, user in self.users.items():
            grant = self.give()
            with self.subTest(role):
                if role in may:
                    grant.with_user(user).action_revoke("enough")
                    self.assertEqual(grant.state, "revoked")
                    with self.assertRaisesRegex(UserError, "has already ended"):
                        grant.with_user(user).action_revoke("again")
                    continue
                with self.assertRaises(AccessError):
                    grant.with_user(user).action_revoke("enough")
                self.assertEqual(grant.state, "open")
        with self.assertRaisesRegex(UserError, "Enter (a|the) reason"):
            grant.with_user(self.users["head"]).action_revoke(" ")

    def test_the_button_is_for_who_may_press_it(self):
        grant = self.give()
        shown = [role for role in self.users if self._is_offered(grant, role)]
        self.assertEqual(
            sorted(shown),
            ["archivist", "compliance", "head", "management", "reader", "sales"],
        )
        self.revoke(grant)
        self.assertFalse(self._is_offered(grant, "head"))

    def _is_offered(self, grant, role):
        own = self.as_reader(grant, role)
        return own.has_access("read") and own.can_revoke

    def test_who_reads_by_a_grant_alone_may_apply_for_more(self):
        self.give()
        passing = {
            role: self.as_reader(self.file, role).is_read_in_passing
            for role in ("reader", "sales", "head", "clerk")
        }
        self.assertEqual(
            passing, {"reader": True, "sales": False, "head": False, "clerk": False}
        )

    def test_dialog_revokes_with_its_users_rights(self):
        grant = self.give()
        action = grant.with_user(self.users["sales"]).action_open_revoke()
        dialogs = self.env[action["res_model"]].with_context(**action["context"])
        with self.assertRaises(AccessError):
            dialogs.with_user(self.users["sales_other"]).create({"reason": "x"})
        dialog = dialogs.with_user(self.users["sales"]).create({"reason": "enough"})
        dialog.action_revoke()
        self.assertEqual(grant.state, "revoked")

    # What it opens

    def test_items_open_themselves_and_no_more(self):
        self.give(scope="items", document_ids=self.item)
        self.assertOpen(self.item)
        self.assertOpen(self.item.attachment_ids)
        self.assertShut(self.file)
        self.assertShut(self.file.document_ids - self.item)
        self.assertShut(self.others_copies())
        self.assertShut(self.file.message_ids)
        self.assertShut(self.other_file)
        for role, number in (("reader", "T-1"), ("head", ""), ("sales_other", "")):
            own = self.as_reader(self.item, role)
            self.assertEqual(own._archive_request_numbers(), number)

    def test_a_file_opens_its_items_but_not_what_is_sensitive(self):
        self.give()
        self.assertOpen(self.file)
        sensitive = self.file.document_ids.filtered("is_sensitive")
        self.assertOpen(self.file.document_ids - sensitive)
        self.assertShut(sensitive)
        self.assertShut(self.sensitive.attachment_ids)
        self.assertShut(self.other_file | self.secret_file)
        own = self.as_reader(self.file)
        self.assertNotIn(self.sensitive, own.document_ids)
        self.assertEqual(self.as_reader(self.sensitive)._archive_request_numbers(), "")

    def test_sensitive_values_open_only_if_they_were_asked_for(self):
        self.give(user="sales_other")
        self.assertShut(self.value, "sales_other")
        self.give(user="sales_other", include_sensitive=True)
        self.assertOpen(self.value, "sales_other")
        self.assertOpen(self.sensitive | self.item, "sales_other")

    def test_a_sensitive_item_opens_its_own_value_alone(self):
        items = self.sensitive
        self.give(
            user="sales_other",
            scope="items",
            document_ids=items,
            include_sensitive=True,
        )
        self.assertOpen(items.secret_ids, "sales_other")
        self.assertShut(self.value, "sales_other")
        self.assertShut(self.file, "sales_other")

    def test_naming_a_sensitive_item_isnt_asking_for_it(self):
        self.give(user="sales_other", scope="items", document_ids=self.sensitive)
        self.assertShut(self.sensitive, "sales_other")
        self.assertShut(self.sensitive.secret_ids, "sales_other")

    def test_above_the_clearance_it_opens_what_was_granted(self):
        """Whatever else the role reads of other files."""
        for role in ("reader", "finance"):
            item = self.ordinary(self.secret_file)
            sensitive = self.secret_file.document_ids.filtered(
                lambda each: each.is_sensitive and each.is_received
            )
            grant = self.give(user=role, archive=self.secret_file)
            with self.subTest(role):
                self.assertOpen(self.secret_file, role)
                self.assertOpen(item, role)
                self.assertShut(sensitive, role)
                self.revoke(grant)
                self.assertShut(self.secret_file, role)
                self.assertShut(item, role)
                self.give(
                    user=role,
                    archive=self.secret_file,
                    scope="items",
                    document_ids=item,
                )
                self.assertOpen(item, role)
                self.assertShut(self.secret_file, role)
                self.assertShut(self.secret_file.document_ids - item, role)

    def test_items_taken_away_widen_nothing(self):
        grant = self.give(scope="items", document_ids=self.item)
        copies = self.item.attachment_ids
        self.env.cr.execute(
            "DELETE FROM customer_archive_document_customer_archive_grant_rel"
        )
        self.env.invalidate_all()
        self.assertFalse(grant.document_ids)
        self.assertShut(self.file)
        self.assertShut(self.file.document_ids)
        self.assertShut(copies)
        # Nor does what is added to the file later.
        other = self.give(scope="items", document_ids=self.item)
        added = self.item.with_user(self.users["sales"]).copy()
        self.assertNotIn(added, other.document_ids)
        self.assertShut(added)

    def test_other_companies_stay_apart(self):
        self.give()
        company = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        stranger = new_test_user(
            self.env,
            "t_elsewhere",
            groups="customer_archive.group_reader",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.users["stranger"] = stranger
        self.addCleanup(self.users.pop, "stranger")
        self.give(user="stranger")
        self.assertShut(self.file, "stranger")
        forged = self.file.with_user(stranger).with_context(
            allowed_company_ids=self.file.company_id.ids
        )
        with self.assertRaises(AccessError):
            forged.search([])
        # And whom the company was taken from.
        reader = self.users["reader"]
        reader.write({"company_ids": [Command.set(company.ids)], "company_id": company})
        self.assertShut(self.file)

    def test_without_the_role_it_opens_nothing(self):
        self.give()
        self.users["reader"].group_ids = self.env.ref("base.group_user")
        own = self.as_reader(self.file)
        with self.assertRaises(AccessError):
            own.read(["note"])

    def test_who_is_deactivated_loses_it_for_good(self):
        grant = self.give()
        self.users["reader"].active = False
        self.assertEqual(grant.state, "revoked")
        self.users["reader"].active = True
        self.assertShut(self.file)

    def test_on_the_second(self):
        """Two seconds, without anything that tidies up."""
        end = fields.Datetime.now() + timedelta(seconds=2)
        grant = self.give(date_to=end)
        self.assertOpen(self.file)
        self.wait_until(end)
        self.assertShut(self.file)
        self.assertShut(self.item)
        self.env.invalidate_all()
        self.assertEqual(grant.state, "over")
