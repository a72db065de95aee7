import hashlib
import json

from odoo import api, models
from odoo.exceptions import UserError


class CustomerArchiveBackupTarget(models.Model):
    """Where a target for exports leads: held to from the request to the removal."""

    _inherit = "customer.archive.backup.target"

    def _archive_address(self):
        """Return what says where a target leads, and by whose key; as superuser.

        The options are in it as they are stored, encrypted: so nothing of them can be
        guessed from it, and who enters others has to have them approved.

        :return: (how people read it, a digest of all)
        :raise BackupError: if it can't be used
        """
        where = self._where()
        parts = [self.id, self.url, self.holds, self.host_key or ""]
        parts += [where, self.ciphertext or ""]
        digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
        key = f" {self.host_key_print}" if self.host_key else ""
        return f"{self.name}: {self.url}{key}", digest

    def write(self, vals):
        led = {"url", "holds", "options", "active"} & vals.keys()
        if led - {"active"} or vals.get("active", True) is False:
            self._check_nothing_lies_there(
                self.filtered(lambda target: target._leads_elsewhere(vals, led))
            )
        return super().write(vals)

    def _leads_elsewhere(self, vals, names):
        """Whether values change where this leads; what options it has nobody reads."""
        if "options" in names and (vals["options"] or self.has_options):
            return True
        return any(vals[name] != self[name] for name in names - {"options"})

    @api.model
    def _check_nothing_lies_there(self, targets):
        """Refuse to lose sight of decrypted copies that are still to be removed.

        :raise UserError: naming the exports
        """
        # What lies there counts, whoever sees which export.
        trees = self.env["customer.archive.tree"].sudo()
        left = trees.search(
            [("target_id", "in", targets.ids), ("path", "!=", False)], limit=20
        )
        if left:
            raise UserError(
                self.env._(
                    "Exports still lie on this target: %s. End them first, and wait "
                    "until they are removed.",
                    ", ".join(left.mapped("name")),
                )
            )
