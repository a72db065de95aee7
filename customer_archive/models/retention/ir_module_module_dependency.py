from odoo import models


class IrModuleModuleDependency(models.Model):
    """By these, what the addon needs takes it along when it goes."""

    _name = "ir.module.module.dependency"
    _inherit = ["ir.module.module.dependency", "customer.archive.module.row"]
