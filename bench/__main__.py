"""Benchmarks: each figure is a ratio of two measurements of one run.

Called by ``./dev bench`` with a fresh database and the names wanted. Prints
``NAME value target ok|short`` a line and ends with 1 if one is short.
"""

import importlib
import pkgutil
import sys
from pathlib import Path

import odoo.modules.registry
from odoo import SUPERUSER_ID, api
from odoo.tools import config


def main(database, names):
    folder = str(Path(__file__).parent)
    modules = {module.name for module in pkgutil.iter_modules([folder])}
    known = sorted(modules - {"__main__", "ground"})
    if unknown := set(names) - set(known):
        print(f"unknown: {', '.join(unknown)}; there are: {', '.join(known)}")
        return 2
    return max([run(name, database) for name in names or known], default=0)


def run(name, database):
    """Run one benchmark; its ``figures(env)`` gives (name, value, target, at most?)."""
    module = importlib.import_module(f"bench.{name}")
    registry = odoo.modules.registry.Registry(database)
    short = 0
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        for figure, value, target, at_most in module.figures(env):
            ok = value <= target if at_most else value >= target
            sign = "≤" if at_most else "≥"
            print(
                f"{figure} {value:.2f} {sign}{target:g} {'ok' if ok else 'short'}",
                flush=True,
            )
            short |= not ok
        cr.rollback()
    return int(short)


if __name__ == "__main__":
    config.parse_config(["--log-level=error", "--max-cron-threads=0"])
    sys.exit(main(sys.argv[1], sys.argv[2:]))
