import hashlib
import tempfile

from odoo import fields, models
from odoo.exceptions import UserError

from ..common.sentinel import as_system
from .customer_archive_annual import FILE, REQUEST

# Larger registers are written to a file instead of memory.
SPOOL = 4 * 1024 * 1024
REGISTERS = {"summary_id": "register_summary", "ledger_id": "register_ledger"}


class CustomerArchiveAnnualLine(models.Model):
    """The registers of one department, as they were on the day of the run.

    Files that are classified aren't in them: not everybody who may read what is
    stored may see those.
    """

    _name = "customer.archive.annual.line"
    _description = "Department Registers"
    _inherit = ["customer.archive.guard"]
    _order = "annual_id desc, department_id"
    _rec_name = "department_id"

    annual_id = fields.Many2one(
        "customer.archive.annual",
        string="Annual Run",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="annual_id.company_id", store=True, precompute=True
    )
    department_id = fields.Many2one(
        "hr.department", required=True, readonly=True, index=True, ondelete="restrict"
    )
    file_count = fields.Integer(string="Files", readonly=True)
    left_out_count = fields.Integer(
        string="Restricted, Left Out",
        readonly=True,
        help=(
            "Files above the level “Internal”; they are not included in the stored "
            "registers."
        ),
    )
    summary_id = fields.Many2one("ir.attachment", readonly=True)
    ledger_id = fields.Many2one("ir.attachment", readonly=True)
    note = fields.Char(string="Remarks", readonly=True)
    request_count = fields.Integer(compute="_compute_progress", string="Requested")
    answered_count = fields.Integer(compute="_compute_progress", string="Completed")
    progress = fields.Integer(compute="_compute_progress", string="Progress (%)")

    _once = models.UniqueIndex(
        "(annual_id, department_id)",
        "This department's registers have already been stored.",
    )

    def _compute_progress(self):
        for run, lines in self.grouped("annual_id").items():
            counts = self.env[REQUEST]._progress_by("department_id", run)
            for line in lines:
                asked, settled = counts.get(line.department_id.id, (0, 0))
                line.request_count, line.answered_count = asked, settled
                line.progress = 100 * settled // asked if asked else 100

    def _refuse_outsiders(self):
        raise self._refusal(
            self.env._("Annual runs can only be created by the system, on their date."),
            "write",
        )

    # Called as superuser, by the run

    def _store_registers(self):
        """Write the registers of the department, and keep them with this line."""
        self.ensure_one()
        company = self.company_id
        # As the company's people read them, independent of the user of the cron.
        line = self.with_company(company).with_context(
            lang=company.partner_id.lang or self.env.lang
        )
        files = self.annual_id._files() & fields.Domain(
            "department_id", "=", self.department_id.id
        )
        internal = files & fields.Domain("security_level", "=", "internal")
        count = self.env[FILE].search_count(internal)
        values = {
            "file_count": count,
            "left_out_count": self.env[FILE].search_count(files) - count,
        }
        notes, vouched = [], []
        for name, register in REGISTERS.items() if count else ():
            try:
                content = line._written(register, internal)
            except UserError as error:
                notes.append(str(error))
                continue
            values[name] = line._stored(register, content).id
            # What was stored is vouched for by the record, whoever keeps it.
            vouched += [name, hashlib.sha256(content).hexdigest()]
        as_system(self).write({**values, "note": " ".join(notes) or False})
        detail = " ".join(["annual registers", *vouched])
        self.env["customer.archive.log"]._record("export", self, detail)

    def _written(self, name, domain):
        """Return a register as a workbook.

        :param name: XML id of the register, without the module
        :raise UserError: if it can't be stored
        """
        register = self._readable_register(name)
        records = register.records(domain)
        with tempfile.SpooledTemporaryFile(max_size=SPOOL) as stream:
            register.write_xlsx(stream, records)
            stream.seek(0)
            return stream.read()

    def _stored(self, name, content):
        """Return the attachment with a register."""
        register = self._readable_register(name)
        parts = (register.name, self.department_id.name, str(self.annual_id.year))
        return as_system(self.env["ir.attachment"]).create(
            {
                "name": f"{'_'.join(parts)}.xlsx",
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _readable_register(self, name):
        """Return a register that everybody who reads this line may read.

        :raise UserError: if there is none, or some fields of it aren't for all
        """
        xmlid = f"customer_archive.{name}"
        register = self.env.ref(xmlid, raise_if_not_found=False)
        if not register or register.model != FILE:
            raise UserError(self.env._("There is no register “%s” of files.", name))
        for column in register.column_ids:
            steps = column._fields_on_path(self.env[FILE])
            if any(field.groups for _owner, field in steps):
                raise UserError(
                    self.env._(
                        "“%(register)s” can't be stored: not everyone may read its "
                        "column “%(column)s”.",
                        register=register.name,
                        column=column.name,
                    )
                )
        return register

    # Actions of the screen

    def action_download_summary(self):
        """Return the action that downloads the summary; it is recorded."""
        return self._download("summary_id")

    def action_download_ledger(self):
        """Return the action that downloads the ledger; it is recorded."""
        return self._download("ledger_id")

    def _download(self, name):
        self.ensure_one()
        self.check_access("read")
        if not self[name]:
            raise UserError(self.env._("Nothing is stored here."))
        url = f"/web/content/{self[name].id}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}
