import hashlib
import shutil
import tempfile
import zipfile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..common.sentinel import as_system
from ..common.values import choices, label
from ..confidentiality.reader import OPEN_LEVELS
from ..registers.customer_archive_register import MAX_FORMS
from .customer_archive_annual import FILE, REQUEST

# Larger registers are written to a file instead of memory.
SPOOL = 4 * 1024 * 1024
REGISTERS = {
    "summary_id": "register_summary",
    "basic_data_id": "register_basic_data",
    "ledger_id": "register_ledger",
}
ACCOUNTS = "res.partner.bank"


class CustomerArchiveAnnualLine(models.Model):
    """The registers of one department, as they were on the day of the run.

    They list the files up to one level. Not everybody who may read those of one level
    may see what is above: there is another set for it.
    """

    _name = "customer.archive.annual.line"
    _description = "Department Registers"
    _inherit = ["customer.archive.guard"]
    _rec_names_search = ["department_id"]
    _order = "annual_id desc, department_id"

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
    security_level = fields.Selection(
        selection=lambda self: choices(self.env[FILE], "security_level"),
        string="Up to Level",
        required=True,
        readonly=True,
        default=OPEN_LEVELS[0],
        help="The registers list the files of this level, and of those below.",
    )
    file_count = fields.Integer(string="Files", readonly=True)
    left_out_count = fields.Integer(
        string="Not Included",
        readonly=True,
        help="Files above this level: another set has them, for those with clearance.",
    )
    summary_id = fields.Many2one("ir.attachment", readonly=True)
    basic_data_id = fields.Many2one(
        "ir.attachment", string="Basic Data Forms", readonly=True
    )
    ledger_id = fields.Many2one("ir.attachment", readonly=True)
    note = fields.Char(string="Remarks", readonly=True)
    request_count = fields.Integer(compute="_compute_progress", string="Requested")
    answered_count = fields.Integer(compute="_compute_progress", string="Completed")
    progress = fields.Integer(compute="_compute_progress", string="Progress (%)")

    _once = models.UniqueIndex(
        "(annual_id, department_id, security_level)",
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

    @api.depends("department_id", "security_level")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            level = line._level_above()
            line.display_name = " ".join(filter(None, (line.department_id.name, level)))

    def _level_above(self):
        """Return up to which level the files are, in words; nothing if internal."""
        level = self.security_level
        return "" if level in OPEN_LEVELS else label(self, "security_level")

    @api.model
    def _levels(self):
        """Return the levels of files, from the lowest."""
        return self.env[FILE]._fields["security_level"].get_values(self.env)

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
        levels = self._levels()
        seen = levels[: levels.index(self.security_level) + 1]
        listed = files & fields.Domain("security_level", "in", seen)
        count = self.env[FILE].search_count(listed)
        values = {
            "file_count": count,
            "left_out_count": self.env[FILE].search_count(files) - count,
        }
        notes, vouched = [], []
        for name, register in REGISTERS.items() if count else ():
            try:
                content, extension = line._written(register, listed)
            except UserError as error:
                notes.append(str(error))
                continue
            values[name] = line._stored(register, content, extension).id
            # What was stored is vouched for by the record, whoever keeps it.
            vouched += [name, hashlib.sha256(content).hexdigest()]
        as_system(self).write({**values, "note": " ".join(notes) or False})
        detail = " ".join(["annual registers", *vouched])
        self.env["customer.archive.log"]._record("export", self, detail)

    def _written(self, name, domain):
        """Return a register as a workbook, or as a ZIP of several, and its extension.

        A workbook holds so many forms, and no more.

        :param name: XML id of the register, without the module
        :raise UserError: if it can't be stored
        """
        register = self._readable_register(name)
        records = register.records(domain)
        several = register.layout == "form" and len(records) > MAX_FORMS
        with tempfile.SpooledTemporaryFile(max_size=SPOOL) as stream:
            if several:
                self._write_parts(register, records, stream)
            else:
                register.write_xlsx(stream, records)
            stream.seek(0)
            return stream.read(), "zip" if several else "xlsx"

    def _write_parts(self, register, records, stream):
        """Write the forms of many records: workbooks by number, in a ZIP."""
        parts = split_every(MAX_FORMS, records.ids)
        with zipfile.ZipFile(stream, "w") as package:
            for number, ids in enumerate(parts, 1):
                with package.open(f"{number}.xlsx", "w", force_zip64=True) as part:
                    self._write_part(register, records.browse(ids), part)

    def _write_part(self, register, records, part):
        with tempfile.SpooledTemporaryFile(max_size=SPOOL) as stream:
            register.write_xlsx(stream, records)
            stream.seek(0)
            shutil.copyfileobj(stream, part)

    def _stored(self, name, content, extension):
        """Return the attachment with a register."""
        register = self._readable_register(name)
        parts = (
            *(register.name, self.department_id.name, str(self.annual_id.year)),
            *filter(None, [self._level_above()]),
        )
        return as_system(self.env["ir.attachment"]).create(
            {
                "name": f"{'_'.join(parts)}.{extension}",
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
            # Accounts are masked by who reads them, and the system reads them whole.
            if any(
                field.groups or ACCOUNTS in (owner._name, field.comodel_name)
                for owner, field in steps
            ):
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

    def action_download_basic_data(self):
        """Return the action that downloads the basic data forms; it is recorded."""
        return self._download("basic_data_id")

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
