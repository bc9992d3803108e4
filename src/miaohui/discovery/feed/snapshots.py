"""Snapshots of the folded log, so that a restart replays minutes and not months.

They are files among the blobs, under a private key that tells up to which row they reach. The worker saves
them from a state of its own, which the log makes equal to the web process's; no request ever waits for one.
"""

import logging
from pathlib import PurePosixPath

from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.signal_log import signals_after
from miaohui.discovery.interest.snapshot import SnapshotUnreadable
from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Database

log = logging.getLogger(__name__)

REPLAY_CHUNK = 2000
_FOLDER = "private/interest"


def newest_state(blobs: Blobs, *, last_seq: int) -> FoldedInterest:
    """Return the state of the newest snapshot that can be read, or an empty one.

    last_seq: number of the newest row in the database. A snapshot that claims to reach further comes from
    another history (the database was put back from a backup) and is passed over.
    """
    for key in reversed(snapshot_keys(blobs)):
        if seq_of(key) > last_seq:
            continue
        with blobs.open(key) as file:
            data = file.read()
        try:
            return FoldedInterest.unpacked(data)
        except SnapshotUnreadable as fault:
            log.warning("%s is passed over, the log is replayed instead: %s", key, fault)
    return FoldedInterest()


def replay(folded: FoldedInterest, db: Database) -> int:
    """Fold every row that the database holds behind the state; return how many. Blocks."""
    folded_rows = 0
    while rows := db.read_sync(signals_after, seq=folded.seq, limit=REPLAY_CHUNK):
        folded_rows += folded.fold(rows)
    return folded_rows


def save_snapshot(folded: FoldedInterest, blobs: Blobs, *, kept: int = 2) -> str:
    """Store the state and drop all but the newest `kept` snapshots; return the key.

    Two are kept, in case the newest cannot be read.
    """
    key = f"{_FOLDER}/{folded.seq:019d}.bin"
    blobs.put(key, folded.packed())
    for old in snapshot_keys(blobs)[:-kept]:
        blobs.delete(old)
    return key


def snapshot_keys(blobs: Blobs) -> list[str]:
    """Return the keys of all snapshots, oldest first."""
    return blobs.keys(_FOLDER)


def seq_of(key: str) -> int:
    """Return the number of the last row that the snapshot under `key` contains."""
    return int(PurePosixPath(key).stem)
