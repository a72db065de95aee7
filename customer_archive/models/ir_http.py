from odoo import models

from ..tools.http_headers import make_sendable


class IrHttp(models.AbstractModel):
    """No answer leaves with a header that the server can't send.

    It would hold its thread until the server, by its limit of time, ends them all. A
    route may be anybody's, and a header may come from a name in any script.
    """

    _inherit = "ir.http"

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        make_sendable(response.headers)
        return result
