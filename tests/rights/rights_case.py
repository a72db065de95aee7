"""How the matrix of rights is tried, and compared with rights.tsv."""

from collections import defaultdict
from contextlib import closing

from odoo import Command

from ..rpc.rpc_case import RpcCalls
from ..rpc.rpc_table import FORGED, NO_LOGIN, REFUSED
from ..support.size import full
from .rights_fixtures import RightsGround
from .rights_names import COPY
from .rights_operations import set_tries
from .rights_sample import Sample
from .rights_table import EVERYONE, Rights

REFUSALS = REFUSED | NO_LOGIN | {"odoo.exceptions.RedirectWarning"}
QUIET = ("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.sql_db")
# All that clients might hope to be believed, at once.
FORGERY = {
    **{name: value for context in FORGED for name, value in context.items()},
    "uid": 1,
    "su": True,
    "import_file": True,
    "mail_create_nosubscribe": True,
}


def our_models(env):
    """Return the names of the models that the matrix is about."""
    names = [
        name
        for name in sorted(env.registry)
        if name.startswith("customer.archive") and not env[name]._abstract
    ]
    return [*names, COPY]


class RightsCase(RpcCalls):
    # Reading is recorded, and a test cannot write beside a reading cursor.
    _registry_readonly_enabled = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_allow_export").user_ids = [
            Command.link(user.id)
            for role, user in cls.users.items()
            if role != "portal"
        ]
        cls.ground = RightsGround(cls)
        cls.rights = Rights.read()
        cls.sample = Sample(cls.rights, our_models(cls.env))
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.tried, self.problems, self.found = 0, [], {}
        self.asked = defaultdict(set)

    def note(self, role, cell, allowed):
        self.found.setdefault(cell, set())
        self.asked[cell].add(role)
        if allowed:
            self.found[cell].add(role)

    def try_all(self, tries, models=None):
        """Try, as everybody, what ``tries`` yields of each model and subject."""
        for role in EVERYONE:
            self.log_in("call_kw", role)
            for name in models or our_models(self.env):
                for subject in self.ground.names(name):
                    for each in tries(self.ground, self.env[name], subject, role):
                        self.attempt(role, name, each)
        self.compare()

    def compare(self):
        """Fail unless what was found is what the table says."""
        for cell in self._promised() - self.found.keys():
            self.problems.append(f"{cell}: is in the table, and there is no such thing")
        for cell, roles in sorted(self.found.items()):
            told = self.rights.allowed.get(cell, frozenset())
            if not full():
                told &= self.asked[cell]
            if roles - told:
                self.problems.append(f"{cell}: allowed to {sorted(roles - told)}")
            if told - roles:
                self.problems.append(f"{cell}: refused to {sorted(told - roles)}")
        self.assertFalse(self.problems, "\n".join(["", *self.problems]))

    def _promised(self):
        """Return the cells of the table that are like those tried here."""
        tried = {(model, operation) for model, _subject, operation in self.found}
        return {cell for cell in self.rights.allowed if (cell[0], cell[2]) in tried}

    def attempt(self, role, model, each):
        """Try one call with and without a forged context; note what was allowed."""
        cell = model, each.subject, each.operation
        self.found.setdefault(cell, set())
        outcomes = []
        for context in self.contexts(self.sample.takes(role, *cell), role, *cell):
            self.tried += 1
            outcomes.append(self.tell(role, model, each.prepared(), context))
        if not outcomes:
            return
        if outcomes[0] != outcomes[-1]:
            self.problems.append(f"{cell} as {role}: a context changes {outcomes}")
        self.note(role, cell, any(outcomes))

    def contexts(self, is_taken, role, *cell):
        """Return the contexts that a cell is tried in as somebody."""
        if not is_taken:
            return ()
        # Who has no session is turned away before a context is looked at.
        if role == "public":
            return (None,)
        if full():
            return None, FORGERY
        # What is right in one is right in the other: the table says so of both.
        return (FORGERY if self.sample.is_odd(role, *cell) else None,)

    def tell(self, role, model, each, context):
        with closing(self.env.cr.savepoint()):
            error, result = self.call(
                "call_kw", role, model, each.method, each.ids, each.kwargs, context
            )
            done = not error and bool(each.done(result))
            if error and error not in REFUSALS:
                self.problems.append(
                    f"{model} {each.subject} {each.operation} as {role}: {error}"
                )
        if done and each.changes:
            self.env.invalidate_all(flush=False)
        return done

    def find(self, role, model):
        ids = {}
        for subject in self.ground.names(model._name):
            record = self.ground.subject(model._name, subject, role)
            if record:
                ids[subject] = record.id
        domain = [("id", "in", list(ids.values()))]
        for operation, kwargs, found_in in set_tries(model, domain):
            for subject in ids:
                self.found.setdefault((model._name, subject, operation), set())
            answers = []
            taken = self.sample.finds(role, model._name, operation)
            for context in self.contexts(taken, role, model._name, operation):
                self.tried += 1
                error, result = self.call(
                    "call_kw", role, model._name, operation, None, kwargs, context
                )
                if error and error not in REFUSALS:
                    self.problems.append(f"{model._name} {operation} {role}: {error}")
                answers.append(set() if error else set(found_in(result)))
            if not answers:
                continue
            if answers[0] != answers[-1]:
                self.problems.append(
                    f"{model._name} {operation} as {role}: a context changes {answers}"
                )
            for subject, each in ids.items():
                cell = model._name, subject, operation
                self.note(role, cell, each in answers[0] | answers[-1])
