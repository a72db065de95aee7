import contextlib
import io
import zipfile

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import transfer_package as package
from ..common.sentinel import as_system
from .customer_archive_transfer import HERE

COPY = "ir.attachment"
# Of what a check finds, what keeps a copy from being handed over as it was filed.
STOPPING = ("altered", "missing", "size", "key", "unreadable", "plain")
# In which states there is a package to download.
PACKED = ("packed", "witness", "handed")


class CustomerArchiveTransfer(models.Model):
    """The package: what is in it is settled once, and written anew for each download.

    What is kept is the manifest with all digests, and the members that aren't copies.
    Contents stay where they are, encrypted, and only go out if they still have the
    digests of the manifest. So no decrypted copy lies anywhere, and what is destroyed
    is gone from here, too.
    """

    _inherit = "customer.archive.transfer"

    packed_by_id = fields.Many2one(
        "res.users", string="Packed by", readonly=True, ondelete="restrict"
    )
    packed_on = fields.Datetime(readonly=True)
    copies = fields.Integer(string="Copies in It", readonly=True, aggregator=None)
    size = fields.Float(string="Size (MB)", readonly=True, digits=(16, 1))
    manifest_digest = fields.Char(
        string="SHA-256 of the Manifest",
        readonly=True,
        help=(
            "It is on the list that both sides sign: with it, the new custodian finds "
            "any alteration of the package."
        ),
    )
    manifest_id = fields.Many2one(COPY, readonly=True)
    list_id = fields.Many2one(COPY, string="Transfer List (XLSX)", readonly=True)
    papers_id = fields.Many2one(
        COPY, string="Metadata and Report", readonly=True, groups=fields.NO_ACCESS
    )
    paper_ids = fields.Many2many(
        COPY, string="Manifest and List", compute="_compute_paper_ids"
    )

    @api.depends("manifest_id", "list_id")
    def _compute_paper_ids(self):
        for transfer in self:
            transfer.paper_ids = transfer.manifest_id | transfer.list_id

    @api.model
    def _protected(self):
        names = ("packed_by_id", "packed_on", "manifest_digest", "manifest_id")
        return {
            **super()._protected(),
            **dict.fromkeys((*names, "list_id", "papers_id"), False),
            **dict.fromkeys(("copies", "size"), 0),
        }

    # Actions of the screen

    def action_pack(self):
        """Check and read all copies, and settle what the package holds.

        It can be done again until the files were handed over; each time there is a
        new digest, and a list to sign.

        :raise AccessError: for others than archivists
        :raise UserError: naming the copy that can't be packed
        """
        self._check_step("pack", *HERE)
        self._check_free()
        items = self._items_to_pack()
        checks = self._checks()
        moment = fields.Datetime.now()
        made = self._made_in_house(items, checks, moment)
        # Who may was checked, and that the user reads every item.
        self.sudo()._keep_package(moment, *made)
        digest = self.sudo().manifest_digest
        log = self.env["customer.archive.log"]
        log._record("dispose", self, f"transfer packed {self.name} {digest}")
        return True

    def action_download(self):
        """Return the action that downloads the package.

        :raise AccessError: for others than archivists
        """
        self._check_download()
        return {
            "type": "ir.actions.act_url",
            "url": f"/customer_archive/transfer/{self.id}.zip",
            "target": "download",
        }

    def _check_download(self):
        # Who asks counts, and not with whose rights the code runs.
        self.sudo(False)._check_step("take_package", *PACKED)
        self._check_free()
        self._items_to_pack()

    # What is packed

    def _items_to_pack(self):
        """Return the items of the files, each of which the user reads.

        What is sensitive goes along: that is what the list was approved for. Who
        carries it has signed for it.

        :raise UserError: if the user doesn't read all of them
        :raise RedirectWarning: without a valid undertaking
        """
        items = self._items_read(self.sudo().line_ids.archive_id)
        return items.filtered(lambda item: item.is_received or item.attachment_ids)

    def _checks(self):
        """Check the four properties of each file; return the checks.

        :raise UserError: naming the copies that aren't as they were filed
        """
        checks = self.env["customer.archive.integrity"]
        # That the user reads the files was checked.
        for file in self.sudo().line_ids.archive_id:
            checks += file.sudo(False)._check_integrity()
        found = checks.sudo().failure_ids.filtered(
            lambda line: line.problem in STOPPING
        )
        if found:
            self._refuse_copies(found)
        return checks.sudo()

    def _refuse_copies(self, found):
        words = dict(found._fields["problem"]._description_selection(self.env))
        raise UserError(
            self.env._(
                "These copies can't be handed over; nothing was packed. Restore them "
                "from the backup first:\n%s",
                "\n".join(
                    f"{line.archive_id.name}: {line.copy_name} – {words[line.problem]}"
                    for line in found
                ),
            )
        )

    # What is kept

    def _keep_package(self, moment, manifest, papers, copies):
        """Store what was made, in place of what there was; as superuser."""
        self._remove_package()
        old = self.manifest_id | self.list_id
        values = {
            "manifest_id": self._kept(package.MANIFEST, manifest).id,
            "list_id": self._kept(package.LIST, papers[package.LIST]).id,
            "papers_id": self._kept("papers.zip", _zipped(papers)).id,
        }
        as_system(self).write(
            {
                **values,
                "state": "packed",
                "packed_by_id": self.env.uid,
                "packed_on": moment,
                "manifest_digest": package.digest_of(manifest),
                "copies": len(copies),
                "size": sum(copies.mapped("file_size")) / 2**20,
                "handed_by_id": False,
            }
        )
        as_system(old).unlink()

    def _kept(self, name, content):
        values = {"res_model": self._name, "res_id": self.id}
        return as_system(self.env[COPY]).create(
            {"name": name, "raw": content, **values}
        )

    def _remove_package(self):
        """Delete all of the package but manifest and list; as superuser."""
        papers = self.papers_id
        as_system(self).write({"papers_id": False})
        as_system(papers).unlink()

    # What goes out

    @api.private
    def write_package(self, target):
        """Write the package, and record each copy that goes out with it.

        :param target: binary file to write to, at its beginning
        :raise AccessError: for others than archivists
        :raise UserError: naming the copy that isn't as it was packed
        """
        self.ensure_one()
        self._check_download()
        # From here on as what was checked.
        own = self.sudo()
        manifest = own._stored_manifest()
        copies = own._copies_by_path()
        with contextlib.ExitStack() as stack:
            papers = stack.enter_context(own.papers_id._archive_plain())
            papers = stack.enter_context(zipfile.ZipFile(papers))

            @contextlib.contextmanager
            def opened(path):
                if path in copies:
                    with self._decrypted(copies[path]) as reader:
                        yield reader
                else:
                    with papers.open(path) as member:
                        yield member

            try:
                package.write_package(target, manifest, opened, own.packed_on)
            except package.Altered as error:
                raise self._repack(error.args[0]) from None
        self._record_taken(copies.values())

    def _record_taken(self, copies):
        taken = self.env[COPY].union(*copies)
        # With the user's own rights, as each download.
        taken.sudo(False)._archive_record_taken(dict.fromkeys(taken.ids))
        digest = self.sudo().manifest_digest
        log = self.env["customer.archive.log"]
        log._record("dispose", self, f"transfer taken {self.name} {digest}")

    def _stored_manifest(self):
        """Return the manifest as it was made.

        :raise UserError: if what is stored is something else
        """
        try:
            with self.manifest_id._archive_plain() as source:
                content = source.read()
        except FileNotFoundError:
            content = b""
        if package.digest_of(content) != self.manifest_digest:
            raise self._repack(package.MANIFEST)
        return content

    def _repack(self, path):
        return UserError(
            self.env._(
                "“%s” isn't what was packed: nothing was written. Pack the files "
                "again; there will be a new list to sign.",
                path,
            )
        )


def _zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return stream.getvalue()
