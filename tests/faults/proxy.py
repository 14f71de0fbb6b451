"""A network between a client and a database server that a test can break."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Proxy:
    """Passes everything on, until told otherwise."""

    def __init__(self, target: int, host: str) -> None:
        self.target = (host, target)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.connections: list[tuple[socket.socket, socket.socket]] = []
        self.last_word = b""
        self.silent = False

    @classmethod
    @contextmanager
    def to(cls, target: int, host: str = "127.0.0.1") -> Iterator[Proxy]:
        """Run one before the server on this port."""
        proxy = cls(target, host)
        threading.Thread(target=proxy._accept, daemon=True).start()
        try:
            yield proxy
        finally:
            proxy.listener.close()
            proxy.cut()

    def cut(self) -> None:
        """Break all connections, as a cable that is pulled and a firewall that says so."""
        for pair in self.connections:
            for sock in pair:
                with contextlib.suppress(OSError):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    sock.shutdown(socket.SHUT_RDWR)
                    sock.close()
        self.connections.clear()

    def cut_after(self, word: bytes) -> None:
        """Let the next message with this word reach the server, and break the connection before its answer comes back."""
        self.last_word = word

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                try:
                    server = socket.create_connection(self.target)
                except OSError:
                    client.close()
                    continue
                self.connections.append((client, server))
                threading.Thread(target=self._pass_on, args=(client, server, True), daemon=True).start()
                threading.Thread(target=self._pass_on, args=(server, client, False), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, from_client: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if from_client and self.last_word and self.last_word in data:
                    self._deliver_and_cut(data, target)
                    return
                if from_client or not self.silent:
                    target.sendall(data)
        for sock in (source, target):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _deliver_and_cut(self, data: bytes, server: socket.socket) -> None:
        self.last_word, self.silent = b"", True
        server.sendall(data)
        time.sleep(0.5)  # the server does what it was told
        self.cut()
        self.silent = False
