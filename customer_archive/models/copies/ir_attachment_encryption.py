import base64
import contextlib
import io
import os
import re
import secrets
from pathlib import Path

from werkzeug.exceptions import UnprocessableEntity

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools.mimetypes import MIMETYPE_HEAD_SIZE

from ...tools import fixity, keyring
from ...tools.encrypted_stream import EncryptedStream, KeptStream, MarkedStream
from ...tools.http_headers import served_type
from ..common.customer_archive_guard import is_ours
from ..common.roles import ADMIN
from ..encryption.customer_archive_keyring import UPLOAD, KeyProblem
from .ir_attachment import ITEM
from .ir_attachment_view import Unshown
from .ir_attachment_watermark import Unmarked

CONTENT = "content"
KEY, DIGEST = "archive_key", "archive_digest"
# Of what is stored, taken as it comes in.
SHA256, SM3 = "archive_sha256", "archive_sm3"
SEAL = "archive_seal"
# By which nobody searches.
CLOSED = {KEY, DIGEST, SHA256, SM3, SEAL}


class IrAttachment(models.Model):
    """Copies of items are encrypted as they come in, and decrypted as they go out.

    Each has a content key of its own, wrapped by its file's data key in
    ``archive_key``; what the filestore holds is :mod:`..tools.keyring`'s format.
    """

    _inherit = "ir.attachment"

    archive_key = fields.Char(groups=fields.NO_ACCESS, copy=False, readonly=True)
    archive_sha256 = fields.Char(
        groups=fields.NO_ACCESS,
        copy=False,
        readonly=True,
        export_string_translation=False,
    )
    archive_sm3 = fields.Char(
        groups=fields.NO_ACCESS,
        copy=False,
        readonly=True,
        export_string_translation=False,
    )

    # Coming in

    @api.model_create_multi
    def create(self, vals_list):
        contents = [self._archive_take_content(vals) for vals in vals_list]
        attachments = super().create([vals for vals, _content in contents])
        for attachment, (_vals, content) in zip(attachments, contents, strict=True):
            if content is not None:
                attachment._archive_store(io.BytesIO(content))
        return attachments

    def write(self, vals):
        vals = {name: value for name, value in vals.items() if name != KEY}
        if "thumbnail" in vals and ITEM in self.sudo().mapped("res_model"):
            # It would be a copy that isn't encrypted; each browser makes its own.
            del vals["thumbnail"]
            if not vals:
                return True
        if not {"res_model", "res_id"} & set(vals):
            return super().write(vals)
        # What opens a content says where it belongs: taken out before it moves.
        keys = [
            (each, each.sudo().archive_key, each._archive_content_key())
            for each in self._archive_encrypted()
        ]
        result = super().write(vals)
        for attachment, wrapped, key in keys:
            # Unless the same write brought another content.
            if attachment.sudo().archive_key == wrapped:
                wrapped = attachment._archive_wrapped(key)
                attachment._archive_write({KEY: wrapped})
        self._archive_encrypt()
        return result

    def _archive_encrypted(self):
        return self.filtered(lambda each: each.sudo().archive_key)

    def copy_data(self, default=None):
        if self._archive_encrypted():
            raise UserError(
                self.env._(
                    "Electronic copies can't be duplicated: upload the document again."
                )
            )
        return super().copy_data(default)

    def _migrate(self):
        # Content of items stays where it is, whatever storage Odoo moves the others to.
        return super(IrAttachment, self - self._archive_encrypted())._migrate()

    @api.model
    def _archive_take_content(self, vals):
        """Return (values without content, content to encrypt or None)."""
        vals = {name: value for name, value in vals.items() if name != KEY}
        brought = vals.get("type") != "url" and {"datas", "raw"} & set(vals)
        if vals.get("res_model") != ITEM or not brought:
            return vals, None
        datas, raw = vals.pop("datas", None), vals.pop("raw", None)
        # By what it is, and not by what its sender says of it.
        for told in ("thumbnail", "mimetype"):
            vals.pop(told, None)
        content = raw or base64.b64decode(datas or b"")
        content = content.encode() if isinstance(content, str) else content
        head = content[:MIMETYPE_HEAD_SIZE]
        return {
            **vals,
            "mimetype": self._compute_mimetype({**vals, "raw": head}),
        }, content

    @api.model
    def _archive_upload(self, name, source, item_id):
        """Create a copy of an item from an open file, in bounded memory.

        :param source: binary file, at its beginning
        :param item_id: id of the item, or 0 if it isn't saved yet
        """
        head = source.read(MIMETYPE_HEAD_SIZE)
        source.seek(0)
        attachment = self.create(
            {
                "name": name,
                "mimetype": self._compute_mimetype({"name": name, "raw": head}),
                "res_model": ITEM,
                "res_id": item_id,
            }
        )
        attachment._archive_store(source)
        return attachment

    def _archive_store(self, source):
        """Put the content of ``source`` into the filestore, encrypted."""
        self.ensure_one()
        # Without it, nothing is stored at all.
        wrapping = self._archive_wrapping_key()
        keys = self.env["customer.archive.keyring"]
        # Uploads share a key; what they become are the keys of today.
        bound = self._archive_file()
        suite = wrapping.suite if bound else keyring.SUITES[keys._suite()]
        content_key = secrets.token_bytes(32)
        name = secrets.token_hex(20)
        name = f"{name[:2]}/{name}"
        path = self._full_path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        # In case this transaction ends badly.
        self._mark_for_gc(name)
        with open(path, "wb") as target, fixity.Digests() as digests:
            size = keyring.encrypt(content_key, suite, source, target, digest=digests)
        self._archive_write(
            {
                "store_fname": name,
                "db_datas": False,
                "index_content": False,
                "file_size": size,
                # Of what is stored: it tells nothing about the content.
                "checksum": digests["sha1"],
                SHA256: digests["sha256"],
                SM3: digests["sm3"],
                KEY: self._archive_wrapped(content_key),
            }
        )

    def _archive_write(self, vals):
        # As Odoo itself writes where a content is stored: its own ``write`` drops it.
        models.BaseModel.write(self.sudo(), vals)

    def _archive_wrapping_key(self):
        """Return the data key of the file, or that of uploads on their way to one."""
        keys = self.env["customer.archive.keyring"]
        file = self._archive_file()
        return keys._file_key(file) if file else keys._named_key(UPLOAD)

    def _archive_wrapped(self, content_key):
        keys = self.env["customer.archive.keyring"]
        wrapping = self._archive_wrapping_key()
        return keys._seal(wrapping, self, CONTENT, self.sudo().res_id, content_key)

    def _archive_content_key(self):
        own, keys = self.sudo(), self.env["customer.archive.keyring"]
        return keys._open(self, CONTENT, own.res_id, own.archive_key)

    def _archive_encrypt(self):
        """Encrypt what came in plain."""
        self.sudo().filtered(lambda each: each.res_model == ITEM)._archive_encrypt_all()

    def _archive_encrypt_all(self):
        """Encrypt these, whatever they belong to. Called as superuser."""
        bound = self
        thumbnails = bound._archive_thumbnails()
        plain = thumbnails.mapped("store_fname")
        thumbnails.unlink()
        for attachment in bound - bound._archive_encrypted():
            if attachment.type != "binary":
                continue
            if attachment.store_fname:
                plain.append(attachment.store_fname)
            with attachment._archive_plain() as source:
                attachment._archive_store(source)
        self._archive_remove_plain(plain)

    def _archive_thumbnails(self):
        """Return the small pictures that were made of what came in plain."""
        # Attachments of attachments: a field of Odoo's, not somebody's upload.
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "thumbnail"),
                    ("res_id", "in", self.ids),
                ]
            )
        )

    def _archive_plain(self):
        if self.store_fname:
            return Path(self._full_path(self.store_fname)).open("rb")
        return io.BytesIO(self.db_datas or b"")

    @api.model
    def _archive_remove_plain(self, names):
        """Remove files from the filestore once that is final, if nobody needs them."""
        pool, full_path = self.pool, self._full_path
        for name in names:
            # Should the server stop before, Odoo's own garbage collection does it.
            self._file_delete(name)

        @self.env.cr.postcommit.add
        def remove():
            with pool.cursor() as cr:
                cr.execute(
                    "SELECT store_fname FROM ir_attachment WHERE store_fname = ANY(%s)",
                    [list(names)],
                )
                used = {name for (name,) in cr.fetchall()}
            for name in set(names) - used:
                if os.path.exists(full_path(name)):
                    os.unlink(full_path(name))

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        # Odoo searches attachments as superuser, past the rights on fields.
        names = {*_names_in(domain), *re.findall(r"\w+", order or "")}
        for name in CLOSED & names if not self.env.su else ():
            self._check_field_access(self._fields[name], "read")
        return super()._search(domain, offset, limit, order, **kwargs)

    # Going out

    def _compute_raw(self):
        encrypted = self.filtered(lambda each: each._archive_must_decrypt())
        marked = {}
        for attachment in encrypted:
            attachment.raw, marked[attachment.id] = attachment._archive_read()
        encrypted._archive_record_taken(marked)
        return super(IrAttachment, self - encrypted)._compute_raw()

    def _set_attachment_data(self, asbytes):
        encrypted = self.filtered(lambda each: each.res_model == ITEM)
        for attachment in encrypted:
            old = attachment.sudo().store_fname
            attachment._archive_store(io.BytesIO(asbytes(attachment)))
            attachment.invalidate_recordset(["raw", "datas"])
            if old:
                self._file_delete(old)
        return super(IrAttachment, self - encrypted)._set_attachment_data(asbytes)

    def _to_http_stream(self):
        if not self._archive_must_decrypt():
            stream = super()._to_http_stream()
            # Whatever it is, it came with a record of ours.
            return KeptStream.of(stream) if is_ours(self.sudo().res_model) else stream
        event = self._archive_event()
        self._archive_check_content(event)
        if event == "download":
            self._archive_check_download()
        told = {"mimetype": self.mimetype, "download_name": self.name}
        with self._archive_told(), contextlib.ExitStack() as stack:
            reader = self._archive_reader()
            # Unless the answer takes it over.
            stack.callback(reader.close)
            shown = self._archive_shown(reader) if event == "view" else None
            if event == "view" and not shown and not served_type(self.mimetype)[1]:
                # What no browser shows is taken away, whatever was asked for.
                event = "download"
                self._archive_check_download()
            marked = None if shown else self._archive_marked(reader)
            if not shown and not isinstance(marked, bytes):
                stack.pop_all()
        self._archive_record_content(event, marked)
        if shown:
            return shown
        if isinstance(marked, bytes):
            return MarkedStream(marked, **told)
        return EncryptedStream(reader, verified=self._archive_told, **told)

    @contextlib.contextmanager
    def _archive_told(self):
        """Let the browser show what is wrong with a content.

        Odoo's routes would answer "not found" to a UserError, or show another picture.
        """
        try:
            with self._archive_verified():
                yield
        except (KeyProblem, Unmarked, Unshown) as error:
            if not request:
                raise
            raise UnprocessableEntity(str(error)) from None

    def _archive_must_decrypt(self):
        """Whether the content is shown decrypted or not at all.

        A copy of an item without its key was altered: what is stored for it may be
        anybody's.
        """
        own = self.sudo()
        stored = own.type == "binary" and (own.store_fname or own.db_datas)
        return bool(own.archive_key or (own.res_model == ITEM and stored))

    def _archive_read(self):
        """Return the whole content, after the checks, and how it is marked.

        :return: bytes, and what :meth:`_archive_marked` returned
        """
        self._archive_check_content("download")
        self._archive_check_download()
        reader = self._archive_reader()
        with reader, self._archive_verified():
            reader.verify()
            marked = self._archive_marked(reader)
            return marked if isinstance(marked, bytes) else reader.read(), marked

    def _archive_reader(self):
        """Return the decrypted content as a file."""
        key = self._archive_content_key()
        with self._archive_verified():
            path = Path(self._full_path(self.sudo().store_fname))
            if not path.is_file():
                raise keyring.Tampered("truncated", "the stored file is gone")
            return keyring.Reader(key, path.open("rb"))

    def _archive_verified(self):
        """Return a context manager that records and words damage of the content."""
        return self.env["customer.archive.keyring"]._explained(self)

    def _archive_check_content(self, event):
        """Check that the user may see the content.

        Who asks counts, and not with whose rights the code runs: links with a token
        and code that works as superuser pass here, too.

        :param event: "view" or "download"
        :raise AccessError: if the user may not
        """
        self.ensure_one()
        item = self._bound_archive_items()
        sensitive = item.type_id.is_sensitive
        own = self.sudo(False)
        if not own.env.su and self.env.user.has_group(ADMIN):
            raise item._refusal(
                self.env._(
                    "Administrators of the customer files can't decrypt anything. "
                    "Ask someone who works with the file."
                ),
                event,
            )
        if sensitive and own.env.su:
            raise item._refusal(
                self.env._("Sensitive items can only be opened by users."), event
            )
        own.check_access("read")
        if sensitive:
            self.env.user._archive_check_sensitive(item)
            item._check_copy_needed(event)


def _names_in(domain):
    """Return the names of all fields that a domain goes by, nested ones included."""
    names = set()
    for condition in fields.Domain(domain).iter_conditions():
        names.update(condition.field_expr.split("."))
        if isinstance(condition.value, fields.Domain | list | tuple) and (
            condition.operator.strip("!").endswith("any")
        ):
            names |= _names_in(condition.value)
    return names
