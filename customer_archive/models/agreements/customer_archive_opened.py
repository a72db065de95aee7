from odoo import api, models
from odoo.models import MAGIC_COLUMNS

# What may be read of any record without seeing what is in its file.
NAMES = {
    *MAGIC_COLUMNS,
    "archive_id",
    "archive_number",
    "company_id",
    "department_id",
    "document_id",
    "partner_id",
    "user_id",
}
TEXTS = ("char", "text", "html")
# Groups of more records than this are recorded without the files.
GROUPED_ONE_BY_ONE = 200


class CustomerArchiveOpened(models.AbstractModel):
    """Records who opens a file that somebody else looks after (C6).

    A file is opened by whoever is shown what it holds: what is entered on its papers,
    values, agreements and changes, or the pages of its form that lists don't show.
    Which of the models shows it, in a form, a list, a tab or to a program, makes no
    difference. What only says which files and papers there are, whose they are and how
    far they have come opens nothing: so lists of files, and what is missing, stay
    quiet. One's own files are at hand anyway.

    A form is read again after each click, and a list each time it is scrolled: within
    ten minutes that is one opening. Exports and copies have rows of their own.
    """

    _name = "customer.archive.opened"
    _description = "Opening Audit Trail"

    @api.model
    def _names_only(self):
        """Return the fields that don't show what is in a file."""
        return NAMES

    def _opened_files(self):
        """Return the files that these records show something of."""
        # Whose an item is may be asked of one that was given without its file. Nothing
        # else of it comes into the cache, where it would be shown without a check.
        return self.sudo().with_context(prefetch_fields=False).archive_id

    @api.model
    def _shows_content(self, names):
        return not self._names_only().issuperset(names)

    def _record_opening(self):
        # What is being typed stands for the record that it is typed in.
        records = self._origin
        if self.env.su or not records:
            return
        own, log = self.env.user.id, self.env["customer.archive.log"]
        others = records._opened_files().filtered(lambda file: file.user_id.id != own)
        log._record_once("open", others.sudo(False), minutes=10)

    # Ways to be shown it

    def _read_format(self, fnames, load="_classic_read"):
        result = super()._read_format(fnames, load)
        if self._shows_content(fnames):
            self._record_opening()
        return result

    def copy_data(self, default=None):
        result = super().copy_data(default)
        self._record_opening()
        return result

    def onchange(self, values, field_names, fields_spec):
        result = super().onchange(values, field_names, fields_spec)
        if self._shows_content(fields_spec):
            self._record_opening()
        return result

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), **options):
        """Groups by what is written on papers show it: of each file if they are few."""
        names = {spec.split(":")[0].split(".")[0] for spec in (*groupby, *aggregates)}
        shown = sorted(
            name
            for name in names - self._names_only()
            if name in self._fields and self._fields[name].type in TEXTS
        )
        if shown and not self.env.su:
            self._record_grouped(domain, shown)
        return super()._read_group(domain, groupby, aggregates, **options)

    @api.model
    def _record_grouped(self, domain, names):
        """Record that fields were grouped: of many records, of the model as such."""
        found = self.search(domain, limit=GROUPED_ONE_BY_ONE + 1, order="id")
        many = len(found) > GROUPED_ONE_BY_ONE
        about = self.browse() if many else found._one_of_each_file()
        if many or about:
            log = self.env["customer.archive.log"]
            log._record("open", about, f"grouped {' '.join(names)}")

    def _one_of_each_file(self):
        """Return one of these records for each file that somebody else looks after."""
        kept, own = {}, self.env.user
        for record in self:
            for file in record._opened_files():
                if file.sudo().user_id != own:
                    kept.setdefault(file.id, record.id)
        return self.browse(kept.values())
