"""What taking a ledger over costs: ours, and Odoo's own import of the same columns."""

import base64
import io
import os
import time

import xlsxwriter
from stdnum.cn import uscc

from odoo.tests import new_test_user

ROWS = int(os.environ.get("ROWS", "5000"))
# As many as the web client sends at once.
BATCH = 2000
IMPORT = "customer.archive.import"
PARTY, FILE = "res.partner", "customer.archive"
# Odoo's import reads all fields of a party that it changes.
SALES = (
    "sales_team.group_sale_manager,base.group_partner_manager,"
    "account.group_account_invoice"
)
HEADINGS = (
    *(
        "客户名称",
        "统一社会信用代码",
        "公司/个人",
        "客户类别",
        "部门",
        "客户经理",
        "保管人",
    ),
    *("合作阶段", "是否核心", "密级", "法定代表人", "注册地址", "联系人", "联系电话"),
    *("电子邮箱", "合作内容", "主要产品", "合作类型", "备注"),
)
# Odoo's own: the fields of the party, of its contacts, of the link, and of the file.
OF_PARTY = ("id", "name", "vat", "is_company", "registered_address", "phone", "email")
OF_CONTACT = ("id", "name", "parent_id/id")
OF_LINK = ("id", "legal_representative_id/id")
OF_FILE = (
    *("id", "partner_id/id", "category_id", "department_id", "user_id", "custodian_id"),
    *("relation_stage", "is_core", "security_level", "cooperation_content"),
    *("main_products", "cooperation_term", "note"),
)
# What both must have made, by model.
COUNTED = (PARTY, FILE, "customer.archive.document")


def figures(env):
    """Yield how many times faster ours is, in one run and into the same state."""
    env["customer.archive.keyring"]._keystore()
    env.company.country_id = env.ref("base.cn")
    # The same words for both.
    env = env(context={"lang": "en_US"})
    seller = new_test_user(env, "bench", groups=SALES, name="Bench Seller")
    clerk = new_test_user(env, "clerk", groups="customer_archive.group_clerk")
    department = env["hr.department"].create({"name": "Bench", "archive_code": "BENCH"})
    category = env.ref("customer_archive.category_buyer")
    category.department_id = department
    env.cr.commit()
    names = (category.name, department.name, seller.name)
    theirs, of_theirs = measured(env, lambda: load(env, seller, names))
    ours, of_ours = measured(env, lambda: take_over(env, clerk, names))
    assert of_theirs == of_ours, f"{of_ours} instead of {of_theirs}"
    print(f"# {ROWS} rows: {theirs:.1f} s and {ours:.1f} s", flush=True)
    yield "odoo_import_vs_import_ledger", theirs / ours, 3.0, False


def measured(env, call):
    """Return the time in seconds that a call takes, and how many records it makes."""
    before = counts(env)
    env.cr.execute("ANALYZE")
    env.cr.commit()
    env.invalidate_all()
    started = time.perf_counter()
    call()
    spent = time.perf_counter() - started
    after = counts(env)
    return spent, {model: after[model] - before[model] for model in COUNTED}


def counts(env):
    return {
        model: env[model].with_context(active_test=False).search_count([])
        for model in COUNTED
    }


def credit_code(serial):
    body = f"91310100{serial:09d}"
    return body + uscc.calc_check_digit(body)


def row(serial, names):
    """Return a row by the headings."""
    category, department, seller = names
    return (
        *(f"Party {serial} Ltd", credit_code(serial), "Company", category, department),
        *(seller, seller, "Cooperating", "No", "Internal", f"Legal {serial}"),
        *(f"{serial} Test Road", f"Contact {serial}", "021-55550001"),
        *(f"office{serial}@party.example", "Parts", "Screws", "Long-term"),
        f"Row {serial}",
    )


def take_over(env, clerk, names):
    """Upload, check and import a workbook, as a clerk does."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    for place in range(ROWS):
        sheet.write_row(place + 1, 0, row(place + 1, names))
    book.close()
    content = base64.b64encode(stream.getvalue())
    imports = env[IMPORT].with_user(clerk)
    one = imports.create({"upload": content, "file_name": "ledger.xlsx"})
    one.action_check()
    env.cr.commit()
    jobs = env[IMPORT]
    while one.job:
        jobs._cron_import()
    one.action_import()
    env.cr.commit()
    while one.job:
        jobs._cron_import()
    assert (one.state, one.created_count) == ("done", ROWS), one.outcome


def load(env, seller, names):
    """Import as the web client does: the parties first, then the files."""
    # Its own defaults: no history of what is imported.
    own = env(user=seller, context={"tracking_disable": True, "lang": "en_US"})
    for start in range(1_000_001, 1_000_001 + ROWS, BATCH):
        serials = range(start, min(start + BATCH, 1_000_001 + ROWS))
        parties, contacts, links, files = [], [], [], []
        for serial in serials:
            values = dict(zip(HEADINGS, row(serial, names), strict=True))
            party, legal = f"__import__.p{serial}", f"__import__.l{serial}"
            parties.append(
                [
                    *(party, values["客户名称"], values["统一社会信用代码"], "1"),
                    *(values["注册地址"], values["联系电话"], values["电子邮箱"]),
                ]
            )
            contacts.append([legal, values["法定代表人"], party])
            contacts.append([f"__import__.c{serial}", values["联系人"], party])
            links.append([party, legal])
            files.append(
                [
                    *(f"__import__.f{serial}", party, values["客户类别"]),
                    *(values["部门"], values["客户经理"], values["保管人"]),
                    *(values["合作阶段"], "0", values["密级"], values["合作内容"]),
                    *(values["主要产品"], values["合作类型"], values["备注"]),
                ]
            )
        for model, names_, data in (
            (PARTY, OF_PARTY, parties),
            (PARTY, OF_CONTACT, contacts),
            (PARTY, OF_LINK, links),
            (FILE, OF_FILE, files),
        ):
            for part in range(0, len(data), BATCH):
                done = own[model].load(list(names_), data[part : part + BATCH])
                assert done["ids"], done["messages"][:3]
                own.cr.commit()
