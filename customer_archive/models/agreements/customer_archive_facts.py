from odoo import models

from ..common.values import label

LICENCE = "customer_archive.document_type_license"


class CustomerArchive(models.Model):
    """What whoever signs for us has to know of the party, from its file (C8)."""

    _inherit = "customer.archive"

    def _key_facts(self):
        """Return the facts by name, as texts; the user may read the file."""
        self.ensure_one()
        # Which papers there are and which aren't is no secret of the file's readers.
        file = self.sudo()
        return {
            "archive_name": self.display_name,
            "archive_state": self._state_label(),
            "relation_stage": label(file, "relation_stage"),
            "security_level": self._level_label(),
            "completeness": file.completeness,
            "licence": file._licence_words(),
            "registry_check": file._registry_words(),
            "missing_papers": _lines(file.missing_type_ids.mapped("name")),
            "expired_papers": _lines(file._expired_papers()),
            "open_doubts": _lines(file._open_doubts()),
        }

    def _licence_words(self):
        items = self._papers_of(LICENCE).filtered("is_complete")
        if not items:
            return self.env._("None in the file")
        if any(items.mapped("is_endless")):
            return self.env._("Valid indefinitely")
        dated = items.filtered("valid_until")
        if not dated:
            return self.env._("In the file, without its end date")
        last = max(dated, key=lambda item: item.valid_until)
        if last.validity_state == "expired":
            return self.env._("Expired on %s", last.valid_until)
        return self.env._("Valid until %s", last.valid_until)

    def _papers_of(self, type_name):
        kind = self.env.ref(type_name, raise_if_not_found=False)
        return self.document_ids.filtered(lambda item: item.type_id == kind)

    def _expired_papers(self):
        return [
            self.env._(
                "%(paper)s, on %(day)s", paper=item.type_id.name, day=item.valid_until
            )
            for item in self.document_ids
            if item.validity_state == "expired"
        ]

    def _open_doubts(self):
        doubts = self.doubt_ids.filtered(lambda doubt: doubt.state == "open")
        return [label(doubt, "kind") for doubt in doubts]

    def _registry_words(self):
        check = self.registry_check_ids.sorted(lambda each: (each.date, each.id))[-1:]
        if not check:
            return self.env._("Never looked up")
        values = {"day": check.date, "result": label(check, "result")}
        if check.is_lapsed:
            return self.env._("%(day)s: %(result)s; no longer counts", **values)
        return self.env._("%(day)s: %(result)s", **values)


def _lines(texts):
    return "\n".join(f"• {text}" for text in texts) or False
