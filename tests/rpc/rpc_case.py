"""How the tables of rpc_* are run: every row on both transports, then undone."""

import json
import logging
from contextlib import closing, contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.tests import HttpCase, common, new_test_user
from odoo.tools import mute_logger

from ..support.common import PASSWORD, ArchiveCase
from ..support.size import meets
from ..support.without_socket import WithoutSocket
from .rpc_fixtures import MARK, SCAN, Ground
from .rpc_table import (
    ACCESS,
    DONE,
    HIDDEN,
    ITEM,
    NO_LOGIN,
    PARTNER,
    REFUSED,
    SHOWN,
    UNCHANGED,
)

_logger = logging.getLogger(__name__)

TRANSPORTS = ("call_kw", "json/2")
# A row is tried in one of so many combinations of role and transport.
ROLES_APART = 8
FINGERPRINT = f"""
    SELECT (SELECT md5(string_agg(t::text, '|' ORDER BY id))
              FROM customer_archive t),
           (SELECT md5(string_agg(t::text, '|' ORDER BY id))
              FROM customer_archive_document t),
           (SELECT md5(string_agg(t::text, '|' ORDER BY id))
              FROM customer_archive_approval t),
           (SELECT md5(string_agg(t::text, '|' ORDER BY id))
              FROM ir_attachment t
             WHERE res_model = '{ITEM}' OR name LIKE '{MARK}%'),
           (SELECT md5(string_agg(t::text, '|' ORDER BY t::text))
              FROM customer_archive_document_ir_attachment_rel t),
           (SELECT md5(string_agg(t::text, '|' ORDER BY t::text))
              FROM customer_archive_res_users_rel t),
           (SELECT md5(string_agg(t::text, '|' ORDER BY t::text))
              FROM customer_archive_approval_res_users_rel t)
"""


class RpcCalls(ArchiveCase, HttpCase):
    """Calls methods as every role, over each transport."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        adapter = WithoutSocket()
        # Where no connection is opened, none goes by a proxy.
        cls.startClassPatcher(
            patch("requests.sessions.get_environ_proxies", lambda *_args, **_more: {})
        )
        cls.startClassPatcher(
            patch.object(common.Opener, "get_adapter", lambda _self, url: adapter)
        )
        cls.keys = {role: cls._key(user) for role, user in cls.users.items()}
        cls.env.flush_all()

    @classmethod
    def _key(cls, user):
        keys = cls.env["res.users.apikeys"].with_user(user).sudo()
        return keys._generate(None, "test", False)

    def call(self, transport, role, model, method, ids=None, kwargs=None, context=None):
        """Return (name of the exception or None, result) of one call."""
        kwargs = {**(kwargs or {}), **({"context": context} if context else {})}
        if transport == "json/2":
            return self._call_json2(
                role,
                f"/json/2/{model}/{method}",
                {**kwargs, **({} if ids is None else {"ids": ids})},
            )
        args = [] if ids is None else [ids]
        if method == "create":
            args = [kwargs.pop("vals_list")]
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}", json=body
        ).json()
        return answer["error"]["data"][
            "name"
        ] if "error" in answer else None, answer.get("result")

    def _call_json2(self, role, url, body):
        headers = (
            {} if role == "public" else {"Authorization": f"bearer {self.keys[role]}"}
        )
        response = self.url_open(url, json=body, headers=headers)
        return (
            (None, response.json()) if response.ok else (response.json()["name"], None)
        )

    def log_in(self, transport, role):
        known = transport == "call_kw" and role != "public"
        self.authenticate(
            self.users[role].login if known else None, PASSWORD if known else None
        )

    @contextmanager
    def undone(self):
        """Take back what happens inside, so that each row stands alone."""
        registry = self.env.registry
        self.env.flush_all()
        registry.cache_invalidated.clear()
        before = dict(registry.cache_sequences)
        try:
            with closing(self.env.cr.savepoint()):
                yield
        finally:
            self.env.invalidate_all()
            # What was cached since, such as defaults that users set, is undone, too;
            # to fill the other caches again takes longer than the call.
            changed = registry.cache_invalidated | {
                name
                for name, turn in registry.cache_sequences.items()
                if turn != before[name]
            }
            if changed:
                registry.clear_cache(*changed)


class RpcCase(RpcCalls):
    """Runs the rows and chains of the tables, as every role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "sales_team.group_sale_salesman,customer_archive.group_compliance"
        cls.users["double"] = new_test_user(
            cls.env, "t_double", groups=groups, password=PASSWORD, name="Test double"
        )
        exporting = [user.id for role, user in cls.users.items() if role != "portal"]
        cls.env.ref("base.group_allow_export").user_ids = [
            Command.link(uid) for uid in exporting
        ]
        cls.ground = Ground(cls)
        cls.keys["double"] = cls._key(cls.users["double"])
        cls.env.flush_all()

    @classmethod
    def files(cls):
        """Return one file of "sales" in each state, and files of others."""
        made = {
            name: cls.collect(cls.marked("sales"))
            for name in ("draft", "review", "later", "registering", "active")
        }
        for name in ("review", "later", "registering", "active"):
            made[name].action_submit()
        for name in ("later", "registering", "active"):
            made[name].with_user(cls.users["head"]).action_approve(MARK)
        for name in ("registering", "active"):
            made[name].with_user(cls.users["compliance"]).action_approve(MARK)
        made["active"].with_user(cls.users["clerk"]).action_register()
        made["empty"] = cls.marked("sales")
        made["other"] = cls.collect(cls.archive("sales_other"))
        made["own_head"], made["own_double"] = (
            cls.submitted("head"),
            cls.submitted("double"),
        )
        made["own_double"].with_user(cls.users["head"]).action_approve()
        return made

    @classmethod
    def collect(cls, archive, content=SCAN):
        """As everywhere, with content that can be recognised."""
        return super().collect(archive, content)

    @classmethod
    def marked(cls, role):
        archive = cls.archive(
            role,
            partner=cls.partner(f"{MARK} {cls.serial}"),
            note=f"{MARK} {cls.serial}",
        )
        archive.document_ids.note = f"{MARK} item {cls.serial}"
        return archive

    def fingerprint(self):
        self.env.invalidate_all()
        self.env.cr.execute(FINGERPRINT)
        return self.env.cr.fetchone()

    # Judgement

    def shows(self, model, result):
        """Whether ``result`` betrays a hidden record: by text, id or count."""
        if isinstance(result, int | float):
            return bool(result)
        return MARK in json.dumps(result, ensure_ascii=False) or bool(
            self._hits(result, self.ground.hidden(model), model)
        )

    def _hits(self, value, hidden, model):
        if isinstance(value, dict):
            counted = [n for n in ("__count", "length") if value.get(n)]
            named = (
                [name for name in value if name.startswith("archive_") and value[name]]
                if model == PARTNER
                else []
            )
            known = model != PARTNER and value.get("id") in hidden
            return (
                counted
                or named
                or known
                or [
                    n
                    for n, v in value.items()
                    if n != "id" and self._hits(v, set(), model)
                ]
            )
        if isinstance(value, list | tuple):
            return [
                each
                for each in value
                if (
                    each in hidden
                    if isinstance(each, int)
                    else self._hits(each, hidden, model)
                )
            ]
        return []

    def check(self, row, role, answer):
        """Fail unless ``answer`` is what the row expects of ``role``."""
        error, result = answer
        if role == "public":
            self.assertIn(error, NO_LOGIN, f"answered {result}")
        elif row.expected in (DONE, SHOWN):
            self.assertIsNone(error)
            if row.expected == SHOWN:
                self.assertTrue(
                    self.shows(row.model, result), f"shows nothing: {result}"
                )
        elif row.expected == HIDDEN:
            self.assertIn(error, {None} | REFUSED)
            self.assertFalse(
                error is None and self.shows(row.model, result), f"shows {result}"
            )
        elif row.expected == UNCHANGED:
            self.assertIn(error, {None} | REFUSED)
        else:
            allowed = (
                row.expected | ACCESS
                if role in ("portal", "employee")
                else row.expected
            )
            self.assertIn(error, allowed, f"answered {result}")

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2")
    def run_rows(self, rows):
        """Try each row as each of its roles over each transport."""
        rows, before, tried = list(rows), self.fingerprint(), 0
        roles = sorted({role for row in rows for role in row.roles})
        for turn, transport in enumerate(TRANSPORTS):
            for who, role in enumerate(roles):
                self.log_in(transport, role)
                for row in self.of_role(rows, role, who, turn):
                    tried += 1
                    with (
                        self.subTest(row.name, role=role, transport=transport),
                        self.undone(),
                    ):
                        ids, kwargs = (
                            row.ids and row.ids(self.ground),
                            row.kwargs(self.ground),
                        )
                        self.check(
                            row,
                            role,
                            self.call(
                                transport,
                                role,
                                row.model,
                                row.method,
                                ids,
                                kwargs,
                                row.context,
                            ),
                        )
                        if row.expected != DONE:
                            self.assertEqual(
                                self.fingerprint(), before, "the database changed"
                            )
        _logger.info("%s calls tried", tried)
        return tried

    def of_role(self, rows, role, who, turn):
        """Yield the rows that a role tries over a transport.

        In a sample each row is tried by one in so many of its roles, over one of the
        transports, and what must work by all.
        """
        for number, row in enumerate(rows):
            if role not in row.roles:
                continue
            every = min(ROLES_APART, len(TRANSPORTS) * len(row.roles))
            place = len(TRANSPORTS) * row.roles.index(role) + turn
            if row.expected in (DONE, SHOWN) or meets(every, place, number):
                yield row

    def run_chain(self, transport, chain):
        answers = []
        for build in chain.steps:
            role, *call = build(self.ground, answers)
            self.log_in(transport, role)
            error, result = self.call(transport, role, *call)
            if error:
                self.assertIn(error, REFUSED)
                break
            answers.append(result)
        self.env.invalidate_all()
        self.assertFalse(chain.harm(self.ground), f"harm done in {len(answers)} steps")
