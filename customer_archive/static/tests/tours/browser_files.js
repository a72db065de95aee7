import { browser } from "@web/core/browser/browser";

/** Put the files that the test made, or the one named, into a file input, as if chosen by hand. */
export function chooseFiles(input, only = "") {
    const transfer = new DataTransfer();
    const files = JSON.parse(sessionStorage.getItem("archive_files"));
    for (const { name, type, base64 } of files.filter((file) => !only || file.name === only)) {
        const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type }));
    }
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
}

function count() {
    document.body.dataset.downloads = Number(document.body.dataset.downloads) + 1;
}

/**
 * Let the page fetch what it would navigate to, and count it: a tour can't tell
 * a download, which leaves the page where it is, from a change of page.
 */
export function countDownloads() {
    document.body.dataset.downloads = "0";
    const taken = async (url) => {
        const answer = await fetch(url);
        await answer.blob();
        if (answer.ok && !answer.headers.get("Content-Type").includes("html")) {
            count();
        }
    };
    const location = new Proxy(
        {},
        {
            get(_target, name) {
                const value = name === "assign" ? taken : window.location[name];
                return typeof value === "function" ? value.bind(window.location) : value;
            },
        }
    );
    Object.defineProperty(browser, "location", { get: () => location, configurable: true });
    browser.open = (url) => {
        taken(url);
        return window;
    };
    // Reports are asked for by a request of their own.
    const { send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.send = function (...body) {
        this.addEventListener("load", () => {
            if (this.responseType === "blob" && this.status === 200) {
                count();
            }
        });
        return send.apply(this, body);
    };
}

/** Fetch a link, or the last one again, and note what came: its type, or why not. */
export async function fetchLink({ href }) {
    const url = href || document.body.dataset.link;
    const answer = await fetch(url);
    await answer.blob();
    document.body.dataset.link = url;
    document.body.dataset.fetched = answer.ok ? answer.headers.get("Content-Type") : "refused";
}
