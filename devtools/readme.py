"""README.rst of the addon, made from its fragments as OCA's generator does.

``readme.py`` writes it; ``readme.py --check`` ends with 1 if it isn't up to date.
Fragments are in a part of Markdown that differs little: paragraphs, lists, headings,
emphasis and code.
"""

import ast
import re
import sys
from pathlib import Path

ADDON = Path(__file__).resolve().parent.parent / "customer_archive"
README = ADDON / "README.rst"
# In the order of OCA's template.
FRAGMENTS = {
    "DESCRIPTION": "",
    "CONTEXT": "Context",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "HISTORY": "Changelog",
}
BADGES = (
    ("maturity-Beta-yellow", "https://odoo-community.org/page/development-status"),
    (
        "licence-LGPL--3-blue",
        "https://www.gnu.org/licenses/lgpl-3.0-standalone.html",
    ),
    ("Odoo-19.0-875A7B", "https://www.odoo.com/documentation/19.0/"),
)
ALT = ("Beta", "License: LGPL-3", "Odoo 19.0")
CONTENTS = "**Table of contents**\n\n.. contents::\n   :local:\n"


def restructured(markdown):
    """Return a fragment as reStructuredText."""
    lines = []
    for line in markdown.strip().splitlines():
        if heading := re.fullmatch(r"## (.+)", line):
            lines += [heading[1], "-" * len(heading[1])]
        else:
            lines.append(re.sub(r"(?<!`)`([^`]+)`(?!`)", r"``\1``", line))
    return "\n".join(lines) + "\n"


def readme():
    """Return the text of README.rst."""
    manifest = ast.literal_eval((ADDON / "__manifest__.py").read_text())
    parts = [_heading(manifest["name"], "=", over=True), *_badges()]
    for name, title in FRAGMENTS.items():
        text = restructured((ADDON / "readme" / f"{name}.md").read_text())
        parts.append(f"{_heading(title, '=')}\n{text}" if title else text)
        if not title:
            parts.append(CONTENTS)
    authors = f"* {manifest['author']}\n"
    parts.append(f"{_heading('Credits', '=')}\n{_heading('Authors', '-')}\n{authors}")
    others = restructured((ADDON / "readme" / "CREDITS.md").read_text())
    parts.append(f"{_heading('Other credits', '-')}\n{others}")
    return "\n".join(parts)


def _heading(title, line, over=False):
    rule = line * len(title)
    return f"{rule}\n{title}\n{rule}\n" if over else f"{title}\n{rule}\n"


def _badges():
    for number, (name, target) in enumerate(BADGES, 1):
        yield (
            f".. |badge{number}| image:: https://img.shields.io/badge/{name}.png\n"
            f"    :target: {target}\n    :alt: {ALT[number - 1]}"
        )
    yield (
        "\n" + " ".join(f"|badge{number + 1}|" for number in range(len(BADGES))) + "\n"
    )


def main(arguments):
    text = readme()
    if arguments == ["--check"]:
        if README.read_text() == text:
            return 0
        print("customer_archive/README.rst isn't up to date: ./dev readme writes it")
        return 1
    README.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
