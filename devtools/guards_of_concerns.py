"""Guards of what each concern promises: custody, assessments, destruction and so on."""

from .guard import Guard, model, rule, sql

GUARDS_OF_CONCERNS = (
    # Inspections
    model(
        "who inspects",
        "custody/customer_archive_inspection.py",
        "        if self.inspector_id != user and not user.has_group(ARCHIVIST):",
        "        if False:",
        "custody/test_customer_archive_inspection.py::TestInspection::test_repair_by_whom",
    ),
    model(
        "a repair is confirmed by another person",
        "custody/customer_archive_inspection_line_finding.py",
        "            if line.repaired_by_id == self.env.user:",
        "            if False:",
        "custody/test_customer_archive_inspection.py::TestInspection::test_repair_by_whom",
    ),
    sql(
        "signed inspections, by SQL",
        "common/customer_archive_locked.py",
        "                     AND s.state IN ({states}))",
        "                     AND s.state IN ('never'))",
        "custody/test_customer_archive_inspection.py::TestInspection::test_signed_stays",
    ),
    # Supervision
    model(
        "whom an incident is about doesn't read it",
        "confidentiality/reader.py",
        '        own = Domain("person_ids", "not any", self.named("user_id"))',
        "        own = Domain.TRUE",
        "supervision/test_customer_archive_incident.py::TestIncident::test_who_reads",
    ),
    model(
        "the access record tells nobody of an incident about them",
        "confidentiality/reader.py",
        'return Domain("id", "not any", told)',
        "return Domain.TRUE",
        "supervision/test_customer_archive_incident.py::TestIncident::"
        "test_access_record_is_silent_to_whom_it_is_about",
    ),
    model(
        "nobody says alone that an incident is unfounded",
        "supervision/customer_archive_incident_dismissal.py",
        "if user == asked or not",
        "if not",
        "supervision/test_customer_archive_incident.py::TestIncident::test_unfounded",
    ),
    model(
        "who was held responsible for an incident stays out of it",
        "confidentiality/reader.py",
        '        own &= Domain("held_ids", "not in", self._user.ids)\n',
        "",
        "supervision/test_customer_archive_incident.py::TestIncident::"
        "test_who_is_taken_off_the_list_stays_out",
    ),
    model(
        "nobody says alone that no personal data is concerned",
        "supervision/customer_archive_incident_unmark.py",
        "if user == asked or not",
        "if not",
        "supervision/test_incident_notice.py::TestNotice::"
        "test_no_personal_data_after_all",
    ),
    model(
        "what was reported stays in the reporter's words",
        "supervision/customer_archive_incident.py",
        "allowed = allowed - TOLD",
        "allowed = set(allowed)",
        "supervision/test_customer_archive_incident.py::TestIncident::"
        "test_reported_words_stay",
    ),
    model(
        "nobody decides on what they are responsible for",
        "supervision/customer_archive_incident_steps.py",
        "super()._may_be_asked(user) and user not in self._concerned()",
        "super()._may_be_asked(user)",
        "supervision/test_customer_archive_incident.py",
    ),
    model(
        "feedback names nobody by its columns",
        "supervision/customer_archive_feedback.py",
        "system = as_system(self.with_user(SUPERUSER_ID))",
        "system = as_system(self.sudo())",
        "supervision/test_customer_archive_feedback.py::TestFeedback::test_unnamed",
    ),
    # Assessments
    model(
        "who prepares assessments",
        "assessment/customer_archive.py",
        "        if not self._may_assess(kind):\n",
        "        if False:\n",
        "assessment/test_customer_archive_assessment.py::TestAssessment"
        "::test_who_begins_and_prepares",
    ),
    sql(
        "decided assessments, by SQL",
        "assessment/customer_archive_assessment.py",
        "    IF OLD.state <> 'done' OR TG_OP",
        "    IF true OR TG_OP",
        "assessment/test_customer_archive_assessment.py::TestAssessment"
        "::test_what_was_decided_stays",
    ),
    model(
        "who had a hand in an assessment doesn't decide on it",
        "assessment/customer_archive_assessment_preparation.py",
        "self.env.user in self.sudo().preparer_ids",
        "False",
        "assessment/test_supplier_and_risk.py::TestSupplier"
        "::test_who_had_a_hand_in_it_does_not_decide",
    ),
    model(
        "parts stay with their scheme",
        "assessment/customer_archive_assessment_part.py",
        "        self._check_stays(vals)\n",
        "",
        "assessment/test_assessment_schemes.py::TestSchemes"
        "::test_parts_stay_with_their_scheme",
    ),
    model(
        "sales on credit are signed off",
        "gates/customer_archive_gate_credit.py",
        "not grade or grade.signoff != NOBODY",
        "False",
        "assessment/test_gates_by_grade.py",
    ),
    model(
        "nothing goes to whoever is blocked",
        "gates/customer_archive_gated.py",
        "        confirmed._archive_refuse_blocked(parties)\n",
        "",
        "gates/test_gates_of_addresses.py::TestGatesOfAddresses"
        "::test_blocked_party_gets_nothing",
    ),
    model(
        "what a sale is lent is asked of who will owe it",
        "gates/customer_archive_gate_credit.py",
        "(debtor(order), lends)",
        "asked[0]",
        "assessment/test_gates_by_grade.py::TestGatesByGrade"
        "::test_who_will_owe_it_is_asked",
    ),
    model(
        "what is closed stays ended and held",
        "gates/customer_archive_gate_findings.py",
        "self.condition not in OF_ANYBODY and file.state",
        "file.state",
        "gates/test_customer_archive_gate.py::TestGate"
        "::test_closed_after_it_was_ended_or_held",
    ),
    model(
        "only clerks take a stage back",
        "files/customer_archive_stage.py",
        "            if goes_back(file.relation_stage, stage):",
        "            if False:",
        "files/test_stage_taken_back.py",
    ),
    model(
        "papers on record are taken in by who keeps papers",
        "files/customer_archive_document_paper.py",
        "self.env.user.has_groups(TAKES_PAPER):",
        "True:",
        "files/test_paper_on_record.py",
    ),
    model(
        "contacts bring their orders along",
        "gates/res_partner.py",
        "            theirs._archive_pass()\n",
        "",
        "gates/test_gates_of_addresses.py::TestGatesOfAddresses"
        "::test_contact_of_another_party",
    ),
    model(
        "a client's defaults say nothing of what the system makes",
        "common/customer_archive_guard.py",
        "return self._undirected()._own_defaults(fields)",
        "return super().default_get(fields)",
        "common/test_defaults.py",
    ),
    model(
        "whom a check finds against doesn't change it",
        "supervision/customer_archive_audit_people.py",
        "        if user in self._responsible():\n            return False\n",
        "",
        "supervision/test_customer_archive_audit.py",
    ),
    # Agreements
    model(
        "what wasn't approved isn't signed",
        "agreements/customer_archive_agreement_signing.py",
        "            agreement._check_approved()\n",
        "",
        "agreements/test_customer_archive_agreement_approval.py",
    ),
    model(
        "whoever signs was shown the file",
        "agreements/customer_archive_agreement_signing.py",
        "            agreement._check_consulted()\n",
        "",
        "agreements/test_customer_archive_agreement_signing.py",
    ),
    model(
        "what was reviewed is locked",
        "agreements/customer_archive_agreement.py",
        'agreement.is_locked = agreement.state != "draft"',
        "agreement.is_locked = agreement.state in SIGNED",
        "agreements/test_customer_archive_agreement_approval.py",
    ),
    model(
        "a performance record stays",
        "common/customer_archive_entry.py",
        '        self._check_unaltered("write")\n',
        "",
        "agreements/test_customer_archive_agreement_performance.py",
    ),
    model(
        "scheduled actions are the system's",
        "common/scheduled.py",
        "        _check_runs(self)\n",
        "",
        "common/test_scheduled.py",
    ),
    rule(
        "stored registers by level",
        "reviews_rules.xml",
        "reader.cleared_for() | reader.heads('department_id')",
        "[(1, '=', 1)]",
        "reviews/test_customer_archive_annual.py::TestAnnualDownload"
        "::test_who_gets_which_level",
    ),
    model(
        "whole accounts are printed by Finance",
        "registers/customer_archive.py",
        "if not self.env.user.has_groups(PRINTS_ACCOUNTS):",
        "if False:",
        "registers/test_prescribed_forms.py::TestAccountPrint::test_others_are_refused",
    ),
    # Retention and disposal
    sql(
        "nothing of a blocked file is deleted, by the database",
        "retention/deletion_guard.py",
        "    IF kept.is_blocked AND kept.state <> 'destroyed' THEN\n",
        "    IF false THEN\n",
        "retention/test_deletion.py",
    ),
    sql(
        "a hold keeps a file",
        "retention/functions.py",
        "     WHERE h.archive_id = ANY(those) AND h.lifted_on IS NULL\n",
        "     WHERE h.archive_id = ANY(those) AND false\n",
        "retention/test_customer_archive_hold.py",
        "retention/test_deletion.py",
    ),
    sql(
        "holds are never changed, by the database",
        "retention/customer_archive_hold.py",
        "    RAISE EXCEPTION 'Holds are placed and lifted, and never changed"
        " or deleted.'",
        "    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;\n"
        "    RAISE EXCEPTION 'x'",
        "retention/test_customer_archive_hold.py",
    ),
    model(
        "a destruction has its witness",
        "disposal/customer_archive_disposal_execution.py",
        "            if not disposal._may_witness(self.env.user):\n",
        "            if False:\n",
        "disposal/test_customer_archive_disposal.py",
    ),
    model(
        "a destruction waits",
        "disposal/customer_archive_disposal_execution.py",
        "            if days := disposal._days_left():\n",
        "            if days := 0:\n",
        "disposal/test_customer_archive_disposal.py",
    ),
    # Use
    model(
        "papers are handed out by archivists",
        "loans/customer_archive_loan_handover.py",
        'HANDED = Step("handed_by_id", "received_by_id", _HERE, "handing", "out",'
        ' "out_on", True)',
        'HANDED = Step("handed_by_id", "received_by_id", _HERE, "handing", "out",'
        ' "out_on", False)',
        "loans/test_customer_archive_loan.py",
        "loans/test_customer_archive_loan_lines.py",
    ),
    model(
        "reviewed data of a party is changed by request",
        "changes/res_partner.py",
        "        self._archive_check_protected(vals)\n        owners",
        "        owners",
        "changes/test_change_protection.py",
    ),
    # Import, registers, mail, copies
    model(
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
    model(
        "who sent a mail speaks for no colleague",
        "attachments/mail_thread.py",
        '                parts["author_id"] = False\n',
        "",
        "copies/test_papers_by_mail.py",
        "history/test_messages.py",
    ),
    model(
        "programs aren't taken in",
        "copies/ir_attachment_paper.py",
        "        if found:\n            self._archive_refuse(found)\n        else:\n",
        "        if not found:\n",
        "copies/test_papers.py",
    ),
    model(
        "in a manual review each file has its reason",
        "disposal/customer_archive_disposal_line.py",
        'if line.kind == "review" and not is_text(line.verdict_reason):',
        "if False:",
        "disposal/test_manual_review.py",
    ),
    model(
        "what is anonymised isn't held",
        "disposal/customer_archive_disposal.py",
        'ERASING = ("destroy", "anonymise")',
        'ERASING = ("destroy",)',
        "disposal/test_anonymisation.py",
    ),
    model(
        "items that come in at once are numbered one after the other",
        "files/customer_archive_numbering.py",
        "return max(own, self._committed(last))",
        "return own",
        "files/test_customer_archive_document_number.py",
    ),
    model(
        "no two prefixes make the same number",
        "settings/res_company_numbering.py",
        "if text[-1] not in SEPARATORS:",
        "if False:",
        "files/test_numbering.py",
    ),
    # Custody
    model(
        "who moves files",
        "custody/customer_archive.py",
        "        for archive in self - self._movable():\n",
        "        for archive in self.browse():\n",
        "custody/test_customer_archive_move.py",
    ),
    model(
        "a bag whose papers are all out isn't moved",
        "custody/customer_archive.py",
        "if count >= papers.get(archive, 0):",
        "if False:",
        "custody/test_customer_archive_move.py",
    ),
    model(
        "who fills the last room at once is counted",
        "custody/customer_archive_location_content.py",
        "        touch_rows(limited)\n",
        "",
        "custody/test_move_concurrency.py",
    ),
    model(
        "what holds files isn't taken out of use",
        "custody/customer_archive_location.py",
        '            self._check_empty(self.env._("taken out of use"))\n',
        "",
        "custody/test_customer_archive_location.py",
    ),
    sql(
        "moves are never altered",
        "custody/customer_archive_move.py",
        "    RAISE EXCEPTION 'Moves are recorded, and never changed or deleted.'\n"
        "        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;\n",
        "    RETURN COALESCE(NEW, OLD);\n",
        "custody/test_customer_archive_move.py",
    ),
    model(
        "who hands files over doesn't witness it",
        "transfer/customer_archive_transfer.py",
        " and user != self.handed_by_id",
        "",
        "transfer/test_customer_archive_transfer.py",
    ),
    model(
        "a transfer package is taken by who carries it out",
        "transfer/customer_archive_transfer_package.py",
        '        self.sudo(False)._check_step("take_package", *PACKED)\n',
        "",
        "transfer/test_customer_archive_transfer.py",
    ),
    model(
        "what goes out is what the signed list says",
        "transfer/customer_archive_transfer_package.py",
        "if package.digest_of(content) != self.manifest_digest:",
        "if False:",
        "transfer/test_customer_archive_transfer.py",
    ),
    model(
        "bad credit is compared before a file is approved",
        "registry/customer_archive_doubts.py",
        " + credit[archive]",
        "",
        "registry/test_doubts_of_credit.py",
    ),
    model(
        "the capital is compared with what laws ask of a trade",
        "registry/customer_archive_doubts.py",
        "        if own > 0 and has_capital(partner.name, partner.ownership_type):\n",
        "        if False:\n",
        "registry/test_capital.py",
    ),
    model(
        "an export is taken by who carries it out",
        "tree/customer_archive_tree_package.py",
        '        own._check_step("export_tree", *states)\n',
        "",
        "tree/test_customer_archive_tree.py",
    ),
    model(
        "an export is over when its term is",
        "tree/customer_archive_tree_package.py",
        "if own.date_to <= fields.Datetime.now():",
        "if False:",
        "tree/test_customer_archive_tree.py",
    ),
    model(
        "sensitive items are exported only if asked for",
        "tree/customer_archive_tree_package.py",
        "items = self._items_read(self.line_ids.archive_id, self.include_sensitive)",
        "items = self._items_read(self.line_ids.archive_id)",
        "tree/test_customer_archive_tree.py",
    ),
    model(
        "an export goes to the address that was approved",
        "tree/customer_archive_tree_target.py",
        "if digest != own.target_digest or not own.target_id.active:",
        "if False:",
        "tree/test_tree_target.py",
    ),
    model(
        "what a killed writer left is removed first",
        "tree/customer_archive_tree_target.py",
        "        place.remove_tree(folder)\n",
        "",
        "tree/test_tree_target.py",
    ),
    model(
        "nothing of a blocked file is exported",
        "tree/customer_archive_tree.py",
        "        if blocked:\n            raise",
        "        if False:\n            raise",
        "tree/test_customer_archive_tree.py",
    ),
)
