"""rights.tsv says something of everything, and of nothing that there isn't."""

from odoo.http import Controller
from odoo.tests import TransactionCase, tagged

from .rights_case import our_models
from .rights_names import ARCHIVE, COPY
from .rights_operations import operations, own_methods
from .rights_rpc import COPY_URLS, EXPORTS, REGISTER_EXPORT, REPORTS
from .rights_table import Rights

EXPORT = "customer.archive.export"


@tagged("post_install", "-at_install")
class TestRightsTable(TransactionCase):
    """A model, method or address of the addon without a row fails here."""

    def setUp(self):
        super().setUp()
        self.rights = Rights.read()
        self.cells = {
            (model, operation) for model, _s, operation in self.rights.allowed
        }

    def test_models(self):
        named = {model for model, _operation in self.cells}
        missing = [name for name in our_models(self.env) if name not in named]
        self.assertFalse(missing, "add rows to rights.tsv")

    def test_methods(self):
        missing = [
            (name, method)
            for name in self.env.registry
            if not self.env[name]._abstract
            for method in own_methods(self.env[name])
            if (name, method) not in self.cells
        ]
        self.assertFalse(missing, "add rows to rights.tsv, or make them private")

    def test_operations(self):
        """A row about something that is never tried would be an empty promise."""
        doors = {ARCHIVE: (*REPORTS, *EXPORTS), COPY: COPY_URLS}
        doors[EXPORT] = (REGISTER_EXPORT,)
        unknown = [
            (model, operation)
            for model, operation in self.cells
            if model != "route"
            and operation not in doors.get(model, ())
            and operation not in operations(self.env[model])
        ]
        self.assertFalse(unknown, "correct these rows of rights.tsv")

    def test_routes(self):
        routes = {
            route
            for controller in Controller.children_classes["customer_archive"]
            for method in vars(controller).values()
            for route in getattr(method, "original_routing", {}).get("routes") or ()
        }
        missing = [each for each in routes if ("route", each) not in self.cells]
        self.assertFalse(missing, "add rows to rights.tsv")
