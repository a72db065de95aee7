import {FileViewer} from "@web/core/file_viewer/file_viewer";
import {UnshownFile} from "./copy_file";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useActiveElement} from "@web/core/ui/ui_service";
import {useEffect} from "@odoo/owl";
import {useHotkey} from "@web/core/hotkeys/hotkey_hook";
import {useService} from "@web/core/utils/hooks";

const COMPONENTS = registry.category("main_components");
const VIEWER = "customer_archive.copy_viewer";

/** Shows copies, and says in words why one can't be shown. */
export class CopyViewer extends FileViewer {
    static template = "customer_archive.CopyViewer";
    static props = [...FileViewer.props, "told", "look", "canDownload"];

    setup() {
        super.setup();
        this.action = useService("action");
        // Keys go to the viewer, and not to the dialog below, wherever the focus is.
        useActiveElement("autofocus");
        useHotkey("escape", () => this.close());
        useEffect(
            (frame) => {
                if (frame) {
                    frame.addEventListener("load", () => this.onFrameLoaded(frame, this.shown), {once: true});
                }
            },
            () => [this.iframeViewerPdfRef.el]
        );
        this.show(this.state.file, this.props.told);
    }

    async activateFile(index) {
        const file = this.props.files[index];
        Object.assign(this.state, {index, file: new UnshownFile(file), imageLoaded: false});
        this.shown = file;
        let told = null;
        try {
            told = await this.props.look(file);
        } catch (error) {
            this.close();
            throw error;
        }
        if (this.shown === file) {
            this.show(file, told);
        }
    }

    show(file, told) {
        this.shown = file;
        this.told = told;
        const {refused: words, application} = told;
        this.state.file = words ? new UnshownFile(file, {words, application}) : file;
    }

    /** Say why nothing is seen: what the server says now, or found when it came in. */
    async onUnshown() {
        const file = this.shown;
        const words =
            (await this.refusal(file)) ||
            this.told.trouble ||
            _t("“%s” can't be shown: it may be damaged. Download it, or ask for a better copy.", file.name);
        if (this.shown === file) {
            this.state.file = new UnshownFile(file, {words, isTaken: true});
        }
    }

    async refusal(file) {
        const answer = await fetch(file.shownUrl);
        if (answer.status !== 422) {
            return "";
        }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        return page.querySelector("p")?.textContent.trim() || "";
    }

    onFrameLoaded({contentWindow}, file) {
        contentWindow.addEventListener("keydown", (event) => {
            if (event.key === "Escape") {
                this.close();
            }
        });
        const reader = contentWindow.PDFViewerApplication;
        reader?.initializedPromise.then(() => {
            reader.eventBus.on("documenterror", () => {
                if (this.shown === file) {
                    this.onUnshown();
                }
            });
        });
    }

    async onApply() {
        const {application} = this.state.file;
        this.close();
        await this.action.doAction(application);
    }
}

/**
 * Open the viewer.
 *
 * @param {CopyFile} file what is shown first
 * @param {CopyFile[]} files what can be leafed through
 * @param {Object} told what the server says of the first
 * @param {Function} look asks the server about one of the others
 * @param {Boolean} canDownload whether the role may take them away
 */
export function openViewer(file, files, told, look, canDownload = true) {
    closeViewer();
    const props = {files, startIndex: files.indexOf(file), told, look, canDownload, close: closeViewer};
    COMPONENTS.add(VIEWER, {Component: CopyViewer, props});
}

export function closeViewer() {
    if (COMPONENTS.contains(VIEWER)) {
        COMPONENTS.remove(VIEWER);
    }
}
