import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("customer_archive_change", {
    steps: () => [
        {
            content: "Rename a party that has a file",
            trigger: ".o_field_widget[name=name] textarea, .o_field_widget[name=name] input",
            run: "edit Renamed Ltd",
        },
        { trigger: ".o_form_button_save", run: "click" },
        {
            content: "It is refused, with a way on",
            trigger: ".modal:contains(can't be changed directly)",
        },
        { trigger: ".modal button:contains(Request this Change)", run: "click" },
        {
            content: "The request says what was typed",
            trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(Renamed Ltd)",
        },
        {
            trigger: ".o_field_widget[name=asked_by] input",
            run: "edit Buyer, by letter",
        },
        {
            trigger: ".o_field_widget[name=purpose] textarea",
            run: "edit It was renamed",
        },
        {
            content: "Add a change whose values are a selection",
            trigger: ".o_field_widget[name=line_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=field_id] input",
            run: "edit Security Level",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Security Level)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=new_choice] input, .modal .o_field_widget[name=new_choice] select",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains(Confidential)",
            run: "click",
        },
        {
            content: "It is chosen",
            trigger: ".modal .o_field_widget[name=new_choice] input:value(Confidential)",
        },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(Confidential)" },
        ...stepUtils.saveForm(),
    ],
});
