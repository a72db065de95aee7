from . import binary, export, record, sharing
