import time

from psycopg2 import OperationalError

from odoo import fields

TABLE = "customer_archive_register_run"
# How often a run tells how far it is, and looks whether it is still wanted, in seconds.
EVERY = 1


class Stopped(Exception):
    """The run under way was cancelled, or has to be restarted."""


class Progress:
    """Tells how far a run is while its own transaction is still open.

    It does so in short transactions of its own, so that everybody sees it at once.

    :param run: the run, which is marked as running already
    :param int total: number of rows it will write
    """

    def __init__(self, run, total):
        self.pool, self.run_id, self.total = run.pool, run.id, total
        self.done, self.told = 0, None
        self.tell()

    def __call__(self, rows):
        """Count so many rows more.

        :raise Stopped: if the run isn't wanted any more
        """
        self.done += rows
        if time.monotonic() - self.told >= EVERY:
            self.tell()

    def tell(self):
        """Write down how far it is.

        :raise Stopped: if the run isn't wanted any more
        """
        self.told = time.monotonic()
        try:
            with self.pool.cursor() as cr:
                cr.execute(
                    f"UPDATE {TABLE} SET rows_done = %s, rows_total = %s, "
                    "write_date = %s WHERE id = %s AND state = 'running'",
                    [self.done, self.total, fields.Datetime.now(), self.run_id],
                )
                wanted = cr.rowcount
        except OperationalError:
            # Somebody cancels it at this moment: it is seen the next time.
            return
        if not wanted:
            raise Stopped
