"""Who may read a record, whoever asks: the one room for it.

By the user's own rights, as they are at this moment and in all companies of the user:
neither what the asker sees nor which companies the asker has chosen counts.
"""


def readable_by(user, records):
    """Return those of some records that a user may read."""
    own = records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
    return own._filtered_access("read").with_env(records.env)


def may_read(user, record):
    """Whether a user who is at work may read a record."""
    return user.active and bool(readable_by(user, record))
