import { registry } from "@web/core/registry";
import { chooseFiles, countDownloads, fetchLink } from "./browser_files";
import { findConnection, loseConnection } from "./connection";

// What a step does that isn't the mouse's or the keyboard's, by its name in the test.
const DOES = {
    choose_files: (anchor, name) =>
        chooseFiles(anchor.closest(".o_field_widget").querySelector("input[type=file]"), name),
    count_downloads: countDownloads,
    fetch_link: fetchLink,
    find_connection: findConnection,
    lose_connection: loseConnection,
};

/** One person's part of a walk: the test says the steps, with the words of its language. */
registry.category("web_tour.tours").add("customer_archive_walk", {
    steps: () =>
        JSON.parse(sessionStorage.getItem("archive_steps") || "[]").map((step) => {
            const [name, ...words] = (step.run || "").split(" ");
            const does = DOES[name];
            return does ? { ...step, run: ({ anchor }) => does(anchor, words.join(" ")) } : step;
        }),
});
