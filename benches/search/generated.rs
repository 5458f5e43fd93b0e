//! Invented articles in whose words those of the trade are as frequent as words are: by Zipf's law.

use fastrand::Rng;
use zhanwen::model::Article;

/// What companies of the trade write about, the frequent first; places of these words in the lexicon are
/// spread so that some stand in half of all articles and some in one of a thousand.
const TRADE: [&str; 60] = [
    "会展",
    "上海",
    "国际",
    "企业",
    "展会",
    "博览会",
    "市场",
    "展览",
    "中心",
    "论坛",
    "观众",
    "展商",
    "国际会展中心",
    "行业",
    "北京",
    "产品",
    "技术",
    "组委会",
    "参展",
    "广州",
    "采购",
    "主办方",
    "智能制造",
    "新能源",
    "深圳",
    "供应链",
    "家居",
    "会展经济",
    "签约",
    "展位",
    "跨境电商",
    "成都",
    "专业观众",
    "数字化",
    "展馆",
    "绿色搭建",
    "商协会",
    "线上展厅",
    "同期活动",
    "医疗器械",
    "开幕式",
    "杭州",
    "采购对接会",
    "汽车零部件",
    "纺织面料",
    "食品饮料",
    "工业机器人",
    "展览面积",
    "主题演讲",
    "印刷包装",
    "文旅融合",
    "宠物用品",
    "光伏储能",
    "低空经济",
    "美容化妆",
    "陶瓷卫浴",
    "五金工具",
    "船舶海工",
    "茶叶茶具",
    "轨道交通",
];

/// What holds sentences together.
const PARTICLES: [&str; 16] = [
    "的", "在", "和", "了", "是", "与", "为", "将", "对", "等", "中", "有", "也", "并", "以及",
    "通过",
];

const SOURCES: [&str; 8] = [
    "示例会展",
    "样例展讯",
    "例行日报",
    "虚构展览报",
    "例城晚报",
    "展例周刊",
    "范例商报",
    "假设新闻网",
];

/// Words that an article is about.
const TOPIC: usize = 60;

/// Words of the lexicon.
const WORDS: usize = 20_000;

/// Writes articles.
pub(crate) struct Writer {
    rng: Rng,
    lexicon: Vec<String>,
    /// Up to each word, how often it and those before it come.
    sums: Vec<f64>,
    /// The words of the article at work.
    topic: Vec<usize>,
}

impl Writer {
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let letters = common_characters(&mut rng);
        let mut lexicon: Vec<String> = Vec::with_capacity(WORDS);
        let mut trade = TRADE.into_iter();
        while lexicon.len() < WORDS {
            // from the tenth word on, ever further apart
            let rank = lexicon.len();
            let due = TRADE.len() - trade.len();
            let place = 10.0 * (1.0 + due as f64 / 6.0).powi(2);
            if rank as f64 >= place
                && let Some(word) = trade.next()
            {
                lexicon.push(word.to_owned());
                continue;
            }
            let length = [2, 2, 2, 2, 2, 2, 2, 3, 3, 4][rng.usize(..10)];
            // a few hundred characters are most of what is written
            let word = (0..length).map(|_| {
                let common = skewed(letters.len(), &mut rng);
                letters[skewed(common + 1, &mut rng)]
            });
            lexicon.push(word.collect());
        }
        let mut sum = 0.0;
        let sums = (0..WORDS)
            .map(|rank| {
                sum += 1.0 / (rank as f64 + 30.0);
                sum
            })
            .collect();
        Self {
            rng,
            lexicon,
            sums,
            topic: Vec::new(),
        }
    }

    /// The words an article is about come again and again in it.
    fn new_topic(&mut self) {
        self.topic = (0..TOPIC).map(|_| self.drawn()).collect();
    }

    fn word(&mut self) -> &str {
        let place = if self.rng.u32(..10) < 6 {
            // the first ones most
            self.topic[skewed(self.topic.len(), &mut self.rng)]
        } else {
            self.drawn()
        };
        &self.lexicon[place]
    }

    fn drawn(&mut self) -> usize {
        let last = self.sums.last().copied().unwrap();
        let drawn = self.rng.f64() * last;
        let place = self.sums.partition_point(|sum| *sum < drawn);
        place.min(WORDS - 1)
    }

    fn clause(&mut self, words: usize) -> String {
        let mut clause = String::new();
        for place in 0..words {
            if place > 0 && self.rng.u32(..10) < 3 {
                clause.push_str(PARTICLES[skewed(PARTICLES.len(), &mut self.rng)]);
            }
            let word = self.word();
            clause.push_str(word);
        }
        clause
    }

    /// About 700 characters.
    fn body(&mut self) -> String {
        let target = self.rng.usize(300..1_100);
        let mut body = String::new();
        let mut length = 0;
        while length < target {
            for sentence in 0..self.rng.usize(2..5) {
                for clause in 0..self.rng.usize(1..4) {
                    if clause > 0 {
                        body.push('，');
                    }
                    let words = self.rng.usize(3..8);
                    let clause = self.clause(words);
                    length += clause.chars().count() + 1;
                    body.push_str(&clause);
                }
                body.push('。');
                let _: usize = sentence;
            }
            body.push('\n');
        }
        body
    }

    pub(crate) fn article(&mut self) -> Article {
        self.new_topic();
        let words = self.rng.usize(4..9);
        let (year, month, day) = (
            self.rng.i32(2016..=2026),
            self.rng.u32(1..=12),
            self.rng.u32(1..=28),
        );
        let time = format!(
            "{year}-{month:02}-{day:02} {:02}:{:02}",
            self.rng.u32(8..20),
            self.rng.u32(..60)
        );
        Article {
            title: Some(self.clause(words)),
            source: Some(SOURCES[skewed(SOURCES.len(), &mut self.rng)].to_owned()),
            publish_time: time.parse().ok().filter(|_| self.rng.u32(..100) < 97),
            lang: Some("zh-Hans".to_owned()),
            body_text: Some(self.body()),
            ..Article::default()
        }
    }

    /// The article as it is after an edit: a sentence more.
    pub(crate) fn edited(&mut self, article: &Article) -> Article {
        let mut edited = article.clone();
        let added = self.clause(8);
        if let Some(body) = &mut edited.body_text {
            body.push_str(&added);
            body.push('。');
        }
        edited
    }

    pub(crate) fn number(&mut self, below: u32) -> u32 {
        self.rng.u32(..below)
    }
}

/// A place below `count`, the first ones more often.
fn skewed(count: usize, rng: &mut Rng) -> usize {
    let drawn = rng.f64();
    ((count as f64) * drawn * drawn) as usize
}

/// The characters of the first level of GB 2312, in some order.
fn common_characters(rng: &mut Rng) -> Vec<char> {
    let rows = 0xb0_u8..=0xd7;
    let bytes: Vec<u8> = rows
        .flat_map(|row| (0xa1..=0xfe).flat_map(move |cell| [row, cell]))
        .collect();
    let (text, _) = encoding_rs::GBK.decode_without_bom_handling(&bytes);
    let mut letters: Vec<char> = text
        .chars()
        .filter(|letter| ('\u{4e00}'..='\u{9fff}').contains(letter))
        .collect();
    rng.shuffle(&mut letters);
    letters
}
