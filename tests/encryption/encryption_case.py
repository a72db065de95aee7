"""Sensitive values and copies, and ways to damage what is stored of them."""

import base64
import io
import shutil
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from stdnum.cn import ric

from odoo.tools import mute_logger

from ..support.common import KEYRING, ArchiveCase

LOG = "odoo.addons.customer_archive.models.audit.customer_archive_log"
SEALING = f"{LOG}_sealing"
SECRET = "customer.archive.secret"
ITEM = "customer.archive.document"
COPY = "ir.attachment"
KEYS = "customer.archive.keyring"
TRAINED = "2026-03-01"
DAMAGED = "altered or replaced"
# Three chunks, each with marks that a part of a response would show.
MARK = b"Markstone scan."
SCAN = MARK * 45_000


def identity_number(serial):
    """Return a well-formed identity number of nobody, whose day of birth is in 1899."""
    body = f"31010118991231{serial:03d}"
    return body + ric.calc_check_digit(f"{body}0")


def picture():
    """Return a picture as a PNG of many bytes, wider than a thumbnail."""
    image = Image.effect_noise((640, 480), 90)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


class EncryptionCase(ArchiveCase):
    """Has a file of "sales", who has signed, with sensitive values and copies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for role in ("sales", "compliance", "finance"):
            undertakings = cls.env["customer.archive.undertaking"]
            undertakings.with_user(cls.users[role]).sign(TRAINED)
        cls.file = cls.archive("sales")
        cls.other = cls.archive("sales")

    @classmethod
    def item(cls, kind="bank", archive=None):
        type_ = cls.env.ref(f"customer_archive.document_type_{kind}")
        archive = archive or cls.file
        return archive.document_ids.filtered(lambda item: item.type_id == type_)

    @classmethod
    def add_copy(cls, item, content=SCAN, name="scan.txt"):
        """Return a new electronic copy of an item, as its user."""
        known = item.attachment_ids
        data = base64.b64encode(content)
        item.attachment_ids = [(0, 0, {"name": name, "datas": data})]
        return (item.attachment_ids - known).with_user(item.env.user)

    @classmethod
    def add_value(cls, value="6222 0212 3412 3412 344", archive=None, **values):
        archive = archive or cls.file
        values = {"kind": "bank_account", "label": "Test Bank", **values}
        return (
            cls.env[SECRET]
            .with_user(cls.users["sales"])
            .create({"archive_id": archive.id, "value": value, **values})
        )

    @classmethod
    def stored(cls, copy):
        """Return the path of what the filestore holds of a copy."""
        return Path(copy._full_path(copy.sudo().store_fname))

    def sql(self, query, *parameters):
        """Change the database as somebody does who has got hold of it."""
        self.env.flush_all()
        self.env.cr.execute(query, parameters)
        self.env.invalidate_all()

    def column(self, record, name):
        self.env.flush_all()
        self.env.cr.execute(
            f'SELECT "{name}" FROM {record._table} WHERE id = %s', [record.id]
        )
        return self.env.cr.fetchone()[0]

    def set_column(self, record, name, value):
        self.sql(
            f'UPDATE {record._table} SET "{name}" = %s WHERE id = %s', value, record.id
        )

    def events(self, event):
        """Return the rows of the access record about ``event``, the newest first."""
        return self.env["customer.archive.log"].sudo().search([("event", "=", event)])

    # Keys

    @property
    def folder(self):
        return self.env["customer.archive.keyring"]._folder()

    def forget_keys(self):
        """Let nothing of the keys stay in memory, as after a restart."""
        self.env.registry.clear_cache()

    @contextmanager
    def keystore_put_back(self):
        """Let a test do to the keystore what it likes."""
        folder, kept = self.folder, self.folder.with_name("kept")
        shutil.copytree(folder, kept)
        try:
            with mute_logger(LOG, SEALING, KEYRING):
                yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            kept.rename(folder)
            self.forget_keys()


def flipped(data, at):
    """Return bytes with one bit changed at an index, from the end if negative."""
    data = bytearray(data)
    data[at] ^= 1
    return bytes(data)


def flipped_text(text, at):
    return base64.b64encode(flipped(base64.b64decode(text), at)).decode()
