//! Pages that are not what they pretend: challenges, firewalls, hosts without a site of their own,
//! and "not found" with status 200.
//!
//! They are recognised by name and reported, never worked around, and never kept as articles.
//! Each rule asks for little visible text beside its mark, so that an article about firewalls or
//! a headline with 404 in it stays an article.

mod missing;
mod vacant;
mod walls;

use scraper::{Html, Node};

use crate::model::{Headers, PageUrl};

use super::site::is_home;

/// What a page is instead of what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pretence {
    /// A test that only a browser passes; the host is left alone.
    Challenge(&'static str),
    /// A firewall's page.
    Firewall(&'static str),
    /// What stands where a site was: its domain is for sale, its hosting has ended, it may not be
    /// shown. The host is left alone.
    Vacant(&'static str),
    /// "Not found", whatever the status.
    Missing,
    /// A page whose whole content is the way to another one.
    Elsewhere(PageUrl),
}

/// The looks of a page.
#[derive(Debug)]
pub(super) struct Face {
    title: String,
    text: String,
    source: String,
    refresh: Option<String>,
}

/// Visible characters beyond which no page is a mere notice.
const NOTICE_CHARS: usize = 1500;
/// How much source is searched for marks of scripts.
const SOURCE_BYTES: usize = 100_000;

impl Face {
    /// The looks of a parsed page.
    pub(super) fn of(html: &Html, source: &str) -> Self {
        let (mut title, mut text, mut refresh) = (None, String::new(), None);
        let mut chars = 0;
        for node in html.tree.nodes() {
            match node.value() {
                Node::Element(element) if element.name() == "meta" && refresh.is_none() => {
                    let of_refresh = element
                        .attr("http-equiv")
                        .is_some_and(|name| name.eq_ignore_ascii_case("refresh"));
                    refresh = element
                        .attr("content")
                        .filter(|_| of_refresh)
                        .map(str::to_owned);
                }
                Node::Text(found) => {
                    let parent = node.parent();
                    let parent = parent
                        .as_ref()
                        .and_then(|parent| parent.value().as_element());
                    match parent.map(scraper::node::Element::name) {
                        Some("title") if title.is_none() => {
                            title = Some(found.trim().chars().take(300).collect());
                        }
                        Some("title" | "script" | "style" | "noscript" | "template") => {}
                        _ if chars <= NOTICE_CHARS => {
                            let visible = found.chars().filter(|c| !c.is_whitespace());
                            let before = text.len();
                            text.extend(visible.take(NOTICE_CHARS + 1));
                            chars += text.get(before..).unwrap_or_default().chars().count();
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        let end = source.floor_char_boundary(SOURCE_BYTES);
        Self {
            title: title.unwrap_or_default(),
            text,
            source: source.get(..end).unwrap_or_default().to_owned(),
            refresh,
        }
    }

    /// Whether a page with this face could be a notice: it shows little.
    fn is_notice(&self) -> bool {
        self.chars() <= NOTICE_CHARS
    }

    fn source_has(&self, marks: &[&str]) -> bool {
        marks.iter().any(|mark| self.source.contains(mark))
    }

    fn title_has(&self, marks: &[&str]) -> bool {
        marks.iter().any(|mark| self.title.contains(mark))
    }

    fn chars(&self) -> usize {
        self.text.chars().count()
    }

    fn says(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.text.contains(phrase))
    }
}

/// Whether what was found in place of a page stands in place of all pages of its host.
pub(super) fn is_of_the_whole_host(reason: &str) -> bool {
    reason.starts_with("challenge:")
        || reason.starts_with("parked:")
        || reason == "blocked:unregistered"
}

/// What the answer is instead of the page at `url`, if it is not that page.
pub(super) fn screen(
    status: u16,
    headers: &Headers,
    url: &PageUrl,
    face: &Face,
) -> Option<Pretence> {
    if let Some(name) = walls::challenge(status, headers, face) {
        return Some(Pretence::Challenge(name));
    }
    if let Some(name) = walls::firewall(status, headers, face) {
        return Some(Pretence::Firewall(name));
    }
    if let Some(name) = vacant::vacant(status, headers, url, face) {
        return Some(Pretence::Vacant(name));
    }
    if !(200..300).contains(&status) {
        return None;
    }
    if missing::says_missing(face) {
        return Some(Pretence::Missing);
    }
    let target = missing::refresh_target(url, face)?;
    if target == *url {
        return None;
    }
    if is_home(&target) && !is_home(url) {
        return Some(Pretence::Missing);
    }
    Some(Pretence::Elsewhere(target))
}

<<<<<<< HEAD
fn challenge(status: u16, headers: &Headers, face: &Face) -> Option<&'static str> {
    if face.chars() > NOTICE_CHARS {
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
        || (source(&["challenge-platform"]) && face.title.starts_with("Just a moment"))
    {
        Some("challenge:cloudflare")
    } else if face.chars() < 600
        && ["安全验证", "人机验证", "访问验证", "滑动验证", "行为验证"]
            .iter()
            .any(|mark| face.title.contains(mark))
    {
        Some("challenge:captcha")
    } else {
        None
    }
}

fn is_firewall(headers: &Headers, face: &Face) -> bool {
    if face.chars() > NOTICE_CHARS {
        return false;
    }
    let by_header = headers
        .first("server")
        .is_some_and(|server| server.to_ascii_lowercase().contains("safedog"))
        && face.text.contains("安全狗");
    by_header
        || face.says(&[
            "您的请求带有不合法参数",
            "已被网站管理员设置拦截",
            "您的访问可能对网站造成危险",
            "您的请求可能存在安全隐患",
            "当前访问疑似黑客攻击",
            "检测到可疑访问",
            "由于您访问的URL有可能对网站造成安全威胁",
            "您所提交的请求含有不合法的参数",
            "您的访问请求被拦截",
        ])
        || (face.title.contains("网站防火墙") && face.says(&["拦截", "禁止", "不合法"]))
        || (face.title.contains("D盾") && face.says(&["拦截"]))
}

fn says_missing(face: &Face) -> bool {
    const TITLES: [&str; 16] = [
        "404",
        "404页面",
        "404错误",
        "404error",
        "error404",
        "404notfound",
        "notfound",
        "404-notfound",
        "pagenotfound",
        "页面不存在",
        "页面未找到",
        "找不到页面",
        "您访问的页面不存在",
        "你访问的页面不存在",
        "404页面不存在",
        "404页面未找到",
    ];
    const MISSING: [&str; 14] = [
        "页面不存在",
        "页面未找到",
        "找不到页面",
        "页面已删除",
        "页面不见了",
        "内容不存在",
        "文章不存在",
        "信息不存在",
        "文档不存在",
        "新闻不存在",
        "数据不存在",
        "已被删除",
        "未通过审核",
        "您要查看的页面",
    ];
    let dense = |text: &str| -> String {
        let kept = text
            .chars()
            .filter(|c| !c.is_whitespace() && !"!！,，。.:：".contains(*c));
        kept.collect::<String>().to_ascii_lowercase()
    };
    let title_says = face
        .title
        .split(['-', '_', '|', '—', '–', '·'])
        .any(|part| TITLES.contains(&dense(part).as_str()))
        || TITLES.contains(&dense(&face.title).as_str());
    if title_says {
        return true;
    }
    let chars = face.chars();
    let title_hints = MISSING.iter().any(|phrase| face.title.contains(phrase));
    if title_hints && chars < 600 || chars < 120 && face.says(&MISSING) {
        return true;
    }
    if chars >= 200 {
        return false;
    }
    // a box that says so and sends the visitor back
    let sends_back = ["history.back", "history.go(-1)", "location"]
        .iter()
        .any(|mark| face.source.contains(mark));
    let box_says = MISSING.iter().any(|phrase| face.source.contains(phrase));
    sends_back && (face.source.contains("alert(") || chars < 60) && box_says
}

/// Where a page that is nothing but a refresh, or a script to the same effect, leads.
fn refresh_target(url: &PageUrl, face: &Face) -> Option<PageUrl> {
    if face.chars() > 200 {
        return None;
    }
    if let Some(content) = &face.refresh {
        let (delay, rest) = content.split_once([';', ',']).unwrap_or((content, ""));
        let delay: f64 = delay.trim().parse().ok()?;
        let (name, target) = rest.split_once('=')?;
        if delay <= 10.0 && name.trim().eq_ignore_ascii_case("url") {
            return url.join(target.trim().trim_matches(['\'', '"'])).ok();
        }
    }
    // of scripts only the plainest way home is read: it stands for a redirect of missing pages
    if face.chars() < 20 && !is_home(url) {
        let (_, after) = face.source.split_once("location")?;
        let (before, quoted) = after.split_once(['\'', '"'])?;
        let plain = [".href", ".replace", "=", "(", " "];
        let rest = plain
            .iter()
            .fold(before.to_owned(), |rest, part| rest.replace(part, ""));
        let target = quoted.split(['\'', '"']).next()?;
        return url
            .join(target)
            .ok()
            .filter(|target| rest.is_empty() && is_home(target));
    }
    None
}

=======
>>>>>>> main
#[cfg(test)]
mod tests;
