"""Whether two texts say the same, however they were typed."""

import re
import unicodedata

PARTS = re.compile(r"[,，、;；\s]+")


def plain(text):
    """Return letters, digits and signs of a text alone, in one width and case."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def same(one, other):
    """Whether two texts differ in blanks, brackets, width and case at most."""
    return plain(one) == plain(other)


def within(one, other):
    """Whether one of two texts holds the other, as a long address does a short one."""
    one, other = plain(one), plain(other)
    return one in other or other in one


def words(text):
    """Return the words of a list that is parted by commas or blanks."""
    return [word for word in PARTS.split(text or "") if word]
