//! Who is a person, where a name ends, and what is none.

use super::*;

#[test]
fn names_end_before_dates_and_numbers() {
    for (text, expected) in [
        ("某某网 2016-08-19 17:00", "某某网 "),
        ("某某网　2016年08月19日 第01版", "某某网　"),
        ("某某日报2020-01-03", "某某日报"),
        ("某某日报 第12期", "某某日报 "),
        ("张三 12:30", "张三 "),
        ("张三 3小时前", "张三 "),
        ("Ann Example January 2, 2014", "Ann Example "),
        ("Ann Example 2 Jan 2014", "Ann Example "),
        ("21世纪某报", "21世纪某报"),
        ("第一财经", "第一财经"),
        ("2020-01-03", ""),
    ] {
        assert_eq!(before_date(text), expected, "{text}");
    }
}

#[test]
fn roles_are_no_names() {
    for (text, expected) in [
        ("陈某某 整合", Some("陈某某")),
        ("某某网专栏作者 王某", Some("王某")),
        ("某都见习记者 林小明", Some("林小明")),
        ("李四、张三实习生王五", Some("李四、张三、王五")),
        ("张三，李四", Some("张三、李四")),
        ("张三 李四（摄影）", Some("张三")),
        ("张三 2020-01-03 10:00", Some("张三")),
        ("张三整理", Some("张三")),
        ("某报记者站", Some("某报记者站")),
        ("综合部", Some("综合部")),
        ("市场部", Some("市场部")),
        ("某某会展", Some("某某会展")),
        ("本报记者", None),
        ("2020-01-03", None),
    ] {
        assert_eq!(persons(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn parts_of_sentences_are_no_names() {
    for (text, expected) in [
        ("Ann Example", Some("Ann Example")),
        (
            "By Ann B. Example and Ben Sample",
            Some("Ann B. Example、Ben Sample"),
        ),
        ("Posted by Ann Example", Some("Ann Example")),
        ("Ann Example@example", Some("Ann Example")),
        ("Ann Example4 Min Read", Some("Ann Example")),
        ("Ann Example June 5, 2019", Some("Ann Example")),
        ("Jan van der Example", Some("Jan van der Example")),
        ("Ann Example, Staff Writer", Some("Ann Example")),
        ("The Example Press", Some("The Example Press")),
        ("admin", Some("admin")),
        ("user123", Some("user123")),
        ("of", None),
        ("only, and do not reflect the opinions of the paper", None),
        ("would like to thank her friends", None),
    ] {
        assert_eq!(persons(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn a_family_name_makes_a_person() {
    for (text, expected) in [
        ("张三", true),
        ("李小明", true),
        ("欧阳小明", true),
        ("陳小明", true),
        ("高清", false),
        ("江苏", false),
        ("周末", false),
        ("方案图", false),
        ("程序如下", false),
        ("完", false),
        ("全文", false),
        ("张家口市", false),
    ] {
        assert_eq!(is_person(text), expected, "{text}");
    }
}
