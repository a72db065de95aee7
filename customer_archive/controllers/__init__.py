from . import (
    binary,
    export,
    ledger_import,
    mail,
    audit,
    sharing,
    transfer,
    tree,
    uninstall,
    payment,
)
