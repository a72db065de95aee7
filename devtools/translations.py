"""The catalogue of terms, made anew from the code: customer_archive.pot and zh_CN.po.

Run with the Python that has Odoo's packages: ``translations.py FRESH.pot [NEW.po...]``.
"""

import ast
import re
import sys
from pathlib import Path

import polib

FOLDER = Path(__file__).resolve().parent.parent / "customer_archive" / "i18n"
CHINESE = FOLDER / "zh_CN.po"
TEMPLATE = FOLDER / "customer_archive.pot"
MANIFEST = FOLDER.parent / "__manifest__.py"
# What Apps shows of the addon, by the manifest's name of it. Odoo exports these with
# its own terms only, and loads them from any catalogue.
SHOWN_IN_APPS = {"name": "shortdesc", "summary": "summary"}


def renew(fresh, additions):
    """Write both catalogues; return the terms that have no Chinese yet.

    :param fresh: path of the catalogue that Odoo exported
    :param additions: paths of catalogues with new terms, which count more
    """
    known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(CHINESE))}
    for path in additions:
        found = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}
        known |= {_one_line(text): words for text, words in found.items() if words}
    flat = {_one_line(text): words for text, words in known.items()}
    template = _exported(fresh)
    template.save(str(TEMPLATE))
    missing = []
    chinese = _exported(fresh)
    chinese.metadata |= {
        "Language-Team": "Chinese (China)",
        "Language": "zh_CN",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for entry in chinese:
        entry.msgstr = known.get(entry.msgid) or flat.get(_one_line(entry.msgid), "")
        if not entry.msgstr:
            missing.append(entry.msgid)
    chinese.save(str(CHINESE))
    return missing


def _exported(fresh):
    """Return the catalogue that Odoo exported, with what Apps shows of the addon."""
    catalogue = polib.pofile(str(fresh), wrapwidth=78)
    manifest = ast.literal_eval(MANIFEST.read_text())
    for key, field in SHOWN_IN_APPS.items():
        entry = catalogue.find(manifest[key])
        if not entry:
            entry = polib.POEntry(
                msgid=manifest[key], comment="module: customer_archive"
            )
            catalogue.append(entry)
        place = f"model:ir.module.module,{field}:base.module_customer_archive"
        entry.occurrences = [*entry.occurrences, (place, "")]
    catalogue.sort(key=lambda entry: entry.msgid)
    return catalogue


def _one_line(text):
    """Return ``text`` as it is compared: views break their lines anywhere."""
    return re.sub(r"\s+", " ", text).strip()


if __name__ == "__main__":
    untranslated = renew(sys.argv[1], sys.argv[2:])
    print("\n".join(f"no Chinese: {text}" for text in untranslated))
    sys.exit(bool(untranslated))
