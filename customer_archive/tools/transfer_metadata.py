"""Metadata of a file that another custodian takes over, as XML after DA/T 48-2009.

Elements are called as in that standard where it has one: 封装包格式描述, 版本,
被签名对象 with 封装包类型, 封装包创建时间, 封装包创建单位, 封装内容;
文件实体块 with 聚合层次, 来源, 电子文件号, 档号, 内容描述, 形式特征, 电子属性.
Contents aren't encoded within: they lie beside it, with their digests in 电子属性.
What the standard has no element for is in 扩展. There is no 电子签名块: the digest of
the manifest is signed, on paper.
"""

import re
from xml.etree import ElementTree

# What XML 1.0 has no way to write, besides control characters.
NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
FORM = (
    "本封装说明参照中华人民共和国档案行业标准DA/T 48-2009"
    "《基于XML的电子文件封装规范》生成，电子文件内容与本说明同目录存放，不作编码嵌入"
)


def metadata_of(about, file, items):
    """Return the metadata of one file.

    :param about: dictionary: ``created`` and ``unit``, who made the package and when;
        ``number`` of the transfer; ``receiver``
    :param file: dictionary from element, or path of elements, to text
    :param items: list of pairs: such a dictionary, and a list of those of its contents
    :return: bytes, UTF-8
    """
    root = ElementTree.Element("电子文件封装包")
    _add(root, "封装包格式描述", FORM)
    _add(root, "版本", "2009")
    signed = ElementTree.SubElement(root, "被签名对象", {"eep版本": "2009"})
    _add(signed, "封装包类型", "原始型")
    _add(signed, "封装包类型描述", "客户档案移交包中的一卷")
    _add(signed, "封装包创建时间", about["created"])
    _add(signed, "封装包创建单位", about["unit"])
    block = ElementTree.SubElement(
        ElementTree.SubElement(signed, "封装内容"), "文件实体块"
    )
    whole = _entity(block, "案卷", file)
    _add(whole, "扩展/移交编号", about["number"])
    _add(whole, "扩展/接收单位", about["receiver"])
    for values, contents in items:
        entity = _entity(block, "件", values)
        for number, content in enumerate(contents, 1):
            data = ElementTree.SubElement(entity, "文档", {"序号": str(number)})
            _fill(data, content)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _entity(block, level, values):
    entity = ElementTree.SubElement(block, "文件实体")
    _add(entity, "聚合层次", level)
    _fill(entity, values)
    return entity


def _fill(parent, values):
    for path, text in values.items():
        if text:
            _add(parent, path, text)


def _add(parent, path, text):
    """Add an element at the end of a path; the others are made if need be."""
    *above, last = path.split("/")
    for name in above:
        found = parent.find(name)
        parent = ElementTree.SubElement(parent, name) if found is None else found
    ElementTree.SubElement(parent, last).text = _printable(str(text))


def _printable(text):
    """Return a text without the characters that XML has no way to write."""
    return "".join(
        each
        for each in text
        if each in "\t\n\r" or (each >= " " and not NO_CHARACTER.match(each))
    )
