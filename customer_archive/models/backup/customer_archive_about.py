from odoo import fields, models

from ...tools.sharing_package import safe_name


class CustomerArchive(models.Model):
    """What a backup tells of a file, for people."""

    _inherit = "customer.archive"

    def _backup_is_open(self):
        """Whether names may stand on a target: of no person, and nothing classified."""
        party = self.partner_id
        return (
            self.security_level == "internal" and not self.is_blocked
        ) and party.is_company

    def _backup_folder(self):
        """Return the folder that tells of a file, nothing of one that is destroyed."""
        self.ensure_one()
        if self.state == "destroyed":
            return ""
        words = [self.name or "draft"]
        if self._backup_is_open():
            words.append(self.partner_id.name or "")
        year = (self.opening_date or self.create_date).year
        return f"{year}/{safe_name(' '.join(words))} ({self.id})"

    def _backup_about(self, digests):
        is_open = self._backup_is_open()
        items = [
            {
                "item": item.type_id.name if is_open else None,
                "copies": [
                    {
                        "name": item._backup_name_of(copy) if is_open else None,
                        "sha256": digests.get(copy.id),
                    }
                    for copy in item.attachment_ids
                ],
            }
            for item in self.document_ids
        ]
        about = {
            "party": self.partner_id.name,
            "category": self.category_id.name,
            "state": self.state,
            "level": self.security_level,
        }
        return {
            "number": self.name or None,
            "company": self.company_id.name,
            **(about if is_open else dict.fromkeys(about)),
            "written": fields.Datetime.to_string(fields.Datetime.now()),
            "items": items,
        }


class CustomerArchiveDocument(models.Model):
    _inherit = "customer.archive.document"

    def _backup_name_of(self, copy):
        """Return the name of a copy; of what is sensitive it may name a person."""
        return None if self.is_sensitive else safe_name(copy.name)
