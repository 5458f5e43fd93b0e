//! Who is named, and who is not.

use super::super::persons::persons;
use super::*;

#[test]
fn outlets_lose_their_frame() {
    for (text, expected) in [
        ("[ 某某网 ]", Some("某某网")),
        ("某某日报(某市)", Some("某某日报")),
        ("《某某晚报》", Some("某某晚报")),
        ("某某网 2016-08-19 17:00", Some("某某网")),
        ("某某日报2016年08月19日 第01版", Some("某某日报")),
        ("21世纪某某报", Some("21世纪某某报")),
        ("has a big problem", None),
        ("2016-08-19", None),
        ("未知", Some("未知")),
        ("分享到", None),
        ("|", None),
        ("", None),
    ] {
        assert_eq!(outlet(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn organisations_are_told_from_columns_and_places() {
    for (text, expected) in [
        ("某某会展", true),
        ("某市商务局", true),
        ("某某展览有限公司", true),
        ("参展攻略", false),
        ("行业动态", false),
        ("深圳", false),
    ] {
        assert_eq!(is_organisation(text), expected, "{text}");
    }
}

#[test]
fn several_names_are_joined_as_printed() {
    for (text, expected) in [
        ("张三丰 李四方", Some("张三丰、李四方")),
        ("展小闻、张三丰&李四先生", Some("展小闻、张三丰、李四先生")),
        ("张三 (Sam Example)", Some("张三 (Sam Example)")),
        ("Ann Example", Some("Ann Example")),
        ("本报记者 张三", Some("张三")),
        ("admin", Some("admin")),
        ("", None),
    ] {
        assert_eq!(persons(text).as_deref(), expected, "{text}");
    }
}
