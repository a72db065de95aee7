"""What nobody can do over RPC; the tables are in the modules named rpc_*.

Several classes, because the runner shares the work out by class.
"""

import io
import zipfile

from odoo.tests import tagged
from odoo.tools import mute_logger

from . import (
    rpc_chains,
    rpc_decisions,
    rpc_detours,
    rpc_locks,
    rpc_readings,
    rpc_table,
    rpc_thefts,
)
from .rpc_case import TRANSPORTS, RpcCase
from .rpc_fixtures import MARK, SCAN
from .rpc_table import EXPORT


def all_chains():
    yield from rpc_chains.default_chains()
    yield from rpc_chains.paper_chains()
    yield from rpc_detours.binding_chains()
    yield from rpc_detours.wizard_chains()


@tagged("post_install", "-at_install")
class TestRpcDecisions(RpcCase):
    def test_approval_rows(self):
        self.run_rows(rpc_decisions.approval_rows())

    def test_decisions(self):
        self.run_rows(rpc_decisions.decision_rows())

    def test_states_and_numbers(self):
        self.run_rows(rpc_decisions.state_rows())

    def test_controls(self):
        """What must work, so that the refusals above aren't those of a broken call."""
        self.run_rows(rpc_thefts.control_rows())


@tagged("post_install", "-at_install")
class TestRpcLocks(RpcCase):
    def test_locks(self):
        self.run_rows(rpc_locks.lock_rows())


@tagged("post_install", "-at_install")
class TestRpcReadings(RpcCase):
    def test_readings(self):
        self.run_rows(rpc_readings.reading_rows())

    def test_private_methods(self):
        self.run_rows(rpc_thefts.private_rows())


@tagged("post_install", "-at_install")
class TestRpcDetours(RpcCase):
    def test_thefts(self):
        self.run_rows(rpc_thefts.theft_rows())

    @mute_logger("odoo.http")
    def test_chains(self):
        for transport in TRANSPORTS:
            for chain in all_chains():
                with self.subTest(chain.name, transport=transport), self.undone():
                    self.run_chain(transport, chain)


@tagged("post_install", "-at_install")
class TestRpcDownloads(RpcCase):
    @mute_logger("odoo.http", "odoo.addons.base.models.ir_binary")
    def test_copies_by_url(self):
        """A copy is downloaded by readers of its file only."""
        for role in (*rpc_table.OUTSIDERS, "sales", "auditor"):
            self.log_in("call_kw", role)
            for state in rpc_table.STATES:
                copy = self.ground.copies[state].id
                ways = ("content/{}", "content/ir.attachment/{}/raw")
                for url in (f"/web/{way.format(copy)}" for way in ways):
                    with self.subTest(url=url, role=role, state=state):
                        found = SCAN in self.url_open(url).content
                        self.assertEqual(found, role not in rpc_table.OUTSIDERS)

    @mute_logger("odoo.http")
    def test_exports_by_url(self):
        """An export holds what its user may see, and is nobody else's."""
        for transport in TRANSPORTS:
            for role in ("sales", "clerk", "sales_other", "purchase"):
                with self.subTest(role=role, transport=transport), self.undone():
                    self.assertEqual(
                        self._exported(transport, role, role),
                        role in ("sales", "clerk"),
                    )
            for role in ("clerk", "sales_other", "employee", "portal", "public"):
                with (
                    self.subTest("another's", role=role, transport=transport),
                    self.undone(),
                ):
                    self.assertFalse(self._exported(transport, "sales", role))

    def _exported(self, transport, role, by):
        """Whether ``by`` downloads hidden files with a dialog of ``role``'s."""
        self.log_in(transport, role)
        values = {"register_id": self.ground.register.id, "scope": "selected"}
        values["archive_ids"] = [(6, 0, self.ground.file_ids())]
        error, made = self.call(
            transport, role, EXPORT, "create", None, {"vals_list": values}
        )
        if error:
            return False
        self.log_in("call_kw", by)
        content = self.url_open(
            f"/customer_archive/export/{made if isinstance(made, int) else made[0]}"
        ).content
        if not zipfile.is_zipfile(io.BytesIO(content)):
            return False
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return any(MARK.encode() in book.read(name) for name in book.namelist())
