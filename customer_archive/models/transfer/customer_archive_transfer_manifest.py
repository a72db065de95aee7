import io
import json
import zipfile
from datetime import UTC
from pathlib import PurePath

from odoo import models

from ...tools import fixity
from ...tools import transfer_package as package
from ...tools.transfer_list import write_list
from ...tools.transfer_metadata import metadata_of
from ..common.values import label

# Which member is which copy; it stays here.
COPIES = "copies.json"
# Headings of the list, and their width.
DIGESTS = (("SHA-256", 34), ("SM3", 34))


class CustomerArchiveTransfer(models.Model):
    """What the manifest, the metadata, the list and the check report say."""

    _inherit = "customer.archive.transfer"

    def _made_in_house(self, items, checks, moment):
        """Make all that a package holds besides copies; who may was checked.

        It is in the language of the company, whoever packs.

        :return: manifest (bytes), dictionary from path to bytes, and copies
        """
        lang = self.sudo().company_id.partner_id.lang or self.env.lang
        own = self.sudo().with_context(lang=lang)
        return own._made(items.with_env(own.env), checks.with_env(own.env), moment)

    def _made(self, items, checks, moment):
        about = self._about(moment)
        parts = Parts()
        for file in self.line_ids.archive_id.sorted("id"):
            own = items.filtered(lambda item, file=file: item.archive_id == file)
            self._add_file(parts, about, file, own)
        rows = listed(parts.files, parts.entries)
        parts.add_paper("list", package.LIST, self._list(about, rows))
        parts.add_paper("report", package.REPORT, self._report(about, checks))
        papers = {**parts.papers, COPIES: json.dumps(parts.copies).encode()}
        manifest = package.manifest_of(about, parts.files, parts.entries)
        return manifest, papers, self.env["ir.attachment"].browse(parts.copies.values())

    def _about(self, moment):
        disposal = self.disposal_id
        return {
            "number": self.name,
            "created": moment.replace(tzinfo=UTC).isoformat(),
            "list": disposal.name,
            "reason": disposal.reason,
            "approved_by": disposal.approved_by,
            "from": self.company_id.name,
            "to": self.transfer_to,
            "packed_by": self.env.user.name,
        }

    def _copies_by_path(self):
        """Return {path in the package: copy}; as superuser."""
        with (
            self.papers_id._archive_plain() as source,
            zipfile.ZipFile(source) as papers,
        ):
            ids = json.loads(papers.read(COPIES))
        copies = self.env["ir.attachment"].browse(ids.values())
        return dict(zip(ids, copies, strict=True))

    # One file

    def _add_file(self, parts, about, file, items):
        folder = package.folder_of(
            self._year_of(file), file.partner_id.name, parts.taken
        )
        described, told = [], []
        for item in items:
            contents = [
                self._add_copy(parts, folder, item, copy)
                for copy in item.attachment_ids.sorted("id")
                if copy.type == "binary"
            ]
            described.append((self._item_metadata(item), list(map(_data, contents))))
            told.append(self._item_listed(item, contents))
        unit = {"unit": about["from"], "receiver": about["to"]}
        xml = metadata_of(
            {**unit, "created": about["created"], "number": about["number"]},
            self._file_metadata(file, items),
            described,
        )
        parts.add_paper("metadata", f"{folder}/{package.METADATA}", xml)
        party = file.partner_id.name
        parts.files.append(
            {"number": file.name, "party": party, "folder": folder, "items": told}
        )

    def _add_copy(self, parts, folder, item, copy):
        """Read a copy for its digests, and record that; return its entry."""
        name = item.name + PurePath(copy.name or "").suffix.lower()
        path = package.path_in(folder, name, parts.taken)
        entry = self._entry_of(copy, path)
        parts.entries.append(entry)
        parts.copies[path] = copy.id
        detail = f"transfer read {self.name} attachment {copy.id}"
        self.env["customer.archive.log"]._record("dispose", item, detail)
        return entry

    def _file_metadata(self, file, items):
        party, policy = file.partner_id, file.retention_policy_id
        until = file.retention_date or (
            file.is_kept_permanently and self.env._("Permanent Retention")
        )
        return {
            "来源/立档单位名称": file.company_id.name,
            "电子文件号": file.name,
            "档号": file.name,
            "内容描述/题名": f"{party.name} {self.env._('Customer File')}",
            "内容描述/责任者": party.name,
            "内容描述/日期": file.opening_date,
            "内容描述/密级": file._level_label(),
            "内容描述/保管期限": policy.display_name,
            "形式特征/件数": len(items),
            "扩展/往来单位": party.name,
            "扩展/统一社会信用代码": not file.is_person and party.vat,
            "扩展/类别": file.category_id.name,
            "扩展/归档日期": file.opening_date,
            "扩展/注销日期": file.closed_on,
            "扩展/保管至": until,
        }

    def _item_metadata(self, item):
        return {
            "内容描述/题名": item.name,
            "内容描述/责任者": item.issuer,
            "内容描述/日期": item.issue_date,
            "形式特征/件数": len(item.attachment_ids) + item.is_paper,
            "扩展/资料类型": item.type_id.name,
            "扩展/资料组": label(item, "group"),
            "扩展/编号": item.shown_number,
            "扩展/有效期至": self._validity(item),
            "扩展/形式": label(item, "form"),
            "扩展/纸质": self.env._("Yes") if item.is_paper else self.env._("No"),
        }

    def _validity(self, item):
        if item.is_endless:
            return self.env._("Valid Indefinitely")
        return str(item.valid_until or "")

    def _item_listed(self, item, contents):
        return {
            "item": item.type_id.name,
            "number": item.shown_number or "",
            "validity": self._validity(item),
            "paper": item.is_paper,
            "contents": [entry["path"] for entry in contents],
        }

    # The list and the report

    def _list(self, about, rows):
        headings = (
            (self.env._("No."), 6),
            (self.env._("File Number"), 18),
            (self.env._("Customer/Supplier"), 26),
            (self.env._("Item"), 20),
            (self.env._("Document Number"), 22),
            (self.env._("Number of Copies"), 8),
            (self.env._("On Paper"), 8),
            (self.env._("Pages"), 8),
            (self.env._("Name in the Package"), 40),
            *DIGESTS,
        )
        stream = io.BytesIO()
        cells = (
            [
                *(number, row["number"], row["party"], row["item"], row["document"]),
                *(row["copies"], int(row["paper"]), row["pages"], row["path"]),
                *(row["sha256"], row["sm3"]),
            ]
            for number, row in enumerate(rows, 1)
        )
        below = (
            self.env._("Handed over by: ________________  Date: ________________"),
            self.env._("Receiving person: ________________  Date: ________________"),
            self.env._(
                "Handover witnessed by: ________________  Date: ________________"
            ),
        )
        above = self._heading(about)
        write_list(stream, self.env._("Transfer List"), above, headings, cells, below)
        return stream.getvalue()

    def _heading(self, about):
        return (
            (self.env._("Transfer Number"), about["number"]),
            (self.env._("List Number"), about["list"]),
            (self.env._("Grounds"), about["reason"]),
            (self.env._("Approved by"), about["approved_by"]),
            (self.env._("Handed over from"), about["from"]),
            (self.env._("Transferred to"), about["to"]),
        )

    def _report(self, about, checks):
        headings = (
            (self.env._("File Number"), 18),
            (self.env._("Property"), 14),
            (self.env._("Check"), 50),
            (self.env._("Looked at"), 12),
            (self.env._("Failed"), 12),
            (self.env._("Copy"), 40),
        )
        rows = (
            [
                *(check.archive_id.name, label(line, "property"), label(line, "check")),
                *(line.tried, line.failed, line.copy_name),
            ]
            for check in checks
            for line in check.line_ids
        )
        stream = io.BytesIO()
        title = self.env._("Four-Property Check")
        write_list(stream, title, self._heading(about), headings, rows)
        return stream.getvalue()

    def _listed(self):
        """Return what the printed list shows: the manifest as it was made, and rows."""
        # Who reads the transfer reads its manifest.
        values = json.loads(self.sudo()._stored_manifest())
        return {**values, "rows": listed(values["files"], values["entries"])}


class Parts:
    """What a package is made of, while it is made."""

    def __init__(self):
        self.taken = {each.casefold() for each in (package.LIST, package.REPORT)}
        self.files, self.entries, self.papers, self.copies = [], [], {}, {}

    def add_paper(self, role, path, content):
        """Add a member that is no copy."""
        digests = fixity.digests_of(io.BytesIO(content))
        entry = package.entry_of(role, path, len(content), digests)
        self.entries.append(entry)
        self.papers[path] = content
        self.taken.add(path.casefold())


def _data(entry):
    return {
        "形式特征/页数": entry["pages"],
        "电子属性/计算机文件名": entry["path"].rpartition("/")[2],
        "电子属性/计算机文件大小": entry["size"],
        "电子属性/格式信息": entry["mimetype"],
        "电子属性/摘要SHA256": entry["sha256"],
        "电子属性/摘要SM3": entry["sm3"],
    }


def listed(files, entries):
    """Return the rows of the list that both sides sign, one for each content or paper.

    :param files: as the manifest has them
    :param entries: as the manifest has them
    """
    known = {entry["path"]: entry for entry in entries}
    rows = []
    for file in files:
        for item in file["items"]:
            for number, path in enumerate(item["contents"] or [""]):
                entry = known.get(path, {})
                rows.append(
                    {
                        "number": file["number"],
                        "party": file["party"],
                        "item": item["item"],
                        "document": item["number"],
                        "copies": 1 if path else 0,
                        # A paper is counted once, however many copies there are.
                        "paper": item["paper"] and not number,
                        "pages": entry.get("pages"),
                        "path": path,
                        "sha256": entry.get("sha256", ""),
                        "sm3": entry.get("sm3", ""),
                    }
                )
    return rows
