"""What scheduled actions try on one record, so that the others don't wait for it."""

from psycopg2 import OperationalError


def attempt(env, step, *arguments):
    """Take a step, with a savepoint; return the error that broke it, None if it's done.

    :raise OperationalError: if somebody works on the record at this moment: nothing is
        broken then, and the transaction can't go on; the next run takes the step
    """
    try:
        with env.cr.savepoint():
            step(*arguments)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 -- whoever calls tells of it
        return error
    return None
