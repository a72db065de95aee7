import {FileInput} from "@web/core/file_input/file_input";
import {_t} from "@web/core/l10n/translation";
import {checkFileSize} from "@web/core/utils/files";
import {useService} from "@web/core/utils/hooks";
import {status} from "@odoo/owl";

/** Sends the chosen files one by one: what happens to one is nothing to the others. */
export class CopyInput extends FileInput {
    setup() {
        super.setup();
        this.http = useService("http");
        // Odoo's own sends none of them if one is too large, and fails if one is empty.
        this.uploadFiles = async (route, {ufile, ...params}) => {
            const told = [];
            for (const file of ufile) {
                told.push(await this.send(route, params, file));
            }
            if (status(this) === "destroyed") {
                // The form was laid out anew meanwhile: there is no input left to empty.
                this.props.onUpload(told, []);
                return null;
            }
            return told;
        };
    }

    async send(route, params, file) {
        const told = {filename: file.name};
        const tooLarge = {add: (error) => Object.assign(told, {error})};
        if (!checkFileSize(file.size, tooLarge)) {
            return told;
        }
        try {
            const [answer] = JSON.parse(await this.http.post(route, {...params, ufile: [file]}, "text"));
            return {...told, ...answer};
        } catch {
            const error = _t("“%s” could not be uploaded: check the connection, and attach it again.", file.name);
            return {...told, error};
        }
    }
}
