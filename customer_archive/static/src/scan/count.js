import {Scan} from "./scan";
import {ScanList, grouped} from "./scan_list";
import {_t} from "@web/core/l10n/translation";
import {onWillStart} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {session} from "@web/session";
import {user} from "@web/core/user";

const STOCKTAKE = "customer.archive.stocktake";

/**
 * Counts files by scanning: a storage location, then what stands in it.
 *
 * What is no label of a file is counted, too: it is a surplus. The list is kept as that
 * of moves is, one for each stocktake, and goes to the server as often as one likes.
 */
export class Count extends Scan {
    static template = "customer_archive.Count";

    setup() {
        super.setup();
        this.state.stocktakes = [];
        this.state.stocktake = null;
        onWillStart(async () => {
            this.state.stocktakes = await this.orm.call(STOCKTAKE, "action_counting", []);
            const {active_id: asked, active_model: model} = this.props.action.context || {};
            const ids = this.state.stocktakes.map((each) => each.id);
            const known = model === STOCKTAKE && ids.includes(asked);
            this.choose(known ? asked : ids[0]);
        });
    }

    /** Goes on with the list of one of the stocktakes that are counted now. */
    choose(id) {
        this.state.stocktake = id || null;
        this.list = this.listOf();
        this.state.entries = this.list.load();
        this.tell(null);
    }

    onChoose(ev) {
        this.choose(Number(ev.target.value));
        this.lookUp();
        this.focus();
    }

    listOf() {
        const stocktake = this.state ? this.state.stocktake : null;
        return new ScanList(session.db, user.userId, `count.${stocktake}`);
    }

    get expected() {
        return this.location
            ? _t("Scan the files that stand here, or the next storage location.")
            : _t("Scan the label of a storage location: a room, cabinet, shelf or box.");
    }

    /** Whether a file stands somewhere else than it is registered. */
    isElsewhere(location, file) {
        return file.kind === "file" && location && file.location_id !== location.id;
    }

    wrong(read, found, before) {
        const location = before.findLast((each) => each.kind === "location");
        if (found.kind === "location") {
            return null;
        }
        if (!location) {
            return _t("Read “%s”. Expected: the label of a storage location first, then files.", read);
        }
        const same = (each) => (found.kind ? each.id === found.id && each.kind === "file" : each.read === read);
        if (grouped(before).at(-1).files.some(same)) {
            return _t("Read “%s”. It is on the list already.", read);
        }
        return null;
    }

    take(entry, found) {
        // Counted as well: somebody finds out what it is when differences are settled.
        const known = found.kind || !this.location;
        super.take(entry, found);
        const kept = this.state.entries.find((each) => each.key === entry.key);
        if (kept && !known) {
            kept.kind = "unknown";
            this.keep();
        }
    }

    async send() {
        const counts = this.filled.map(({location, files}) => [
            location.id,
            files.map((each) => (each.kind === "file" ? each.id : each.read)),
        ]);
        const {stocktake} = this.state;
        const {taken, elsewhere} = await this.orm.call(STOCKTAKE, "action_count", [[stocktake], counts]);
        this.notification.add(_t("%s counted.", taken), {type: "success"});
        if (elsewhere) {
            const text = _t("%s of them had been counted somewhere else before: check where they really stand.", elsewhere);
            this.notification.add(text, {type: "warning", sticky: true});
        }
    }
}

registry.category("actions").add("customer_archive_count", Count);
