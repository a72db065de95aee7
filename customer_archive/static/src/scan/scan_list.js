import {browser} from "@web/core/browser/browser";

const PREFIX = "customer_archive.scan";

/**
 * What was scanned, kept in the browser until the server has taken it: it outlives a
 * lost connection, a reload and an empty battery.
 */
export class ScanList {
    /** @param {string} [purpose] what is scanned for, if it isn't to move files */
    constructor(database, user, purpose) {
        this.key = [PREFIX, database, user, purpose].filter(Boolean).join(".");
    }

    load() {
        try {
            const found = JSON.parse(browser.localStorage.getItem(this.key));
            return Array.isArray(found) ? found : [];
        } catch {
            return [];
        }
    }

    save(entries) {
        if (entries.length) {
            browser.localStorage.setItem(this.key, JSON.stringify(entries));
        } else {
            browser.localStorage.removeItem(this.key);
        }
    }
}

/** Files by the storage location that was scanned before them: [{location, files}]. */
export function grouped(entries) {
    const groups = [];
    for (const entry of entries) {
        if (entry.kind === "location" || !groups.length) {
            groups.push({location: entry.kind === "location" ? entry : null, files: []});
        }
        if (entry.kind !== "location") {
            groups.at(-1).files.push(entry);
        }
    }
    return groups;
}
