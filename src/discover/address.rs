//! What the address alone says: an article, a list, a page of a list, or no page to visit.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::PageUrl;
use crate::rules::path_and_query;

/// Files that are no pages.
const ATTACHMENTS: [&str; 44] = [
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "csv", "txt", "zip", "rar", "7z",
    "gz", "tar", "exe", "msi", "apk", "dmg", "iso", "jpg", "jpeg", "png", "gif", "bmp", "webp",
    "svg", "ico", "tif", "tiff", "mp3", "mp4", "avi", "wmv", "flv", "mov", "swf", "wav", "css",
    "js", "json", "xml", "rss", "dwg",
];

/// Words of paths that lead to news.
const NEWS: [&str; 38] = [
    "news",
    "new",
    "xinwen",
    "xw",
    "xwzx",
    "gsxw",
    "hyxw",
    "hydt",
    "gsdt",
    "qydt",
    "zxdt",
    "xwdt",
    "zixun",
    "zx",
    "dongtai",
    "dt",
    "article",
    "articles",
    "archives",
    "press",
    "media",
    "notice",
    "gonggao",
    "gg",
    "tzgg",
    "blog",
    "post",
    "posts",
    "story",
    "info",
    "information",
    "zhanxun",
    "zhzx",
    "mtbd",
    "gongsixinwen",
    "hangyedongtai",
    "hangyexinwen",
    "xinwenzhongxin",
];

/// Words of paths that lead to anything but news.
const ELSEWHERE: [&str; 66] = [
    "product",
    "products",
    "productshow",
    "showproduct",
    "prod",
    "pro",
    "chanpin",
    "cpzx",
    "goods",
    "shop",
    "cart",
    "order",
    "case",
    "cases",
    "anli",
    "cgal",
    "gallery",
    "photo",
    "album",
    "about",
    "aboutus",
    "intro",
    "jianjie",
    "gsjj",
    "gywm",
    "profile",
    "company",
    "contact",
    "contactus",
    "lianxi",
    "lxwm",
    "lianxiwomen",
    "job",
    "jobs",
    "zhaopin",
    "rczp",
    "hr",
    "join",
    "download",
    "downloads",
    "xiazai",
    "down",
    "login",
    "register",
    "reg",
    "logout",
    "member",
    "user",
    "ucenter",
    "space",
    "home",
    "search",
    "tag",
    "tags",
    "feedback",
    "message",
    "guestbook",
    "liuyan",
    "comment",
    "sitemap",
    "share",
    "link",
    "links",
    "admin",
    "vote",
    "author",
];

/// Scripts and path words that show one item.
const ONE_ITEM: &str = "show|view|detail|content|article|read|archive|thread|doc|art";

/// Parameters that name one item.
const ITEM_ID: &str = "id|aid|nid|sid|newsid|news_id|articleid|article_id|infoid|itemid|contentid\
                       |docid|artid|vid";

/// Parameters that number the pages of a list.
const PAGE_KEYS: [&str; 15] = [
    "page",
    "pageno",
    "pageindex",
    "pagenum",
    "pagenumber",
    "page_no",
    "page_num",
    "currentpage",
    "curpage",
    "currpage",
    "current_page",
    "paged",
    "pn",
    "pg",
    "pageid",
];

/// Parameters that repeat what the server knows, on some pages of a list and not on others.
const TOTALS: [&str; 5] = [
    "totalresult",
    "totalpage",
    "total",
    "totalcount",
    "recordcount",
];

/// Stems whose number is the page of a list: `list_24_2`, `index_2`.
const LIST_STEM: &str = "list|index|default|category|cate|column|class|forum|page|newslist|nr";

static DATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // /2016/0424/19.html, /2016-10-08/35.html, /202009/t20200916_1.html, /2020/09/slug/
    read(
        r"/(19|20)\d{2}(/|-)?(0?[1-9]|1[0-2])((/|-)?\d{1,2})?/[^/?]*[^/?.]/?|/t?(19|20)\d{6}_\d+\.",
    )
});
static ITEM_PATH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // /content-6-12-1.html, /shownews12.html, /archives/123, /h-nd-227.html, /info/1041/31887.htm
    read(&format!(
        r"(?i)(({ONE_ITEM})s?[a-z]*[-_/]?|[-/]nd-|/info/\d+/|/nd/)\d+([-_]\d+)*(\.\w+)?/?$"
    ))
});
static ITEM_SCRIPT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // /shownews.php?id=12, /NewsView.asp?id=12, /nd.jsp?id=767, ?a=show&catid=6&id=12, ?mod=view&aid=12
    read(&format!(
        r"(?i)([/_a-z]*({ONE_ITEM})[_a-z]*|/nd)\.\w+\?(.*&)?({ITEM_ID}|tid)=\w*\d|[?&](a|c|act|action|mod|m)=[a-z]*({ONE_ITEM})[a-z]*&(.*&)?({ITEM_ID}|tid)=\d+"
    ))
});
static ID_QUERY: LazyLock<Option<Regex>> =
    LazyLock::new(|| read(&format!(r"(?i)[?&]({ITEM_ID}|sn)=\w*\d|^/\?p=\d+$")));
static NUMBERED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // /news/15.html, /148790267542.html, /?news_3/12.html, /c/7rtKNyg6PU9, /6dc2d508-abb9-…
    read(
        r"(?i)/[a-z]{0,8}[-_]?\d+([-_]\d+)*\.(s?html?|php|aspx?|jsp)$|/[0-9a-f]{8}-?[0-9a-f-]{8,}(\.\w+)?$|/[a-z]/[0-9a-z]{8,}$",
    )
});
static LISTING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // /, /news/, /index.html, /list_24_1.html, /list-6-1.html, /news_2/, /list/5.html, /page/2/
    read(&format!(
        r"(?i)^/$|/(index|default|main|home)\.\w+$|/[a-z]*({LIST_STEM})[-_]?[a-z]*([-_]?\d+)*\.\w+(\?|$)|/(list|category|column|page|class|h-nr-[^/?]*)/?\d*(/|\.\w+)?$|/[a-z]+_\d+/$|/\d{{1,4}}/$|/ListInfo|[?&](class\d?|catid|typeid|classid|cid|tid|sortid|columnid)=\d+$"
    ))
});
static LISTING_SCRIPT: LazyLock<Option<Regex>> =
    LazyLock::new(|| read(r"(?i)[?&](a|c|act|action|mod|m)=[a-z]*(list|category|forumdisplay)"));
static PAGE_STEM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    read(&format!(
        r"(?i)^([a-z]*({LIST_STEM})([-_]\w+?)*)[-_](\d{{1,5}})$"
    ))
});

/// One number of the pages of a list: which list, which page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageNumber {
    /// The address with the number taken out.
    pub(super) family: String,
    pub(super) number: u32,
    /// The address itself says that the number is a page's; else a text must agree.
    pub(super) certain: bool,
}

/// Whether `url` is a file or an action, no page to read.
pub(super) fn is_no_page(url: &PageUrl) -> bool {
    let path = url.as_url().path();
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(_, extension)| {
        let extension = extension.to_ascii_lowercase();
        ATTACHMENTS.contains(&extension.as_str())
    })
}

/// Whether the words of the path lead to products, contacts, log-ins: anything but news.
pub(super) fn leads_elsewhere(url: &PageUrl) -> bool {
    let words = path_words(url);
    words.iter().any(|word| ELSEWHERE.contains(&word.as_str())) && !says_news(&words)
}

/// Whether the words of the path lead to news.
pub(super) fn leads_to_news(url: &PageUrl) -> bool {
    says_news(&path_words(url))
}

/// How much the address looks like that of one article, from 0 to 3.
pub(super) fn article_likeness(url: &PageUrl) -> i32 {
    let address = path_and_query(url);
    if is_list(url) {
        0
    } else if [&DATED, &ITEM_PATH, &ITEM_SCRIPT]
        .into_iter()
        .any(|pattern| fits(pattern, address))
    {
        3
    } else if fits(&ID_QUERY, address) || fits(&NUMBERED, address) || ends_in_number(url) {
        2
    } else {
        let name = url.as_url().path().trim_end_matches('/');
        let name = name.rsplit('/').next().unwrap_or_default();
        // a slug of several words, or any file
        match name.matches('-').count() {
            3.. => 2,
            _ if name.contains('.') || name.len() > 24 => 1,
            _ => 0,
        }
    }
}

/// Whether the path ends in a bare number that is no year: /news/231, /n/88123.
fn ends_in_number(url: &PageUrl) -> bool {
    let mut parts = url.as_url().path().rsplit('/');
    let (last, folder) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let is_number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    let is_year = last.len() == 4 && (last.starts_with("19") || last.starts_with("20"));
    is_number && !is_year && !folder.is_empty() && folder.bytes().any(|byte| !byte.is_ascii_digit())
}

/// Whether the address looks like that of a list.
pub(super) fn is_list(url: &PageUrl) -> bool {
    let address = path_and_query(url);
    if fits(&LISTING_SCRIPT, address) {
        return true;
    }
    if fits(&ITEM_SCRIPT, address) {
        return false;
    }
    let dated = fits(&DATED, address);
    let numbered = page_number(url).is_some_and(|page| page.certain);
    if numbered || (!dated && fits(&LISTING, address)) {
        return true;
    }
    // a folder near the root: /news/, /xwzx/gsxw/
    let path = url.as_url().path();
    let folders = path.matches('/').count() - usize::from(path.ends_with('/'));
    let slug = path.matches('-').count() > 2;
    let named = url.as_url().query().is_some_and(|query| {
        // the path is all in the query: /?news_3/12.html
        path == "/" || query.contains(".htm") || fits(&ID_QUERY, address)
    });
    !named && path.ends_with('/') && folders <= 3 && !dated && !slug && !fits(&ITEM_PATH, address)
}

/// Which page of which list the address is, if it says so.
pub(super) fn page_number(url: &PageUrl) -> Option<PageNumber> {
    query_number(url).or_else(|| path_number(url))
}

fn query_number(url: &PageUrl) -> Option<PageNumber> {
    let query = url.as_url().query()?;
    let mut found = None;
    let mut rest = Vec::new();
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let lower = key.to_ascii_lowercase();
        let certain = PAGE_KEYS.contains(&lower.as_str()) || lower.ends_with("pageno");
        if found.is_none()
            && (certain || lower == "p")
            && let Some(number) = small_number(value)
        {
            found = Some((number, certain));
        } else if !TOTALS.contains(&lower.as_str()) {
            rest.push(pair);
        }
    }
    let (number, certain) = found?;
    rest.sort_unstable();
    Some(PageNumber {
        family: format!("{}?{}", url.as_url().path(), rest.join("&")),
        number,
        certain,
    })
}

fn path_number(url: &PageUrl) -> Option<PageNumber> {
    let path = url.as_url().path();
    let query = url.as_url().query().unwrap_or_default();
    // PbootCMS without rewriting: /?news_2/
    let (path, query) = if path == "/" && query.contains('_') {
        (query, "")
    } else {
        (path, query)
    };
    let trimmed = path.trim_end_matches('/');
    let (folder, name) = trimmed.rsplit_once('/').unwrap_or(("", trimmed));
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let family = |start: &str| format!("{folder}/{start}*.{extension}?{query}");
    if let Some(number) = small_number(stem) {
        let paged = folder.ends_with("/page") || folder.ends_with("/p");
        return Some(PageNumber {
            family: family(""),
            number,
            certain: paged,
        });
    }
    if let Some(parts) = PAGE_STEM.as_ref().and_then(|stems| stems.captures(stem)) {
        let before = parts.get(1).map_or("", |part| part.as_str());
        let number = parts.get(4).and_then(|part| small_number(part.as_str()))?;
        return Some(PageNumber {
            family: family(before),
            number,
            certain: true,
        });
    }
    let (before, digits) = stem.rsplit_once(['-', '_'])?;
    Some(PageNumber {
        family: family(before),
        number: small_number(digits)?,
        certain: false,
    })
}

/// The folder of a list whose later pages are numbered below it: `/news/` of `/news/page/2/`.
pub(super) fn first_of_pages(path: &str) -> Option<&str> {
    let (list, number) = path.trim_end_matches('/').rsplit_once('/')?;
    small_number(number)?;
    list.strip_suffix("page").filter(|list| list.ends_with('/'))
}

/// The folder that the page stands in, with its slash.
pub(super) fn folder(url: &PageUrl) -> &str {
    let path = url.as_url().path();
    let name = path.rsplit('/').next().unwrap_or_default().len();
    path.split_at_checked(path.len() - name)
        .map_or("/", |(folder, _)| folder)
}

/// One name for the spellings of a list's first page: the folder, with and without its slash, its
/// index file, and `list_24_1.html` in it. Other pages keep their own.
pub(super) fn list_key(url: &PageUrl) -> String {
    let path = url.as_url().path();
    let name = path.rsplit('/').next().unwrap_or_default();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let stem = stem.to_ascii_lowercase();
    let index = matches!(stem.as_str(), "index" | "default") && !extension.is_empty();
    let first = stem.starts_with("list_") && stem.ends_with("_1");
    let host = url.host();
    let host = host.as_str().strip_prefix("www.").unwrap_or(host.as_str());
    if (index || first) && url.as_url().query().is_none() {
        format!("{host}{}", folder(url).trim_end_matches('/'))
    } else {
        format!("{host}{}", path_and_query(url).trim_end_matches('/'))
    }
}

/// The address with every number taken out: pages of one kind share it.
pub(super) fn kind_key(url: &PageUrl) -> String {
    let mut key = String::new();
    for sign in path_and_query(url).chars() {
        if !sign.is_ascii_digit() {
            key.push(sign);
        } else if !key.ends_with('#') {
            key.push('#');
        }
    }
    key
}

fn path_words(url: &PageUrl) -> Vec<String> {
    url.as_url()
        .path()
        .split(|sign: char| !sign.is_ascii_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

fn says_news(words: &[String]) -> bool {
    words
        .iter()
        .any(|word| NEWS.contains(&word.as_str()) || word.contains("news"))
}

fn small_number(text: &str) -> Option<u32> {
    (!text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn read(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

fn fits(pattern: &LazyLock<Option<Regex>>, address: &str) -> bool {
    pattern
        .as_ref()
        .is_some_and(|pattern| pattern.is_match(address))
}

#[cfg(test)]
mod tests;
