# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Binds the certificates of destructions that are there already to their lists.

Until now whoever wrote to a list could replace, delete or add them. What can be known:
an attachment that only the system's own user ever wrote, under the certificate's name,
is the one that was made; and a certificate for machines has to name rows that the
access record has. It is bound by its digest as it was found, which the record says.
All others are left where they are, unbound, and named in the server's log.
"""

import json
import logging

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api

from odoo.addons.customer_archive.models.disposal import (
    customer_archive_disposal_certificate as certificate,
)

_logger = logging.getLogger(__name__)

DISPOSAL = "customer.archive.disposal"
# The record's word for a certificate that was there before its digest was kept.
FOUND = "found"


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for disposal in env[DISPOSAL].search([("certificate", "!=", False)]):
        for kind in certificate.KINDS:
            if not disposal[f"certificate_{kind}_id"]:
                _bind(disposal, kind)
    _tell_unbound(env)


def _bind(disposal, kind):
    """Bind the certificate of a kind, if one is there that the system made."""
    found = disposal.env["ir.attachment"].search(
        [
            ("res_model", "=", DISPOSAL),
            ("res_id", "=", disposal.id),
            ("name", "=", f"certificate_{disposal.certificate}.{kind}"),
            ("create_uid", "=", SUPERUSER_ID),
            ("write_uid", "=", SUPERUSER_ID),
        ],
        order="id",
    )
    for attachment in found:
        with attachment._archive_plain() as source:
            content = source.read()
        if kind == "pdf" or _fits_record(disposal, content):
            digest = certificate.digest_of(content)
            disposal._bind_certificate(kind, attachment.id, digest, FOUND)
            return


def _fits_record(disposal, content):
    """Whether the erasures that a certificate names are those of the record."""
    try:
        values = json.loads(content)
        told = {
            (file["archive_id"], file["erasure"]["sequence"]): file["erasure"]["digest"]
            for file in values["files"]
        }
        number = values["number"]
    except (ValueError, KeyError, TypeError):
        return False
    rows = disposal.env["customer.archive.log"].search(
        [
            ("company_id", "=", disposal.company_id.id),
            ("event", "=", "erase"),
            ("archive_id", "in", [archive_id for archive_id, _place in told]),
        ]
    )
    known = {(row.archive_id.id, row.sequence): row.digest for row in rows}
    return (
        number == disposal.certificate and bool(told) and told.items() <= known.items()
    )


def _tell_unbound(env):
    """Name what looks like a certificate, and isn't one as far as can be known."""
    looking = env["ir.attachment"].search(
        [("res_model", "=", DISPOSAL), ("name", "=like", "certificate%")]
    )
    bound = env[DISPOSAL].search([("certificate", "!=", False)])
    known = looking.browse()
    for kind in certificate.KINDS:
        known |= bound[f"certificate_{kind}_id"]
    for attachment in looking - known:
        _logger.info(
            "“%s” on list %s isn't a certificate that the system is known to have made",
            attachment.name,
            attachment.res_id,
        )
