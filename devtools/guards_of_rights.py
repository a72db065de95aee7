"""Guards of who sees, who decides, and what is kept secret or on record."""

from .guard import Guard, model, rule, sql

RPC = "rpc/test_rpc.py::TestRpc"
RIGHTS = "rights/test_rights.py::TestRights"

GUARDS_OF_RIGHTS = (
    # Rights
    model(
        "protected fields",
        "common/customer_archive_guard.py",
        "            self._check_protected(self._protected().keys() & vals)\n",
        "",
        f"{RPC}::test_states_and_numbers",
    ),
    rule(
        "readers make no types of items",
        "ir.model.access.csv",
        "model_customer_archive_document_type,group_reader,1,0,0,0",
        "model_customer_archive_document_type,group_reader,1,1,1,1",
        f"{RIGHTS}::test_creating",
    ),
    model(
        "clearance",
        "confidentiality/reader.py",
        '        return None if "secret" in held else [*OPEN_LEVELS, *held]',
        "        return None",
        "confidentiality/test_classification.py",
    ),
    model(
        "end of a grant, by the rule",
        "confidentiality/reader.py",
        '    ("date_to", ">", "now"),\n',
        "",
        "requests/test_customer_archive_grant.py",
    ),
    # Four eyes
    model(
        "nobody decides what he asked for",
        "approvals/customer_archive_approval.py",
        "        if user == self.requester_id:\n            raise self._refusal(",
        "        if False:\n            raise self._refusal(",
        "approvals/test_approval.py",
    ),
    model(
        "one person decides one step",
        "approvals/customer_archive_approval.py",
        "        if user in deciders and self.sudo().approver_ids - deciders:\n",
        "        if False:\n",
        "approvals/test_approval.py",
    ),
    model(
        "only approvers decide",
        "approvals/customer_archive_approval.py",
        "        if user not in self.approver_ids:\n",
        "        if False:\n",
        f"{RPC}::test_decisions",
    ),
    model(
        "a round is decided that was looked at",
        "approvals/customer_archive_approval_mixin.py",
        "            if record.approval_round != shown:\n",
        "            if False:\n",
        "changes/test_change_rpc.py",
    ),
    model(
        "what is decided isn't withdrawn by others",
        "approvals/customer_archive_approval_mixin.py",
        "            if not record._may_withdraw():\n",
        "            if False:\n",
        "approvals/test_approval.py",
    ),
    model(
        "what weakens configuration takes two",
        "common/customer_archive_lifted.py",
        "        if self.env.uid in own._lifting_authors():\n",
        "        if False:\n",
        "approvals/test_two_people.py",
    ),
    # Locks
    model(
        "numbers are given one by one",
        "files/customer_archive_numbering.py",
        "        self._lock_numbers(self.company_id, prefix)\n        index",
        "        index",
        "files/test_numbering.py",
    ),
    model(
        "reviewed items are locked",
        "files/customer_archive_document.py",
        "            self._check_unlocked(vals)\n",
        "",
        f"{RPC}::test_locks",
    ),
    # Grants
    model(
        "who may revoke a grant",
        "requests/customer_archive_grant.py",
        "            grant._check_may_revoke()\n",
        "",
        "requests/test_customer_archive_grant.py",
        "requests/test_grant_limits.py",
    ),
    model(
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
    model(
        "a ciphertext is bound to its record",
        "encryption/customer_archive_keyring.py",
        "record._name, str(record._origin.id), field)",
        "record._name, field)",
        "encryption/test_encryption.py",
    ),
    model(
        "sensitive values are searched by the trained",
        "encryption/customer_archive_secret.py",
        "        self.env.user._archive_check_sensitive(self)\n"
        "        self._check_attempts()\n",
        "        self._check_attempts()\n",
        "encryption/test_customer_archive_secret.py",
    ),
    model(
        "numbers aren't tried out",
        "encryption/customer_archive_secret.py",
        "        self._check_attempts()\n        index = ",
        "        index = ",
        "encryption/test_customer_archive_secret.py",
        "encryption/test_duplicate_values.py",
    ),
    Guard(
        "nothing is sent as a page",
        "customer_archive/tools/http_headers.py",
        "    return (kind if kind in _SHOWN | _SAVED else UNKNOWN), kind in _SHOWN\n",
        "    return kind, True\n",
        ("copies/test_no_pages.py",),
    ),
    Guard(
        "messages aren't sent to be translated",
        "customer_archive/controllers/mail.py",
        "            raise shown._archive_untranslated()\n",
        "            pass\n",
        ("history/test_thread_routes.py",),
    ),
    model(
        "nobody decides two steps instead of management",
        "approvals/customer_archive_approval_mixin_rounds.py",
        "                taken = requester.union(*found.values())\n",
        "                taken = requester\n",
        "approvals/test_decides_instead.py",
    ),
    model(
        "who sells doesn't give time to pay",
        "gates/res_partner_terms.py",
        "            self._archive_check_terms(vals)\n",
        "            pass\n",
        "gates/test_payment_terms.py",
    ),
    model(
        "who comes to a party leaves their time to pay behind",
        "gates/res_partner_terms.py",
        "            (theirs - party)._archive_take_terms(party, company)\n",
        "            pass\n",
        "gates/test_payment_terms.py",
    ),
    model(
        "who asks doesn't choose who decides instead of management",
        "approvals/customer_archive_approval_step.py",
        " if not self.env.user.has_group(each))",
        ")",
        "supervision/test_customer_archive_incident.py::TestIncident::"
        "test_who_asks_doesn_t_choose_who_decides",
    ),
    # The access record
    sql(
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
    model(
        "refusals are recorded",
        "common/customer_archive_guard.py",
        '        self.env["customer.archive.log"]._record_refusal('
        "self, operation, message)\n",
        "",
        "audit/test_audit_events.py",
    ),
    # History, numbers, copies and readings
    model(
        "nobody alters what was said of a file",
        "history/mail_message.py",
        "if any(differs(message, name, vals[name]) for name in names):",
        "if False:",
        "audit/test_history.py",
    ),
    model(
        "numbers of ours are drawn by the system alone",
        "common/ir_sequence.py",
        "if not is_system(self.env) and any("
        "is_ours(each.code) for each in self.sudo()):",
        "if False:",
        "common/test_ir_sequence.py",
    ),
    model(
        "what a role doesn't need it doesn't open as a scan",
        "copies/ir_attachment_encryption.py",
        "            item._check_copy_needed(event)\n",
        "",
        "confidentiality/test_need_to_know.py",
    ),
    model(
        "reading the content of another's file is recorded",
        "agreements/customer_archive_opened.py",
        "if self._shows_content(fnames):",
        "if False:",
        "copies/test_recorded_reading.py",
    ),
)
