"""The records that the tables are about."""

from .rpc_table import APPROVAL, ARCHIVE, COPY, ITEM, PARTNER

MARK = "Markstone"
SCAN = b"Markstone scan"


class Ground:
    """The records that the rows are about, as superuser, by the state of their file."""

    scan = SCAN

    def __init__(self, case):
        self.case, self.users, self.env = case, case.users, case.env
        self.prospect, self.register = (
            case.prospect,
            case.env["customer.archive.register"].search(
                [("model", "=", ARCHIVE)], limit=1
            ),
        )
        self.files, self.items, self.missing, self.copies, self.rows, self.loose = (
            {},
            {},
            {},
            {},
            {},
            {},
        )
        self.spare = case.partner("Spare Ltd")
        self.other_company = case.env["res.company"].create({"name": "Other Ltd"})
        for state, archive in case.files().items():
            self._add(state, archive.sudo())
        sales = case.users["sales"]
        attachment = case.env[COPY].with_user(sales)
        self.loose["sales"] = attachment.create(
            {"name": f"{MARK} loose.txt", "raw": SCAN}
        ).sudo()
        self.loose["public"] = attachment.create(
            {"name": f"{MARK} public.txt", "raw": SCAN, "public": True}
        ).sudo()
        self.loose["party"] = attachment.sudo().create(
            {
                "name": f"{MARK} party.txt",
                "raw": SCAN,
                "res_model": PARTNER,
                "res_id": self.spare.id,
            }
        )

    def _add(self, state, archive):
        self.files[state] = archive
        items = archive.document_ids.sorted("id")
        self.items[state] = items.filtered("attachment_ids")[:1]
        self.missing[state] = (items - items.filtered("is_received"))[:1]
        self.copies[state] = self.items[state].attachment_ids[:1]
        rows = archive.approval_ids
        self.rows[state] = (
            rows.filtered(lambda row: row.state == "pending")[:1] or rows[:1]
        )

    def hidden(self, model):
        """Return the ids of ``model`` that outsiders must not meet."""
        mine = [state for state in self.files if not state.startswith(("other", "own"))]
        files = self.env[ARCHIVE].browse(self.files[state].id for state in mine)
        found = {
            ARCHIVE: files,
            ITEM: files.document_ids,
            COPY: files.document_ids.attachment_ids,
        }
        found |= {APPROVAL: files.approval_ids, PARTNER: files.partner_id}
        return set(found[model].ids) if model in found else set()

    def file_ids(self):
        return sorted(self.hidden(ARCHIVE))

    def some_ids(self, model):
        found = {
            ARCHIVE: self.files["review"],
            ITEM: self.items["review"],
            APPROVAL: self.rows["review"],
            PARTNER: self.spare,
        }
        return found[model].ids if model in found else [1]

    def new_file(self):
        return {"partner_id": self.spare.id, "category_id": self.prospect.id}

    def new_item(self, state):
        return {
            "archive_id": self.files[state].id,
            "type_id": self.items[state].type_id.id,
        }

    def newest(self, model):
        return self.env[model].sudo().search([], order="id desc", limit=1)

    def bound_to(self, state):
        return (
            self.env[COPY]
            .sudo()
            .search_count(
                [("res_model", "=", ITEM), ("res_id", "=", self.items[state].id)]
            )
        )

    def holders(self, state):
        return (
            self.env[ITEM]
            .sudo()
            .search([("attachment_ids", "in", self.copies[state].ids)])
        )
