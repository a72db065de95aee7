"""Lines of a mark in any script, drawn so that every reader of PDF shows them.

Latin text is in a font that each reader has. Other text is drawn with a font of this
machine's, as a picture with the same text invisibly over it, to be found and copied: a
font can't be expected in each reader, and no library at hand puts parts of such a font
into a PDF. Without a font here the reader's own one for Chinese is asked for.
"""

import functools
import subprocess
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

LATIN, CHINESE = "Helvetica", "STSong-Light"
# In place of what the reader's font has no code for, as printers did.
MISSING = "〓"
# How many points of a picture make the height of a character.
GRAIN = 64
INVISIBLE = 3
PLACES = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/simsun.ttc",
)


class Line:
    """A line of text; ``width`` is its length in a font of one point."""

    def __init__(self, text):
        self.parts = [_Part(latin, part) for latin, part in _runs(text)]

    @property
    def width(self):
        return max(sum(part.width for part in self.parts), 1)

    def draw(self, canvas, x, y, size):
        for part in self.parts:
            part.draw(canvas, x, y, size)
            x += part.width * size


def joined(lines):
    """Return several lines as one."""
    line = Line("")
    for index, each in enumerate(lines):
        line.parts += [*([_Part(True, "  |  ")] if index else []), *each.parts]
    return line


class _Part:
    """Text that one font has the characters of."""

    def __init__(self, latin, text):
        self.picture = None if latin else _picture(text)
        self.font = LATIN if latin else CHINESE
        if not latin:
            pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
            text = "".join(each if ord(each) < 0x10000 else MISSING for each in text)
        self.text = text
        if self.picture:
            self.width = self.picture[1]
        else:
            self.width = pdfmetrics.stringWidth(text, self.font, 1)

    def draw(self, canvas, x, y, size):
        if self.picture:
            image, width, height, below = self.picture
            canvas.drawImage(
                image, x, y - below * size, width * size, height * size, mask="auto"
            )
        canvas.saveState()
        written = canvas.beginText(x, y)
        written.setFont(self.font, size)
        if self.picture:
            written.setTextRenderMode(INVISIBLE)
        written.textOut(self.text)
        canvas.drawText(written)
        canvas.restoreState()


def _runs(text):
    """Yield (whether it is Latin, text) for the parts of a line."""
    part, latin = "", None
    for each in text:
        if _is_latin(each) != latin and part:
            yield latin, part
            part = ""
        part, latin = part + each, _is_latin(each)
    if part:
        yield latin, part


def _is_latin(character):
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _picture(text):
    """Return (picture, width, height, part of it below the line) at one point."""
    font = _font()
    if not font:
        return None
    above, below = font.getmetrics()
    width, height = max(1, round(font.getlength(text))), above + below
    mask = Image.new("L", (width, height))
    ImageDraw.Draw(mask).text((0, above), text, fill=255, font=font, anchor="ls")
    image = Image.new("RGBA", mask.size, (90, 90, 90, 0))
    image.putalpha(mask)
    return ImageReader(image), width / GRAIN, height / GRAIN, below / GRAIN


@functools.cache
def _font():
    """Return a font of this machine with Chinese characters, or None."""
    for path, index in _found_fonts():
        try:
            return ImageFont.truetype(path, GRAIN, index=index)
        except OSError:
            continue
    return None


def _found_fonts():
    """Yield (path, number within the file) of fonts to try."""
    command = ["fc-match", "-f", "%{lang}\t%{index}\t%{file}", ":lang=zh-cn"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.SubprocessError):
        done = None
    if done and done.stdout.count("\t") == 2:
        languages, index, path = done.stdout.split("\t")
        # It always answers with something.
        if "zh-cn" in languages:
            yield path, int(index) if index.isdigit() else 0
    for path in PLACES:
        if Path(path).is_file():
            yield path, 0
