//! What the finder finds, and what it must not.

use super::super::table::ROWS;
use super::*;

/// Labels of `text` as `Kind label=value`, firm ones only; a value ends at the next firm label.
fn values(text: &str) -> Vec<String> {
    let found: Vec<Found> = find_all(text).into_iter().filter(|one| one.firm).collect();
    found
        .iter()
        .enumerate()
        .map(|(index, one)| {
            let value = one.number_before.clone().unwrap_or_else(|| {
                one.end..found.get(index + 1).map_or(text.len(), |next| next.start)
            });
            let value = text
                .get(value)
                .unwrap_or_default()
                .trim_matches(|character: char| {
                    character.is_whitespace() || "|()（）【".contains(character)
                });
            format!("{:?} {}={value}", one.kind, one.label)
        })
        .collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(values(text), expected, "{text}");
}

#[test]
fn a_value_that_ends_in_half_a_label_does_not_swallow_the_next_one() {
    check(
        "来源:本站原创 作者:展务部 点击:12",
        &[
            "Source 来源=本站原创",
            "Author 作者=展务部",
            "Views 点击=12",
        ],
    );
    check("作 者：展务部", &["Author 作者=展务部"]);
}

#[test]
fn reads_metadata_lines_of_known_builders() {
    check(
        "来源:优创会展|作者:优创会展|发布时间: 2020-09-16|5476 次浏览|分享到:",
        &[
            "Source 来源=优创会展",
            "Author 作者=优创会展",
            "PublishTime 发布时间=2020-09-16",
            "Views 次浏览=5476",
            "Share 分享到=",
        ],
    );
    check(
        "时间:2014-11-13 21:54来源:未知 作者:admin 点击:\u{a0}次",
        &[
            "PublishTime 时间=2014-11-13 21:54",
            "Source 来源=未知",
            "Author 作者=admin",
            "Views 点击=次",
        ],
    );
    check(
        "来源：\u{a0}\u{a0}作者：",
        &["Source 来源=", "Author 作者="],
    );
    check("2004-12-10      阅读10544次", &["Views 阅读=10544次"]);
    check(
        "更新时间：2020-1-2 点击数:(0)",
        &["UpdateTime 更新时间=2020-1-2", "Views 点击数=0"],
    );
    check("（责任编辑：张三）", &["Editor 责任编辑=张三"]);
    check("(文/图 张三 李四)", &["Author 文/图=张三 李四"]);
    check("文/张三 图/李四", &["Author 文=张三", "Decoy 图=李四"]);
    check("【来源】：中国会展", &["Source 来源=中国会展"]);
    check("来源：新京报记者 张三", &["Source 来源=新京报记者 张三"]);
    check("已有23人浏览", &["Views 人浏览=23"]);
    check("1.2万+ 阅读", &["Views 阅读=1.2万+"]);
    check("作者 | 张三", &["Author 作者=张三"]);
    check(
        "文丨张三 图丨李四 来源｜某某报",
        &["Author 文=张三", "Decoy 图=李四", "Source 来源=某某报"],
    );
    check("来源 | 2020-01-03", &["Source 来源=2020-01-03"]);
    check("Open source has a problem, the author said", &[]);
    check("the editor of Source (a magazine)", &[]);
    check(
        "Source: Xinhua | Views: 12",
        &["Source source=Xinhua", "Views views=12"],
    );
}

#[test]
fn reads_traditional_annotated_and_padded_spellings() {
    check("來源：優創會展", &["Source 来源=優創會展"]);
    check(
        "來(lái)源:優(yōu)創(chuàng)",
        &["Source 来源=優(yōu)創(chuàng"],
    );
    check(
        "發(fā)布時(shí)間: 2020-09-16",
        &["PublishTime 发布时间=2020-09-16"],
    );
    check("發佈時間：2020-09-16", &["PublishTime 发布时间=2020-09-16"]);
    check("校對(duì)：张三", &["Decoy 校对=张三"]);
    check(
        "来　　源：新华网 作\u{a0}者：张三",
        &["Source 来源=新华网", "Author 作者=张三"],
    );
    check("時 间：2020", &["PublishTime 时间=2020"]);
    check("審覈：李四", &["Decoy 审核=李四"]);
    check("5476 次瀏覽", &["Views 次浏览=5476"]);
    check("來(lai)源：x", &[]);
}

#[test]
fn decoys_end_a_value_and_give_none() {
    check("图片来源：东方IC", &["Decoy 图片来源=东方IC"]);
    check(
        "来源：新华网 图片来源：东方IC 采集时间：2020-01-01",
        &[
            "Source 来源=新华网",
            "Decoy 图片来源=东方IC",
            "Decoy 采集时间=2020-01-01",
        ],
    );
    for label in [
        "数据来源",
        "注册时间",
        "活动时间",
        "展会时间",
        "举办时间",
        "截止日期",
        "下载次数",
        "评论",
        "点赞",
        "作者单位",
        "原标题",
        "主办单位",
    ] {
        check(&format!("{label}：12"), &[&format!("Decoy {label}=12")]);
        check(&format!("　{label}:12"), &[&format!("Decoy {label}=12")]);
    }
}

#[test]
fn prose_is_not_firm() {
    for text in [
        "主要收入来源是门票和展位",
        "这位作者认为会展经济发展时间很长",
        "受到广泛关注和浏览",
        "请点击查看",
        "中国新闻发布网",
        "用户浏览器版本",
        "新闻发布会上记者获悉",
        "本次展会时间紧任务重",
        "编辑部出版",
    ] {
        assert_eq!(values(text), Vec::<String>::new(), "{text}");
    }
    let found = find_all("主要收入来源是门票");
    assert_eq!(found.len(), 1);
    assert!(!found[0].at_boundary && found[0].separator == Separator::None);
    assert_eq!(find_all("张三在编辑部").len(), 0);
}

#[test]
fn tells_what_stands_around_a_label() {
    for (text, separator, at_boundary, firm) in [
        ("来源", Separator::End, true, true),
        ("来源  ", Separator::End, true, true),
        ("来源：x", Separator::Mark, true, true),
        ("来源 ：x", Separator::Mark, true, true),
        ("来源 x", Separator::Space, true, true),
        ("来源\nx", Separator::Space, true, true),
        ("来源x", Separator::None, true, false),
        ("其来源x", Separator::None, false, false),
        ("其来源：x", Separator::Mark, false, true),
        ("10:20来源 x", Separator::Space, true, true),
        ("9月16日来源 x", Separator::Space, true, true),
    ] {
        let found = find_all(text);
        assert_eq!(found.len(), 1, "{text}");
        let one = &found[0];
        assert_eq!(
            (one.separator, one.at_boundary, one.firm),
            (separator, at_boundary, firm),
            "{text}"
        );
    }
}

#[test]
fn a_date_before_a_bare_label_is_no_count() {
    for text in ["2020-09-16 浏览", "10:30 浏览", "9月16日 浏览", "第12 阅读"] {
        let found = find_all(text);
        assert_eq!(found[0].number_before, None, "{text}");
    }
    let found = find_all("1,234 浏览");
    assert_eq!(found[0].number_before, Some(0..5));
}

#[test]
fn labels_inside_latin_words_are_none() {
    for text in ["whitsun", "updates", "candidate", "preview"] {
        assert_eq!(find_all(text), [], "{text}");
    }
    check("hits: 12", &["Views hits=12"]);
    check("PageView：12", &["Views pageview=12"]);
}

#[test]
fn hostile_text_takes_one_pass() {
    let blanks = format!("来{}源", " ".repeat(100_000));
    assert_eq!(find_all(&blanks), []);
    let many = "来 ".repeat(100_000);
    assert_eq!(find_all(&many), []);
    let open = "来(".repeat(100_000);
    assert_eq!(find_all(&open), []);
    assert_eq!(find_all(&"浏览 ".repeat(10_000)).len(), 10_000);
    let digits = format!("{} 次浏览", "9".repeat(1_000_000));
    assert!(find_all(&digits).len() <= 1);
}

#[test]
fn every_label_of_the_table_is_found_as_what_it_is() {
    for row in ROWS {
        for label in row.labels.split('、') {
            let text = match row.need {
                Need::NumberBefore => format!("12{label}"),
                _ => format!("{label}：x"),
            };
            let found = find_all(&text);
            let Some(kind) = row.kind else {
                assert_eq!(found, [], "{label}");
                continue;
            };
            let first = found.first().unwrap_or_else(|| panic!("{label}"));
            assert_eq!((first.kind, first.label, first.firm), (kind, label, true));
            assert_eq!(found.len(), 1, "{label}");
        }
    }
}
