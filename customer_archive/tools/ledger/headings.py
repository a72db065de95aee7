"""Recognises the columns of a ledger by their Chinese and English headings."""

import re

from ..identifiers import narrow

# What a column can be, in the order of the template, with what it is called.
FIELDS = {
    "number": "file number|file no|archive number|number|档案编号|档案号|编号|"
    "客户编号|供应商编号|客商编号|卷号",
    "name": "party name|name|company name|customer|supplier|customer/supplier|"
    "supplier/customer|客户名称|供应商名称|客商名称|单位名称|企业名称|公司名称|名称|"
    "供应商/客户|客户/供应商|客户|供应商|客户供应商|姓名",
    "vat": "credit code|unified social credit code|uscc|tax id|vat|"
    "统一社会信用代码|社会信用代码|信用代码|税号|纳税人识别号|营业执照号|统一信用代码",
    "kind": "person/company|company/person|person or company|kind of party|"
    "个人/公司|公司/个人|单位/个人|企业/个人|主体类型|客户性质",
    "category": "category|file category|客户类别|类别|档案类别|供应商类别|"
    "客商类别|分类",
    "department": "department|responsible department|部门|所属部门|责任部门|归口部门",
    "user": "account manager|handler|salesperson|客户经理|负责人|业务员|经办人|"
    "业务负责人|客户负责人|采购员",
    "custodian": "custodian|kept by|保管人|保管员|档案保管人",
    "stage": "relation stage|relationship stage|stage|合作阶段|关系阶段|合作状态|"
    "客户阶段",
    "core": "core party|core|core customer|核心客户|是否核心|重点客户|是否重点|"
    "核心客商|是否核心客户",
    "level": "security level|level|classification|密级|保密级别|涉密等级",
    "date": "filing date|filed on|date of filing|opening date|建档日期|归档日期|"
    "立档日期|建档时间|归档时间",
    "legal": "legal representative|法定代表人|法人|法人代表|法代",
    "address": "registered address|address|company address|注册地址|住所|地址|"
    "公司地址|单位地址",
    "contact": "contact|contact person|联系人|联络人|联系人姓名",
    "phone": "phone|telephone|tel|phone number|mobile|contact phone|电话|联系电话|"
    "手机|手机号|手机号码|电话号码|联系方式",
    "phone2": "other telephones|other phone|second phone|phone 2|其他电话|备用电话|"
    "电话2|第二电话|其他联系方式|备用联系电话",
    "email": "email|mail|e-mail address|电子邮箱|邮箱|邮件|电子邮件|邮箱地址",
    "content": "content of cooperation|cooperation|cooperation content|合作内容|"
    "业务内容|合作事项",
    "products": "main products|products|主要合作产品|主要产品|主营产品|产品|经营产品|"
    "供应产品",
    "term": "kind of cooperation|type of cooperation|cooperation term|合作类型|"
    "合作方式|合作性质",
    "organisation": "organisation code|organization code|组织机构代码|机构代码|"
    "组织机构代码证号",
    "licence": "old licence number|licence number|license number|原注册号|工商注册号|"
    "注册号|营业执照注册号|原营业执照号",
    "note": "remarks|note|notes|remark|comment|备注|说明|附注",
}
# Columns that are no fields, and aren't asked about.
IGNORED = "no|#|serial|s/n|序号|序|行号|错误|errors|error"
# Sensitive numbers, by what a heading contains.
REFUSED = {
    "identity": "身份证|证件号|护照号|identity|idnumber|idno|idcard|passport",
    "bank": "银行账|银行帐|账号|帐号|银行卡|卡号|账户|帐户|开户|bankaccount|"
    "accountnumber|accountno|cardnumber|bankcard|iban",
}
MOST_TITLE_ROWS = 20


def normal(heading):
    """Return a heading as it is compared: spaces, width, case and marks don't count."""
    text = narrow(str(heading or "")).casefold()
    return re.sub(r"[\s*:、,._\-/\\|()\[\]【】“”\"']+", "", text)


def _without_remarks(heading):
    text = narrow(str(heading or ""))
    return re.sub(r"[(\[【][^)\]】]*[)\]】]", "", text)


_KNOWN = {
    normal(word): key for key, words in FIELDS.items() for word in words.split("|")
}
_IGNORED = {normal(word) for word in IGNORED.split("|")} - {""}


def field_of(heading):
    """Return which field a heading stands for, or None."""
    for text in (heading, _without_remarks(heading)):
        if key := _KNOWN.get(normal(text)):
            return key
    return None


def refused(heading):
    """Return which sensitive number a heading announces (a key of REFUSED), or None."""
    text = normal(heading)
    for kind, words in REFUSED.items():
        if any(word in text for word in words.split("|")):
            return kind
    return None


def is_ignored(heading):
    """Whether a column is left out without asking, such as the running number."""
    return normal(heading) in _IGNORED or not normal(heading)


def heading_row(first_rows):
    """Return the index of the row with the headings, or None.

    Ledgers have a title and a line with department and date above them.
    """
    best, most = None, 1
    for index, row in enumerate(first_rows[:MOST_TITLE_ROWS]):
        found = {field_of(cell) for cell in row} - {None}
        if len(found) > most:
            best, most = index, len(found)
    return best


def recognised(headings, keys=None):
    """Return the field of each heading, None where there is none.

    A field that is announced twice is taken from its first column.

    :param keys: what the headings stand for, if that was found out already
    """
    taken, found = set(), []
    keys = keys or [field_of(heading) for heading in headings]
    for heading, key in zip(headings, keys, strict=True):
        if refused(heading):
            key = None
        found.append(None if key in taken else key)
        taken.add(key)
    return found


# People whose name or number may stand under a shared heading.
_PEOPLE = {
    "legal": ("法定代表人", "法人", "legal"),
    "contact": ("联系人", "联络人", "contact"),
    "user": ("客户经理", "业务员", "manager"),
    "custodian": ("保管人", "保管员", "custodian"),
}


def of_stacked(texts):
    """Return which field the headings of a column, one above the other, stand for."""
    if len(texts) < 2:
        return field_of(texts[0]) if texts else None
    group, own = texts[-2], texts[-1]
    if together := field_of(f"{group}{own}"):
        return together
    key = field_of(own)
    person = _person_of(group)
    if person and key == "name":
        return person
    if person not in (None, "contact") and key in ("phone", "email", "address"):
        # The telephone of somebody else than the contact.
        return None
    return key


def _person_of(group):
    text = normal(group)
    for key, words in _PEOPLE.items():
        if any(word in text for word in words):
            return key
    return None
