"""Lists of files and values show masked numbers, and decrypt nothing for it."""

from unittest.mock import patch

from odoo.addons.customer_archive.tools.keyring import DataKey, Reader

from .ground import files as made

FILES = 80


def figures(env):
    files = made(env, FILES)
    files._sync_checklist()
    env["customer.archive.secret"].create(
        [
            {
                "archive_id": archive.id,
                "kind": "bank_account",
                "label": "Bank",
                "value": f"0000 0000 {index:08d}",
            }
            for index, archive in enumerate(files)
        ]
    )
    env.flush_all()
    env.invalidate_all()
    opened = []
    original = DataKey.open, Reader.readinto
    with (
        patch.object(DataKey, "open", lambda *a: opened.append(1) or original[0](*a)),
        patch.object(
            Reader, "readinto", lambda *a: opened.append(1) or original[1](*a)
        ),
    ):
        shown = files.web_read(
            {
                "name": {},
                "bank_account": {},
                "document_ids": {"fields": {"shown_number": {}}},
                "secret_ids": {"fields": {"masked": {}, "duplicate_warning": {}}},
            }
        )
    assert all("*" in each["secret_ids"][0]["masked"] for each in shown)
    yield "masked_list_decryptions", len(opened), 0, True
