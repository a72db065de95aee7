"""QR codes as pictures, for labels.

Odoo's own route draws with reportlab's renderer of pictures, which many machines
lack, and can't encode Chinese; the code itself is reportlab's here, too.
"""

import base64
import io

from PIL import Image
from reportlab.graphics.barcode.qr import QrCodeWidget

# Dots a module. More makes a print of hundreds of labels heavy, and none sharper.
SCALE = 4
QUIET = 2
# More is too fine for the cameras of phones at the size of a label.
MAX_BYTES = 300


def modules(text):
    """Return the rows of a QR code: lists of booleans, true for dark.

    :raise ValueError: if the text is too long for a code
    """
    if len(text.encode()) > MAX_BYTES:
        raise ValueError("the text is too long for a code that can be read")
    widget = QrCodeWidget(text, barLevel="M")
    widget.qr.make()
    return [[bool(each) for each in row] for row in widget.qr.modules]


def picture(text):
    """Return a QR code of ``text`` as the ``src`` of an image.

    :raise ValueError: if the text is too long for a code
    """
    rows = modules(text)
    size = len(rows) + 2 * QUIET
    image = Image.new("1", (size, size), 1)
    for top, row in enumerate(rows, QUIET):
        for left, dark in enumerate(row, QUIET):
            if dark:
                image.putpixel((left, top), 0)
    stream = io.BytesIO()
    image.resize((size * SCALE, size * SCALE)).save(stream, "PNG")
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"
