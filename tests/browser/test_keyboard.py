"""The feed without a mouse."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.stage import on_stage, stage_after, wait_for_state

Visit = Callable[..., Page]


def test_arrows_and_letters_walk_one_clip_each(visit: Visit) -> None:
    page = visit("/", as_="mei")
    first = on_stage(page)
    page.keyboard.press("ArrowDown")
    second = stage_after(page, first)
    page.keyboard.press("j")
    third = stage_after(page, second)
    page.keyboard.press("k")
    assert stage_after(page, third) == second
    page.keyboard.press("ArrowUp")
    assert stage_after(page, second) == first


def test_space_pauses_and_plays(visit: Visit) -> None:
    page = visit("/")
    on_stage(page)
    page.keyboard.press("Space")
    wait_for_state(page, "paused")
    page.keyboard.press("Space")
    wait_for_state(page, "playing")


def test_the_sound_is_remembered(visit: Visit) -> None:
    page = visit("/")
    on_stage(page)
    muted = "document.querySelector('mh-feed').active.video.muted"
    page.keyboard.press("m")
    page.wait_for_function(f"() => {muted}")
    page.reload()
    on_stage(page)
    assert page.evaluate(muted) is True
    page.keyboard.press("m")
    page.wait_for_function(f"() => !{muted}")


def test_a_like_by_key_is_kept_and_shown_after_a_reload(visit: Visit) -> None:
    page = visit("/", as_="lan")
    video = on_stage(page)
    liked = page.evaluate("document.querySelector('mh-feed').activeItem.liked")
    with page.expect_response(lambda answer: answer.url.endswith(f"/videos/{video}/like")) as answered:
        page.keyboard.press("l")
    assert answered.value.ok
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + f"/v/{video}")
    like = page.locator(".act--like").first
    expect(like).to_have_attribute("aria-pressed", "false" if liked else "true")


def test_tab_stays_with_the_clip_on_stage(visit: Visit) -> None:
    page = visit("/")
    first = on_stage(page)
    page.keyboard.press("j")
    second = stage_after(page, first)
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.closest('mh-clip')?.dataset.id ?? null"))
    assert reached - {None} == {second}


def test_help_opens_traps_the_focus_and_gives_it_back(visit: Visit) -> None:
    page = visit("/")
    on_stage(page)
    surface = page.locator("mh-clip[data-state=playing] .clip__surface")
    surface.focus()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(surface).to_be_focused()


def test_letters_can_be_switched_off_and_arrows_go_on(visit: Visit) -> None:
    page = visit("/")
    first = on_stage(page)
    page.keyboard.press("?")
    page.get_by_role("switch", name="Single letters work as keys").press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    second = stage_after(page, first)
    page.keyboard.press("k")
    page.keyboard.press("ArrowUp")
    # Had `j` or `k` counted, this would be another clip.
    assert stage_after(page, second) == first


def test_keys_are_letters_while_one_writes(visit: Visit) -> None:
    page = visit("/", as_="bo")
    first = on_stage(page)
    page.keyboard.press("c")
    composer = page.get_by_role("textbox", name="Your comment")
    expect(composer).to_be_focused()
    page.keyboard.type("just jk lm")
    expect(composer).to_have_value("just jk lm")
    assert page.evaluate("document.querySelector('mh-feed').activeItem.id") == first
