"""Enters planted values where they are wrong: failed imports and errors."""

import base64
import io

import openpyxl

from . import leaks_plants as plants
from .leaks_entering import COPY, FILE, ITEM, SECRET

IMPORT = "base_import.import"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMES = {
    "create": ("vals_list",),
    "write": ("ids", "vals"),
    "read": ("ids", "fields"),
    "search": ("domain", "offset", "limit", "order"),
    "action_reveal": ("ids", "purpose", "more"),
    "web_save": ("ids", "vals", "specification"),
    "onchange": ("ids", "values", "field_names", "fields_spec"),
    "web_read_group": ("domain", "groupby", "aggregates"),
    "unlink": ("ids",),
    "export_data": ("ids", "fields_to_export"),
}


class Mistakes:
    """Part of :class:`.leaks_tour.Tour`."""

    # Importing

    def load_wrong_rows(self):
        value, number = self.plants.account("load"), self.plants.identity("load")
        wrong = self.plants.mistyped("load, mistyped")
        file, type_ = str(self.ground["file"]), str(self.ground["identity"])
        for model, names, row in (
            (SECRET, ["archive_id/.id", "kind", "value"], [file, value, value]),
            (SECRET, ["archive_id/.id", "kind", "value"], [value, "other", value]),
            (SECRET, ["archive_id", "kind", "value"], [value, "other", value]),
            (SECRET, ["archive_id/id", "kind", "value"], [value, "other", value]),
            (SECRET, ["archive_id/.id", "kind", "value"], ["", "other", value]),
            (SECRET, ["kind", "value"], ["other", value]),
            (SECRET, [".id", "kind", "value"], [value, "other", value]),
            (
                SECRET,
                ["archive_id/.id", "kind", "value"],
                [file, "identity_number", wrong],
            ),
            (SECRET, ["archive_id/.id", "masked", "value"], [file, value, value]),
            (ITEM, ["archive_id/.id", "type_id/.id", "number"], [file, number, number]),
            (ITEM, ["archive_id/.id", "type_id", "number"], [file, number, number]),
            (ITEM, ["archive_id/.id", "number"], [file, number]),
            (ITEM, ["type_id/.id", "number"], [type_, number]),
            (ITEM, ["number"], [number]),
            (ITEM, ["archive_id/.id", "type_id/.id", "number"], [file, type_, wrong]),
            (
                ITEM,
                ["archive_id/.id", "type_id/.id", "number", "valid_until"],
                [file, type_, number, number],
            ),
            (
                ITEM,
                ["id", "archive_id/.id", "type_id/.id", "number", "valid_until"],
                [number, file, type_, number, "2020-13-41"],
            ),
            (FILE, [".id", "document_ids/number"], [file, number]),
            (
                FILE,
                [".id", "secret_ids/value", "secret_ids/kind"],
                [file, value, value],
            ),
        ):
            for role in ("sales", "clerk", "employee"):
                result = self.people[role].try_call(model, "load", names, [row])
                messages = result.get("result", {}).get("messages", True)
                assert messages, f"{model} {names} was loaded"
        # An external identity is kept as it is.
        self.sales.try_call(
            ITEM,
            "load",
            ["id", "archive_id/.id", "type_id/.id", "number"],
            [[number, file, type_, number]],
        )
        self.sales.try_call(
            SECRET,
            "load",
            ["id", "archive_id/.id", "kind", "value"],
            [[value, file, "other", value]],
        )

    def import_files(self):
        file, type_ = self.ground["file"], self.ground["identity"]
        for form in ("csv", "xlsx"):
            value = self.plants.account(f"import, {form}")
            other = self.plants.account(f"import, {form}, first row")
            number = self.plants.identity(f"import, {form}")
            self._import(
                SECRET,
                ["archive_id/.id", "kind", "value"],
                [[file, "other", other], [file, "nonsense", value]],
                form,
            )
            self._import(
                ITEM,
                ["archive_id/.id", "type_id/.id", "number"],
                [[file, type_, number], [file, type_, "1"], [0, 0, number]],
                form,
            )
            # What isn't a heading is taken for one.
            value = self.plants.account(f"import, {form}, good")
            self._import(
                SECRET,
                ["archive_id/.id", "kind", "value"],
                [[file, "other", value], [file, "other", f"{value}9"]],
                form,
                headed=False,
            )

    def _import(self, model, names, rows, form, *, headed=True):
        rows = [names, *rows] if headed else rows
        wizard = self.sales.call(IMPORT, "create", {"res_model": model})
        kind = {"csv": "text/csv", "xlsx": XLSX}[form]
        self.sales.post_form(
            "/base_import/set_file",
            {"id": wizard, "import_id": wizard},
            {"ufile": (f"numbers.{form}", _table(rows, form), kind)},
        )
        options = {
            "has_headers": True,
            "quoting": '"',
            "separator": ",",
            "encoding": "utf-8",
            "date_format": "",
            "datetime_format": "",
            "float_thousand_separator": ",",
            "float_decimal_separator": ".",
            "sheet": "Sheet",
            "limit": 2000,
            "skip": 0,
        }
        preview = self.sales.call(IMPORT, "parse_preview", [wizard], options)
        assert "error" not in preview, preview
        for dry in (True, False):
            done = self.sales.call(
                IMPORT,
                "execute_import",
                [wizard],
                names,
                [str(each) for each in rows[0]],
                options,
                dryrun=dry,
            )
        # What isn't wrong is imported.
        assert bool(done["ids"]) != headed, done
        broken = {**options, "encoding": "ascii", "separator": "", "sheet": "none"}
        self.sales.try_call(IMPORT, "parse_preview", [wizard], broken)

    # Errors

    def make_errors(self):
        file, type_ = self.ground["file"], self.ground["identity"]
        wrong = self.plants.mistyped("error, mistyped")
        value, number = self.plants.account("error"), self.plants.identity("error")
        item, secret = self.items[0], self.secrets[0]
        whole = {"archive_id": file, "kind": "other", "value": value}
        paper = {"archive_id": file, "type_id": type_, "number": number}
        calls = [
            (SECRET, "create", [{**whole, "kind": "identity_number", "value": wrong}]),
            (SECRET, "create", [{**whole, "kind": value}]),
            (SECRET, "create", [{**whole, "archive_id": value}]),
            (SECRET, "create", [{**whole, "archive_id": int(value)}]),
            (SECRET, "create", [{**whole, "archive_id": 99999999}]),
            (SECRET, "create", [{**whole, "document_id": value}]),
            (SECRET, "create", [{**whole, "document_id": 99999999}]),
            (SECRET, "create", [{**whole, value: 1}]),
            (SECRET, "create", [{**whole, "value": [value]}]),
            (SECRET, "create", [{**whole, "value": {"a": value}}]),
            (SECRET, "create", [{**whole, "value": int(value)}]),
            (SECRET, "create", [{**whole, "ciphertext": value}]),
            (SECRET, "create", [{**whole, "masked": value}]),
            (SECRET, "create", [{"value": value}]),
            (SECRET, "create", [value]),
            (SECRET, "write", [[value], {"value": value}]),
            (SECRET, "write", [[int(value)], {"value": value}]),
            (SECRET, "write", [int(value), {"value": value}]),
            (SECRET, "write", [[99999999], {"value": value}]),
            (SECRET, "write", [[secret], {"archive_id": value, "value": value}]),
            (SECRET, "read", [[value], ["masked"]]),
            (SECRET, "read", [[secret], [value]]),
            (SECRET, "search", [[[value, "=", 1]]]),
            (SECRET, "search", [[["value", value, 1]]]),
            (SECRET, "search", [[["id", "=", value]]]),
            (SECRET, "search", [[["archive_id", "=", value]]]),
            (SECRET, "search", [[["archive_id.id", "=", int(value)]]]),
            (SECRET, "search", [[["kind", "=", value]]]),
            (SECRET, "search", [value]),
            (SECRET, "search", [[], 0, 80, value]),
            (SECRET, "web_read_group", [[], [value], ["__count"]]),
            (SECRET, "action_reveal", [[value], "x"]),
            (SECRET, "action_reveal", [[secret]]),
            (SECRET, "action_reveal", [[secret], value, value]),
            (SECRET, "unlink", [[value]]),
            (SECRET, value, [[]]),
            (SECRET, "export_data", [[secret], [value]]),
            (ITEM, "create", [{**paper, "number": wrong}]),
            (ITEM, "create", [{**paper, "type_id": number}]),
            (ITEM, "create", [{**paper, "type_id": 99999999}]),
            (ITEM, "create", [{**paper, "type_id": False}]),
            (ITEM, "create", [{**paper, "type_id": [number]}]),
            (ITEM, "create", [{**paper, "archive_id": False}]),
            (ITEM, "create", [{**paper, "archive_id": 99999999}]),
            (ITEM, "create", [{**paper, "archive_id": number}]),
            (ITEM, "create", [{"number": number}]),
            (ITEM, "create", [{**paper, "issue_date": number}]),
            (ITEM, "create", [{**paper, "valid_until": "2020-02-31"}]),
            (ITEM, "create", [{**paper, "form": number}]),
            (ITEM, "create", [{**paper, "attachment_ids": [[4, number]]}]),
            (ITEM, "create", [{**paper, "attachment_ids": number}]),
            (ITEM, "create", [{**paper, "number": [number]}]),
            (ITEM, "create", [{**paper, "note": "\0"}]),
            (ITEM, "write", [[item], {"number": wrong}]),
            (ITEM, "write", [[item], {"number": number, "type_id": number}]),
            (ITEM, "write", [[item], {"number": number, "type_id": 99999999}]),
            (ITEM, "write", [[item], {"number": number, "type_id": False}]),
            (ITEM, "write", [[item], {"number": number, "form": number}]),
            (ITEM, "write", [[item], {"number": number, "issue_date": number}]),
            (ITEM, "write", [[item], {"number": number, "archive_id": 99999999}]),
            (ITEM, "write", [[item], {"number": f"{number}\0"}]),
            (ITEM, "write", [[int(value)], {"number": number}]),
            (ITEM, "onchange", [[item], {"form": number}, ["form"], {"form": {}}]),
            (ITEM, "onchange", [[item], {number: 1}, [number], {number: {}}]),
            (ITEM, "web_save", [[item], {"number": number}, {number: {}}]),
            (ITEM, "web_save", [[number], {"number": number}, {}]),
            (FILE, "write", [[file], {"document_ids": [[1, number, {}]]}]),
            (FILE, "write", [[file], {"secret_ids": [[0, 0, {"value": value}]]}]),
            (
                FILE,
                "write",
                [[file], {"secret_ids": [[0, 0, whole | {"kind": value}]]}],
            ),
            (COPY, "create", [{"name": "x", "res_model": ITEM, "res_id": number}]),
            (COPY, "create", [{"name": "x", "res_model": ITEM, "datas": number}]),
        ]
        key = self.ground["keys"]["sales"]
        for model, method, args in calls:
            self.sales.try_call(model, method, *args)
            if _fits_xml(args):
                self.sales.xml_call(key, model, method, args)
            self.as_program("sales", model, method, **_named(method, args))

    def make_errors_elsewhere(self):
        """Mistakes in addresses and in the calls of the web client."""
        value = self.plants.account("error in a form")
        scan = self._scans()
        for item in (value, "99999999", "x"):
            self.sales.post_form(
                "/web/binary/upload_attachment",
                {"model": ITEM, "id": item},
                {"ufile": ("scan.txt", plants.text())},
            )
        for kind, content in scan:
            self.people["archivist"].post_form(
                "/web/binary/upload_attachment",
                {"model": ITEM, "id": self.items[0]},
                {"ufile": (f"scan.{kind}", content)},
            )
            # Refused after it was created: the item is of another file's manager.
            self.people["head"].try_call(
                COPY,
                "create",
                {
                    "name": "x.txt",
                    "res_model": ITEM,
                    "res_id": 99999999,
                    "datas": base64.b64encode(content).decode(),
                },
            )
        self.sales.post_form("/web/export/csv", {"data": value})
        self.sales.post_json("/web/dataset/call_kw", {"model": SECRET, "method": value})
        self.sales.post_json(
            "/web/dataset/call_kw",
            {"model": SECRET, "method": "search", "args": value, "kwargs": {}},
        )
        self.sales.post_json("/web/dataset/call_kw", value)
        self.sales.try_call(SECRET, "search", [], context={"lang": value})
        self.sales.try_call(SECRET, "search", [], context={"tz": value})
        self.sales.try_call(
            SECRET,
            "create",
            {},
            context={"default_value": value, "default_kind": value},
        )
        self.sales.post_json(
            "/web/domain/validate",
            {"model": SECRET, "domain": [["value", "like", value]]},
        )


def _named(method, args):
    return dict(zip(NAMES.get(method, ("ids",)), args, strict=False))


def _fits_xml(value):
    if isinstance(value, dict):
        return _fits_xml([*value, *value.values()])
    if isinstance(value, list | tuple):
        return all(_fits_xml(each) for each in value)
    return not isinstance(value, int) or abs(value) < 2**31


def _table(rows, form):
    stream = io.BytesIO()
    if form == "csv":
        return "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([str(cell) for cell in row])
    book.save(stream)
    return stream.getvalue()
