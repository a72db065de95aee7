import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import { chooseFiles, countDownloads } from "./browser_files";

const tours = registry.category("web_tour.tours");

const status = (name) => `.o_statusbar_status button.o_arrow_button_current:contains(${name})`;

tours.add("customer_archive_open", {
    steps: () => [
        {
            content: "Open a file from the contact",
            trigger: "button[name=action_open_archive]:contains(Open File)",
            run: "click",
        },
        {
            content: "Keep the suggested category",
            trigger: ".modal .o_field_widget[name=category_id] input",
        },
        { trigger: ".modal button[name=action_open]", run: "click" },
        {
            content: "The file says what is missing",
            trigger: ".alert:contains(Business licence)",
        },
        {
            content: "Submitting now is refused, in words",
            trigger: "button[name=action_submit]",
            run: "click",
        },
        { trigger: ".modal:contains(“Business licence” is missing)" },
        { trigger: ".modal footer button", run: "click" },
        {
            content: "Open the row of the checklist",
            trigger: "[name=document_ids] .o_data_row:contains(Business licence) .o_data_cell",
            run: "click",
        },
        {
            content: "Attach the PDF and the photo",
            trigger: ".modal .o_field_many2many_binary button",
            run: () =>
                chooseFiles(
                    document.querySelector(".modal .o_field_many2many_binary input[type=file]")
                ),
        },
        { trigger: ".modal .o_field_many2many_binary:contains(scan.pdf):contains(photo.jpg)" },
        {
            content: "A mistyped number is refused and nothing is lost",
            trigger: ".modal .o_field_widget[name=number] input",
            run: "edit 91110000600037341M",
        },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".modal:contains(one character is mistyped)" },
        { trigger: ".modal footer button", run: "click" },
        {
            trigger: "[name=document_ids] .o_data_row:contains(91110000600037341M) .o_data_cell",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=number] input",
            run: "edit 91110000600037341L",
        },
        {
            content: "It says what is still needed of it",
            trigger: ".modal .o_field_widget[name=is_endless] input",
            run: "click",
        },
        { trigger: ".modal .o_form_button_save", run: "click" },
        ...stepUtils.saveForm(),
        {
            content: "Nothing is missing any more",
            trigger: "body:not(:has(.alert:contains(Business licence)))",
        },
        { trigger: "button[name=action_submit]", run: "click" },
        { trigger: status("Under Review") },
    ],
});

/** Decide in the dialog, with a comment. */
function decision(button, comment) {
    return [
        { trigger: "button[name=action_open_decision]", run: "click" },
        { trigger: ".modal .o_field_widget[name=comment] textarea", run: `edit ${comment}` },
        { trigger: `.modal button[name=${button}]`, run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ];
}

tours.add("customer_archive_refuse", {
    steps: () => [
        {
            content: "The file waits in the list",
            trigger: ".o_data_row:contains(Browser Metals) .o_data_cell",
            run: "click",
        },
        { trigger: status("Under Review") },
        { trigger: "button[name=action_open_decision]", run: "click" },
        {
            content: "A refusal without a reason is not taken",
            trigger: ".modal button[name=action_reject]",
            run: "click",
        },
        { trigger: ".modal:contains(Enter the reason for the refusal)" },
        {
            trigger: ".modal:contains(Enter the reason for the refusal) footer button",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=comment] textarea",
            run: "edit The photo is blurred",
        },
        { trigger: ".modal button[name=action_reject]", run: "click" },
        { trigger: status("Collecting") },
    ],
});

tours.add("customer_archive_resubmit", {
    steps: () => [
        {
            content: "The reason stands in the chatter",
            trigger: ".o-mail-Message:contains(The photo is blurred)",
        },
        { trigger: ".nav-link[name=cooperation]", run: "click" },
        {
            trigger: ".o_field_widget[name=cooperation_content] input",
            run: "edit Buys ingots",
        },
        { trigger: "button[name=action_submit]", run: "click" },
        { trigger: status("Under Review") },
    ],
});

tours.add("customer_archive_approve_head", {
    steps: () => [...decision("action_approve", "Business side agrees"), { trigger: status("Under Review") }],
});

tours.add("customer_archive_approve_compliance", {
    steps: () => [
        { trigger: ".nav-link[name=approvals]", run: "click" },
        { trigger: ".o_data_row:contains(Business side agrees)" },
        ...decision("action_approve", "Papers agree"),
        { trigger: status("To Register") },
    ],
});

tours.add("customer_archive_register", {
    steps: () => [
        { trigger: ".o_data_row:contains(Browser Metals) .o_data_cell", run: "click" },
        { trigger: "button[name=action_register]", run: "click" },
        { trigger: status("On Record") },
        { trigger: ".o_field_widget[name=name]:contains(-TSALE-001)" },
    ],
});

/** Select the file in the list and export one register from the Actions menu. */
function exported(register, count) {
    return [
        { trigger: ".o_data_row:contains(Browser Metals) .o_list_record_selector input", run: "check" },
        { trigger: ".o_cp_action_menus .dropdown-toggle:contains(Actions)", run: "click" },
        { trigger: ".o-dropdown--menu .o_menu_item:contains(Export Register)", run: "click" },
        { trigger: ".modal .o_field_widget[name=register_id] input", run: `edit ${register}` },
        { trigger: `.o-autocomplete--dropdown-item:contains(${register})`, run: "click" },
        { trigger: ".modal .o_field_widget[name=count]:contains(1)" },
        { trigger: ".modal footer button[name=action_export]", run: "click" },
        { trigger: `body[data-downloads="${count}"]` },
        { trigger: ".modal footer .o_form_button_cancel, .modal footer button:contains(Close)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_data_row:contains(Browser Metals) .o_list_record_selector input", run: "uncheck" },
    ];
}

tours.add("customer_archive_export", {
    steps: () => [
        { trigger: ".o_list_view", run: countDownloads },
        ...exported("Supplier/customer summary", 1),
        ...exported("Supplier/customer basic data form", 2),
        ...exported("File register", 3),
    ],
});
