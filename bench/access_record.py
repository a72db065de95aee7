"""What the access record costs, against a message and against bare HMAC."""

import hmac
import time
from itertools import islice
from unittest.mock import patch

from odoo.tools import SQL

from odoo.addons.customer_archive.models.audit.customer_archive_log_sealing import (
    ROW_TEXT,
)
from odoo.addons.customer_archive.tools import chain

from .ground import files

EVENTS = 200
ROWS = 1_000_000
PAGE = 5_000
MANY = """
    INSERT INTO customer_archive_log
        (company_id, date, user_id, event, model, res_id, archive_id, detail, mac)
    SELECT %s, now() AT TIME ZONE 'UTC', 2, 'open', 'customer.archive', n, n,
           'row ' || n, ''
      FROM generate_series(1, %s) AS n
"""


def figures(env):
    yield "record_vs_message", *_recording(env), True
    yield "verify_vs_hmac", *_verifying(env), True


def _recording(env):
    """Return the cost of one row, committed and sealed, in messages."""
    [archive] = files(env, 1)
    log = env["customer.archive.log"]
    env.cr.commit()

    def record():
        log._record("reveal", archive, "bank_account", "to pay an invoice")
        env.cr.commit()

    def post():
        archive.message_post(body="to pay an invoice")
        env.cr.commit()

    for call in (record, post):
        call()
    spent = {record: 0.0, post: 0.0}
    # In turns, so that a busy moment of the machine meets both.
    for _turn in range(EVENTS):
        for call in spent:
            start = time.perf_counter()
            call()
            spent[call] += time.perf_counter() - start
    return spent[record] / spent[post], 0.5


def _verifying(env):
    """Return the cost of verifying a long record, in fetching and bare HMAC of it."""
    company = env.company
    log = env["customer.archive.log"]
    env.cr.execute(MANY, [company.id, ROWS])
    # As if the addon had written these rows.
    with patch.object(chain.Chain, "ticket", lambda _chain, row: row["mac"]):
        while log._seal_rows():
            env.cr.commit()
    env.cr.execute("ANALYZE customer_archive_log")
    keyed = log._keyed_chain()
    verifier, rows = chain.Verifier(keyed, company.id), log._rows_of(company)
    verified = bare = 0.0
    # In turns, so that a busy moment of the machine meets both.
    for start in range(0, ROWS, PAGE):
        began = time.perf_counter()
        for row in islice(rows, PAGE):
            verifier.feed(row)
        verified += time.perf_counter() - began
        bare += _bare(env, company, keyed.key, start)
    breaks = verifier.finish()
    assert not breaks, breaks[:3]
    assert verifier.count >= ROWS, verifier.count
    return verified / bare, 2


def _bare(env, company, key, last):
    """Return how long a page takes to be fetched and put through HMAC, in seconds."""
    began = time.perf_counter()
    env.cr.execute(
        SQL(
            "SELECT sequence, %s, digest, mac, note, commitment, event, archive_id, id"
            " FROM customer_archive_log WHERE company_id = %s AND sequence > %s"
            " ORDER BY sequence LIMIT %s",
            ROW_TEXT,
            company.id,
            last,
            PAGE,
        )
    )
    for row in env.cr.fetchall():
        hmac.digest(key, row[1].encode(), "sha256")
    return time.perf_counter() - began
