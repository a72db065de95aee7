"""What Odoo's package installs as ``odoo``, to be run by the interpreter of ours."""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    # As with ``-m``; Python puts this file's folder there.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    # Starting itself anew, Odoo calls the interpreter by its bare name, and Python
    # looks up in PATH which one, with which packages, that is.
    folder = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([folder, os.environ.get("PATH", "")])
    from odoo.cli import main

    main()
