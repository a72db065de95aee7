import shutil
import tempfile
import zipfile

from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.sharing_package import safe_name

FILE = "customer.archive"
# Larger workbooks are written to a file instead of memory.
SPOOL = 4 * 1024 * 1024


class CustomerArchiveRegisterFilter(models.AbstractModel):
    """Which records of which registers are handed out, and how they are put together.

    An inheriting model says with :meth:`_registers` which registers.
    """

    _name = "customer.archive.register.filter"
    _description = "Register Filter"

    archive_ids = fields.Many2many("customer.archive", string="Selected Files")
    scope = fields.Selection(
        [("selected", "The selected files"), ("filter", "All matching files")],
        required=True,
        default="filter",
    )
    department_ids = fields.Many2many("hr.department", string="Departments")
    category_ids = fields.Many2many("customer.archive.category", string="Categories")
    date_from = fields.Date(
        string="From", help="By filing date; for requests, by request date."
    )
    date_to = fields.Date(string="To")
    per_department = fields.Boolean(
        string="One Workbook per Department",
        help=(
            "A ZIP file with one workbook per department, and one for records "
            "without a department."
        ),
    )

    def _registers(self):
        """Return the registers, in the order of their sheets."""
        raise NotImplementedError

    def _state_of_files(self):
        """Return the state in which files are wanted; False means any."""
        return False

    def _domain_on(self, register):
        """Return the chosen filter; on items and the like it goes by their file.

        :raise UserError: if there is a filter, and the register isn't about files
        """
        model = self.env[register.model]
        if self.scope == "selected":
            chosen = fields.Domain("id", "in", self.archive_ids.ids)
            return self._by_file(register, chosen)
        of_files = _every(
            ("department_id", "in", self.department_ids.ids),
            ("category_id", "in", self.category_ids.ids),
            ("state", "=", self._state_of_files()),
        )
        of_requests = "request_date" in model._fields
        day = "request_date" if of_requests else "opening_date"
        period = _every((day, ">=", self.date_from), (day, "<=", self.date_to))
        if of_requests:
            return self._by_file(register, of_files) & period
        return self._by_file(register, of_files & period)

    def _by_file(self, register, domain):
        """Return a filter of files as one of a register's records."""
        if register.model == FILE or domain.is_true():
            return domain
        if "archive_id" not in self.env[register.model]._fields:
            raise UserError(
                self.env._(
                    "Register “%s” isn't based on files: it is exported without a "
                    "filter.",
                    register.name,
                )
            )
        return fields.Domain("archive_id", "any", domain)

    def _chosen(self):
        """Return the records of each register that has any, as far as they are seen.

        :raise UserError: if there are none at all
        """
        self.ensure_one()
        found = {
            register: register.records(self._domain_on(register))
            for register in self._registers()
        }
        found = {register: records for register, records in found.items() if records}
        if not found:
            raise UserError(self.env._("Nothing to export: no matching records."))
        return found

    def _file_name(self, chosen):
        """Return what the export is saved as."""
        first = next(iter(chosen)).name
        more = f"_+{len(chosen) - 1}" if len(chosen) > 1 else ""
        end = "zip" if self.per_department else "xlsx"
        today = self.env.company._archive_today()
        return safe_name(f"{first}{more}_{today}.{end}")

    def _write_export(self, stream, chosen, progress=None):
        """Write the workbook, or the ZIP with one for each department.

        :param stream: binary file
        :param chosen: records by register, see :meth:`_chosen`
        :param progress: called with the number of rows written just now
        """
        if not self.per_department:
            self._write_book(stream, chosen, progress)
            return
        parts = self._by_department(chosen)
        with zipfile.ZipFile(stream, "w") as package:
            for name, part in parts.items():
                with tempfile.SpooledTemporaryFile(max_size=SPOOL) as book:
                    self._write_book(book, part, progress)
                    book.seek(0)
                    with package.open(name, "w", force_zip64=True) as member:
                        shutil.copyfileobj(book, member)

    def _write_book(self, stream, chosen, progress):
        registers = self.env["customer.archive.register"].union(*chosen)
        registers.write_book(stream, chosen.__getitem__, progress)

    def _record_export(self, chosen):
        """Record what was exported: single records each, of long lists as such.

        :param chosen: records by register, see :meth:`_chosen`
        """
        for register, records in chosen.items():
            code = register.code or register.id
            records._record_archive_export(f"{len(records)}: register {code}")

    def _by_department(self, chosen):
        """Return what is in the workbook of each department, by its name in the ZIP.

        What belongs to no department, or to files that aren't seen, comes last.
        """
        parts = {}
        for register, records in chosen.items():
            departments = self._departments_of(records)
            found = {}
            for each in records.ids:
                found.setdefault(departments.get(each), []).append(each)
            for department, ids in found.items():
                part = parts.setdefault(department, {})
                part[register] = records.browse(ids)
        # The name of a department is no secret to who sees a file of it.
        names = {
            each: each.sudo().name if each else self.env._("No department")
            for each in parts
        }
        taken, named = set(), {}
        for department in sorted(names, key=lambda each: (not each, names[each])):
            named[_unique(names[department], taken)] = parts[department]
        return named

    def _departments_of(self, records):
        """Return the department of each record that has one, by its id."""
        by_file = {}
        domain = [("id", "in", records.ids)]
        if records._name != FILE and "archive_id" in records._fields:
            groups = records._read_group(domain, ["archive_id"], ["id:array_agg"])
            by_file = {file.id: ids for file, ids in groups if file}
            domain = [("id", "in", list(by_file))]
            records = self.env[FILE]
        elif "department_id" not in records._fields:
            return {}
        groups = records._read_group(domain, ["department_id"], ["id:array_agg"])
        return {
            each: department
            for department, ids in groups
            if department
            for one in ids
            for each in by_file.get(one, [one])
        }


def _every(*conditions):
    """Return the conditions that have a value, joined."""
    return fields.Domain.AND(fields.Domain(*each) for each in conditions if each[2])


def _unique(name, taken):
    """Return a file name that isn't taken, for systems that ignore case as well."""
    stem = safe_name(f"{name}.xlsx").removesuffix(".xlsx")
    unique, count = stem, 1
    while unique.casefold() in taken:
        count += 1
        unique = f"{stem} ({count})"
    taken.add(unique.casefold())
    return f"{unique}.xlsx"
