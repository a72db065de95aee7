"""Guards of the product, and the tests that fail without them; see mutations.py."""

from dataclasses import dataclass

from .machine import CannotGoOn

MODELS = "customer_archive/models"
SECURITY = "customer_archive/security"


@dataclass(frozen=True)
class Guard:
    """One place of the source, by its text, and what is put there instead."""

    name: str
    path: str
    text: str
    instead: str
    tests: tuple
    # Whether it is in the database, and not only in the code.
    is_installed: bool = False

    def taken_out(self, root):
        """Return the file without the guard.

        :raise CannotGoOn: if its text isn't there, or more than once
        """
        source = (root / self.path).read_text()
        count = source.count(self.text)
        if count != 1:
            raise CannotGoOn(
                f"{self.name}: {self.text!r} is {count} times in {self.path}."
            )
        return source.replace(self.text, self.instead)


def _model(name, path, text, instead, *tests, **more):
    return Guard(name, f"{MODELS}/{path}", text, instead, tests, **more)


def _sql(*arguments):
    return _model(*arguments, is_installed=True)


def _rule(name, path, text, instead, *tests):
    path = f"{SECURITY}/{path}"
    return Guard(name, path, text, instead, tests, is_installed=True)


RPC = "rpc/test_rpc.py::TestRpc"
RIGHTS = "rights/test_rights.py::TestRights"

GUARDS = (
    # Rights
    _model(
        "protected fields",
        "common/customer_archive_guard.py",
        "            self._check_protected(self._protected().keys() & vals)\n",
        "",
        f"{RPC}::test_states_and_numbers",
    ),
    _rule(
        "readers make no types of items",
        "ir.model.access.csv",
        "model_customer_archive_document_type,group_reader,1,0,0,0",
        "model_customer_archive_document_type,group_reader,1,1,1,1",
        f"{RIGHTS}::test_creating",
    ),
    _model(
        "clearance",
        "confidentiality/reader.py",
        '        return None if "secret" in held else [*OPEN_LEVELS, *held]',
        "        return None",
        "confidentiality/test_classification.py",
    ),
    _model(
        "end of a grant, by the rule",
        "confidentiality/reader.py",
        '    ("date_to", ">", "now"),\n',
        "",
        "requests/test_customer_archive_grant.py",
    ),
    # Inspections
    _model(
        "who inspects",
        "custody/customer_archive_inspection.py",
        "        if self.inspector_id != user and not user.has_group(ARCHIVIST):",
        "        if False:",
        "custody/test_customer_archive_inspection.py::TestInspection::test_repair_by_whom",
    ),
    _model(
        "a repair is confirmed by another person",
        "custody/customer_archive_inspection_line_finding.py",
        "            if line.repaired_by_id == self.env.user:",
        "            if False:",
        "custody/test_customer_archive_inspection.py::TestInspection::test_repair_by_whom",
    ),
    _sql(
        "signed inspections, by SQL",
        "custody/customer_archive_inspection_line.py",
        "                      AND i.state = 'signed')",
        "                      AND i.state = 'never')",
        "custody/test_customer_archive_inspection.py::TestInspection::test_signed_stays",
    ),
    # Agreements
    _model(
        "what wasn't approved isn't signed",
        "agreements/customer_archive_agreement_signing.py",
        "            agreement._check_approved()\n",
        "",
        "agreements/test_customer_archive_agreement_approval.py",
    ),
    _model(
        "whoever signs was shown the file",
        "agreements/customer_archive_agreement_signing.py",
        "            agreement._check_consulted()\n",
        "",
        "agreements/test_customer_archive_agreement_signing.py",
    ),
    _model(
        "what was reviewed is locked",
        "agreements/customer_archive_agreement.py",
        'agreement.is_locked = agreement.state != "draft"',
        "agreement.is_locked = agreement.state in SIGNED",
        "agreements/test_customer_archive_agreement_approval.py",
    ),
    _model(
        "a performance record stays",
        "agreements/customer_archive_agreement_performance.py",
        '        self._check_unaltered("write")\n',
        "",
        "agreements/test_customer_archive_agreement_performance.py",
    ),
    _model(
        "scheduled actions are the system's",
        "common/scheduled.py",
        "        _check_runs(self)\n",
        "",
        "common/test_scheduled.py",
    ),
    _rule(
        "stored registers by level",
        "reviews_rules.xml",
        "reader.cleared_for() | reader.heads('department_id')",
        "[(1, '=', 1)]",
        "reviews/test_customer_archive_annual.py::TestAnnualDownload"
        "::test_who_gets_which_level",
    ),
    _model(
        "whole accounts are printed by Finance",
        "registers/customer_archive.py",
        "if not self.env.user.has_groups(PRINTS_ACCOUNTS):",
        "if False:",
        "registers/test_prescribed_forms.py::TestAccountPrint::test_others_are_refused",
    ),
    # Four eyes
    _model(
        "nobody decides what he asked for",
        "approvals/customer_archive_approval.py",
        "        if user == self.requester_id:\n            raise self._refusal(",
        "        if False:\n            raise self._refusal(",
        "approvals/test_approval.py",
    ),
    _model(
        "one person decides one step",
        "approvals/customer_archive_approval.py",
        "        if user in deciders and self.sudo().approver_ids - deciders:\n",
        "        if False:\n",
        "approvals/test_approval.py",
    ),
    _model(
        "only approvers decide",
        "approvals/customer_archive_approval.py",
        "        if user not in self.approver_ids:\n",
        "        if False:\n",
        f"{RPC}::test_decisions",
    ),
    _model(
        "a round is decided that was looked at",
        "approvals/customer_archive_approval_mixin.py",
        "            if record.approval_round != shown:\n",
        "            if False:\n",
        "changes/test_change_rpc.py",
    ),
    _model(
        "what is decided isn't withdrawn by others",
        "approvals/customer_archive_approval_mixin.py",
        "            if not record._may_withdraw():\n",
        "            if False:\n",
        "approvals/test_approval.py",
    ),
    _model(
        "what weakens configuration takes two",
        "common/customer_archive_lifted.py",
        "        if self.env.uid in own._lifting_authors():\n",
        "        if False:\n",
        "approvals/test_two_people.py",
    ),
    # Locks
    _model(
        "numbers are given one by one",
        "files/customer_archive_numbering.py",
        "        self._lock_numbers(self.company_id, prefix)\n        index",
        "        index",
        "files/test_numbering.py",
    ),
    _model(
        "reviewed items are locked",
        "files/customer_archive_document.py",
        "            self._check_unlocked(vals)\n",
        "",
        f"{RPC}::test_locks",
    ),
    # Grants
    _model(
        "who may revoke a grant",
        "requests/customer_archive_grant.py",
        "            grant._check_may_revoke()\n",
        "",
        "requests/test_customer_archive_grant.py",
        "requests/test_grant_limits.py",
    ),
    _model(
        "a package is made while its sharing runs",
        "requests/customer_archive_sharing_release.py",
        "        if not self.is_open:\n            raise UserError(\n"
        "                self.env._(\n"
        "                    \"%s isn't active: packages",
        "        if False:\n            raise UserError(\n"
        "                self.env._(\n"
        "                    \"%s isn't active: packages",
        "requests/test_customer_archive_sharing_package.py",
    ),
    # Encryption
    _model(
        "a ciphertext is bound to its record",
        "encryption/customer_archive_keyring.py",
        "record._name, str(record._origin.id), field)",
        "record._name, field)",
        "encryption/test_encryption.py",
    ),
    _model(
        "sensitive values are searched by the trained",
        "encryption/customer_archive_secret.py",
        "        self.env.user._archive_check_sensitive(self)\n"
        "        self._check_attempts()\n",
        "        self._check_attempts()\n",
        "encryption/test_customer_archive_secret.py",
    ),
    _model(
        "numbers aren't tried out",
        "encryption/customer_archive_secret.py",
        "        self._check_attempts()\n        index = ",
        "        index = ",
        "encryption/test_customer_archive_secret.py",
        "encryption/test_duplicate_values.py",
    ),
    # The access record
    _sql(
        "the record is never changed, by the database",
        "audit/customer_archive_log_sealing.py",
        "    RAISE EXCEPTION 'The access record is never changed.'\n"
        "        USING ERRCODE = 'insufficient_privilege';\n",
        "    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;\n",
        "audit/test_audit_log.py",
    ),
    Guard(
        "what a row said is checked by its commitment",
        "customer_archive/tools/chain.py",
        "            if expected != row.commitment:\n",
        "            if False:\n",
        ("audit/test_chain.py", "audit/test_tamper.py"),
    ),
    _model(
        "refusals are recorded",
        "common/customer_archive_guard.py",
        '        self.env["customer.archive.log"]._record_refusal('
        "self, operation, message)\n",
        "",
        "audit/test_audit_events.py",
    ),
    # Retention and disposal
    _sql(
        "nothing of a blocked file is deleted, by the database",
        "retention/deletion_guard.py",
        "    IF kept.is_blocked AND kept.state <> 'destroyed' THEN\n",
        "    IF false THEN\n",
        "retention/test_deletion.py",
    ),
    _sql(
        "a hold keeps a file",
        "retention/functions.py",
        "     WHERE h.archive_id = ANY(those) AND h.lifted_on IS NULL\n",
        "     WHERE h.archive_id = ANY(those) AND false\n",
        "retention/test_customer_archive_hold.py",
        "retention/test_deletion.py",
    ),
    _sql(
        "holds are never changed, by the database",
        "retention/customer_archive_hold.py",
        "    RAISE EXCEPTION 'Holds are placed and lifted, and never changed"
        " or deleted.'",
        "    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;\n"
        "    RAISE EXCEPTION 'x'",
        "retention/test_customer_archive_hold.py",
    ),
    _model(
        "a destruction has its witness",
        "disposal/customer_archive_disposal_execution.py",
        "            if not disposal._may_witness(self.env.user):\n",
        "            if False:\n",
        "disposal/test_customer_archive_disposal.py",
    ),
    _model(
        "a destruction waits",
        "disposal/customer_archive_disposal_execution.py",
        "            if days := disposal._days_left():\n",
        "            if days := 0:\n",
        "disposal/test_customer_archive_disposal.py",
    ),
    # Use
    _model(
        "papers are handed out by archivists",
        "loans/customer_archive_loan_handover.py",
        'HANDED = Step("handed_by_id", "received_by_id", _HERE, "handing", "out",'
        ' "out_on", True)',
        'HANDED = Step("handed_by_id", "received_by_id", _HERE, "handing", "out",'
        ' "out_on", False)',
        "loans/test_customer_archive_loan.py",
        "loans/test_customer_archive_loan_lines.py",
    ),
    _model(
        "reviewed data of a party is changed by request",
        "changes/res_partner.py",
        "        self._archive_check_protected(vals)\n        owners",
        "        owners",
        "changes/test_change_protection.py",
    ),
    # Import, registers, mail, copies
    _model(
        "ledgers are imported by clerks",
        "ledger_import/customer_archive_import.py",
        '        self._check_importer("create")\n',
        "",
        "ledger_import/test_import_rights.py",
    ),
    Guard(
        "an export is its user's alone",
        "customer_archive/controllers/export.py",
        '[("id", "=", export_id), ("create_uid", "=", request.env.uid)]',
        '[("id", "=", export_id)]',
        ("rights/test_rights_rpc.py::TestRightsDoors::test_exports",),
    ),
    _model(
        "who sent a mail speaks for no colleague",
        "attachments/mail_thread.py",
        '                parts["author_id"] = False\n',
        "",
        "copies/test_papers_by_mail.py",
        "history/test_messages.py",
    ),
    _model(
        "programs aren't taken in",
        "copies/ir_attachment_paper.py",
        "        if found:\n            self._archive_refuse(found)\n        else:\n",
        "        if not found:\n",
        "copies/test_papers.py",
    ),
    _model(
        "in a manual review each file has its reason",
        "disposal/customer_archive_disposal_line.py",
        'if line.kind == "review" and not is_text(line.verdict_reason):',
        "if False:",
        "disposal/test_manual_review.py",
    ),
    _model(
        "what is anonymised isn't held",
        "disposal/customer_archive_disposal.py",
        'ERASING = ("destroy", "anonymise")',
        'ERASING = ("destroy",)',
        "disposal/test_anonymisation.py",
    ),
    _model(
        "items that come in at once are numbered one after the other",
        "files/customer_archive_numbering.py",
        "return max(own, self._committed(last))",
        "return own",
        "files/test_customer_archive_document_number.py",
    ),
    _model(
        "no two prefixes make the same number",
        "settings/res_company_numbering.py",
        "if text[-1] not in SEPARATORS:",
        "if False:",
        "files/test_numbering.py",
    ),
    # Custody
    _model(
        "who moves files",
        "custody/customer_archive.py",
        "        for archive in self - self._movable():\n",
        "        for archive in self.browse():\n",
        "custody/test_customer_archive_move.py",
    ),
    _model(
        "a bag whose papers are all out isn't moved",
        "custody/customer_archive.py",
        "if count >= papers.get(archive, 0):",
        "if False:",
        "custody/test_customer_archive_move.py",
    ),
    _model(
        "who fills the last room at once is counted",
        "custody/customer_archive_location_content.py",
        "        touch_rows(limited)\n",
        "",
        "custody/test_move_concurrency.py",
    ),
    _model(
        "what holds files isn't taken out of use",
        "custody/customer_archive_location.py",
        '            self._check_empty(self.env._("taken out of use"))\n',
        "",
        "custody/test_customer_archive_location.py",
    ),
    _sql(
        "moves are never altered",
        "custody/customer_archive_move.py",
        "    RAISE EXCEPTION 'Moves are recorded, and never changed or deleted.'\n"
        "        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;\n",
        "    RETURN COALESCE(NEW, OLD);\n",
        "custody/test_customer_archive_move.py",
    ),
    _model(
        "who hands files over doesn't witness it",
        "transfer/customer_archive_transfer.py",
        " and user != self.handed_by_id",
        "",
        "transfer/test_customer_archive_transfer.py",
    ),
    _model(
        "a transfer package is taken by who carries it out",
        "transfer/customer_archive_transfer_package.py",
        '        self.sudo(False)._check_step("take_package", *PACKED)\n',
        "",
        "transfer/test_customer_archive_transfer.py",
    ),
    _model(
        "what goes out is what the signed list says",
        "transfer/customer_archive_transfer_package.py",
        "if package.digest_of(content) != self.manifest_digest:",
        "if False:",
        "transfer/test_customer_archive_transfer.py",
    ),
)
