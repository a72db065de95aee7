"""Pictures of the main screens, each as the person who works with it."""

import sys
import time
from pathlib import Path

from .browser import Browser
from .server import rpc, running_server, session_of

LANGUAGES = {"en": "en_US", "zh": "zh_CN"}
FORM = ".o_form_view .o_form_sheet"
LIST = ".o_list_view tbody tr.o_data_row"
CELL = (".o_data_row .o_data_cell", None)
# name, login, path, what must be there, then (selector, text) to click
SCREENS = (
    (
        "files_list",
        "management",
        "/odoo/action-customer_archive.action_customer_archive",
        LIST,
        (),
    ),
    (
        "files_kanban",
        "management",
        "/odoo/action-customer_archive.action_customer_archive?view_type=kanban",
        ".o_kanban_record",
        (),
    ),
    (
        "my_files",
        "sales",
        "/odoo/action-customer_archive.action_customer_archive_mine",
        LIST,
        (),
    ),
    ("file_active", "sales", "/odoo/customer.archive/{archive_auto}", FORM, ()),
    ("file_draft", "sales", "/odoo/customer.archive/{archive_glass}", FORM, ()),
    (
        "file_approvals",
        "compliance",
        "/odoo/customer.archive/{archive_food}",
        FORM,
        ((".nav-link[name=approvals]", None),),
    ),
    (
        "file_decide",
        "saleshead",
        "/odoo/customer.archive/{archive_food}",
        FORM,
        (("button[name=action_open_decision]", None),),
    ),
    (
        "file_item",
        "sales",
        "/odoo/customer.archive/{archive_glass}",
        FORM,
        (CELL,),
    ),
    (
        "waiting_for_me",
        "clerk",
        "/odoo/action-customer_archive.action_customer_archive_for_me",
        LIST,
        (),
    ),
    (
        "partner_page",
        "sales",
        "/odoo/res.partner/{partner_auto}",
        FORM,
        ((".nav-link[name=customer_archive]", None),),
    ),
    (
        "items",
        "archivist",
        "/odoo/action-customer_archive.action_customer_archive_document",
        LIST,
        (),
    ),
    (
        "decisions",
        "auditor",
        "/odoo/action-customer_archive.action_customer_archive_approval",
        LIST,
        (),
    ),
    (
        "registers",
        "auditor",
        "/odoo/action-customer_archive.action_customer_archive_register",
        LIST,
        (("button[name=action_export]", None),),
    ),
    (
        "register_form",
        "admin",
        "/odoo/customer.archive.register/{register_ledger}",
        FORM,
        (),
    ),
    (
        "register_preview",
        "admin",
        "/odoo/customer.archive.register/{register_ledger}",
        FORM,
        ((".nav-link[name=preview]", None),),
    ),
    (
        "categories",
        "admin",
        "/odoo/action-customer_archive.action_customer_archive_category",
        LIST,
        (),
    ),
    (
        "category",
        "admin",
        "/odoo/customer.archive.category/{category_raw_material}",
        FORM,
        (),
    ),
    (
        "policy",
        "admin",
        "/odoo/customer.archive.approval.policy/{policy_archive}",
        FORM,
        (),
    ),
    (
        "settings",
        "admin",
        "/odoo/settings#customer_archive",
        ".o_setting_container",
        ((".tab[data-key=customer_archive]", None),),
    ),
    (
        "file_secrets",
        "sales",
        "/odoo/customer.archive/{archive_auto}",
        FORM,
        ((".nav-link[name=secrets]", None),),
    ),
    (
        "reveal",
        "sales",
        "/odoo/customer.archive/{archive_auto}",
        FORM,
        ((".nav-link[name=secrets]", None), (".o_archive_reveal", None)),
    ),
    (
        "undertaking",
        "sales",
        "/odoo/action-customer_archive.action_customer_archive_sign",
        ".modal",
        (),
    ),
    (
        "access_record",
        "auditor",
        "/odoo/action-customer_archive.action_customer_archive_log",
        LIST,
        (("button[name=action_verify]", None),),
    ),
    (
        "requests_for_me",
        "saleshead",
        "/odoo/action-customer_archive.action_customer_archive_approval_for_me",
        LIST,
        (),
    ),
    (
        "consultation",
        "sales2",
        "/odoo/action-customer_archive.action_customer_archive_consultation",
        LIST,
        (CELL,),
    ),
    (
        "loan",
        "archivist",
        "/odoo/action-customer_archive.action_customer_archive_loan_line",
        LIST,
        (("button[name=action_open_loan]", None),),
    ),
    (
        "sharing",
        "legal",
        "/odoo/action-customer_archive.action_customer_archive_sharing",
        LIST,
        (CELL,),
    ),
    (
        "change",
        "sales2",
        "/odoo/action-customer_archive.action_customer_archive_change",
        LIST,
        (CELL,),
    ),
    (
        "disposal",
        "archivist",
        "/odoo/action-customer_archive.action_customer_archive_disposal_destroy",
        LIST,
        (CELL,),
    ),
    (
        "reviews",
        "saleshead",
        "/odoo/action-customer_archive.action_customer_archive_review",
        LIST,
        (),
    ),
    (
        "expiring",
        "clerk",
        "/odoo/action-customer_archive.action_customer_archive_expiring",
        LIST,
        (),
    ),
    (
        "agreement",
        "sales",
        "/odoo/action-customer_archive.action_customer_archive_agreement",
        LIST,
        (CELL,),
    ),
    (
        "holds",
        "legal",
        "/odoo/action-customer_archive.action_customer_archive_hold",
        LIST,
        (),
    ),
    (
        "annual",
        "management",
        "/odoo/action-customer_archive.action_customer_archive_annual",
        LIST,
        (CELL,),
    ),
    (
        "policies",
        "admin",
        "/odoo/action-customer_archive.action_customer_archive_retention_policy",
        LIST,
        (),
    ),
    (
        "file_retention",
        "legal",
        "/odoo/customer.archive/{archive_steel}",
        FORM,
        ((".nav-link[name=retention]", None),),
    ),
    (
        "imports",
        "clerk",
        "/odoo/action-customer_archive.action_customer_archive_import",
        ".o_view_nocontent, .o_list_view",
        (),
    ),
    (
        "import_new",
        "clerk",
        "/odoo/action-customer_archive.action_customer_archive_import/new",
        ".o_form_view",
        (),
    ),
    (
        "my_exports",
        "sales",
        "/odoo/action-customer_archive.action_customer_archive_register_run",
        ".o_view_nocontent, .o_list_view",
        (),
    ),
    (
        "schedules",
        "admin",
        "/odoo/action-customer_archive.action_customer_archive_register_schedule/new",
        ".o_form_view",
        (),
    ),
    (
        "overview",
        "management",
        "/odoo/action-customer_archive.action_customer_archive_overview",
        ".o_graph_view canvas, .o_pivot table",
        (),
    ),
    (
        "export_dialog",
        "clerk",
        "/odoo/action-customer_archive.action_customer_archive_register",
        LIST,
        (("button[name=action_export]", None),),
    ),
    (
        "empty_for_me",
        "finance",
        "/odoo/action-customer_archive.action_customer_archive_for_me",
        ".o_view_nocontent",
        (),
    ),
)


def take(url, database, folder, names=()):
    """Take the pictures into ``folder``: one per screen and language."""
    sessions = {
        login: session_of(url, database, login, login)
        for login in {screen[1] for screen in SCREENS}
    }
    ids = demo_ids(sessions["admin"], url)
    for short, language in LANGUAGES.items():
        for name, login, path, ready, clicks in SCREENS:
            if names and name not in names:
                continue
            session = sessions[login]
            user = rpc(session, url, "res.users", "search", [["login", "=", login]])
            rpc(session, url, "res.users", "write", user, {"lang": language})
            browser = Browser()
            try:
                browser.cookie(url, "session_id", session.cookies["session_id"])
                browser.goto(url + path.format(**ids), ready)
                for selector, text in clicks:
                    browser.click(selector, text)
                time.sleep(0.5)
                browser.screenshot(folder / f"{name}.{short}.png")
            except RuntimeError as error:
                browser.screenshot(folder / f"{name}.{short}.failed.png")
                print(f"{name}.{short}: {error}", file=sys.stderr)
            finally:
                browser.close()


def demo_ids(session, url):
    domain = [["module", "=", "customer_archive"], ["model", "=like", "%archive%"]]
    partners = [["module", "=", "customer_archive"], ["model", "=", "res.partner"]]
    rows = []
    for each in (domain, partners):
        rows += rpc(
            session, url, "ir.model.data", "search_read", each, ["name", "res_id"]
        )
    return {row["name"]: row["res_id"] for row in rows}


if __name__ == "__main__":
    _database, _folder = sys.argv[1], Path(sys.argv[2])
    _folder.mkdir(parents=True, exist_ok=True)
    with running_server(_database) as (_url, _process):
        take(_url, _database, _folder, sys.argv[3:])
