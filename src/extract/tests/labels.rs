//! Every label that templates print, in each spelling met: simplified, traditional, annotated.

use super::*;

/// Labels of the outlet: words parted by blanks, the spellings of one by `、`.
const SOURCE: &str = "\
    来源、來源、來(lái)源 文章来源、文章來源、文章來(lái)源 文章出处、文章出處 \
    信息来源、信息來源、信息來(lái)源 出处、出處 来自、來自、來(lái)自 \
    本文来源于、本文來源於、本文來(lái)源于 本文来自、本文來自、本文來(lái)自 \
    资料来源、資料來源、資料來(lái)源 文字来源、文字來源、文字來(lái)源 \
    来源于、來源於、來(lái)源于 稿源 稿件来源、稿件來源、稿件來(lái)源 \
    新闻来源、新聞來源、新聞來(lái)源 信息出处、信息出處 转载自、轉載自、轉(zhuǎn)載自 \
    转自、轉自、轉(zhuǎn)自 摘自 供稿 供稿单位、供稿單位 \
    发布机构、發佈機構、發(fā)布機(jī)構(gòu) 原文出处、原文出處";

/// Labels of the author.
const AUTHOR: &str = "\
    作者 文章作者 发布人、發佈人、發(fā)布人 信息发布人、信息發佈人、信息發(fā)布人 \
    发布者、發佈者、發(fā)布者 记者、記者 通讯员、通訊員 文/图、文/圖 图/文、圖/文 文： 文/ \
    撰文 撰稿 小编、小編 原创、原創、原創(chuàng)";

/// Labels of the editor.
const EDITOR: &str = "\
    编辑、編輯 责任编辑、責任編輯";

/// Labels of the publish time.
const TIME: &str = "\
    发布时间、發佈時間、發(fā)布時(shí)間 发布日期、發佈日期、發(fā)布日期 \
    发布、發佈、發(fā)布 发表时间、發表時間、發(fā)表時(shí)間 发表于、發表於、發(fā)表于 \
    发布于、發佈於、發(fā)布于 时间、時間、時(shí)間 日期 更新时间、更新時間、更新時(shí)間 \
    更新日期 添加时间、添加時間、添加時(shí)間 录入时间、錄入時間、錄入時(shí)間 \
    上传日期、上傳日期 成文日期 刊发时间、刊發時間、刊發(fā)時(shí)間 \
    发稿时间、發稿時間、發(fā)稿時(shí)間 publish";

/// Labels before a count of readers.
const VIEWS: &str = "\
    浏览次数、瀏覽次數、瀏覽次數(shù) 浏览、瀏覽 浏览量、瀏覽量 浏览数、瀏覽數、瀏覽數(shù) \
    阅读、閱讀 阅读数、閱讀數、閱讀數(shù) 阅读量、閱讀量 阅读次数、閱讀次數、閱讀次數(shù) \
    点击、點擊、點(diǎn)擊 点击数、點擊數、點(diǎn)擊數(shù) \
    点击次数、點擊次數、點(diǎn)擊次數(shù) 点击量、點擊量、點(diǎn)擊量 \
    点击率、點擊率、點(diǎn)擊率 访问量、訪問量、訪問(wèn)量 \
    访问次数、訪問次數、訪問(wèn)次數(shù) 人气、人氣 热度、熱度 关注、關注、關(guān)注 查看 \
    围观、圍觀 views hits PageView";

/// Labels after a count of readers.
const VIEWS_AFTER: &str = "\
    次浏览、次瀏覽 次阅读、次閱讀 人已阅读、人已閱讀 人查看 人浏览、人瀏覽";

/// Labels of something else, and of tools and neighbours.
const NOTHING: &str = "\
    图片来源、圖片來源、圖片來(lái)源 版权声明、版權聲明、版權(quán)聲明 上传、上傳 \
    审核、審覈、審核 录入、錄入 录入者、錄入者 摄影、攝影 校对、校對、校對(duì) \
    下载次数、下載次數、下載次數(shù) 评论、評論 赞、贊 分享到 分享 打印 \
    打印本页、打印本頁、打印本頁(yè) 关闭窗口、關閉窗口、關(guān)閉窗口 \
    关闭、關閉、關(guān)閉 字体、字體 字号、字號、字號(hào) 收藏本文 \
    扫二维码用手机看、掃二維碼用手機看、掃二維碼用手機(jī)看 \
    转载请注明、轉載請註明、轉(zhuǎn)載請注明 双击自动滚屏、雙擊自動滾屏、雙擊自動(dòng)滾屏 \
    来顶一下、來頂一下、來(lái)頂一下 本文网址、本文網址、本文網(wǎng)址 \
    相关标签、相關標籤、相關(guān)標(biāo)籤 免责声明、免責聲明 上一篇 下一篇 上一条、上一條 \
    下一条、下一條 上一页、上一頁、上一頁(yè) 下一页、下一頁、下一頁(yè) \
    上一个、上一個、上一個(gè) 下一个、下一個、下一個(gè) 上一则、上一則 返回列表 \
    没有了、沒有了 无、無 暂无、暫無 首页、首頁、首頁(yè) 末页、末頁、末頁(yè) \
    尾页、尾頁、尾頁(yè)";

/// Labels of the dates of something else.
const OTHER_DATES: &str = "\
    举办时间、舉辦時間、舉辦時(shí)間 展会时间、展會時間、展會(huì)時(shí)間 截止日期 \
    注册时间、註冊時間、注冊時(shí)間 活动时间、活動時間、活動(dòng)時(shí)間 \
    采集时间、採集時間、采集時(shí)間";

/// The five fields that a metadata line may fill, as `name=value` of those that it fills.
fn filled(metadata: &str) -> String {
    let read = read(&described(metadata));
    ["source", "author", "editor", "time", "views", "note"]
        .iter()
        .filter_map(|name| Some(format!("{name}={}", field(&read, name)?)))
        .collect::<Vec<_>>()
        .join(" ")
}

fn check(labels: &str, line: impl Fn(&str) -> String, expected: &str) {
    for label in labels.split(' ').flat_map(|label| label.split('、')) {
        let line = line(label);
        assert_eq!(filled(&line), expected, "{line}");
    }
}

/// A label and its value; `文/` has its mark already.
fn before(value: &'static str) -> impl Fn(&str) -> String {
    move |label| {
        let mark = if label.ends_with(['/', '：']) {
            ""
        } else {
            "："
        };
        format!("{label}{mark}{value}")
    }
}

#[test]
fn every_label_gives_its_own_field_and_no_other() {
    check(SOURCE, before("某某日报"), "source=某某日报");
    check(AUTHOR, before("张三丰"), "author=张三丰");
    check(EDITOR, before("张三丰"), "editor=张三丰");
    check(TIME, before("2020-09-16 10:30"), "time=2020-09-16 10:30");
    check(VIEWS, before("186"), "views=186");
    check(VIEWS_AFTER, |label| format!("186{label}"), "views=186");
}

#[test]
fn labels_of_something_else_give_nothing() {
    for value in ["某某日报", "张三丰", "186"] {
        check(NOTHING, before(value), "");
    }
    check(OTHER_DATES, before("2020-09-16 10:30"), "");
}

#[test]
fn an_empty_label_never_takes_the_next_one_for_its_value() {
    for labels in [SOURCE, AUTHOR, EDITOR, TIME] {
        check(labels, |label| format!("{label}：&nbsp;&nbsp;作者："), "");
        check(
            labels,
            |label| format!("{label}：<i>|</i>浏览：88"),
            "views=88",
        );
    }
}
