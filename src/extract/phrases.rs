//! Fixed phrases around an article: what ends it, and what is never part of it.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

/// A pattern compiled at first use; one that does not compile matches nothing.
pub(super) struct Phrase(LazyLock<Option<Regex>>, Option<Signs>);

/// Strings of which each text with the pattern holds one, in ASCII letters of either case.
type Signs = LazyLock<Option<AhoCorasick>>;

impl Phrase {
    /// The pattern that `compile` gives.
    pub(super) const fn new(compile: fn() -> Option<Regex>) -> Self {
        Self(LazyLock::new(compile), None)
    }

    /// The pattern that `compile` gives, looked for only in a text that holds one of `signs`: a
    /// pattern with many gaps makes new states of its automaton with every text, and finding that
    /// it is not there costs more than all else that is asked of a line.
    const fn with_signs(
        compile: fn() -> Option<Regex>,
        signs: fn() -> Option<AhoCorasick>,
    ) -> Self {
        Self(LazyLock::new(compile), Some(LazyLock::new(signs)))
    }

    /// Whether it is found in `text`.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let signs = self.1.as_ref().and_then(|signs| signs.as_ref());
        signs.is_none_or(|signs| signs.is_match(text))
            && self
                .0
                .as_ref()
                .is_some_and(|pattern| pattern.is_match(text))
    }

    /// Its first group (or all of it) in `text`, with where the whole match is.
    pub(super) fn find<'text>(
        &self,
        text: &'text str,
    ) -> Option<(&'text str, std::ops::Range<usize>)> {
        let pattern = self.0.as_ref()?;
        if pattern.captures_len() == 1 {
            // groups cost several times what finding does
            let whole = pattern.find(text)?;
            return Some((whole.as_str(), whole.range()));
        }
        let found = pattern.captures(text)?;
        let whole = found.get(0)?;
        let group = found.get(1).unwrap_or(whole);
        Some((group.as_str(), whole.range()))
    }
}

macro_rules! phrase {
    ($(#[$about:meta])* $name:ident = $($pattern:literal)+) => {
        $(#[$about])*
        pub(super) static $name: Phrase =
            Phrase::new(|| Regex::new(concat!($($pattern),+)).ok());
    };
}

// None of these that many lines are asked for has a Unicode `\b`: outside ASCII it costs fifty times as
// much. Nor do they repeat a large class such as `\w`, `\p{L}` or `\W` by count: each repetition holds
// all its ranges, in every thread's memory, and a pattern that large falls back to the slowest search.

phrase!(
    /// A short line that opens what follows an article: nothing after it is the article's.
    AFTERMATH = r"(?i)^[\s【\[▼■●◆>»|:：#*“-]*(?:"
        r"相关(?:新闻|阅读|文章|推荐|资讯|链接|报道|产品|内容|信息|专题|搜索|视频|主题|连结|新聞)|相關"
        r"|延伸阅读|延伸閱讀|推荐(?:阅读|文章|新闻|资讯|产品)|热门(?:推荐|文章|新闻|评论|资讯|点击|标签|排行|产品)"
        r"|热点(?:推荐|新闻|排行)|猜你喜欢|更多(?:新闻|精彩|推荐|内容|资讯)|精彩(?:推荐|阅读|评论|视频推荐|图片)|大家都在看|图文推荐"
        r"|最新(?:评论|文章|资讯|新闻|留言)|网友评论|網友評論|发表评论|發表評論|我要评论|我来说两句|用户评论|热门跟贴|评论列表|评论区"
        r"|(?:点击)?(?:打开|下载)(?:APP|客户端)|展开(?:全文|阅读)|阅读全文$|点击(?:展开|阅读全文)|上一[篇条页个则]|下一[篇条页个则]|上篇|下篇|前一篇|后一篇|返回列表|返回上一页|返回顶部"
        r"|扫码(?:关注|阅读|查看|下载|报名|咨询)|长按(?:识别|扫描|二维码)|其[他它](?:新闻|文章|资讯|推荐)|扫一扫|扫描二维码|扫二维码|分享到|分享至|分享让|分享给|分享文章|分享此|共享此|转发到|【?打印|【?关闭窗口|关闭本页|加入收藏|收藏本文"
        r"|關鍵字|熱門|相关标签|关键[词字]\s*[:：]|标签\s*[:：]|tags?\s*[:：]|本文(?:网址|地址|链接|标签|关键)"
        r"|(?:免责声明|免責聲明|版权声明|特别声明|郑重声明)(?:[\s:：】\]）),，]|$)|声明\s*[:：]|版权与免责|返回首页|网站地图|联系我们|友情链接"
        r"|(?:related|more) (?:articles?|stories|posts?|news|coverage|content|links|topics|reading)|you (?:may|might) also"
        r"|recommended (?:for you|stories|reading|articles)|read (?:more|next)|most (?:read|popular|viewed)|popular (?:posts|stories)"
        r"|share (?:this|on|via)|leave a (?:reply|comment)|(?:\d+ )?comments?(?:\W|$)|post a comment|about the author|sign up (?:for|to)|subscribe"
        r"|follow us|trending|advertisement|newsletter|don't miss|see also:?$|more from|more on|up next|previous (?:post|article)|next (?:post|article)|filed under|categories:"
        r")"
);

phrase!(
    /// The heading of a box that cannot be the article's, however much it holds.
    RELATED = r"(?i)^[\s【\[▼■●◆>»|：:#*“-]*(?:相关(?:新闻|阅读|文章|推荐|资讯|报道|产品|信息|案例|专题|视频)|延伸阅读|推荐(?:阅读|文章|新闻|资讯|产品)|热门(?:推荐|文章|新闻|资讯|产品|标签|排行)|猜你喜欢|大家都在看|最新(?:文章|资讯|新闻|评论)|related (?:articles?|stories|posts?|news|products?|content)|you (?:may|might) also (?:like|enjoy|be interested in)|recommended (?:for you|stories|reading|articles)|most (?:read|popular|viewed)|popular (?:posts|stories)|more (?:stories|news)|trending(?: now)?|also from this source)[\s】\]:：…>»+]*(?:more|更多)?[\s】\]>»+]*$"
);

phrase!(
    /// A line that points to another article: `Read more: …`.
    POINTER = r"(?i)^[\s【\[▼■●◆>»|：:#*“-]*(?:(?:also |must[- ]?)?read(?: more| also| next)?|see also|related(?: (?:story|stories|articles?|news|coverage|content|reading|posts?))?|more(?: on this| stories| like this)?|watch(?: also| now| more)?|recommended(?: reading)?"
        r"|lesen sie (?:auch|mehr|dazu)|mehr zum thema|lea también|leer (?:más|también)|te puede interesar|(?:à )?lire aussi|leia (?:também|mais)|veja também|leggi anche|lees (?:ook|meer)|läs (?:också|mer)|читайте также"
        r"|相关(?:阅读|新闻|报道|链接|文章|推荐)|延伸阅读|延伸閱讀|推荐阅读|往期(?:推荐|回顾|精选|阅读)?|此前报道)\s*[:：|丨][^/]"
);

phrase!(
    /// A line that asks readers to subscribe, to follow or to write.
    INVITATION = r"(?i)^[\s【\[▼▲■●◆>»|*“-]*(?:sign up (?:for|to)(?:\W|$)|subscribe (?:to|now|today|here|for)(?:\W|$)|get [^.,;:!?]{1,40} .{0,60}(?:newsletter|inbox|e-?mail alerts|delivered)|(?:follow|like|find) [^.,;:!?]{1,40} on (?:facebook|twitter|x|instagram|linkedin|youtube|google|flipboard)|join (?:our|the) .{0,40}(?:newsletter|mailing list|conversation|discussion)|download (?:our|the) (?:.{0,19}\W)?app(?:\W|$)|click here to (?:subscribe|sign up|join|get)|enter your e-?mail|tell us what you think|have your say|this (?:article|story|content) is (?:only |exclusively )?(?:for|available to|reserved for) .{0,20}(?:subscribers|members)|already a (?:subscriber|member)|(?:please )?(?:log|sign) in to (?:continue|read|comment)|to continue reading"
        r"|点击.{0,4}(?:蓝字|关注)|(?:欢迎|请|敬请|长按.{0,6}|扫码|微信扫码)?关注(?:我们|本公众号|.{0,12}(?:公众号|微信号))|点(?:个|击)?.{0,2}[“「]?(?:在看|赞)|(?:长按|识别|扫描|扫一扫|微信扫).{0,10}(?:二维码|关注))"
);

phrase!(
    /// A line of signs, or the end of the text in so many words.
    RULE = r"(?i)^[\s\-=_*~·•—─━#+<>◆◇■□●○▲▼☆★]*(?:(?:[\-=_*~·•—─━#+<>◆◇■□●○▲▼☆★]\s*){3}|[\-=_*~—─━]\s*(?:the end|end|完)\s*[\-=_*~—─━]|[（(](?:完|全文完|本文完)[)）])[\s\-=_*~·•—─━#+<>◆◇■□●○▲▼☆★]*$"
);

phrase!(
    /// A short line that opens a legal notice or a cookie dialog, however long that is.
    NOTICE = r"(?i)^[\s【\[（(]*(?:(?:反侵权公告|侵权公告|版权声明|免责声明|法律声明|特别声明|郑重声明)(?:[\s:：】\]）),，]|$)|隐私(?:$|[\s:：】政声条保设权])|(?:your )?privacy(?: overview| settings| preferences| notice)|manage (?:cookies|consent)|cookie consent|this (?:web)?site uses cookies|we use cookies|cookie (?:policy|settings|notice|preferences))"
);

/// What stands in a footer or a legal notice.
pub(super) static LEGAL: Phrase = Phrase::with_signs(
    || Regex::new(LEGAL_PATTERN).ok(),
    || {
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(LEGAL_SIGNS)
            .ok()
    },
);

const LEGAL_PATTERN: &str = concat!(
    r"(?i)^\W*copyright(?:\W|$)|copyright\s*(?:©|\(c\)|[:：@]|(?:19|20)\d\d|by(?:\W|$)|all(?:\W|$)|\W*$)|©|版[权權]所有(?:[^者权權的人方在已]|$)|all rights reserved",
    r"|ICP[备備證证]\s*(?:案?号?[:：]?\s*)?[-\dA-Z(（]|[京沪粤浙苏川渝津鲁湘鄂闽皖豫晋冀辽吉黑陕甘宁青新藏桂琼贵云蒙赣]ICP|公网安备\s*\d|[京沪粤浙苏川渝津鲁湘鄂闽皖豫晋冀辽吉黑陕甘宁青新藏桂琼贵云蒙赣]公网安备",
    r"|许可证\s*(?:编?号)?\s*[:：\dA-Z]|^.{0,16}许可证$|^\W*技术支持\s*(?:[:：]|by(?:\W|$)|.{0,12}$)|\s技术支持\s|技术支持\s*[:：]",
    r"|未经.{0,12}(?:授权|许可|同意|允许).{0,16}(?:转载|复制|摘编|镜像|翻印|刊登|盗用|抄袭)|^\W*未经.{0,12}(?:授权|许可|同意|允许)[，,]?\s*(?:任何.{0,8}|均?)(?:不得|禁止|严禁)(?:擅自)?(?:使用|以任何|用于)|转载请(?:务必)?注明|轉載請註明",
    r"|不代表(?:本|我)|仅代表.{0,8}(?:观点|立场|意见)|(?:文章|观点|内容|言论|本文|网友).{0,30}不代表.{0,12}(?:观点|立场)|不代表.{0,10}[网号社站].{0,3}(?:观点|立场)",
    r"|(?:本文|以上|文章|内容|信息|资料|数据).{0,20}仅供参考|^.{0,12}仅供参考.{0,12}不",
    r"|[如若].{0,16}侵犯.{0,30}(?:联系|告知|通知|删除)|(?:举报|客服)(?:电话|热线|邮箱)\s*[:：]|^\W*(?:举报|客服)电话\s*\d|^.{0,16}投稿邮箱\s*[:：a-z]|^\W*投稿邮箱",
    r"|uses? cookies|著作权法.{0,40}(?:转载|追究)|著作權(?:所有|聲明|歸)|^\W*著作權",
);

/// One of them is in whatever [`LEGAL_PATTERN`] matches. No `s` and no `k`, which stand for more than
/// ASCII letters.
const LEGAL_SIGNS: [&str; 24] = [
    "copyright",
    "©",
    "版权所有",
    "版權所有",
    "all right",
    "icp",
    "公网安备",
    "许可证",
    "技术支持",
    "未经",
    "转载请",
    "轉載請",
    "不代表",
    "仅代表",
    "仅供参考",
    "侵犯",
    "举报电话",
    "举报热线",
    "举报邮箱",
    "客服",
    "投稿邮箱",
    " coo",
    "著作权法",
    "著作權",
];

phrase!(
    /// The heading of readers' comments, which may say more than the article.
    COMMENTS = r"(?i)^[\s【\[■●◆|»]*(?:(?:(?:全部|最新|热门|精彩|网友|用户|所有)(?:评论|留言|跟帖|回复)|\d+\s*(?:条评论|条留言|(?:comments?|responses|replies)(?:[\s】\]()（）:：]|$))|评论区|(?:评论|留言|comments|discussion)\s*[(（]\s*\d+)[\s】\]\d()（）条:：]*$|(?:\d+|one|two|three|no) (?:thoughts?|comments?|responses?|repl(?:y|ies)) (?:on|to) |leave a (?:reply|comment)(?:\W|$)|(?:post|add|write) a comment|(?:view|show|load|read|join) (?:all |the |more )?(?:\d+ )?(?:comments|conversation|discussion))"
);

phrase!(
    /// What a reader may do with one comment; it stands below each of them.
    REPLY = r"(?i)^[\s\[【|]*(?:reply|quote|report(?: abuse| comment)?|permalink|flag|like|upvote|回复|引用|举报|支持|反对|顶|踩|点赞)[\s\]】()（）\d|]*$"
);

phrase!(
    /// A line that is an address and nothing else.
    ADDRESS = r"^\s*(?:\S+@\S+\.\w+|@\w+|(?:https?://)?(?:www\.)?(?:twitter|facebook|instagram|linkedin)\.com/\S+)\s*$"
);

phrase!(
    /// What a site says of its own cookies, in whole paragraphs.
    COOKIES = r"(?i)(?-u:\b)(?:we|this (?:web)?site|our (?:web)?sites?)(?-u:\b).{0,60}(?-u:\b)cookies(?-u:\b).{0,400}(?-u:\b)(?:our|this|the) (?:web)?site|(?-u:\b)(?:our|this) (?:web)?site(?-u:\b).{0,80}(?-u:\b)cookies(?-u:\b)|(?-u:\b)on (?:this|our) (?:web)?site,? we use cookies(?-u:\b)|(?:本网站|本站|我们)(?:会|将)?(?:使用|利用).{0,12}cookies?"
);

phrase!(
    /// The heading of what a company says of itself on every page.
    PROFILE = r"(?i)^[\s【\[■●◆|»-]*(?:(?:公司|企业|集团|本站|单位|机构|展会|组委会)(?:简介|介绍|概况)|关于我们|关于本站|(?:在线)?联系(?:我们|方式)|联系信息|在线(?:留言|咨询|客服|报名)|公司簡介|關於我們|聯絡我們|about us|contact us)[\s】\]:：>»]*(?:more|更多|\+|>)*\s*$"
);

phrase!(
    /// Where the reader stands in the site.
    BREADCRUMB = r"(?:当前|现在|所在|當前|目前)的?(?:所在)?的?(?:位置|页面|位于)|^首页\s*[-–>»＞/→]+|^(?:home|主页)\s*[>»＞]|[>»＞]\s*正文$"
);

phrase!(
    /// Tools around an article, by whole short lines.
    TOOLS = r"(?i)^[\s【\[（(]*(?:字号|字体|字體|大字|小字|打印(?:本页|此页)?|关闭(?:窗口)?|收藏|分享|举报|纠错|我要纠错|复制链接|点赞|转发|评论|订阅|关注|登录|注册|微信|微博|新浪微博|腾讯微博|QQ空间|QQ好友|-*分[隔割]线-*|人人网?|开心网|豆瓣网?|百度首页|正文|双击自动滚屏|用手机看|编辑|参与|share|广告|推广|(?:赞|踩|顶)[\s\d()（）]*(?:踩|顶)?|print|email|tweet|(?:story|article) continues below(?: advertisement)?|read later|bookmark|listen(?: to (?:this )?article)?|\d+[- ]min(?:ute)?s? (?:read|listen)|facebook|twitter|pinterest|linkedin|whatsapp|comments?|adverts?|advertisements?|save|reply|caption|close|back to gallery|(?:view|see|open) (?:full |photo )?gallery|(?:image|photo|slide)?\s*\d+\s*(?:of|/)\s*\d+)[\s】\]）):：+|]*\d*[\s】\]）)条人次]*$|^[^。，【]{0,12}(?:【[^】。，]{1,8}】\s*){3,}[^。，]{0,6}$"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_line_is_asked_for_runs_on_the_fast_engine() {
        for phrase in [
            &AFTERMATH,
            &RELATED,
            &POINTER,
            &INVITATION,
            &RULE,
            &NOTICE,
            &LEGAL,
            &COOKIES,
        ] {
            let pattern = phrase.0.as_ref().expect("compiles").as_str();
            assert!(
                !pattern.replace(r"(?-u:\b)", "").contains(r"\b"),
                "{pattern}"
            );
            let small = regex::RegexBuilder::new(pattern)
                .size_limit(1 << 20)
                .build();
            assert!(small.is_ok(), "{pattern}");
        }
    }

    #[test]
    fn no_legal_line_is_passed_over_for_want_of_a_sign() {
        let pattern = LEGAL.0.as_ref().expect("compiles");
        let sign = LEGAL.1.as_ref().expect("signs").as_ref().expect("build");
        // a text for each branch of the pattern
        for line in [
            "Copyright 2020",
            "COPYRIGHT",
            "copyright © 某公司",
            "(C) ©",
            "版权所有：某公司",
            "版權所有",
            "All Rights Reserved",
            "ICP备12345678号",
            "京icp证",
            "粤公网安备 44010000000000号",
            "许可证编号：A12",
            "某某许可证",
            "技术支持：某公司",
            "网站 技术支持 某公司",
            "技术支持某公司",
            "未经某公司书面授权，不得转载",
            "未经许可，任何人不得使用",
            "转载请务必注明出处",
            "轉載請註明",
            "不代表本站观点",
            "仅代表作者观点",
            "本文内容不代表平台立场",
            "不代表本网观点",
            "以上信息仅供参考",
            "数据仅供参考，不作依据",
            "如有侵犯您的权利请联系我们",
            "举报电话：000",
            "举报热线: 000",
            "举报邮箱：a@example.cn",
            "客服热线：000",
            "客服电话 000",
            "客服邮箱：a",
            "投稿邮箱：a@example.cn",
            "This site uses cookies",
            "we use Cookies",
            "依著作权法禁止转载",
            "著作權聲明",
        ] {
            assert!(pattern.is_match(line), "{line}");
            assert!(sign.is_match(line), "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_the_legal_pattern_makes_has_a_sign(line in proptest::string::string_regex(&generating()).expect("pattern")) {
            let pattern = LEGAL.0.as_ref().expect("compiles");
            let sign = LEGAL.1.as_ref().expect("signs").as_ref().expect("build");
            proptest::prop_assert!(!pattern.is_match(&line) || sign.is_match(&line), "{line}");
        }
    }

    /// The pattern as one that makes texts: without assertions, and in ASCII where letters stand.
    fn generating() -> String {
        LEGAL_PATTERN
            .replace("(?i)", "")
            .replace(['^', '$'], "")
            .replace("\\W", "[ ,]")
    }
}
