//! Invented articles, their reposts with edits, and what looks like a repost and is none.

use fastrand::Rng;
use pinyin::ToPinyin as _;
use zhanwen::chinese::annotation;
use zhanwen::chinese::script::folds;

/// An article as a page gives it.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) title: String,
    pub(crate) body: String,
}

/// A name, what makes a text, and what is done to it.
pub(crate) type Edit = (
    &'static str,
    fn(&mut Rng) -> Piece,
    fn(&Piece, &mut Rng) -> Piece,
);

/// What is done to a text that stays the same text.
pub(crate) const EDITS: [Edit; 13] = [
    ("unchanged", article, |piece, _| piece.clone()),
    ("title rewritten", article, retitled),
    ("prefix 据…报道, credits, disclaimer", article, dressed),
    ("paragraphs cut, half at most", article, cut),
    ("one sentence in eight rewritten", article, reworded),
    ("a word changed in each paragraph", article, touched),
    ("a paragraph of its own added", article, introduced),
    ("in traditional characters", article, traditional),
    ("traditional and annotated (pinyin)", article, annotated),
    ("paragraphs joined, punctuation changed", article, reset),
    (
        "title, prefix, cut, sentence, traditional",
        article,
        everything,
    ),
    ("short (60 to 150 characters), dressed", brief, dressed),
    ("short, in traditional characters", brief, traditional),
];

/// A name, and what makes a pair.
pub(crate) type Trap = (&'static str, fn(&mut Rng) -> (Piece, Piece));

/// Pairs of texts that are not the same text.
pub(crate) const TRAPS: [Trap; 7] = [
    ("same event, another text, one quotation", same_event),
    ("same template, another event", same_template),
    ("serial notice, another number and date", serial),
    ("short notice (60 characters), another date", short_notice),
    ("the same notice for another person", person_notice),
    ("a brief, and a roundup that has it", roundup),
    ("other text, the same company profile below", profile),
];

const CITIES: [&str; 24] = [
    "上海", "北京", "广州", "深圳", "成都", "重庆", "杭州", "南京", "武汉", "西安", "青岛", "厦门",
    "长沙", "郑州", "合肥", "昆明", "宁波", "东莞", "佛山", "苏州", "天津", "沈阳", "济南", "福州",
];
const TOPICS: [&str; 26] = [
    "家居建材",
    "汽车零部件",
    "医疗器械",
    "纺织面料",
    "食品饮料",
    "工业机器人",
    "新能源电池",
    "智能照明",
    "农业机械",
    "宠物用品",
    "文化创意",
    "跨境电商",
    "物流装备",
    "环保水处理",
    "印刷包装",
    "教育装备",
    "婚庆摄影",
    "酒店用品",
    "光伏储能",
    "低空经济",
    "美容化妆",
    "陶瓷卫浴",
    "五金工具",
    "船舶海工",
    "茶叶茶具",
    "轨道交通",
];
const SURNAMES: [&str; 16] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
];
const GIVEN: [&str; 16] = [
    "建国", "晓明", "丽华", "志强", "文博", "海燕", "俊杰", "雪梅", "国栋", "思远", "佳宁", "永康",
    "春生", "立新", "玉兰", "子涵",
];
const WORDS: [&str; 96] = [
    "企业",
    "市场",
    "客户",
    "产品",
    "技术",
    "创新",
    "服务",
    "平台",
    "展位",
    "展馆",
    "采购",
    "订单",
    "合作",
    "签约",
    "论坛",
    "专家",
    "代表",
    "协会",
    "政府",
    "经济",
    "产业",
    "升级",
    "数字",
    "绿色",
    "低碳",
    "品牌",
    "渠道",
    "出口",
    "贸易",
    "投资",
    "研发",
    "设计",
    "制造",
    "供应",
    "链条",
    "人才",
    "培训",
    "标准",
    "质量",
    "安全",
    "物流",
    "仓储",
    "城市",
    "区域",
    "发展",
    "推动",
    "促进",
    "带动",
    "提升",
    "优化",
    "完善",
    "扩大",
    "加快",
    "深化",
    "探索",
    "实现",
    "打造",
    "形成",
    "吸引",
    "汇聚",
    "观众",
    "媒体",
    "嘉宾",
    "现场",
    "首发",
    "首展",
    "体验",
    "互动",
    "直播",
    "线上",
    "线下",
    "融合",
    "机遇",
    "挑战",
    "需求",
    "消费",
    "增长",
    "复苏",
    "信心",
    "趋势",
    "方案",
    "案例",
    "经验",
    "成果",
    "奖项",
    "评选",
    "发布",
    "报告",
    "数据",
    "调查",
    "负责人",
    "组委会",
    "参展商",
    "主办方",
    "消费者",
    "上下游",
];
const LINKS: [&str; 14] = [
    "和", "与", "的", "在", "为", "从", "对", "将", "把", "并", "更", "也", "已", "正在",
];

fn pick<'a>(from: &[&'a str], rng: &mut Rng) -> &'a str {
    from[rng.usize(..from.len())]
}

fn person(rng: &mut Rng) -> String {
    format!("{}{}", pick(&SURNAMES, rng), pick(&GIVEN, rng))
}

fn date(rng: &mut Rng) -> String {
    format!("{}月{}日", rng.u32(1..=12), rng.u32(1..=28))
}

fn fair(rng: &mut Rng) -> String {
    format!("{}国际{}博览会", pick(&CITIES, rng), pick(&TOPICS, rng))
}

/// A sentence of words that nobody will write again.
fn free(rng: &mut Rng) -> String {
    let clauses = rng.usize(2..=3);
    let clauses: Vec<String> = (0..clauses)
        .map(|_| {
            let words = rng.usize(4..=7);
            let parts = (0..words).map(|place| {
                let link = if place > 0 && rng.bool() {
                    pick(&LINKS, rng)
                } else {
                    ""
                };
                format!("{link}{}", pick(&WORDS, rng))
            });
            parts.collect()
        })
        .collect();
    format!("{}。", clauses.join("，"))
}

/// A sentence as every press release has it.
fn stock(fair: &str, rng: &mut Rng) -> String {
    let n = rng.u32(2..900);
    match rng.u32(..10) {
        0 => format!(
            "{}，第{}届{fair}在{}国际会展中心开幕。",
            date(rng),
            rng.u32(2..40),
            pick(&CITIES, rng)
        ),
        1 => format!(
            "本届展会展览面积{n}万平方米，共有来自{}个国家和地区的{}家企业参展。",
            rng.u32(3..90),
            n * 7
        ),
        2 => format!("组委会负责人{}在接受采访时表示，{}", person(rng), free(rng)),
        3 => format!(
            "据介绍，展会为期{}天，预计吸引专业观众{n}万人次。",
            rng.u32(2..6)
        ),
        4 => format!(
            "展会同期还将举办{}场专业论坛和{}场采购对接会。",
            rng.u32(2..60),
            rng.u32(2..30)
        ),
        5 => format!(
            "{}行业协会会长{}说：“{}”",
            pick(&TOPICS, rng),
            person(rng),
            free(rng)
        ),
        _ => free(rng),
    }
}

fn paragraph(fair: &str, rng: &mut Rng) -> String {
    let sentences = rng.usize(2..=4);
    (0..sentences).map(|_| stock(fair, rng)).collect()
}

/// An article of 300 to 1,500 characters.
pub(crate) fn article(rng: &mut Rng) -> Piece {
    let fair = fair(rng);
    let paragraphs = rng.usize(4..=9);
    let body: Vec<String> = (0..paragraphs).map(|_| paragraph(&fair, rng)).collect();
    Piece {
        title: format!(
            "{fair}{}",
            pick(&["开幕", "圆满落幕", "亮点抢先看", "筹备工作全面启动"], rng)
        ),
        body: body.join("\n"),
    }
}

/// An article of two or three sentences.
fn brief(rng: &mut Rng) -> Piece {
    let fair = fair(rng);
    Piece {
        title: format!("{fair}快讯"),
        body: format!("{}{}", free(rng), stock(&fair, rng) + &free(rng)),
    }
}

fn retitled(piece: &Piece, rng: &mut Rng) -> Piece {
    let title = format!("重磅！{}{}", pick(&WORDS, rng), free(rng));
    Piece {
        title,
        body: piece.body.clone(),
    }
}

fn dressed(piece: &Piece, rng: &mut Rng) -> Piece {
    let body = format!(
        "来源：{0}展会网\n据{0}展会网{1}报道，{2}\n（责任编辑：{3}）\n免责声明：本文转载自{0}展会网，仅代表作者观点，与本站无关，如有侵权请联系删除。\n上一篇：{4}",
        pick(&CITIES, rng),
        date(rng),
        piece.body,
        person(rng),
        fair(rng)
    );
    Piece {
        title: piece.title.clone(),
        body,
    }
}

fn cut(piece: &Piece, rng: &mut Rng) -> Piece {
    let mut lines: Vec<&str> = piece.body.lines().collect();
    let least = lines.len().div_ceil(2);
    let keep = rng.usize(least..lines.len());
    while lines.len() > keep {
        lines.remove(rng.usize(..lines.len()));
    }
    Piece {
        title: piece.title.clone(),
        body: lines.join("\n"),
    }
}

fn reworded(piece: &Piece, rng: &mut Rng) -> Piece {
    let sentences: Vec<&str> = piece.body.split_inclusive('。').collect();
    let offset = rng.usize(..8.min(sentences.len()));
    let body = sentences.iter().enumerate().map(|(place, sentence)| {
        if place % 8 == offset {
            free(rng)
        } else {
            (*sentence).to_owned()
        }
    });
    Piece {
        title: piece.title.clone(),
        body: body.collect(),
    }
}

fn touched(piece: &Piece, rng: &mut Rng) -> Piece {
    let lines: Vec<String> = piece
        .body
        .lines()
        .map(|line| {
            let there: Vec<&str> = WORDS
                .iter()
                .copied()
                .filter(|word| line.contains(word))
                .collect();
            if there.is_empty() {
                return line.to_owned();
            }
            line.replacen(pick(&there, rng), pick(&WORDS, rng), 1)
        })
        .collect();
    Piece {
        title: piece.title.clone(),
        body: lines.join("\n"),
    }
}

fn introduced(piece: &Piece, rng: &mut Rng) -> Piece {
    let body = format!("{}{}\n{}", free(rng), free(rng), piece.body);
    Piece {
        title: piece.title.clone(),
        body,
    }
}

fn in_traditional(text: &str) -> String {
    use std::collections::HashMap;
    use std::sync::LazyLock;
    static FORMS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
        let mut forms = HashMap::new();
        for (traditional, simplified) in folds() {
            // characters that Big5 has are traditional ones in use
            if encoding_rs::BIG5.encode(&traditional.to_string()).2 {
                continue;
            }
            forms.entry(simplified).or_insert(traditional);
        }
        forms
    });
    text.chars()
        .map(|one| FORMS.get(&one).copied().unwrap_or(one))
        .collect()
}

fn traditional(piece: &Piece, _rng: &mut Rng) -> Piece {
    Piece {
        title: in_traditional(&piece.title),
        body: in_traditional(&piece.body),
    }
}

/// As the tool annotates and the reader recovers it.
fn annotated(piece: &Piece, rng: &mut Rng) -> Piece {
    let marked: Vec<char> = (0..60)
        .filter_map(|_| {
            let all: Vec<char> = piece.body.chars().collect();
            let simple = all[rng.usize(..all.len())];
            let form = in_traditional(&simple.to_string()).chars().next()?;
            (form != simple).then_some(form)
        })
        .collect();
    let write = |text: &str| -> String {
        in_traditional(text)
            .chars()
            .map(|letter| {
                let reading = letter.to_pinyin().filter(|_| marked.contains(&letter));
                reading.map_or_else(
                    || letter.to_string(),
                    |sound| format!("{letter}({})", sound.with_tone()),
                )
            })
            .collect()
    };
    let html = format!(
        "<h1>{}</h1><p>{}</p>",
        write(&piece.title),
        write(&piece.body)
    );
    let recovered = annotation::recover(&html);
    let text = recovered.html.replace("<h1>", "").replace("</p>", "");
    let (title, body) = text.split_once("</h1><p>").unwrap_or(("", &text));
    Piece {
        title: title.to_owned(),
        body: body.to_owned(),
    }
}

fn reset(piece: &Piece, _rng: &mut Rng) -> Piece {
    let body = piece
        .body
        .replace('\n', " ")
        .replace('，', ",")
        .replace('。', ". ")
        .replace('“', "\"");
    Piece {
        title: piece.title.clone(),
        body,
    }
}

fn everything(piece: &Piece, rng: &mut Rng) -> Piece {
    let mut shorter = cut(piece, rng);
    let lines: Vec<&str> = piece.body.lines().collect();
    // a third at most, with all else that is done to it
    if shorter.body.lines().count() * 3 < lines.len() * 2 {
        shorter.body = lines[..(lines.len() * 2).div_ceil(3)].join("\n");
    }
    [retitled, reworded, dressed, traditional]
        .iter()
        .fold(shorter, |piece, edit| edit(&piece, rng))
}

fn same_event(rng: &mut Rng) -> (Piece, Piece) {
    let (fair, city, when, edition) = (fair(rng), pick(&CITIES, rng), date(rng), rng.u32(2..40));
    let quotation = format!("组委会负责人{}表示：“{}”", person(rng), free(rng));
    let write = |verb: &str, rng: &mut Rng| {
        let opening = format!("{when}，第{edition}届{fair}在{city}国际会展中心{verb}。");
        let paragraphs = rng.usize(3..=6);
        let body: Vec<String> = (0..paragraphs)
            .map(|_| format!("{}{}{}", free(rng), free(rng), stock(&fair, rng)))
            .collect();
        Piece {
            title: format!("{fair}{verb}"),
            body: format!("{opening}{}\n{}\n{quotation}", free(rng), body.join("\n")),
        }
    };
    (write("开幕", rng), write("拉开帷幕", rng))
}

fn same_template(rng: &mut Rng) -> (Piece, Piece) {
    let write = |rng: &mut Rng| {
        let (city, topic) = (pick(&CITIES, rng), pick(&TOPICS, rng));
        let n = rng.u32(2..90);
        let body = format!(
            "由中国{topic}行业协会主办的第{}届{city}国际{topic}博览会将于{}至{}日在{city}国际会展中心举行。\n\
             本届展会以“{}{}，{}{}”为主题，展览面积{n}万平方米，设{topic}整机、配件、服务三大展区，预计参展企业{}家。\n\
             展会期间，组委会将为参展企业提供免费的线上推广、采购商邀约和现场对接服务，请各参展单位于{}前完成报名并缴纳展位费。\n\
             展位分配按照先报名、先缴费、先安排的原则进行，组委会有权根据现场情况对个别展位进行调整。\n\
             联系人：{}，电话：0{}-{}。",
            rng.u32(2..40),
            date(rng),
            rng.u32(1..28),
            pick(&WORDS, rng),
            pick(&WORDS, rng),
            pick(&WORDS, rng),
            pick(&WORDS, rng),
            rng.u32(100..3000),
            date(rng),
            person(rng),
            rng.u32(20..99),
            rng.u32(1_000_000..9_999_999)
        );
        Piece {
            title: format!("{city}国际{topic}博览会邀请函"),
            body,
        }
    };
    (write(rng), write(rng))
}

fn serial(rng: &mut Rng) -> (Piece, Piece) {
    let (place, topic, number) = (pick(&CITIES, rng), pick(&TOPICS, rng), rng.u32(2..60));
    let write = |number: u32, rng: &mut Rng| Piece {
        title: format!("关于举办第{number}期{topic}展商培训班的通知"),
        body: format!(
            "各参展单位：\n为帮助参展企业做好展前准备工作，提高参展效果，组委会定于{}举办第{number}期{topic}展商培训班，现将有关事项通知如下：\n\
             一、培训内容：展台搭建规范、展品运输流程、现场安全管理、观众邀约技巧。\n\
             二、培训地点：{place}国际会展中心会议室。\n三、培训对象：各参展单位负责人和现场工作人员，每单位限报两人。\n\
             四、报名方式：请于{}前将报名回执发送至组委会邮箱，逾期不再受理。\n本次培训不收取费用，食宿自理。特此通知。",
            date(rng),
            date(rng)
        ),
    };
    (write(number, rng), write(number + 1, rng))
}

fn short_notice(rng: &mut Rng) -> (Piece, Piece) {
    let place = pick(&CITIES, rng);
    let write = |month: u32, rng: &mut Rng| Piece {
        title: "闭馆通知".to_owned(),
        body: format!(
            "尊敬的各位观众：因设备检修，{place}国际会展中心将于{month}月{}日全天闭馆，次日恢复正常开放，由此带来的不便敬请谅解，感谢您的理解与支持。",
            rng.u32(1..28)
        ),
    };
    let month = rng.u32(1..=11);
    (write(month, rng), write(month + 1, rng))
}

fn person_notice(rng: &mut Rng) -> (Piece, Piece) {
    let when = date(rng);
    let write = |name: &str| Piece {
        title: format!("关于{name}同志任职前的公示"),
        body: format!(
            "为进一步扩大民主，广泛听取干部群众意见，根据干部选拔任用工作有关规定，经集团党委研究，拟任命{name}同志为会展运营部经理，现予以公示。\n\
             公示期间，干部群众如对公示对象有不同意见，可通过来信、来电、来访等形式向集团人力资源部反映。反映问题要实事求是，以真实姓名反映，并提供联系方式。\n\
             公示时间自{when}起五个工作日。受理部门：集团人力资源部，受理时间为工作日上午九点至下午五点。"
        ),
    };
    let one = person(rng);
    let mut other = person(rng);
    while other == one {
        other = person(rng);
    }
    (write(&one), write(&other))
}

fn roundup(rng: &mut Rng) -> (Piece, Piece) {
    let briefs: Vec<Piece> = (0..8)
        .map(|_| {
            let fair = fair(rng);
            Piece {
                title: format!("{fair}快讯"),
                body: format!("{}{}{}", stock(&fair, rng), free(rng), free(rng)),
            }
        })
        .collect();
    let all: Vec<&str> = briefs.iter().map(|brief| brief.body.as_str()).collect();
    let roundup = Piece {
        title: "会展一周要闻".to_owned(),
        body: all.join("\n"),
    };
    (briefs[rng.usize(..briefs.len())].clone(), roundup)
}

fn profile(rng: &mut Rng) -> (Piece, Piece) {
    let about = format!(
        "\n关于我们\n{}{}{}{}",
        free(rng),
        free(rng),
        free(rng),
        free(rng)
    );
    let write = |rng: &mut Rng| {
        let mut piece = article(rng);
        piece.body.push_str(&about);
        piece
    };
    (write(rng), write(rng))
}
