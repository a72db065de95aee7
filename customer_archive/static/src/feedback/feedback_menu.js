import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

const ACTION = "customer_archive.action_customer_archive_feedback_new";

/** The entry below one's name, for everybody, also who has no role in the customer files. */
export function feedbackItem(env) {
    return {
        type: "item",
        id: "archive_feedback",
        description: _t("Feedback on Customer Files"),
        callback: () => env.services.action.doAction(ACTION),
        sequence: 45,
    };
}

registry.category("user_menuitems").add("archive_feedback", feedbackItem);
