"""The refusal that shows the way on."""

from odoo import exceptions


class RedirectWarning(exceptions.RedirectWarning, exceptions.UserError):
    """Odoo's, but a ``UserError`` as well.

    So an import, a cron or an interface reports its message as that of a row, where
    Odoo's own would be an unknown error. The web client knows it by its name, and
    shows its button.
    """

    __module__ = exceptions.RedirectWarning.__module__

    def __init__(self, message, action, button_text, additional_context=None):
        # pylint: disable=super-init-not-called,non-parent-init-called
        Exception.__init__(self, message, action, button_text, additional_context)

    def __str__(self):
        return self.args[0]
