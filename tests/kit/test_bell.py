"""The bell: whoever rings, from whatever thread, the task that waits comes back once and misses nothing."""

import asyncio
import threading

from miaohui.kit.bell import Bell

LONG_S = 30.0


def test_another_thread_wakes_who_waits() -> None:
    async def story() -> bool:
        bell = Bell()
        threading.Timer(0.01, bell.ring).start()
        return await bell.wait(at_most_s=LONG_S)

    assert asyncio.run(asyncio.wait_for(story(), 10))


def test_who_is_not_woken_comes_back_by_themselves() -> None:
    async def story() -> bool:
        return await Bell().wait(at_most_s=0.001)

    assert asyncio.run(story()) is False


def test_many_rings_while_nobody_waits_are_one() -> None:
    async def story() -> tuple[int, list[bool]]:
        bell, calls = Bell(), 0
        loop = asyncio.get_running_loop()
        into_loop = loop.call_soon_threadsafe

        def counted(*arguments: object) -> asyncio.Handle:
            nonlocal calls
            calls += 1
            return into_loop(*arguments)  # type: ignore[arg-type]  # passed through

        loop.call_soon_threadsafe = counted  # type: ignore[method-assign]  # counts what goes on to it
        for _ in range(5):
            bell.ring()
        return calls, [await bell.wait(at_most_s=LONG_S), await bell.wait(at_most_s=0.001)]

    assert asyncio.run(story()) == (1, [True, False])


def test_a_ring_during_the_work_is_for_the_next_time() -> None:
    async def story() -> list[bool]:
        bell = Bell()
        bell.ring()
        first = await bell.wait(at_most_s=LONG_S)
        bell.ring()
        await asyncio.sleep(0)
        return [first, await bell.wait(at_most_s=LONG_S)]

    assert asyncio.run(asyncio.wait_for(story(), 10)) == [True, True]
