"""What tests ask of the feed page."""

from playwright.sync_api import Page

_ACTIVE = "document.querySelector('mh-feed').activeItem"


def on_stage(page: Page) -> str:
    """Wait until a clip plays on stage and return its id."""
    page.wait_for_function(f"() => {_ACTIVE} && document.querySelector('mh-feed').active.dataset.state === 'playing'")
    return str(page.evaluate(f"{_ACTIVE}.id"))


def stage_after(page: Page, former: str) -> str:
    """Wait until another clip than `former` plays on stage and return its id."""
    page.wait_for_function(f"former => {_ACTIVE} && {_ACTIVE}.id !== former", arg=former)
    return on_stage(page)


def state(page: Page) -> str:
    """Return what the clip on stage is doing."""
    return str(page.evaluate("document.querySelector('mh-feed').active.dataset.state"))


def wait_for_state(page: Page, wanted: str) -> None:
    """Wait until the clip on stage is playing, paused, waiting or failed."""
    page.wait_for_function("wanted => document.querySelector('mh-feed').active.dataset.state === wanted", arg=wanted)


def looked_at_for(page: Page, ms: int) -> None:
    """Wait until the clip on stage has played for so long."""
    page.wait_for_function("ms => document.querySelector('mh-feed').active.video.currentTime * 1000 >= ms", arg=ms)
