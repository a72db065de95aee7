import {FileModel} from "@web/core/file_viewer/file_model";

// What the server shows as a PDF of all pages, and as a picture if it can.
const AS_PDF = ["image/tiff"];
const AS_PICTURE = /\.(heic|heif|ofd)$/i;

/** A copy as the file viewer takes it: the server shows some types as another. */
export class CopyFile extends FileModel {
    get isPdf() {
        return super.isPdf || AS_PDF.includes(this.mimetype);
    }

    get isImage() {
        return !this.isPdf && (super.isImage || this.isTried);
    }

    get isTried() {
        return AS_PICTURE.test(this.name) || /^image\/hei[cf]/.test(this.mimetype);
    }

    /** Where what is shown comes from, with what a PDF is shown by left out. */
    get shownUrl() {
        return `${this.urlRoute}?filename=${encodeURIComponent(this.name)}`;
    }
}

/** What stands in the viewer instead of a copy: words, or nothing yet. */
export class UnshownFile {
    isImage = false;
    isPdf = false;
    isText = false;
    isVideo = false;
    isUrlYoutube = false;

    constructor(file, {words = "", application = false, isTaken = false} = {}) {
        Object.assign(this, {name: file.name, downloadUrl: file.downloadUrl, words, application, isTaken});
    }
}
