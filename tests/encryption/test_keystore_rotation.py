import json
import signal
import subprocess
import sys
import time

from odoo.tests import tagged

from odoo.addons.customer_archive.tools import keyring

from ..support.size import size
from .keystore_case import PLACE, TOOLS, KeystoreCase

# More than are rotated before the last worker is killed.
KEYS = size(40_000, 100_000)
PROLOGUE = """
import json, os, random, signal, sys
sys.path.insert(0, {tools!r})
import keyring
from keyring import records, rotation, storage
store = keyring.Keystore({place!r}, keyring.MasterKeys.from_folder({masters!r}))
def die(*_arguments, **_values):
    os.kill(os.getpid(), signal.SIGKILL)
"""
# The new master key is made, the keystore doesn't know it yet.
DIE_BEGINNING = "records.write_meta = die; store.begin_rotation()"
# In a batch; the small cache makes SQLite write half of it into the file, so the next
# to open it has to bring back what was there.
DIE_IN_BATCH = """
connect, move = storage.Storage._connect, rotation._move
def small(self):
    connection = connect(self)
    connection.execute("PRAGMA cache_size=3")
    return connection
def move_and_die(*arguments):
    move(*arguments)
    print("written", flush=True)
    die()
storage.Storage._connect = small
for _turn in range(20):
    store.rotate()
rotation._move = move_and_die
store.rotate()
"""
ROTATE = """
while done := store.rotate():
    print(done, flush=True)
print("finished", flush=True)
"""
READ = """
envelopes = json.load(open({envelopes!r}))
ids, read = list(envelopes), 0
print("ready", flush=True)
while not os.path.exists({stop!r}):
    for key in (store.key(random.choice(ids)), *store.keys(ids[:20]).values()):
        place = ("database", "model", "7", "value")
        assert key.open(bytes.fromhex(envelopes[key.id]), place) == key.id.encode()
        read += 1
print(read)
"""


@tagged("post_install", "-at_install")
class TestKeystoreRotation(KeystoreCase):
    """Requirement I2."""

    def rotate(self, store):
        while store.rotate():
            pass

    def test_rotation(self):
        store = self.create()
        (old,) = self.master.ids()
        keys = store._new_keys(25)
        named = store.named_key("log")
        new = store.begin_rotation()
        self.assertNotEqual(new, old)
        self.assertEqual(store.rotation(), (0, 26))
        fresh = store.new_key()
        self.assertEqual(store.rotate(10), 10)
        self.assertEqual(store.rotation(), (11, 27))
        health = store.health()
        self.assertTrue(health["ok"])
        self.assertEqual(health["keys_under_old_masters"], 16)
        self.assertEqual(health["current_master"], new)
        self.assertEqual([store.rotate(10) for _turn in range(3)], [10, 6, 0])
        store.retire(old)
        self.assertEqual(self.master.ids(), [new])
        for key in (*keys, named, fresh):
            self.assertEqual(store.key(key.id).secret, key.secret)
        self.assertEqual(store.named_key("log").id, named.id)
        retired, current = store.health()["masters"]
        self.assertEqual((retired["id"], current["id"]), (old, new))
        self.assertTrue(retired["retired"] and not retired["present"])
        self.assertTrue(store.health()["ok"])

    def test_retirement_is_refused(self):
        store = self.create()
        (old,) = self.master.ids()
        store.new_key()
        with self.assert_code("in_use", keyring.KeyInUse):
            store.retire(old)
        new = store.begin_rotation()
        for master in (old, new):
            with self.assert_code("in_use", keyring.KeyInUse):
                store.retire(master)
        with self.assert_code("no_master_key", keyring.KeyMissing):
            store.retire("unknown")
        self.assertCountEqual(self.master.ids(), [old, new])
        self.rotate(store)
        store.retire(old)
        store.retire(old)

    def test_suite_of_new_keys(self):
        store = self.create()
        old = store.new_key()
        envelope = old.seal(b"value", PLACE)
        store.begin_rotation(suite="sm")
        self.rotate(store)
        self.assertIs(store.suite, keyring.SM)
        self.assertIs(store.new_key().suite, keyring.SM)
        self.assertEqual(store.key(old.id).open(envelope, PLACE), b"value")
        self.assertTrue(store.health()["ok"])

    def test_keys_from_a_text(self):
        old, new = self.texts("old"), self.texts("new")
        self.master = keyring.MasterKeys.from_text(old)
        store = self.create()
        key = store.new_key()
        with self.assert_code("nothing"):
            store.begin_rotation()
        with self.assert_code("external", keyring.KeyMissing):
            self.master.create()
        self.master = keyring.MasterKeys.from_text(f"{new},{old}")
        store = self.create()
        self.assertEqual(store.begin_rotation(), "new")
        self.rotate(store)
        store.retire("old")
        self.master = keyring.MasterKeys.from_text(new)
        self.assertEqual(self.create().key(key.id).secret, key.secret)
        self.master = keyring.MasterKeys.from_text(f"{old},{new}")
        with self.assert_code("retired"):
            self.create().begin_rotation()

    def test_back_to_a_master_key_that_is_not_retired(self):
        old, new = self.texts("old"), self.texts("new")
        for first in (f"{old},{new}", f"{new},{old}", f"{old},{new}"):
            self.master = keyring.MasterKeys.from_text(first)
            store = self.create()
            if store.health()["current_master"] != self.master.ids()[0]:
                store.begin_rotation()
            store.new_key()
            self.rotate(store)
        self.assertEqual(store.rotation(), (3, 3))

    def test_damaged_keys_do_not_stop_the_others(self):
        store = self.create()
        (old,) = self.master.ids()
        keys = store._new_keys(30)
        with self.sql() as connection:
            connection.execute(
                "UPDATE wrapping SET wrapped = zeroblob(60) WHERE number < 13"
            )
        store.begin_rotation()
        self.assertEqual([store.rotate(5) for _turn in range(4)], [5, 5, 5, 3])
        with self.assert_code("tampered", keyring.Tampered) as caught:
            store.rotate(5)
        self.assertIn("12 data keys", str(caught.exception))
        with self.assertRaises(keyring.KeyInUse):
            store.retire(old)
        for key in keys[:12]:
            store.destroy(key.id)
        self.assertEqual(store.rotate(), 0)
        store.retire(old)
        self.assertEqual(len(store.keys([key.id for key in keys])), 18)

    def test_old_master_key_is_missing(self):
        store = self.create()
        (old,) = self.master.ids()
        store.new_key()
        store.begin_rotation()
        (self.folder / "master" / f"{old}.key").unlink()
        with self.assert_code("no_master_key", keyring.KeyMissing):
            store.rotate()
        self.assertEqual(store.health()["code"], "no_master_key")
        self.assertEqual(store.rotation(), (0, 1))

    def start(self, code):
        values = {
            "tools": str(TOOLS),
            "place": str(self.place),
            "masters": str(self.folder / "master"),
            "envelopes": str(self.folder / "envelopes.json"),
            "stop": str(self.folder / "stop"),
        }
        worker = subprocess.Popen(
            [sys.executable, "-c", PROLOGUE.format(**values) + code.format(**values)],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(worker.stdout.close)
        self.addCleanup(worker.wait)
        self.addCleanup(worker.kill)
        return worker

    def start_reader(self, keys):
        envelopes = {key.id: key.seal(key.id.encode(), PLACE).hex() for key in keys}
        (self.folder / "envelopes.json").write_text(json.dumps(envelopes))
        reader = self.start(READ)
        self.assertEqual(reader.stdout.readline(), "ready\n")
        return reader

    def assert_killed(self, worker):
        self.assertEqual(worker.wait(), -signal.SIGKILL)

    def test_killed_and_resumed_while_others_read(self):
        """Many keys; none is lost and no reading fails, wherever it is killed."""
        store = self.create()
        (old,) = self.master.ids()
        keys = store._new_keys(KEYS)
        reader = self.start_reader(keys[::500])

        self.assert_killed(self.start(DIE_BEGINNING))
        self.assertEqual(store.health()["current_master"], old)
        self.assertEqual(len(self.master.ids()), 2)
        store.begin_rotation()

        worker = self.start(DIE_IN_BATCH)
        self.assertEqual(worker.stdout.readline(), "written\n")
        self.assert_killed(worker)
        self.assertEqual(store.rotation(), (10_000, KEYS))

        worker = self.start(ROTATE)
        for _batch in range(40):
            worker.stdout.readline()
        time.sleep(0.003)
        worker.kill()
        self.assert_killed(worker)
        done, total = store.rotation()
        self.assertTrue(30_000 <= done < total == KEYS)
        self.assertEqual(done % 500, 0)

        worker = self.start(ROTATE)
        self.assertEqual(worker.communicate()[0].splitlines()[-1], "finished")
        self.assertEqual(store.rotation(), (KEYS, KEYS))
        store.retire(old)
        self.assertNotIn(old, self.master.ids())
        (self.folder / "stop").touch()
        self.assertGreater(int(reader.communicate()[0]), 1000)
        self.assertEqual(reader.returncode, 0)

        found = store.keys([key.id for key in keys])
        self.assertEqual(len(found), KEYS)
        lost = [key.id for key in keys if found[key.id].secret != key.secret]
        self.assertEqual(lost, [])
        self.assertTrue(store.health()["ok"])
