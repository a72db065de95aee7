"""The operations of the matrix: how each is called, and what of it was allowed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from odoo.service.model import get_public_method

from .rights_created import CREATED
from .rights_fields import MAGIC, changed, is_whole, value_for, written_fields
from .rights_names import OF_FILES, TRAINED

ADDON, FILE = "customer_archive", "customer.archive"
SHOWN = {"display_name": {}}
# Methods that every model has: tried as operations of their own, below.
STANDARD = {
    "copy",
    "copy_data",
    "create",
    "default_get",
    "export_data",
    "load",
    "onchange",
    "unlink",
    "web_read",
    "write",
}
# Odoo's own on all records that have messages, which this addon only limits: tests of
# the history try them.
LIMITED = {
    "action_notify",
    "message_new",
    "message_route",
    "message_subscribe",
    "message_update",
}
# What methods are called with, where that isn't nothing.
ARGUMENTS = {
    "action_approve": {"comment": "fine"},
    "action_block": {"reason": "matrix"},
    "action_hold": {"kind": "audit", "reason": "matrix"},
    "action_lift": {"reason": "matrix"},
    "action_move": {"location_id": False},
    "action_move_scanned": {"moves": []},
    "action_scan": {"text": "matrix"},
    "action_count": {"counts": []},
    "action_unblock": {"reason": "matrix"},
    "action_execute": {"method": "matrix"},
    "action_stop": {"reason": "matrix"},
    "action_reject": {"reason": "mend it"},
    "action_report_lost": {"line_ids": [], "note": "matrix"},
    "action_reveal": {"purpose": "matrix"},
    "action_reveal_old": {"purpose": "matrix"},
    "action_revoke": {"reason": "matrix"},
    "action_take_back": {"conditions": []},
    "action_answer": {"note": "matrix"},
    "action_to_close": {"reason": "matrix"},
    "action_terminate": {"reason": "matrix"},
    "action_waive": {"reason": "matrix"},
    "action_revise": {"reason": "matrix"},
    "action_settle": {"note": "matrix"},
    "load": {"fields": ["company_id"], "data": [["x"]]},
    "message_post": {"body": "matrix"},
    # Somebody else, who reads files: Odoo's first administrator. Who reads may follow
    # himself.
    "message_subscribe": {"partner_ids": [3]},
    "sign": {"training_date": TRAINED},
}
# Which answers show that there is something; others say it by not failing.
SHOWS = {
    "records": bool,
    "load": lambda result: bool(result["ids"]),
    # Odoo gives anybody the id that he asked with.
    "get_metadata": lambda rows: any(row.get("create_date") for row in rows),
    "action_open_archive": lambda action: action["res_model"] == "customer.archive",
}
DIALOG_ARGUMENTS = {
    "action_approve",
    "action_reject",
    "action_report_lost",
    "action_revise",
    "action_revoke",
    "action_take_back",
    "action_terminate",
    "action_waive",
}


def _groups(result):
    return [each for group in result for each in group["id:array_agg"] or ()]


def _grouped(result):
    return [
        row["id"] for group in result["groups"] for row in group.get("__records", ())
    ]


def _dicts(result):
    return [row["id"] for row in result]


def _pairs(result):
    return [each for each, _name in result]


# Ways to find records: arguments by domain and a field to group by, ids in the answer.
SETS = {
    "search": (lambda d, _f: {"domain": d}, list),
    "search_read": (lambda d, _f: {"domain": d, "fields": ["display_name"]}, _dicts),
    "web_search_read": (
        lambda d, _f: {"domain": d, "specification": SHOWN},
        lambda result: _dicts(result["records"]),
    ),
    "name_search": (lambda d, _f: {"domain": d, "limit": 999}, _pairs),
    "web_name_search": (
        lambda d, _f: {"name": "", "domain": d, "specification": SHOWN, "limit": 999},
        _dicts,
    ),
    "formatted_read_group": (
        lambda d, _f: {"domain": d, "aggregates": ["id:array_agg"]},
        _groups,
    ),
    "formatted_read_grouping_sets": (
        lambda d, f: {
            "domain": d,
            "grouping_sets": [[], [f]],
            "aggregates": ["id:array_agg"],
        },
        lambda result: _groups(result[1]),
    ),
    "read_group": (
        lambda d, f: {"domain": d, "fields": ["ids:array_agg(id)"], "groupby": [f]},
        lambda result: [each for group in result for each in group["ids"]],
    ),
    "web_read_group": (
        lambda d, f: {
            "domain": d,
            "groupby": [f],
            "auto_unfold": True,
            "unfold_read_specification": SHOWN,
        },
        _grouped,
    ),
}
# Ways to read one record that is known by its id.
READS = {
    "read": {"fields": ["display_name"]},
    "web_read": {"specification": SHOWN},
    "export_data": {"fields_to_export": ["display_name"]},
}
# More of them, tried where every field is written as well.
MORE_READS = {
    "get_metadata": {},
    "copy_data": {},
}
CONTENTS = {
    "read:datas": ("read", {"fields": ["datas"]}),
    "web_read:datas": ("web_read", {"specification": {"datas": {}}}),
    "export_data:datas": ("export_data", {"fields_to_export": ["datas"]}),
}


@dataclass(frozen=True)
class Try:
    """One call, on one record or on none, and how to see that it was allowed."""

    operation: str
    subject: str
    method: str
    ids: list | None
    kwargs: dict
    changes: bool = False
    # By answer: whether it was done; an error means that it wasn't.
    done: Callable = lambda _result: True
    # Arguments and ``done``, where to say them costs more than most calls.
    prepare: Callable | None = None

    def prepared(self):
        """Return what is called; once it is known that it is."""
        if not self.prepare:
            return self
        kwargs, done = self.prepare()
        return replace(self, kwargs=kwargs, done=done, prepare=None)


def group_field(model):
    """Return a field that ``model`` can be grouped by."""
    fields = [
        field
        for field in model._fields.values()
        if field.store and field.column_type and not field.groups
    ]
    # Without a value there is no group that the web client unfolds.
    fields.sort(key=lambda field: not field.required)
    for kinds, suffix in (
        (("many2one", "selection", "char"), ""),
        (("date", "datetime"), ":month"),
    ):
        for field in fields:
            if field.type in kinds and field.name not in MAGIC:
                return f"{field.name}{suffix}"
    return "create_uid"


def set_tries(model, domain):
    """Yield (operation, arguments, function that gives the ids of an answer)."""
    for operation, (build, found) in SETS.items():
        yield operation, build(domain, group_field(model)), found


def record_tries(ground, model, subject, role):
    """Yield what is tried on one record."""
    record = ground.subject(model._name, subject, role)
    if not record:
        return
    ids = record.ids
    more = MORE_READS if is_whole(model, subject) else {}
    for operation, kwargs in {**READS, **more}.items():
        done = SHOWS.get(operation, bool)
        yield Try(operation, subject, operation, ids, kwargs, done=done)
    if model._name == "ir.attachment":
        for operation, (method, kwargs) in CONTENTS.items():
            yield Try(operation, subject, method, ids, kwargs)
    yield Try("copy", subject, "copy", ids, {}, True)
    yield Try(
        "unlink", subject, "unlink", ids, {}, True, lambda _result: not record.exists()
    )


def write_tries(ground, model, subject, role):
    """Yield a write of each field."""
    record = ground.subject(model._name, subject, role)
    if not record:
        return
    for field in written_fields(model, subject):
        prepare = partial(_write, ground, record, field, role)
        operation = f"write:{field.name}"
        yield Try(operation, subject, "write", record.ids, {}, True, prepare=prepare)


def _write(ground, record, field, role):
    """Return the arguments of a write, and what shows that it was done."""
    value = value_for(ground, record, field, role)
    return {"vals": {field.name: value}}, changed(record, field)


def create_tries(ground, model):
    for subject in CREATE_FOR.get(model._name, ("-",)):
        if model._name in CREATED:
            values = ground.values(model._name, subject)
            yield Try("create", subject, "create", None, {"vals_list": values}, True)
    if model._rec_name:
        yield Try("name_create", "-", "name_create", None, {"name": "x"}, True, bool)


# Where it matters for what: files by side, the rest by file.
CREATE_FOR = {
    "customer.archive": ("customer", "supplier"),
    "customer.archive.document": OF_FILES,
    "customer.archive.secret": OF_FILES,
    "ir.attachment": OF_FILES,
    "customer.archive.disposal": ("close", "destroy"),
    "customer.archive.disposal.line": ("close", "destroy"),
}


def operations(model):
    """Return what is tried on a model over RPC."""
    written = {f"write:{field.name}" for field in written_fields(model)}
    fixed = {"copy", "create", "name_create", "unlink"}
    contents = set(CONTENTS) if model._name == "ir.attachment" else set()
    ways = {*SETS, *READS, *MORE_READS, *fixed}
    return ways | written | contents | set(own_methods(model))


def own_methods(model):
    """Return the public methods of ``model`` that this addon defines."""
    names = set()
    for cls in type(model).mro():
        if cls.__module__.startswith(f"odoo.addons.{ADDON}."):
            names |= {name for name, value in vars(cls).items() if callable(value)}
    # Who may have others follow a file is in the table.
    limited = LIMITED - {"message_subscribe"} if model._name == FILE else LIMITED
    return sorted(
        name for name in names - STANDARD - limited if _is_public(model, name)
    )


def _is_public(model, name):
    try:
        get_public_method(model, name)
    except Exception:  # noqa: BLE001 -- in whatever way it is refused
        return False
    return True


def method_tries(ground, model, subject, role):
    """Yield each public method of this addon on one record."""
    record = ground.subject(model._name, subject, role)
    if not record:
        return
    for name in own_methods(model):
        arguments = ARGUMENTS.get(name, {})
        if name in DIALOG_ARGUMENTS and model._transient:
            arguments = {}
        ids = None if getattr(getattr(model, name), "_api_model", False) else record.ids
        done = SHOWS.get(name, lambda _result: True)
        yield Try(name, subject, name, ids, arguments, True, done)
