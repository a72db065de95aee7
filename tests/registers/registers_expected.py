"""What each shipped register holds, worked out by plain reads of its records.

By the name after "register_": title, model, which records, in which order, headings
with a function that gives the value of a record, and what is printed below. To ship
another register, add it here, and records to registers_ground.py.
"""

from dataclasses import dataclass, field

import pytz

NOTE = "customer.archive.event"


class Percent(float):
    """A share of 1 that is shown in per cent."""


@dataclass(frozen=True)
class Expected:
    """:param which: whether a record is listed
    :param key: what the records are sorted by
    :param columns: pairs of heading and function
    """

    title: str
    model: str
    columns: tuple
    which: object = lambda _record: True
    key: object = lambda record: record.id
    signatures: tuple = ("Prepared by", "Handled by", "Checked by")
    layout: str = "list"
    # Of a form: heading of each section, and the heading below it.
    sections: tuple = ()
    sums: tuple = field(default=())


def local(record, value):
    """Return a time as a reader in the test's zone sees it."""
    if not value:
        return None
    zone = pytz.timezone("Asia/Shanghai")
    return pytz.utc.localize(value).astimezone(zone).replace(tzinfo=None)


def chosen(record, name):
    return dict(record._fields[name]._description_selection(record.env)).get(
        record[name]
    )


def asked(item_type):
    if item_type.condition and item_type.requirement != "optional":
        return item_type.env._("On condition")
    return chosen(item_type, "requirement")


def answer(record, name):
    return record.env._("Yes") if record[name] else record.env._("No")


def contact(record):
    others = record.partner_id.child_ids - record.partner_id.legal_representative_id
    return others[:1].name


def phone(record):
    """Return the contact's numbers, or the party's."""
    others = record.partner_id.child_ids - record.partner_id.legal_representative_id
    for partner in (others[:1], record.partner_id):
        if numbers := [each for each in (partner.phone, partner.other_phone) if each]:
            return "、".join(numbers)
    return None


def email(record):
    others = record.partner_id.child_ids - record.partner_id.legal_representative_id
    return others[:1].email or record.partner_id.email


def account(record):
    bank = record.partner_id.sudo().bank_ids[:1]
    if not bank:
        return None
    number = bank.acc_number
    return f"{bank.bank_id.name} {'*' * (len(number) - 4)}{number[-4:]}"


def approvers(record):
    """Return who approved a request, in the order of the steps."""
    rows = (
        record.env["customer.archive.approval"]
        .sudo()
        .search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("state", "=", "approved"),
                ("round", "=", record.approval_round),
            ],
            order="sequence",
        )
    )
    return ", ".join(rows.mapped("decided_by_id.name"))


def policy(row):
    """Return what says how long an item type of a category is kept."""
    return row.type_id.retention_policy_id or row.category_id.retention_policy_id


def kept(row):
    """Return how long, in words; shipped ones are in whole years."""
    if policy(row).is_permanent:
        return row.env._("Permanent")
    return row.env._("%s years", policy(row).years)


def given(item):
    return item.is_paper or item.attachment_ids


def days_left(record, last):
    today = record.company_id._archive_now().date()
    return str((last - today).days) if last else None


NUMBER = ("No.", None)
PARTY = "customer.archive"


def _day(value):
    # What has no day comes last, as in the database.
    return (not value, value or 0)


EXPECTED = {
    "summary": Expected(
        "Supplier/customer summary",
        PARTY,
        (
            NUMBER,
            ("Supplier/Customer", lambda r: r.partner_id.name),
            (
                "Company's Legal Representative",
                lambda r: r.partner_id.legal_representative_id.name,
            ),
            ("Contact", contact),
            ("Contact Phone", phone),
            ("Contact E-mail", email),
            ("Content of Cooperation", lambda r: r.cooperation_content),
            ("Remarks", lambda r: r.note),
        ),
        key=lambda r: (r.department_id.complete_name or "", r.id),
        signatures=("Prepared by", "Handled by", "Reviewed by"),
    ),
    "basic_data": Expected(
        "Supplier/customer basic data form",
        PARTY,
        (
            ("Name of Company", lambda r: r.partner_id.name),
            ("Address", lambda r: r.partner_id.registered_address),
            (
                "Legal Representative's Name",
                lambda r: r.partner_id.legal_representative_id.name,
            ),
            ("Business Licence", lambda r: r.partner_id.vat),
            ("Bank and Account Number", account),
            ("Main Products in Cooperation", lambda r: r.main_products),
            ("Contact Phone", phone),
            ("Contact Fax", lambda r: r.partner_id.fax),
            ("Contact", contact),
            ("Handler", lambda r: r.user_id.name),
            ("E-mail Address", email),
            ("Other", lambda r: r.other_contact),
            ("Remarks", lambda r: r.note),
        ),
        key=lambda r: (r.department_id.complete_name or "", r.id),
        signatures=("Handler", "Date"),
        layout="form",
        sections=(
            ("I. Company Data", "Name of Company"),
            ("II. Contact Details", "Contact Phone"),
        ),
    ),
    "ledger": Expected(
        "File register",
        PARTY,
        (
            NUMBER,
            ("File Number", lambda r: r.name),
            ("Supplier/Customer", lambda r: r.partner_id.name),
            ("Credit Code", lambda r: r.partner_id.vat),
            ("Category", lambda r: r.category_id.name),
            ("Relationship Stage", lambda r: chosen(r, "relation_stage")),
            ("Department", lambda r: r.department_id.name),
            ("Account Manager", lambda r: r.user_id.name),
            ("Filed on", lambda r: r.opening_date),
            ("Security Level", lambda r: chosen(r, "security_level")),
            (
                "Number of Items",
                lambda r: len(r.document_ids.filtered(given)),
            ),
            ("Completeness", lambda r: Percent(r.completeness / 100)),
            ("Custodian", lambda r: r.custodian_id.name),
            ("Storage Location", lambda r: r.place),
            ("Status", lambda r: chosen(r, "state")),
            ("Remarks", lambda r: r.note),
        ),
        which=lambda r: r.name,
        key=lambda r: r.name,
        sums=("Number of Items",),
    ),
    "index": Expected(
        "Folder index of items",
        "customer.archive.document",
        (
            NUMBER,
            ("File Number", lambda r: r.archive_id.name),
            ("Supplier/Customer", lambda r: r.archive_id.partner_id.name),
            ("Item No.", lambda r: str(r.item_number) if r.item_number else None),
            ("Group", lambda r: chosen(r, "group")),
            ("Item", lambda r: r.type_id.name),
            ("Number", lambda r: r.shown_number),
            ("Document Form", lambda r: chosen(r, "form")),
            ("On Paper", lambda r: answer(r, "is_paper")),
            ("Received on", lambda r: r.received_on),
            ("Valid until", lambda r: r.valid_until),
            ("Remarks", lambda r: r.note),
        ),
        which=given,
        # As files are sorted: the newest first.
        key=lambda r: (-r.archive_id.id, r.group, r.sequence, r.id),
    ),
    "consultation": Expected(
        "Consultation register",
        "customer.archive.consultation",
        (
            NUMBER,
            ("Number", lambda r: r.name),
            ("Requested on", lambda r: r.request_date),
            ("Requester", lambda r: r.user_id.name),
            ("Customer/Supplier", lambda r: r.partner_id.name),
            ("File Number", lambda r: r.archive_id.sudo().name),
            ("Items", lambda r: r.env._("The whole file")),
            ("Purpose", lambda r: r.purpose),
            ("Approved by", approvers),
            ("From", lambda r: local(r, r.grant_ids.date_from)),
            ("Until", lambda r: local(r, r.grant_ids.date_to)),
            ("Ended Early", lambda r: local(r, r.grant_ids.revoked_on)),
            ("Status", lambda r: chosen(r, "state")),
        ),
        which=lambda r: r.request_date,
        key=lambda r: (r.request_date, r.id),
    ),
    "location": Expected(
        "Register of storage locations",
        "customer.archive.location",
        (
            NUMBER,
            ("Storage Location", lambda r: r.complete_name),
            ("Type", lambda r: chosen(r, "kind")),
            ("Code", lambda r: r.code),
            ("Barcode", lambda r: r.barcode),
            ("Responsible Person", lambda r: r.custodian_id.name),
            ("Capacity", lambda r: r.capacity),
            ("Number of Files", lambda r: r.file_count),
            ("Fire", lambda r: answer(r, "has_fire_protection")),
            ("Damp", lambda r: answer(r, "has_damp_protection")),
            ("Theft", lambda r: answer(r, "has_theft_protection")),
            ("Insects", lambda r: answer(r, "has_insect_protection")),
            ("Remarks", lambda r: r.note),
        ),
        key=lambda r: (r.complete_name, r.id),
    ),
    "stocktake": Expected(
        "Stocktake register",
        "customer.archive.stocktake.line",
        (
            NUMBER,
            ("Stocktake", lambda r: r.stocktake_id.name),
            ("Started", lambda r: local(r, r.stocktake_id.started_on)),
            ("File Number", lambda r: r.archive_id.name),
            ("Supplier/Customer", lambda r: r.partner_id.name),
            ("Item", lambda r: r.document_id.type_id.name),
            ("Unknown Code", lambda r: r.code),
            ("Expected in", lambda r: r.expected_id.complete_name),
            ("Found in", lambda r: r.found_id.complete_name),
            ("Result", lambda r: chosen(r, "result")),
            ("Counted by", lambda r: r.counted_by_id.name),
            ("Counted on", lambda r: local(r, r.counted_on)),
            ("How Settled", lambda r: chosen(r, "settlement")),
            ("What Was Done", lambda r: r.note),
            ("Settled by", lambda r: r.settled_by_id.name),
            ("Settled on", lambda r: r.settled_on),
            ("Signed by", lambda r: r.stocktake_id.signed_by_id.name),
            ("Stocktake Witness", lambda r: r.stocktake_id.witness_id.name),
            ("Signed on", lambda r: local(r, r.stocktake_id.witnessed_on)),
        ),
        key=lambda r: (-r.stocktake_id.id, r.id),
    ),
    "inspection": Expected(
        "Inspection register",
        "customer.archive.inspection.line",
        (
            NUMBER,
            ("Inspection", lambda r: r.inspection_id.name),
            ("Storage Location", lambda r: r.inspection_id.location_id.complete_name),
            ("Inspect by", lambda r: r.inspection_id.due_on),
            ("Point", lambda r: r.point_id.name),
            ("Result", lambda r: chosen(r, "result")),
            ("Reading with Unit", lambda r: r.reading),
            ("Remarks", lambda r: r.note),
            ("Inspected by", lambda r: r.answered_by_id.name),
            ("Inspected on", lambda r: local(r, r.answered_on)),
            ("What Is Wrong", lambda r: r.finding),
            ("Severity", lambda r: chosen(r, "severity")),
            ("Repaired by (Responsible)", lambda r: r.responsible_id.name),
            ("Measure", lambda r: r.measure),
            ("Repair by", lambda r: r.deadline),
            ("Repair Status", lambda r: chosen(r, "finding_state")),
            ("What Was Repaired", lambda r: r.repair_note),
            ("Repair Recorded by", lambda r: r.repaired_by_id.name),
            ("Repaired on", lambda r: local(r, r.repaired_on)),
            ("Repair Confirmed by", lambda r: r.confirmed_by_id.name),
            ("Confirmed on", lambda r: local(r, r.confirmed_on)),
            ("Signed by", lambda r: r.inspection_id.signed_by_id.name),
            ("Signed on", lambda r: local(r, r.inspection_id.signed_on)),
        ),
        key=lambda r: (-r.inspection_id.id, r.sequence, r.id),
    ),
    "loan": Expected(
        "Loan register",
        "customer.archive.loan.line",
        (
            NUMBER,
            ("Loan Number", lambda r: r.loan_id.name),
            ("Requested on", lambda r: r.loan_id.request_date),
            ("Borrower", lambda r: r.loan_id.user_id.name),
            ("Department", lambda r: r.loan_id.borrower_department_id.name),
            ("Supplier/Customer", lambda r: r.loan_id.partner_id.name),
            ("File Number", lambda r: r.archive_id.sudo().name),
            ("Item", lambda r: r.type_id.name),
            ("Document Form", lambda r: chosen(r, "form")),
            ("Purpose", lambda r: r.loan_id.purpose),
            ("Approved by", lambda r: approvers(r.loan_id)),
            ("Handed out on", lambda r: local(r, r.out_on)),
            ("Handed out by", lambda r: r.handed_by_id.name),
            ("Due Back", lambda r: r.loan_id.due_date),
            ("Returned on", lambda r: local(r, r.returned_on)),
            ("Return received by", lambda r: r.taken_by_id.name),
            ("Condition", lambda r: chosen(r, "condition")),
            ("Remarks", lambda r: r.remarks),
            ("Status", lambda r: chosen(r, "state")),
        ),
        key=lambda r: (-r.loan_id.id, r.id),
    ),
    "sharing": Expected(
        "Sharing register",
        "customer.archive.sharing",
        (
            NUMBER,
            ("Number", lambda r: r.name),
            ("Requested on", lambda r: r.request_date),
            ("Requester", lambda r: r.user_id.name),
            ("Department", lambda r: r.archive_id.sudo().department_id.name),
            ("Customer/Supplier", lambda r: r.partner_id.name),
            ("File Number", lambda r: r.archive_id.sudo().name),
            (
                "Items",
                lambda r: ", ".join(r.document_ids.mapped("type_id.name")),
            ),
            ("Recipient", lambda r: r.recipient_name),
            ("Legal Basis", lambda r: chosen(r, "legal_basis")),
            ("Purpose", lambda r: r.purpose),
            ("From", lambda r: local(r, r.date_from)),
            ("Until", lambda r: local(r, r.date_to)),
            ("Approved by", approvers),
            ("Ended on", lambda r: local(r, r.ended_on)),
            ("Status", lambda r: chosen(r, "state")),
        ),
        which=lambda r: r.request_date,
        key=lambda r: (r.request_date, r.id),
    ),
    "change": Expected(
        "Change register",
        "customer.archive.change.line",
        (
            NUMBER,
            ("Number", lambda r: r.change_id.name),
            ("Requested on", lambda r: r.change_id.request_date),
            ("Customer/Supplier", lambda r: r.change_id.partner_id.name),
            ("File Number", lambda r: r.archive_id.sudo().name),
            ("Subject", lambda r: r.field_id.name),
            ("Old", lambda r: r.old_text),
            ("New", lambda r: r.new_text),
            ("Proposed by", lambda r: r.change_id.asked_by),
            ("Reason", lambda r: r.change_id.purpose),
            ("Requester", lambda r: r.change_id.user_id.name),
            ("Approved by", lambda r: approvers(r.change_id)),
            ("Executed on", lambda r: local(r, r.change_id.done_on)),
            ("Status", lambda r: chosen(r.change_id, "state")),
        ),
        which=lambda r: r.change_id.request_date,
        key=lambda r: (r.change_id.request_date, r.id),
    ),
    "destruction": Expected(
        "Destruction register",
        "customer.archive.disposal.line",
        (
            NUMBER,
            ("File Number", lambda r: r.archive_id.sudo().name),
            ("Customer/Supplier", lambda r: r.partner_name),
            ("List Number", lambda r: r.disposal_id.name),
            ("Approved by", lambda r: approvers(r.disposal_id)),
            ("Executed by", lambda r: r.disposal_id.executor_id.name),
            ("Witnessed by", lambda r: r.disposal_id.witness_id.name),
            ("Method", lambda r: r.disposal_id.method),
            ("Appraisal", lambda r: chosen(r, "verdict")),
            ("Destroyed on", lambda r: local(r, r.executed_on)),
            ("Certificate", lambda r: r.disposal_id.certificate),
        ),
        which=lambda r: r.verdict in ("destroy", "anonymise") and r.state == "done",
        key=lambda r: (r.executed_on, r.id),
        signatures=("Prepared by", "Witnessed by", "Checked by"),
    ),
    "validity": Expected(
        "Qualification validity register",
        "customer.archive.document",
        (
            NUMBER,
            ("File Number", lambda r: r.archive_id.name),
            ("Customer/Supplier", lambda r: r.archive_id.partner_id.name),
            ("Qualification", lambda r: r.type_id.name),
            ("Number", lambda r: r.shown_number),
            ("Issuer", lambda r: r.issuer),
            ("Issued on", lambda r: r.issue_date),
            ("Valid until", lambda r: r.valid_until),
            ("Indefinite", lambda r: answer(r, "is_endless")),
            ("Days Left", lambda r: days_left(r, r.valid_until)),
            ("Status", lambda r: chosen(r, "validity_state")),
            ("Handler", lambda r: r.archive_id.user_id.name),
        ),
        which=lambda r: (
            r.is_complete
            and r.archive_id.state == "active"
            and (r.valid_until or r.is_endless)
        ),
        key=lambda r: (_day(r.valid_until), -r.archive_id.id, r.id),
    ),
    "registry_check": Expected(
        "Registry check register",
        "customer.archive.registry.check",
        (
            NUMBER,
            ("File Number", lambda r: r.archive_id.name),
            ("Customer/Supplier", lambda r: r.archive_id.partner_id.name),
            ("Credit Code", lambda r: r.archive_id.partner_id.vat),
            ("Source", lambda r: chosen(r, "source")),
            ("Looked up on", lambda r: r.date),
            ("Licence Status", lambda r: chosen(r, "licence_status")),
            ("Abnormal Operations List", lambda r: chosen(r, "abnormal_listing")),
            ("Seriously Dishonest List", lambda r: chosen(r, "dishonest_listing")),
            ("Result", lambda r: chosen(r, "result")),
            ("Holds until", lambda r: r.valid_until),
            ("Looked up by", lambda r: r.user_id.name),
            ("Remarks", lambda r: r.note),
        ),
        key=lambda r: (r.date, r.id),
    ),
    "agreement": Expected(
        "Agreement register",
        "customer.archive.agreement",
        (
            NUMBER,
            ("Number", lambda r: r.name),
            ("Customer/Supplier", lambda r: r.archive_id.partner_id.name),
            ("File Number", lambda r: r.archive_id.name),
            ("Type", lambda r: chosen(r, "kind")),
            ("From", lambda r: r.date_start),
            ("Until", lambda r: r.date_end),
            ("Days Left", lambda r: days_left(r, r.date_end)),
            ("Amount", lambda r: r.amount),
            ("Currency", lambda r: r.currency_id.name),
            ("Content", lambda r: r.content),
            ("Delivery Terms", lambda r: r.delivery_terms),
            ("Payment Terms", lambda r: r.payment_term_id.name),
            ("Settlement", lambda r: r.settlement),
            ("Breach Liability", lambda r: r.breach_liability),
            ("Signed for Us by", lambda r: r.our_signatory_id.name),
            ("Signed for Other Party by", lambda r: r.their_signatory_id.name),
            ("Approved on", lambda r: local(r, r.approved_on)),
            ("Signed on", lambda r: r.signed_on),
            ("Status", lambda r: chosen(r, "state")),
            ("Validity", lambda r: chosen(r, "validity_state")),
            ("Performance", lambda r: r.performance_summary),
            ("Handler", lambda r: r.archive_id.user_id.name),
        ),
        which=lambda r: r.state in ("signed", "ended", "terminated"),
        key=lambda r: (_day(r.date_end), r.name),
        sums=("Amount",),
    ),
    "event": Expected(
        "Register of event notes",
        NOTE,
        (
            NUMBER,
            ("Date", lambda r: r.date),
            ("Customer/Supplier", lambda r: r.partner_id.name),
            ("File Number", lambda r: r.archive_id.name),
            ("Type", lambda r: r.type_id.name),
            ("Person Met", lambda r: r.contact_id.name),
            ("Note Text", lambda r: r.description),
            ("Agreed Points", lambda r: r.agreed),
            ("Disputed Points", lambda r: r.disputed),
            ("Application Scenario", lambda r: r.scenario),
            ("Budget", lambda r: r.budget),
            ("Equipment", lambda r: r.equipment),
            ("Technical Scheme", lambda r: r.scheme),
            ("Work Done", lambda r: r.work),
            ("Product or Sample", lambda r: r.product),
            ("Appraisal Result", lambda r: chosen(r, "result")),
            ("Satisfaction", lambda r: chosen(r, "score")),
            ("Follow Up on", lambda r: r.follow_up_date),
            ("Status", lambda r: chosen(r, "state")),
            ("Handler", lambda r: r.user_id.name),
        ),
        which=lambda r: r.state not in ("planned", "off"),
        key=lambda r: (r.date, r.id),
        signatures=("Prepared by", "Checked by"),
    ),
    "complaint": Expected(
        "Complaint register",
        NOTE,
        (
            NUMBER,
            ("Date", lambda r: r.date),
            ("Customer/Supplier", lambda r: r.partner_id.name),
            ("File Number", lambda r: r.archive_id.name),
            ("Complainant", lambda r: r.contact_id.name),
            ("Product or Sample", lambda r: r.product),
            ("Note Text", lambda r: r.description),
            ("Responsible Person", lambda r: r.responsible_id.name),
            ("Answer By", lambda r: r.due_date),
            ("Answer", lambda r: r.answer),
            ("Answered on", lambda r: r.answered_on),
            ("Answered by", lambda r: r.answered_by_id.name),
            ("Overdue", lambda r: answer(r, "is_overdue")),
            ("Satisfaction", lambda r: chosen(r, "score")),
            ("Settled on", lambda r: r.closed_on),
            ("Status", lambda r: chosen(r, "state")),
        ),
        which=lambda r: r.type_id.is_complaint,
        key=lambda r: (r.date, r.id),
        signatures=("Prepared by", "Checked by", "Approved by"),
    ),
    "acknowledgement": Expected(
        "Acknowledgement register",
        "customer.archive.regulation.acknowledgement",
        (
            NUMBER,
            ("Regulation", lambda r: r.regulation_id.name),
            ("Version", lambda r: r.version_id.number),
            ("Valid from", lambda r: r.version_id.valid_from),
            ("Name", lambda r: r.user_id.name),
            ("Department", lambda r: r.department_id.name),
            ("Asked on", lambda r: r.asked_on),
            ("Due", lambda r: r.due_date),
            ("Text Opened on", lambda r: local(r, r.opened_on)),
            ("Acknowledged on", lambda r: local(r, r.acknowledged_on)),
            ("Status", lambda r: chosen(r, "state")),
        ),
        which=lambda r: r.state != "ended",
        key=lambda r: (r.due_date, r.id),
    ),
    "retention_table": Expected(
        "Table of what is filed and retention periods",
        "customer.archive.retention.table",
        (
            NUMBER,
            ("Class Code", lambda r: r.category_id.class_code),
            ("Class Name", lambda r: r.category_id.name),
            ("Group", lambda r: chosen(r.type_id, "group")),
            ("What Is Filed", lambda r: r.type_id.name),
            ("Required", lambda r: asked(r.type_id)),
            ("Retention Period", lambda r: kept(r)),
            ("Period Code", lambda r: policy(r).period_code),
            ("Counted From", lambda r: chosen(policy(r), "trigger")),
            ("From the End of the Year", lambda r: answer(policy(r), "from_year_end")),
            ("After Retention", lambda r: chosen(policy(r), "action")),
            ("Legal Basis", lambda r: policy(r).legal_basis),
        ),
        key=lambda r: (
            *(r.category_id.sequence, r.category_id.id),
            *(r.type_id.group, r.type_id.sequence, r.type_id.id),
        ),
        signatures=("Prepared by", "Checked by", "Approved by"),
    ),
    "training": Expected(
        "Training register",
        "customer.archive.training.line",
        (
            NUMBER,
            ("Course", lambda r: r.training_id.name),
            ("Type", lambda r: chosen(r.training_id, "kind")),
            ("Date", lambda r: r.date),
            ("Hours", lambda r: r.training_id.hours),
            ("Trainer", lambda r: r.training_id.trainer),
            ("Organised by", lambda r: r.training_id.organiser_id.name),
            ("Attendee", lambda r: r.name),
            ("Department", lambda r: r.department_id.name),
            ("Attended", lambda r: answer(r, "attended")),
            ("Remarks", lambda r: r.note),
        ),
        which=lambda r: r.training_id.state == "held",
    ),
}
# Lists of what is going on have what isn't over yet, too.
SELDOM = {("sharing", "From")}
