import {Component, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

// How often a run that isn't done is asked how far it is, in milliseconds.
const EVERY = 1000;
const UNDER_WAY = ["waiting", "running"];

/** How far an export is; the bar moves by itself while it is under way. */
export class RunProgressField extends Component {
    static template = "customer_archive.RunProgressField";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.state = useState({percentage: 0, moving: false});
        useRecordObserver((record) => {
            this.state.percentage = record.data[this.props.name];
            this.state.moving = UNDER_WAY.includes(record.data.state);
            this.plan();
        });
        onWillUnmount(() => this.stop());
    }

    stop() {
        clearTimeout(this.timer);
        this.stopped = true;
    }

    plan() {
        clearTimeout(this.timer);
        if (this.state.moving && this.props.record.resId && !this.stopped) {
            this.timer = setTimeout(() => this.look(), EVERY);
        }
    }

    async look() {
        const {record, name} = this.props;
        let found;
        try {
            found = await this.orm.silent.read(record.resModel, [record.resId], [name, "state"]);
        } catch {
            // The server doesn't answer at this moment; whoever presses a button is told.
            this.plan();
            return;
        }
        const now = found[0];
        if (this.stopped || !now) {
            return;
        }
        this.state.percentage = now[name];
        if (now.state === record.data.state) {
            this.plan();
        } else {
            await record.load();
        }
    }

    get label() {
        return `${this.state.percentage} %`;
    }
}

registry.category("fields").add("archive_run_progress", {
    component: RunProgressField,
    displayName: _t("Progress of an export"),
    supportedTypes: ["integer"],
    fieldDependencies: [{name: "state", type: "selection"}],
});
