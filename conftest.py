"""Fails each test during which Odoo logged a warning, and each skipped one."""

import contextlib
import gc
import logging
import os
import shutil
import tempfile

import pytest
import pytest_odoo

from odoo.tools import config


@contextlib.contextmanager
def _own_filestore(original, name):
    """Give the database of each process a filestore of its own.

    Sharing one, as pytest-odoo does, lets Odoo's clean-up after one process's
    tests delete the files of the other's.
    """
    if name != original:
        shutil.rmtree(config.filestore(name), ignore_errors=True)
        shutil.copytree(config.filestore(original), config.filestore(name))
    try:
        yield
    finally:
        if name != original:
            shutil.rmtree(config.filestore(name), ignore_errors=True)


pytest_odoo._shared_filestore = _own_filestore

# The start of the names of those modules whose classes take longest. Begun last, one
# of them would keep one process busy long after the others have finished.
LONGEST = (
    "test_rights",
    "test_twelve_years",
    "test_updated",
    "test_languages",
    "test_leaks",
    "test_browser_requests",
    "test_rpc",
    "test_history",
    "test_keystore_copied",
    "test_crons_killed",
    "test_deletion",
    "test_uninstall",
    "test_browser",
    "test_request_properties",
    "test_undertaking",
    "test_numbering",
    "test_watermark",
    "test_viewing",
    "test_res_config_settings",
)


def pytest_collection_modifyitems(items):
    """Put the classes that take longest first; the order within a class stays."""

    def place(item):
        names = (
            at for at, name in enumerate(LONGEST) if item.path.name.startswith(name)
        )
        return next(names, len(LONGEST))

    items.sort(key=place)


def pytest_collection_finish():
    """Set aside what is there by now, the registry above all: it stays until the end.

    To go through it again and again for garbage takes a tenth of all time. What a test
    leaves must go soon, though: Odoo goes through all environments for each new one.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_configure(config):
    """Give each process keys of its own, away from those of databases in use."""
    config.customer_archive_keys = tempfile.mkdtemp(prefix="keys-")
    for name in ("keystore", "anchors"):
        folder = os.path.join(config.customer_archive_keys, name)
        os.environ[f"CUSTOMER_ARCHIVE_{name.upper()}"] = folder


def pytest_unconfigure(config):
    shutil.rmtree(config.customer_archive_keys, ignore_errors=True)


class _Collector(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_warnings():
    """What a test expects to be logged, it catches with assertLogs or mute_logger."""
    collector = _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    yield
    root.removeHandler(collector)
    assert not collector.lines, "logged during the test:\n" + "\n".join(collector.lines)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Odoo skips browser tests where there is no browser; here that is a failure."""
    report = (yield).get_result()
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
