"""Names the few jobs of this addon that read or hand on papers as the superuser.

The superuser reads unchecked, so every paper is closed to it except for these.
As in :mod:`.sentinel`, the mark is an object of this module: a context that arrives
over RPC can't hold it. It counts for the superuser alone; people are always asked.
"""

# Why each may.
JOBS = {
    # Which stored registers list a file that is destroyed.
    "erasure": object(),
    # A workbook goes by mail to the one who asked for it, if the company allows it.
    "register_mail": object(),
    # Odoo moves contents between database and filestore.
    "storage": object(),
}
_KEY = "customer_archive_job"


def as_job(records, job):
    """Return ``records`` as the superuser, for one of the jobs above.

    :param job: its name
    """
    return records.sudo().with_context(**{_KEY: JOBS[job]})


def job_of(env):
    """Return the name of the job that reads, or None."""
    mark = env.context.get(_KEY)
    if mark is None or not env.su:
        return None
    return next((name for name, known in JOBS.items() if known is mark), None)
