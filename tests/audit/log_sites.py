"""Finds, in the sources, every detail that the addon puts into the access record.

Each place that records is followed back to the texts that can arrive there: through
variables, arguments of callers, values of selections. So a code that somebody adds is
found by what it is, and not because a list here names it.
"""

import ast
import itertools
from pathlib import Path
from typing import NamedTuple

from odoo.addons import customer_archive

ADDON = Path(customer_archive.__path__[0])
RECORDING = ("_record", "_record_once", "_record_afterwards", "_record_each")
# What stands where a text has a number, a name or a date.
ANY = "1"
# And where it has a digest, as every value of that name is.
DIGEST = "0" * 64
LIMIT = 400


class Site(NamedTuple):
    """Where something is recorded, with the event and details that may result."""

    place: str
    events: set
    details: set


def _sample(node):
    """Return what a value of a text that isn't known may look like."""
    named = isinstance(node, ast.Name) and node.id == "digest"
    return DIGEST if named else ANY


class Sources:
    """All of the addon's own Python, but its tests.

    :param selections: values of selection fields by name, over all models
    """

    def __init__(self, selections):
        self.selections = selections
        self.functions, self.calls, self.constants = {}, {}, {}
        self.recorders, self._base = set(), {}
        for path in sorted(ADDON.rglob("*.py")):
            if not {"tests", "migrations"} & set(path.relative_to(ADDON).parts):
                self._read(path)

    def _read(self, path):
        tree = ast.parse(path.read_text())
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                for target in node.targets:
                    texts = {str(node.value.value)}
                    self.constants[str(path.relative_to(ADDON)), target.id] = texts
                    self.constants.setdefault(target.id, set()).update(texts)
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            function.file = str(path.relative_to(ADDON))
            if function.name == "_record":
                self.recorders.add(str(path.relative_to(ADDON)))
            self.functions.setdefault(function.name, []).append(function)
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    self.calls.setdefault(node.func.attr, []).append((function, node))

    def sites(self):
        """Yield each place that records something."""
        for name in RECORDING:
            for function, call in self.calls.get(name, ()):
                if self._is_log(function, call):
                    events = self.texts(call.args[0], function)
                    yield self._site(function, call, events, call.args[2:3])
        for function, call in self.calls.get("_record_refusal", ()):
            yield self._site(function, call, {"denied"}, call.args[1:2])
        for function, call in self.calls.get("_record_damage", ()):
            yield self._site(function, call, {"broken"}, ())

    def _is_log(self, function, call):
        """Whether a call is the record's method, and not a model's own of its name."""
        receiver = ast.unparse(call.func.value)
        if function.file == "models/audit/customer_archive_log.py":
            # There it is passed on, from the callers that are found themselves.
            return False
        return function.file not in self.recorders or "log" in receiver

    def _site(self, function, call, events, detail):
        details = self.texts(detail[0], function) if detail else {""}
        return Site(f"{function.file}:{call.lineno}", events, details - {ANY})

    # What an expression can be

    def texts(self, node, function, seen=()):
        """Return the texts that an expression can have; none where it isn't known."""
        if isinstance(node, ast.Constant):
            return {str(node.value)}
        if isinstance(node, ast.JoinedStr):
            return self._joined(node, function, seen)
        if isinstance(node, ast.IfExp):
            return self.texts(node.body, function, seen) | self.texts(
                node.orelse, function, seen
            )
        if isinstance(node, ast.Name):
            return self._named(node.id, function, seen)
        if isinstance(node, ast.ListComp):
            return self.texts(node.elt, function, seen)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._returned(node.func.id, seen)
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return self._called(node, function, seen)
        return set()

    def _joined(self, node, function, seen):
        parts = []
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                found = self.texts(value.value, function, seen)
                found = found or {_sample(value.value)}
            else:
                found = {value.value}
            parts.append(sorted(found)[:LIMIT])
        combined = itertools.islice(itertools.product(*parts), LIMIT * 20)
        return {"".join(each) for each in combined}

    def _named(self, name, function, seen):
        here = (name, function.file, function.lineno)
        if here in seen:
            return self._base.get(here, set())
        seen, self._base[here] = (*seen, here), set()
        values = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            and any(getattr(target, "id", None) == name for target in node.targets)
        ]
        # What is made of its own former value comes last.
        values.sort(key=lambda value: name in _names_in(value))
        for value in values:
            found = self.texts(value, function, seen)
            self._base[here] = self._base.get(here, set()) | found
        found = self._base.get(here, set())
        parameters = [each.arg for each in function.args.args]
        if name in parameters:
            found = found | self._passed(name, parameters.index(name), function, seen)
        constants = self.constants
        return (
            found or constants.get((function.file, name)) or constants.get(name, set())
        )

    def _passed(self, name, index, function, seen):
        """Return what callers pass as a parameter."""
        found = set()
        for caller, call in self.calls.get(function.name, ()):
            if function.name == "_record" and caller.file != function.file:
                continue
            given = [each.value for each in call.keywords if each.arg == name]
            place = index - 1
            if 0 <= place < len(call.args):
                given.append(call.args[place])
            for node in given:
                found |= self.texts(node, caller, seen)
        return found

    def _attribute(self, node):
        if node.attr == "field":
            # A step of a loan, which says the field of who confirms it.
            return self._keywords("field")
        return set(self.selections.get(node.attr, ()))

    def _keywords(self, name):
        """Return the texts that are given to a keyword anywhere."""
        found = set()
        for path in (ADDON / "models").glob("*/*loan_handover.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.keyword) and node.arg == name:
                    found.add(node.value.value)
                if (
                    isinstance(node, ast.Call)
                    and getattr(node.func, "id", "") == "Step"
                ):
                    found |= {each.value for each in node.args[:1]}
        return found

    def _called(self, node, function, seen):
        """Follow a method that makes a text of others."""
        if node.func.attr == "join":
            signs = self.texts(node.func.value, function, seen)
            first = node.args[0] if node.args else None
            elements = getattr(first, "elts", [first])
            parts = [
                self.texts(each, function, seen) or {ANY}
                for each in elements
                if not isinstance(each, ast.Starred)
            ]
            return {
                sign.join(each)
                for sign in signs
                for each in itertools.product(*map(sorted, parts))
            }
        if node.func.attr == "removesuffix":
            suffix = node.args[0].value
            texts = self.texts(node.func.value, function, seen)
            return {each.removesuffix(suffix) for each in texts}
        if node.func.attr == "strip":
            return self.texts(node.func.value, function, seen)
        return self._returned(node.func.attr, seen)

    def _returned(self, name, seen):
        """Return the texts that a function of the addon returns."""
        found = set()
        for function in self.functions.get(name, ()):
            here = (function.file, function.lineno)
            if here in seen:
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value:
                    found |= self.texts(node.value, function, (*seen, here))
        return found


def _names_in(node):
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
