"""Enters planted account numbers by change requests, and in edits that are refused."""

CHANGE, LINE = "customer.archive.change", "customer.archive.change.line"
BANK, PARTY, IMPORT = "res.partner.bank", "res.partner", "base_import.import"


class Changing:
    """Part of :class:`.leaks_tour.Tour`."""

    def ask_for_changes(self):
        new = {
            "partner_id": self.ground["kept_partner"],
            "purpose": "x",
            "asked_by": "Buyer",
        }
        field = {"field_id": self.ground["number_field"]}
        spec = {"specification": {"line_ids": {"fields": {"value": {}, "masked": {}}}}}
        line = {**field, "value": self.plants.account("change, web_save")}
        [saved] = self.sales.call(
            CHANGE, "web_save", [], {**new, "line_ids": [[0, 0, line]]}, **spec
        )
        [kept] = saved["line_ids"]
        assert kept["masked"] and not kept["value"], kept
        for method in ("write", "web_save"):
            value = self.plants.account(f"change, {method}")
            more = {"specification": {"value": {}}} if method == "web_save" else {}
            self.sales.call(LINE, method, [kept["id"]], {"value": value}, **more)
        value = self.plants.account("change, onchange")
        self.sales.call(
            LINE,
            "onchange",
            [],
            {**field, "value": value},
            ["value"],
            {"value": {}, "masked": {}, "field_id": {}},
        )
        line = {**field, "value": self.plants.account("change, json/2")}
        self.as_program(
            "sales", CHANGE, "create", vals_list=[{**new, "line_ids": [[0, 0, line]]}]
        ).raise_for_status()
        line = {**field, "new_text": self.plants.account("change, in a plain field")}
        self.sales.refused(CHANGE, "create", {**new, "line_ids": [[0, 0, line]]})
        # Searching and mistakes, which Odoo logs with what was sent.
        value = self.plants.account("change, search")
        self.sales.try_call(LINE, "search", [["value", "=", value]])
        self.sales.try_call(LINE, "write", [kept["id"]], {"kind": value})
        self.sales.refused("ir.default", "set", LINE, "value", value, True)
        shown = self.sales.call(LINE, "action_reveal", [kept["id"]], "To check")
        assert shown in self.plants.given
        self.sales.call(CHANGE, "unlink", [saved["id"]])

    def edit_accounts_directly(self):
        party, account = self.ground["kept_partner"], self.ground["account"]
        key = self.ground["keys"]["sales"]
        for model, method, args in (
            (BANK, "write", lambda new: [[account], {"acc_number": new}]),
            (BANK, "web_save", lambda new: [[account], {"acc_number": new}, {}]),
            (BANK, "create", lambda new: [{"acc_number": new, "partner_id": party}]),
            (
                PARTY,
                "write",
                lambda new: [[party], {"bank_ids": [[0, 0, {"acc_number": new}]]}],
            ),
            (BANK, "load", lambda new: [["acc_number", ".id"], [[new, str(account)]]]),
        ):
            value = self.plants.account(f"direct edit, {model} {method}")
            if method == "load":
                result = self.sales.call(model, method, *args(value))
                assert not result["ids"], result
                continue
            words = self.sales.refused(model, method, *args(value))
            assert "can't be changed directly" in words, words
            fault = self.sales.xml_call(key, model, method, args(value))
            assert "fault" in fault, fault

    def import_accounts(self):
        value = self.plants.account("import of accounts")
        table = f"acc_number,.id\n{value},{self.ground['account']}\n"
        wizard = self.sales.call(IMPORT, "create", {"res_model": BANK})
        self.sales.post_form(
            "/base_import/set_file",
            {"id": wizard, "import_id": wizard},
            {"ufile": ("accounts.csv", table.encode(), "text/csv")},
        )
        options = {
            "has_headers": True,
            "quoting": '"',
            "separator": ",",
            "encoding": "utf-8",
        }
        self.sales.call(IMPORT, "parse_preview", [wizard], options)
        names = ["acc_number", ".id"]
        for dry in (True, False):
            result = self.sales.call(
                IMPORT, "execute_import", [wizard], names, names, options, dryrun=dry
            )
            assert not result["ids"] and result["messages"], result
