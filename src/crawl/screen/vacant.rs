//! What stands where a site was: a domain for sale or run out, hosting that ended, a site that may
//! not be shown for want of its registration.

use crate::model::{Headers, PageUrl};

use super::super::site::are_neighbours;
use super::Face;

/// Who trades in domains, by the scripts, frames and links of their pages.
const TRADERS: [&str; 22] = [
    "sedoparking",
    "sedo.com/search/details",
    "parkingcrew",
    "bodis.com",
    "parklogic",
    "afternic",
    "hugedomains",
    "dan.com/buy-domain",
    "domainmarket",
    "above.com/marketplace",
    "cashparking",
    "uniregistry",
    "trafficz",
    "parking.namesilo",
    "mi.aliyun.com",
    "dnspod.cn/park",
    "park.dnspod",
    "juming.com",
    "ename.com/auction",
    "ename.cn/park",
    "am.22.cn",
    "4.cn/domain",
];

/// One way to say that there is no site.
struct Notice {
    name: &'static str,
    /// Enough in a title, too little in a text: as well the words of a link among others.
    titles: &'static [&'static str],
    /// Sentences, in lower case and without blanks.
    words: &'static [&'static str],
}

const NOTICES: [Notice; 4] = [
    Notice {
        name: "parked:for-sale",
        titles: &[
            "域名出售",
            "域名转让",
            "isforsale",
            "forsale!",
            "domainforsale",
        ],
        words: &[
            "域名正在出售",
            "域名正在转让",
            "域名出售中",
            "域名转让中",
            "域名可出售",
            "域名可转让",
            "域名可以转让",
            "域名待售",
            "域名诚意出售",
            "出售该域名",
            "出售此域名",
            "购买该域名",
            "购买此域名",
            "对该域名感兴趣",
            "对此域名感兴趣",
            "thisdomainisforsale",
            "thisdomainmaybeforsale",
            "thedomainisforsale",
            "domainnameisforsale",
            "buythisdomain",
            "interestedinthisdomain",
        ],
    },
    Notice {
        name: "parked:expired",
        titles: &["域名到期", "域名过期", "domainexpired"],
        words: &[
            "域名已过期",
            "域名已到期",
            "域名到期未续费",
            "空间已到期",
            "空间已过期",
            "主机已到期",
            "主机已过期",
            "网站已到期",
            "网站已过期",
            "站点已到期",
            "thisdomainhasexpired",
            "thedomainhasexpired",
            "domainnameexpired",
        ],
    },
    Notice {
        name: "parked:parked",
        titles: &["域名停放", "域名停靠", "parkeddomain", "domainparking"],
        words: &[
            "域名停放页",
            "域名停靠页",
            "域名已停放",
            "域名暂停解析",
            "域名未绑定",
            "域名尚未绑定",
            "域名没有绑定",
            "thisdomainisparked",
            "domainisparked",
            "parkedfree,courtesyof",
            "domainhasrecentlybeenregistered",
        ],
    },
    Notice {
        name: "parked:closed",
        titles: &[
            "站点已暂停",
            "网站已关闭",
            "没有找到站点",
            "accountsuspended",
        ],
        words: &[
            "站点已被管理员停止运行",
            "该站点已暂停",
            "该网站已被暂停",
            "网站已暂停访问",
            "该网站已关闭",
            "本网站已关闭",
            "该网站已停止服务",
            "没有找到对应的站点",
            "恭喜,站点创建成功",
            "恭喜，站点创建成功",
            "网站还未绑定",
            "该网站未开通",
            "accounthasbeensuspended",
        ],
    },
];

/// What a hoster says of a site whose registration with the ministry is missing.
const UNREGISTERED: [&str; 10] = [
    "网站未备案",
    "域名未备案",
    "网站暂未备案",
    "网站尚未备案",
    "域名尚未备案",
    "网站没有备案",
    "域名没有备案",
    "未备案提示",
    "备案已被注销",
    "备案号已被注销",
];

/// What it says of the visit.
const NOT_SHOWN: [&str; 7] = [
    "暂时无法访问",
    "暂时无法进行访问",
    "无法正常访问",
    "暂时关闭",
    "停止访问",
    "禁止访问",
    "访问被阻断",
];

/// What the host shows in place of a site, if it does.
pub(super) fn vacant(
    status: u16,
    headers: &Headers,
    url: &PageUrl,
    face: &Face,
) -> Option<&'static str> {
    if !face.is_notice() {
        return None;
    }
    if unregistered(status, headers, face) {
        return Some("blocked:unregistered");
    }
    if face.chars() >= 600 {
        return None;
    }
    let (title, text) = (dense(&face.title), dense(&face.text));
    let says = |notice: &&Notice| {
        notice.titles.iter().any(|phrase| title.contains(phrase))
            || notice
                .words
                .iter()
                .any(|phrase| title.contains(phrase) || text.contains(phrase))
    };
    let said = NOTICES.iter().find(says).map(|notice| notice.name);
    said.or_else(|| frames_a_trader(url, face).then_some("parked:parked"))
}

/// 备案: a hoster must not show a site that has none, and says so in its place. Fairs are
/// registered too, so the words must be about a site.
fn unregistered(status: u16, headers: &Headers, face: &Face) -> bool {
    if face.title.eq_ignore_ascii_case("Non-compliance ICP Filing") {
        return true;
    }
    let not_shown = face.says(&NOT_SHOWN) || face.title_has(&NOT_SHOWN);
    let says = face.title_has(&UNREGISTERED)
        || face.says(&UNREGISTERED) && (not_shown || face.chars() < 200)
        || not_shown && face.says(&["备案"]) && face.says(&["网站", "域名", "站点"]);
    // the blocking pages of two hosters hold no words of their own
    let by_frame =
        face.chars() < 60 && face.source_has(&["/static/webblock.html", "batit.aliyun.com"]);
    let by_server = status == 403
        && face.title.eq_ignore_ascii_case("TestPage")
        && headers
            .first("server")
            .is_some_and(|server| server.eq_ignore_ascii_case("Beaver"));
    face.chars() < 800 && says || by_frame || by_server
}

/// Whether next to nothing is shown but what a trader in domains puts there: by a frame, by a
/// script, by a way on to its own host.
fn frames_a_trader(url: &PageUrl, face: &Face) -> bool {
    if face.chars() > 200 {
        return false;
    }
    let source = face.source.to_ascii_lowercase();
    if TRADERS.iter().any(|trader| source.contains(trader)) {
        return true;
    }
    let to_lander = [
        "location.href=\"/lander\"",
        "location.href='/lander'",
        "location.replace(\"/lander\")",
    ];
    if face.chars() < 20 && to_lander.iter().any(|way| source.contains(way)) {
        return true;
    }
    // a page that is one frame of another host's shop for this very domain
    let framed = source
        .split_once("<frame ")
        .or_else(|| source.split_once("<iframe "));
    let address = framed
        .and_then(|(_, rest)| rest.split_once("src="))
        .and_then(|(_, rest)| {
            rest.trim_start_matches(['"', '\''])
                .split(['"', '\'', ' ', '>'])
                .next()
        });
    let host = url.host();
    let own_name = host.as_str().trim_start_matches("www.");
    address
        .and_then(|address| url.join(address).ok())
        .is_some_and(|target| {
            let query = target.as_url().query().unwrap_or_default();
            face.chars() < 20 && !are_neighbours(url, &target) && query.contains(own_name)
        })
}

/// Lower case and without blanks.
fn dense(text: &str) -> String {
    let kept = text.chars().filter(|character| !character.is_whitespace());
    kept.collect::<String>().to_ascii_lowercase()
}
