import {Component, onMounted, onWillUnmount, useRef, useState} from "@odoo/owl";
import {BarcodeScanner} from "@barcodes/components/barcode_scanner";
import {ConnectionLostError} from "@web/core/network/rpc";
import {Layout} from "@web/search/layout";
import {ScanList, grouped} from "./scan_list";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {session} from "@web/session";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {user} from "@web/core/user";
import {useBus, useService} from "@web/core/utils/hooks";

const MODEL = "customer.archive";
// While the server doesn't answer, it is asked again so often; in milliseconds.
const EVERY = 5000;

/**
 * Puts files in their places by scanning: a storage location, then the files in it.
 *
 * A scanner types, wherever the cursor is; what it reads is on the list before the server
 * is asked what it is, and stays there until the server has moved it.
 */
export class Scan extends Component {
    static template = "customer_archive.Scan";
    static components = {BarcodeScanner, Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.list = this.listOf();
        this.input = useRef("input");
        this.state = useState({
            entries: this.list.load(),
            text: "",
            message: null,
            isOffline: false,
            isMoving: false,
        });
        useBus(useService("barcode").bus, "barcode_scanned", (ev) => this.read(ev.detail.barcode));
        this.online = () => this.lookUp();
        onMounted(() => {
            browser.addEventListener("online", this.online);
            this.focus();
            this.lookUp();
        });
        onWillUnmount(() => {
            browser.removeEventListener("online", this.online);
            browser.clearTimeout(this.timer);
            this.ended = true;
        });
    }

    /** What was scanned and isn't with the server yet. */
    listOf() {
        return new ScanList(session.db, user.userId);
    }

    // What is shown

    get groups() {
        return grouped(this.state.entries);
    }

    get location() {
        return this.state.entries.findLast((each) => each.kind === "location");
    }

    get count() {
        return this.state.entries.filter((each) => each.kind !== "location").length;
    }

    get isWaiting() {
        return this.state.entries.some((each) => !each.kind);
    }

    get expected() {
        return this.location
            ? _t("Scan the files that are put here, or the next storage location.")
            : _t("Scan the label of a storage location: a room, cabinet, shelf or box.");
    }

    get canMove() {
        const {groups, state, isWaiting} = this;
        const hasPlaces = groups.every(({location}) => location);
        return !state.isMoving && !isWaiting && hasPlaces && this.count > 0;
    }

    roomIn(location) {
        const {count, capacity} = location;
        return capacity
            ? _t("%(count)s of %(capacity)s files are in it", {count, capacity})
            : _t("%s files are in it", count);
    }

    // What is scanned

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.enter();
        }
    }

    enter() {
        // A scanner types faster than the screen is drawn: what counts is what is there.
        const {el} = this.input;
        this.read(el.value);
        el.value = "";
        this.state.text = "";
        this.focus();
    }

    /** Takes what a scanner has read, or what was typed. */
    read(text) {
        const read = text.trim();
        if (!read) {
            return;
        }
        this.tell(null);
        this.state.entries.push({key: `${performance.now()}.${this.state.entries.length}`, read});
        this.keep();
        this.lookUp();
    }

    /** Asks what waits to be known, one after another, in the order of scanning. */
    async lookUp() {
        if (this.isAsking || this.ended) {
            return;
        }
        this.isAsking = true;
        try {
            let entry = null;
            while ((entry = this.state.entries.find((each) => !each.kind))) {
                const found = await this.orm.silent.call(MODEL, "action_scan", [entry.read]);
                this.state.isOffline = false;
                this.take(entry, found);
            }
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.wait();
        } finally {
            this.isAsking = false;
        }
    }

    wait() {
        this.state.isOffline = true;
        browser.clearTimeout(this.timer);
        if (!this.ended) {
            this.timer = browser.setTimeout(() => this.lookUp(), EVERY);
        }
    }

    /** Keeps what the server says a scan is, unless it is nothing that belongs here. */
    take(entry, found) {
        const {entries} = this.state;
        // It may have been taken back while the server was asked.
        const place = entries.findIndex((each) => each.key === entry.key);
        if (place < 0) {
            return;
        }
        const before = entries.slice(0, place);
        const wrong = this.wrong(entry.read, found, before);
        if (wrong) {
            entries.splice(place, 1);
            this.tell(wrong);
        } else {
            Object.assign(entries[place], found);
        }
        this.keep();
    }

    /** Says what is wrong with a scan: what was read, and what was expected. */
    wrong(read, found, before) {
        const location = before.findLast((each) => each.kind === "location");
        if (!found.kind) {
            return location
                ? _t("Read “%s”. That is no file and no storage location that you can see. Expected: the label of a file.", read)
                : _t("Read “%s”. That is no file and no storage location that you can see. Expected: the label of a storage location.", read);
        }
        if (found.kind === "file" && !location) {
            return _t("Read file %s. Expected: the label of a storage location first, then files.", found.name);
        }
        if (found.kind === "file" && !found.can_move) {
            return _t("Read file %s. You can't move it now: ask an archivist.", found.name);
        }
        const last = before.findLast((each) => each.kind === "file" && each.id === found.id);
        if (found.kind === "file" && last && grouped(before).at(-1).files.includes(last)) {
            return _t("Read file %s. It is on the list already.", found.name);
        }
        return null;
    }

    // The list

    remove(entry) {
        const {entries} = this.state;
        const place = entries.findIndex((each) => each.key === entry.key);
        entries.splice(place, 1);
        this.tell(null);
        this.keep();
        this.focus();
    }

    undo() {
        this.remove(this.state.entries.at(-1));
    }

    keep() {
        this.list.save(this.state.entries);
    }

    tell(message) {
        this.state.message = message;
    }

    focus() {
        this.input.el?.focus();
    }

    // Moving

    /** What goes to the server: the entries of each storage location. */
    get filled() {
        return this.groups.filter((group) => group.location && group.files.length);
    }

    async move() {
        const sent = new Set(this.state.entries.map((each) => each.key));
        this.state.isMoving = true;
        try {
            await this.send();
            // The server has them: only now they may be forgotten.
            this.state.entries = this.state.entries.filter((each) => !sent.has(each.key));
            this.keep();
            this.state.isOffline = false;
            this.tell(null);
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.state.isOffline = true;
        } finally {
            this.state.isMoving = false;
            this.focus();
        }
    }

    async send() {
        const moves = this.filled.map(({location, files}) => [location.id, files.map((each) => each.id)]);
        const count = await this.orm.call(MODEL, "action_move_scanned", [moves]);
        this.notification.add(_t("%s files were moved.", count), {type: "success"});
    }
}

registry.category("actions").add("customer_archive_scan", Scan);
