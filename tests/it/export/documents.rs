//! Documents: Markdown, plain text, pages.

use std::fs;
use std::path::Path;

use super::typed::files_in;
use super::{archived, beside, done};
use crate::cli::Desk;

/// The one file in `folder` whose name has `part` in it.
fn named(desk: &Desk, folder: &str, part: &str) -> String {
    let files = files_in(&desk.path(folder));
    let mut found = files
        .iter()
        .filter(|file| file.file_name().unwrap().to_str().unwrap().contains(part));
    let only = (found.next(), found.next());
    assert!(matches!(only, (Some(_), None)), "{part}: {files:?}");
    fs::read_to_string(only.0.unwrap()).unwrap()
}

#[test]
fn markdown_is_a_file_for_each_article_by_site_and_month() {
    let (desk, _site) = archived();
    done(&desk.run(&["export", "markdown", "--all-versions", "-o", "md"]));
    let files = files_in(&desk.path("md"));
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files.iter().filter(|file| !file.ends_with("README.md")) {
        let name = file.strip_prefix(desk.path("md")).unwrap();
        let folders: Vec<_> = name.iter().map(|part| part.to_str().unwrap()).collect();
        assert!(folders[0].starts_with("site-127.0.0.1-"), "{folders:?}");
        assert_eq!(folders[1], "2026-06");
        assert!(folders[2].starts_with("08-"), "{folders:?}");
    }
    let edited = named(&desk, "md", "参展商名录公布");
    assert!(
        edited.starts_with("---\ntitle: \"参展商名录公布\"\n"),
        "{edited}"
    );
    assert!(
        edited.contains("三号馆") && edited.contains("## 第 1 版") && edited.contains("二号馆")
    );
    let hostile = named(&desk, "md", "cmd");
    assert!(
        hostile.contains("\\u001b[2J</script>"),
        "JSON in front: {hostile}"
    );
    assert!(hostile.contains("# \\=cmd\\|' /C calc'\\!A0\u{fffd}\\[2J\\</script\\>\\<img"));
    assert!(named(&desk, "md", "README").contains("检索：全部文章"));
    assert_eq!(beside(&desk), ["md"]);
}

#[test]
fn one_document_holds_all_and_says_what_was_asked_for() {
    let (desk, _site) = archived();
    done(&desk.run(&["export", "markdown", "--single", "名录", "-o", "all.md"]));
    let all = fs::read_to_string(desk.path("all.md")).unwrap();
    assert!(all.starts_with("# 展闻导出\n\n- 检索：名录\n"), "{all}");
    assert_eq!(all.matches("\n## ").count(), 3);
    assert!(all.ends_with("共 3 篇\n"), "{all}");
    let text = desk.run(&["export", "text", "is:gone", "-o", "-"]);
    done(&text);
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(
        text.contains("\n展会延期公告发布\n\n来源：示例会展\n"),
        "{text}"
    );
    assert!(
        text.contains("消失：") && text.ends_with("共 1 篇\n"),
        "{text}"
    );
    done(&desk.run(&["export", "text", "-o", "txt"]));
    let hostile = named(&desk, "txt", "cmd");
    assert!(!hostile.contains('\u{1b}'));
    assert_eq!(beside(&desk), ["all.md", "txt"]);
}

/// The pages of a folder, and where the links of each lead.
fn check_links(folder: &Path) -> usize {
    let link = regex::Regex::new(r#"<(?:a|link)[^>]* href="([^"]*)""#).unwrap();
    let mut checked = 0;
    for page in files_in(folder) {
        if page.extension().is_none_or(|ending| ending != "html") {
            continue;
        }
        let html = fs::read_to_string(&page).unwrap();
        for address in link.captures_iter(&html).map(|found| found[1].to_owned()) {
            if address.starts_with("http") {
                continue;
            }
            let base = url::Url::from_file_path(&page).unwrap();
            let target = base.join(&address).unwrap().to_file_path().unwrap();
            assert!(target.is_file(), "{address} in {}", page.display());
            checked += 1;
        }
    }
    checked
}

#[test]
fn pages_lead_to_each_other_and_show_what_happened() {
    let (desk, _site) = archived();
    done(&desk.run(&["export", "html", "-o", "pages"]));
    // index: month and style; month: index, style, three articles; each article: index, month, style
    assert_eq!(check_links(&desk.path("pages")), 2 + 5 + 3 * 3);
    let edited = named(&desk, "pages", "参展商名录公布");
    for expected in [
        "<h1>参展商名录公布</h1>",
        "<dt>作者</dt><dd>展务部</dd>",
        "<svg ",
        "<del>二</del><ins>三</ins>号馆",
        "第 1 版 → 第 2 版",
        "↺",
    ] {
        assert!(edited.contains(expected), "{expected}: {edited}");
    }
    let index = fs::read_to_string(desk.path("pages/index.html")).unwrap();
    assert!(index.contains("2026年6月<span>3 篇</span>"), "{index}");
    let list = files_in(&desk.path("pages"));
    let list = list.iter().find(|page| {
        page.ends_with("index.html") && page.parent() != Some(desk.path("pages").as_path())
    });
    let list = fs::read_to_string(list.unwrap()).unwrap();
    assert!(list.contains("修改过") && list.contains("已消失") && list.ends_with("</html>\n"));
}

#[test]
fn nothing_that_a_page_said_acts_in_an_exported_one() {
    let (desk, _site) = archived();
    done(&desk.run(&["export", "html", "--all-versions", "-o", "pages"]));
    let mut seen = 0;
    for page in files_in(&desk.path("pages")) {
        let html = fs::read_to_string(&page).unwrap();
        seen += html.matches("&lt;img src=x onerror=").count();
        for forbidden in [
            "<script",
            "<img",
            "</script",
            "javascript:",
            "\u{1b}",
            "<iframe",
        ] {
            assert!(
                !html.contains(forbidden),
                "{forbidden} in {}",
                page.display()
            );
        }
    }
    // the headline in the list, in the page's head, its heading; and the text
    assert_eq!(seen, 4);
}
