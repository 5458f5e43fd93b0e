//! The index and the lists of months.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::markup::{FOOT, address, escaped, head, minute, page};
use crate::archive::Dossier;
use crate::cli::export::choice::About;

/// What was written of a site.
#[derive(Debug)]
pub(super) struct Shelf {
    /// Its key.
    pub(super) site: String,
    /// Its folder.
    pub(super) folder: String,
    /// How many articles each month has.
    pub(super) months: BTreeMap<String, u64>,
}

impl Shelf {
    pub(super) fn new(site: &str, folder: &str) -> Self {
        Self {
            site: site.to_owned(),
            folder: folder.to_owned(),
            months: BTreeMap::new(),
        }
    }
}

/// The page that leads to all others.
pub(super) fn index<'a>(shelves: impl Iterator<Item = &'a Shelf>, about: &About) -> String {
    let search = if about.search.is_empty() {
        "全部文章"
    } else {
        &about.search
    };
    let mut body = format!(
        "<h1>展闻导出</h1>\n<dl class=\"facts\">\n<dt>检索</dt><dd>{}</dd>\n<dt>文章</dt><dd>{} 篇</dd>\n\
         <dt>时间</dt><dd>{}</dd>\n<dt>档案</dt><dd>{}</dd>\n<dt>工具</dt><dd>{}</dd>\n</dl>\n",
        escaped(search),
        about.articles,
        minute(about.exported_at),
        escaped(&about.archive),
        escaped(&about.tool),
    );
    for shelf in shelves {
        let articles: u64 = shelf.months.values().sum();
        let _ = writeln!(
            body,
            "<h2>{} · {articles} 篇</h2>\n<ul class=\"months\">",
            escaped(&shelf.site)
        );
        // `undated` comes behind the digits, and so first here
        for (month, articles) in shelf.months.iter().rev() {
            let _ = writeln!(
                body,
                "<li><a href=\"{}/{}/index.html\">{}<span>{articles} 篇</span></a></li>",
                address(&shelf.folder),
                address(month),
                named(month),
            );
        }
        body.push_str("</ul>\n");
    }
    page("展闻导出", "zh-Hans", 0, &body)
}

/// What stands before the list of a month.
pub(super) fn month_begin(site: &str, month: &str) -> String {
    let title = format!("{} · {}", escaped(site), named(month));
    let plain = format!("{site} · {}", named(month));
    format!(
        "{}<nav><a href=\"../../index.html\">全部</a></nav>\n<h1>{title}</h1>\n<ul class=\"list\">\n",
        head(&plain, "zh-Hans", 2)
    )
}

/// A line of it.
pub(super) fn line(dossier: &Dossier, file: &str) -> String {
    let kept = &dossier.current;
    let article = &kept.reading.article;
    let day = article
        .publish_time
        .map_or_else(String::new, |time| format!("{}日", time.date.day()));
    let badge = |is: bool, name: &str| {
        if is {
            format!(" <span class=\"badge\">{name}</span>")
        } else {
            String::new()
        }
    };
    let views = article
        .views
        .map_or_else(String::new, |views| format!("{views} 次浏览"));
    let by: Vec<String> = [&article.source, &article.author]
        .into_iter()
        .flatten()
        .map(|name| escaped(name))
        .collect();
    let by = if by.is_empty() {
        String::new()
    } else {
        format!("<span class=\"by\">{}</span>", by.join(" · "))
    };
    format!(
        "<li><time>{day}</time><span><a href=\"{}.html\">{}</a>{}{}</span><span class=\"views\">{views}</span>{by}</li>\n",
        address(file),
        escaped(article.title.as_deref().unwrap_or("（无标题）")),
        badge(dossier.edited, "修改过"),
        badge(kept.gone_at.is_some(), "已消失"),
    )
}

/// What stands behind it.
pub(super) fn month_end(about: &About) -> String {
    format!(
        "</ul>\n<footer>{} · {}</footer>\n{FOOT}",
        minute(about.exported_at),
        escaped(&about.tool)
    )
}

fn named(month: &str) -> String {
    match month.split_once('-') {
        Some((year, month)) => format!("{year}年{}月", month.trim_start_matches('0')),
        None => "未注明日期".to_owned(),
    }
}
