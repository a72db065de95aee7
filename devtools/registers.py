"""Every shipped register and every print, from the demo data, to be looked at.

Registers are written in an Odoo shell, prints fetched from a server; LibreOffice and
pdftoppm, if the machine has them, make PDFs and pictures of them.
"""

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .screenshots import LANGUAGES
from .server import rpc, running_server, session_of

READER = "auditor"
FILE = "customer.archive"
# Name, model, which records
PRINTS = (
    ("cover", FILE, [["name", "!=", False]]),
    ("index", FILE, [["name", "!=", False]]),
    ("labels", FILE, []),
    ("box_labels", FILE, []),
    ("basic_data", FILE, [["name", "!=", False]]),
    ("loan", f"{FILE}.loan", []),
    ("certificate", f"{FILE}.disposal", [["certificate", "!=", False]]),
)


def write_registers(env, folder):
    """Write each register as XLSX into ``folder``, in each language.

    :param env: the shell's environment
    """
    reader = env["res.users"].search([("login", "=", READER)])
    shipped = env["ir.model.data"].search(
        [("module", "=", "customer_archive"), ("model", "=", f"{FILE}.register")]
    )
    for short, language in LANGUAGES.items():
        for each in shipped:
            register = env[each.model].browse(each.res_id).with_user(reader)
            register = register.with_context(lang=language, tz="Asia/Shanghai")
            records = register.records()
            if not records:
                print(f"{each.name}: the demo data has nothing for it")
                continue
            stream = io.BytesIO()
            register.write_xlsx(stream, records)
            name = each.name.removeprefix("register_")
            (Path(folder) / f"{name}.{short}.xlsx").write_bytes(stream.getvalue())


def fetch_prints(url, database, folder):
    """Fetch each print as PDF into ``folder``, in each language."""
    admin = session_of(url, database, "admin", "admin")
    user = rpc(admin, url, "res.users", "search", [["login", "=", READER]])
    for short, language in LANGUAGES.items():
        rpc(admin, url, "res.users", "write", user, {"lang": language})
        session = session_of(url, database, READER, READER)
        for name, model, domain in PRINTS:
            ids = rpc(session, url, model, "search", domain)
            if not ids:
                print(f"{name}: the demo data has nothing for it")
                continue
            numbers = ",".join(map(str, ids))
            report = f"customer_archive.report_{name}"
            path = f"{url}/report/pdf/{report}/{numbers}"
            answer = session.get(path, timeout=300)
            answer.raise_for_status()
            (folder / f"print_{name}.{short}.pdf").write_bytes(answer.content)


def convert(folder):
    """Make PDFs of the registers and pictures of all pages, as far as possible."""
    books = sorted(folder.glob("*.xlsx"))
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        print("LibreOffice isn't here: the registers stay as they are.")
    else:
        with tempfile.TemporaryDirectory() as profile:
            command = [office, f"-env:UserInstallation=file://{profile}", "--headless"]
            command += ["--convert-to", "pdf", "--outdir", folder, *books]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        missing = [each.name for each in books if not each.with_suffix(".pdf").exists()]
        if missing:
            raise SystemExit(f"LibreOffice can't open {', '.join(missing)}")
    if not shutil.which("pdftoppm"):
        print("pdftoppm isn't here: no pictures of the pages.")
        return
    for each in sorted(folder.glob("*.pdf")):
        picture = each.with_suffix("")
        subprocess.run(["pdftoppm", "-r", "70", "-png", each, picture], check=True)


if __name__ == "__main__":
    _database, _folder = sys.argv[1], Path(sys.argv[2])
    with running_server(_database) as (_url, _process):
        fetch_prints(_url, _database, _folder)
    convert(_folder)
