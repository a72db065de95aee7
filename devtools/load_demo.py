"""Run in an Odoo shell: loads the addon's demo data alone.

The demo data of the addons below it is left out: Odoo loads both or none, and its
own is another country's company.
"""

from odoo.modules.loading import load_demo
from odoo.modules.module_graph import ModuleGraph


def load(env):
    """Load and commit the demo data.

    :param env: the shell's environment
    """
    # The company is a Chinese one: also what Odoo notes on contacts is in its language.
    env = env(context={**env.context, "lang": "zh_CN"})
    modules = env["ir.module.module"]
    installed = modules.search([("state", "=", "installed")]).mapped("name")
    graph = ModuleGraph(env.cr, mode="load")
    graph.extend(["base", *installed])
    # Of what is made in one transaction PostgreSQL has no statistics: it would go
    # through whole tables for each payment.
    env.cr.execute("SET LOCAL enable_seqscan = off")
    if not load_demo(env, graph["customer_archive"], {}, "init"):
        raise SystemExit("the demo data failed to load")
    modules.search([("name", "=", "customer_archive")]).demo = True
    env.cr.commit()
