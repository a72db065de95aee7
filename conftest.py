"""Fails each test during which Odoo logged a warning or an error."""

import logging

import pytest


class _Collector(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.records = []

    def emit(self, record):
        self.records.append(record)


@pytest.fixture(autouse=True)
def no_warnings():
    """What a test expects to be logged, it catches with assertLogs or mute_logger."""
    collector = _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    yield
    root.removeHandler(collector)
    lines = [
        f"{record.levelname} {record.name}: {record.getMessage()}"
        for record in collector.records
    ]
    assert not lines, "logged during the test:\n" + "\n".join(lines)
