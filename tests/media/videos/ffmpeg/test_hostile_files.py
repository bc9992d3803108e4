"""A file cannot make the server read another file or call an address."""

import socket
import threading

import pytest

from miaohui.media.videos.ffmpeg.child import FfmpegFailed, run_guarded
from miaohui.media.videos.ffmpeg.probe import ProbeLimits, probe
from miaohui.media.videos.ffmpeg.refusals import MediaRefused

LIMITS = ProbeLimits(max_bytes=1 << 30, max_duration_ms=60_000)


class Listener:
    """A server that only notes whether somebody called."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.called = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        try:
            connection, _ = self.socket.accept()
        except OSError:
            return
        self.called.set()
        connection.close()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self._thread.join()


@pytest.fixture
def listener():
    opened = Listener()
    yield opened
    opened.close()


def hls(address: str) -> str:
    return f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n"


DASH = """<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"
 profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" mediaPresentationDuration="PT1S" minBufferTime="PT1S"><Period>
 <AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>{address}</BaseURL>
 <SegmentBase indexRange="0-1"/></Representation></AdaptationSet></Period></MPD>"""


@pytest.mark.parametrize("name", ["list.mp4", "list.m3u8", "list.ts"])
def test_an_hls_playlist_reaches_neither_a_file_nor_an_address(studio, listener, name):
    secret = studio.clip()
    for address in (f"http://127.0.0.1:{listener.port}/a.ts", secret.as_uri(), str(secret), secret.name, "fd:"):
        with pytest.raises(MediaRefused) as caught:
            probe(source=studio.text(name, hls(address)), limits=LIMITS)
        assert caught.value.code == "not_a_video"
    assert not listener.called.is_set()


@pytest.mark.parametrize("name", ["list.mp4", "list.ffconcat", "manifest.mpd"])
def test_a_concat_script_and_a_dash_manifest_reach_nothing(studio, listener, name):
    secret = studio.clip()
    for address in (f"http://127.0.0.1:{listener.port}/a.mp4", str(secret), secret.name):
        for script in (f"ffconcat version 1.0\nfile '{address}'\n", DASH.format(address=address)):
            with pytest.raises(MediaRefused) as caught:
                probe(source=studio.text(name, script), limits=LIMITS)
            assert caught.value.code == "not_a_video"
    assert not listener.called.is_set()


def test_the_listener_would_have_noticed_and_the_playlist_would_have_worked(studio, listener):
    playlist = studio.text("works.m3u8", hls(f"http://127.0.0.1:{listener.port}/a.ts"))
    with pytest.raises(Exception, match="non-zero exit status"):
        studio.ffmpeg("-protocol_whitelist", "file,http,tcp", "-i", playlist, "-f", "null", "-")
    assert listener.called.is_set()


def test_even_with_every_demuxer_allowed_the_input_has_no_protocol_to_leave_by(studio, listener, monkeypatch):
    monkeypatch.setattr("miaohui.media.videos.ffmpeg.child.DEMUXERS", "hls,concat,mov,mpegts")
    allowed = ["-extension_picky", "0", "-allowed_extensions", "ALL", "-f", "hls"]
    for address in (f"http://127.0.0.1:{listener.port}/a.ts", str(studio.clip())):
        with pytest.raises(FfmpegFailed):
            run_guarded(
                source=studio.text("leaving.m3u8", hls(address)),
                before_input=allowed,
                after_input=["-f", "null", "-"],
                on_line=lambda _: None,
                timeout_s=20,
            )
    assert not listener.called.is_set()


def test_even_with_every_protocol_open_no_demuxer_reads_a_playlist_or_a_script(studio, listener, monkeypatch):
    monkeypatch.setattr("miaohui.media.videos.ffmpeg.child.PROTOCOLS", "fd,file,http,tcp")
    secret = studio.clip()
    here = f"http://127.0.0.1:{listener.port}/a.mp4"
    for name, script in (
        ("open.m3u8", hls(str(secret))),
        ("open.m3u8", hls(here)),
        ("open.ffconcat", f"ffconcat version 1.0\nfile '{secret.name}'\n"),
        ("open.mpd", DASH.format(address=here)),
    ):
        with pytest.raises(MediaRefused) as caught:
            probe(source=studio.text(name, script), limits=LIMITS)
        assert caught.value.code == "not_a_video"
    assert not listener.called.is_set()
