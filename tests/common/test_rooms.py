"""A rule that has a room of its own is said nowhere else: walks through the source."""

import ast
import re
from pathlib import Path

from odoo.tests import BaseCase, TransactionCase, tagged

from odoo.addons import customer_archive
from odoo.addons.customer_archive.models.common.customer_archive_guard import is_ours
from odoo.addons.customer_archive.models.common.heirs import heirs, naming_users
from odoo.addons.customer_archive.models.confidentiality.mail_activity import NAMING
from odoo.addons.customer_archive.models.disposal.customer_archive import USAGE_EVENTS
from odoo.addons.customer_archive.models.encryption.ir_filters import SENSITIVE

ADDON = Path(customer_archive.__path__[0])
LOCKS = re.compile(r"\bFOR (NO KEY )?(UPDATE|SHARE)\b|\bSET id = id\b")


def _is_head(node):
    owner = getattr(node, "value", None)
    return _is_attribute(node, "user_id") and _is_attribute(owner, "manager_id")


def _is_attribute(node, name):
    return isinstance(node, ast.Attribute) and node.attr == name


def _is_lock(node):
    return _is_text(node) and bool(LOCKS.search(node.value))


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_window(node):
    return isinstance(node, ast.Dict) and any(
        _is_text(value) and value.value == "ir.actions.act_window"
        for value in node.values
    )


def _is_reader(node):
    """Whether somebody else's rights are asked for by hand, in companies of choice."""
    return (
        isinstance(node, ast.Call)
        and _is_attribute(node.func, "with_context")
        and any(each.arg == "allowed_company_ids" for each in node.keywords)
        and "with_user" in ast.unparse(node.func)
    )


def _is_redirect(node):
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == "odoo.exceptions"
        and "RedirectWarning" in [each.name for each in node.names]
    )


def _swallows(node):
    """Whether a lost race, in a savepoint, would be taken for a broken record."""
    if not isinstance(node, ast.Try):
        return False
    caught = [ast.unparse(each.type) if each.type else "" for each in node.handlers]
    has_savepoint = "savepoint(" in "".join(map(ast.unparse, node.body))
    return has_savepoint and bool({"", "Exception", "BaseException"} & set(caught))


# What is looked for, the room where it belongs, and who else may and why.
RULES = {
    "who heads a department": (_is_head, "models/common/escalation.py", {}),
    "who has a role": (
        lambda node: _is_attribute(node, "all_user_ids"),
        "models/common/roles.py",
        {
            "models/approvals/customer_archive_approval_step.py": "a policy names it",
            "models/confidentiality/res_groups.py": "the group itself changes",
            "models/regulations/customer_archive_regulation.py": "it names a group",
        },
    ),
    "who may read, whoever asks": (
        _is_reader,
        "models/common/readers.py",
        {"models/registers/customer_archive_register_run.py": "works as its user"},
    ),
    "locks of rows": (_is_lock, "models/common/row_lock.py", {}),
    "what buttons open": (_is_window, "models/common/windows.py", {}),
    "which models there are": (
        lambda node: _is_attribute(node, "_inherit_children"),
        "models/common/heirs.py",
        {},
    ),
    "the refusal that leads on": (
        _is_redirect,
        "exceptions.py",
        {
            "controllers/sharing.py": "catches Odoo's as well",
            "controllers/transfer.py": "catches Odoo's as well",
            "controllers/tree.py": "catches Odoo's as well",
            "models/tree/customer_archive_tree_target.py": "words it for the export",
        },
    ),
    "what one record breaks": (
        _swallows,
        "models/common/attempt.py",
        {"models/audit/names.py": "reads, and changes nothing"},
    ),
}
BROKEN = (
    "head = file.department_id.manager_id.user_id",
    "users = self.env.ref(ROLE).all_user_ids",
    "own = file.with_user(user).with_context(allowed_company_ids=company.ids)",
    "cr.execute('SELECT id FROM customer_archive FOR UPDATE')",
    "action = {'type': 'ir.actions.act_window', 'res_model': 'customer.archive'}",
    "names = self.env[MIXIN]._inherit_children",
    "from odoo.exceptions import AccessError, RedirectWarning",
    "try:\n    with cr.savepoint():\n        step()\nexcept Exception:\n    pass",
)


def shipped():
    for path in sorted(ADDON.rglob("*.py")):
        name = path.relative_to(ADDON).as_posix()
        if not name.startswith(("tests", "migrations")):
            yield name, list(ast.walk(ast.parse(path.read_text())))


@tagged("post_install", "-at_install")
class TestRooms(BaseCase):
    def test_each_rule_is_in_its_room_alone(self):
        found = {rule: set() for rule in RULES}
        for name, nodes in shipped():
            for rule, (is_said, _room, _others) in RULES.items():
                if any(map(is_said, nodes)):
                    found[rule].add(name)
        for rule, (_is_said, room, others) in RULES.items():
            with self.subTest(rule):
                self.assertEqual(found[rule] - {room}, set(others), f"it is in {room}")

    def test_what_is_broken_is_found(self):
        for source, (rule, (is_said, *_more)) in zip(
            BROKEN, RULES.items(), strict=True
        ):
            with self.subTest(rule):
                self.assertTrue(any(map(is_said, ast.walk(ast.parse(source)))))


# What a user did to a file, or saw of it, though it isn't a use of the file.
NO_USES = {
    *("search", "state", "decision", "hold", "dispose", "denied", "broken", "key"),
    *("configuration", "erase", "import", "acknowledge", "integrity", "move"),
    *("assessment", "backup", "gate", "inspection", "remark", "stocktake"),
    *("incident", "audit", "feedback"),
}


# What is approved, and is about no file but itself.
OF_NO_OTHER_FILE = {"customer.archive", "customer.archive.regulation.version"}
# Who did it is in the access record as well; the row forgets who was deleted.
FORGOTTEN = {
    *("approval.policy.confirmed_by_id", "retention.policy.confirmed_by_id"),
    *("category.lifting_by_id", "change.field.lifting_by_id"),
    "event.type.lifting_by_id",
    *("document.type.lifting_by_id", "retention.policy.lifting_by_id"),
    "doubt.verified_by_id",
    *("review.cycle.lifting_by_id", "document.checked_by_id", "hold.lifted_by_id"),
    *("import.user_id", "import.runner_id", "import.confirmed_by_id"),
    *("log.user_id", "undertaking.revoked_by_id"),
    "regulation.lifting_by_id",
    "backup.user_id",
    *("integrity.user_id", "integrity.line.settled_by_id", "location.custodian_id"),
    *("stocktake.started_by_id", "gate.lifting_by_id"),
    *(f"assessment.{part}.lifting_by_id" for part in ("scheme", "factor", "grade")),
    # Which stores nothing.
    "figure.user_id",
}


@tagged("post_install", "-at_install")
class TestListsOfModels(TransactionCase):
    """Lists that can't be reckoned: whatever is new has to be thought of."""

    def test_activities_that_name_a_file(self):
        """Requests and tasks have readers of their own, who needn't be the file's."""
        # Of people, and of no file.
        own = {
            "customer.archive.regulation.acknowledgement",
            "customer.archive.undertaking",
            "customer.archive.stocktake",
            "customer.archive.inspection",
            "customer.archive.inspection.line",
            "customer.archive.audit",
            "customer.archive.feedback",
            # Of the whole database.
            "customer.archive.backup",
        }
        for name in ("customer.archive.approval.mixin", "customer.archive.task"):
            own.update(heirs(self.env, name))
        named = ("agreement", "assessment")
        own -= {"customer.archive", *(f"customer.archive.{name}" for name in named)}
        models = set(self.env["mail.activity"]._archive_models())
        self.assertEqual(models - own, set(NAMING), "may everybody have one there?")

    def test_events_that_use_a_file(self):
        events = set(
            self.env["customer.archive.log"]._fields["event"].get_values(self.env)
        )
        self.assertEqual(events, set(USAGE_EVENTS) | NO_USES)
        self.assertFalse(NO_USES & set(USAGE_EVENTS))

    def test_fields_that_no_favourite_names(self):
        """Whatever is sealed, and the item on which a number is typed."""
        sealed = set(heirs(self.env, "customer.archive.sealed"))
        self.assertEqual(sealed | {"customer.archive.document"}, set(SENSITIVE))
        for model, names in SENSITIVE.items():
            self.assertLessEqual(names, self.env[model]._fields.keys())

    def test_users_who_are_deleted(self):
        """Whose deletion isn't refused: by us, with words, or by the database."""
        kept, found = self.env["res.users"]._archive_mentions(), set()
        for name, model in self.env.items():
            lasting = is_ours(name) and not (model._abstract or model._transient)
            for field in naming_users(model) if lasting and name not in kept else ():
                if getattr(model._fields[field], "ondelete", None) == "set null":
                    found.add(f"{name}.{field}".removeprefix("customer.archive."))
        self.assertEqual(found, FORGOTTEN)

    def test_paths_to_files(self):
        """Each kind of request says which files it is about."""
        for name in heirs(self.env, "customer.archive.approval.mixin"):
            path = self.env[name]._path_to_files()
            with self.subTest(name):
                if name in OF_NO_OTHER_FILE:
                    self.assertFalse(path)
                    continue
                model = self.env[name]
                for step in path.split("."):
                    model = self.env[model._fields[step].comodel_name]
                self.assertEqual(model._name, "customer.archive")
