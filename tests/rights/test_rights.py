"""Who may do what over RPC: exactly what rights.tsv says, whatever the context.

And names of records are given to those who may read them, whoever asks for which.
"""

from odoo.tests import tagged
from odoo.tools import mute_logger, split_every

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import PASSWORD
from .rights_case import QUIET, RightsCase, our_models
from .rights_names import FILE_MODELS, PARTY
from .rights_operations import create_tries, method_tries, record_tries, write_tries
from .rights_table import EVERYONE

NAMES = "/web/action/load_breadcrumbs"
BANK = "res.partner.bank"
ASKING = ("portal", "employee", "reader", "sales_other", "admin")


@tagged("post_install", "-at_install")
class TestRights(RightsCase):
    """One class: to make the records costs more than the sample of one operation.

    Requirements C5, G1 and I4.
    """

    @mute_logger(*QUIET)
    def test_finding(self):
        """Every way to find records finds the same, and no others."""
        for role in EVERYONE:
            self.log_in("call_kw", role)
            for name in our_models(self.env):
                self.find(role, self.env[name])
        self.compare()

    @mute_logger(*QUIET)
    def test_methods(self):
        self.try_all(method_tries, [*our_models(self.env), PARTY])

    @mute_logger(*QUIET)
    def test_files(self):
        self.try_all(record_tries, FILE_MODELS)

    @mute_logger(*QUIET)
    def test_others(self):
        self.try_all(record_tries, self.others())

    @mute_logger(*QUIET)
    def test_creating(self):
        for role in EVERYONE:
            self.log_in("call_kw", role)
            for name in our_models(self.env):
                for each in create_tries(self.ground, self.env[name]):
                    self.attempt(role, name, each)
        self.compare()

    @mute_logger(*QUIET)
    def test_writing_files(self):
        self.try_all(write_tries, FILE_MODELS)

    @mute_logger(*QUIET)
    def test_writing_others(self):
        self.try_all(write_tries, self.others())

    def others(self):
        return [name for name in our_models(self.env) if name not in FILE_MODELS]

    # Breadcrumbs name whatever record a client asks for.

    def told(self, role, records):
        """Return what Odoo's breadcrumbs say of each record, as dicts."""
        self.authenticate(f"t_{role}", PASSWORD)
        named = [
            {"model": each._name, "resId": each.id, "view_type": "form"}
            for each in records
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        answers = []
        with mute_logger(*QUIET):
            # All at once would outlast a request on a busy machine.
            for part in split_every(100, named, list):
                answers += self.make_jsonrpc_request(NAMES, {"actions": part})
        return answers

    def records(self):
        """Return one by one the first records of each of our models that has any."""
        return [
            record
            for name in our_models(self.env)
            for record in self.env[name]
            .sudo()
            .with_context(active_test=False)
            .search([], limit=40)
        ]

    def test_names_in_every_model(self):
        records = self.records()
        self.assertGreater(len({each._name for each in records}), 30)
        for role in ASKING:
            hidden = [
                each
                for each in records
                if not each.with_user(self.users[role]).has_access("read")
            ]
            # One by one: what one record names isn't what another is told by.
            for record, told in zip(hidden, self.told(role, hidden), strict=True):
                with self.subTest(role, record=record):
                    self.assertNotIn("display_name", told)
            self.assertGreater(len({each._name for each in hidden}), 5)

    def test_names_for_who_may_read(self):
        file = self.ground.files["active"]
        [told] = self.told("sales", [file])
        self.assertEqual(told, {"display_name": file.display_name})

    def test_names_of_accounts(self):
        party = self.ground.files["active"].partner_id
        number = {"partner_id": party.id, "acc_number": "310012345678900"}
        bank = as_system(self.env[BANK]).create(number)
        [told] = self.told("portal", [bank])
        self.assertNotIn("display_name", told)
        [told] = self.told("employee", [bank])
        self.assertIn("8900", told["display_name"])
        self.assertNotIn("31001", told["display_name"])
