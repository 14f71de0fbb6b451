"""Messages of TDS over a socket, in clear or within TLS."""

from __future__ import annotations

import socket
import ssl
import struct
from pathlib import Path

HEADER = 8
ANSWER, PRELOGIN = 0x04, 0x12
LARGEST = 32_767


class Channel:
    """Sends and receives whole messages; `secure` puts all that follows into TLS."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.packet_size = 4096
        self.tls: ssl.SSLObject | None = None
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()

    def receive(self) -> tuple[int, bytes]:
        """The next message: its type and its body.

        Raises:
            ConnectionError: the client is gone.
        """
        body = b""
        while True:
            header = self._read(HEADER)
            body += self._read(struct.unpack(">H", header[2:4])[0] - HEADER)
            if header[1] & 1:
                return header[0], body

    def send(self, body: bytes, kind: int = ANSWER) -> None:
        """Send a message in packets of the agreed size."""
        room = self.packet_size - HEADER
        for start in range(0, max(len(body), 1), room):
            piece = body[start : start + room]
            last = start + room >= len(body)
            self._write(struct.pack(">BBHHBB", kind, last, len(piece) + HEADER, 52, 1, 0) + piece)

    def secure(self, certificate: Path) -> None:
        """Shake hands; the messages of that are the bodies of PRELOGIN messages."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # later ones go on talking after the handshake, outside of any message
        context.load_cert_chain(certificate)
        tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._flush_handshake()
                self.incoming.write(self.receive()[1])
        self._flush_handshake()
        self.tls = tls

    def cut(self) -> None:
        """Close without a farewell, as a broken network does."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def _flush_handshake(self) -> None:
        if data := self.outgoing.read():
            self.send(data, PRELOGIN)

    def _write(self, data: bytes) -> None:
        if self.tls:
            self.tls.write(data)
            data = self.outgoing.read()
        self.sock.sendall(data)

    def _read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            piece = self._read_some(count - len(data))
            if not piece:
                raise ConnectionError("the client is gone")
            data += piece
        return data

    def _read_some(self, most: int) -> bytes:
        if not self.tls:
            return self.sock.recv(most)
        while True:
            try:
                return self.tls.read(most)
            except ssl.SSLWantReadError:
                data = self.sock.recv(LARGEST)
                if not data:
                    return b""
                self.incoming.write(data)
