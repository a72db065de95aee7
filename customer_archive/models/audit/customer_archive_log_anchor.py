import json
import logging
import os
from pathlib import Path

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError

from ...tools import chain
from ..common.roles import AUDITOR, users_of
from ..common.scheduled import scheduled
from ..common.sentinel import as_system, is_system
from ..encryption.customer_archive_keyring import _setting

_logger = logging.getLogger(__name__)


class CustomerArchiveLogAnchor(models.Model):
    """What an access record was at a moment, kept outside as well 锚点.

    A rewritten or shortened record doesn't agree with an anchor that somebody else
    holds, even if whoever rewrote it has the database and the key.
    """

    _name = "customer.archive.log.anchor"
    _description = "Access Record Anchor"
    _order = "date desc, id desc"
    _rec_name = "date"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    date = fields.Datetime(string="Time", required=True, readonly=True)
    count = fields.Integer(string="Rows", required=True, readonly=True)
    digest = fields.Char(required=True, readonly=True)
    mac = fields.Char(string="Seal", required=True, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_outsiders()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_outsiders()
        return super().write(vals)

    def unlink(self):
        self._refuse_outsiders()
        return super().unlink()

    def _refuse_outsiders(self):
        if not is_system(self.env):
            raise AccessError(self.env._("Anchors can only be created by the system."))

    # Making

    @api.model
    @scheduled
    def _cron_anchor(self):
        """Seal what is left, check what is new, and anchor each company's record.

        The cost goes by what was recorded since the last anchor.
        """
        log = self.env["customer.archive.log"]
        log._seal()
        # Those that are no longer in use have a record, too.
        companies = self.env["res.company"].with_context(active_test=False)
        companies = companies.search([])  # pylint: disable=no-search-all
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self._anchor(company)
            self.env["ir.cron"]._commit_progress(1)

    def _anchor(self, company):
        """Anchor one company's record, unless nothing was added; return the anchor."""
        log = self.env["customer.archive.log"]
        keyed = log._keyed_chain()
        self._take_in(company, keyed)
        last = self.search([("company_id", "=", company.id)], limit=1)
        known = (last.count, last.digest) if last else None
        _rows, breaks = log._verify(company, after=known)
        if breaks:
            # Once something is wrong, all that is wrong is told.
            _rows, breaks = log._verify(company)
            self._report(company, breaks)
        head = log._head(company.id, keyed)
        if not head[0] or head == known:
            return self.browse()
        anchor = self._make(company, *head, keyed)
        anchor._keep_outside()
        anchor._send()
        return anchor

    def _make(self, company, count, digest, keyed, date=None):
        date = date or fields.Datetime.now()
        return as_system(self).create(
            {
                "company_id": company.id,
                "date": date,
                "count": count,
                "digest": digest,
                "mac": keyed.anchor_mac(self._context(company, date), count, digest),
            }
        )

    def _take_in(self, company, keyed):
        """Take in an anchor written just before the server stopped.

        Its file is there, and its row was never committed.
        """
        last = self.search([("company_id", "=", company.id)], limit=1)
        for anchor, values in self._files(company).values():
            own = keyed.anchor_mac(anchor.context, anchor.count, anchor.digest)
            if anchor.count > last.count and own == anchor.mac:
                date = fields.Datetime.to_datetime(values["date"])
                # Its mail went with the row.
                self._make(company, anchor.count, anchor.digest, keyed, date)._send()

    @api.model
    def _context(self, company, date):
        database = self.env["customer.archive.keyring"]._database()
        date = fields.Datetime.to_string(date)
        return chain.anchor_context(database, company.id, date)

    def _values(self):
        """Return what an anchor file holds."""
        self.ensure_one()
        keyring = self.env["customer.archive.keyring"]
        return {
            "format": chain.FORMAT,
            "database": keyring._database(),
            "company_id": self.company_id.id,
            "company": self.company_id.name,
            "date": fields.Datetime.to_string(self.date),
            "count": self.count,
            "digest": self.digest,
            "algorithm": keyring._record_key()[1],
            "mac": self.mac,
        }

    @api.model
    def _folder(self):
        """Return the folder outside the database that anchors are written to."""
        root = _setting("anchors") or os.path.join(
            tools.config["data_dir"], "customer_archive", "anchors"
        )
        return Path(root, self.env["customer.archive.keyring"]._database())

    def _file_name(self):
        moment = self.date.strftime("%Y%m%d-%H%M%S")
        place = f"{self.company_id.id}-{self.count}-{moment}"
        return f"anchor-{place}-{self.digest[:8]}.json"

    def _keep_outside(self):
        folder = self._folder()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / self._file_name()
        if path.exists():
            # What was written once is never written over; it says the same.
            return
        path.write_text(json.dumps(self._values(), ensure_ascii=False, indent=1))
        path.chmod(0o440)

    def _send(self):
        """Mail the anchor to the auditors: what they hold, nobody here can change."""
        body = json.dumps(self._values(), ensure_ascii=False, indent=1)
        # A job sends it, which has no language of its own.
        for lang, auditors in self._auditors(self.company_id).grouped("lang").items():
            self.with_context(lang=lang)._send_to(auditors, body)

    def _send_to(self, auditors, body):
        self.env["mail.mail"].sudo().create(
            {
                "subject": self.env._(
                    "Anchor of the access record of %(company)s: %(count)s rows",
                    company=self.company_id.name,
                    count=self.count,
                ),
                "body_html": tools.mail.plaintext2html(body),
                "email_to": ",".join(auditors.mapped("email_formatted")),
                "auto_delete": False,
            }
        )

    def _report(self, company, breaks):
        """Tell of breaks: the auditors by mail, and the server's log."""
        log = self.env["customer.archive.log"]
        _logger.error(
            "The access record of %s doesn't verify: %s",
            company.name,
            ", ".join(map(str, breaks)),
        )
        for auditor in self._auditors(company):
            own = log.with_context(lang=auditor.lang)
            lines = "\n".join(
                f"{found.first}–{found.last}: {own._message(found)}"
                for found in breaks[:100]
            )
            self.env["mail.mail"].sudo().create(
                {
                    "subject": own.env._(
                        "The access record of %s was tampered with", company.name
                    ),
                    "body_html": tools.mail.plaintext2html(lines),
                    "email_to": auditor.email_formatted,
                }
            )

    @api.model
    def _auditors(self, company):
        users = users_of(self.env, AUDITOR)
        return users.filtered(
            lambda user: user.active and user.email and company in user.company_ids
        )

    # Reading

    @api.model
    def _known(self, company):
        """Return the anchors that this system holds, in the database and outside.

        :return: list of :class:`chain.Anchor`, and the counts of those that are in
            one of the two places only
        """
        rows = self.sudo().search([("company_id", "=", company.id)])
        stored = {
            chain.Anchor(
                row.count, row.digest, row.mac, self._context(company, row.date)
            )
            for row in rows
        }
        files = {anchor for anchor, _values in self._files(company).values()}
        lost = {anchor.count for anchor in stored ^ files}
        return list(stored | files), sorted(lost)

    @api.model
    def _files(self, company):
        """Return anchor and dict of each anchor file of a company, by its name."""
        files = {}
        for path in sorted(self._folder().glob(f"anchor-{company.id}-*.json")):
            try:
                values = json.loads(path.read_text())
                files[path.name] = self._parse(values, company), values
            except (OSError, ValueError, KeyError, TypeError):
                _logger.warning("%s isn't an anchor", path)
        return files

    @api.model
    def _parse(self, values, company, *, outside=False):
        """Return the anchor in the dict ``values``.

        :param outside: whether somebody brought it
        :raise KeyError, TypeError, ValueError: if it belongs to another record
        """
        database = self.env["customer.archive.keyring"]._database()
        return chain.Anchor.from_file(values, database, company.id, outside=outside)
