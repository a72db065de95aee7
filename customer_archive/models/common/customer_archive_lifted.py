import hashlib
import json

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from .roles import CONFIRMS_POLICIES
from .sentinel import as_system, is_system

COMPANY, AUTHORS = "company", "authors"
KEPT = {"lifting", "lifting_by_id"}
NOTHING = {"lifting": False, "lifting_by_id": False}


# What weakens: rules of a field, of a record and the new value


def changed(record, name, value):
    """Whether something is changed that was chosen."""
    return bool(record[name]) and _cached(record, name, value) != _now(record, name)


def chosen(record, name, value):
    """Whether something is changed, also if nothing was chosen so far."""
    return _cached(record, name, value) != _now(record, name)


def unticked(record, name, value):
    return bool(record[name]) and not value


def ticked(record, name, value):
    return bool(value) and not record[name]


def lowered(record, name, value):
    return (_cached(record, name, value) or 0) < record[name]


def raised(record, name, value):
    return (_cached(record, name, value) or 0) > record[name]


def shrunk(record, name, value):
    """Whether records are taken out of a list."""
    return bool(removed(record, name, value))


def removed(record, name, commands):
    """Return the ids that commands take out of a list of records."""
    return set(record[name].ids) - listed(record, name, commands)


def listed(record, name, commands):
    """Return the ids in a list of records after commands."""
    ids = set(record[name].ids)
    for code, *rest in commands or [Command.clear()]:
        if code in (Command.DELETE, Command.UNLINK):
            ids.discard(rest[0])
        elif code == Command.LINK:
            ids.add(rest[0])
        elif code in (Command.CLEAR, Command.SET):
            ids = set(rest[1] if code == Command.SET else ())
    return ids


def _cached(record, name, value):
    return record._fields[name].convert_to_cache(value, record, validate=False) or None


def _now(record, name):
    field = record._fields[name]
    written = field.convert_to_write(record[name], record)
    return field.convert_to_cache(written, record, validate=False) or None


class CustomerArchiveLifted(models.AbstractModel):
    """Configuration that gives power: who lifts a protection waits for a second person.

    What strengthens it is written at once. An inheriting model says in ``_power`` what
    weakens it, and in ``_powerless`` which other fields are anybody's who configures; a
    test looks for fields that are in neither.
    """

    _name = "customer.archive.lifted"
    _description = "Dual-Control Protection"

    lifting = fields.Json(
        groups=fields.NO_ACCESS, copy=False, export_string_translation=False
    )
    lifting_by_id = fields.Many2one(
        "res.users",
        string="Proposed by",
        readonly=True,
        copy=False,
        help="Must be confirmed by another person.",
    )
    lifting_words = fields.Char(
        string="Unconfirmed Change",
        compute="_compute_lifting_words",
        compute_sudo=True,
        help=(
            "The change that is applied once another person from compliance, "
            "management or the administrators confirms it."
        ),
    )
    lifting_digest = fields.Char(
        compute="_compute_lifting_digest",
        compute_sudo=True,
        export_string_translation=False,
    )

    # What an inheriting model says

    @api.model
    def _power(self):
        """Return what gives power: by field, the rule that says when it is weakened."""
        return {}

    @api.model
    def _powerless(self):
        """Return the names of the fields that are written at once."""
        return set()

    @api.model
    def _lifters(self):
        """Return who confirms, as ``has_groups`` takes it."""
        return CONFIRMS_POLICIES

    def _lifted(self, vals):
        """Return the names of ``vals`` that would weaken what this record protects."""
        self.ensure_one()
        rules = self._power()
        return {
            name
            for name in rules.keys() & vals.keys()
            if rules[name](self, name, vals[name])
        }

    # What waits

    @api.depends("lifting")
    @api.depends_context("lang")
    def _compute_lifting_words(self):
        for record in self:
            record.lifting_words = "; ".join(
                f"{record._fields[name]._description_string(self.env)}: "
                f"{record._lifting_value(name, value)}"
                for name, value in record._lifting_waiting().items()
            )

    @api.depends("lifting")
    def _compute_lifting_digest(self):
        for record in self:
            waiting = json.dumps(record.lifting or {}, sort_keys=True)
            digest = hashlib.sha256(waiting.encode()).hexdigest()
            record.lifting_digest = record.lifting and digest

    def _lifting_waiting(self):
        """Return the values that wait, by field."""
        waiting = self.lifting or {}
        return {name: waiting[name] for name in waiting if name in self._fields}

    def _lifting_value(self, name, value):
        field = self._fields[name]
        if field.type == "many2one":
            return self.env[field.comodel_name].browse(value or ()).display_name or "-"
        if field.type == "many2many":
            gone = self.env[field.comodel_name].browse(each[1] for each in value)
            names = ", ".join(gone.exists().mapped("display_name"))
            return self.env._("without %s", names)
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if field.type == "selection":
            choices = dict(field._description_selection(self.env))
            return choices.get(value, value or "-")
        return value or "-"

    # Writing

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_lifting(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_lifting(vals)
        if self.env.su or is_system(self.env):
            return super().write(vals)
        waiting = {record: record._lifted(vals) for record in self}
        if not any(waiting.values()):
            return super().write(vals)
        self.check_access("write")
        for record, names in waiting.items():
            at_once = {name: vals[name] for name in vals.keys() - names}
            kept = {name: vals[name] for name in names}
            for name in names:
                if record._fields[name].type == "many2many":
                    at_once[name], kept[name] = record._part_list(name, vals[name])
            if at_once:
                super(CustomerArchiveLifted, record).write(at_once)
            record._ask_to_lift(kept)
        return True

    def _part_list(self, name, commands):
        """Return what is written to a list at once, and what waits: who leaves it."""
        gone = removed(self, name, commands)
        new = listed(self, name, commands) - set(self[name].ids)
        added = [Command.link(each) for each in sorted(new)]
        by_form = (Command.CREATE, Command.UPDATE)
        typed = [each for each in commands or () if each[0] in by_form]
        return typed + added, [Command.unlink(each) for each in sorted(gone)]

    def _check_lifting(self, vals):
        if is_system(self.env):
            return
        if KEPT & vals.keys():
            raise UserError(
                self.env._("Unconfirmed changes can't be entered manually.")
            )
        # Odoo writes what it reckons if a client sends it, past what it comes from.
        for name in sorted(vals.keys() & self._fields.keys()):
            field = self._fields[name]
            if field.store and field.compute and field.readonly and not self.env.su:
                raise UserError(
                    self.env._(
                        "“%s” follows from other fields: it can't be entered.",
                        field._description_string(self.env),
                    )
                )

    def _ask_to_lift(self, values):
        """Keep what was asked for until somebody else confirms it."""
        if not values:
            return
        # Writing was checked; the column is closed to everybody.
        own = self.sudo()
        kept = {
            **(own.lifting or {}),
            **values,
            COMPANY: self.env.company.id,
            # All who had a hand in it, since it was confirmed or dropped last.
            AUTHORS: sorted({*own._lifting_authors(), self.env.uid}),
        }
        # As JSON stores it: the digest is that of what is read back.
        kept = json.loads(json.dumps(kept, default=str))
        as_system(own).write({"lifting": kept, "lifting_by_id": self.env.uid})

    def _lifting_authors(self):
        """Return the ids of those who asked for something of what waits."""
        return {*(self.lifting or {}).get(AUTHORS, ()), *self.lifting_by_id.ids}

    # Confirming

    def action_confirm_lifting(self, shown=None):
        """Write what others have asked for.

        :param str shown: ``lifting_digest`` as whoever confirms has seen it; without
            it what the form says that it showed
        :raise AccessError: if the user asked for some of it, or has another role
        :raise UserError: if something else waits by now than was looked at
        """
        self.ensure_one()
        self._check_may_lift()
        # Role was checked; the column is closed to everybody.
        own = self.sudo()
        if self.env.uid in own._lifting_authors():
            raise self._refused(
                self.env._("You can't approve your own request (four-eyes principle).")
            )
        if (shown or self.env.context.get("shown_lifting")) != own.lifting_digest:
            raise UserError(
                self.env._(
                    "“%s” differs from what you read, or you haven't read it yet: "
                    "open it again before confirming.",
                    self.display_name,
                )
            )
        company = (own.lifting or {}).get(COMPANY, self.env.company.id)
        own = own.with_company(company)
        as_system(own).write({**own._lifting_waiting(), **NOTHING})
        self.env["customer.archive.log"]._record("configuration", self, "confirmed")
        return True

    def action_drop_lifting(self):
        """Leave it as it is.

        :raise AccessError: if the user has another role
        """
        self._check_may_lift()
        # The role was checked; the column is closed to everybody.
        as_system(self.sudo()).write(NOTHING)
        return True

    def _check_may_lift(self):
        self.check_access("read")
        for record in self:
            if not self.env.user.has_groups(self._lifters()):
                raise record._refused(
                    self.env._(
                        "This must be confirmed by compliance, management or an "
                        "administrator."
                    )
                )
            if not record.lifting_by_id:
                raise UserError(
                    self.env._("“%s” isn't awaiting confirmation.", record.display_name)
                )

    def _refused(self, message):
        log = self.env["customer.archive.log"]
        log._record_refusal(self, "confirm", message)
        return AccessError(message)
