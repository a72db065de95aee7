import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** Tells the user that his export has ended, with a button that leads to it. */
export const runNotificationService = {
    dependencies: ["action", "bus_service", "notification"],
    start(_env, {action, bus_service, notification}) {
        bus_service.subscribe("customer_archive.register_run", ({id, message, title, type}) => {
            const close = notification.add(message, {
                title,
                type,
                sticky: true,
                buttons: [
                    {
                        name: _t("Show"),
                        primary: true,
                        onClick: () => {
                            close();
                            action.doAction({
                                type: "ir.actions.act_window",
                                res_model: "customer.archive.register.run",
                                res_id: id,
                                views: [[false, "form"]],
                            });
                        },
                    },
                ],
            });
        });
        bus_service.start();
    },
};

registry.category("services").add("customer_archive.run_notification", runNotificationService);
