"""What the matrix of rights is tried on, by the names that its modules share."""

import base64

ARCHIVE, ITEM, SECRET = (
    "customer.archive",
    "customer.archive.document",
    "customer.archive.secret",
)
APPROVAL, LOG, ANCHOR = (
    "customer.archive.approval",
    "customer.archive.log",
    "customer.archive.log.anchor",
)
CHANGE, LINE = "customer.archive.change", "customer.archive.change.line"
PARTY = "res.partner"
COPY, UNDERTAKING = "ir.attachment", "customer.archive.undertaking"
CONSULTATION, GRANT = "customer.archive.consultation", "customer.archive.grant"
FILE_MODELS = (ARCHIVE, ITEM, SECRET, APPROVAL, COPY)
# A picture, so that every way to look at a copy shows it as it is.
SCAN = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAA"
    "SUVORK5CYII="
)
TRAINED = "2026-03-01"
# Files whose items, values and copies are tried; to the rest the same applies.
OF_FILES = ("draft", "review", "active", "other", "supplier", "company")
