"""The names of what the access record speaks of, as they are today."""

import logging

from odoo import fields
from odoo.tools import format_date, format_datetime
from odoo.tools.sql import existing_tables

from ..common.values import choices

_logger = logging.getLogger(__name__)

# What records are called where their display name says more than is wanted here.
NAMED_BY = {"res.groups": "name"}


class Names:
    """Looks up names for many rows at once: a batch per model.

    Until :meth:`load` it only notes what is asked for, and after it answers. Whatever
    a row is about, looking for its name never fails: it may be of a model without
    records, be gone, or be of an addon that is.

    :param env: environment of the reader, in whose language names are
    """

    def __init__(self, env):
        self.env = env
        self._wanted, self._names = {}, {}
        self._wanted_keys, self._keys = {}, {}
        self._models = {}

    # What rows ask for

    def of(self, model, res_id):
        """Return the name of a record; nothing if there is none any more.

        Who may read the access record may read the names of what it is about.
        """
        if res_id:
            self._wanted.setdefault(model, set()).add(res_id)
        return self._names.get((model, res_id))

    def known(self, model, res_id):
        """Return the name of a record, or say that it is gone."""
        name = self.of(model, res_id)
        return name or self.env._("%s (deleted)", self.model(model))

    def found(self, model, key, value):
        """Return the name of the record whose field ``key`` has ``value``."""
        self._wanted_keys.setdefault((model, key), set()).add(value)
        return self._keys.get((model, key, value))

    def group(self, xmlid):
        """Return the name of a group, given by its XML id."""
        res_id = self.env["ir.model.data"]._xmlid_to_res_id(xmlid)
        return self.of("res.groups", res_id) or xmlid

    def model(self, model):
        """Return what records of a model are called."""
        self._wanted_keys.setdefault(("ir.model", "model"), set()).add(model)
        name = self._keys.get(("ir.model", "model", model))
        return name or self.env._("Something that is no longer installed")

    def field(self, model, name):
        """Return the label of a field; its code where the field is gone."""
        field = self._field(model, name)
        return (field and field._description_string(self.env)) or name

    def path(self, model, path):
        """Return the label of the last field of a path such as ``partner_id/name``."""
        *through, last = path.replace(".", "/").split("/")
        for name in through:
            field = self._field(model, name)
            if not (field and field.relational):
                return path
            model = field.comodel_name
        if last == "id":
            return self.env._("External ID")
        return self.field(model, last)

    def value(self, model, name, code):
        """Return a value of a field in words: a label, a name, or a date."""
        field = self._field(model, name)
        if not field or code in ("", "False", "None"):
            return code if code not in ("", "False", "None") else "–"
        if field.type == "selection":
            return dict(choices(self.env[model], name)).get(code, code)
        if field.type == "many2one" and code.isdecimal():
            return self.known(field.comodel_name, int(code))
        if field.type == "boolean":
            return {"True": self.env._("Yes")}.get(code, code)
        return code

    def moment(self, text):
        """Return a moment as the reader writes it, in their time zone."""
        try:
            moment = fields.Datetime.to_datetime(text)
            return format_datetime(self.env, moment, dt_format="short")
        except ValueError:
            return text

    def day(self, text):
        try:
            return format_date(self.env, text)
        except ValueError:
            return text

    def _field(self, model, name):
        return self.env[model]._fields.get(name) if model in self.env else None

    # Answers

    def load(self):
        """Look up all that was asked for."""
        for (model, key), values in self._wanted_keys.items():
            self._load_keys(model, key, values)
        here = self._with_records(self._wanted)
        for model, ids in self._wanted.items():
            if model in here:
                self._load_names(model, ids)

    def _with_records(self, models):
        """Return those models that can have records in this database."""
        tables = {
            model: self.env[model]._table
            for model in models
            if model in self.env and not self.env[model]._abstract
        }
        there = set(existing_tables(self.env.cr, tables.values())) if tables else ()
        return {model for model, table in tables.items() if table in there}

    def _load_names(self, model, ids):
        # An item is shown beside its file, which needn't be said again.
        records = self.env[model].sudo().with_context(archive_within_file=True)
        name = NAMED_BY.get(model, "display_name")
        try:
            with self.env.cr.savepoint(flush=False):
                for record in records.browse(sorted(ids)).exists():
                    self._names[model, record.id] = record[name]
        except Exception as error:  # noqa: BLE001
            # A name that its own addon can't make: supervision goes on without it.
            _logger.info("No names of %s in the access record: %s", model, error)

    def _load_keys(self, model, key, values):
        records = self.env[model].sudo().with_context(active_test=False)
        for record in records.search([(key, "in", sorted(values))]):
            self._keys[model, key, record[key]] = record.display_name
