"""How long before an end people are reminded, as administrators write it down."""


def parse_leads(text):
    """Return the lead times in ``text``, in days, the longest first.

    :param text: such as "90,30,7"
    :raise ValueError: if it says anything else
    """
    parts = [part.strip() for part in (text or "").replace("，", ",").split(",")]
    days = {int(part) for part in parts if part.isdecimal()}
    if len(days) != len(parts) or not all(0 < day <= 3650 for day in days):
        raise ValueError(text)
    return sorted(days, reverse=True)
