import {Many2ManyBinaryField, many2ManyBinaryField} from "@web/views/fields/many2many_binary/many2many_binary_field";
import {closeViewer, openViewer} from "./copy_viewer";
import {CopyFile} from "./copy_file";
import {CopyInput} from "./copy_input";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {onWillDestroy} from "@odoo/owl";
import {registry} from "@web/core/registry";

// Of a name that is cut in the middle: the number of a copy among several, and its type.
const END = 12;

/** Electronic copies: a click shows one, a button beside it downloads it. */
export class CopiesField extends Many2ManyBinaryField {
    static template = "customer_archive.Copies";
    static components = {...Many2ManyBinaryField.components, FileInput: CopyInput};
    static props = {...Many2ManyBinaryField.props, uploadModel: {type: String, optional: true}};

    setup() {
        super.setup();
        onWillDestroy(closeViewer);
    }

    /** Return for which record a copy comes in: in a dialog, for one that will be made. */
    get target() {
        const {record, uploadModel} = this.props;
        return uploadModel ? {model: uploadModel, id: 0} : {model: record.resModel, id: record.resId || 0};
    }

    /** Return whether the role may take copies away; the server decides it. */
    get canDownload() {
        return this.props.record.data.can_download !== false;
    }

    get viewed() {
        return this.files.map((file) =>
            Object.assign(new CopyFile(), {id: file.id, name: file.name, mimetype: file.mimetype, type: "binary"})
        );
    }

    /** Return the beginning of a name, which may be cut, and its end, which isn't. */
    parts(name) {
        return [name.slice(0, -END), name.slice(-END)];
    }

    look(file) {
        return this.orm.call("ir.attachment", "archive_before_view", [[file.id]]);
    }

    async onOpen(id) {
        const files = this.viewed;
        const file = files.find((each) => each.id === id);
        const told = await this.look(file);
        if (told.refused) {
            this.view(file, file.isViewable ? files.filter((each) => each.isViewable) : [file], told);
        } else if (!file.isViewable && this.canDownload) {
            browser.location.assign(this.getUrl(id));
        } else if (!file.isViewable) {
            this.notification.add(
                _t("The browser can't display this format, and your role can't download it: ask for a PDF."),
                {title: file.name, type: "warning"}
            );
        } else if (file.isTried && !(await this.isShown(file))) {
            this.notification.add(
                _t("The browser can't display this format: download it, or also attach the " +
                "document as a PDF."),
                {title: file.name, type: "warning"}
            );
        } else {
            this.view(file, file.isViewable ? files.filter((each) => each.isViewable) : [file], told);
        }
    }

    view(file, files, told) {
        openViewer(file, files, told, this.look.bind(this), this.canDownload);
    }

    async isShown(file) {
        const answer = await fetch(file.shownUrl);
        return answer.ok && answer.headers.get("Content-Type").startsWith("image/");
    }

    /** Keep each copy that was taken, and name each that wasn't, with the reason. */
    async onFileUploaded(files) {
        const taken = files.filter(({error}) => !error).map(({id}) => id);
        if (taken.length) {
            await this.operations.saveRecord(taken);
        }
        for (const {filename, error, warning} of files) {
            if (error || warning) {
                const words = error || warning;
                const title = words.includes(filename) ? undefined : filename;
                this.notification.add(words, {title, type: error ? "danger" : "warning", sticky: true});
            }
        }
    }
}

registry.category("fields").add("archive_copies", {
    ...many2ManyBinaryField,
    component: CopiesField,
    extractProps: (info) => ({
        ...many2ManyBinaryField.extractProps(info),
        uploadModel: info.options.upload_model,
    }),
});
