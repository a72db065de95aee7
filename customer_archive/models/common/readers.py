"""Who may read a record, whoever asks: the one room for it.

By the user's own rights, as they are at this moment and in all companies of the user:
neither what the asker sees nor which companies the asker has chosen counts.
"""


def readable_by(user, records):
    """Return those of some records that a user may read."""
    own = records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
    if not own.browse().has_access("read"):
        return records.browse()
    # By the database: in Python the rules would be asked record by record.
    own = own.with_context(active_test=False)
    found = set(own._search([("id", "in", own.ids)]))
    return records.filtered(lambda record: record.id in found)


def writable_by(user, records):
    """Return those of some records that a user who is at work may read and write."""
    if not user.active:
        return records.browse()
    found = readable_by(user, records)
    own = found.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
    allowed = set(own._filtered_access("write").ids)
    return found.filtered(lambda record: record.id in allowed)


def may_write(user, record):
    """Whether a user who is at work may write a record, and read it."""
    return bool(writable_by(user, record))


def may_read(user, record):
    """Whether a user who is at work may read a record."""
    return user.active and bool(readable_by(user, record))
