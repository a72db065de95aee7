# Run in an Odoo shell: the addon's demo data alone, without the demo data of the
# addons below it (Odoo loads both or none, and its own is another country's company).
from odoo.modules.loading import load_demo
from odoo.modules.module_graph import ModuleGraph

graph = ModuleGraph(env.cr, mode="load")  # noqa: F821
graph.extend(
    [
        "base",
        *env["ir.module.module"].search([("state", "=", "installed")]).mapped("name"),
    ]
)  # noqa: F821
if not load_demo(env, graph["customer_archive"], {}, "init"):  # noqa: F821
    raise SystemExit("the demo data failed to load")
env["ir.module.module"].search([("name", "=", "customer_archive")]).demo = True  # noqa: F821
env.cr.commit()  # noqa: F821
