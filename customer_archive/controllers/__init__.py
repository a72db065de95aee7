from . import binary, export, record
