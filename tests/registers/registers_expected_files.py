"""Registers of files and of what is in them."""

from .registers_values import (
    NUMBER,
    Expected,
    Percent,
    answer,
    approvers,
    by_day,
    chosen,
    days_left,
    local,
)

PARTY = "customer.archive"


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


def asked(item_type):
    if item_type.condition and item_type.requirement != "optional":
        return item_type.env._("On condition")
    return chosen(item_type, "requirement")


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


OF_FILES = {
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
        key=lambda r: (by_day(r.valid_until), -r.archive_id.id, r.id),
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
}
