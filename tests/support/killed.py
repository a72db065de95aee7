"""Processes that are killed: they end without a farewell, whatever they were doing."""

import contextlib
import os
import signal
import traceback

import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry


def fork(registry, call, uid=SUPERUSER_ID, dbname=None):
    """Run ``call`` with an environment in a process of its own; return its id.

    :param dbname: a copy of the registry's database to work on instead
    """
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        with own_connections(registry, dbname), registry.cursor() as cr:
            call(api.Environment(cr, uid, {}))
        code = 0
    except Exception:  # noqa: BLE001 -- shown, for nobody is there to catch it
        traceback.print_exc()
    finally:
        os._exit(code)


def was_killed(pid):
    """Wait for a process to end; return whether it was killed.

    :raise AssertionError: if it failed
    """
    _pid, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) == signal.SIGKILL
    assert os.WEXITSTATUS(status) == 0, "the process failed, see above"
    return False


def die(*_arguments):
    os.kill(os.getpid(), signal.SIGKILL)


@contextlib.contextmanager
def own_connections(registry, dbname=None):
    """Give a forked process connections of its own; its parent's aren't closed."""
    kept = odoo.sql_db._Pool, odoo.sql_db._Pool_readonly, registry._db
    odoo.sql_db._Pool = odoo.sql_db._Pool_readonly = None
    if dbname:
        # Of the same models: it need not be loaded for the copy.
        registry.db_name = dbname
        Registry.registries[dbname] = registry
    registry._db = odoo.sql_db.db_connect(registry.db_name)
    yield kept
