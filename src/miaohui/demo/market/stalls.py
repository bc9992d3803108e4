"""Ten stalls of the town and what they sell, one line for each thing.

A line of goods: artwork code | Chinese title | English title | price in yuan | category slug | variants, if any,
as `name:value,value`. Each further value of a variant costs a fifth more.
"""

from functools import cache

import msgspec

from miaohui.demo.drawing.artwork import UnknownArtwork, load_artwork


class Ware(msgspec.Struct, frozen=True, kw_only=True):
    """One thing on a stall. code: of its artwork. price: in fen."""

    key: str
    code: str
    title_zh: str
    title_en: str
    price_minor: int
    category: str
    option: str
    values: tuple[str, ...]


class Stall(msgspec.Struct, frozen=True, kw_only=True):
    """A shop of the town. owner: a name of the script. topic: of clips whose makers show its goods.

    commission_bp: what it offers to whoever sells its goods. insures: whether it pays for its buyers' way back.
    """

    key: str
    owner: str
    name: str
    intro: str
    topic: str
    ground: str
    commission_bp: int
    insures: bool
    free_from_yuan: int
    lines: str

    @property
    def wares(self) -> tuple[Ware, ...]:
        return _read(self.key, self.lines)


@cache
def _read(stall: str, lines: str) -> tuple[Ware, ...]:
    wares = []
    for number, line in enumerate(lines.strip().splitlines()):
        code, title_zh, title_en, price, category, *rest = (cell.strip() for cell in line.split("|"))
        option, _, values = (rest[0] if rest else "").partition(":")
        wares.append(
            Ware(
                key=f"{stall}/{number:02}",
                code=code,
                title_zh=title_zh,
                title_en=title_en,
                price_minor=round(float(price) * 100),
                category=category,
                option=option,
                values=tuple(values.split(",")) if values else (),
            )
        )
    return tuple(wares)


STALLS: tuple[Stall, ...] = (
    Stall(
        key="kiln", owner="omar", name="慢窑 Omar's Kiln", topic="tea", ground="#d9c3a3", commission_bp=1200, insures=True, free_from_yuan=199,
        intro="Porcelain, pots and patience. 一窑一窑慢慢烧，碎了的不卖。",
        lines="""
        1FAD6|天青小茶壶 手拉坯 180 毫升|Sky-blue teapot, hand-thrown, 180 ml|268|tableware|釉色:天青,月白,铁锈
        1F375|青花小杯 一人一盏|Blue-and-white cup for one|58|tableware|花样:缠枝,鱼藻,空白
        2615|粗陶咖啡杯 冷暖都握得住|Stoneware mug|78|tableware|大小:小,大
        1F3FA|天青冰裂瓶 只此一只的裂纹|Crackle-glaze vase|328|handmade
        1F963|吃面的碗 够大|A bowl for noodles|66|tableware|釉色:白,青
        1F37D|青釉圆盘 六寸|Celadon plate|49|tableware
        1F944|陶勺一对|Pair of clay spoons|26|tableware
        1F56F|熏香小炉|Little incense burner|118|handmade
        1FA94|陶油灯 停电也亮|Clay oil lamp|88|lighting
        1F338|一枝花的花器|A vase for one flower|96|handmade|颜色:白,黑
        1F9C2|盐罐 盖子会响|Salt cellar with a singing lid|72|kitchen
        1F9C9|马黛茶杯 远道来的朋友|Mate cup|84|tableware
        1F514|陶铃 挂在窗下|Clay wind bell|38|handmade
        1F9F1|窑砖书立 一对|Bookends of kiln brick|108|handmade
        1F3A8|青花颜料 画坏了再来|Cobalt pigment for painting|45|calligraphy
        """,
    ),
    Stall(
        key="teahouse", owner="anan", name="安安茶铺", topic="tea", ground="#b9cfa0", commission_bp=1500, insures=True, free_from_yuan=99,
        intro="每年清明前去一趟山里，带回来多少卖多少。",
        lines="""
        1F343|明前龙井 2026 头采|First-flush Longjing|198|tea|分量:50 克,100 克,250 克
        1F33F|凤凰单丛 鸭屎香|Phoenix oolong, duck-dung fragrance|128|tea|分量:50 克,150 克
        1F375|白毫银针 三年陈|Silver needle, three years old|168|tea
        1F9CB|桂花乌龙 冷泡装|Osmanthus oolong for cold brewing|39|drinks
        1F33C|茉莉花茶 七窨|Jasmine tea, scented seven times|86|tea|分量:50 克,100 克
        1F335|苦荞茶 不苦|Buckwheat tea, not bitter|29.9|drinks
        1F36F|椴树蜜|Linden honey|58|grain-oil|分量:一瓶,两瓶
        1F330|糖炒栗子仁|Roasted chestnuts|25.9|snacks
        1F95C|茶点坚果四样|Four nuts for tea|36|snacks
        1F36A|绿豆糕 八块|Mung bean cakes, eight|32|snacks
        1FAD6|盖碗 白瓷 新手也不烫|Gaiwan that does not burn|69|tableware
        1F5D2|茶账本 记每一泡|A notebook for every brew|28|stationery
        1F9F4|茶籽护手霜|Hand cream of camellia seed|45|body-care
        1F36E|茶布丁粉|Tea pudding mix|22|drinks
        1F381|一盒春天 六种小样|A box of spring: six samples|99|tea
        """,
    ),
    Stall(
        key="night-market", owner="ajie", name="阿杰夜市小吃", topic="street-food", ground="#e6a06a", commission_bp=1000, insures=False, free_from_yuan=59,
        intro="凌晨一点还亮着的那口锅，现在也能寄给你。",
        lines="""
        1F95F|手工虾仁饺 冷冻 一百个|Hand-made shrimp dumplings, a hundred|88|meat-seafood|馅:虾仁,白菜猪肉,三鲜
        1F95E|葱油饼 十张 平底锅就行|Scallion pancakes, ten|35|snacks
        1F35C|牛肉面 浓汤三人份|Beef noodles for three|49|snacks|辣度:不辣,微辣,重辣
        1F361|糖葫芦 冻着吃|Candied hawthorn, frozen|19.9|snacks
        1F960|幸运饼 里面是街坊写的字|Fortune cookies with neighbours' words|24|snacks
        1F36C|麦芽糖 剪着吃|Malt candy, cut with scissors|15.8|snacks
        1F336|阿杰辣油 香大于辣|Ajie's chilli oil|26|grain-oil|分量:一瓶,三瓶
        1F9C4|蒜蓉酱 拌什么都行|Garlic sauce|18|grain-oil
        1F95A|茶叶蛋料包|Spices for tea eggs|9.9|grain-oil
        1F35A|五常米 新米|New rice from Wuchang|79|grain-oil|分量:5 斤,10 斤
        1F366|绿豆冰沙粉|Mung bean slush mix|16|drinks
        1F9CB|珍珠奶茶料 二十杯|Bubble tea for twenty cups|42|drinks
        1F36B|花椒巧克力|Sichuan pepper chocolate|33|snacks
        1F373|铁锅 开好了的|Iron wok, seasoned|168|kitchen|大小:28 厘米,32 厘米
        1F962|竹筷十双|Ten pairs of bamboo chopsticks|22|kitchen
        """,
    ),
    Stall(
        key="lanterns", owner="chenshifu", name="陈师傅灯彩", topic="lanterns", ground="#c98a78", commission_bp=1300, insures=True, free_from_yuan=158,
        intro="扎灯四十年。骨架是竹的，纸是皮纸，亮起来才算数。",
        lines="""
        1F3EE|走马灯 八骏|Revolving lantern with eight horses|128|lighting|大小:小,中,大
        1F408|猫猫提灯 电子烛|Cat lantern to carry|49|lighting
        1F430|兔子灯 拖着走|Rabbit lantern on wheels|88|lighting
        1F41F|鲤鱼灯 会摆尾|Carp lantern that swims|108|lighting
        1F432|小龙灯 九节|Little dragon, nine joints|198|handmade
        1FA81|沙燕风筝 手绘|Hand-painted swallow kite|76|handmade|大小:三尺,五尺
        2702|窗花剪纸 一套十二张|Papercuts for the window, twelve|36|handmade
        1F3AD|皮影人 一对|Pair of shadow puppets|138|handmade
        1F390|风铃 纸折的|Paper wind chime|32|handmade
        1F56F|电子烛芯 两只装|Electric candles, two|18|lighting
        1F6E0|自己扎一盏 材料包|Build your own lantern|39|handmade
        1FAA1|虎头鞋材料包|Tiger shoes to sew|58|handmade
        1F38E|泥人 兔儿爷|Clay Rabbit Lord|68|handmade
        1F941|拨浪鼓|Rattle drum|28|toys
        1F4DC|洒金红纸 写对联|Gold-flecked red paper|22|calligraphy
        """,
    ),
    Stall(
        key="wheels", owner="jonas", name="Wheels by Jonas 骑行铺", topic="cycling", ground="#8fb7cf", commission_bp=900, insures=True, free_from_yuan=199,
        intro="Everything I take on a long ride, and nothing else.",
        lines="""
        1F6B2|城市单车 内三速|City bike, three gears|1680|sports|颜色:墨绿,朱红,灰
        1FA96|骑行头盔 轻|Light helmet|239|sports|尺码:S,M,L
        1F526|前灯 USB 充电 不晃眼|Headlight that does not blind|89|sports
        1F6A8|尾灯 刹车会亮|Brake-sensing rear light|69|sports
        1F512|折叠锁 一米|Folding lock|129|sports
        1F9E4|半指手套|Half-finger gloves|59|sports|尺码:S,M,L
        1F9E6|骑行袜 两双|Riding socks, two pairs|39|underwear
        1F455|速干衫|Quick-dry shirt|119|menswear|尺码:S,M,L,XL
        1F97E|骑行鞋 平底|Flat riding shoes|329|shoes|尺码:40,41,42,43
        1F392|一日背包 18 升|Day pack, 18 l|188|bags
        1F9F0|补胎工具盒|Repair kit|65|sports
        1F6DE|外胎 700×28|Tyre 700×28|99|sports
        1F9F4|链条油 干湿两用|Chain oil|35|sports
        1F4F1|手机支架 不抖|Phone mount|79|phone-accessories
        1F514|铜铃 一声就够|Brass bell|48|sports
        """,
    ),
    Stall(
        key="garden", owner="qingqing", name="青青的院子", topic="garden", ground="#a9c98b", commission_bp=1100, insures=False, free_from_yuan=88,
        intro="从种子到果酱，院子里长什么卖什么。",
        lines="""
        1F345|番茄苗 老品种 六株|Heirloom tomato seedlings, six|36|plants
        1F33B|向日葵种子|Sunflower seeds to sow|9.9|plants|颜色:金,酒红
        1F339|月季苗 会爬墙|Climbing rose|45|plants|颜色:粉,杏,白
        1F335|多肉拼盘|Plate of succulents|58|plants
        1F33F|薄荷 一盆够喝一夏天|Mint for a whole summer|15|plants
        1F353|草莓 早上摘|Strawberries picked this morning|49|fruit|分量:一斤,两斤
        1F351|水蜜桃 六只|Six honey peaches|68|fruit
        1F95C|院里的花生 带壳|Peanuts in their shells|19.9|grain-oil
        1F36F|百花蜜 老陶罐|Garden honey in a clay pot|76|grain-oil
        1FAD9|草莓果酱 少糖|Strawberry jam, little sugar|32|snacks
        1F9FA|竹编提篮|Bamboo basket|88|storage|大小:小,大
        1F9F9|高粱扫帚|Sorghum broom|28|storage
        1FAB4|龟背竹 一盆|Swiss cheese plant|79|plants
        1F9E4|园艺手套|Garden gloves|22|sports
        1FAA3|铁皮浇水壶|Tin watering can|66|storage
        """,
    ),
    Stall(
        key="cats", owner="yuki", name="Yuki 猫杂货", topic="cats", ground="#e3b7c0", commission_bp=1400, insures=True, free_from_yuan=89,
        intro="店长是一只橘猫，验货很严。",
        lines="""
        1F41F|冻干小鱼 猫零食|Freeze-dried fish treats|39|pet-supplies|分量:一罐,三罐
        1F9F6|毛线球 不掉毛|Ball of yarn that does not shed|19|pet-supplies
        1F4E6|瓦楞猫窝 会被坐塌的那种|Cardboard den|45|pet-supplies
        1F408|猫咪摆件 伸懒腰|Stretching cat figurine|68|handmade
        1F431|猫脸马克杯|Cat face mug|52|tableware|花色:橘猫,奶牛,三花
        1F9E6|猫爪袜 一双|Paw socks|18|underwear|尺码:小,大
        1F45C|帆布袋 印着猫|Canvas bag with a cat|49|bags
        1F4D2|猫历 二〇二七|Cat calendar 2027|58|stationery
        1F58B|猫尾巴中性笔 三支|Cat tail pens, three|15|stationery
        1F6CF|猫毯 机洗|Cat blanket|79|pet-supplies|大小:小,大
        1F9F8|等身猫抱枕|Life-size cat pillow|98|toys
        1F380|项圈 会自动松开|Breakaway collar|29|pet-supplies|颜色:红,黄,蓝
        1FAA5|猫牙刷 试试看|Cat toothbrush, good luck|12|pet-supplies
        1F50D|逗猫红点 低功率|Low-power red dot|25|pet-supplies
        1F3E0|木头猫爬架|Wooden cat tree|368|pet-supplies
        """,
    ),
    Stall(
        key="stars", owner="wei", name="魏老师看星星", topic="stars", ground="#8e92c4", commission_bp=1000, insures=True, free_from_yuan=199,
        intro="退休物理老师，天好就在楼顶。",
        lines="""
        1F52D|入门望远镜 80 毫米|First telescope, 80 mm|699|sports
        1F4F7|手机接环|Phone adapter for the eyepiece|89|phone-accessories
        1F30C|夜光星图 挂墙|Glowing star map|48|stationery|大小:半张,整张
        1F315|月球仪 会亮|Moon lamp|138|lighting|大小:15 厘米,20 厘米
        1FA90|土星木拼图|Wooden Saturn puzzle|76|toys
        1F680|火箭模型 可喷水|Water rocket|99|toys
        1F526|红光手电 不伤夜视|Red torch|45|sports
        1F9ED|指南针 铜壳|Brass compass|66|sports
        1F9E5|楼顶大衣 挡风|Rooftop coat|399|menswear|尺码:M,L,XL
        1F9E3|星空围巾|Starry scarf|88|accessories
        2603|保温壶 一升|One-litre flask|129|kitchen
        1F4D3|观星笔记本 黑纸|Observer's notebook, black paper|32|stationery
        1F30D|地球仪 会转的|Globe|158|stationery
        2604|陨石切片 附证书|Slice of a meteorite|288|handmade
        23F0|日出闹钟|Sunrise alarm clock|149|lighting
        """,
    ),
    Stall(
        key="retro", owner="laowang", name="老王旧物", topic="retro", ground="#cdbf8a", commission_bp=800, insures=False, free_from_yuan=199,
        intro="修得好的才卖，修不好的我自己留着。",
        lines="""
        1F4FB|收音机 修好了|Radio, repaired|168|handmade
        1F579|红白机手柄 USB|Old game pad with USB|89|phone-accessories
        1F4BE|软盘便签本|Floppy disk notepad|18|stationery
        1F4FC|空白磁带 五盘|Blank tapes, five|55|stationery
        260E|转盘电话 当灯用|Rotary phone lamp|218|lighting
        1F4F7|胶片相机 机械的|Mechanical film camera|580|handmade
        1F39E|胶卷 三十六张|Film, 36 frames|78|stationery
        1F570|上弦闹钟|Wind-up alarm clock|96|handmade
        1F4FA|小电视摆件 能亮|Little TV that glows|128|lighting
        1F9EE|红木算盘|Abacus|88|stationery
        1F5A8|打字机色带|Typewriter ribbon|32|stationery
        1F3B2|铁皮青蛙|Tin frog|15|toys
        1F69C|铁皮拖拉机|Tin tractor|42|toys
        1F3B9|口风琴 37 键|Melodica, 37 keys|139|instruments
        1F4FF|搪瓷缸 掉了漆的|Enamel mug, chipped|26|tableware|字样:劳动,先进,没字
        """,
    ),
    Stall(
        key="trail", owner="luming", name="鹿鸣山货", topic="hiking", ground="#9fb9a4", commission_bp=1000, insures=True, free_from_yuan=159,
        intro="一半是山里带下来的，一半是带你上山的。",
        lines="""
        1F97E|徒步鞋 防水|Waterproof hiking boots|459|shoes|尺码:38,40,42,44
        1F3D5|双人帐 1.9 公斤|Tent for two, 1.9 kg|569|sports|颜色:沙,绿
        1F392|登山包 45 升|Pack, 45 l|498|bags|颜色:墨绿,橙
        1F9AF|登山杖 一对|Pair of trekking poles|189|sports
        1F9E2|遮阳帽 可折|Folding sun hat|69|accessories
        1F576|偏光镜|Polarised glasses|139|accessories
        1F525|炉头 三千瓦|Stove, 3 kW|158|sports
        1F9ED|地图与罗盘 套装|Map and compass set|79|sports
        1F344|野生菌 干货|Dried wild mushrooms|118|grain-oil|分量:100 克,250 克
        1F330|山核桃 新货|Hickory nuts|59|snacks
        1F36F|崖蜜|Cliff honey|168|grain-oil
        1F33E|高山红米|Red mountain rice|45|grain-oil
        1F9E3|羊毛围脖|Wool neck warmer|76|accessories
        1F6CC|睡袋 零下五度|Sleeping bag to −5 °C|429|sports
        1FA79|野外药包|First-aid pouch|98|sports
        """,
    ),
)  # fmt: skip


def artwork_is_there(code: str) -> bool:
    """Return whether the installed OpenMoji has a drawing for this code."""
    try:
        load_artwork(code, size_px=32)
    except UnknownArtwork:
        return False
    return True
