"""What the worker does for stickers."""

from miaohui.kit.jobs import JobContext, job
from miaohui.people.accounts.export import contribute
from miaohui.talk.stickers.own_export import sticker_files_for_export, stickers_for_export
from miaohui.talk.stickers.pictures import folder_of

contribute("stickers", rows=stickers_for_export, files=sticker_files_for_export)


@job("stickers.remove_picture")
def remove_picture(context: JobContext, *, picture: str) -> None:
    """Delete the picture of a removed sticker."""
    context.blobs.delete(f"{picture}.webp")


@job("stickers.remove_folder")
def remove_folder(context: JobContext, *, maker_id: int) -> None:
    """Delete the pictures of an erased account's stickers."""
    context.blobs.delete_prefix(folder_of(maker_id))
