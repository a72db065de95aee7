import {FileModel} from "@web/core/file_viewer/file_model";
import {useFileViewer} from "@web/core/file_viewer/file_viewer_hook";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {Many2ManyBinaryField, many2ManyBinaryField} from "@web/views/fields/many2many_binary/many2many_binary_field";

// What the server shows as a PDF of all pages, and as a picture if it can.
const AS_PDF = ["image/tiff"];
const AS_PICTURE = /\.(heic|heif|ofd)$/i;

/** A copy as the file viewer takes it: the server shows some types as another. */
class CopyFile extends FileModel {
    get isPdf() {
        return super.isPdf || AS_PDF.includes(this.mimetype);
    }

    get isImage() {
        return !this.isPdf && (super.isImage || this.isTried);
    }

    get isTried() {
        return AS_PICTURE.test(this.name) || /^image\/hei[cf]/.test(this.mimetype);
    }
}

/** Electronic copies: a click shows one, a button beside it downloads it. */
export class CopiesField extends Many2ManyBinaryField {
    static template = "customer_archive.Copies";

    setup() {
        super.setup();
        this.viewer = useFileViewer();
    }

    get viewed() {
        return this.files.map((file) =>
            Object.assign(new CopyFile(), {id: file.id, name: file.name, mimetype: file.mimetype, type: "binary"})
        );
    }

    async onOpen(event, id) {
        const files = this.viewed;
        const file = files.find((each) => each.id === id);
        if (!file.isViewable) {
            // The link downloads it.
            return;
        }
        event.preventDefault();
        if (file.isTried && !(await this.isShown(file))) {
            this.notification.add(
                _t("The browser can't show this format: download it, or attach the paper as a PDF, too."),
                {title: file.name, type: "warning"}
            );
            return;
        }
        this.viewer.open(file, files);
    }

    async isShown(file) {
        const answer = await fetch(`${file.urlRoute}?filename=${encodeURIComponent(file.name)}`);
        return answer.ok && answer.headers.get("Content-Type").startsWith("image/");
    }

    async onFileUploaded(files) {
        await super.onFileUploaded(files);
        for (const {filename, warning} of files) {
            if (warning) {
                this.notification.add(warning, {title: filename, type: "warning", sticky: true});
            }
        }
    }
}

registry.category("fields").add("archive_copies", {...many2ManyBinaryField, component: CopiesField});
