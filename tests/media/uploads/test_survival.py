"""What has been acknowledged stays, whatever happens to the connection, the client or the server."""

import hashlib
import random
import threading
from itertools import pairwise

import pytest
import sqlalchemy as sa
from tusclient.client import TusClient as SomebodyElsesClient

from miaohui.media.uploads.queries import upload_by_id
from miaohui.media.uploads.tables import upload_move

PIECE = 64 << 10


def row_of(server, path):
    return server.db.read_sync(upload_by_id, int(path.rsplit("/", 1)[1]))


def finish_with_tuspy(server, mei, path, file):
    """Let a client that others wrote find out how far it is, and send the rest."""
    client = SomebodyElsesClient(server.endpoint, headers=mei.headers)
    uploader = client.uploader(str(file), chunk_size=1 << 20, url=server.url + path)
    uploader.upload()
    return uploader


def test_somebody_elses_client_sends_a_whole_file(server, mei, tmp_path):
    file = tmp_path / "clip.mp4"
    file.write_bytes(random.Random(1).randbytes((3 << 20) + 17))
    client = SomebodyElsesClient(server.endpoint, headers=mei.headers)
    uploader = client.uploader(str(file), chunk_size=1 << 20, metadata={"filename": "夜市.mp4"}, upload_checksum=True)
    uploader.upload()
    path = uploader.url.removeprefix(server.url)
    assert server.file_of(path).read_bytes() == file.read_bytes()
    assert (row_of(server, path).state, row_of(server, path).filename) == ("complete", "夜市.mp4")


def test_a_connection_that_breaks_keeps_what_had_come(server, mei, tmp_path):
    file = tmp_path / "clip.mp4"
    content = random.Random(2).randbytes(2 << 20)
    file.write_bytes(content)
    path = mei.begun(len(content))
    with mei.half_open(path, 0, len(content)) as connection:
        connection.sendall(content[: 700 << 10])
    while (reached := mei.offset(path)) == 0:
        pass
    assert reached <= 700 << 10
    uploader = finish_with_tuspy(server, mei, path, file)
    assert uploader.offset == len(content)
    assert server.file_of(path).read_bytes() == content


def test_a_connection_that_only_looks_alive_gives_way(server, mei):
    """A phone that changed its network leaves a connection behind from which nothing comes any more."""
    path = mei.begun(8)
    with mei.half_open(path, 0, 8) as left_behind:
        left_behind.sendall(b"lant")
        while mei.offset(path) == 0:
            until_free(mei, path)
        assert mei.offset(path) == 4
        assert mei.send(path, 4, b"erns").status_code == 204
    assert server.file_of(path).read_bytes() == b"lanterns"


def test_bytes_that_vanished_from_the_disk_are_never_pretended(server, mei):
    path = mei.begun(8)
    mei.send(path, 0, b"lant")
    with server.file_of(path).open("r+b") as file:
        file.truncate(2)
    answer = mei.send(path, 4, b"erns")
    assert (answer.status_code, answer.json()["code"]) == (410, "upload_gone")
    assert row_of(server, path).state == "discarded"


def test_unacknowledged_bytes_in_the_file_are_written_anew(server, mei):
    """A server that was killed between writing and acknowledging leaves more in the file than in the row."""
    path = mei.begun(8)
    mei.send(path, 0, b"lant")
    with server.file_of(path).open("ab") as file:
        file.write(b"XXXXXXXXXXXX")
    assert mei.offset(path) == 4
    mei.send(path, 4, b"erns")
    assert server.file_of(path).read_bytes() == b"lanterns"


@pytest.mark.alone
def test_kill_9_at_random_instants_loses_nothing_that_was_acknowledged(server, mei, tmp_path):
    dice = random.Random(20260418)
    content = dice.randbytes(60 << 20)
    file = tmp_path / "clip.mp4"
    file.write_bytes(content)
    path = mei.begun(len(content))
    acknowledged = [0]
    for n in range(8):
        if n % 2:
            # Killed right after an answer: what it said must hold.
            piece = content[acknowledged[-1] : acknowledged[-1] + dice.randrange(1, 3 << 20)]
            answer = mei.send(path, acknowledged[-1], piece)
            acknowledged.append(int(answer.headers["upload-offset"]))
            server.kill()
        else:
            send_until_killed(server, mei, path, content, acknowledged[-1], dice.randrange(1, 14 << 20))
        row = row_of(server, path)
        on_disk = server.file_of(path).read_bytes()
        assert row.offset_bytes >= acknowledged[-1]
        assert len(on_disk) >= row.offset_bytes
        assert on_disk[: row.offset_bytes] == content[: row.offset_bytes]
        server.start()
        acknowledged.append(mei.offset(path))
        assert acknowledged[-1] == row.offset_bytes
    assert all(before <= after for before, after in pairwise(acknowledged))
    assert acknowledged[-1] > 0
    finish_with_tuspy(server, mei, path, file)
    row = row_of(server, path)
    assert (row.state, row.offset_bytes) == ("complete", len(content))
    assert hashlib.sha256(server.file_of(path).read_bytes()).digest() == hashlib.sha256(content).digest()
    assert moves_of(server, row.id) == [("receiving", "complete")]


def send_until_killed(server, mei, path, content, offset, kill_after):
    """Send from `offset` on without a pause; after `kill_after` bytes, the server is killed beside it."""
    with mei.half_open(path, offset, len(content) - offset) as connection:
        reached = threading.Event()

        def pour() -> None:
            sent = 0
            try:
                while offset + sent < len(content):
                    connection.sendall(content[offset + sent : offset + sent + PIECE])
                    sent += PIECE
                    if sent >= kill_after:
                        reached.set()
            except OSError:
                pass  # the server is dead
            reached.set()

        pouring = threading.Thread(target=pour)
        pouring.start()
        reached.wait()
        server.kill()
        pouring.join()


def moves_of(server, upload_id):
    query = sa.select(upload_move.c.from_state, upload_move.c.to_state).where(upload_move.c.upload_id == upload_id)
    return server.db.read_sync(lambda tx: [tuple(row) for row in tx.execute(query)])


def until_free(client, path) -> None:
    """Return when nobody writes to the upload any more: an offset that cannot be is then the only fault."""
    while client.send(path, 10**9, b"").status_code == 423:
        pass
