//! The names of site and column in a `<title>`.

use super::lines::key;

/// `<title>` without the names of site and column that follow the headline.
pub(super) fn without_site(title: &str, site: Option<&str>) -> String {
    const SURE: [&str; 9] = ["_", "|", "｜", " - ", " – ", " — ", "---", "--", " » "];
    const UNSURE: [&str; 4] = ["——", "-", "—", " "];
    let mut rest = title.trim();
    loop {
        let cut = SURE
            .iter()
            .chain(UNSURE.iter())
            .filter_map(|separator| {
                let (before, after) = rest.rsplit_once(separator)?;
                let sure = SURE.contains(separator);
                let named = site.is_some_and(|site| key(site) == key(after));
                let length = key(after).chars().count();
                let fits = named || (length <= 24 && (sure || is_site_name(after)));
                (fits && key(before).chars().count() >= 4).then_some(before)
            })
            .max_by_key(|before| before.len());
        match cut {
            // 某某展览公司--展会开幕: the site's name comes first
            Some(before) if is_site_name(before) => {
                let after = rest.get(before.len()..).unwrap_or_default();
                let after = after.trim_start_matches(['-', '_', '|', '｜', '»', ' ', '—', '–']);
                // a headline may end in 公司 too, but site and column have short names
                if is_site_name(after) || key(after).len() <= key(before).len() {
                    rest = before;
                } else {
                    return after.to_owned();
                }
            }
            Some(before) => {
                rest = before
                    .trim_end_matches(['-', '_', '|', ' ', '—', '–'])
                    .trim();
            }
            None => return rest.to_owned(),
        }
    }
}

/// Whether a part of a `<title>` names a site or one of its columns.
pub(super) fn is_site_name(text: &str) -> bool {
    const ENDS: [&str; 20] = [
        "网", "公司", "官网", "网站", "频道", "中心", "集团", "在线", "资讯", "协会", "学会",
        "博客", "论坛", "首页", "门户", "日报", "晚报", "社区", "平台", "網",
    ];
    let text = text.trim();
    let is_column = text.chars().count() <= 6
        && ["新闻", "动态", "要闻", "公告", "快讯"]
            .iter()
            .any(|end| text.ends_with(end));
    let is_host = text.contains('.') && !text.contains("..") && text.is_ascii();
    is_host || is_column || ENDS.iter().any(|end| text.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sites_name_leaves_the_title() {
        for (title, expected) in [
            ("展会开幕_某某会展网", "展会开幕"),
            ("展会开幕-公司新闻-某某会展有限公司", "展会开幕"),
            (
                "广告门头制作要求--- 徐州某某广告传媒有限公司",
                "广告门头制作要求",
            ),
            ("展会开幕 - 某某网 - 会展", "展会开幕"),
            ("试车—测试北斗星", "试车—测试北斗星"),
            (
                "某某展览公司--某某订货会搭建工程圆满完成",
                "某某订货会搭建工程圆满完成",
            ),
            ("市领导调研某某会展中心_展会大全", "市领导调研某某会展中心"),
            ("某某展览公司-某某集团", "某某展览公司"),
            (
                "凝聚力量——热烈祝贺大会开幕_某市人民政府网",
                "凝聚力量——热烈祝贺大会开幕",
            ),
            ("Example on Softwa...", "Example on Softwa..."),
            ("COVID-19 下的展会", "COVID-19 下的展会"),
        ] {
            assert_eq!(without_site(title, None), expected);
        }
    }
}
