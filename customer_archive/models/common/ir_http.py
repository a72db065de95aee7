from werkzeug.exceptions import ServiceUnavailable

from odoo import models
from odoo.http import request

from ...tools.http_headers import make_sendable


class IrHttp(models.AbstractModel):
    """No answer leaves with a header that the server can't send.

    It would hold its thread until the server, by its limit of time, ends them all. A
    route may be anybody's, and a header may come from a name in any script.
    """

    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Answer in words where the code is newer than the database.

        Whatever is asked for would fail on a column that isn't there yet.
        """
        words = getattr(request.registry, "archive_outdated", "")
        if words:
            raise ServiceUnavailable(words)
        return super()._match(path_info)

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        make_sendable(response.headers)
        return result
