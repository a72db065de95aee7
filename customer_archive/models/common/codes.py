"""Codes that are part of file numbers: of classes, of periods, of the fonds.

File numbers are part of addresses and of the names of exported files, so codes have no
parts of a path.
"""

import re

from odoo.exceptions import ValidationError

CODE = re.compile(
    r"[0-9A-Za-z\u4e00-\u9fff](?:[0-9A-Za-z\u4e00-\u9fff.·-]*[0-9A-Za-z\u4e00-\u9fff])?"
)


def check_codes(records, name):
    """Check what is written into a field with codes.

    :param name: of the field
    :raise ValidationError: naming the code
    """
    for record in records:
        code = record[name]
        if code and (not CODE.fullmatch(code) or ".." in code):
            raise ValidationError(
                record.env._(
                    "“%(code)s” can't be part of file numbers: use letters and "
                    "digits, with points and hyphens between them (%(record)s).",
                    code=code,
                    record=record.display_name,
                )
            )
