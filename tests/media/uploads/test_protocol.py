"""The endpoint, word by word, as tus 1.0.0 has it."""

import base64
import hashlib
import threading
from email.utils import parsedate_to_datetime

import pytest

from miaohui.media.uploads.queries import upload_by_id


def row_of(server, path):
    return server.db.read_sync(upload_by_id, int(path.rsplit("/", 1)[1]))


def digest(algorithm, content):
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


def refusal(answer):
    return answer.status_code, answer.json()["code"]


def test_what_the_server_can_do_is_told_without_signing_in(server, mei):
    answer = mei.http.options("/api/v1/uploads", headers={"Authorization": ""})
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert set(answer.headers["tus-extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "termination",
        "expiration",
        "checksum",
    }
    assert answer.headers["tus-max-size"] == str(64 << 20)
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256"


def test_a_file_in_three_pieces(server, mei):
    path = mei.begun(12)
    for offset, piece in ((0, b"lant"), (4, b"erns "), (9, b"lit")):
        answer = mei.send(path, offset, piece)
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(offset + len(piece)))
        assert answer.headers["tus-resumable"] == "1.0.0"
    assert server.file_of(path).read_bytes() == b"lanterns lit"
    row = row_of(server, path)
    assert (row.state, row.offset_bytes, row.filename) == ("complete", 12, "clip.mp4")


def test_asking_how_far_it_is(mei):
    path = mei.begun(12)
    mei.send(path, 0, b"lant")
    answer = mei.ask(path)
    assert (answer.headers["upload-offset"], answer.headers["upload-length"]) == ("4", "12")
    assert answer.headers["upload-metadata"].startswith("filename ")
    assert answer.headers["cache-control"] == "no-store"
    assert parsedate_to_datetime(answer.headers["upload-expires"]) is not None


def test_the_first_bytes_may_come_with_the_beginning(server, mei):
    answer = mei.begin(8, body=b"lanterns")
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "8")
    assert row_of(server, answer.headers["location"]).state == "complete"


def test_another_offset_is_refused_and_changes_nothing(server, mei):
    path = mei.begun(12)
    mei.send(path, 0, b"lant")
    for offset in (0, 3, 5):
        answer = mei.send(path, offset, b"xxx")
        assert refusal(answer) == (409, "upload_offset_mismatch")
        assert answer.json()["offset"] == 4
    assert server.file_of(path).read_bytes() == b"lant"


def test_another_version_of_the_protocol(mei):
    path = mei.begun(12)
    for headers in ({"Tus-Resumable": "0.2.2"}, {"Tus-Resumable": ""}):
        for answer in (
            mei.http.post("/api/v1/uploads", headers=headers),
            mei.http.patch(path, headers=headers),
            mei.http.delete(path, headers=headers),
        ):
            assert refusal(answer) == (412, "tus_version_unsupported")
            assert answer.headers["tus-version"] == "1.0.0"


def test_more_bytes_than_announced(server, mei):
    path = mei.begun(4)
    assert refusal(mei.send(path, 0, b"lanterns")) == (413, "upload_overflow")
    with mei.half_open(path, 0, 4) as connection:
        connection.sendall(b"lant")
        assert b"204" in connection.recv(4096)
    assert server.file_of(path).read_bytes() == b"lant"


def test_more_bytes_than_announced_in_pieces_of_unknown_length(server, mei):
    path = mei.begun(4)
    answer = mei.http.patch(
        path,
        headers={"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
        content=iter([b"la", b"nterns"]),
    )
    assert refusal(answer) == (413, "upload_overflow")
    assert mei.offset(path) <= 4


def test_a_file_above_the_limit_is_refused_before_its_first_byte(mei):
    answer = mei.begin((64 << 20) + 1)
    assert refusal(answer) == (413, "upload_too_large")
    assert answer.json()["limit_bytes"] == 64 << 20


def test_bytes_that_call_themselves_something_else(mei):
    path = mei.begun(4)
    answer = mei.send(path, 0, b"lant", Content_Type="video/mp4")
    assert refusal(answer) == (415, "upload_content_type")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_checksum_that_fits_and_one_that_does_not(server, mei, algorithm):
    path = mei.begun(8)
    damaged = mei.send(path, 0, b"lXnt", Upload_Checksum=digest(algorithm, b"lant"))
    assert refusal(damaged) == (460, "upload_checksum_mismatch")
    assert mei.offset(path) == 0
    assert mei.send(path, 0, b"lant", Upload_Checksum=digest(algorithm, b"lant")).status_code == 204
    assert mei.send(path, 4, b"erns").status_code == 204
    assert server.file_of(path).read_bytes() == b"lanterns"


def test_of_a_broken_off_piece_with_a_checksum_nothing_is_kept(mei):
    path = mei.begun(8)
    headers, mei.headers = mei.headers, {**mei.headers, "Upload-Checksum": digest("sha1", b"lanterns")}
    with mei.half_open(path, 0, 8) as connection:
        connection.sendall(b"lant")
    mei.headers = headers
    settled(mei, path)
    assert mei.offset(path) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload-Length": "-1"},
        {"Upload-Length": "much"},
        {"Upload-Length": "9" * 20},
        {"Upload-Length": "4", "Upload-Metadata": "filename not*base64"},
        {"Upload-Length": "4", "Upload-Metadata": "a YQ==,a YQ=="},
        {"Upload-Length": "4", "Upload-Checksum": "md5 YQ=="},
        {"Upload-Length": "4", "Upload-Checksum": "sha1 ***"},
        {"Upload-Defer-Length": "1"},
        {},
    ],
)
def test_a_beginning_that_makes_no_sense(mei, headers):
    answer = mei.http.post("/api/v1/uploads", headers=headers)
    assert refusal(answer) == (400, "invalid_input")


def test_an_offset_that_makes_no_sense(mei):
    path = mei.begun(4)
    for offset in ("", "-1", "x", "1.5"):
        answer = mei.send(path, 0, b"lant", Upload_Offset=offset)
        assert refusal(answer) == (400, "invalid_input")


def test_giving_up(server, mei):
    path = mei.begun(8)
    mei.send(path, 0, b"lant")
    assert mei.http.delete(path).status_code == 204
    assert mei.ask(path).status_code == 410
    assert refusal(mei.send(path, 4, b"erns")) == (410, "upload_gone")
    assert refusal(mei.http.delete(path)) == (410, "upload_gone")
    assert row_of(server, path).state == "discarded"


def test_an_upload_is_its_owners_alone(server, mei, bo):
    path = mei.begun(8)
    mei.send(path, 0, b"lant")
    assert bo.ask(path).status_code == 404
    assert refusal(bo.send(path, 4, b"erns")) == (404, "not_found")
    assert refusal(bo.http.delete(path)) == (404, "not_found")
    assert server.file_of(path).read_bytes() == b"lant"
    nobody = {"Authorization": ""}
    assert mei.http.head(path, headers=nobody).status_code == 401
    assert mei.http.patch(path, headers=nobody).status_code == 401
    assert mei.http.delete(path, headers=nobody).status_code == 401
    assert mei.http.post("/api/v1/uploads", headers={**nobody, "Upload-Length": "4"}).status_code == 401


def test_what_never_was(mei):
    for path in ("/api/v1/uploads/1", "/api/v1/uploads/x", "/api/v1/uploads/" + "9" * 30):
        assert mei.ask(path).status_code == 404


def test_of_two_that_write_at_once_one_wins(server, mei):
    path = mei.begun(8)
    with mei.half_open(path, 0, 8) as first:
        first.sendall(b"lant")
        until_written(server, path)
        assert refusal(mei.send(path, 0, b"XXXXXXXX")) == (423, "upload_busy")
        first.sendall(b"erns")
        assert b"204" in first.recv(4096)
    assert server.file_of(path).read_bytes() == b"lanterns"


def test_eight_at_once_leave_one_file_without_a_mix(server, mei):
    path = mei.begun(1 << 20)
    answers: dict[int, int] = {}
    barrier = threading.Barrier(8)
    clients = [server.client_of("mei") for _ in range(8)]

    def send(n: int) -> None:
        barrier.wait()
        answers[n] = clients[n].send(path, 0, bytes([n]) * (1 << 20)).status_code

    threads = [threading.Thread(target=send, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [n for n, status in answers.items() if status == 204]
    assert len(winners) == 1
    assert set(answers.values()) <= {204, 409, 423}
    assert server.file_of(path).read_bytes() == bytes(winners) * (1 << 20)


def test_nobody_opens_uploads_without_end(server):
    ines = server.client_of("ines")
    for _ in range(20):
        ines.begun(1)
    answer = ines.begin(1)
    assert refusal(answer) == (429, "too_many_uploads")
    assert answer.json()["limit"] == 20


def test_nobody_reserves_more_than_four_files_of_the_largest_size(server):
    hao = server.client_of("hao")
    for _ in range(4):
        hao.begun(64 << 20)
    assert refusal(hao.begin(1)) == (429, "too_many_uploads")


def until_written(server, path) -> None:
    """Return when the server has opened the upload's file."""
    # The lock is taken before the first byte is read; a request that comes later meets it.
    import fcntl

    while True:
        try:
            with server.file_of(path).open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        except FileNotFoundError:
            pass


def settled(client, path) -> None:
    """Return when nobody writes to the upload any more."""
    while client.send(path, 10**9, b"").status_code == 423:
        pass
