from . import binary, export, ledger, record, sharing, uninstall
