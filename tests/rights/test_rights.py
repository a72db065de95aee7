"""Who may do what over RPC: exactly what rights.tsv says, whatever the context.

Several classes, because the runner shares the work out by class.
"""

from odoo.tests import tagged
from odoo.tools import mute_logger

from .rights_case import QUIET, RightsCase, our_models
from .rights_fixtures import FILE_MODELS, PARTY
from .rights_operations import create_tries, method_tries, record_tries, write_tries
from .rights_table import EVERYONE


@tagged("post_install", "-at_install")
class TestRightsFinding(RightsCase):
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


@tagged("post_install", "-at_install")
class TestRightsReading(RightsCase):
    @mute_logger(*QUIET)
    def test_files(self):
        self.try_all(record_tries, FILE_MODELS)


@tagged("post_install", "-at_install")
class TestRightsRecords(RightsCase):
    @mute_logger(*QUIET)
    def test_others(self):
        others = [name for name in our_models(self.env) if name not in FILE_MODELS]
        self.try_all(record_tries, others)

    @mute_logger(*QUIET)
    def test_creating(self):
        for role in EVERYONE:
            self.log_in("call_kw", role)
            for name in our_models(self.env):
                for each in create_tries(self.ground, self.env[name]):
                    self.attempt(role, name, each)
        self.compare()


@tagged("post_install", "-at_install")
class TestRightsWriting(RightsCase):
    @mute_logger(*QUIET)
    def test_files(self):
        self.try_all(write_tries, FILE_MODELS)


@tagged("post_install", "-at_install")
class TestRightsWritingOthers(RightsCase):
    @mute_logger(*QUIET)
    def test_others(self):
        others = [name for name in our_models(self.env) if name not in FILE_MODELS]
        self.try_all(write_tries, others)
