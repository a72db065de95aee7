"""How high rows must be for wrapped text.

Programs measure what is typed in them, not all that they open.
"""

LINE = 16.5  # points, whole pixels
HIGHEST = 409.5  # Excel's own limit


def row_heights(widths, columns):
    """Return the height of each row in points, None for one line; or None if all are.

    :param widths: of the columns, in characters
    :param columns: lists of values
    """
    heights = None
    for width, values in zip(widths, columns, strict=True):
        texts = [value for value in values if isinstance(value, str)]
        # Chinese letters are as wide as two others.
        if not any(2 * len(text) > width or "\n" in text for text in texts):
            continue
        heights = heights or [None] * len(values)
        for place, value in enumerate(values):
            if isinstance(value, str):
                height = min(LINE * _lines(value, width), HIGHEST)
                if height > (heights[place] or LINE):
                    heights[place] = height
    return heights if heights and any(heights) else None


def _lines(text, width):
    """Return how many lines a text takes in a column."""
    room = max(int(width), 1)
    return sum(
        max(-(-len(line.encode("gbk", "replace")) // room), 1)
        for line in text.split("\n")
    )
