"""A place where clips are brought and worked on, without a network: real rows, real files, real ffmpeg."""

from pathlib import Path

import sqlalchemy as sa

import miaohui.job_kinds  # noqa: F401  importing declares every kind of job
from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.db import Database
from miaohui.kit.jobs import Worker, job_table
from miaohui.media.uploads.actions.advance_upload import advance_upload
from miaohui.media.uploads.actions.create_upload import create_upload
from miaohui.media.uploads.files import UploadFiles
from miaohui.media.videos.actions.publish_video import Wish, publish_video
from miaohui.media.videos.queries import OwnVideo, own_video
from miaohui.media.videos.tables import video_move
from miaohui.settings import Settings

MANY_BYTES = 1 << 30


class Booth:
    """Brings files and lets a worker work."""

    def __init__(self, db: Database, folder: Path, **settings: int) -> None:
        self.db = db
        self.settings = Settings(data_dir=folder, **settings)
        self.blobs = FolderBlobs(folder / "blobs")
        self.files = UploadFiles(settings=self.settings, blobs=self.blobs)
        self.worker = Worker(db=db, blobs=self.blobs, settings=self.settings)

    def bring(self, owner_id: int, source: Path) -> int:
        """Upload a file as the endpoint does, and return the upload's id."""
        size = source.stat().st_size
        upload = self.db.write_sync(
            create_upload, owner_id=owner_id, size_bytes=size, announced="", filename=source.name, max_bytes=MANY_BYTES
        )
        if size:
            writer = self.files.open_for_writing(upload.id)
            writer.start_at(0)
            writer.write(source.read_bytes())
            writer.sync()
            writer.close()
            self.db.write_sync(advance_upload, upload_id=upload.id, owner_id=owner_id, from_bytes=0, to_bytes=size)
        return upload.id

    def publish(self, owner_id: int, source: Path, **wish: object) -> int:
        """Upload a file and ask for its publication; nothing is worked on yet."""
        upload_id = self.bring(owner_id, source)
        return self.db.write_sync(publish_video, author_id=owner_id, upload_id=upload_id, wish=Wish(**wish))

    def published(self, owner_id: int, source: Path, **wish: object) -> int:
        """As `publish`, and all work on it is done."""
        video_id = self.publish(owner_id, source, **wish)
        self.work()
        return video_id

    def work(self) -> None:
        """Do all that is due now."""
        self.worker.run_due()

    def own(self, video_id: int) -> OwnVideo:
        found = self.db.read_sync(own_video, video_id)
        assert found is not None
        return found

    def moves(self, video_id: int, what: str = "video") -> list[tuple[str, str, str]]:
        """From, to and why of each move, oldest first."""
        mine = sa.and_(video_move.c.video_id == video_id, video_move.c.what == what)
        columns = (video_move.c.from_state, video_move.c.to_state, video_move.c.reason)
        query = sa.select(*columns).where(mine).order_by(video_move.c.id)
        return self.db.read_sync(lambda tx: [tuple(row) for row in tx.execute(query)])

    def failures(self) -> list[str]:
        """What went wrong with any job."""
        query = sa.select(job_table.c.kind, job_table.c.failure).where(job_table.c.failure.is_not(None))
        return self.db.read_sync(lambda tx: [f"{kind}: {failure}" for kind, failure in tx.execute(query)])

    def stored(self, prefix: str = "videos") -> list[str]:
        return self.blobs.keys(prefix) if (self.blobs.root / prefix).exists() else []

    def path_of(self, url: str) -> Path:
        """The file behind an address of /media/."""
        return self.blobs.path_of(url.removeprefix("/media/"))
