import subprocess
import sys
import threading
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.customer_archive.tools import keyring
from odoo.addons.customer_archive.tools.keyring import storage

from .keystore_case import PLACE, TOOLS, KeystoreCase

CREATE = """
import sys, time
sys.path.insert(0, {tools!r})
import keyring
master = keyring.MasterKeys.from_folder({masters!r})
print("ready", flush=True)
sys.stdin.readline()
store = keyring.Keystore.create({folder!r}, master)
print(store.id, store.named_key("log").id)
"""


@tagged("post_install", "-at_install")
class TestKeystore(KeystoreCase):
    def test_keys(self):
        for suite in keyring.SUITES.values():
            store = self.create()
            store.set_suite(suite.name)
            self.assertIs(store.suite, suite)
            key = store.new_key()
            envelope = key.seal(b"value", PLACE)
            again = keyring.Keystore(self.place, self.master).key(key.id)
            self.assertEqual(again.open(envelope, PLACE), b"value")
            self.assertIs(again.suite, suite)
            self.assertEqual(again.secret, key.secret)

    def test_destroyed_since(self):
        store = self.create()
        keys = [store.new_key().id for _number in range(3)]
        self.assertEqual(store.tombstones_after(None), [])
        store.destroy(keys[0])
        [first] = store.tombstones_after(None)
        self.assertEqual(first[1], keys[0])
        store.destroy(keys[1])
        [second] = store.tombstones_after(first[:2])
        self.assertEqual(second[1], keys[1])
        self.assertEqual(store.tombstones_after(second[:2]), [])
        # Another keystore at the same place has none of these.
        self.assertEqual(store.tombstones_after((first[0], keys[2])), [first, second])
        self.assertEqual(store.tombstones_after((9, keys[1])), [first, second])
        self.assertEqual(
            store.destroyed_at(keys), {keys[0]: first[2], keys[1]: second[2]}
        )

    def test_keys_at_once(self):
        store = self.create()
        keys = {key.id: key.secret for key in store._new_keys(1200)}
        gone = next(iter(keys))
        store.destroy(gone)
        found = store.keys([*keys, *keys, "ab" * 16])
        self.assertEqual(
            {key.id: key.secret for key in found.values()} | {gone: keys[gone]}, keys
        )
        self.assertNotIn(gone, found)
        self.assertEqual(store.keys([]), {})

    def test_named_keys(self):
        store = self.create()
        self.assertEqual(store.named_key("log").id, store.named_key("log").id)
        self.assertNotEqual(store.named_key("log").id, store.named_key("index").id)
        with self.assertRaises(ValueError):
            store.named_key("")

    def test_unknown_suite(self):
        with self.assertRaises(ValueError):
            self.create(suite="des")
        self.assertFalse(keyring.Keystore.exists(self.place))
        with self.assertRaises(ValueError):
            self.create().set_suite("des")

    def test_creating_twice_opens(self):
        self.assertFalse(keyring.Keystore.exists(self.place))
        store = self.create(suite="sm")
        self.assertTrue(keyring.Keystore.exists(self.place))
        self.assertEqual(self.create().id, store.id)
        self.assertIs(self.create().suite, keyring.SM)
        self.assertEqual(len(self.master.ids()), 1)
        self.assertRegex(store.id, "^[0-9a-f]{32}$")

    def test_an_interrupted_creation_is_gone_on_with(self):
        with (
            patch.object(keyring.Keystore, "_fill", side_effect=MemoryError),
            self.assertRaises(MemoryError),
        ):
            self.create()
        self.assertFalse(keyring.Keystore.exists(self.place))
        with self.assert_code("no_keystore", keyring.KeyMissing):
            keyring.Keystore(self.place, self.master).new_key()
        self.create().new_key()

    def test_processes_that_create_at_once(self):
        code = CREATE.format(
            tools=str(TOOLS),
            masters=str(self.folder / "master"),
            folder=str(self.place),
        )
        workers = [
            subprocess.Popen(
                [sys.executable, "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _worker in range(4)
        ]
        for worker in workers:
            self.assertEqual(worker.stdout.readline(), "ready\n")
        for worker in workers:
            worker.stdin.write("\n")
            worker.stdin.flush()
        results = {worker.communicate()[0] for worker in workers}
        self.assertEqual({worker.returncode for worker in workers}, {0})
        self.assertEqual(len(results), 1)
        self.assertEqual(len(self.master.ids()), 1)

    def test_threads_that_name_a_key_at_once(self):
        store = self.create()
        start, ids = threading.Barrier(8), []

        def ask():
            start.wait()
            ids.append(store.named_key("index").id)

        threads = [threading.Thread(target=ask) for _thread in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(ids), 8)
        self.assertEqual(len(set(ids)), 1)

    def test_only_the_owner_has_rights(self):
        self.create().new_key()
        (key,) = self.master.ids()
        for path, mode in (
            (self.place, 0o700),
            (self.place / storage.FILE_NAME, 0o600),
            (self.folder / "master", 0o700),
            (self.folder / "master" / f"{key}.key", 0o600),
        ):
            self.assertEqual(path.stat().st_mode & 0o777, mode)

    def test_rights_of_others_are_refused(self):
        store = self.create()
        (key,) = self.master.ids()
        for path in (
            self.place,
            self.place / storage.FILE_NAME,
            self.folder / "master",
            self.folder / "master" / f"{key}.key",
        ):
            mode = path.stat().st_mode & 0o777
            for extra in (0o040, 0o004, 0o020):
                path.chmod(mode | extra)
                with self.assert_code("permissions") as caught:
                    store.new_key()
                self.assertIn(f"chmod {mode:o} {path}'", str(caught.exception))
                health = store.health()
                self.assertEqual(health["code"], "permissions")
                self.assertEqual(len(health["permissions"]), 1)
                path.chmod(mode)
        store.new_key()

    def test_destroyed(self):
        store = self.create()
        key = store.new_key()
        store.destroy(key.id)
        store.destroy(key.id)
        with self.assert_code("destroyed", keyring.KeyDestroyed):
            store.key(key.id)
        self.assertTrue(store.is_destroyed(key.id))
        ((gone, time),) = store.tombstones()
        self.assertEqual(gone, key.id)
        self.assertRegex(time, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$")

    def test_destroying_the_unknown(self):
        store = self.create()
        self.assertFalse(store.is_destroyed("ab" * 16))
        store.destroy("ab" * 16)
        self.assertTrue(store.is_destroyed("ab" * 16))
        with self.assert_code("format"):
            store.destroy("something else")
        named = store.named_key("log")
        with self.assert_code("in_use", keyring.KeyInUse):
            store.destroy(named.id)
        self.assertEqual(store.key(named.id).secret, named.secret)

    def test_a_destroyed_key_that_is_put_back(self):
        store = self.create()
        key = store.new_key()
        with self.sql() as connection:
            row = connection.execute("SELECT * FROM data_key").fetchone()
            wrapping = connection.execute("SELECT * FROM wrapping").fetchone()
        store.destroy(key.id)
        with self.sql() as connection:
            connection.execute("INSERT INTO data_key VALUES (?, ?, ?, ?, ?, ?)", row)
            connection.execute("REPLACE INTO wrapping VALUES (?, ?)", wrapping)
        with self.assert_code("destroyed", keyring.KeyDestroyed):
            store.key(key.id)
        self.assertEqual(store.keys([key.id]), {})
        store.begin_rotation()
        with self.sql() as connection:
            left = connection.execute("SELECT * FROM data_key").fetchall()
            (blob,) = connection.execute("SELECT wrapped FROM wrapping").fetchone()
        self.assertEqual((left, blob), ([], bytes(60)))

    def test_destroyed_wrappings_leave_the_file(self):
        """Master keys' ids of other lengths make SQLite move rows: no copy stays."""
        text = self.texts("a")
        self.master = keyring.MasterKeys.from_text(text)
        store = self.create()
        keys = [key.id for key in store._new_keys(3000)]
        text = f"{self.texts('a-much-longer-name')},{text}"
        self.master = keyring.MasterKeys.from_text(text)
        store = self.create()
        before = self.wrappings()
        store.begin_rotation()
        while store.rotate():
            pass
        after = self.wrappings()
        for key in keys[::30]:
            store.destroy(key)
        data = store.path.read_bytes()
        gone = [after[key] for key in keys[::30]]
        for wrapped in [*before.values(), *gone]:
            self.assertNotIn(wrapped[12:28], data)
        self.assertIn(after[keys[1]], data)

    def wrappings(self):
        query = "SELECT id, wrapped FROM data_key JOIN wrapping USING (number)"
        with self.sql() as connection:
            return dict(connection.execute(query))
