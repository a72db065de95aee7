import {SelectionField, selectionField} from "@web/views/fields/selection/selection_field";
import {registry} from "@web/core/registry";

/** A selection whose values another field of the record holds: what may be chosen differs by row. */
export class ChoiceField extends SelectionField {
    static props = {...SelectionField.props, choicesField: {type: String}};

    get options() {
        return this.props.record.data[this.props.choicesField] || [];
    }

    get value() {
        return this.props.record.data[this.props.name] || false;
    }

    get string() {
        const found = this.options.find(([value]) => value === this.value);
        return found ? found[1] : "";
    }

    onChange(value) {
        this.props.record.update({[this.props.name]: value ?? false});
    }
}

registry.category("fields").add("archive_choice", {
    ...selectionField,
    component: ChoiceField,
    supportedTypes: ["char"],
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...selectionField.extractProps(fieldInfo, dynamicInfo),
        choicesField: fieldInfo.options.choices_field,
    }),
});
