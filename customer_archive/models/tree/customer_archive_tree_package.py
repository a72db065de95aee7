import contextlib
import io
import json
from datetime import UTC

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import transfer_package as package
from ...tools import tree_package
from ...tools.transfer_list import write_list
from ..common.sentinel import as_system
from ..transfer.customer_archive_transfer_manifest import DIGESTS

COPY = "ir.attachment"
# Of what is noted of a copy, what the manifest says nothing of.
NOTED = ("copy", "item_id", "line_id")


class CustomerArchiveTree(models.Model):
    """What an export holds: settled as it is submitted, and read anew to go out.

    Kept are digests only, with each file's line. Contents stay where they are,
    encrypted, and go out if they still are what was approved.
    """

    _inherit = "customer.archive.tree"

    copies = fields.Integer(
        string="Number of Copies", compute="_compute_copies", compute_sudo=True
    )
    size = fields.Float(
        string="Size (MB)",
        compute="_compute_copies",
        compute_sudo=True,
        digits=(16, 1),
    )
    frozen_on = fields.Datetime(
        string="Content Fixed on",
        readonly=True,
        copy=False,
        help="Copies that were added later, or replaced, are not exported.",
    )
    left_out = fields.Text(
        string="Not Exported",
        readonly=True,
        copy=False,
        help="What the last export did without, and why.",
    )
    exported_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict"
    )
    exported_on = fields.Datetime(string="Last Exported on", readonly=True, copy=False)
    manifest_digest = fields.Char(
        string="SHA-256 of the Manifest",
        readonly=True,
        copy=False,
        help="Of the last export: with it any alteration of the tree is found.",
    )

    @api.depends("line_ids.copies", "line_ids.size")
    def _compute_copies(self):
        for tree in self:
            tree.copies = sum(tree.line_ids.mapped("copies"))
            tree.size = sum(tree.line_ids.mapped("size"))

    @api.model
    def _protected(self):
        names = ("frozen_on", "left_out", "exported_by_id", "exported_on")
        return {
            **super()._protected(),
            **dict.fromkeys((*names, "manifest_digest"), False),
        }

    # What is asked for

    def _freeze_copies(self):
        """Settle which copies are asked for, by reading each; that is recorded.

        :raise UserError: if there is none, or one can't be read
        """
        items = self._items_read(self.line_ids.archive_id, self.include_sensitive)
        # The user reads them all; folders are named in the language of the company.
        lang = self.sudo().company_id.partner_id.lang or self.env.lang
        own = self.sudo().with_context(lang=lang)
        items, names = items.with_env(own.env), tree_package.Names()
        of_file = items.grouped("archive_id")
        for line in own.line_ids:
            line._freeze(names, of_file.get(line.archive_id, items.browse()))
        entries = [each for line in own.line_ids for each in line._noted()]
        if not entries:
            raise UserError(
                self.env._("There is nothing to export: these files have no copies.")
            )
        as_system(own).write({"frozen_on": fields.Datetime.now(), "left_out": False})
        self._record_copies("read", entries)

    def _record_copies(self, step, entries):
        items = self.env["customer.archive.document"].sudo()
        self.env["customer.archive.log"]._record_each(
            "export",
            [items.browse(each["item_id"]) for each in entries],
            [f"tree {step} {self.name} attachment {each['copy']}" for each in entries],
        )

    # What goes out

    def _check_export(self, *states):
        """Check that the user may export now; return the items, as superuser.

        :raise AccessError: for others than archivists, or who doesn't read the files
        :raise UserError: if it isn't time, or something is blocked
        """
        # Who asks counts, and not with whose rights the code runs.
        own = self.sudo(False)
        own._check_step("export_tree", *states)
        if own.date_to <= fields.Datetime.now():
            raise UserError(
                self.env._("%s: its term is over. Request a new export.", self.name)
            )
        own._check_files()
        files = self.sudo().line_ids.archive_id
        # What was destroyed since has no copies, and nothing to be read.
        files = files.filtered(lambda file: file.state != "destroyed")
        items = own._items_read(files, self.sudo().include_sensitive)
        own._check_levels()
        return items

    def _check_levels(self):
        """Check that no file was put on a higher level since who decided looked.

        :raise UserError: naming those that were
        """
        lines = self.sudo().line_ids.filtered("security_level")
        levels = lines.archive_id._fields["security_level"].get_values(self.env)
        raised = lines.filtered(
            lambda line: (
                levels.index(line.archive_id.security_level)
                > levels.index(line.security_level)
            )
        )
        if raised:
            raise UserError(
                self.env._(
                    "On a higher security level since the request: %s. Request a new "
                    "export.",
                    ", ".join(raised.mapped("archive_number")),
                )
            )

    def _entries_now(self, items, sent=None):
        """Return the entries that go out, and say what doesn't; as superuser.

        :param items: what :meth:`_check_export` returned
        :param sent: ids of the copies that were put on record, if they were before
        """
        noted = {line: line._noted() for line in self.line_ids}
        there = {
            copy.id: item
            for item in items
            for copy in item.attachment_ids
            if copy.type == "binary"
        }
        every = [each for entries in noted.values() for each in entries]
        # Moved to an item that wasn't asked for counts as gone.
        going = [
            each
            for each in every
            if each["copy"] in there and there[each["copy"]].id == each["item_id"]
        ]
        gone = len(every) - len(going)
        # Nothing leaves that wasn't on record before.
        here, known = len(going), sent and set(sent)
        going = [each for each in going if not sent or each["copy"] in known]
        newer = len(there.keys() - {each["copy"] for each in every})
        told = []
        if newer:
            told.append(self.env._("Added after the request, left out: %s.", newer))
        if gone:
            told.append(
                self.env._("Approved, and no longer there or on its item: %s.", gone)
            )
        if back := here - len(going):
            told.append(
                self.env._(
                    "Back on its item after the writing was asked for, left out: %s.",
                    back,
                )
            )
        as_system(self).write({"left_out": "\n".join(told) or False})
        if not going:
            raise UserError(
                self.env._("Nothing of what was approved is there any more.")
            )
        return going

    def _made(self, going):
        """Return manifest (bytes), index (bytes) and {path: copy}; as superuser."""
        lang = self.company_id.partner_id.lang or self.env.lang
        own = self.with_context(lang=lang)
        of_line = {line: [] for line in own.line_ids}
        for each in going:
            of_line[own.line_ids.browse(each["line_id"])].append(each)
        index = own._index(going)
        told = [
            {name: each[name] for name in each if name not in NOTED} for each in going
        ]
        manifest = tree_package.manifest(
            own._about_export(),
            [line._listed(entries) for line, entries in of_line.items() if entries],
            [tree_package.entry_of_index(index), *told],
        )
        return manifest, index, self._by_path(going)

    def _by_path(self, going):
        """Return {path: copy} of entries."""
        copies = self.env[COPY].browse(each["copy"] for each in going)
        paths = (each["path"] for each in going)
        return dict(zip(paths, copies, strict=True))

    def _about_export(self):
        return {
            "number": self.name,
            "created": self.frozen_on.replace(tzinfo=UTC).isoformat(),
            "from": self.company_id.name,
            "purpose": self.purpose,
            "requested_by": self.requester_id.name,
            "approved_by": self.approved_by,
            "until": self.date_to.replace(tzinfo=UTC).isoformat(),
            "left_out": self.left_out or "",
        }

    def _index(self, going):
        headings = (
            (self.env._("No."), 6),
            (self.env._("File Number"), 18),
            (self.env._("Customer/Supplier"), 26),
            (self.env._("Item"), 20),
            (self.env._("Document Number"), 22),
            (self.env._("Pages"), 8),
            (self.env._("Name in the Tree"), 60),
            *DIGESTS,
        )
        # Whether the party may be named was asked with its file.
        files = {line.id: line.archive_id for line in self.line_ids}
        rows = (
            [
                number,
                files[each["line_id"]].name,
                files[each["line_id"]].partner_id.name,
                *(each["item"], each["number"], each["pages"], each["path"]),
                *(each["sha256"], each["sm3"]),
            ]
            for number, each in enumerate(going, 1)
        )
        stream = io.BytesIO()
        title = self.env._("Electronic Tree")
        write_list(stream, title, self._above_index(), headings, rows)
        return stream.getvalue()

    def _above_index(self):
        until = self.company_id._archive_time(self.date_to)
        return (
            (self.env._("Number"), self.name),
            (self.env._("Purpose"), self.purpose),
            (self.env._("Requested by"), self.requester_id.name),
            (self.env._("Approved by"), self.approved_by),
            (self.env._("Available until"), until),
            (self.env._("Not Exported"), self.left_out),
        )

    def _opener(self, index, copies):
        """Return what opens each member of the tree by its path."""

        @contextlib.contextmanager
        def opened(path):
            if path in copies:
                with self._decrypted(copies[path]) as reader:
                    yield reader
            else:
                yield io.BytesIO(index)

        return opened

    def _altered(self, path):
        return UserError(
            self.env._(
                "“%s” isn't what was approved: nothing was exported. Request a new "
                "export.",
                path,
            )
        )

    def _record_export(self, step, note):
        """Record what leaves, of which files, why and where."""
        files = self.sudo().line_ids.filtered("copies").archive_id
        log = self.env["customer.archive.log"]
        log._record("export", files, f"tree {step} {self.name}", note)

    # As a download

    def action_download(self):
        """Return the action that downloads the tree as a ZIP file.

        :raise AccessError: for others than archivists
        """
        self._check_download()
        return {
            "type": "ir.actions.act_url",
            "url": f"/customer_archive/tree/{self.id}.zip",
            "target": "download",
        }

    def _check_download(self):
        items = self._check_export("approved")
        if self.sudo().target_id:
            raise UserError(
                self.env._(
                    "%s was approved for a target, and isn't downloaded.", self.name
                )
            )
        return items

    @api.private
    def write_package(self, target):
        """Write the tree as a ZIP, and record each copy that goes out with it.

        :param target: binary file to write to, at its beginning
        :raise AccessError: for others than archivists
        :raise UserError: naming the copy that isn't as it was approved
        """
        self.ensure_one()
        items = self._check_download()
        # From here on as what was checked.
        own = self.sudo()
        going = own._entries_now(items)
        manifest, index, copies = own._made(going)
        opened = own._opener(index, copies)
        try:
            package.write_package(target, manifest, opened, own.frozen_on)
        except package.Altered as error:
            raise self._altered(error.args[0]) from None
        taken = self.env[COPY].union(*copies.values())
        # With the user's own rights, as each download.
        taken.sudo(False)._archive_record_taken(dict.fromkeys(taken.ids))
        self._record_export("taken", self.sudo().purpose)
        own._note_exported(package.digest_of(manifest), self.env.user)

    def _note_exported(self, digest, user, **values):
        as_system(self).write(
            {
                "exported_by_id": user.id,
                "exported_on": fields.Datetime.now(),
                "manifest_digest": digest,
                **values,
            }
        )


class CustomerArchiveTreeLine(models.Model):
    _inherit = "customer.archive.tree.line"

    def _freeze(self, names, items):
        """Settle what of one file is asked for; as superuser, after the checks."""
        self.ensure_one()
        file, tree, entries = self.archive_id, self.tree_id, []
        folder = names.of_file(
            file.category_id.name,
            tree._year_of(file),
            f"{file.name} {file.partner_id.name}",
        )
        for item in items.sorted("id"):
            copies = item.attachment_ids.filtered(lambda copy: copy.type == "binary")
            below = names.of_item(folder, item.name) if copies else None
            for copy in copies.sorted("id"):
                entry = tree._entry_of(copy, names.of_copy(below, copy.name or ""))
                told = {"item": item.type_id.name, "number": item.shown_number or ""}
                noted = {"copy": copy.id, "item_id": item.id, "line_id": self.id}
                entries.append({**entry, **told, **noted})
        as_system(self).write(
            {
                "folder": folder,
                "security_level": file.security_level,
                "entries": json.dumps(entries, ensure_ascii=False),
                "copies": len(entries),
                "size": sum(each["size"] for each in entries) / 2**20,
            }
        )

    def _noted(self):
        """Return what was settled: nothing, if the file was destroyed since."""
        return json.loads(self.entries or "[]")

    def _listed(self, entries):
        """Return what the manifest says of the file."""
        items = {}
        for each in entries:
            items.setdefault(each["item_id"], []).append(each)
        file = self.archive_id
        return {
            "number": file.name,
            "party": file.partner_id.name,
            "folder": self.folder,
            "items": [
                {
                    "item": part[0]["item"],
                    "number": part[0]["number"],
                    "contents": [each["path"] for each in part],
                }
                for part in items.values()
            ],
        }
