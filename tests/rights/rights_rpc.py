"""Ways around the models: addresses, and fields that nobody may use."""

import json

from odoo import fields as odoo_fields
from odoo.tools.misc import limited_field_access_token

from .rights_names import ARCHIVE, COPY, SCAN

TOKEN = "00000000-0000-4000-8000-000000000000"
REPORT = "customer_archive.test_rights_report"
MARK = "Rightsmark"


# Ways to fetch a copy; a token of before, and one that its reader was given.
COPY_URLS = {
    "url:content": "/web/content/{id}",
    "url:download": "/web/content/{id}?download=1",
    "url:raw": "/web/content/ir.attachment/{id}/raw",
    "url:datas": "/web/content/ir.attachment/{id}/datas",
    "url:named": "/web/content/{id}/scan.png",
    "url:image": "/web/image/{id}",
    "url:image:download": "/web/image/ir.attachment/{id}/raw?download=1",
    "url:token": "/web/content/{id}?access_token={token}",
    "url:image:token": "/web/image/{id}?access_token={token}",
    "url:limited": "/web/content/ir.attachment/{id}/raw?access_token={limited}",
    "url:image:limited": "/web/image/ir.attachment/{id}/raw?access_token={limited}",
    # These show it to nobody.
    "url:wrong": "/web/content/{id}?access_token=wrong",
    "url:item": "/web/content/customer.archive.document/{item}/attachment_ids",
    "url:key": "/web/content/ir.attachment/{id}/archive_key",
}
EXPORTS = ("url:csv", "url:xlsx")
REPORTS = ("report:html", "report:text", "report:pdf")
REGISTER_EXPORT = "url:export"


def copy_urls(copy):
    """Yield (operation, address) for each way to fetch a copy."""
    limited = limited_field_access_token(copy, "raw", scope="binary")
    ids = {"id": copy.id, "item": copy.sudo().res_id}
    for operation, url in COPY_URLS.items():
        yield operation, url.format(**ids, token=TOKEN, limited=limited)


def holds_scan(response):
    return response.ok and SCAN in response.content


def report_urls(archive):
    for operation in REPORTS:
        kind = operation.partition(":")[2]
        yield operation, f"/report/{kind}/{REPORT}/{archive.id}"


def make_report(env):
    """Make a report that prints files; administrators may do so at any time."""
    view = env["ir.ui.view"].create(
        {
            "name": "Rights",
            "type": "qweb",
            "key": REPORT,
            "arch": f"<t t-name='{REPORT}'><div t-foreach='docs' t-as='doc'>"
            "<t t-out='doc.note'/></div></t>",
        }
    )
    env["ir.model.data"].create(
        {
            "module": "customer_archive",
            "name": REPORT.split(".")[1],
            "model": view._name,
            "res_id": view.id,
        }
    )
    env["ir.actions.report"].create(
        {
            "name": "Rights",
            "model": ARCHIVE,
            "report_type": "qweb-html",
            "report_name": REPORT,
        }
    )


def export_request(model, ids, paths):
    """Return the form of the web client's own export of records."""
    return json.dumps(
        {
            "model": model,
            "ids": ids,
            "domain": [],
            "groupby": [],
            "import_compat": False,
            "fields": [{"name": path, "label": path} for path in paths],
        }
    )


# Stands for a hidden value that isn't there: no other word of an answer.
NOTHING = "nothing-is-kept-here"


def hidden_fields(env):
    """Return the fields that no client may use, in models of this addon or ir's."""
    return [
        field
        for name in sorted(env.registry)
        if not env[name]._abstract
        for field in env[name]._fields.values()
        if field.groups == odoo_fields.NO_ACCESS
        and "customer_archive" in (field._modules or ())
        and field.store
    ]


def some_subject(ground, model):
    """Return a record to try on: that of a draft, or any."""
    known = ground.subjects[model]
    return known.get("draft") or next(iter(known.values()))


def hidden_value(record, field):
    """Return what mustn't be found, or a word that is nowhere; ids are no secret."""
    if field.relational:
        return NOTHING
    value = record.sudo()[field.name] or NOTHING
    return json.dumps(value) if field.type == "json" else value


def hidden_tries(ground, env, field):
    """Yield (name, model, method, ids, arguments) of each way to use a hidden field."""
    model, name = field.model_name, field.name
    record = some_subject(ground, model)
    value = hidden_value(record, field)
    everything = [(1, "=", 1)]
    for operator in ("=", "like", "in", ">"):
        given = [value] if operator == "in" else value
        if operator == ">" and field.relational:
            given = 0
        yield (
            f"search {operator}",
            model,
            "search",
            None,
            {"domain": [(name, operator, given)]},
        )
    yield "order", model, "search", None, {"domain": everything, "order": name}
    yield (
        "web_search_read",
        model,
        "web_search_read",
        None,
        {
            "domain": everything,
            "specification": {name: {}},
        },
    )
    yield (
        "search_read",
        model,
        "search_read",
        None,
        {
            "domain": everything,
            "fields": [name],
        },
    )
    yield "count", model, "search_count", None, {"domain": [(name, "=", value)]}
    yield (
        "group",
        model,
        "formatted_read_group",
        None,
        {
            "domain": everything,
            "groupby": [name],
            "aggregates": ["__count"],
        },
    )
    yield (
        "read_group",
        model,
        "read_group",
        None,
        {
            "domain": everything,
            "fields": [],
            "groupby": [name],
        },
    )
    yield (
        "web_read_group",
        model,
        "web_read_group",
        None,
        {
            "domain": everything,
            "groupby": [name],
        },
    )
    for function in ("array_agg", "count_distinct", "max", "min"):
        yield (
            f"aggregate {function}",
            model,
            "formatted_read_group",
            None,
            {
                "domain": everything,
                "aggregates": [f"{name}:{function}"],
            },
        )
    yield (
        "having",
        model,
        "formatted_read_group",
        None,
        {
            "domain": everything,
            "groupby": ["create_uid"],
            "aggregates": ["__count"],
            "having": [(f"{name}:max", "=", value)],
        },
    )
    yield "name_search", model, "name_search", None, {"domain": [(name, "=", value)]}
    yield (
        "progress bar",
        model,
        "read_progress_bar",
        None,
        {
            "domain": everything,
            "group_by": "create_uid",
            "progress_bar": {"field": name, "colors": {value: "success"}},
        },
    )
    yield "read", model, "read", record.ids, {"fields": [name]}
    yield "web_read", model, "web_read", record.ids, {"specification": {name: {}}}
    yield "export", model, "export_data", record.ids, {"fields_to_export": [name]}
    yield "fields_get", model, "fields_get", None, {"allfields": [name]}
    yield (
        "onchange",
        model,
        "onchange",
        record.ids,
        {
            "values": {},
            "field_names": [],
            "fields_spec": {name: {}},
        },
    )
    yield "copy_data", model, "copy_data", record.ids, {}
    own = [(COPY, "original_id")] if model == COPY else []
    for other, path in [*own, *paths_to(env, model)]:
        yield (
            f"search by {path}",
            other,
            "search",
            None,
            {"domain": [(f"{path}.{name}", "=", value)]},
        )
        yield (
            f"search any {path}",
            other,
            "search",
            None,
            {"domain": [(path, "any", [(name, "=", value)])]},
        )
        yield (
            f"group by {path}",
            other,
            "formatted_read_group",
            None,
            {
                "domain": everything,
                "groupby": [f"{path}.{name}"],
            },
        )
        yield (
            f"order by {path}",
            other,
            "search",
            None,
            {
                "domain": everything,
                "order": f"{path}.{name}",
            },
        )


def paths_to(env, model):
    """Return (model, field) for each relation to ``model`` that this addon made."""
    return [
        (name, field.name)
        for name in sorted(env.registry)
        if not env[name]._abstract and not env[name]._transient
        for field in env[name]._fields.values()
        if field.comodel_name == model
        and "customer_archive" in (field._modules or ())
        and (field.store or field.search)
    ]


def shows_value(result, value):
    """Whether an answer tells the hidden value, or finds anything by it."""
    if isinstance(result, int):
        return bool(result)
    return bool(result) and (value in json.dumps(result) or _has_ids(result))


def _has_ids(result):
    return isinstance(result, list) and all(isinstance(each, int) for each in result)
