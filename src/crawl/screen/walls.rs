//! What stands between a visitor and the page: tests for browsers, and firewalls.

use crate::model::Headers;

use super::Face;

/// A firewall is known by what its page says and by who signs it.
struct Wall {
    name: &'static str,
    /// Any of these in the text or the title.
    words: &'static [&'static str],
    /// Any of these in the source.
    marks: &'static [&'static str],
    /// Any of these in the field `server` or in a cookie's name, in lower case.
    fields: &'static [&'static str],
}

/// Firewalls whose pages are signed. A sign alone is no refusal: the page must refuse, too.
const SIGNED: [Wall; 17] = [
    wall("blocked:safedog", &["安全狗"], &["safedog"], &["safedog"]),
    wall("blocked:dshield", &["D盾"], &["d_safe", "d99net"], &[]),
    wall("blocked:baota", &["宝塔"], &["bt.cn", "btwaf"], &[]),
    wall(
        "blocked:huweishen",
        &["护卫神"],
        &["huweishen", "hws.com"],
        &[],
    ),
    wall(
        "blocked:chuangyu",
        &["创宇盾", "知道创宇", "加速乐"],
        &["yunaq.com", "365cyd", "jiasule"],
        &["jiasule", "yunaq"],
    ),
    wall("blocked:yunsuo", &["云锁"], &["yunsuo"], &["yunsuo"]),
    wall(
        "blocked:360",
        &["360网站卫士", "360主机卫士", "奇安信网站卫士"],
        &["wzws-waf", "wangzhan.360", "360wzb", "webscan.360"],
        &["wzws", "360wzws"],
    ),
    wall(
        "blocked:tencent",
        &["腾讯云", "EdgeOne"],
        &["waf.tencent", "tencent-cloud", "edgeone", "qcloud.com"],
        &["edgeone"],
    ),
    wall(
        "blocked:aliyun",
        &["阿里云"],
        &["errors.aliyun.com", "aliyun.com", "alicdn.com", "aliyundun"],
        &["tengine-waf"],
    ),
    wall(
        "blocked:huawei",
        &["华为云"],
        &["hwclouds", "huaweicloud"],
        &["hwwaf", "cloudwaf"],
    ),
    wall(
        "blocked:baidu",
        &["百度云加速", "百度智能云"],
        &["yunjiasu"],
        &["yunjiasu"],
    ),
    wall(
        "blocked:anheng",
        &["玄武盾", "安恒"],
        &["dbappsecurity"],
        &["xuanwudun"],
    ),
    wall(
        "blocked:safeline",
        &["雷池", "SafeLine", "长亭"],
        &["safeline", "chaitin"],
        &["safeline"],
    ),
    wall(
        "blocked:wts-waf",
        &["WTS-WAF"],
        &["wts-waf", "west.cn"],
        &["wts-waf"],
    ),
    wall("blocked:wangsu", &["网宿"], &["wangsu", "wscloudcdn"], &[]),
    wall(
        "blocked:cloudflare",
        &["Cloudflare"],
        &["cf-error-details", "cloudflare"],
        &["cloudflare"],
    ),
    wall(
        "blocked:modsecurity",
        &["Mod_Security", "ModSecurity"],
        &["mod_security"],
        &["mod_security"],
    ),
];

/// What such pages say, signed or not.
const REFUSALS: [&str; 24] = [
    "您的请求带有不合法参数",
    "您所提交的请求含有不合法的参数",
    "已被网站管理员设置拦截",
    "被管理员设置的策略阻断",
    "您的访问可能对网站造成危险",
    "您的请求可能存在安全隐患",
    "请求可能对网站造成威胁",
    "由于您访问的URL有可能对网站造成安全威胁",
    "当前访问疑似黑客攻击",
    "您的请求疑似攻击行为",
    "检测到可疑访问",
    "检测到您的访问存在异常",
    "您的访问请求被拦截",
    "您的访问已被拦截",
    "您的访问被阻断",
    "您的访问被拒绝",
    "访问已被拦截",
    "访问被阻断",
    "请求已被拦截",
    "请求被阻断",
    "您的IP已被拦截",
    "您的IP访问过于频繁",
    "Sorry,youhavebeenblocked",
    "Yourrequesthasbeenblocked",
];

/// What a page need not say more of where a firewall signs it.
const SHORT_REFUSALS: [&str; 9] = [
    "拦截",
    "阻断",
    "禁止访问",
    "拒绝访问",
    "不合法",
    "Accessdenied",
    "NotAcceptable",
    "blocked",
    "restrictaccess",
];

const fn wall(
    name: &'static str,
    words: &'static [&'static str],
    marks: &'static [&'static str],
    fields: &'static [&'static str],
) -> Wall {
    Wall {
        name,
        words,
        marks,
        fields,
    }
}

impl Wall {
    fn signs(&self, headers: &Headers, face: &Face, source: &str) -> bool {
        let cookies = headers
            .all("set-cookie")
            .filter_map(|cookie| cookie.split('=').next());
        face.says(self.words)
            || face.title_has(self.words)
            || self.marks.iter().any(|mark| source.contains(mark))
            || headers
                .all("server")
                .chain(headers.all("x-powered-by"))
                .chain(cookies)
                .map(str::to_ascii_lowercase)
                .any(|field| self.fields.iter().any(|mark| field.contains(mark)))
    }
}

/// The test that only a browser passes, if it is one.
pub(super) fn challenge(status: u16, headers: &Headers, face: &Face) -> Option<&'static str> {
    if !face.is_notice() {
        return None;
    }
    let source = |marks: &[&str]| marks.iter().all(|mark| face.source.contains(mark));
    let cookie = |mark: &str| headers.all("set-cookie").any(|set| set.contains(mark));
    let by_script = source(&["document.cookie", "location"]);
    if source(&["arg1", "acw_sc__v2"]) {
        Some("challenge:aliyun")
    } else if source(&["__jsl_clearance"]) || (status == 521 && (by_script || cookie("__jsl"))) {
        Some("challenge:jsl")
    } else if headers.first("cf-mitigated").is_some()
        || (source(&["challenge-platform"])
            && face.title_has(&["Just a moment", "请稍候", "Attention Required"])
            && !face.says(&["youhavebeenblocked"]))
    {
        Some("challenge:cloudflare")
    } else if source(&["__tst_status"]) || source(&["EO_Bot_Ssid"]) {
        Some("challenge:edgeone")
    } else if source(&["TCaptcha", "waf"]) || source(&["__tencent_waf"]) {
        Some("challenge:tencent")
    } else if face.chars() < 600
        && (face.title_has(&["安全验证", "人机验证", "访问验证", "滑动验证", "行为验证"])
            || face.says(&[
                "请完成人机验证",
                "请拖动滑块完成验证",
                "正在进行浏览器安全检查",
            ]))
    {
        Some("challenge:captcha")
    } else if face.chars() < 60
        && by_script
        && face.source_has(&[
            "location.reload",
            "location.href=location",
            "location=location",
        ])
    {
        // sets a cookie and asks again
        Some("challenge:script")
    } else {
        None
    }
}

/// The firewall whose page it is, if it is one.
pub(super) fn firewall(status: u16, headers: &Headers, face: &Face) -> Option<&'static str> {
    if !face.is_notice() {
        return None;
    }
    let refuses = face.says(&REFUSALS);
    let title: String = face.title.split_whitespace().collect();
    let title_refuses =
        face.title_has(&["网站防火墙", "拦截提示", "访问被阻断", "访问拦截", "拦截页"]);
    let short = SHORT_REFUSALS
        .iter()
        .any(|phrase| face.text.contains(phrase) || title.contains(phrase));
    // an error's status and few words are enough beside a signature
    let by_status = matches!(status, 403 | 405 | 406 | 418 | 493) && face.chars() < 600;
    if !(refuses || short && (title_refuses || by_status || face.chars() < 300)) {
        return None;
    }
    let source = face.source.to_ascii_lowercase();
    let signed = SIGNED
        .iter()
        .find(|wall| wall.signs(headers, face, &source))
        .map(|wall| wall.name);
    signed.or_else(|| (refuses || title_refuses).then_some("blocked:waf"))
}
