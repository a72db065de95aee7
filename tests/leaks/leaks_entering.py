"""Enters planted values and scans, in every way there is."""

import base64

from . import leaks_plants as plants

FILE, ITEM = "customer.archive", "customer.archive.document"
SECRET, COPY = "customer.archive.secret", "ir.attachment"
KINDS = ("txt", "pdf", "png")


class Entering:
    """Part of :class:`.leaks_tour.Tour`."""

    # Entering

    def enter_item_numbers(self):
        new = {"archive_id": self.ground["file"], "type_id": self.ground["identity"]}
        read = {"specification": {"number": {}, "shown_number": {}, "secret_ids": {}}}
        number = self.plants.identity("item, web_save")
        [saved] = self.sales.call(
            ITEM, "web_save", [], {**new, "number": number}, **read
        )
        assert saved["shown_number"] != number and not saved["number"]
        self.items.append(saved["id"])
        self.items.append(
            self.sales.call(
                ITEM, "create", {**new, "number": self.plants.identity("item, create")}
            )
        )
        spaced = self.plants.identity("item, create with spaces")
        spaced = f"{spaced[:6]} {spaced[6:14]} {spaced[14:]}"
        for value in (spaced, self.plants.identity("item, in the file")):
            command = [0, 0, {"type_id": new["type_id"], "number": value}]
            self.sales.call(
                FILE, "write", [self.ground["file"]], {"document_ids": [command]}
            )
        self.as_program(
            "sales",
            ITEM,
            "create",
            vals_list=[{**new, "number": self.plants.identity("item, json/2")}],
        ).raise_for_status()
        self.sales.call(
            ITEM,
            "create",
            new,
            context={"default_number": self.plants.identity("item, default")},
        )
        blank = self.sales.call(ITEM, "create", new)
        number = self.plants.identity("item, write")
        self.sales.call(ITEM, "write", [blank], {"number": number})
        plain = self.sales.call(
            ITEM,
            "create",
            {
                "archive_id": new["archive_id"],
                "type_id": self.ground["power"],
            },
        )
        number = self.plants.identity("item, type and number written")
        self.sales.call(
            ITEM, "write", [plain], {"type_id": new["type_id"], "number": number}
        )
        number = self.plants.identity("item, onchange")
        spec = {"number": {}, "shown_number": {}, "type_id": {}, "archive_id": {}}
        self.sales.call(
            ITEM, "onchange", [], {**new, "number": number}, ["number"], spec
        )
        self.sales.call(ITEM, "onchange", [blank], {"number": number}, ["number"], spec)
        over_xml = {**new, "number": self.plants.identity("item, XML-RPC")}
        answer = self.sales.xml_call(
            self.ground["keys"]["sales"], ITEM, "create", [over_xml]
        )
        assert "fault" not in answer, answer

    def enter_values(self):
        file = self.ground["file"]
        for kind, value in (
            ("identity_number", self.plants.identity("value, create")),
            ("bank_account", self.plants.account("value, create")),
            ("passport", self.plants.passport("value, create")),
        ):
            new = {"archive_id": file, "kind": kind, "value": value}
            self.secrets.append(self.sales.call(SECRET, "create", new))
            # The same in another file, which is told when that is submitted.
            again = {**new, "archive_id": self.ground["other_file"]}
            [saved] = self.sales.call(
                SECRET,
                "web_save",
                [],
                again,
                specification={"value": {}, "masked": {}, "duplicate_warning": {}},
            )
            assert not saved["duplicate_warning"] and not saved["value"], saved
        for method in ("write", "web_save"):
            value = self.plants.account(f"value, {method}")
            more = {"specification": {"value": {}}} if method == "web_save" else {}
            self.sales.call(SECRET, method, [self.secrets[1]], {"value": value}, **more)
        value = self.plants.account("value, onchange")
        self.sales.call(
            SECRET,
            "onchange",
            [],
            {"archive_id": file, "kind": "bank_account", "value": value},
            ["value", "kind"],
            {"value": {}, "kind": {}, "duplicate_warning": {}, "archive_id": {}},
        )
        value = self.plants.account("value, in the form of the file")
        command = [0, "virtual_1", {"kind": "bank_account", "value": value}]
        spec = {"secret_ids": {"fields": {"value": {}, "masked": {}}}}
        self.sales.call(
            FILE, "onchange", [file], {"secret_ids": [command]}, ["secret_ids"], spec
        )
        self.sales.call(
            FILE, "web_save", [file], {"secret_ids": [command]}, specification=spec
        )
        value = self.plants.passport("value, json/2")
        new = {"archive_id": file, "kind": "passport", "value": value}
        self.as_program("sales", SECRET, "create", vals_list=[new]).raise_for_status()

    # Copies

    def upload_copies(self):
        self.loose = []
        for kind, content in self._scans():
            for item in (self.items[0], 0):
                answer = self.sales.post_form(
                    "/web/binary/upload_attachment",
                    {"model": ITEM, "id": item},
                    {"ufile": (f"scan.{kind}", content)},
                )
                [uploaded] = answer.json()
                (self.copies if item else self.loose).append(uploaded["id"])
            # As other programs do: first a plain attachment, then an item's.
            for field in ("raw", "datas"):
                coded = base64.b64encode(content).decode()
                if field == "raw" and kind != "txt":
                    continue
                value = content.decode() if field == "raw" else coded
                for bound in ({}, {"res_model": ITEM}):
                    new = {"name": f"scan.{kind}", field: value, **bound}
                    self.loose.append(self.sales.call(COPY, "create", new))
            # The name of a picture that a telephone gave it isn't kept either.
        self.sales.call(
            ITEM,
            "write",
            [self.items[1]],
            {
                "attachment_ids": [
                    [
                        0,
                        0,
                        {
                            "name": f"{self.plants.identity('name of a copy')}.{kind}",
                            "datas": base64.b64encode(content).decode(),
                        },
                    ]
                    for kind, content in self._scans()
                ]
            },
        )

    def adopt_copies(self):
        links = [[4, each] for each in self.copies + self.loose]
        self.sales.call(
            ITEM,
            "web_save",
            [self.items[0]],
            {"attachment_ids": links, "valid_until": "2099-12-31"},
            specification={"attachment_ids": {"fields": {"name": {}, "mimetype": {}}}},
        )
        found = [["res_model", "=", ITEM]]
        self.copies = [
            each["id"] for each in self.sales.call(COPY, "search_read", found, ["name"])
        ]
        # Taken out again before it was saved.
        answer = self.sales.post_form(
            "/web/binary/upload_attachment",
            {"model": ITEM, "id": 0},
            {"ufile": ("scan.pdf", plants.pdf())},
        )
        self.sales.call(COPY, "unlink", [answer.json()[0]["id"]])

    def see_copies(self):
        thumbnail = base64.b64encode(plants.png()).decode()
        seen = 0
        for role in ("sales", "compliance", "archivist", "employee"):
            person = self.people[role]
            for copy in self.copies[:9]:
                for path in (
                    f"/web/content/{copy}",
                    f"/web/content/{copy}?download=1",
                    f"/web/image/{copy}",
                    f"/web/image/{copy}/80x50",
                    f"/web/image/{copy}?width=64&height=64&crop=1",
                    f"/mail/attachment/pdf_first_page/{copy}",
                    f"/web/content/{ITEM}/{self.items[0]}/attachment_ids",
                ):
                    answer = person.get(path)
                    seen += plants.SCAN.text.encode() in answer.content
                person.get(f"/web/content/{copy}", headers={"Range": "bytes=10-60"})
        assert seen > 20, f"only {seen} of the scans were shown"
        # What the web client sends when it shows a PDF.
        for copy in self.copies:
            params = {"attachment_id": copy, "thumbnail": thumbnail}
            self.sales.post_json("/mail/attachment/update_thumbnail", params)
            self.sales.try_call(COPY, "write", [copy], {"thumbnail": thumbnail})
        self.sales.try_call(COPY, "copy", self.copies[:1])
        self.sales.call(COPY, "read", self.copies, ["name", "datas", "index_content"])

    def _scans(self):
        return zip(KINDS, (plants.text(), plants.pdf(), plants.png()), strict=True)
