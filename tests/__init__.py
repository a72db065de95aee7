from . import (
    test_approval,
    test_browser,
    test_customer_archive,
    test_customer_archive_document,
    test_customer_archive_register,
    test_identifiers,
    test_install,
    test_numbering,
    test_requirements,
    test_res_partner,
    test_rpc,
    test_workbook,
)
