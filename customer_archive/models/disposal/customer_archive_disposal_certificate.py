import hashlib
import json
import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..common.sentinel import as_system

_logger = logging.getLogger(__name__)

KIND = "customer.archive.certificate"
FORMAT = 2
REPORT = "customer_archive.report_certificate"
# To read by machines, and to print.
KINDS = {"json": "application/json", "pdf": "application/pdf"}
PARTS = ("id", "digest")


def digest_of(content):
    """Return what stands for the content of a certificate in the record of use."""
    return hashlib.sha256(content).hexdigest()


class CustomerArchiveDisposal(models.Model):
    """The certificate of a destruction 销毁证明, to read and for machines.

    The second can be checked against the exported access record without this system:
    see ``tools/verify_record.py``.
    """

    # A file of its own, as the execution is.
    _inherit = "customer.archive.disposal"

    certificate_ids = fields.Many2many(
        "ir.attachment",
        compute="_compute_certificate_ids",
        help="Generated when the files were destroyed, and unchanged since.",
    )
    certificate_json_id = fields.Many2one(
        "ir.attachment",
        string="Certificate (JSON)",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    certificate_json_digest = fields.Char(
        string="SHA-256 of the Certificate (JSON)", readonly=True, copy=False
    )
    certificate_pdf_id = fields.Many2one(
        "ir.attachment",
        string="Certificate (PDF)",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    certificate_pdf_digest = fields.Char(
        string="SHA-256 of the Certificate (PDF)", readonly=True, copy=False
    )

    @api.depends(*(f"certificate_{kind}_{part}" for kind in KINDS for part in PARTS))
    def _compute_certificate_ids(self):
        for disposal in self:
            disposal.certificate_ids = self.env["ir.attachment"].union(
                *(disposal._bound_certificate(kind) for kind in KINDS)
            )

    @api.model
    def _protected(self):
        given = (f"certificate_{kind}_{part}" for kind in KINDS for part in PARTS)
        return {
            **super()._protected(),
            **dict.fromkeys(given, False),
        }

    def _bound_certificate(self, kind):
        """Return the stored certificate of a kind, if it is what was made."""
        stored = self[f"certificate_{kind}_id"]
        # Whoever reads the list may know whether it is; nobody is given the content.
        try:
            with stored.sudo()._archive_plain() as source:
                content = source.read()
        except FileNotFoundError:
            return stored.browse()
        genuine = digest_of(content) == self[f"certificate_{kind}_digest"]
        return stored if genuine else stored.browse()

    def _certify(self, lines):
        """Draw up the certificate of these lines, all of whose erasures are sealed.

        A job does it, which has no language: it is in that of the company's histories.
        """
        self._archive_in_house()._draw_up_certificate(lines)

    def _draw_up_certificate(self, lines):
        sequence = self.env["ir.sequence"].with_company(self.company_id)
        as_system(self).certificate = as_system(sequence).next_by_code(KIND)
        content = json.dumps(
            self._certified(lines.with_env(self.env)), ensure_ascii=False, indent=1
        )
        self._keep_certificate("json", content.encode())
        try:
            with self.env.cr.savepoint():
                pdf, kind = self.env["ir.actions.report"]._render_qweb_pdf(
                    REPORT, self.ids
                )
        except UserError as error:
            # It can be printed later: what it says is kept.
            _logger.info("The certificate %s isn't printed: %s", self.name, error)
            return
        if kind == "pdf":
            self._keep_certificate("pdf", pdf)

    def _keep_certificate(self, kind, content):
        """Store what was made, bound to this list and to the record of use."""
        attachment = as_system(self.env["ir.attachment"]).create(
            {
                "name": f"certificate_{self.certificate}.{kind}",
                "mimetype": KINDS[kind],
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self._bind_certificate(kind, attachment.id, digest_of(content))

    def _bind_certificate(self, kind, attachment_id, digest, how=""):
        """Record which attachment is a certificate, and what it says, permanently.

        :param how: what else the record says of it, as a code
        """
        as_system(self).write(
            {
                f"certificate_{kind}_id": attachment_id,
                f"certificate_{kind}_digest": digest,
            }
        )
        detail = f"certificate {self.certificate} {kind} {digest} {how}".strip()
        self.env["customer.archive.log"]._record("dispose", self, detail)

    def _certified(self, lines):
        """Return what the machine-readable certificate says, as a dict."""
        self.ensure_one()
        keys = self.env["customer.archive.keyring"]
        key_ids = list(filter(None, lines.archive_id.mapped("key_id")))
        with keys._explained():
            destroyed = keys._keystore().destroyed_at(key_ids) if key_ids else {}
        return {
            "kind": KIND,
            "format": FORMAT,
            "number": self.certificate,
            "database": keys._database(),
            "company_id": self.company_id.id,
            "company": self.company_id.name,
            "algorithm": keys._record_key()[1],
            "list": self.name,
            "reason": self.reason,
            "method": self.method,
            "executed_by": self.executor_id.name,
            "executed_on": _text(self.executed_on),
            "witnessed_by": self.witness_id.name,
            "witnessed_on": _text(self.witnessed_on),
            "approvals": [
                {
                    "step": row.name,
                    "by": row.decided_by_id.name,
                    "on": _text(row.decided_on),
                }
                for row in self._approved_rows()
            ],
            "files": [line._certified(destroyed) for line in lines],
        }


class CustomerArchiveDisposalLine(models.Model):
    """What a certificate says of one file."""

    # A file of its own, as the execution is.
    _inherit = "customer.archive.disposal.line"

    def _certified(self, destroyed):
        file = self.archive_id
        *rows, (place, digest, _commitment) = self._sealed_rows()
        return {
            "number": self.archive_number,
            "ending": self.verdict,
            "archive_id": file.id,
            "erased_on": _text(file.destroyed_on),
            "key": file.key_id or None,
            "key_destroyed_at": destroyed.get(file.key_id),
            "erasure": {"sequence": place, "digest": digest},
            "record": rows,
        }

    def _sealed_rows(self):
        """Return place, digest and commitment of each row up to the file's erasure."""
        self.env["customer.archive.log"].flush_model()
        self.env.cr.execute(
            "SELECT sequence, digest, commitment FROM customer_archive_log"
            " WHERE archive_id = %(file)s AND sequence <= ("
            "  SELECT MAX(sequence) FROM customer_archive_log"
            "  WHERE archive_id = %(file)s AND event = 'erase')"
            " ORDER BY sequence",
            {"file": self.archive_id.id},
        )
        return self.env.cr.fetchall()

    def _are_sealed(self):
        """Whether the erasures of these lines have their place in the record."""
        self.env["customer.archive.log"].flush_model()
        self.env.cr.execute(
            "SELECT COUNT(DISTINCT archive_id) FROM customer_archive_log"
            " WHERE archive_id = ANY(%s) AND event = 'erase' AND sequence IS NOT NULL",
            [self.archive_id.ids],
        )
        return self.env.cr.fetchone()[0] == len(self.archive_id)

    def _seal(self):
        """Give the erasures their places; return whether they have them."""
        if self._are_sealed():
            return True
        with self.pool.cursor() as own:
            api.Environment(own, SUPERUSER_ID, {})["customer.archive.log"]._seal()
        # What is read from here on is read behind it.
        self.env["ir.cron"]._commit_progress()
        return self._are_sealed()


def _text(moment):
    return fields.Datetime.to_string(moment) if moment else None
