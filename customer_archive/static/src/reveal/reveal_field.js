import {Component, onWillUnmount, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

// How long a revealed value stays on the screen, in seconds.
const SHOWN = 30;

/** Asks for the purpose, then shows the value for a short time, and nowhere else. */
export class RevealDialog extends Component {
    static template = "customer_archive.RevealDialog";
    static components = {Dialog};
    static props = {title: String, reveal: Function, close: Function};

    setup() {
        this.notification = useService("notification");
        this.state = useState({purpose: "", value: "", left: 0, busy: false});
        onWillUnmount(() => this.forget());
    }

    get filled() {
        return this.state.purpose.trim().length > 0;
    }

    get hiding() {
        return _t("Hidden in %s seconds.", this.state.left);
    }

    async onReveal() {
        if (!this.filled || this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            this.state.value = await this.props.reveal(this.state.purpose.trim());
        } finally {
            this.state.busy = false;
        }
        this.state.left = SHOWN;
        this.timer = setInterval(() => {
            this.state.left -= 1;
            if (this.state.left <= 0) {
                this.props.close();
            }
        }, 1000);
    }

    async onCopy() {
        await navigator.clipboard.writeText(this.state.value);
        this.notification.add(_t("Copied. Paste it only where you need it."), {
            type: "success",
        });
    }

    forget() {
        clearInterval(this.timer);
        this.state.value = "";
    }
}

/** A masked value with a button to reveal it. */
export class RevealField extends Component {
    static template = "customer_archive.RevealField";
    static props = {...standardFieldProps, method: {type: String, optional: true}};
    static defaultProps = {method: "action_reveal"};

    setup() {
        this.dialog = useService("dialog");
        this.orm = useService("orm");
    }

    get masked() {
        return this.props.record.data[this.props.name] || "";
    }

    onClick() {
        const {resModel, resId} = this.props.record;
        this.dialog.add(RevealDialog, {
            title: this.masked,
            reveal: (purpose) => this.orm.call(resModel, this.props.method, [[resId], purpose]),
        });
    }
}

registry.category("fields").add("archive_reveal", {
    component: RevealField,
    displayName: _t("Masked; revealed for a stated purpose"),
    supportedTypes: ["char"],
    extractProps: ({options}) => ({method: options.method}),
});
