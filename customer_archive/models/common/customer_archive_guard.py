from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .company_day import today_at, today_here
from .sentinel import as_system, is_system
from .values import MOST

# Fields in which sensitive numbers are typed.
TYPED = {"number", "value"}


def is_ours(model_name):
    """Whether a model, by its name, belongs to the customer files."""
    return (model_name or "").startswith("customer.archive")


class CustomerArchiveGuard(models.AbstractModel):
    """Keeps clients from writing what is recorded, and from naming what is hidden.

    Defaults come from clients, too: from the context, and from the defaults
    that every user may set for themselves.
    """

    _name = "customer.archive.guard"
    _description = "Protected Fields"

    @api.model
    def _protected(self):
        """Return the fields that no client writes, with the values they start with."""
        return {}

    @api.model_create_multi
    def create(self, vals_list):
        if is_system(self.env):
            # Of what we make ourselves a client's context says nothing.
            made = super(CustomerArchiveGuard, self._undirected()).create(vals_list)
            return made.with_env(self.env)._set_days_of(vals_list)
        self._refuse_outsiders()
        protected = self._protected()
        computed = [name for name in protected if self._fields[name].compute]
        initial = {name: protected[name] for name in protected.keys() - computed}
        for vals in vals_list:
            self._check_protected(
                {
                    name
                    for name in protected.keys() & vals
                    if vals[name] != initial.get(name, ...)
                }
            )
        # Given here, so that no default is asked for; of what the user may not write
        # Odoo refuses a default itself.
        given = {
            name: value
            for name, value in initial.items()
            if self._has_field_access(self._fields[name], "write")
        }
        records = super().create([{**vals, **given} for vals in vals_list])
        for name in computed:
            self.env.add_to_compute(self._fields[name], records)
        return records._set_days_of(vals_list)

    def _set_days_of(self, vals_list):
        """Give what was made for another company than the user's that one's day.

        Defaults are asked for before it is known whose record it will be.
        """
        names = [
            name for name, field in self._fields.items() if field.default is today_here
        ]
        here = today_here(self) if names else None
        for record, vals in zip(self, vals_list, strict=True) if names else ():
            day = today_at(record)
            for name in names:
                if day != here and not vals.get(name) and record[name] == here:
                    as_system(record).write({name: day})
        return self

    def write(self, vals):
        if not is_system(self.env):
            self._refuse_outsiders()
            self._check_protected(self._protected().keys() & vals)
        return super().write(vals)

    def unlink(self):
        if not is_system(self.env):
            self._refuse_outsiders()
        records = self
        if not self.env.su and self.env.context.get(MODULE_UNINSTALL_FLAG):
            # An uninstallation runs as superuser: this comes from a client, who
            # would skip the checks that an uninstallation skips.
            records = self.with_context(**{MODULE_UNINSTALL_FLAG: False})
        return super(CustomerArchiveGuard, records).unlink()

    def copy(self, default=None):
        if not is_system(self.env):
            self._refuse_outsiders()
        return super().copy(default)

    def _refuse_outsiders(self):
        """Raise, in models whose rows only this addon's own methods make and end."""

    @api.model
    def default_get(self, fields):
        if is_system(self.env):
            return self._undirected()._own_defaults(fields)
        values = super().default_get(fields)
        self._check_references(values)
        return values

    def _undirected(self):
        """Return these records without defaults that a context gives."""
        context = self.env.context
        kept = {key: context[key] for key in context if not key.startswith("default_")}
        if len(kept) == len(context):
            return self
        return self.with_env(self.env(context=kept))

    @api.model
    def _own_defaults(self, names):
        """Return defaults as everybody has them, and not those that users set."""
        defaults = self.env["ir.default"]
        given = defaults._get_model_defaults(self._name)
        shared = given and defaults.with_user(SUPERUSER_ID)._get_model_defaults(
            self._name
        )
        users = {
            name for name in given if name not in shared or given[name] != shared[name]
        }
        asked = [name for name in names if name not in users]
        values = super().default_get(asked)  # pylint: disable=super-method-mismatch
        for name in users.intersection(names):
            field = self._fields[name]
            value = shared.get(name, field.default and field.default(self))
            if value is not None:
                value = field.convert_to_cache(value, self, validate=False)
                values[name] = field.convert_to_write(value, self)
        return values

    def onchange(self, values, field_names, fields_spec):
        self._check_references(values)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _check_protected(self, names):
        if names:
            labels = (
                self._fields[name]._description_string(self.env) for name in names
            )
            message = self.env._(
                "%s can't be entered manually: it is recorded automatically.",
                ", ".join(sorted(labels)),
            )
            raise self._refusal(message, "write")

    def _refusal(self, message, operation):
        """Return the error that refuses something, after recording the attempt.

        :param message: what the user is told
        :param operation: what was tried, as a code
        """
        self.env["customer.archive.log"]._record_refusal(self, operation, message)
        return AccessError(message)

    @api.model
    def _check_field_access(self, field, operation):
        if not self._has_field_access(field, operation):
            log = self.env["customer.archive.log"]
            log._record_refusal(self.browse(), f"{operation} {field.name}")
        return super()._check_field_access(field, operation)

    @api.model
    def load(self, fields, data):
        """As everywhere, but for numbers in the column of external ids.

        Those are kept as they are.
        """
        numbers = [i for i, name in enumerate(fields) if name in TYPED]
        ids = fields.index("id") if "id" in fields else None
        for place, row in enumerate(data if ids is not None else ()):
            if row[ids] and row[ids] in [row[index] for index in numbers]:
                return self._load_refused(place)
        return super().load(fields, data)

    def _load_refused(self, place):
        message = {
            "type": "error",
            "message": self.env._("The External ID can't be the number itself."),
            "field": "id",
            "record": place,
            "rows": {"from": place, "to": place},
        }
        return {"ids": False, "messages": [message], "nextrow": 0}

    @api.model
    def _check_references(self, values):
        """Check that the user may read what ``values`` name of the customer files.

        A form shows the names of what it refers to without asking for rights.
        """
        for name, value in values.items():
            field = self._fields.get(name)
            if not (field and field.relational):
                continue
            model = self.env[field.comodel_name]
            if is_ours(model._name) and not model._transient:
                model.browse(_ids_in(value)).exists().check_access("read")
            if hasattr(model, "_check_references"):
                # Rows that are typed in the form name records, too.
                for row in _rows_in(value):
                    model._check_references(row)


def _rows_in(value):
    """Return the values that a value of a relational field has for other records."""
    if isinstance(value, dict):
        return [value]
    commands = value if isinstance(value, list | tuple) else ()
    return [
        part
        for command in commands
        for part in (command if isinstance(command, list | tuple) else [command])
        if isinstance(part, dict)
    ]


def _ids_in(value):
    """Return the ids in a value of a relational field: an id, or commands."""
    if isinstance(value, dict):
        value = value.get("id")
    if not isinstance(value, list | tuple):
        value = [value]
    ids = []
    for command in value:
        if isinstance(command, list | tuple):
            # A client may leave out what belongs there: Odoo itself says so then.
            for part in command[1:3]:
                ids += part if isinstance(part, list | tuple) else [part]
        else:
            ids.append(command)
    # Whatever is none, or larger than any, Odoo itself refuses.
    return [each for each in ids if type(each) is int and 0 < each <= MOST]
