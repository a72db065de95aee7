"""Papers of the customer files as they are stored, and as older versions kept them."""

from pathlib import Path

from odoo.addons.customer_archive.models.common.sentinel import as_system


def stored(attachment):
    """Return what the filestore holds of an attachment that isn't encrypted."""
    own = attachment.sudo()
    return Path(own._full_path(own.store_fname)).read_bytes()


def plain_paper(record, name, content, linked=True, **values):
    """Return a plain paper of a record, as its chatter took it up to 19.0.5.0.0.

    :param linked: whether a message brought it
    """
    own = record.sudo()
    paper = as_system(own.env["ir.attachment"]).create(
        {
            "name": name,
            "raw": content,
            "res_model": own._name,
            "res_id": own.id,
            **values,
        }
    )
    if linked:
        message = own.message_post(body="With a paper")
        own.env.flush_all()
        own.env.cr.execute(
            "INSERT INTO message_attachment_rel (message_id, attachment_id)"
            " VALUES (%s, %s)",
            [message.id, paper.id],
        )
        own.env.invalidate_all()
    return paper.with_env(own.env)
