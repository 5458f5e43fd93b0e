//! Whatever text goes through the tool comes back as it was, or is marked; other text is not
//! touched.

use std::borrow::Cow;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::tool::{ALL, DECODERS, Decoder, Table, annotate, is_gb2312, traditional};
use super::{recover, recover_text};
use crate::chinese::script;

/// Characters of simplified text that do not come back from the tool: dictionaries of traditional
/// characters know them as forms of others, and the tool leaves no trace of which it was.
const AMBIGUOUS: &str = "乾吒夥後徵捱摺於榘甯菸著薹醣麴麽";

/// Every character of simplified text that comes back.
fn characters() -> Vec<char> {
    ('\u{4e00}'..='\u{9fa5}')
        .filter(|one| is_gb2312(*one) && !AMBIGUOUS.contains(*one) && *one != '着')
        .collect()
}

#[test]
fn lists_the_characters_that_do_not_come_back() {
    let lost: String = ('\u{4e00}'..='\u{9fa5}')
        .filter(|one| is_gb2312(*one))
        .filter(|one| {
            let back = script::simplify(&traditional(&one.to_string()));
            back != one.to_string()
        })
        .collect();
    assert_eq!(lost, AMBIGUOUS);
}

const WORDS: [&str; 64] = [
    "会展",
    "经济",
    "发展",
    "专业",
    "观众",
    "时候",
    "对",
    "方向",
    "候选",
    "将",
    "导流",
    "进行",
    "开幕",
    "国际",
    "展览",
    "企业",
    "参展商",
    "数字化",
    "应用",
    "实现",
    "创新",
    "来宾",
    "设计",
    "场馆",
    "优惠",
    "的",
    "和",
    "在",
    "重庆",
    "活动",
    "产品",
    "服务",
    "，",
    "。",
    "、",
    "（2020）",
    "(2020)",
    "2020年",
    "AI(人工智能)",
    "A馆",
    "论坛",
    "或者",
    "气候",
    "倾向",
    "趋向",
    "或",
    "专家",
    "对手",
    "将来",
    "导师",
    "驱动",
    "候",
    "重庆(Chongqing)",
    "“",
    "”",
    "——",
    "\n",
    " ",
    "@",
    "Expo",
    "|",
    "~",
    "^_^",
    "&nbsp;",
];

/// Text of trade news, with and without rarer characters.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => select(WORDS.to_vec()).prop_map(str::to_owned),
        1 => select(characters()).prop_map(String::from),
    ];
    proptest::collection::vec(word, 1..60).prop_map(|words| words.concat())
}

/// The tool's table: dense, sparse, or with many characters that nobody has seen annotated.
fn table() -> impl Strategy<Value = Table> {
    let seen = super::readings::SEEN.split(' ').count();
    prop_oneof![
        Just(ALL[..seen].to_vec()),
        subsequence(ALL[..seen].to_vec(), 20..60),
        subsequence(ALL.to_vec(), 200..ALL.len()),
        Just(ALL.to_vec()),
    ]
}

/// Opens the gate whatever the table is, and tears nothing: each annotation ends a run.
fn preface(table: &Table) -> String {
    let simplified = |one: &(char, String)| script::simplified_character(one.0);
    table
        .iter()
        .map(simplified)
        .take(12)
        .flat_map(|one| [one, ' '])
        .collect()
}

fn check(plain: &str, table: &Table, decoder: Decoder) -> Result<(), TestCaseError> {
    let plain = format!("{} {plain}", preface(table));
    let printed = decoder.decode(&annotate(&traditional(&plain), table));
    let recovered = recover_text(&printed);
    prop_assert!(recovered.annotated, "not opened: {printed}");
    prop_assert!(
        recovered.lossy || recovered.html == plain,
        "{decoder:?}\nprinted  {printed}\nrecovered {}\nplain    {plain}",
        recovered.html
    );
    Ok(())
}

/// What stands around text in a page, before and behind it, and whether a reader sees the text.
const AROUND: [(&str, &str, bool); 14] = [
    ("<p>", "</p>", true),
    ("<b class=x>", "</b>", true),
    ("<p title=\"", "\">", true),
    ("<img alt='", "'>", true),
    ("<meta name=description content=\"", "\">", true),
    ("<title>", "</title>", true),
    ("&nbsp;&#183;", "&amp;", true),
    ("<textarea>", "</textarea>", true),
    (
        "<script type=\"application/ld+json\">{\"headline\":\"",
        "\"}</script>",
        true,
    ),
    ("<a href=\"/search?q=", "\">", false),
    (
        "<a href=\"/%BB%E1%D5%B9?q=%E6%9C%83(hu%C3%AC)",
        "\">",
        false,
    ),
    ("<input value='", "'>", false),
    ("<script>var title='", "';</script>", false),
    ("<!-- ", " -->", false),
];

fn check_page(
    pieces: &[(usize, String)],
    table: &Table,
    decoder: Decoder,
) -> Result<(), TestCaseError> {
    let through = |text: &str| decoder.decode(&annotate(&traditional(text), table));
    let (mut plain, mut wanted) = (format!("<p>{}</p>", preface(table)), String::new());
    wanted.push_str(&plain);
    for (around, text) in pieces {
        let (before, behind, shown) = AROUND[*around];
        let text = text.replace(['"', '\''], "");
        plain.extend([before, &text, behind]);
        let kept = if shown { text } else { through(&text) };
        wanted.extend([before, &kept, behind]);
    }
    let printed = through(&plain);
    let recovered = recover(&printed);
    prop_assert!(recovered.annotated, "not opened: {printed}");
    prop_assert!(
        recovered.lossy || recovered.html == wanted,
        "{decoder:?}\nprinted  {printed}\nrecovered {}\nwanted   {wanted}",
        recovered.html
    );
    Ok(())
}

/// Text that nobody annotated: both scripts, kana, brackets of every kind, pinyin among words.
fn untouched_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => select(WORDS.to_vec()).prop_map(str::to_owned),
        4 => select(WORDS.to_vec()).prop_map(traditional),
        2 => select(vec![
            "展示会（てんじかい）", "東京ビッグサイト(国際展示場)", "(ā)", "會(2020)", "重慶(Chongqing)",
            "會展(huì zhǎn)", "AI(人工智能)", "hāo", "Café(é)", "拼音：huì", "(huì)", "A(ā)", "會(huì",
            "<p title=\"會\">", "</p>", "&#363;", "&nbsp;", "?", "\u{fffd}", "會 (huì)", "ǜ)",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,8}",
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| {
        let mut text = String::new();
        for piece in pieces {
            // a bracket that touches a character would be an annotation of it
            text.push_str(if piece.starts_with(['(', '（']) {
                " "
            } else {
                ""
            });
            text.push_str(&piece);
        }
        text
    })
}

/// How many toned syllables stand in brackets where an annotation could.
fn toned(text: &str) -> usize {
    super::gate::Tally::of(std::iter::once(text)).toned()
}

proptest! {
    #[test]
    fn text_comes_back_or_is_marked(
        plain in text(),
        table in table(),
        decoder in select(DECODERS.to_vec()),
    ) {
        check(&plain, &table, decoder)?;
    }

    #[test]
    fn pages_come_back_or_are_marked(
        pieces in proptest::collection::vec((0..AROUND.len(), text()), 1..6),
        table in table(),
        decoder in select(DECODERS.to_vec()),
    ) {
        check_page(&pieces, &table, decoder)?;
    }

    #[test]
    fn what_a_browser_shows_comes_back(words in proptest::collection::vec(select(WORDS.to_vec()), 1..20)) {
        // Without rarer characters, and with a letter at each end of a run, no byte is lost.
        let plain = words.join("Expo ");
        let table = ALL[..super::readings::SEEN.split(' ').count()].to_vec();
        let plain = format!("{} {plain}Expo", preface(&table));
        let printed = Decoder::Browser.decode(&annotate(&traditional(&plain), &table));
        let recovered = recover_text(&printed);
        prop_assert!(recovered.html == plain, "{printed}\n{}\n{plain}", recovered.html);
    }

    #[test]
    fn what_nobody_annotated_is_not_touched(text in untouched_text()) {
        prop_assume!(toned(&text) == 0);
        for recovered in [recover_text(&text), recover(&text)] {
            prop_assert!(matches!(recovered.html, Cow::Borrowed(same) if same == text));
            prop_assert!(!recovered.annotated && !recovered.lossy && recovered.annotations == 0);
        }
    }

    #[test]
    fn a_reading_here_and_there_is_not_touched(
        text in untouched_text(),
        taught in subsequence(ALL.clone(), 0..5),
        often in 10..20_usize,
    ) {
        prop_assume!(toned(&text) == 0);
        // four characters explained once, or more that stand bare later
        let bare: String = taught.iter().map(|(one, _)| *one).collect();
let explained = taught.iter().fold(String::new(), |text, (one, reading)| text + &format!("{one}({reading})"));
        let text = format!("{text}。{explained}。{}{}", bare.repeat(often), "展".repeat(240));
        let recovered = recover_text(&text);
        prop_assert!(!recovered.annotated && recovered.html == text);
        prop_assert_eq!(recovered.suspicious, taught.len());
    }
}
