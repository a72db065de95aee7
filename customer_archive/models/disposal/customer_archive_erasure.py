import json
import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import keyring
from ..common.attempt import attempt
from ..common.sentinel import as_system, quietly
from ..encryption.customer_archive_keyring import KeyProblem
from .customer_archive_disposal import APPRAISED, ERASING
from .erasure_table import ERASED, OF_FILES, TEXTS, Deleted

_logger = logging.getLogger(__name__)

CHECKED = "customer_archive.tombstones_checked"
AT_ONCE = 100
DISPOSAL = "customer.archive.disposal"


class CustomerArchive(models.Model):
    """Erasing a file: what remains is its number, its dates and its record of use.

    What is in the database goes in one transaction; stored copies and the data key
    after its commit. What is left to do is noted on the file, so that it is finished
    whenever the server stops in between.
    """

    _inherit = "customer.archive"

    erasure_pending = fields.Text(
        groups=fields.NO_ACCESS,
        copy=False,
        prefetch=False,
        help="Names of stored copies, and the key, still to be destroyed.",
    )

    _erasing = models.Index("(id) WHERE erasure_pending IS NOT NULL")

    def _erase(self, detail, anonymise=False):
        """Erase this file's personal data in this transaction.

        A file that is anonymised is rid of the same: whatever says whose it is. What
        counts stays of both: number, category, dates, department, level, amounts.

        Called as superuser; who may, and that nothing stands in the way, was checked.
        Once it is committed, :meth:`_finish_erasures` does the rest.

        :param detail: on which ground, in codes: it stays in the record
        :param anonymise: whether that is what was decided
        """
        self.ensure_one()
        # Histories are made of what is erased here, and mails of what is written.
        file = quietly(self, "tracking_disable", "mail_notrack")
        as_system(file).write(
            {
                "state": "destroyed",
                "destroyed_on": fields.Datetime.now(),
                "is_anonymised": anonymise,
            }
        )
        rows = file._rows_to_erase()
        stored = file._erase_traces(rows)
        for records in rows:
            spec = OF_FILES[records._name]
            if isinstance(spec, Deleted):
                as_system(records).unlink()
            else:
                _empty(records, spec)
        stored += file._erase_registers()
        stored += file.partner_id._archive_erase(file)
        file._erase_notes()
        pending = {"files": sorted(set(stored)), "key": file.key_id or None}
        as_system(file).write({"erasure_pending": json.dumps(pending)})
        log = self.env["customer.archive.log"]
        log._record("erase", file, f"{detail} copies {len(pending['files'])}")

    def _rows_to_erase(self):
        """Return a list of recordsets: all rows that the table of erasures names."""
        found = []
        for name, spec in OF_FILES.items():
            model = self.env[name].sudo().with_context(active_test=False)
            rows = model.search([(spec.path, "=", self.id)])
            if getattr(spec, "whole", False):
                rows = rows.filtered(lambda row, path=spec.path: _is_over(row, path))
            if rows:
                found.append(rows)
        return found

    @api.model
    def _erase_traces(self, rows):
        """Delete messages, activities, followers and attachments of some records.

        :param rows: list of recordsets
        :return: names of the stored files of the attachments
        """
        stored = []
        for records in rows:
            at = [("res_model", "=", records._name), ("res_id", "in", records.ids)]
            messages = [("model", "=", records._name), ("res_id", "in", records.ids)]
            domains = {
                "mail.message": messages,
                "mail.activity": at,
                "mail.followers": at,
                "ir.attachment": [*at, ("id", "!=", 0)],
            }
            for name, domain in domains.items():
                model = self.env[name].sudo().with_context(active_test=False)
                found = model.search(domain)
                if name == "ir.attachment":
                    # With what was made of them, such as thumbnails.
                    found |= model.search(
                        [
                            ("res_model", "=", name),
                            ("res_id", "in", found.ids),
                            ("id", "!=", 0),
                        ]
                    )
                    stored += filter(None, found.mapped("store_fname"))
                if name == "mail.message":
                    # What belongs to another record, such as an offer, stays there.
                    gone = found.attachment_ids._archive_of_messages()
                    stored += filter(None, gone.mapped("store_fname"))
                    as_system(gone).unlink()
                as_system(found).unlink()
        return stored

    def _erase_notes(self):
        """Remove the purposes and reasons in the record of use.

        What stands for them in the chain stays, so it remains valid.
        """
        self.env["customer.archive.log"].flush_model()
        self.env.cr.execute(
            "UPDATE customer_archive_log SET note = NULL WHERE archive_id = ANY(%s)"
            " AND sequence IS NOT NULL AND note IS NOT NULL",
            [self.ids],
        )
        self.env["customer.archive.log"].invalidate_model(["note"])

    # After the commit

    @api.model
    def _finish_erasures(self):
        """Destroy the stored copies and keys of files whose erasure is committed.

        What can't be done now is done by the next run.
        """
        cron = self.env["ir.cron"]
        # In pieces, as long as each makes some progress.
        while files := self.search([("erasure_pending", "!=", False)], limit=AT_ONCE):
            done = files.filtered(lambda file: file._finish_erasure())
            cron._commit_progress()
            if not done or len(files) < AT_ONCE:
                break

    def _finish_erasure(self):
        """Destroy what is left of one file; return whether that was all."""
        pending = json.loads(self.erasure_pending)
        try:
            if not self.env["ir.attachment"]._archive_shred(pending["files"]):
                return False
            if pending["key"]:
                keys = self.env["customer.archive.keyring"]
                with keys._explained():
                    keys._keystore().destroy(pending["key"])
        except (KeyProblem, OSError) as error:
            _logger.error("What is left of file %s can't be destroyed: %s", self, error)
            return False
        as_system(self).write({"erasure_pending": False})
        return True

    # After an older state of the database was restored

    @api.model
    def _erase_again(self):
        """Erase files whose key was destroyed, but that an old backup brought back.

        The keystore knows them. Costs by the keys destroyed since the last run.
        """
        keys = self.env["customer.archive.keyring"]
        if not keyring.Keystore.exists(keys._folder()):
            return
        parameters = self.env["ir.config_parameter"].sudo()
        known = parameters.get_param(CHECKED)
        place = json.loads(known) if known else None
        try:
            with keys._explained():
                store = keys._keystore()
                new = store.tombstones_after(tuple(place) if place else None)
        except KeyProblem as error:
            _logger.error("Files brought back can't be found: %s", error)
            return
        for index in range(0, len(new), AT_ONCE):
            part = new[index : index + AT_ONCE]
            if not self._erase_brought_back([key_id for _place, key_id, _at in part]):
                return
            parameters.set_param(CHECKED, json.dumps(part[-1][:2]))
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _erase_brought_back(self, key_ids):
        """Erase the files with these keys; return whether all of them are gone."""
        domain = [("key_id", "in", key_ids), ("state", "!=", "destroyed")]
        gone = True
        for file in self.search(domain):
            try:
                error = attempt(self.env, file._erase_once_more)
            except OperationalError:
                # Somebody works on the file at this moment: next time, then.
                self.env.cr.rollback()
                return False
            if error:
                words = "File %s was brought back and can't be erased"
                _logger.error(words, file, exc_info=error)
                gone = False
        return gone

    def _erase_once_more(self):
        anonymise = "anonymise" in self._waiting_to_be_erased().mapped("verdict")
        self._erase("again", anonymise)
        self._settle_lists()

    def _waiting_to_be_erased(self):
        return self.disposal_line_ids.filtered(
            lambda line: line.state == "pending" and line.verdict in ERASING
        )

    def _settle_lists(self):
        """End the lists on which the file waits to be destroyed: it was already."""
        lines = self._waiting_to_be_erased()
        lines._set_done(is_repeated=True, partner_name=self.partner_id.name)
        for disposal in lines.disposal_id:
            waiting = disposal.line_ids.filtered(lambda line: line.state == "pending")
            if disposal.state != "draft" and not waiting:
                disposal._clear_current()
                disposal._finish()


def _is_over(row, path):
    """Whether the last of the files that a row concerns is destroyed, and it may go."""
    appraised = row._name == DISPOSAL and row.kind in APPRAISED
    return not appraised and set(row.mapped(f"{path}.state")) == {"destroyed"}


def _empty(records, spec):
    """Empty rows by the table of erasures, past all that hooks into writing."""
    also = {name: value for name, value in spec.also.items() if name in records._fields}
    columns = []
    for name, field in records._fields.items():
        if not (field.store and field.column_type) or name in spec.keep:
            continue
        if name in also:
            columns.append(SQL("%s = %s", SQL.identifier(name), also[name]))
        elif field.type in TEXTS:
            columns.append(_emptied(name, field))
    if columns:
        records.env.flush_all()
        records.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = ANY(%s)",
                SQL.identifier(records._table),
                SQL(", ").join(columns),
                records.ids,
            )
        )
    records.env.invalidate_all()


def _emptied(name, field):
    if not field.required:
        return SQL("%s = NULL", SQL.identifier(name))
    if field.translate:
        return SQL("%s = jsonb_build_object('en_US', %s)", SQL.identifier(name), ERASED)
    return SQL("%s = %s", SQL.identifier(name), ERASED)
