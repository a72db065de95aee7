"""Tells, after the tests, where the time went.

pytest's own durations are of no use here: tests that stop or move the clock stop or
move that one, too. This one can't be moved; and the seconds of the processor are told
beside those on the wall, which say little on a machine that does other things as well.
"""

import resource
import time
from collections import defaultdict
from dataclasses import dataclass, field

import pytest

SLOWEST = 25


def _now():
    """Return seconds on the wall, and those that this process and its children used."""
    usages = (
        resource.getrusage(who)
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    used = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return time.clock_gettime(time.CLOCK_MONOTONIC), used


@dataclass
class Cost:
    wall: float = 0
    processor: float = 0
    # What of it was to get ready: a class pays at its first test.
    ready: float = 0
    tests: set = field(default_factory=set)

    def add(self, report):
        wall, processor = report.cost
        self.wall += wall
        self.processor += processor
        self.ready += wall if report.when == "setup" else 0
        self.tests.add(report.nodeid)

    def told(self):
        return f"{self.wall:7.1f} {self.processor:7.1f} {self.ready:7.1f}"


class Durations:
    def __init__(self):
        self.last = _now()
        self.by_test = defaultdict(Cost)
        self.by_package = defaultdict(Cost)

    # In the process that runs the tests

    def pytest_runtest_logstart(self):
        self.last = _now()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self):
        report = (yield).get_result()
        now = _now()
        report.cost = [
            after - before for after, before in zip(now, self.last, strict=True)
        ]
        self.last = now

    # In the one that prints

    def pytest_runtest_logreport(self, report):
        if hasattr(report, "cost"):
            name = report.nodeid.removeprefix("customer_archive/tests/")
            package = name.partition("/")[0] if "/" in name else "tests"
            for each in (self.by_test[name], self.by_package[package]):
                each.add(report)

    def pytest_terminal_summary(self, terminalreporter):
        if not self.by_test:
            return
        write = terminalreporter.write_line
        terminalreporter.section("seconds: on the wall, of the processor, to get ready")
        for name, cost in self._largest(self.by_test)[:SLOWEST]:
            write(f"{cost.told()}  {name}")
        write("")
        for name, cost in self._largest(self.by_package):
            write(f"{cost.told()}  {name}: {len(cost.tests)} tests")

    @staticmethod
    def _largest(costs):
        return sorted(costs.items(), key=lambda pair: -pair[1].wall)


def pytest_configure(config):
    config.pluginmanager.register(Durations(), "customer_archive_durations")
