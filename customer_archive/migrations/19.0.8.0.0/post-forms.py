# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Gives the two prescribed forms the words and fields of the regulation.

Each heading and field changes only where it is as it was shipped: what administrators
put into their own words, or chose themselves, stays. The order of the form and its
sections come to forms whose columns nobody added, removed or moved.
"""

from openupgradelib import openupgrade
from psycopg2.extras import Json

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

SUMMARY, FORM = "register_summary", "register_basic_data"
REGISTERS, COLUMNS = "customer_archive_register", "customer_archive_register_column"
ENGLISH, CHINESE = "en_US", "zh_CN"
# Record: field, English and Chinese as shipped before, and now.
OLD_STATEMENT = (
    (
        "Handler's declaration: I have checked the above against the originals and "
        "confirm that it is true and complete."
    ),
    "经办人声明：本人已将以上内容与原件核对，并对其真实性、完整性负责。",
)
STATEMENT = (
    (
        "The handler fills in every field of this form, submits copies of the business "
        "licence and bank documents to the General Office, and is responsible for the "
        "truth of the data in it."
    ),
    (
        "本表由经办人逐项填写完整，并提供营业执照、银行资料复印件到综合部，"
        "经办人对表格中数据的真实性负责。"
    ),
)
OLD_SIGNATURES = ("Prepared by,Handled by,Checked by", "制表人,经办人,审核人")
SIGNATURES = ("Prepared by,Handled by,Reviewed by", "制表人,经办人,审核")
WORDS = {
    SUMMARY: ("signatures", *OLD_SIGNATURES, *SIGNATURES),
    FORM: ("statement", *OLD_STATEMENT, *STATEMENT),
}
HEADINGS = {
    f"{SUMMARY}_partner_id_legal_representative_id_name": (
        *("Legal Representative", "法定代表人"),
        *("Company's Legal Representative", "企业法人"),
    ),
    f"{SUMMARY}_partner_id_phone": ("Phone", "电话", "Contact Phone", "联系电话"),
    f"{SUMMARY}_partner_id_email": (
        *("E-mail", "电子邮箱", "Contact E-mail", "联系邮件"),
    ),
    f"{FORM}_partner_id_name": (
        *("Company Name", "单位名称", "Name of Company", "企业名称"),
    ),
    f"{FORM}_partner_id_legal_representative_id_name": (
        *("Legal Representative", "法定代表人"),
        *("Legal Representative's Name", "法人代表"),
    ),
    f"{FORM}_bank_account": (
        *("Bank Account", "银行账号", "Bank and Account Number", "银行账户"),
    ),
    f"{FORM}_main_products": (
        *("Main Products", "主要合作产品"),
        *("Main Products in Cooperation", "主要合作产品"),
    ),
    f"{FORM}_partner_id_phone": ("Phone", "电话", "Contact Phone", "联系电话"),
    f"{FORM}_partner_id_fax": ("Fax", "传真", "Contact Fax", "联系传真"),
    f"{FORM}_partner_id_email": ("E-mail", "电子邮箱", "E-mail Address", "联系邮箱"),
}
PATHS = {
    f"{SUMMARY}_partner_id_phone": ("partner_id.phone", "contact_phone"),
    f"{SUMMARY}_partner_id_email": ("partner_id.email", "contact_email"),
    f"{FORM}_partner_id_vat": ("partner_id.vat", "business_licence"),
    f"{FORM}_partner_id_phone": ("partner_id.phone", "contact_phone"),
    f"{FORM}_partner_id_email": ("partner_id.email", "contact_email"),
    f"{FORM}_partner_id_website": ("partner_id.website", "other_contact"),
}
# Columns of the form: place and width as shipped before, and now, with the section.
COMPANY, CONTACT = (
    ("I. Company Data", "一、企业基本资料"),
    ("II. Contact Details", "二、联系方式"),
)
LAYOUT = {
    f"{FORM}_partner_id_name": ((10, True), (10, True), COMPANY),
    f"{FORM}_partner_id_registered_address": ((20, True), (20, True), COMPANY),
    f"{FORM}_partner_id_legal_representative_id_name": (
        *((30, False), (30, False), COMPANY),
    ),
    f"{FORM}_bank_account": ((40, False), (50, True), COMPANY),
    f"{FORM}_partner_id_vat": ((50, False), (40, False), COMPANY),
    f"{FORM}_main_products": ((60, False), (60, True), COMPANY),
    f"{FORM}_partner_id_phone": ((70, False), (70, False), CONTACT),
    f"{FORM}_partner_id_fax": ((80, False), (80, False), CONTACT),
    f"{FORM}_contact_id_name": ((90, False), (90, False), CONTACT),
    f"{FORM}_user_id_name": ((100, False), (100, False), CONTACT),
    f"{FORM}_partner_id_email": ((110, False), (110, False), CONTACT),
    f"{FORM}_partner_id_website": ((120, False), (120, False), CONTACT),
    f"{FORM}_note": ((130, True), (130, True), None),
}
# What the form showed under this heading was the party's website.
WEBSITES = """
    UPDATE customer_archive f SET other_contact = p.website
      FROM res_partner p
     WHERE p.id = f.partner_id AND p.website <> '' AND f.other_contact IS NULL
       AND f.state NOT IN ('closed', 'destroyed')
"""


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, change in WORDS.items():
        rename(env, REGISTERS, name, *change)
    for name, change in HEADINGS.items():
        rename(env, COLUMNS, name, "name", *change)
    for name, (old, new) in PATHS.items():
        if lead_elsewhere(env, name, old, new) and new == "other_contact":
            cr.execute(WEBSITES)
    if is_as_shipped(env):
        arrange(env)
    env.invalidate_all()


def id_of(env, name):
    record = env.ref(f"customer_archive.{name}", raise_if_not_found=False)
    return record.id if record else None


def rename(env, table, name, field, english, chinese, new_english, new_chinese):
    """Give a record new words where it has the old ones, in each language by itself."""
    table, column = SQL.identifier(table), SQL.identifier(field)
    query = SQL("SELECT %s FROM %s WHERE id = %s", column, table, id_of(env, name))
    values = dict(next(iter(env.execute_query(query)), [{}])[0] or {})
    if values.get(ENGLISH) != english:
        return
    new = {**values, ENGLISH: new_english}
    if CHINESE in values and values[CHINESE] == chinese:
        new[CHINESE] = new_chinese
    env.cr.execute(
        SQL(
            "UPDATE %s SET %s = %s WHERE id = %s",
            *(table, column, Json(new), id_of(env, name)),
        )
    )


def lead_elsewhere(env, name, old, new):
    """Let a column show a new field, if it shows the old one; return whether it did."""
    env.cr.execute(
        SQL(
            "UPDATE %s SET path = %s WHERE id = %s AND path = %s",
            *(SQL.identifier(COLUMNS), new, id_of(env, name), old),
        )
    )
    return bool(env.cr.rowcount)


def is_as_shipped(env):
    """Whether nobody added, removed or moved a column of the form."""
    query = SQL(
        "SELECT id, sequence, COALESCE(wide, FALSE), section FROM %s"
        " WHERE register_id = %s",
        *(SQL.identifier(COLUMNS), id_of(env, FORM)),
    )
    found = {row[0]: (row[1:3], row[3]) for row in env.execute_query(query)}
    shipped = {
        id_of(env, name): (old, None) for name, (old, _new, _s) in LAYOUT.items()
    }
    return found == shipped


def arrange(env):
    langs = [code for code, _name in env["res.lang"].get_installed()]
    for name, (_old, (sequence, wide), section) in LAYOUT.items():
        words = dict(zip((ENGLISH, CHINESE), section or (), strict=False))
        section = {lang: text for lang, text in words.items() if lang in langs}
        env.cr.execute(
            SQL(
                "UPDATE %s SET sequence = %s, wide = %s, section = %s WHERE id = %s",
                *(SQL.identifier(COLUMNS), sequence, wide or None),
                *(Json(section) if section else None, id_of(env, name)),
            )
        )
