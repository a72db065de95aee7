"""Every way to delete that is known, and what must be there afterwards."""

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ROLES

FORGED = {
    "_force_unlink": True,
    "customer_archive_system": True,
    "su": True,
    "uid": 1,
    "import_file": True,
}
# What every role tries.
OFTEN = {f"unlink {name}" for name in ("file", "items", "copies", "values", "party")}
TABLES = {
    "customer.archive": "customer_archive",
    "customer.archive.document": "customer_archive_document",
    "customer.archive.secret": "customer_archive_secret",
    "customer.archive.hold": "customer_archive_hold",
    "ir.attachment": "ir_attachment",
    "res.partner": "res_partner",
    "res.company": "res_company",
}


class Target:
    """One file with all that belongs to it."""

    def __init__(self, archive):
        self.file = archive.sudo().with_env(archive.env(user=1, su=True))
        env = self.file.env
        self.items = self.file.document_ids.filtered("is_received")
        domain = [("res_model", "=", self.items._name)]
        domain += [("res_id", "in", self.items.ids)]
        self.copies = env["ir.attachment"].search(domain)
        domain = [("res_model", "=", self.file._name), ("res_id", "=", self.file.id)]
        self.copies += env["ir.attachment"].search(domain)
        self.secrets = self.file.secret_ids
        self.party = self.file.partner_id.with_context(active_test=False)
        self.contacts = self.party.child_ids
        self.company = self.file.company_id

    def kept(self, with_contacts):
        """Return all records that must survive."""
        kept = [self.file, self.items, self.copies, self.secrets, self.party]
        kept += [self.company, self.file.hold_ids]
        return [*kept, self.contacts] if with_contacts else kept

    def missing(self, with_contacts=True):
        """Return the tables that lack something, asked past the ORM."""
        lost = []
        for records in self.kept(with_contacts):
            self.file.env.cr.execute(
                f"SELECT count(*) FROM {TABLES[records._name]} WHERE id = ANY(%s)",
                [records.ids],
            )
            if self.file.env.cr.fetchone()[0] != len(records):
                lost.append(records._name)
        return lost


def ways(case, target):
    """Yield (name, function) of each way, by the ORM and by SQL."""
    for who, environment, all_ways in _people(case):
        for name, do in _orm_ways(target):
            if all_ways or name in OFTEN:
                yield f"{name} as {who}", lambda do=do, env=environment: do(env)
    for query in _queries(target):
        yield query, lambda query=query: case.env.cr.execute(query)
    yield from _systems(case, target)


def _people(case):
    """Yield name, environment, and whether every way is tried or the plain ones."""
    env = case.env(user=1, su=True)
    yield "root", env, True
    yield "root, forged", env(context=FORGED), True
    yield "system", as_system(case.env["base"]).env(user=1, su=True), True
    sales = case.users["sales"]
    yield "sudo", case.env(user=sales, su=True), True
    for role in sorted(ROLES.keys() - {"portal"}):
        user = case.env(user=case.users[role], su=False)
        yield role, user, role == "sales"
        yield f"{role}, forged", user(context=FORGED), role == "sales"


def _orm_ways(target):
    """Yield (name, function of an environment) of each call."""

    def unlink(records):
        return lambda env: (records.with_env(env).unlink(), env.flush_all())

    def write(records, values):
        return lambda env: (records.with_env(env).write(values), env.flush_all())

    file, item, party = target.file, target.items[:1], target.party
    held = {
        "file": file,
        "items": target.items,
        "copies": target.copies,
        "values": target.secrets,
        "party": party,
        "contacts": target.contacts,
        "company": target.company,
        "holds": file.hold_ids,
        "category": file.category_id,
        "item type": item.type_id,
    }
    for name, records in held.items():
        yield f"unlink {name}", unlink(records)
    lists = {
        (file, "document_ids"): target.items,
        (file, "secret_ids"): target.secrets,
        (party, "archive_ids"): file,
        (file, "hold_ids"): file.hold_ids,
        (file, "log_ids"): file.log_ids,
        (party, "child_ids"): target.contacts,
    }
    for (records, name), rows in lists.items():
        for command in (
            *((2, row.id, 0) for row in rows[:1]),
            *((3, row.id, 0) for row in rows[:1]),
            (5, 0, 0),
            (6, 0, []),
        ):
            yield f"{name} {command[0]}", write(records, {name: [command]})
    for copy in item.attachment_ids[:1]:
        drop = {"attachment_ids": [(2, copy.id, 0)]}
        yield "attachment_ids 2", write(item, drop)
        nested = {"document_ids": [(1, item.id, drop)]}
        yield "attachment_ids 2, nested", write(file, nested)
        yield (
            "web_save",
            lambda env, nested=nested: file.with_env(env).web_save(nested, {}),
        )
    other = target.file.env["customer.archive.category"].search(
        [("id", "!=", file.category_id.id), ("side", "=", "customer")], limit=1
    )
    yield "another category", write(file, {"category_id": other.id})
    rows = [[str(file.id), str(item.id), ""]]
    yield (
        "import",
        lambda env: file.with_env(env).load(
            [".id", "document_ids/.id", "document_ids/type_id/.id"], rows
        ),
    )


def _queries(target):
    tables = (
        "customer_archive_secret",
        "customer_archive_document",
        "customer_archive",
        "customer_archive_hold",
    )
    for table in tables:
        yield f"TRUNCATE {table} CASCADE"
        column = "id" if table == "customer_archive" else "archive_id"
        yield f"DELETE FROM {table} WHERE {column} = {target.file.id}"
    ids = ", ".join(map(str, target.copies.ids))
    yield f"DELETE FROM ir_attachment WHERE id IN ({ids})"
    yield "TRUNCATE ir_attachment CASCADE"
    for table, record in (
        ("res_partner", target.party),
        ("res_company", target.company),
        ("customer_archive_category", target.file.category_id),
        ("customer_archive_document_type", target.items[:1].type_id),
        ("res_users", target.file.user_id),
    ):
        yield f"DELETE FROM {table} WHERE id = {record.id}"
        yield f"TRUNCATE {table} CASCADE"


def _systems(case, target):
    """Yield what runs by itself, or takes the whole addon away."""
    env = case.env(user=1, su=True)
    wizards = env["base.partner.merge.automatic.wizard"]
    other = env["res.partner"].create({"name": "Same Party", "is_company": True})
    ids = [target.party.id, other.id]
    if target.file.is_held or target.file.is_blocked:
        for destination in (other, target.party, None):
            yield (
                f"merge into {destination and destination.name}",
                lambda to=destination: wizards._merge(ids, to),
            )
        people = [target.contacts[0].id, target.contacts[1].id]
        yield "merge contacts", lambda: wizards._merge(people, None)
        yield (
            "drop models",
            lambda: (
                env["ir.model"]
                .with_context(_force_unlink=True)
                .search([("model", "=", "customer.archive.secret")])
                .unlink()
            ),
        )
        module = env.ref("base.module_customer_archive")
        yield "uninstall", module.module_uninstall
    yield "vacuum", lambda: _vacuum(case)
    yield "actions", lambda: _run_crons(case)


def _vacuum(case):
    with case.enter_registry_test_mode():
        case.env["ir.autovacuum"].sudo().with_user(1)._run_vacuum_cleaner()


def _run_crons(case):
    crons = case.env["ir.cron"].search([("name", "like", "Customer Archive")])
    # It would report that this test takes back what it has recorded.
    crons -= case.env.ref("customer_archive.cron_anchor")
    with case.enter_registry_test_mode():
        for cron in crons:
            cron.method_direct_trigger()
