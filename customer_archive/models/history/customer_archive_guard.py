from odoo import api, models, tools

from ..common.sentinel import is_mark, is_system

# By these keys of the context Odoo leaves out what it would say of a write: that it
# happened, who is told of it, and what is to be done next.
SILENCING = (
    "mail_activity_automation_skip",
    "mail_activity_quick_update",
    "mail_auto_subscribe_no_notify",
    "mail_create_nolog",
    "mail_create_nosubscribe",
    "mail_notrack",
    "tracking_disable",
)
# Types of fields whose values are codes; texts may name persons.
CODES = (
    *("boolean", "date", "datetime", "integer", "many2many", "many2one"),
    "selection",
)
# Recorded by what moves it.
STATE = "state"


class CustomerArchiveGuard(models.AbstractModel):
    """The history of a record: nobody silences it, and the access record has it, too.

    A context comes from the client. What it would silence is dropped wherever the
    write goes on as superuser, too; only :func:`.sentinel.quietly` keeps it quiet.
    """

    _inherit = "customer.archive.guard"

    @api.model_create_multi
    def create(self, vals_list):
        told = self._out_loud("tz")
        records = super(CustomerArchiveGuard, told).create(vals_list)
        return records if told is self else records.with_env(self.env)

    def write(self, vals):
        told = self._out_loud("tz")
        before = told._tracked_codes(vals)
        result = super(CustomerArchiveGuard, told).write(vals)
        told._record_tracked(before)
        return result

    def _compute_field_value(self, field):
        return super(CustomerArchiveGuard, self._out_loud())._compute_field_value(field)

    def _out_loud(self, *others):
        """Return the same records without what a client's context would silence.

        :param others: further keys that are dropped if it is a client's write: what is
            dated goes by the user's own zone, and not by what a client says
        """
        context = self.env.context
        dropped = {
            key for key in SILENCING if context.get(key) and not is_mark(context[key])
        }
        if not (self.env.su or is_system(self.env)):
            dropped.update(others)
        if not dropped & context.keys():
            return self
        kept = {key: context[key] for key in context.keys() - dropped}
        # Not with_context(): it adds the keys that are left out again.
        return self.with_env(self.env(context=kept))

    # What the chatter tells is in the access record as well

    @tools.ormcache()
    def _tracked_fields(self):
        """Return the names of the fields whose changes are recorded, as a tuple."""
        return tuple(
            name
            for name, field in self._fields.items()
            if getattr(field, "tracking", None)
            and field.store
            and field.type in CODES
            and name != STATE
        )

    def _tracked_codes(self, vals):
        """Return {field: {id: code}} of what a write of ``vals`` could change."""
        names = [
            name
            for name in self._tracked_fields()
            if name in vals or self._fields[name].compute
        ]
        # What is recorded doesn't depend on what its author may read.
        records = self.sudo()
        return {name: {each.id: each._code(name) for each in records} for name in names}

    def _code(self, name):
        value = self[name]
        field = self._fields[name]
        if field.relational:
            value = ",".join(map(str, sorted(value.ids)))
        elif field.type in ("date", "datetime"):
            value = field.to_string(value) if value else ""
        return "-" if value in ("", None) or value is False else str(value)

    def _record_tracked(self, before):
        """Record what differs from ``before``: the field, the old > the new code."""
        changes = {}
        for name, codes in before.items():
            for each in self.sudo():
                old, new = codes[each.id], each._code(name)
                if old != new:
                    detail = f"{name} {old} > {new}"
                    changes.setdefault(detail, []).append(each.id)
        log = self.env["customer.archive.log"]
        for detail, ids in changes.items():
            log._record("change", self.browse(ids), detail)
