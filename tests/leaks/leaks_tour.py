"""Uses the product with planted values, as people and programs do over HTTP."""

import json

from . import leaks_plants as plants
from .leaks_changes import Changing
from .leaks_entering import FILE, ITEM, SECRET, Entering
from .leaks_mistakes import Mistakes

READERS = ("sales", "clerk", "compliance", "finance", "legal", "management", "auditor")


class Tour(Entering, Changing, Mistakes):
    """One walk through the product.

    :param server: a running :class:`.leaks_server.Server`
    :param ground: dict of the ids that the scene made
    """

    def __init__(self, server, ground):
        self.ground = ground
        self.plants = plants.Plants()
        self.people = {role: server.login(role) for role in ground["keys"]}
        self.sales = self.people["sales"]
        self.items, self.secrets, self.copies = [], [], []

    def enter(self):
        """Enter what is sensitive, in every way there is."""
        for step in (
            self.enter_item_numbers,
            self.enter_values,
            self.upload_copies,
            self.adopt_copies,
        ):
            step()

    def use(self):
        """Do everything else that is done with it."""
        for step in (
            self.ask_for_changes,
            self.edit_accounts_directly,
            self.import_accounts,
            self.see_copies,
            self.open_views,
            self.write_messages,
            self.export_lists,
            self.search_values,
            self.keep_values_elsewhere,
            self.load_wrong_rows,
            self.import_files,
            self.make_errors,
            self.make_errors_elsewhere,
            self.reveal_values,
        ):
            step()

    def clean(self):
        """Let Odoo clean up, as it does each night."""
        job, key = self.ground["autovacuum"], self.ground["system_key"]
        answer = self.sales.api_call(key, "ir.cron", "method_direct_trigger", ids=[job])
        answer.raise_for_status()

    def leave(self):
        for person in self.people.values():
            person.session.close()

    def as_program(self, role, model, method, **kwargs):
        key = self.ground["keys"][role]
        return self.people[role].api_call(key, model, method, **kwargs)

    # Looking

    def open_views(self):
        models = self.ground["models"]
        for role, person in self.people.items():
            for model in models:
                fields = person.try_call(model, "fields_get", [], ["type"]).get(
                    "result"
                )
                if not fields:
                    continue
                spec = {name: {} for name in fields}
                views = [[False, kind] for kind in ("list", "form", "search", "kanban")]
                person.try_call(model, "get_views", views, {})
                rows = person.try_call(
                    model, "web_search_read", [], spec, limit=50
                ).get("result")
                ids = [row["id"] for row in rows["records"]] if rows else []
                if ids and role != "employee":
                    person.call(model, "web_read", ids, spec)
                for ways in ([], ["create_date:month"]):
                    person.try_call(
                        model, "web_read_group", [], ways, aggregates=["__count"]
                    )
            person.get("/odoo")

    def write_messages(self):
        file = self.ground["file"]
        for person in (self.sales, self.people["compliance"]):
            person.try_call(
                FILE,
                "message_post",
                [file],
                body="See the copies",
                attachment_ids=self.copies[:3],
            )
        params = {
            "thread_model": FILE,
            "thread_id": file,
            "post_data": {
                "body": "See the copies",
                "attachment_ids": self.copies[:3],
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                "partner_ids": [self.ground["partner"]],
            },
        }
        posted = self.sales.post_json("/mail/message/post", params)
        # Papers leave by no message; what was tried is in the logs all the same.
        assert "error" in posted, posted
        self.sales.refused(
            "mail.compose.message",
            "create",
            {
                "model": FILE,
                "res_ids": str([file]),
                "subject": "Copies",
                "body": "Enclosed",
                "partner_ids": [self.ground["partner"]],
                "attachment_ids": [[6, 0, self.copies]],
            },
        )
        # To the party itself, whom no rule of the file restrains.
        self.sales.try_call(
            "res.partner",
            "message_post",
            [self.ground["partner"]],
            body="Enclosed",
            partner_ids=[self.ground["partner"]],
            attachment_ids=self.copies,
        )
        self.sales.post_json(
            "/mail/data",
            {
                "fetch_params": [
                    [
                        "mail.thread",
                        {
                            "thread_model": FILE,
                            "thread_id": file,
                            "request_list": ["attachments", "followers", "activities"],
                        },
                    ]
                ]
            },
        )

    def export_lists(self):
        for model, names in (
            (ITEM, ("name", "number", "shown_number", "secret_ids/value", "note")),
            (SECRET, ("kind", "label", "masked", "value", "archive_id/name")),
            (FILE, ("name", "secret_ids/masked", "document_ids/number")),
        ):
            for form in ("xlsx", "csv"):
                data = {
                    "model": model,
                    "fields": [
                        {"name": name, "label": name, "type": "char"} for name in names
                    ],
                    "ids": False,
                    "domain": [],
                    "import_compat": False,
                    "groupby": [],
                }
                answer = self.sales.post_form(
                    f"/web/export/{form}", {"data": json.dumps(data)}
                )
                assert answer.ok, answer.text
        for register in self.ground["registers"]:
            for role in ("sales", "compliance", "auditor"):
                wizard = self.people[role].try_call(
                    "customer.archive.export", "create", {"register_id": register}
                )
                if "result" in wizard:
                    path = f"/customer_archive/export/{wizard['result']}"
                    self.people[role].get(path)

    # Searching

    def search_values(self):
        value = self.plants.account("search")
        new = {
            "archive_id": self.ground["file"],
            "kind": "bank_account",
            "value": value,
        }
        secret = self.sales.call(SECRET, "create", new)
        missing = self.plants.account("search for what isn't there")
        for person in (self.sales, self.people["finance"]):
            for domain in ([["value", "=", value]], [["value", "in", [value]]]):
                found = person.call(SECRET, "web_search_read", domain, {"masked": {}})
                assert [row["id"] for row in found["records"]] == [secret], found
            person.call(SECRET, "search_count", [["value", "=", missing]])
            person.call(
                FILE,
                "web_search_read",
                [["secret_ids.value", "=", value]],
                {"name": {}},
            )
            person.call(ITEM, "search", [["number", "ilike", missing]])
            for model in (FILE, ITEM, SECRET):
                person.try_call(model, "name_search", value)
                person.try_call(model, "web_name_search", name=value, specification={})
            person.try_call(
                SECRET, "web_read_group", [["value", "=", value]], ["kind"], ["__count"]
            )
            for operator in ("ilike", "=like", "!=", "<"):
                person.refused(SECRET, "search", [["value", operator, value]])
            person.refused(SECRET, "search", [["ciphertext", "=", value]])
            person.refused(SECRET, "search", [["blind_index", "=", value]])
            person.refused(SECRET, "web_read_group", [], ["value"], ["__count"])
            # Links that programs follow hold the filter in their address.
            person.get(
                f"/json/1/action-{self.ground['action']}",
                params={"view_type": "list", "domain": f"[('value', '=', '{value}')]"},
            )
        self.people["archivist"].refused(SECRET, "search", [["value", "=", value]])
        self.people["employee"].refused(SECRET, "search", [["value", "=", value]])
        self.as_program("sales", SECRET, "search", domain=[["value", "=", value]])
        self.sales.xml_call(
            self.ground["keys"]["sales"], SECRET, "search", [[["value", "=", value]]]
        )

    def keep_values_elsewhere(self):
        """Save as a favourite or as a default: Odoo keeps these as they are."""
        value = self.plants.account("favourite")
        number = self.plants.identity("favourite")
        filters = "ir.filters"
        for model, domain, context in (
            (SECRET, f"[('value', '=', '{value}')]", "{}"),
            (SECRET, f"[['value', 'in', ['{value}']]]", "{}"),
            (FILE, f"[('secret_ids.value', '=', '{value}')]", "{}"),
            (FILE, f"[('secret_ids', 'any', [('value', '=', '{value}')])]", "{}"),
            (
                "res.partner",
                f"[('archive_ids.secret_ids.value', '=', '{value}')]",
                "{}",
            ),
            (SECRET, "[]", f"{{'default_value': '{value}'}}"),
            (ITEM, f"[('number', '=', '{number}')]", "{}"),
            (ITEM, "[]", f"{{'default_number': '{number}'}}"),
            (ITEM, f"[('shown_number', 'ilike', '{number}')]", "{}"),
            (FILE, f"[('document_ids.number', '=', '{number}')]", "{}"),
        ):
            new = {
                "name": f"Favourite {model}",
                "model_id": model,
                "domain": domain,
                "context": context,
                "user_ids": [[6, 0, [self.sales.uid]]],
            }
            for method in ("create", "create_filter"):
                self.sales.refused(filters, method, new)
            empty = self.sales.call(
                filters, "create", {**new, "domain": "[]", "context": "{}"}
            )
            words = self.sales.refused(
                filters, "write", [empty], {"domain": domain, "context": context}
            )
            assert value not in words and number not in words, words
            self.sales.call(filters, "unlink", [empty])
            # First on a model where nothing is amiss.
            other = self.sales.try_call(
                filters, "create", {**new, "model_id": "hr.job"}
            )
            if "result" in other:
                self.sales.refused(
                    filters, "write", other["result"], {"model_id": model}
                )
                self.sales.call(filters, "unlink", [other["result"]])
        for model, name, kept in (
            (SECRET, "value", value),
            (ITEM, "number", number),
        ):
            self.sales.refused("ir.default", "set", model, name, kept, True)

    def reveal_values(self):
        for role, person in self.people.items():
            answers = [
                person.try_call(SECRET, "action_reveal", [each], "To pay an invoice")
                for each in self.secrets
            ]
            shown = [answer for answer in answers if "result" in answer]
            assert bool(shown) == (role in READERS), (role, answers)
            person.try_call(SECRET, "action_reveal", self.secrets[:1], "")
