#!/usr/bin/env python3
"""Makes the site of the benchmark: invented news of invented companies, the same in every run.

  site.py pages FOLDER PAGES PORT   two hosts, half of the pages each: FOLDER/gbk and FOLDER/utf8, on
                                    127.0.0.2 and 127.0.0.3; prints where each begins
  site.py front FOLDER PAGES        a small host for every other address: FOLDER/front
  site.py many FOLDER PAGES         a host on 127.0.0.4 whose lists name PAGES articles, all of one text: FOLDER/many

A host has a news page, columns of lists that go on over several pages, and articles: all of it is
reached by following links, and nothing else is linked. README.md says what a page is like.
"""
import math
import pathlib
import random
import sys

COLUMNS = [("gsxw", "公司新闻"), ("hydt", "行业动态"), ("zhdt", "展会动态"), ("mtbd", "媒体报道"), ("tzgg", "通知公告")]
ITEMS = 20
LINKS = 45
PAGE_BYTES = 37_000
SCRIPT_BYTES = 8_200
ENCODINGS = {"gbk": "gbk", "utf8": "utf-8"}

PLACES = "东海 南山 西湖 北岭 江城 云港 石桥 金沙 白鹿 青原 临川 安平 永宁 长乐 新丰 和田".split()
TRADES = "纺织 机床 建材 家具 食品 包装 印刷 玩具 汽配 照明 医疗 安防 环保 农机 物流 文旅 户外 美妆".split()
NOUNS = (
    "展位 观众 买家 展商 论坛 合同 订单 样品 新品 技术 标准 品牌 渠道 市场 政策 服务 方案 平台 数据 设备 材料 工艺 团队 "
    "客户 伙伴 机构 协会 企业 行业 产业 园区 项目 报告 会议 活动 现场 展区 展馆 场地 交通 餐饮 住宿 安保 志愿者 记者"
).split()
VERBS = "举办 参加 组织 介绍 展示 发布 推出 讨论 签订 完成 扩大 提高 改善 支持 推动 带来 吸引 服务 联系 考察 走访 总结".split()
WORDS = "首次 全面 进一步 积极 顺利 同期 共同 继续 逐步 明显 专门 及时 分别 主动 多次 重点".split()
TAILS = "受到好评 成效明显 气氛热烈 内容丰富 组织有序 值得期待 引起关注 取得成功 进展顺利 反响良好".split()
NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文辉建国"


def sentence(dice):
    part = lambda: dice.choice(WORDS) + dice.choice(VERBS) + dice.choice(TRADES) + dice.choice(NOUNS)
    kind = dice.randrange(4)
    if kind == 0:
        return f"{dice.choice(PLACES)}{dice.choice(TRADES)}展览会{part()}，{dice.choice(NOUNS)}{dice.choice(TAILS)}。"
    if kind == 1:
        number = dice.randrange(20, 90_000)
        return f"据介绍，本届展会共有{number}家{dice.choice(TRADES)}{dice.choice(NOUNS)}{part()}，比上届增加{dice.randrange(2, 80)}%。"
    if kind == 2:
        who = dice.choice(NAMES) + "".join(dice.choice(GIVEN) for _ in range(dice.randrange(1, 3)))
        return f"{dice.choice(PLACES)}会展公司负责人{who}表示，公司将{part()}，同时{part()}，{dice.choice(TAILS)}。"
    return f"{part()}，{part()}，{dice.choice(PLACES)}的{dice.choice(NOUNS)}{dice.choice(TAILS)}；{part()}。"


class Host:
    """What one host publishes: `count` pages, told from those of other hosts by `name`."""

    def __init__(self, name, encoding, count):
        self.name, self.encoding = name, encoding
        columns = len(COLUMNS)
        # a news page, and lists of ITEMS for what is left
        self.articles = count - 1 - columns
        while self.articles + columns * self.lists() + 1 > count:
            self.articles -= 1
        self.count = 1 + columns * self.lists() + self.articles

    def lists(self):
        """List pages of a column."""
        return max(1, math.ceil(math.ceil(self.articles / len(COLUMNS)) / ITEMS))

    def dice(self, *of):
        return random.Random("/".join(map(str, (self.name, *of))))

    def address(self, number):
        return f"/news/{COLUMNS[number % len(COLUMNS)][0]}/{10_000 + number}.html"

    def list_address(self, column, page):
        return f"/news/{COLUMNS[column][0]}/" + ("" if page == 1 else f"list_{page}.html")

    def title(self, number):
        dice = self.dice("title", number)
        return f"{dice.choice(PLACES)}{dice.choice(TRADES)}{dice.choice(NOUNS)}{dice.choice(VERBS)}{dice.choice(WORDS)}{dice.choice(TAILS)}第{number}期"

    def day(self, number):
        age = self.articles - number
        return f"{2026 - age // 336}-{12 - age // 28 % 12:02d}-{28 - age % 28:02d}"

    def link(self, number):
        return f'<a href="{self.address(number)}" title="{self.title(number)}" target="_blank">{self.title(number)}</a>'

    def navigation(self):
        items = "".join(f'<li class="nav-item"><a href="{self.list_address(c, 1)}">{label}</a></li>' for c, (_, label) in enumerate(COLUMNS))
        return f'<div class="header"><div class="logo">{self.name}会展网</div><ul class="nav"><li class="nav-item"><a href="/news/">新闻中心</a></li>{items}</ul></div>'

    def sidebar(self, dice, links):
        """Boxes of other articles, `links` in all."""
        out = []
        for box, label in enumerate(("热门新闻", "推荐阅读", "相关资讯")):
            share = links // 3 + (box < links % 3)
            picks = [dice.randrange(self.articles) for _ in range(share)]
            rows = "".join(f'\n            <li class="side-item"><i class="num">{n + 1}</i><span class="tit">{self.link(pick)}</span></li>' for n, pick in enumerate(picks))
            out.append(f'<div class="side-box side-{box}"><h3>{label}</h3><ul>{rows}</ul></div>')
        return '<div class="sidebar">' + "".join(out) + "</div>"

    def page(self, title, main, own_links, dice):
        head = (
            f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="{self.encoding}"><title>{title}-{self.name}会展网</title>'
            f'<meta name="keywords" content="会展,展览,{self.name}"><link rel="stylesheet" href="/static/site.css">'
        )
        navigation = self.navigation()
        sidebar = self.sidebar(dice, LINKS - own_links - 1 - len(COLUMNS))
        foot = f'<div class="footer"><p>版权所有 {self.name}会展公司 电话 000-{dice.randrange(10**7):07d}</p></div></body></html>'
        bare = "".join((head, navigation, main, sidebar, foot))
        # the rest is what pages carry along: boxes of pictures, a style sheet and a script
        left = PAGE_BYTES - len(bare.encode(ENCODINGS[self.encoding]))
        pictures = []
        while left > SCRIPT_BYTES:
            number = len(pictures)
            picture = (
                f'\n        <li class="partner item-{number % 5}" style="width:{100 + number % 9}px"><span class="pic">'
                f'<img src="/upload/2026/{dice.randrange(10**9):09d}.jpg" alt="{dice.choice(PLACES)}{dice.choice(TRADES)}" width="120">'
                f'</span><em class="tit">{dice.choice(TRADES)}{dice.choice(NOUNS)}</em></li>'
            )
            pictures.append(picture)
            left -= len(picture.encode(ENCODINGS[self.encoding]))
        boxes = f'<div class="partners"><ul>{"".join(pictures)}</ul></div>'
        style, script = ["<style>"], ["<script>"]
        while left > 0:
            number = len(style)
            rule = f".module-{number} .item{number % 7}{{margin:{number % 24}px auto;padding:{number % 9}px;color:#{number * 7919 % 0xFFFFFF:06x}}}\n"
            call = f'var slot{number}=document.getElementById("ad-{number}");if(slot{number}){{slot{number}.style.width="{number * 13 % 900}px";}}\n'
            style.append(rule)
            script.append(call)
            left -= len(rule) + len(call)
        style.append("</style></head><body>")
        script.append("</script>")
        return "".join((head, *style, navigation, '<div class="wrap">', main, sidebar, "</div>", boxes, *script, foot))

    def front(self):
        newest = range(self.articles - 1, max(-1, self.articles - 1 - ITEMS), -1)
        rows = "".join(f'\n        <li class="news-item"><span class="date">{self.day(n)}</span><h4 class="tit">{self.link(n)}</h4></li>' for n in newest)
        main = f'<div class="main"><h2>新闻中心</h2><ul class="news-list">{rows}</ul></div>'
        return self.page("新闻中心", main, len(newest), self.dice("front"))

    def list(self, column, page):
        # the newest first
        own = list(range(column, self.articles, len(COLUMNS)))[::-1][(page - 1) * ITEMS : page * ITEMS]
        rows = "".join(f'\n        <li class="news-item"><span class="date">{self.day(n)}</span><h4 class="tit">{self.link(n)}</h4></li>' for n in own)
        last = self.lists()
        numbers = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)} - {page})
        bar = [f'<a href="{self.list_address(column, n)}">{n}</a>' for n in numbers]
        if page < last:
            bar.append(f'<a href="{self.list_address(column, page + 1)}">下一页</a>')
        label = COLUMNS[column][1]
        main = f'<div class="main"><h2>{label}</h2><ul class="news-list">{rows}</ul><div class="pages">{"".join(bar)}</div></div>'
        return self.page(label, main, len(own) + len(bar), self.dice("list", column, page))

    def article(self, number):
        dice = self.dice("article", number)
        title = self.title(number)
        length, paragraphs, written = dice.randrange(900, 2600), [], 0
        while written < length:
            text = "".join(sentence(dice) for _ in range(dice.randrange(2, 6)))
            written += len(text)
            paragraphs.append(f'<p style="text-indent:2em;line-height:1.75em;"><span style="font-family:宋体;font-size:16px;">{text}</span></p>\n')
        who = dice.choice(NAMES) + dice.choice(GIVEN)
        around = [n for n in (number - 1, number + 1) if 0 <= n < self.articles]
        main = (
            f'<div class="main"><h1>{title}</h1><div class="info"><span>发布时间：{self.day(number)} {dice.randrange(8, 20):02d}:{dice.randrange(60):02d}</span>'
            f"<span>来源：{dice.choice(PLACES)}日报</span><span>作者：{who}</span><span>浏览：{dice.randrange(30, 9000)}次</span></div>"
            f'<div class="content">{"".join(paragraphs)}</div>'
            f'<div class="around">{"".join(f"<p>{self.link(n)}</p>" for n in around)}</div></div>'
        )
        return self.page(title, main, len(around), dice)

    def write(self, folder):
        encoding = ENCODINGS[self.encoding]

        def put(address, text):
            path = folder / (address.lstrip("/") + ("index.html" if address.endswith("/") else ""))
            path.write_bytes(text.encode(encoding))

        for column in COLUMNS:
            (folder / "news" / column[0]).mkdir(parents=True, exist_ok=True)
        put("/robots.txt", "User-agent: *\nDisallow: /admin/\n")
        put("/news/", self.front())
        for column in range(len(COLUMNS)):
            for page in range(1, self.lists() + 1):
                put(self.list_address(column, page), self.list(column, page))
        for number in range(self.articles):
            put(self.address(number), self.article(number))


def many(folder, count, on_a_list=4000):
    """A host that is known sooner than it is read: each list names thousands of articles."""
    (folder / "news").mkdir(parents=True, exist_ok=True)
    host, lists = Host("云港", "utf8", 500), math.ceil(count / on_a_list)
    page = lambda title, main: f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title></head><body>{main}</body></html>'
    (folder / "robots.txt").write_text("User-agent: *\n")
    bar = lambda own: "".join(f'<a href="/news/list_{n}.html">{n}</a>' for n in range(1, lists + 1) if n != own) + (
        f'<a href="/news/list_{own + 1}.html">下一页</a>' if own < lists else ""
    )
    for number in range(1, lists + 1):
        ids = range((number - 1) * on_a_list, min(count, number * on_a_list))
        rows = "".join(f'<li><span>2026-11-23</span><a href="/news/{1_000_000 + n}.html">{host.title(n)}</a></li>' for n in ids)
        main = f'<h2>公司新闻</h2><ul class="news-list">{rows}</ul><div class="pages">{bar(number)}</div>'
        name = "index.html" if number == 1 else f"list_{number}.html"
        (folder / "news" / name).write_text(page("公司新闻", main), encoding="utf-8")
        if number == 1:
            (folder / "news" / "list_1.html").write_text(page("公司新闻", main), encoding="utf-8")
    (folder / "article.html").write_text(host.article(100), encoding="utf-8")


def main(what, folder, count, port="0"):
    folder, count = pathlib.Path(folder), int(count)
    if what == "front":
        Host("东海", "utf8", count).write(folder / "front")
        return
    if what == "many":
        many(folder / "many", count)
        return
    for encoding, name, address in (("gbk", "东海", "127.0.0.2"), ("utf8", "江城", "127.0.0.3")):
        host = Host(name, encoding, count // 2)
        host.write(folder / encoding)
        print(f"http://{address}:{port}/news/ {host.count}")


main(*sys.argv[1:])
