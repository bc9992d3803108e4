"""The categories that a new market begins with.

Rates and deposits follow the order of magnitude of the large Chinese platforms' public fee tables of 2025:
two to five per cent of the goods, deposits of some hundred to some thousand yuan. Return days: seven by the
Consumer Rights Law (art. 25), none for what is fresh, made to measure or opened for hygiene (its exceptions).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple


class _Leaf(NamedTuple):
    slug: str
    name_zh: str
    name_en: str
    fee_bp: int = 500
    return_days: int = 7
    qualifications: tuple[str, ...] = ()
    deposit_yuan: int = 1000


_FOOD = ("food_licence",)

_TREE: tuple[tuple[_Leaf, tuple[_Leaf, ...]], ...] = (
    (
        _Leaf("food", "食品生鲜", "Food and drink", 200, 0, _FOOD, 2000),
        (
            _Leaf("snacks", "糕点零食", "Pastries and snacks", 200, 7, _FOOD, 2000),
            _Leaf("tea", "茶叶", "Tea", 300, 7, _FOOD, 2000),
            _Leaf("fruit", "新鲜水果", "Fresh fruit", 200, 0, ("food_licence",), 2000),
            _Leaf("grain-oil", "粮油调味", "Grain, oil and spices", 200, 7, _FOOD, 2000),
            _Leaf("drinks", "冲调饮品", "Drinks and mixes", 200, 7, _FOOD, 2000),
            _Leaf("meat-seafood", "肉禽水产", "Meat and seafood", 200, 0, _FOOD, 3000),
            _Leaf("liquor", "酒类", "Wine and spirits", 300, 7, ("food_licence", "liquor_licence"), 5000),
        ),
    ),
    (
        _Leaf("clothing", "服饰鞋包", "Clothing, shoes and bags"),
        (
            _Leaf("womenswear", "女装", "Women's clothing", deposit_yuan=2000),
            _Leaf("menswear", "男装", "Men's clothing", deposit_yuan=2000),
            _Leaf("hanfu", "汉服", "Hanfu"),
            _Leaf("underwear", "内衣袜品", "Underwear and socks", return_days=0),
            _Leaf("shoes", "鞋靴", "Shoes"),
            _Leaf("bags", "箱包", "Bags and luggage"),
            _Leaf("accessories", "配饰", "Accessories"),
        ),
    ),
    (
        _Leaf("beauty", "美妆个护", "Beauty and care", deposit_yuan=3000),
        (
            _Leaf("make-up", "彩妆", "Make-up", 400, 7, ("cosmetics_filing",), 3000),
            _Leaf("skincare", "护肤", "Skin care", 400, 7, ("cosmetics_filing",), 3000),
            _Leaf("body-care", "洗护清洁", "Hair and body care", 400, 7, (), 2000),
            _Leaf("perfume", "香水香氛", "Perfume and scents", 400, 7, ("cosmetics_filing",), 3000),
        ),
    ),
    (
        _Leaf("home", "家居生活", "Home"),
        (
            _Leaf("tableware", "餐具茶具", "Tableware and tea ware"),
            _Leaf("kitchen", "厨房用具", "Kitchenware"),
            _Leaf("bedding", "家纺布艺", "Bedding and fabrics"),
            _Leaf("lighting", "灯具", "Lamps and lanterns"),
            _Leaf("storage", "收纳整理", "Storage"),
            _Leaf("furniture", "家具", "Furniture", 300, 7, (), 3000),
            _Leaf("plants", "鲜花绿植", "Flowers and plants", 300, 0, (), 500),
        ),
    ),
    (
        _Leaf("crafts", "手作文创", "Crafts and culture", deposit_yuan=500),
        (
            _Leaf("handmade", "手工艺品", "Handmade things", 300, 7, (), 500),
            _Leaf("made-to-order", "定制品", "Made to order", 300, 0, (), 500),
            _Leaf("stationery", "文具", "Stationery", 500, 7, (), 500),
            _Leaf("calligraphy", "书画用品", "Calligraphy and painting", 500, 7, (), 500),
            _Leaf("jewellery", "珠宝玉石", "Jewellery and jade", 500, 7, ("jewellery_certificate",), 10000),
        ),
    ),
    (
        _Leaf("electronics", "数码家电", "Electronics", 200, 7, (), 5000),
        (
            _Leaf("phones", "手机通讯", "Phones", 200, 7, ("ccc_certificate",), 10000),
            _Leaf("phone-accessories", "数码配件", "Phone accessories", 300, 7, (), 2000),
            _Leaf("small-appliances", "生活电器", "Small appliances", 300, 7, ("ccc_certificate",), 5000),
            _Leaf("audio", "影音", "Audio and video", 200, 7, ("ccc_certificate",), 5000),
        ),
    ),
    (
        _Leaf("children", "母婴玩具", "Children and toys", deposit_yuan=2000),
        (
            _Leaf("toys", "玩具", "Toys", 500, 7, ("ccc_certificate",), 2000),
            _Leaf("childrens-clothing", "童装童鞋", "Children's clothing", 500, 7, (), 2000),
            _Leaf("baby-care", "婴童用品", "Baby care", 400, 7, (), 2000),
        ),
    ),
    (
        _Leaf("leisure", "图书运动宠物", "Books, sport and pets"),
        (
            _Leaf("books", "图书", "Books", 300, 7, ("publication_licence",), 1000),
            _Leaf("sports", "运动户外", "Sport and outdoors"),
            _Leaf("instruments", "乐器", "Musical instruments"),
            _Leaf("pet-supplies", "宠物用品", "Pet supplies", 400, 7, (), 1000),
        ),
    ),
)


def _rows() -> Iterator[dict[str, Any]]:
    for position, (top, leaves) in enumerate(_TREE, start=1):
        yield _row(top, id_=100 * position, parent_id=None, position=position)
        for place, leaf in enumerate(leaves, start=1):
            yield _row(leaf, id_=100 * position + place, parent_id=100 * position, position=place)


def _row(leaf: _Leaf, *, id_: int, parent_id: int | None, position: int) -> dict[str, Any]:
    return {
        "id": id_,
        "parent_id": parent_id,
        "slug": leaf.slug,
        "name_zh": leaf.name_zh,
        "name_en": leaf.name_en,
        "fee_bp": leaf.fee_bp,
        "return_days": leaf.return_days,
        "qualifications": list(leaf.qualifications),
        "deposit_minor": leaf.deposit_yuan * 100,
        "position": position,
    }


SEED: tuple[dict[str, Any], ...] = tuple(_rows())
