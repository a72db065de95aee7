"""Walks through the browser, step by step as people would tell them.

What is pressed, filled in and read is named by its English words; the walk looks for
what the people of the test read instead, so a missing translation fails.
"""

import base64
import functools
import json
from concurrent.futures import Future
from pathlib import Path
from unittest.mock import patch

import polib

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import common

from odoo.addons import customer_archive

from .common import PASSWORD, ArchiveCase

ACTION = "/odoo/action-customer_archive.action_customer_archive_{}"
TOUR = "customer_archive_walk"
CATALOGUE = Path(customer_archive.__file__).parent / "i18n" / "zh_CN.po"
DIALOG = ".modal:not(.o_inactive_modal)"
TOP = ".o_form_statusbar"


# For a step, in milliseconds: on a busy machine a page takes its time.
PATIENCE = 60_000


def step(trigger, run=None):
    """Return one step of a tour: wait for ``trigger``, then do something with it."""
    wait = {"trigger": trigger, "timeout": PATIENCE}
    return {**wait, "run": run} if run else wait


def flattened(steps):
    """Yield the steps of lists of steps."""
    for each in steps:
        if isinstance(each, list):
            yield from flattened(each)
        else:
            yield each


@functools.cache
def make_bundles(dbname):
    """Make the web client's files, which takes longer than a walk.

    Once for a process, and committed: of all that tests do, this alone stays, as it
    would by the first page that somebody opens.
    """
    with Registry(dbname).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["ir.qweb"]._pregenerate_assets_bundles()


class KeptBrowser(common.ChromeBrowser):
    """Goes from one person to the next: starting one takes longer than their steps."""

    def stop(self):
        forget = {"expression": "sessionStorage.clear()"}
        self._websocket_request("Runtime.evaluate", params=forget)
        self.navigate_to("about:blank", wait_stop=True)
        self._result = Future()

    def quit(self):
        super().stop()


class WalkCase(ArchiveCase):
    """Mixed into an HttpCase; ``lang`` is what everybody in it reads."""

    lang = "en_US"

    @classmethod
    def setUpClass(cls):
        make_bundles(common.get_db_name())
        super().setUpClass()
        cls.words = {}
        if cls.lang != "en_US":
            entries = polib.pofile(str(CATALOGUE))
            cls.words = {entry.msgid: entry.msgstr for entry in entries}
            for user in cls.users.values():
                user.lang = cls.lang

    def say(self, english):
        """Return what stands on the screen for ``english``."""
        if self.lang == "en_US":
            return english
        said = self.words.get(english)
        self.assertTrue(said, f"Not translated: {english}")
        return said

    def authenticate(self, user, password, **kwargs):
        # start_tour logs in with the login for a password.
        return super().authenticate(user, user and PASSWORD, **kwargs)

    def walk(self, role, path, *steps, files=()):
        """Go through ``steps`` as a person.

        :param steps: steps, or lists of steps and of lists
        :param files: (name, type, content) of what is chosen in a file dialog
        """
        flat = list(flattened(steps))
        chosen = [
            {"name": name, "type": kind, "base64": base64.b64encode(data).decode()}
            for name, kind, data in files
        ]
        options = json.dumps({"stepDelay": 0, "startUrl": path})
        code = (
            "sessionStorage.setItem("
            f"'archive_files', {json.dumps(json.dumps(chosen))});"
            f"sessionStorage.setItem('archive_steps', {json.dumps(json.dumps(flat))});"
            f"odoo.startTour('{TOUR}', {options})"
        )
        login = self.users[role].login
        with patch.object(common, "ChromeBrowser", self._browser):
            self.start_tour(path, TOUR, login=login, code=code, timeout=180)

    def _browser(self, *args, **options):
        if not hasattr(self, "_kept"):
            self._kept = KeptBrowser(*args, **options)
            self.addCleanup(self._kept.quit)
        return self._kept

    # Steps

    def press(self, label, inside=TOP):
        return step(f'{inside} button:text("{self.say(label)}")', "click")

    def answer(self, label):
        """Press a button of the dialog."""
        return self.press(label, f"{DIALOG} footer")

    def decide(self, answer, comment):
        """Approve or refuse, with a comment."""
        hint = self.say("Comment; a refusal needs its reason")
        return [
            self.press("Decide"),
            step(f'{DIALOG} textarea[placeholder="{hint}"]', f"edit {comment}"),
            self.answer(answer),
            self.closed(),
        ]

    def closed(self):
        return step("body:not(:has(.modal))")

    def field(self, label, inside=""):
        """Return the selector of the field that a label stands beside."""
        said = self.say(label)
        labels = f'label:text("{said}"), label:text("{said}?")'
        return f"{inside} .o_wrap_label:has({labels}) + .o_wrap_input"

    def fill(self, label, text, inside=""):
        place = self.field(label, inside)
        return step(f"{place} input, {place} textarea", f"edit {text}")

    def pick(self, label, text, inside=""):
        """Choose a record by what is typed of its name."""
        return self._picked(f"{self.field(label, inside)} input", text)

    def pick_party(self, name, hint="Choose the file's customer or supplier"):
        return self._picked(f'.oe_title input[placeholder="{self.say(hint)}"]', name)

    def _picked(self, place, text):
        return [
            step(place, f"edit {text}"),
            step(f'.o-autocomplete--dropdown-item:contains("{text}")', "click"),
        ]

    def choose(self, label):
        """Choose one of several round buttons."""
        return step(
            f'.o_radio_item:has(label:text("{self.say(label)}")) input', "click"
        )

    def select(self, label, option, inside=""):
        """Choose from a list that opens."""
        return [
            step(f"{self.field(label, inside)} .o_select_menu_input", "click"),
            self.option(option),
        ]

    def option(self, label):
        return step(f'.o_select_menu_item:text("{self.say(label)}")', "click")

    def tick(self, label, inside=""):
        """Tick a box, or take its tick away."""
        return step(f"{self.field(label, inside)} input[type=checkbox]", "click")

    def tab(self, label):
        return step(f'.o_notebook .nav-link:text("{self.say(label)}")', "click")

    def row(self, text, inside=".o_list_view"):
        """Open a row of a list."""
        return step(f'{inside} .o_data_row:contains("{text}") .o_data_cell', "click")

    def press_in_row(self, text, label):
        return self.press(label, f'.o_data_row:contains("{text}")')

    def new(self):
        return step(".o_list_button_add", "click")

    def state(self, label):
        """See how far the record is."""
        current = ".o_statusbar_status button.o_arrow_button_current"
        return step(f'{current}:text("{self.say(label)}")')

    def read(self, text, inside="body"):
        return step(f'{inside}:contains("{text}")')

    def message(self, text):
        return self.read(text, ".o-mail-Message")
