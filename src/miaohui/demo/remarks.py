"""What people say under clips: lines by topic, lines for single clips, each with an answer."""

from typing import NamedTuple


class Remark(NamedTuple):
    """One comment in both languages, and what the clip's author may answer (empty: nothing)."""

    zh: str
    en: str
    answer_zh: str = ""
    answer_en: str = ""


ANYWHERE: tuple[Remark, ...] = (
    Remark("看了三遍，停不下来", "Watched it three times and I have things to do"),
    Remark("这个配乐也太舒服了", "The music alone is worth it", "自己瞎弹的，谢谢", "Just me messing about, thank you"),
    Remark("转给我妈了", "Sent this to my mum", "替我问好", "Say hello from me"),
    Remark("下一集什么时候", "When is the next one?", "周末就拍", "This weekend"),
    Remark("今天最好的一分钟", "Best minute of my day"),
    Remark("默默收藏", "Quietly saving this one"),
    Remark("原来隔壁住着高手", "So this is who lives next door", "来坐坐", "Come by some time"),
    Remark("看完心情好了", "I feel better now, thanks"),
)

BY_TOPIC: dict[str, tuple[Remark, ...]] = {
    "street-food": (
        Remark(
            "深夜刷到这个，我错了",
            "Seeing this at midnight was a mistake",
            "下来吃，还没收摊",
            "Come down, we are still open",
        ),
        Remark(
            "在哪条街？明天就去",
            "Which street? I am going tomorrow",
            "老粮站对面那条巷子",
            "The lane across from the old granary",
        ),
        Remark("火候一看就是老手", "You can tell by the fire that this is no beginner"),
        Remark(
            "我奶奶也是这么做的，一模一样",
            "My grandmother did it exactly like this",
            "奶奶们都是通着气的",
            "Grandmothers are all in contact",
        ),
        Remark("隔着屏幕闻到了", "I can smell it through the screen"),
        Remark(
            "求配方，少放辣",
            "Recipe please, gentle on the chilli",
            "评论区写不下，改天单独拍",
            "Too long for here, I will film it",
        ),
        Remark("收摊前还有吗？", "Any left before you close?", "给你留一份", "Keeping one for you"),
    ),
    "tea": (
        Remark("听得见水声，先深呼吸一下", "I can hear the water. Breathing out now"),
        Remark(
            "这个釉色是怎么烧出来的",
            "How do you get that glaze?",
            "还原焰，别的靠运气",
            "Reduction firing, and luck for the rest",
        ),
        Remark(
            "水温多少合适？",
            "How hot should the water be?",
            "八十度，手背靠近不躲就行",
            "Eighty degrees; hold your hand near, it should not flinch",
        ),
        Remark("雨天看这个正好", "Perfect for a rainy afternoon"),
        Remark("手真稳", "What steady hands", "前三十个不稳", "The first thirty were not"),
        Remark("想要一只，卖吗", "I would like one. Do you sell?", "等我再烧一窑", "After the next kiln"),
        Remark("我外公也用这种壶", "My grandfather had a pot like this"),
    ),
    "cats": (
        Remark("它才是房东", "We all know who owns the flat", "房租是罐头", "The rent is paid in tins"),
        Remark("我家那只也这样！！", "Mine does exactly this", "是不是同一个师傅教的", "They must share a teacher"),
        Remark("请问可以只关注猫吗", "Can I follow only the cat?", "它同意了", "She says yes"),
        Remark("这个眼神，绝对是故意的", "That look. Entirely on purpose"),
        Remark("小名叫什么？", "What is the little one called?", "大名小名都不应", "It answers to nothing"),
        Remark("声音开大，呼噜声救我狗命", "Sound on. The purring is saving my life"),
        Remark("看了八遍，它赢了", "Eight views. It wins"),
    ),
    "lanterns": (
        Remark(
            "小时候也有一只，后来烧了个洞",
            "I had one as a child. It caught fire, of course",
            "谁的没烧过",
            "Whose did not",
        ),
        Remark("这才是过节", "Now it feels like a festival"),
        Remark(
            "想学，收徒吗",
            "I want to learn. Do you take students?",
            "周六上午，带双手来",
            "Saturday mornings. Bring your hands",
        ),
        Remark("倒影比灯还好看", "The reflection is even better than the lamp"),
        Remark("一盏要做多久？", "How long does one take?", "快的三天，好的七天", "Three days fast, seven days well"),
        Remark("谢谢师傅还在做", "Thank you for still making these", "你们看，我就做", "You watch, I make"),
        Remark("明年带孩子去", "Taking my kids next year"),
    ),
    "hiking": (
        Remark("哪条线？新手能走吗", "Which trail? Fine for a beginner?", "能，别穿新鞋", "Yes. Not in new shoes"),
        Remark("周一早上看这个，更不想上班了", "Seeing this on a Monday should be illegal"),
        Remark("空气隔着屏幕都是甜的", "The air looks sweet"),
        Remark("几点出发的？", "What time did you set out?", "三点，闹钟响了两次", "Three. The alarm rang twice"),
        Remark("腿已经开始疼了", "My knees hurt just watching", "第二天更疼", "Day two is worse"),
        Remark("垃圾带走，点赞", "Thank you for carrying the rubbish down"),
        Remark("下次叫上我", "Take me next time", "周日六点，西门", "Sunday, six, west gate"),
    ),
    "stars": (
        Remark("活到今天才知道", "How did I not know this", "我也是去年才知道", "I only learnt it last year"),
        Remark(
            "讲给我儿子听，他问了二十个为什么",
            "Told my son. He had twenty questions",
            "把问题发来，我拍",
            "Send them, I will film the answers",
        ),
        Remark(
            "用什么望远镜？",
            "Which telescope is that?",
            "入门的就够，先看月亮",
            "A small one will do. Start with the moon",
        ),
        Remark("关灯看，起鸡皮疙瘩", "Lights off. Goosebumps"),
        Remark(
            "城里能看到吗",
            "Can you see it from a city?",
            "能，找个楼顶，等眼睛习惯",
            "Yes. A roof, and ten minutes of patience",
        ),
        Remark("物理课要是这样就好了", "If only physics class had been like this"),
        Remark("人类真小，真好", "We are so small. It is rather nice"),
    ),
    "dance": (
        Remark("在客厅跟跳了，楼下敲了天花板", "Danced along. The neighbours knocked", "叫他们一起", "Invite them"),
        Remark(
            "第三个八拍怎么转的？",
            "How do you turn on the third eight?",
            "重心先过去，人再过去",
            "Weight first, then you",
        ),
        Remark("快乐是会传染的", "It is catching"),
        Remark("我妈说她年轻时也会", "My mother says she could do this once", "那就是还会", "Then she still can"),
        Remark(
            "几点在哪儿跳？想加入",
            "Where and when? I want to join",
            "七点，文化宫门口",
            "Seven, in front of the culture hall",
        ),
        Remark("节奏踩得太准了", "Right on the beat, every time"),
        Remark("勇敢！", "Brave. Well done", "谢谢，手还在抖", "Thank you. Still shaking"),
    ),
    "garden": (
        Remark(
            "我家的又养死了，怎么办",
            "Mine died again. What am I doing wrong?",
            "八成是水浇多了",
            "Too much water, nearly always",
        ),
        Remark("几平米种出来的？", "How big is your balcony?", "四平米，往上长", "Four square metres. Grow upwards"),
        Remark("用什么土？", "Which soil do you use?", "自己沤的，别问味道", "Home-made. Do not ask about the smell"),
        Remark("看它长大好治愈", "Watching things grow is a kind of rest"),
        Remark("蜜蜂好敬业", "That bee works harder than I do"),
        Remark("分一棵苗给我吧", "Could I have a seedling?", "来拿，带个盆", "Come by, bring a pot"),
        Remark("自己种的就是甜", "Home-grown always tastes better"),
    ),
    "football": (
        Remark(
            "这球要是进了我请客", "If that goes in, drinks are on me", "进了，地址发我", "It went in. Send the address"
        ),
        Remark("周三还缺人吗", "Still short on Wednesday?", "缺个门将", "We need a keeper"),
        Remark("越位了吧", "That was offside", "没有", "It was not"),
        Remark("弧线漂亮", "What a curve"),
        Remark("看得我脚痒", "My feet are itching"),
        Remark("教练当年也这么喊我", "My coach used to shout exactly that"),
        Remark("野球才是真球", "Real football has jackets for goalposts"),
    ),
    "cycling": (
        Remark(
            "这条路我每天骑，没发现这么好看",
            "I ride this every day and never saw it",
            "换个方向骑试试",
            "Try it the other way",
        ),
        Remark("头盔戴了吗", "Helmet?", "戴了，在镜头外", "On, just out of shot"),
        Remark("风声录得真好", "You can hear the wind"),
        Remark("多少公里？", "How far is it?", "绕一圈十八公里", "Eighteen kilometres round"),
        Remark("求路线图", "Could you share the route?", "主页置顶了", "Pinned on my page"),
        Remark("堵车的人看哭了", "Watching this from a traffic jam. Tears"),
        Remark("铃声好听", "Lovely bell"),
    ),
    "retro": (
        Remark("暴露年龄了", "This gives away my age", "我们是同龄人", "Same vintage"),
        Remark("那声音一响，我就回到初二", "That sound, and I am thirteen again"),
        Remark("还能开机？！", "It still boots?", "换了两个电容", "Two new capacitors"),
        Remark("我家那台被我妈卖废品了", "My mother sold ours for scrap", "节哀", "My condolences"),
        Remark("孩子问这是什么，我说是我的青春", "My kid asked what it is. My youth, I said"),
        Remark("像素艺术永远的神", "Pixels never get old"),
        Remark(
            "想听开机完整版", "I want the whole start-up, uncut", "三分钟，你确定？", "Three minutes. Are you sure?"
        ),
    ),
}

BY_CLIP: dict[str, tuple[Remark, ...]] = {
    "lanterns/riddle-night": (
        Remark("镜子！", "A mirror!", "对了，灯归你", "Right. The lantern is yours"),
        Remark("想了半天，还是看了评论区", "Thought for ages, then looked at the comments"),
    ),
    "hiking/clean-trail": (Remark("袜子是我的……", "The sock is mine…", "洗好了，来拿", "Washed. Come and get it"),),
    "dance/shy-first": (
        Remark("别停，跳得真好", "Do not stop. This is lovely", "我会的", "I will not"),
        Remark("我等了两年才敢，你只用了一次", "It took me years. You did it in one"),
    ),
    "football/keepy-hundred": (
        Remark("算！狗是替补", "It counts. The dog was a substitute", "已签约", "Contract signed"),
    ),
    "retro/pager-code": (
        Remark(
            "520 我收到过一次，没敢回",
            "I got a 520 once and never dared answer",
            "现在回还来得及",
            "There is still time",
        ),
        Remark("886 也要有姓名", "Do not forget 886"),
    ),
    "tea/kiln-opening": (
        Remark(
            "求你卖给我", "Please sell it to me", "这只不卖，下一窑先叫你", "Not this one. I will call you for the next"
        ),
    ),
    "cats/slow-blink": (
        Remark("试了，它翻了个白眼", "Tried it. She rolled her eyes", "再试一个月", "Try for another month"),
    ),
    "garden/aubergine-talk": (
        Remark("都聊些什么？", "What do you talk about?", "天气，还有孙子", "The weather, and the grandchildren"),
    ),
    "cycling/lane-thanks": (
        Remark(
            "听见你的铃了！我就在后面",
            "I heard your bell. I was right behind you",
            "那条弯道的绿头盔？",
            "Green helmet at the bend?",
        ),
    ),
    "stars/station-pass": (Remark("我也挥手了", "I waved too", "那就是两个人", "Then there were two of us"),),
    "street-food/dumplings-hundred": (
        Remark("孙子回来了吗？", "Did he come home?", "回来了，吃了四十个", "He did. He ate forty"),
    ),
}
