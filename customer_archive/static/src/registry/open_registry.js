import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

const SITES = {
    gsxt: "https://www.gsxt.gov.cn/",
    credit_china: "https://www.creditchina.gov.cn/",
    court: "https://zxgk.court.gov.cn/",
};

/** Copies what the registry is asked for, and opens its site in another tab. */
export class OpenRegistry extends Component {
    static template = "customer_archive.OpenRegistry";
    static props = {...standardWidgetProps};

    setup() {
        this.notification = useService("notification");
    }

    async onClick() {
        const {registry_search: text, source} = this.props.record.data;
        // First, because a page that isn't in front may not copy.
        if (text) {
            await this.copy(text);
        }
        browser.open(SITES[source] || SITES.gsxt, "_blank", "noopener");
    }

    async copy(text) {
        try {
            await browser.navigator.clipboard.writeText(text);
            this.notification.add(_t("“%s” is copied: paste it there.", text), {type: "success"});
        } catch {
            // Browsers copy over safe connections only.
            this.notification.add(_t("Look up “%s” there.", text), {type: "info", sticky: true});
        }
    }
}

registry.category("view_widgets").add("archive_open_registry", {component: OpenRegistry});
