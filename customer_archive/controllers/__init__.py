from . import binary, export, ledger, mail, record, sharing, uninstall
