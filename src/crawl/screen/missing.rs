//! "Not found" with a status that says otherwise, and pages that are nothing but a way elsewhere.

use crate::model::PageUrl;

use super::super::site::is_home;
use super::Face;

/// Whether the page says that what was asked for is not there.
pub(super) fn says_missing(face: &Face) -> bool {
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
pub(super) fn refresh_target(url: &PageUrl, face: &Face) -> Option<PageUrl> {
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
