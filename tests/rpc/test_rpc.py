"""What nobody can do over RPC; the tables are in the modules named rpc_*.

Who may download a copy is tried with the matrix of rights.
"""

import io
import zipfile

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..support.size import meets
from . import (
    rpc_chains,
    rpc_decisions,
    rpc_detours,
    rpc_locks,
    rpc_readings,
    rpc_thefts,
)
from .rpc_case import TRANSPORTS, RpcCase
from .rpc_fixtures import MARK
from .rpc_table import EXPORT


def all_chains():
    yield from rpc_chains.default_chains()
    yield from rpc_chains.paper_chains()
    yield from rpc_detours.binding_chains()
    yield from rpc_detours.wizard_chains()


@tagged("post_install", "-at_install")
class TestRpc(RpcCase):
    """One class: to make the records costs more than the sample of one table.

    Requirement I4.
    """

    def test_approval_rows(self):
        self.run_rows(rpc_decisions.approval_rows())

    def test_decisions(self):
        self.run_rows(rpc_decisions.decision_rows())

    def test_states_and_numbers(self):
        self.run_rows(rpc_decisions.state_rows())

    def test_controls(self):
        """What must work, so that the refusals above aren't those of a broken call."""
        self.run_rows(rpc_thefts.control_rows())

    def test_locks(self):
        self.run_rows(rpc_locks.lock_rows())

    def test_readings(self):
        self.run_rows(rpc_readings.reading_rows())

    def test_private_methods(self):
        self.run_rows(rpc_thefts.private_rows())

    def test_thefts(self):
        self.run_rows(rpc_thefts.theft_rows())

    @mute_logger("odoo.http")
    def test_chains(self):
        for turn, transport in enumerate(TRANSPORTS):
            for number, chain in enumerate(all_chains()):
                if not meets(len(TRANSPORTS), number, turn):
                    continue
                with self.subTest(chain.name, transport=transport), self.undone():
                    self.run_chain(transport, chain)

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
