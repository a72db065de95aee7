"""Keeps what people type about customer files out of the server's log.

Odoo logs failed queries with their values, unexpected errors with their messages, and
at debug level each call with its arguments. Of whatever concerns this addon's models,
the log keeps what is needed to find a mistake (which call, which error, where in the
code), and no value: a number in the wrong place is as secret as in the right one.
"""

import logging
import re
import traceback

from odoo.http import request
from odoo.service.server import thread_local

HIDDEN = "…"
LOGGERS = (
    "odoo.addons.base_import.models.base_import",
    "odoo.addons.rpc.controllers.json2",
    "odoo.addons.web.controllers.export",
    "odoo.api",
    "odoo.domains",
    "odoo.fields",
    "odoo.http",
    "odoo.models",
    "odoo.service.model",
    "odoo.sql_db",
    "werkzeug",
)
# Calls that carry the data of files, besides those of the addon's own models.
CARRIERS = (
    "base_import.",
    "ir.attachment.",
    "ir.default.",
    "ir.filters.",
    "res.partner.bank.",
)
# Accounts are entered with the party, too.
ACCOUNTS = re.compile(r"\b(?:acc_number|bank_ids)\b")
OURS = re.compile(r"customer[._]archive")
LITERAL = re.compile(r"E?'(?:[^'\\]|''|\\.)*'", re.DOTALL)
# What has as many digits as a number of somebody; ids of records have fewer.
NUMBER = re.compile(r"\w*\d(?:[ -]?\d){7,}\w*")
# Addresses of GET requests that hold a filter.
ADDRESS = re.compile(r"(/json/[^?\s\"]*\?)[^\s\"]+")


class Discretion(logging.Filter):
    """Takes values out of log records, and lets all of them pass."""

    def filter(self, record):
        if record.name == "werkzeug":
            _replace(record, _request_line(record))
        elif _concerns_files(record):
            _replace(record, _WITHOUT_VALUES.get(record.name, _message)(record))
            if record.exc_info and record.exc_info[1]:
                record.exc_text = _without_messages(record.exc_info[1])
                record.exc_info = None
        return True


def install():
    """Add the filter to Odoo's loggers, once."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, Discretion) for each in logger.filters):
            logger.addFilter(Discretion())


def _replace(record, message):
    record.msg, record.args = message, ()


def _concerns_files(record):
    call = getattr(thread_local, "rpc_model_method", "") or ""
    if OURS.search(call) or call.startswith(CARRIERS):
        return True
    if request and OURS.search(request.httprequest.path):
        return True
    # The error of an import may be about any model.
    error = record.exc_info and record.exc_info[1]
    text = f"{record.getMessage()} {error or ''}"
    return bool(OURS.search(text) or ACCOUNTS.search(text))


def _request_line(record):
    """A line without the filters that addresses hold."""
    line = ADDRESS.sub(rf"\1{HIDDEN}", record.getMessage())
    return NUMBER.sub(HIDDEN, line) if OURS.search(line) else line


def _message(record):
    return NUMBER.sub(HIDDEN, record.getMessage())


def _call(record):
    """``call records.method(arguments)`` without the arguments."""
    return NUMBER.sub(HIDDEN, record.getMessage().partition("(")[0]) + f"(){HIDDEN}"


def _query(record):
    args = record.args if isinstance(record.args, tuple) else ()
    args = tuple(_decoded(each) for each in args)
    message = str(record.msg) % args if args else record.getMessage()
    query, part, error = message.partition("\nERROR: ")
    # What PostgreSQL says quotes values; its first line tells what is wrong.
    error = re.sub(r'"[^"]*"', HIDDEN, error.partition("\n")[0])
    return NUMBER.sub(HIDDEN, LITERAL.sub(HIDDEN, query) + part + error)


def _decoded(value):
    return value.decode(errors="replace") if isinstance(value, bytes) else value


_WITHOUT_VALUES = {"odoo.service.model": _call, "odoo.sql_db": _query}


def _without_messages(error):
    """Return a traceback that names errors and places only."""
    lines, seen = [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
        lines[:0] = [*frames, f"{type(error).__qualname__}: {HIDDEN}\n"]
        error = error.__cause__ or (
            None if error.__suppress_context__ else error.__context__
        )
    return "".join(["Traceback (most recent call last):\n", *lines]).rstrip()
