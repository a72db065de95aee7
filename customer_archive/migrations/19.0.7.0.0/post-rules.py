# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Puts the record rules into the words of today; they mean what they meant.

An update leaves rules alone, because administrators may have changed them: those that
are as they were shipped get their new words, the others stay and are told in the log.
``rules.tsv`` has the digest of what each of them was.
"""

import hashlib
import logging
from pathlib import Path

from lxml import etree
from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api
from odoo.modules import get_module_path

_logger = logging.getLogger(__name__)
MODULE = "customer_archive"


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    texts = new_texts()
    for name, before in old_digests().items():
        rule = env.ref(f"{MODULE}.{name}", raise_if_not_found=False)
        if not rule or name not in texts or rule.domain_force == texts[name]:
            continue
        if digest(rule.domain_force) == before:
            rule.domain_force = texts[name]
        else:
            _logger.warning("Record rule %s was changed by hand and stays", name)


def digest(text):
    return hashlib.sha256((text or "").encode()).hexdigest()[:16]


def old_digests():
    lines = Path(__file__).with_name("rules.tsv").read_text().splitlines()
    return dict(line.split("\t") for line in lines)


def new_texts():
    """Return the domains of the rules that are shipped, whatever the version."""
    texts = {}
    for path in sorted(Path(get_module_path(MODULE), "security").glob("*_rules.xml")):
        for record in etree.parse(path).iter("record"):
            texts[record.get("id")] = record.findtext("field[@name='domain_force']")
    return texts
