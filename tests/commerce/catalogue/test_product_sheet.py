"""Tables of goods, read row by row."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import miaohui
from miaohui.commerce.catalogue.product_sheet import MOST_ROWS, read_sheet
from miaohui.kit.db import Database
from miaohui.kit.i18n import load_catalogues
from tests.cast import Cast
from tests.house import House

LOCALES = Path(miaohui.__file__).parent / "locale"
CATEGORIES = {"lighting": 404, "tea": 102}
HEADER = "product,title,category,price,options,attributes,code,weight_g,body\n"
LANTERN = (
    "1,走马灯,lighting,128.00,尺寸=小,材质=竹；产地=苏州,Z-1,400,手扎\n"
    "1,,,198,尺寸=大,,Z-2,900,\n"
    "2,龙井,tea,88.5,,,,250,\n"
)


def read(rows: str, header: str = HEADER):
    return read_sheet((header + rows).encode(), currency="CNY", categories=CATEGORIES)


def test_rows_of_the_same_product_are_its_variants():
    sheet = read(LANTERN)

    assert sheet.errors == []
    lantern, tea = sheet.drafts
    assert (lantern.title, lantern.category_id, lantern.attributes) == ("走马灯", 404, {"材质": "竹", "产地": "苏州"})
    assert [(each.options, each.price_minor, each.code, each.weight_g) for each in lantern.variants] == [
        ({"尺寸": "小"}, 12_800, "Z-1", 400),
        ({"尺寸": "大"}, 19_800, "Z-2", 900),
    ]
    assert [(each.options, each.price_minor) for each in tea.variants] == [({}, 8_850)]


WRONG = [
    ("1,灯,lighting,128,,,,,\n", 2, "title"),
    ("1,走马灯,lamps,128,,,,,\n", 2, "category"),
    ("1,走马灯,lighting,,,,,,\n", 2, "price"),
    ("1,走马灯,lighting,12.345,,,,,\n", 2, "price"),
    ("1,走马灯,lighting,-1,,,,,\n", 2, "price"),
    ("1,走马灯,lighting,NaN,,,,,\n", 2, "price"),
    ("1,走马灯,lighting,1e99999999,,,,,\n", 2, "price"),
    ("1,走马灯,lighting,￥12,,,,,\n", 2, "price"),
    ("1,走马灯,lighting,128,大,,,,\n", 2, "options"),
    ("1,走马灯,lighting,128,大=1;大=2,,,,\n", 2, "options"),
    ("1,走马灯,lighting,128,,竹,,,\n", 2, "attributes"),
    ("1,走马灯,lighting,128,,,,1.5,\n", 2, "weight_g"),
    ("1,走马灯,lighting,128,,,,99999999,\n", 2, "weight_g"),
    ("1,走马灯,lighting,128,,,\u202e1,,\n", 2, "code"),
    (",走马灯,lighting,128,,,,,\n", 2, "product"),
    ("1,走马灯,lighting,128,,,,,,,more\n", 2, ""),
    ("1,走马灯,lighting,128,大=1,,,,\n1,走马灯,lighting,129,大=1,,,,\n", 2, "options"),
    ("1,走马灯,lighting,128,大=1,,,,\n1,走马灯,lighting,129,,,,,\n", 2, "options"),
    ("1,走马灯,lighting,128,大=1,,,,\n1,兔子灯,lighting,129,大=2,,,,\n", 3, "title"),
    ('1,"走马灯,lighting,128,,,,,\n', 2, ""),
    ("", 1, ""),
]


@pytest.mark.parametrize(("rows", "line", "column"), WRONG)
def test_what_is_wrong_is_told_with_its_line_and_column(rows: str, line: int, column: str):
    sheet = read(rows)

    assert [(error.line, error.column) for error in sheet.errors] == [(line, column)]
    chinese = load_catalogues(LOCALES)["zh-Hans"]
    for error in sheet.errors:
        assert "%" not in error.detail % error.values
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese.gettext(error.detail) % error.values)


def test_a_wrong_cell_is_shown_with_what_stands_in_it():
    sheet = read("1,走马灯,lamps,128,,,,,\n1,,,一百二,尺寸=大,,,,\n" + f"2,{'灯' * 81},tea,1,,,,,\n")
    told = [(error.line, error.column, error.cell) for error in sheet.errors]
    assert told == [(2, "category", "lamps"), (3, "price", "一百二"), (4, "title", "灯" * 60)]


def test_every_wrong_row_is_told_at_once():
    sheet = read(LANTERN + "3,走马灯,lamps,x,,,,,\n4,灯,lighting,1,,,,,\n")

    assert [(error.line, error.column) for error in sheet.errors] == [(5, "category"), (5, "price"), (6, "title")]
    assert len(sheet.drafts) == 2


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("product,title,price\n", {"category"}),
        ("product,title,category,price,prise\n", {"prise"}),
        ("product,title,category,price,price\n", {""}),
    ],
)
def test_a_header_that_is_not_understood_is_told_alone(header: str, named: set[str]):
    assert {error.column for error in read("1,走马灯,lighting,1\n", header).errors} == named


def test_a_table_from_a_spreadsheet_in_china_is_read():
    content = (HEADER + LANTERN).encode("gb18030")
    assert read_sheet(content, currency="CNY", categories=CATEGORIES).drafts[0].title == "走马灯"
    assert read_sheet(b"\xff\xff\xff", currency="CNY", categories=CATEGORIES).errors[0].column == ""
    with_mark = b"\xef\xbb\xbf" + (HEADER + LANTERN).encode()
    assert read_sheet(with_mark, currency="CNY", categories=CATEGORIES).errors == []


def test_a_currency_without_a_smaller_coin_has_whole_prices():
    header, row = "product,title,category,price\n", "1,走马灯,lighting,{}\n"
    whole = read_sheet((header + row.format(1280)).encode(), currency="JPY", categories=CATEGORIES)
    assert whole.drafts[0].variants[0].price_minor == 1280
    assert read_sheet((header + row.format("12.8")).encode(), currency="JPY", categories=CATEGORIES).errors


def test_a_table_that_is_too_long_is_not_read_on():
    [error] = read("1,走马灯,lighting,1,,,,,\n" * (MOST_ROWS + 1)).errors
    assert (error.line, error.detail % error.values) == (MOST_ROWS + 2, "at most 1000 rows")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: (HEADER + text).encode("utf-8", "ignore")))
def test_whatever_bytes_come_the_answer_is_a_report(content: bytes):
    sheet = read_sheet(content, currency="CNY", categories=CATEGORIES)
    assert sheet.errors or sheet.drafts


def test_a_dry_run_writes_nothing_and_a_wrong_row_keeps_all_out(market: House, db: Database, cast: Cast, stall: int):
    omar, path = market.member(cast.omar), f"/shops/{stall}/products"
    table = (HEADER + LANTERN).encode()

    dry = omar.ok("POST", f"{path}/import?dry_run=true", content=table)
    assert (dry["dry_run"], dry["products"], dry["variants"], dry["product_ids"]) == (True, 2, 3, [])
    lantern, tea = dry["planned"]
    assert (lantern["title"], lantern["variants"], lantern["min_price_minor"]) == ("走马灯", 2, 12_800)
    assert (tea["title"], tea["max_price_minor"]) == ("龙井", 8_850)
    wrong = omar.ok("POST", f"{path}/import", content=table + "5,灯,lighting,1,,,,,\n".encode())
    assert (wrong["dry_run"], wrong["product_ids"]) == (False, [])
    said = {"line": 5, "column": "title", "cell": "灯", "detail": "2 to 80 characters"}
    assert wrong["errors"] == [said]
    assert omar.ok("GET", path)["items"] == []

    done = omar.ok("POST", f"{path}/import", content=table)
    assert len(done["product_ids"]) == 2
    assert {each["state"] for each in omar.pages(path, limit=1)} == {"draft"}
    assert market.member(cast.mei).refused("POST", f"{path}/import", content=table) == (404, "not_found")
