"""What a seller may say of a product, and the form in which it is kept."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from miaohui.commerce.merchants.names import clean_line, clean_text, invalid_field

MOST_VARIANTS = 100
MOST_OPTIONS = 3
"""Colour, size, and one more: what fits into a sheet on a phone."""
MOST_ATTRIBUTES = 30
MOST_PICTURES = 12
HIGHEST_PRICE_MINOR = 100_000_000
"""A million yuan; above it nobody buys with three taps."""
HEAVIEST_G = 1_000_000


class VariantDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A variant: what is put into the cart. options: {"颜色": "朱红"}; all variants of a product name the same ones."""

    price_minor: Annotated[int, msgspec.Meta(ge=0, le=HIGHEST_PRICE_MINOR)]
    options: dict[str, str] = {}
    code: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """The seller's own number for it."""
    weight_g: Annotated[int, msgspec.Meta(ge=0, le=HEAVIEST_G)] = 0


class ProductDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A product as its seller writes it down; pictures come after it."""

    title: Annotated[str, msgspec.Meta(max_length=200)]
    category_id: int
    variants: Sequence[VariantDraft]
    body: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    attributes: dict[str, str] = {}
    freight_template_id: int | None = None


def clean_title(title: str) -> str:
    """Return a title in the form in which it is kept. Raises InvalidInput."""
    return clean_line(title, pointer="/title", longest=80, shortest=2)


def clean_body(body: str) -> str:
    """Return a description in the form in which it is kept. Raises InvalidInput."""
    return clean_text(body, pointer="/body", longest=10_000)


def clean_attributes(attributes: Mapping[str, str]) -> dict[str, str]:
    """Return attributes in the seller's order. Raises InvalidInput."""
    if len(attributes) > MOST_ATTRIBUTES:
        raise invalid_field("/attributes", "at most %(most)d of them", most=MOST_ATTRIBUTES)
    return {
        clean_line(name, pointer="/attributes", longest=20): clean_line(value, pointer="/attributes", longest=100)
        for name, value in attributes.items()
    }


def clean_variants(variants: Sequence[VariantDraft]) -> list[VariantDraft]:
    """Return variants whose options have the same names and of which no two are alike. Raises InvalidInput."""
    if not 1 <= len(variants) <= MOST_VARIANTS:
        raise invalid_field("/variants", "%(least)d to %(most)d variants", least=1, most=MOST_VARIANTS)
    clean = [clean_variant(each, pointer=f"/variants/{index}") for index, each in enumerate(variants)]
    refuse_unlike(clean)
    return clean


def clean_variant(draft: VariantDraft, *, pointer: str) -> VariantDraft:
    """Return one variant in the form in which it is kept. Raises InvalidInput."""
    if not 0 <= draft.price_minor <= HIGHEST_PRICE_MINOR:
        raise invalid_field(f"{pointer}/price_minor", "below zero, or too high")
    if not 0 <= draft.weight_g <= HEAVIEST_G:
        raise invalid_field(f"{pointer}/weight_g", "%(least)d to %(most)d", least=0, most=HEAVIEST_G)
    if len(draft.options) > MOST_OPTIONS:
        raise invalid_field(f"{pointer}/options", "at most %(most)d of them", most=MOST_OPTIONS)
    here = f"{pointer}/options"
    options = {
        clean_line(name, pointer=here, longest=20): clean_line(value, pointer=here, longest=40)
        for name, value in draft.options.items()
    }
    code = clean_line(draft.code, pointer=f"{pointer}/code", longest=60, shortest=0)
    return VariantDraft(price_minor=draft.price_minor, options=options, code=code, weight_g=draft.weight_g)


def refuse_unlike(variants: Sequence[VariantDraft]) -> None:
    """Raise InvalidInput unless the options of all have the same names, and no two the same values."""
    if len({frozenset(each.options) for each in variants}) > 1:
        raise invalid_field("/variants", "all variants name the same options")
    if len({options_key(each.options) for each in variants}) < len(variants):
        raise invalid_field("/variants", "two variants are alike")


def options_key(options: Mapping[str, str]) -> str:
    """Return the canonical text of a variant's options."""
    return msgspec.json.encode(dict(sorted(options.items()))).decode()
