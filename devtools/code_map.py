"""Write ``docs/code.md``: what each file is for, and where what is decided.

Made from the docstrings, so that it can't say anything else than the code does.
Called with ``--check`` it only tells whether the page is as the code is.
"""

import ast
import re
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
ADDON = CHECKOUT / "customer_archive"
PAGE = CHECKOUT / "docs" / "code.md"
FOLDERS = ("models", "wizards", "controllers", "reports", "tools")
# What every model has says nothing about this one.
_PLAIN = re.compile(r"(_compute_|_search_|__|_protected$|(create|write|unlink|copy)$)")
HEAD = """# What is in which file

Made by `./dev map` from the docstrings; `./dev lint` tells when it is stale.
[architecture.md](architecture.md) says how it hangs together. Search here for the word
that you look for: behind each file are the methods that decide something.
"""


def main(arguments):
    """Write the page, or say whether it is as it should be."""
    page = page_of(ADDON)
    if "--check" not in arguments:
        PAGE.write_text(page)
        return 0
    if PAGE.exists() and PAGE.read_text() == page:
        return 0
    print("docs/code.md isn't as the code is: run ./dev map")
    return 1


def page_of(addon):
    """Return the page for an addon."""
    parts = [HEAD]
    for folder in FOLDERS:
        for package, files in _packages(addon / folder):
            name = package.relative_to(addon)
            lines = [line for path in files for line in _entry(path, package)]
            if lines:
                parts.append(f"\n## {name}\n\n" + "\n".join(lines) + "\n")
    return "".join(parts)


def _packages(folder):
    """Return pairs of a folder and its files, the folders below it included."""
    found = sorted({path.parent for path in folder.rglob("*.py")})
    return [(each, sorted(each.glob("*.py"))) for each in found]


def _entry(path, package):
    """Return the lines of a file: what it is for, and what in it is documented."""
    text = path.read_text()
    tree = ast.parse(text)
    said = [_first(tree)]
    said += [_first(each) for each in tree.body if isinstance(each, ast.ClassDef)]
    purpose = " ".join(dict.fromkeys(filter(None, said)))
    named = list(_constants(tree, text.splitlines()))
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
    named += [f"`{each.name}` {_first(each)}" for each in functions if _first(each)]
    rest = [each.name for each in functions if not _first(each)]
    if rest := [name for name in dict.fromkeys(rest) if not _PLAIN.match(name)]:
        named.append("`" + "`, `".join(rest) + "`")
    if not purpose and not named:
        return
    yield f"- **{path.name}** {purpose}".rstrip()
    if named:
        yield f"  {' · '.join(named)}"


def _constants(tree, lines):
    """Yield the names of a module's constants, with the comment above each."""
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        names = [each.id for each in node.targets if isinstance(each, ast.Name)]
        said, row = [], node.lineno - 2
        while row >= 0 and lines[row].startswith("# "):
            said.insert(0, lines[row][2:])
            row -= 1
        if names and names[0].isupper():
            yield f"`{names[0]}` {' '.join(said)}".rstrip()


def _first(node):
    """Return the first sentence of a docstring, on one line."""
    text = ast.get_docstring(node) or ""
    return " ".join(text.split("\n\n")[0].split())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
