import contextlib
import hashlib
import io
import os

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import sharing_package as package
from ...tools.papers import watermark
from ..common.roles import ADMIN, RELEASES_PACKAGES
from ..common.sentinel import as_system
from ..common.values import label

PASSWORD = "password_sealed"
CHUNK = 256 * 1024


class CustomerArchiveSharing(models.Model):
    """What an outsider gets: an encrypted package, and its password by another way."""

    _inherit = "customer.archive.sharing"

    password_sealed = fields.Char(
        groups=fields.NO_ACCESS,
        prefetch=False,
        copy=False,
        export_string_translation=False,
    )
    can_hand_over = fields.Boolean(
        compute="_compute_can_hand_over", export_string_translation=False
    )

    @api.depends("is_open", "recipient", "user_id")
    @api.depends_context("uid")
    def _compute_can_hand_over(self):
        for sharing in self:
            outside = sharing.recipient == "outsider" and sharing.is_open
            sharing.can_hand_over = outside and sharing._may_hand_over()

    @api.model
    def _ended_values(self):
        # Nobody needs it any more.
        return {**super()._ended_values(), PASSWORD: False}

    # Submission

    def _check_packable(self):
        """Check that every item can go into a package, and note which copies would.

        :raise UserError: naming the items that have no electronic copy
        :raise RedirectWarning: for sensitive items, without a valid undertaking
        """
        # That the applicant sees them was checked.
        items = self.sudo().document_ids
        bare = items.filtered(lambda item: not item.attachment_ids)
        if bare:
            raise UserError(
                self.env._(
                    "%s has no electronic copy: remove it, or attach one first.",
                    ", ".join(f"“{name}”" for name in bare.type_id.mapped("name")),
                )
            )
        self._check_signed(items)
        copies = fields.Command.set(items.attachment_ids.ids)
        as_system(self.sudo()).write({"copy_ids": [copies]})

    def _check_signed(self, items):
        sensitive = items.filtered("is_sensitive")
        if sensitive:
            self.env.user._archive_check_sensitive(sensitive.sudo(False))

    # The password

    def _make_password(self):
        """Make the password, which is kept sealed with the key of the file."""
        keys = self.env["customer.archive.keyring"]
        key = keys._file_key(self.archive_id)
        plain = package.new_password().encode()
        sealed = keys._seal(key, self, PASSWORD, self.archive_id.id, plain)
        as_system(self).write({PASSWORD: sealed})

    def _password(self):
        """Return the password; who gets to know it was checked before."""
        own, keys = self.sudo(), self.env["customer.archive.keyring"]
        return keys._open(
            self, PASSWORD, own.archive_id.id, own.password_sealed
        ).decode()

    # Public methods

    def action_show_password(self):
        """Return what shows the password, to be told another way than the package.

        :raise AccessError: unless one applied for it, or is of compliance or management
        :raise UserError: if it isn't shared with an outsider now
        """
        self.ensure_one()
        self._check_handing_over("password")
        self.env["customer.archive.log"]._record("share", self, "password")
        return {
            "type": "ir.actions.client",
            "tag": "customer_archive.show_password",
            "params": {
                "number": self.name,
                "password": self._password(),
                "channel": label(self, "channel"),
            },
        }

    def action_download(self):
        """Return the action that downloads the package.

        :raise RedirectWarning: for sensitive items, without a valid undertaking
        """
        self.ensure_one()
        self._check_handing_over("package")
        # Said here, where there is a way to the undertaking.
        self._check_signed(self.sudo()._wanted_items())
        return {
            "type": "ir.actions.act_url",
            "url": f"/customer_archive/sharing/{self.id}.zip",
            "target": "download",
        }

    def _may_hand_over(self):
        user = self.env.user
        if user.has_group(ADMIN):
            return False
        return user == self.user_id or user.has_groups(RELEASES_PACKAGES)

    def _check_handing_over(self, operation):
        """Check that this user may hand the package over at this moment.

        :param operation: what is asked for, as a code
        """
        # Who asks counts, and not with whose rights the code runs.
        self.sudo(False).check_access("read")
        if not self._may_hand_over():
            raise self._refusal(
                self.env._(
                    "Packages are handed over by the requester, compliance or "
                    "management."
                ),
                operation,
            )
        if self.recipient != "outsider":
            raise UserError(
                self.env._(
                    "Packages are for external recipients: the department reads "
                    "the items here."
                )
            )
        # Looked up now: what was computed before may be over.
        self.invalidate_recordset(["is_open"])
        if not self.is_open:
            raise UserError(
                self.env._(
                    "%s isn't active: packages can be created from its approval or "
                    "start until its end.",
                    self.display_name,
                )
            )

    # The package

    @api.private
    def write_package(self, target):
        """Write the encrypted package and record it, with its digest.

        :param target: binary file to write to and to read from, at its beginning
        :raise AccessError: unless one may hand it over, and download each copy
        :raise UserError: if it isn't running, or a copy can't be marked
        """
        self.ensure_one()
        # A revocation under way ends first, or waits.
        self._wait_for_others()
        self._check_handing_over("package")
        copies = self._copies_to_pack()
        package.write_package(
            target,
            self._marked_copies(copies),
            self._about(),
            self._password(),
            words=self._in_words,
        )
        digest = _digest(target)
        # sudo: users have no write access to these rows; their maker was checked above.
        as_system(self.env["customer.archive.sharing.package"].sudo()).create(
            {
                "sharing_id": self.id,
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
                "digest": digest,
            }
        )
        self.env["customer.archive.log"]._record("share", self, f"package {digest}")

    def _copies_to_pack(self):
        """Return the copies that were decided on and that the items still have."""
        own = self.sudo()
        copies = (own._wanted_items().attachment_ids & own.copy_ids).sorted("id")
        if not copies:
            raise UserError(
                self.env._(
                    "%s: the approved copies no longer exist. Submit a new request.",
                    self.display_name,
                )
            )
        # From here on with the user's own rights.
        return copies.sudo(False)

    def _marked_copies(self, copies):
        """Yield name and content of each copy, marked, one after the other.

        Kinds are named and not the party: names are readable outside the encryption.
        """
        lines = self._mark()
        for index, copy in enumerate(copies, 1):
            copy._archive_check_content("download")
            # What takes a mark gets one, or doesn't go out.
            copy._archive_record_content("download", None)
            kind = copy._bound_archive_items().type_id.name
            name = f"{index:02d} {kind}{os.path.splitext(copy.name or '')[1].lower()}"
            with contextlib.ExitStack() as stack:
                with copy._archive_verified():
                    reader = stack.enter_context(copy._archive_reader())
                    reader.verify()
                yield name, self._marked(copy, kind, reader, lines)

    def _marked(self, copy, name, reader, lines):
        """Return a content with its mark, in memory; as it is if it takes none.

        :raise UserError: if it can't be marked
        """
        head = reader.read(1024)
        reader.seek(0)
        kind = watermark.kind_of(copy.name, copy.mimetype, head)
        if not kind:
            return reader
        target = io.BytesIO()
        try:
            if kind == "pdf":
                watermark.stamp_pdf(reader, target, lines)
            else:
                watermark.mark_xlsx(reader, target, " · ".join(lines))
        except watermark.Unmarkable as error:
            reasons = {
                "protected": self.env._("the file is password-protected"),
                "too_large": self.env._("the file is too large"),
            }
            raise UserError(
                self.env._(
                    "“%(item)s” can't be watermarked with its recipient: "
                    "%(reason)s. Submit the request again without it, or with "
                    "another copy.",
                    item=name,
                    reason=reasons.get(error.code) or self.env._("the file is damaged"),
                )
            ) from None
        target.seek(0)
        return target

    def _mark(self):
        return [
            self.env._("For use by %s only", self.recipient_name),
            f"{self.name} {self._local(fields.Datetime.now())}",
        ]

    def _local(self, moment):
        """Return a Datetime as text, where the company is."""
        return self.sudo().company_id._archive_time(moment)

    def _about(self):
        """Return what the manifest says, as a dictionary."""
        own = self.sudo()
        return {
            "request": self.name,
            "sender": own.company_id.name,
            "handed_over_by": self.env.user.name,
            "recipient": self.recipient_name,
            "contact": self.recipient_contact,
            "about": own.partner_id.name,
            "purpose": self.purpose,
            "legal_basis": label(self, "legal_basis"),
            "keep_until": self._local(self.date_to),
        }

    def _in_words(self, manifest):
        """Return the manifest as the recipient reads it."""
        about = manifest["about"]
        lines = [
            self.env._("%(sender)s, sharing %(request)s", **about),
            self.env._("For: %(recipient)s, %(contact)s", **about),
            self.env._("About: %(about)s", **about),
            self.env._("Purpose: %(purpose)s", **about),
            self.env._("Legal basis: %(legal_basis)s", **about),
            self.env._(
                "Keep these copies until %(keep_until)s at the latest, use them "
                "for this purpose only, and then delete them.",
                **about,
            ),
            "",
        ]
        for each in manifest["files"]:
            lines += [f"{each['name']} ({each['size']})", f"SHA-256 {each['sha256']}"]
        return "\n".join(lines) + "\n"


def _digest(stream):
    digest = hashlib.sha256()
    stream.seek(0)
    while part := stream.read(CHUNK):
        digest.update(part)
    return digest.hexdigest()
