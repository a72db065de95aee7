import { browser } from "@web/core/browser/browser";

const found = browser.XMLHttpRequest;
// What else the page asks for would be an error of the test.
const OURS = ["/call_kw/customer.archive/", "/call_kw/customer.archive.stocktake/"];

/** Lets the server be out of reach, as in the corner of an archive room. */
export function loseConnection() {
    browser.XMLHttpRequest = class extends found {
        open(method, url, ...others) {
            this.isLost = OURS.some((path) => url.includes(path));
            super.open(method, url, ...others);
        }

        send(data) {
            if (this.isLost) {
                this.dispatchEvent(new Event("error"));
            } else {
                super.send(data);
            }
        }
    };
}

/** Lets the server be there again; the browser says so to whom it may concern. */
export function findConnection() {
    browser.XMLHttpRequest = found;
    window.dispatchEvent(new Event("online"));
}
