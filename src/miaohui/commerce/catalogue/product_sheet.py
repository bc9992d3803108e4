"""Reads a seller's table of goods (CSV): each row is a variant, rows with the same `product` are one product.

Columns, in any order: product, title, category, price, and if wanted body, attributes, options, code, weight_g.
`category` is a slug of GET /categories; `price` is in whole units with decimals (12.80); options and attributes are
written `颜色=朱红;尺寸=大`. What is said once of a product need not be repeated in its further rows.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, DecimalException
from typing import Any, ParamSpec, TypeVar

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
_LONGEST_CELL = 60
"""Of what stands in a wrong cell: enough to find it again."""
_NEEDED = ("product", "title", "category", "price")
_KNOWN = frozenset({*_NEEDED, "body", "attributes", "options", "code", "weight_g"})


class WrongRow(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong in a row. line: as an editor counts them; column: empty if it is about the whole row.

    cell: what stands there. detail: a text of the catalogues, with blanks for the values.
    """

    line: int
    column: str
    cell: str = ""
    detail: str
    values: Mapping[str, Any]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a table says: products to write down, or what is wrong with it."""

    drafts: list[ProductDraft]
    errors: list[WrongRow]


class WrongCell(Exception):
    """A cell cannot be what it says."""

    def __init__(self, column: str, detail: str, **values: Any) -> None:
        super().__init__(detail)
        self.column = column
        self.detail = detail
        self.values = values

    def at(self, line: int) -> WrongRow:
        return WrongRow(line=line, column=self.column, detail=self.detail, values=self.values)


Row = tuple[int, dict[str, str]]


def read_sheet(content: bytes, *, currency: str, categories: Mapping[str, int]) -> Sheet:
    """Return the products of a table, and every row that is wrong; with an error the products are incomplete.

    content: UTF-8, or GB 18030 as spreadsheets in China save it. categories: ids by slug, of those that hold goods.
    """
    try:
        header, rows = _rows(content)
    except _Unreadable as fault:
        return Sheet(drafts=[], errors=[fault.row])
    errors = [WrongCell(name, "this column is missing").at(1) for name in _NEEDED if name not in header]
    errors += [WrongCell(name[:40], "no such column").at(1) for name in header if name not in _KNOWN]
    if errors:
        return Sheet(drafts=[], errors=errors)
    drafts = []
    for group in _groups(rows, errors):
        draft = _draft(group, currency=currency, categories=categories, errors=errors)
        if draft is not None:
            drafts.append(draft)
    cells = dict(rows)
    told = sorted(errors, key=lambda error: error.line)[:MOST_ERRORS]
    return Sheet(drafts=drafts, errors=[_with_cell(error, cells[error.line]) for error in told])


class _Unreadable(Exception):
    """The table cannot be read at all, or not to its end."""

    def __init__(self, wrong: WrongCell, line: int = 1) -> None:
        super().__init__(wrong.detail)
        self.row = wrong.at(line)


def _with_cell(error: WrongRow, row: Mapping[str, str]) -> WrongRow:
    return msgspec.structs.replace(error, cell=row.get(error.column, "")[:_LONGEST_CELL])


def _rows(content: bytes) -> tuple[list[str], list[Row]]:
    if len(content) > MOST_SHEET_BYTES:
        raise _Unreadable(WrongCell("", "at most %(most)d MB", most=MOST_SHEET_BYTES // 1024**2))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise _Unreadable(WrongCell("", "the file is neither UTF-8 nor GB 18030")) from None
    if "\0" in text:
        raise _Unreadable(WrongCell("", "the file is no text"))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    header: list[str] = []
    line = 0
    try:
        for cells in reader:
            line = reader.line_num
            if not header:
                header = [cell.strip().lower() for cell in cells]
                continue
            if any(cell.strip() for cell in cells):
                # Zipped loosely: a short row lacks its last cells, and a long one is told of below.
                row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
                row["\0too many"] = "1" if len(cells) > len(header) else ""
                rows.append((reader.line_num, row))
            if len(rows) > MOST_ROWS:
                raise _Unreadable(WrongCell("", "at most %(most)d rows", most=MOST_ROWS), line)
    except csv.Error as fault:
        raise _Unreadable(
            WrongCell("", "a quotation mark has no partner, or stands within a word"), line + 1
        ) from fault
    if len(set(header)) < len(header):
        raise _Unreadable(WrongCell("", "two columns have the same name"))
    if not rows:
        raise _Unreadable(WrongCell("", "there is no row"))
    return header, rows


def _groups(rows: Iterable[Row], errors: list[WrongRow]) -> list[list[Row]]:
    groups: dict[str, list[Row]] = {}
    for line, row in rows:
        if row["\0too many"]:
            errors.append(WrongCell("", "more cells than columns").at(line))
        elif not row.get("product"):
            errors.append(WrongCell("product", "name the product, by any number or word").at(line))
        else:
            groups.setdefault(row["product"], []).append((line, row))
    return list(groups.values())


def _draft(
    group: list[Row], *, currency: str, categories: Mapping[str, int], errors: list[WrongRow]
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
                notes.errors.append(WrongCell(column, "line %(line)d says something else", line=line).at(at))
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
        self.errors: list[WrongRow] = []

    def attempt(self, line: int, column: str, read: Callable[P, T], *args: P.args, **kw: P.kwargs) -> T | None:
        """Return what `read` makes of a cell, or note what is wrong with it."""
        try:
            return read(*args, **kw)
        except WrongCell as wrong:
            self.errors.append(wrong.at(line))
        except InvalidInput as refusal:
            [wrong_field] = refusal.errors
            named = wrong_field.pointer.rpartition("/")[2].removesuffix("_minor")
            where = named if named in _KNOWN else column
            self.errors.append(WrongRow(line=line, column=where, detail=wrong_field.detail, values=wrong_field.values))
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
        raise WrongCell("category", "no category is called so")
    return categories[slug]


def _price(text: str, currency: str) -> int:
    try:
        amount = Decimal(text).scaleb(get_currency_precision(currency))
    except DecimalException:
        raise WrongCell("price", "not a price, such as 12.80") from None
    if not amount.is_finite():
        raise WrongCell("price", "not a price, such as 12.80")
    if amount != amount.to_integral_value():
        raise WrongCell("price", "finer than the currency's smallest coin")
    if not 0 <= amount <= HIGHEST_PRICE_MINOR:
        raise WrongCell("price", "below zero, or too high")
    return int(amount)


def _weight(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= HEAVIEST_G):
        raise WrongCell("weight_g", "whole grams")
    return int(text)


def _pairs(row: Mapping[str, str], column: str) -> dict[str, str]:
    """Read `颜色=朱红;尺寸=大`; Chinese punctuation is as good."""
    pairs: dict[str, str] = {}
    for part in row.get(column, "").replace("；", ";").replace("＝", "=").split(";"):
        if part.strip():
            name, separator, value = part.partition("=")
            if not separator or name.strip() in pairs:
                raise WrongCell(column, "written as Colour=red;Size=large, each name once")
            pairs[name.strip()] = value.strip()
    return pairs
