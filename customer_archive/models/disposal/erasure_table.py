"""What of a file is emptied when it is destroyed, model by model: the only list of it.

Every model of this addon that refers to a file, or holds text, is in one of the two
tables; a test walks through all of them. Texts go unless they are named as kept: so
a field that is added later is emptied, too.
"""

from typing import NamedTuple

# In the place of a text that a row can't be without.
ERASED = "—"
# Columns in which somebody's words or numbers can be.
TEXTS = ("char", "text", "html", "json", "binary", "properties")


class Emptied(NamedTuple):
    """Rows that stay as a trace, without texts.

    :param keep: texts that stay: numbers given by the system, codes, digests
    :param also: further fields, with what is left in them
    :param path: path to the file
    :param whole: whether a row concerns several files, and is emptied with the last
    """

    keep: frozenset = frozenset()
    also: dict = {}
    path: str = "archive_id"
    whole: bool = False


class Deleted(NamedTuple):
    """Rows that go."""

    path: str = "archive_id"


def _keeping(*names, path="archive_id", whole=False, **also):
    return Emptied(frozenset(names), also, path, whole)


OF_FILES = {
    "customer.archive": _keeping(
        # The number and the certificate are what remains of it.
        *("name", "number_prefix", "key_id", "erasure_pending"),
        path="id",
        chosen_contact_id=None,
        location_id=None,
        credit_grade_id=None,
        risk_grade_id=None,
        supplier_grade_id=None,
        grade_id=None,
    ),
    # Lines first: they would go with the assessment.
    "customer.archive.assessment.line": Deleted(),
    "customer.archive.assessment": Deleted(),
    "customer.archive.agreement": _keeping("name"),
    "customer.archive.agreement.performance": Deleted(),
    "customer.archive.annual.request": _keeping("name"),
    # What was found stays, without its words.
    "customer.archive.audit.finding": _keeping(),
    "customer.archive.audit.line": _keeping("name", "basis"),
    "customer.archive.approval": _keeping("name", "res_model"),
    "customer.archive.change": _keeping("name"),
    "customer.archive.change.line": _keeping(
        contact_id=None, bank_id=None, document_id=None, secret_id=None
    ),
    "customer.archive.consultation": _keeping("name"),
    "customer.archive.credit.fact": Deleted(),
    "customer.archive.disposal": _keeping(
        *("name", "method", "stop_reason", "certificate"),
        path="line_ids.archive_id",
        whole=True,
    ),
    "customer.archive.disposal.line": _keeping("archive_number", "transfer_to"),
    "customer.archive.document": _keeping(
        issue_date=None,
        valid_until=None,
        is_paper=False,
        is_received=False,
        is_complete=False,
        location_id=None,
    ),
    "customer.archive.doubt": Deleted(),
    "customer.archive.event": Deleted(),
    "customer.archive.grant": Deleted(),
    "customer.archive.hold": _keeping("name"),
    "customer.archive.incident": _keeping("name", path="archive_ids", whole=True),
    "customer.archive.incident.person": _keeping(
        path="incident_id.archive_ids", whole=True
    ),
    # What was found stays, without the names of copies.
    "customer.archive.integrity": _keeping(),
    "customer.archive.restore": _keeping(),
    "customer.archive.integrity.line": _keeping(),
    "customer.archive.import.row": Deleted(),
    "customer.archive.loan": _keeping("name"),
    "customer.archive.loan.extension": _keeping("name"),
    "customer.archive.loan.line": _keeping("archive_number"),
    "customer.archive.move": _keeping(),
    # Its workbook goes, too: see _erase_registers().
    "customer.archive.register.run": _keeping(path="archive_ids"),
    "customer.archive.registry.check": Deleted(),
    "customer.archive.review": _keeping("name"),
    "customer.archive.secret": Deleted(),
    "customer.archive.sharing": _keeping("name"),
    "customer.archive.sharing.package": _keeping("digest"),
    "customer.archive.stocktake.line": _keeping(),
    "customer.archive.waiver": _keeping("name"),
    # Manifest and list, which name the party, go; the signed list stays on paper.
    "customer.archive.transfer": _keeping(
        *("name", "transfer_to", "manifest_digest"), path="line_ids.archive_id"
    ),
    # The manifest of an export is kept by file: one that goes takes its own part.
    "customer.archive.tree": _keeping(
        *("name", "path", "target_address", "target_digest", "target_where"),
        "manifest_digest",
        path="line_ids.archive_id",
        whole=True,
    ),
    "customer.archive.tree.line": _keeping("archive_number"),
}

# Configuration, people's own undertakings and trainings, and the record of use, whose
# notes are erased by themselves so that its chain stays valid.
NOT_OF_FILES = {
    "customer.archive.annual",
    "customer.archive.annual.line",
    "customer.archive.assessment.factor",
    "customer.archive.assessment.grade",
    "customer.archive.assessment.scheme",
    "customer.archive.approval.policy",
    "customer.archive.approval.step",
    "customer.archive.audit",
    "customer.archive.audit.point",
    "customer.archive.backup",
    "customer.archive.backup.content",
    "customer.archive.backup.target",
    "customer.archive.category",
    "customer.archive.change.field",
    "customer.archive.document.type",
    # What staff say of how files are handled, and figures, which store nothing.
    "customer.archive.feedback",
    "customer.archive.figure",
    "customer.archive.gate",
    "customer.archive.event.type",
    "customer.archive.import",
    "customer.archive.import.column",
    # Of rooms and cabinets, and of no file.
    "customer.archive.inspection",
    "customer.archive.inspection.line",
    "customer.archive.inspection.photo",
    "customer.archive.inspection.point",
    "customer.archive.location",
    "customer.archive.log",
    "customer.archive.log.anchor",
    "customer.archive.register",
    "customer.archive.register.column",
    "customer.archive.register.schedule",
    "customer.archive.regulation",
    "customer.archive.regulation.acknowledgement",
    "customer.archive.regulation.version",
    "customer.archive.retention.policy",
    "customer.archive.retention.table",
    "customer.archive.review.cycle",
    "customer.archive.stocktake",
    "customer.archive.training",
    "customer.archive.training.line",
    "customer.archive.undertaking",
}

# What of a party stays if documents need it: whom they were made out to. All other
# texts, dates and amounts of it go.
PARTY_OF_DOCUMENTS = frozenset(
    (
        *("name", "street", "street2", "zip", "city", "vat", "company_registry"),
        *("complete_name", "commercial_company_name", "company_name"),
    )
)
# How the ERP works with a party, and what says nothing about it.
PARTY_TECHNICAL = frozenset(("lang", "tz", "color", "autopost_bills", "peppol_eas"))
