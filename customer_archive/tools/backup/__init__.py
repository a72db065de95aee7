"""Backups on a target: any folder that ``fsspec`` reaches. Plain Python, no Odoo in it.

Below ``<URL>/customer_archive/<database>/``:

- ``target.json`` says what is kept here, so that another folder isn't taken for it;
- ``contents/<ab>/<sha256>``: what is stored, encrypted, named by its digest: the same
  content is there once, whatever run brought it;
- ``runs/<name>.jsonl.gz``: one manifest for each run, written last (``manifest``);
- ``archive/<year>/<number and party>/about.json``: what a file is and which contents
  belong to it, for people to read;
- on a target for keys instead: ``keystore.db`` and ``anchors/``.

Everything is written under ``tmp/`` and moved to its name when it is whole. So a run
that is killed leaves no more than rubbish there, and what has a manifest is complete.
"""

from . import dump, manifest, sealing, whole
from .errors import BackupError
from .place import PROTOCOLS, Place

__all__ = ["PROTOCOLS", "BackupError", "Place", "dump", "manifest", "sealing", "whole"]
