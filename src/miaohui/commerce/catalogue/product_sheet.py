"""Reads a seller's table of goods (CSV): each row is a variant, rows with the same `product` are one product.

Columns, in any order: product, title, category, price, and if wanted body, attributes, options, code, weight_g.
`category` is a slug of GET /categories; `price` is in whole units with decimals (12.80); options and attributes are
written `颜色=朱红;尺寸=大`. What is said once of a product need not be repeated in its further rows.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, DecimalException
from typing import ParamSpec, TypeVar

import msgspec
from babel.numbers import get_currency_precision

from miaohui.commerce.catalogue.drafts import (
    HEAVIEST_G,
    HIGHEST_PRICE_MINOR,
    ProductDraft,
    VariantDraft,
    clean_attributes,
    clean_body,
    clean_title,
    clean_variant,
    clean_variants,
)
from miaohui.kit.errors import InvalidInput

P = ParamSpec("P")
T = TypeVar("T")

MOST_SHEET_BYTES = 2 * 1024**2
MOST_ROWS = 1000
MOST_ERRORS = 200
"""Whoever has more of them has one mistake many times."""
_NEEDED = ("product", "title", "category", "price")
_KNOWN = frozenset({*_NEEDED, "body", "attributes", "options", "code", "weight_g"})


class RowError(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong in a row. line: as an editor counts them; column: empty if it is about the whole row."""

    line: int
    column: str
    detail: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a table says: products to write down, or what is wrong with it."""

    drafts: list[ProductDraft]
    errors: list[RowError]


class _Wrong(Exception):
    """A cell cannot be what it says."""

    def __init__(self, column: str, detail: str) -> None:
        super().__init__(detail)
        self.column = column
        self.detail = detail


Row = tuple[int, dict[str, str]]


def read_sheet(content: bytes, *, currency: str, categories: Mapping[str, int]) -> Sheet:
    """Return the products of a table, and every row that is wrong; with an error the products are incomplete.

    content: UTF-8, or GB 18030 as spreadsheets in China save it. categories: ids by slug, of those that hold goods.
    """
    try:
        header, rows = _rows(content)
    except _Wrong as wrong:
        return Sheet(drafts=[], errors=[RowError(line=1, column=wrong.column, detail=wrong.detail)])
    errors = [
        RowError(line=1, column=name, detail="this column is missing") for name in _NEEDED if name not in header
    ] + [RowError(line=1, column=name[:40], detail="no such column") for name in header if name not in _KNOWN]
    if errors:
        return Sheet(drafts=[], errors=errors)
    drafts = []
    for group in _groups(rows, errors):
        draft = _draft(group, currency=currency, categories=categories, errors=errors)
        if draft is not None:
            drafts.append(draft)
    return Sheet(drafts=drafts, errors=sorted(errors, key=lambda error: error.line)[:MOST_ERRORS])


def _rows(content: bytes) -> tuple[list[str], list[Row]]:
    if len(content) > MOST_SHEET_BYTES:
        raise _Wrong("", f"at most {MOST_SHEET_BYTES // 1024**2} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise _Wrong("", "the file is neither UTF-8 nor GB 18030") from None
    if "\0" in text:
        raise _Wrong("", "the file is no text")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    header: list[str] = []
    try:
        for cells in reader:
            if not header:
                header = [cell.strip().lower() for cell in cells]
                continue
            if any(cell.strip() for cell in cells):
                # Zipped loosely: a short row lacks its last cells, and a long one is told of below.
                row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
                row["\0too many"] = "1" if len(cells) > len(header) else ""
                rows.append((reader.line_num, row))
            if len(rows) > MOST_ROWS:
                raise _Wrong("", f"at most {MOST_ROWS} rows")
    except csv.Error as fault:
        raise _Wrong("", f"line {reader.line_num}: {fault}") from None
    if len(set(header)) < len(header):
        raise _Wrong("", "two columns have the same name")
    if not rows:
        raise _Wrong("", "there is no row")
    return header, rows


def _groups(rows: Iterable[Row], errors: list[RowError]) -> list[list[Row]]:
    groups: dict[str, list[Row]] = {}
    for line, row in rows:
        if row["\0too many"]:
            errors.append(RowError(line=line, column="", detail="more cells than columns"))
        elif not row.get("product"):
            errors.append(RowError(line=line, column="product", detail="name the product, by any number or word"))
        else:
            groups.setdefault(row["product"], []).append((line, row))
    return list(groups.values())


def _draft(
    group: list[Row], *, currency: str, categories: Mapping[str, int], errors: list[RowError]
) -> ProductDraft | None:
    notes = _Notes()
    line, first = group[0]
    title = notes.attempt(line, "title", clean_title, first.get("title", ""))
    category_id = notes.attempt(line, "category", _category, first.get("category", ""), categories)
    body = notes.attempt(line, "body", clean_body, first.get("body", ""))
    attributes = notes.attempt(line, "attributes", _attributes, first)
    variants = []
    for at, row in group:
        for column in ("title", "category", "body", "attributes"):
            if row.get(column, "") not in ("", first.get(column, "")):
                notes.errors.append(RowError(line=at, column=column, detail=f"line {line} says something else"))
        variant = notes.attempt(at, "options", _variant, row, currency)
        if variant is not None:
            variants.append(variant)
    if not notes.errors:
        notes.attempt(line, "options", clean_variants, variants)
    errors += notes.errors
    if notes.errors or title is None or category_id is None:
        return None
    return ProductDraft(
        title=title, category_id=category_id, variants=variants, body=body or "", attributes=attributes or {}
    )


class _Notes:
    """What is wrong with the rows of one product."""

    def __init__(self) -> None:
        self.errors: list[RowError] = []

    def attempt(self, line: int, column: str, read: Callable[P, T], *args: P.args, **kw: P.kwargs) -> T | None:
        """Return what `read` makes of a cell, or note what is wrong with it."""
        try:
            return read(*args, **kw)
        except _Wrong as wrong:
            self.errors.append(RowError(line=line, column=wrong.column, detail=wrong.detail))
        except InvalidInput as refusal:
            [wrong_field] = refusal.errors
            named = wrong_field.pointer.rpartition("/")[2].removesuffix("_minor")
            where = named if named in _KNOWN else column
            self.errors.append(RowError(line=line, column=where, detail=wrong_field.detail))
        return None


def _variant(row: Mapping[str, str], currency: str) -> VariantDraft:
    draft = VariantDraft(
        price_minor=_price(row.get("price", ""), currency),
        options=_pairs(row, "options"),
        code=row.get("code", ""),
        weight_g=_weight(row.get("weight_g", "")),
    )
    return clean_variant(draft, pointer="")


def _attributes(row: Mapping[str, str]) -> dict[str, str]:
    return clean_attributes(_pairs(row, "attributes"))


def _category(slug: str, categories: Mapping[str, int]) -> int:
    if slug not in categories:
        raise _Wrong("category", "no category is called so")
    return categories[slug]


def _price(text: str, currency: str) -> int:
    try:
        amount = Decimal(text).scaleb(get_currency_precision(currency))
    except DecimalException:
        raise _Wrong("price", "not a price, such as 12.80") from None
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise _Wrong("price", "finer than the currency's smallest coin" if amount.is_finite() else "not a price")
    if not 0 <= amount <= HIGHEST_PRICE_MINOR:
        raise _Wrong("price", "below zero, or too high")
    return int(amount)


def _weight(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= HEAVIEST_G):
        raise _Wrong("weight_g", "whole grams")
    return int(text)


def _pairs(row: Mapping[str, str], column: str) -> dict[str, str]:
    """Read `颜色=朱红;尺寸=大`; Chinese punctuation is as good."""
    pairs: dict[str, str] = {}
    for part in row.get(column, "").replace("；", ";").replace("＝", "=").split(";"):
        if part.strip():
            name, separator, value = part.partition("=")
            if not separator or name.strip() in pairs:
                raise _Wrong(column, "written as 颜色=朱红;尺寸=大, each name once")
            pairs[name.strip()] = value.strip()
    return pairs
