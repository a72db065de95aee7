"""Real servers to back up to, each on a free port of the loopback device."""

import asyncio
import logging
import secrets
import threading

import asyncssh
import flask.cli
from cheroot import wsgi
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer
from wsgidav.fs_dav_provider import FilesystemProvider
from wsgidav.wsgidav_app import WsgiDAVApp

HERE = "127.0.0.1"
REGION = "us-east-1"
USER, PASSWORD = "archive", "备份口令"


class WebdavServer:
    """A WebDAV server for one folder."""

    def __init__(self, folder):
        users = {USER: {"password": PASSWORD}}
        config = {
            "provider_mapping": {"/": FilesystemProvider(str(folder), fs_opts={})},
            "simple_dc": {"user_mapping": {"*": users}},
            "http_authenticator": {"accept_digest": False, "accept_basic": True},
            "verbose": 0,
            "logging": {"enable": False},
        }
        self._server = wsgi.Server((HERE, 0), WsgiDAVApp(config))
        self._server.prepare()
        self._thread = threading.Thread(target=self._server.serve, daemon=True)
        self._thread.start()
        self.url = "webdav://second-building"
        self._base = f"http://{HERE}:{self._server.bind_addr[1]}"

    def options(self, password=PASSWORD):
        return {"base_url": self._base, "auth": [USER, password], "timeout": 5}

    def stop(self):
        self._server.stop()
        self._thread.join(10)


class SftpServer:
    """An SFTP server for one folder, with a host key of its own.

    :param port: of a server that stopped, to take its place; else a free one
    """

    def __init__(self, folder, port=0):
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self._folder, self._loop = folder, asyncio.new_event_loop()
        # What it was told, and who is there.
        self.passwords, self._connections = [], []
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        logging.getLogger("asyncssh").setLevel(logging.CRITICAL)
        self._server = self._call(self._serve(port))
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"sftp://{HERE}:{self.port}/backup"

    @property
    def public_key(self):
        return self._key.export_public_key().decode().strip()

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(20)

    async def _serve(self, port):
        own = self

        class Login(asyncssh.SSHServer):
            def connection_made(self, connection):
                own._connections.append(connection)

            def password_auth_supported(self):
                return True

            def validate_password(self, username, password):
                own.passwords.append(password)
                return (username, password) == (USER, PASSWORD)

        def files(channel):
            return asyncssh.SFTPServer(channel, chroot=str(self._folder).encode())

        return await asyncssh.create_server(
            Login, HERE, port, server_host_keys=[self._key], sftp_factory=files
        )

    def options(self, password=PASSWORD):
        login = {"username": USER, "password": password, "timeout": 5}
        return {**login, "allow_agent": False, "look_for_keys": False}

    def stop(self):
        async def close():
            self._server.close()
            for connection in self._connections:
                connection.abort()
                await connection.wait_closed()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        if self._thread.is_alive():
            self._call(close())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)


class S3Server:
    """An S3-compatible server with one bucket."""

    def __init__(self):
        flask.cli.show_server_banner = lambda *_args: None
        logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
        self._server = ThreadedMotoServer(HERE, 0, verbose=False)
        self._server.start()
        _host, port = self._server.get_host_and_port()
        self._endpoint = f"http://{HERE}:{port}"
        # What is in it stays, with this process, for as long as its name.
        self._bucket = f"archive-{secrets.token_hex(6)}"
        self.url = f"s3://{self._bucket}/backup"
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].create_bucket(self._bucket, REGION)

    def options(self, password="secret"):
        wait = {"connect_timeout": 2, "read_timeout": 5, "retries": {"max_attempts": 1}}
        return {
            "key": USER,
            "secret": password,
            "client_kwargs": {
                "endpoint_url": self._endpoint,
                "region_name": REGION,
            },
            "config_kwargs": wait,
        }

    def _find(self, name):
        backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
        [key] = [
            key for key in backend.buckets[self._bucket].keys if key.endswith(name)
        ]
        return backend, key

    def get(self, name):
        """Return what the one object holds whose name ends so."""
        backend, key = self._find(name)
        return backend.get_object(self._bucket, key).value

    def put(self, name, data):
        """Write something else into it."""
        backend, key = self._find(name)
        backend.put_object(self._bucket, key, data)

    def stop(self):
        if self._server:
            self._server.stop()
            self._server = None
