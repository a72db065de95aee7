"""The routes by which clients speak of records: what they answer about ours."""

import inspect
import json
import re
import threading
from unittest.mock import patch

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import telling

from ..rights.rights_case import RightsCase, our_models
from ..rights.rights_names import COPY
from ..support.size import meets

MESSAGE, LOG = "mail.message", "customer.archive.log"
MARK = "Markstone 7781 was said here"
ROLES = (
    *("sales", "clerk", "management", "auditor", "admin", "reader", "employee"),
    *("portal", "public"),
)
# What names a record, a message or an attachment in a route.
NAMING = {
    *("attachment", "attachment_id", "fetch_params", "file_ids", "follower_id"),
    *("from_message_id", "ids", "last_message_id", "message_id", "model"),
    *("message_link_preview_ids", "model_name", "res_model", "thread_model"),
}
# Routes that are walked here.
WALKED = (
    *("/discuss/", "/html_editor/", "/mail/", "/portal/", "/web_editor/"),
    *("/product/document/", "/web/binary/upload_attachment"),
)
# And those that are not.
OTHERS = {
    "/bus/get_model_definitions": "names of models and fields",
    "/doc/": "names of models and fields",
    "/doc-bearer/": "names of models and fields",
    "/google_gmail/": "an outgoing mail server",
    "/microsoft_outlook/": "an outgoing mail server",
    "/html_editor/attachment/add_url": "asks another server first",
    "/web_editor/attachment/add_url": "asks another server first",
    "/my/": "names its record by its own field",
    "/product/catalog/": "orders",
    "/web/content": "copies, tests/copies",
    "/web/image": "copies, tests/copies",
    "/web/dataset/": "methods, tests/rpc and tests/rights",
    "/web/domain/validate": "nothing of records",
    "/web/export/": "tests/rights",
    "/web/model/get_definitions": "names of models and fields",
    "/web/view/": "views",
}
# What a client is told in words, or as what isn't there.
WORDS = {
    "odoo.exceptions.AccessError",
    "odoo.exceptions.MissingError",
    "odoo.exceptions.RedirectWarning",
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
    "odoo.http.SessionExpiredException",
}
VARIABLE = inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL
NOT_THERE = "werkzeug.exceptions.NotFound"
QUIET = (
    *("odoo.http", "odoo.addons.base.models.ir_rule"),
    # Of a link with a wrong token.
    "odoo.addons.mail.controllers.mail",
    # Of a first page that is asked of what isn't a PDF.
    "odoo.tools.pdf",
)


@tagged("post_install", "-at_install")
class TestThreadRoutes(RightsCase):
    """Requirement C6: history is told to its readers, and nobody alters it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.post = cls.startClassPatcher(patch("requests.post"))
        # With a preview the server asks other servers what their pages show.
        cls.startClassPatcher(patch("requests.Session.get"))
        cls.places = list(cls._places())
        cls.env.flush_all()

    @classmethod
    def _places(cls):
        """Yield one record of each model, with what belongs to it."""
        for name in our_models(cls.env):
            model = cls.env[name].sudo()
            if name == COPY or model._transient:
                continue
            found = (
                cls.ground.subject(name, subject, "sales")
                for subject in cls.ground.names(name)
            )
            record = next(filter(None, found), model.search([], limit=1)).sudo()[:1]
            message = cls.env[MESSAGE].sudo()
            if isinstance(model, cls.env.registry["mail.thread"]):
                message = telling(record).message_post(body=MARK)
            about = [("res_model", "=", name), ("res_id", "=", record.id)]
            yield {
                "name": name,
                "record": record,
                "message": message,
                "copy": cls.env[COPY].sudo().search(about, limit=1),
                "follower": cls.env["mail.followers"].sudo().search(about, limit=1),
            }

    # Which routes there are, and what they take

    def rules(self):
        """Return the routes that name a record, each with one of its addresses."""
        thread = threading.current_thread()
        with patch.object(thread, "dbname", self.env.cr.dbname, create=True):
            rules = self.env["ir.http"].routing_map().iter_rules()
        named = {
            rule.rule: rule
            for rule in rules
            if NAMING & set(_parameters(rule.endpoint))
        }
        return [named[address] for address in sorted(named)]

    def walked(self):
        return [
            rule
            for rule in self.rules()
            if rule.rule.startswith(WALKED) and not rule.rule.startswith((*OTHERS,))
        ]

    def test_every_route_is_known(self):
        """A new route that names records is walked, or said not to be."""
        unknown = {
            rule.rule
            for rule in self.rules()
            if not rule.rule.startswith((*WALKED, *OTHERS))
            and rule.endpoint.routing["type"] != "json2"
        }
        self.assertFalse(unknown)
        self.assertGreater(len(self.walked()), 25)

    def test_every_parameter_is_known(self):
        """A route without a default for something is given it."""
        given = self.given("", self.places[0])
        for rule in self.walked():
            needed = {
                name
                for name, each in _parameters(rule.endpoint).items()
                if each.default is each.empty and each.kind not in VARIABLE
            }
            self.assertLessEqual(needed - {"self", "ufile"}, given.keys(), rule.rule)

    def given(self, address, place):
        """Return what a client says of a record, by the names of parameters."""
        name, res_id = place["name"], place["record"].id or 1
        message, partner = place["message"].id or 0, self.users["compliance"].partner_id
        thread = {
            "thread_model": name,
            "thread_id": res_id,
            "request_list": ["activities", "attachments", "followers"]
            + ["scheduledMessages", "suggestedRecipients"],
        }
        by_name = address.endswith(("/mail/data", "/mail/action"))
        said = {"body": "x", "message_type": "comment", "partner_ids": partner.ids}
        return {
            **dict.fromkeys(("thread_model", "res_model", "model", "model_name"), name),
            **dict.fromkeys(("thread_id", "res_id", "rec_id", "id"), res_id),
            **dict.fromkeys(
                ("message_id", "from_message_id", "last_message_id"), message
            ),
            **dict.fromkeys(("attachment", "attachment_id"), place["copy"].id),
            **dict.fromkeys(("channel_id", "parent_channel_id"), 1),
            **dict.fromkeys(("pid",), partner.id),
            **dict.fromkeys(("token", "access_token"), "x"),
            **dict.fromkeys(("width", "height"), 10),
            "action": "add",
            "bus_data": {},
            "content": "x",
            "data": "aGVsbG8=",
            "emails": ["x@example.com"],
            "fetch_params": [["mail.thread", thread]] if by_name else {"limit": 30},
            "field_name": "display_name",
            "file_ids": str(place["copy"].id),
            "follower_id": place["follower"].id,
            "ids": place["copy"].ids,
            "is_image": False,
            "is_internal": True,
            "message_link_preview_ids": [1],
            "name": "x.png",
            "partner_ids": partner.ids,
            "post_data": said,
            "update_data": {"body": "", "attachment_ids": []},
            "zip_name": "x.zip",
        }

    def fits(self, rule, place):
        """Whether a record has what a route is about."""
        names = set(_parameters(rule.endpoint))
        wanted = {
            "message": {"message_id", "from_message_id", "last_message_id"},
            "copy": {"attachment", "attachment_id", "file_ids"},
            "follower": {"follower_id"},
        }
        return not any(wanted[each] & names and not place[each] for each in wanted)

    # Asking

    def ask(self, rule, given):
        """Return (what a route answers with, all of the answer as text)."""
        routing, parameters = rule.endpoint.routing, _parameters(rule.endpoint)
        within = re.findall(r"<(?:[^:<>]+:)?(\w+)>", rule.rule)
        address = re.sub(
            r"<(?:[^:<>]+:)?(\w+)>", lambda match: str(given[match[1]]), rule.rule
        )
        params = {
            name: given[name]
            for name in parameters
            if name in given and name not in within
        }
        if routing["type"] == "jsonrpc":
            body = {"jsonrpc": "2.0", "method": "call", "params": params}
            answer = self.url_open(address, json=body)
            self.assertEqual(answer.status_code, 200)
            error = answer.json().get("error")
            return error["data"]["name"] if error else None, answer.text
        if "POST" in (routing.get("methods") or ()) or "ufile" in parameters:
            params["csrf_token"] = http.Request.csrf_token(self)
            files = {"ufile": ("a.txt", b"x")} if "ufile" in parameters else None
            answer = self.url_open(address, data=params, files=files)
        else:
            answer = self.url_open(address, params=params, allow_redirects=False)
        return answer.status_code, answer.text

    def said(self):
        self.env.flush_all()
        ids = [each["message"].id for each in self.places if each["message"]]
        self.env.cr.execute(
            "SELECT id, body, author_id, date, model, res_id, is_internal, subtype_id"
            " FROM mail_message WHERE id = ANY(%s) ORDER BY id",
            [ids],
        )
        return self.env.cr.fetchall()

    def test_walk(self):
        """Each route on each model as each role: words or nothing, no traceback."""
        rules, before, kinds = self.walked(), self.said(), set()
        self.assertGreater(len(before), 15)
        for turn, role in enumerate(ROLES):
            self.log_in("call_kw", role)
            for number, rule in enumerate(rules):
                for at, place in enumerate(self.places):
                    if not self.fits(rule, place) or not meets(9, turn, number, at):
                        continue
                    with self.subTest(rule.rule, model=place["name"], role=role):
                        kinds.add(self.check(rule, place, role, before))
        self.assertLessEqual({None, "odoo.exceptions.AccessError"}, kinds)

    def check(self, rule, place, role, before):
        with self.undone(), mute_logger(*QUIET):
            kind, text = self.ask(rule, self.given(rule.rule, place))
            self.assertEqual(self.said(), before)
        reads = role != "public" and place["record"].with_user(
            self.users[role]
        ).has_access("read")
        if not reads:
            self.assertNotIn(MARK, text)
        if isinstance(kind, int):
            self.assertLess(kind, 500, text[:500])
        elif kind == NOT_THERE:
            # As what isn't there at all; who reads it is told why.
            self.assertFalse(reads and place["message"], text[:500])
        else:
            self.assertIn(kind, {None, *WORDS}, text[-1500:])
        return kind

    # What is said of it

    def call_route(self, address, **params):
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        with mute_logger(*QUIET):
            return self.url_open(address, json=body).json()

    def place(self, name="customer.archive"):
        return next(each for each in self.places if each["name"] == name)

    def refused(self, answer, words):
        self.assertIn("error", answer)
        self.assertIn(answer["error"]["data"]["name"], WORDS)
        self.assertIn(words, answer["error"]["data"]["message"])

    def denials(self):
        self.env.invalidate_all()
        return self.env[LOG].sudo().search_count([("event", "=", "denied")])

    def test_words(self):
        """Who may not write is told so, and it is on record."""
        place, known = self.place(), self.denials()
        file, message = place["record"], place["message"]
        thread = {"thread_model": file._name, "thread_id": file.id}
        post = {"post_data": {"body": "x"}}
        self.log_in("call_kw", "admin")
        self.refused(
            self.call_route("/mail/message/post", **thread, **post), "can't write on"
        )
        missing = {**thread, "thread_id": file.id + 10**6}
        self.refused(
            self.call_route("/mail/message/post", **missing, **post), "can't write on"
        )
        self.log_in("call_kw", "auditor")
        self.assertTrue(file.with_user(self.users["auditor"]).has_access("read"))
        reaction = {"message_id": message.id, "content": "x", "action": "add"}
        self.refused(
            self.call_route("/mail/message/reaction", **reaction), "can't write on"
        )
        self.log_in("call_kw", "sales")
        self.refused(
            self.call_route(
                "/mail/message/update_content",
                message_id=message.id,
                update_data={"body": ""},
            ),
            "can't be changed",
        )
        self.assertGreater(self.denials(), known)

    def test_records_without_messages(self):
        """A model that nobody writes on, and one that there isn't."""
        self.log_in("call_kw", "sales")
        for name in ("customer.archive.secret", "customer.archive.nothing"):
            for address, params in (
                ("/mail/thread/messages", {"thread_id": 1}),
                ("/mail/thread/recipients", {"thread_id": 1}),
                ("/mail/message/post", {"thread_id": 1, "post_data": {"body": "x"}}),
                ("/mail/chatter_fetch", {"thread_id": 1}),
                ("/portal/chatter_init", {"thread_id": 1}),
            ):
                with self.subTest(address, model=name):
                    self.refused(
                        self.call_route(address, thread_model=name, **params),
                        "no messages on records of this kind",
                    )
            for address in ("/mail/thread/subscribe", "/mail/thread/unsubscribe"):
                answer = self.call_route(
                    address, res_model=name, res_id=1, partner_ids=[1]
                )
                self.refused(answer, "no messages on records of this kind")

    def test_closed_records_show_no_others(self):
        """Odoo answers with what is said elsewhere if a record is closed."""
        file = self.place()["record"]
        self.log_in("call_kw", "sales_other")
        self.assertFalse(file.with_user(self.users["sales_other"]).has_access("read"))
        for thread_id in (file.id, 10**6):
            answer = self.call_route(
                "/mail/thread/messages", thread_model=file._name, thread_id=thread_id
            )
            self.assertEqual(answer["result"], {"data": {}, "messages": []})

    def test_nothing_is_sent_to_translate(self):
        """No message on our records reaches a service, whoever reads it."""
        message = self.place()["message"]
        self.log_in("call_kw", "sales")
        self.post.reset_mock()
        answer = self.call_route("/mail/message/translate", message_id=message.id)
        self.refused(answer, "translation service")
        self.assertFalse(self.post.called)

    def test_papers_are_not_deleted_in_the_chatter(self):
        copy = self.ground.items["draft"].attachment_ids[:1]
        self.log_in("call_kw", "sales")
        answer = self.call_route("/mail/attachment/delete", attachment_id=copy.id)
        self.refused(answer, "remove a copy from its item")
        self.assertTrue(copy.exists())
        answer = self.call_route(
            "/mail/attachment/update_thumbnail", attachment_id=copy.id, thumbnail="eA=="
        )
        self.assertNotIn("error", answer, json.dumps(answer)[:500])
        self.assertFalse(copy.thumbnail)


def _parameters(endpoint):
    """Return {name: parameter} of what a route takes, overrides included."""
    method = getattr(endpoint.func, "__func__", endpoint.func)
    name, owner = method.__name__, endpoint.func.__self__
    found = {}
    for cls in type(owner).mro():
        if name in cls.__dict__:
            own = inspect.signature(inspect.unwrap(cls.__dict__[name]))
            for key, each in own.parameters.items():
                found.setdefault(key, each)
    return found
