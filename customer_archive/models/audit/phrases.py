"""The kinds of rows in the access record that have words; see :mod:`.words`."""

import re

from odoo.tools.i18n import format_list

from ..common.values import SUBJECTS

# Fields named beyond these are counted.
SHOWN = 12

_PHRASES = []


def says(events, form=""):
    """Return a decorator for the words of one kind of row.

    :param events: names of events, by blanks
    :param form: regular expression of the whole detail; its groups are arguments
    """

    def decorator(function):
        for event in events.split():
            _PHRASES.append((event, re.compile(form), function))
        return function

    return decorator


def phrase(event, detail):
    """Return the function that words a detail, with its arguments; or nothing."""
    for its_event, form, function in _PHRASES:
        if its_event == event and (found := form.fullmatch(detail or "")):
            return function, found.groupdict()
    return None


def listed(names, words):
    """Return words as a list is written in the reader's language."""
    words = list(words)
    if len(words) > SHOWN:
        words[SHOWN:] = [names.env._("%s more", len(words) - SHOWN)]
    return format_list(names.env, words)


def subject_field(names, path):
    """Return the label of a field given by what it is of, such as ``party.phone``."""
    subject, _dot, name = path.partition(".")
    return (
        names.field(SUBJECTS.get(subject, "customer.archive"), name) if name else path
    )
