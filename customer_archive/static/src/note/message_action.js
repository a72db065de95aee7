import {_t} from "@web/core/l10n/translation";
import {registerMessageAction} from "@mail/core/common/message_actions";
import {session} from "@web/session";

// Of what a message is about, the server finds the party.
const ABOUT = ["account.move", "crm.lead", "customer.archive", "purchase.order", "res.partner", "sale.order"];

registerMessageAction("archive-note", {
    condition: ({message}) => session.archive_writes_notes && ABOUT.includes(message.model) && !message.isBodyEmpty,
    icon: "fa fa-sticky-note-o",
    name: _t("Note in Customer File"),
    onSelected: async ({message, store}) => {
        const {action, orm} = store.env.services;
        action.doAction(await orm.call("mail.message", "action_new_archive_event", [[message.id]]));
    },
    sequence: 60,
});
