import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

// Long enough to be read over the telephone, in seconds.
const SHOWN = 120;

/** Shows the password of a package for a while, and nowhere else. */
export class PasswordDialog extends Component {
    static template = "customer_archive.PasswordDialog";
    static components = {Dialog};
    static props = {number: String, password: String, channel: String, close: Function};

    setup() {
        this.state = useState({left: SHOWN});
        onMounted(() => {
            this.timer = setInterval(() => {
                this.state.left -= 1;
                if (this.state.left <= 0) {
                    this.props.close();
                }
            }, 1000);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get title() {
        return _t("Password of %s", this.props.number);
    }

    get hiding() {
        return _t("Hidden in %s seconds.", this.state.left);
    }
}

function showPassword(env, action) {
    const {number, password, channel} = action.params;
    env.services.dialog.add(PasswordDialog, {number, password, channel});
}

registry.category("actions").add("customer_archive.show_password", showPassword);
