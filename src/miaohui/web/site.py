"""Puts the web part together: files, scripts' texts and page renderer, once for each process."""

from collections.abc import Mapping
from pathlib import Path

from miaohui.kit.http import PageRenderer
from miaohui.web.assets import WEB, Assets
from miaohui.web.context import template_context, template_filters
from miaohui.web.messages import Translator, javascript_messages


def open_assets(translators: Mapping[str, Translator]) -> Assets:
    """Read and compress the static files; takes about a tenth of a second."""
    scripts = WEB / "static" / "js"
    return Assets(
        messages={
            locale: javascript_messages(scripts, translator, locale) for locale, translator in translators.items()
        }
    )


def open_renderer(
    assets: Assets, translators: Mapping[str, Translator], *, demo: bool, media_origin: str = "", reload: bool = False
) -> PageRenderer:
    """Return the renderer of all domains' templates.

    media_origin: where clips and pictures come from when that is not our own origin.
    """
    package: Path = WEB.parent
    return PageRenderer(
        package,
        translators=translators,
        context=template_context(assets, demo=demo),
        filters=template_filters(),
        media_origin=media_origin,
        reload=reload,
    )
