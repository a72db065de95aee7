from .agreements import test_agreement_migration
from .agreements import test_customer_archive_agreement
from .agreements import test_customer_archive_agreement_approval
from .agreements import test_customer_archive_agreement_performance
from .agreements import test_customer_archive_agreement_signing
from .approvals import (
    test_approval,
    test_decides_instead,
    test_decisions,
    test_lifting,
    test_two_people,
    test_who_decides,
)
from .assessment import (
    test_assessment_arithmetic,
    test_assessment_figures,
    test_assessment_flow,
    test_assessment_plan,
    test_assessment_receipts,
    test_assessment_schemes,
    test_customer_archive_assessment,
    test_gates_by_grade,
    test_supplier_and_risk,
)
from .audit import (
    test_audit_bypass,
    test_audit_events,
    test_audit_export,
    test_audit_log,
    test_chain,
    test_history,
    test_history_migration,
    test_history_told,
    test_ir_cron,
    test_log_concurrency,
    test_log_summary,
    test_log_words,
    test_tamper,
)
from .backup import (
    test_backup_drill,
    test_backup_keys,
    test_backup_remote,
    test_customer_archive_backup,
    test_customer_archive_backup_target,
    test_customer_archive_restore,
)
from .business import (
    test_customer_archive_agreement_amounts,
    test_customer_archive_business,
    test_customer_archive_credit_fact,
)
from .changes import (
    test_bank_routing,
    test_change_browser,
    test_change_concurrency,
    test_change_flow,
    test_change_numbers,
    test_change_protection,
    test_change_protection_bypass,
    test_change_refused,
    test_change_rpc,
    test_customer_archive_change,
)
from .common import (
    test_at_once,
    test_company_day,
    test_company_day_walk,
    test_defaults,
    test_empty_forms,
    test_ir_sequence,
    test_partial_indexes,
    test_rooms,
    test_scheduled,
)
from .custody import (
    test_customer_archive_location,
    test_customer_archive_move,
    test_customer_archive_scan,
    test_customer_archive_inspection,
    test_inspection_concurrency,
    test_inspection_photos,
    test_inspection_plan,
    test_inspection_walk,
    test_customer_archive_stocktake,
    test_stocktake_concurrency,
    test_stocktake_walk,
    test_location_migration,
    test_move_concurrency,
)
from .confidentiality import (
    test_classification,
    test_migration_reading,
    test_need_to_know,
    test_res_partner_bank,
    test_res_users,
    test_undertaking,
    test_user_names,
)
from .copies import (
    test_copies_read,
    test_copies_served,
    test_download_roles,
    test_ir_attachment_encryption,
    test_migration_papers,
    test_papers,
    test_papers_by_mail,
    test_papers_opened,
    test_plain_papers,
    test_recorded_reading,
    test_no_pages,
    test_typed_copies,
    test_viewing,
    test_watermark,
    test_watermark_served,
)
from .disposal import (
    test_anonymisation,
    test_backup_restored,
    test_certificate,
    test_customer_archive_closing,
    test_customer_archive_disposal,
    test_erasure,
    test_evidence,
    test_manual_review,
)
from .encryption import (
    test_customer_archive_secret,
    test_duplicate_values,
    test_encryption,
    test_encryption_keys,
    test_item_numbers,
    test_keyring,
    test_keyring_stream,
    test_keystore,
    test_keystore_copied,
    test_keystore_rotation,
    test_keystore_trouble,
    test_res_config_settings,
)
from .events import (
    test_customer_archive_event,
    test_customer_archive_event_complaint,
    test_customer_archive_event_kept,
    test_events_flow,
    test_mail_message,
)
from .files import (
    test_choosing_a_file,
    test_collected_data,
    test_customer_archive,
    test_customer_archive_category,
    test_customer_archive_document,
    test_customer_archive_document_number,
    test_identifiers,
    test_item_conditions,
    test_numbering,
    test_paper_on_record,
    test_required_data_migration,
    test_res_partner,
    test_stage_taken_back,
)
from .gates import (
    test_customer_archive_gate,
    test_customer_archive_waiver,
    test_gate_paths,
    test_gates_flow,
    test_gates_of_addresses,
    test_payment_terms,
    test_payment_transaction,
)
from .history import (
    test_messages,
    test_recipients,
    test_thread_routes,
)
from .integrity import test_customer_archive_integrity
from .transfer import test_customer_archive_transfer, test_verify_transfer
from .tree import (
    test_customer_archive_tree,
    test_tree_package,
    test_tree_target,
)
from .leaks import test_leaks
from .ledger_import import (
    test_customer_archive_import,
    test_headings_as_they_are,
    test_import_killed,
    test_import_mistakes,
    test_import_numbers,
    test_import_rights,
    test_ledger_files,
    test_ledger_headings,
    test_ledger_reader,
    test_ledgers_as_they_are,
    test_number_format,
)
from .loans import (
    test_customer_archive_loan,
    test_customer_archive_loan_concurrency,
    test_customer_archive_loan_lines,
    test_customer_archive_loan_reminders,
    test_loan_slip,
)
from .registry import (
    test_capital,
    test_customer_archive_doubt,
    test_customer_archive_registry_check,
    test_doubts_of_credit,
    test_likeness,
)
from .registers import (
    test_customer_archive_export,
    test_customer_archive_register,
    test_customer_archive_register_killed,
    test_customer_archive_register_run,
    test_customer_archive_register_schedule,
    test_customer_archive_register_validity,
    test_form_account,
    test_overview,
    test_prescribed_forms,
    test_prints,
    test_registers_hostile,
    test_registers_masked,
    test_registers_shipped,
    test_streamed_sheet,
    test_workbook,
)
from .regulations import (
    test_customer_archive_regulation,
    test_customer_archive_regulation_acknowledgement,
    test_customer_archive_training,
    test_regulations_concurrency,
    test_regulations_rpc,
)
from .requests import (
    test_consultation_people,
    test_customer_archive_consultation,
    test_customer_archive_grant,
    test_customer_archive_sharing,
    test_customer_archive_sharing_package,
    test_customer_archive_sharing_together,
    test_grant_limits,
    test_grant_rpc,
    test_package,
    test_request_properties,
)
from .retention import (
    test_customer_archive_blocked,
    test_customer_archive_hold,
    test_customer_archive_retention,
    test_customer_archive_retention_policy,
    test_customer_archive_retention_table,
    test_deletion,
    test_migration_retention,
)
from .reviews import (
    test_customer_archive_annual,
    test_customer_archive_annual_killed,
    test_customer_archive_review,
)
from .rights import (
    test_rights,
    test_rights_rpc,
    test_rights_table,
    test_rules,
)
from .rpc import (
    test_rpc,
    test_rpc_values,
)
from .succession import test_people_leave
from .supervision import (
    test_customer_archive_audit,
    test_customer_archive_feedback,
    test_customer_archive_figure,
    test_customer_archive_incident,
    test_draw,
    test_incident_notice,
    test_incident_raised,
    test_supervision_walk,
)
from .system import (
    test_agreement_end,
    test_browser,
    test_browser_agreement,
    test_browser_annual,
    test_browser_copies,
    test_browser_days,
    test_browser_import,
    test_browser_papers,
    test_browser_registers,
    test_browser_requests,
    test_chinese_words,
    test_crons_killed,
    test_glossary,
    test_install,
    test_languages,
    test_layers,
    test_list_costs,
    test_migration,
    test_module_rows,
    test_names_everywhere,
    test_odoo_runner,
    test_outdated,
    test_record_rules,
    test_requirements,
    test_restarted,
    test_terms,
    test_twelve_years,
    test_uninstall,
    test_updated,
    test_words_migration,
)
from .validity import test_customer_archive_validity, test_missing_papers
