//! Real annotated text and real pages, where they are at hand.
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use zhanwen::chinese::annotation::{Recovered, recover, recover_text};
use zhanwen::chinese::bigrams;
use zhanwen::chinese::labels;
use zhanwen::chinese::script::{self, Script};

fn shared(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(path)
}

fn shared_text(path: &str) -> Option<String> {
    let path = shared(path);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("skipped: {} is not here", path.display());
    }
    text
}

/// Whether a vowel with a tone mark is left.
fn has_tones(text: &str) -> bool {
    text.contains(|letter| "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ".contains(letter))
}

#[test]
fn the_seed_reads_as_it_was_written() {
    let Some(seed) = shared_text("seed/000_ac4a349bbf8d2d38.txt") else {
        return;
    };
    let recovered = recover_text(&seed);
    assert!(recovered.annotated && !recovered.lossy);
    assert_eq!((recovered.annotations, recovered.suspicious), (233, 0));
    assert!(!has_tones(&recovered.html));
    assert!(recovered.html.contains("随着这一系列事项") && !recovered.html.contains('著'));
    assert_eq!(script::judge(&recovered.html), Script::Simplified);
    let title = recovered.html.lines().next();
    assert_eq!(title, Some("成渝核心商圈党建联盟渝中峰会举行"));
    assert!(bigrams::index_text(&recovered.html).contains("会展"));
}

#[test]
fn the_labels_of_the_seed_are_found_before_and_after_recovery() {
    let Some(seed) = shared_text("seed/000_ac4a349bbf8d2d38.txt") else {
        return;
    };
    let head: String = seed.lines().take(10).collect::<Vec<_>>().join("\n");
    let expected = ["来源", "作者", "发布时间", "次浏览", "分享到"];
    for text in [&head, recover_text(&seed).html.as_ref()] {
        let found: Vec<_> = labels::find_all(text)
            .into_iter()
            .filter(|label| label.firm)
            .map(|label| label.label)
            .take(expected.len())
            .collect();
        assert_eq!(found, expected);
    }
}

/// How many different characters are annotated: Han, a bracket, a toned syllable.
fn distinct_annotated(text: &str) -> usize {
    let characters: Vec<char> = text.chars().collect();
    let annotated: HashSet<char> = characters
        .windows(3)
        .filter_map(|three| match three {
            [han @ '\u{3400}'..='\u{9fff}', '(', letter] if letter.is_lowercase() => Some(*han),
            _ => None,
        })
        .collect();
    annotated.len()
}

#[test]
fn the_samples_read_as_they_were_written() {
    for (name, annotations, distinct, scars, lossy, says) in [
        // the decoder of its scar prints `?`, so that characters may be gone without a sign
        (
            "v1_dbjr",
            37,
            21,
            1,
            true,
            "系统启动的时候对密文进行解密处理",
        ),
        ("v1_ihrv", 63, 28, 0, false, "来源:电子技术应用2014年第2期"),
        (
            "v2_bubs",
            42,
            16,
            0,
            false,
            "上海西郊外国际农产品展示直销中心",
        ),
    ] {
        let Some(text) = shared_text(&format!("chinese/annotated-samples/{name}.txt")) else {
            return;
        };
        let recovered = recover_text(&text);
        assert!(recovered.html.contains(says), "{name}: {}", recovered.html);
        assert!(recovered.annotated, "{name}");
        assert_eq!(
            (
                recovered.annotations,
                distinct_annotated(&text),
                recovered.scars_repaired,
                recovered.lossy,
                recovered.suspicious,
            ),
            (annotations, distinct, scars, lossy, 0),
            "{name}"
        );
        assert!(!has_tones(&recovered.html), "{name}");
        assert_eq!(script::judge(&recovered.html), Script::Simplified, "{name}");
        assert_eq!(script::to_simplified(&recovered.html), recovered.html);
    }
}

/// What `extract --json` prints for an invented page.
fn extracted(html: &str) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    fs::write(&page, html).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_zhanwen"))
        .args(["extract", "--json"])
        .arg(&page)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_traditional_article_keeps_its_script_and_can_be_searched_in_the_other() {
    let paragraph = "書展將於九月在會議中心開幕，隨著產業計畫發展，乾隆年間的著作首次展出，主辦單位歡迎各界參觀。";
    let page = format!(
        "<html lang=zh-CN><head><title>國際書展開幕</title></head><body><h1>國際書展開幕</h1>\
         <p>發佈時間：2024-09-16</p><div><p>{}</p></div></body></html>",
        [paragraph; 3].join("</p><p>另訊，")
    );
    let article = extracted(&page);
    assert_eq!(article["lang"], "zh-Hant");
    assert_eq!(article["title"], "國際書展開幕");
    assert!(
        article["body_text"]
            .as_str()
            .unwrap()
            .contains("乾隆年間的著作首次展出")
    );
    let searched = article["search_text"].as_str().unwrap();
    assert!(
        searched.starts_with(
            "国际书展开幕\n书展将于九月在会议中心开幕，随着产业计划发展，乾隆年间的著作"
        )
    );
    assert_eq!(article["as_printed"], serde_json::Value::Null);

    let article = extracted(&script::to_simplified(&page));
    assert_eq!(article["lang"], "zh-Hans");
    assert_eq!(article["search_text"], serde_json::Value::Null);
}

/// Saved pages, read as UTF-8 or GB18030.
fn pages() -> Vec<(PathBuf, String)> {
    let Ok(folder) = fs::read_dir(shared("pages")) else {
        eprintln!("skipped: {} is not here", shared("pages").display());
        return Vec::new();
    };
    folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "html")
        })
        .map(|path| {
            let bytes = fs::read(&path).unwrap();
            let text = String::from_utf8(bytes).unwrap_or_else(|error| {
                encoding_rs::GB18030.decode(error.as_bytes()).0.into_owned()
            });
            (path, text)
        })
        .collect()
}

#[test]
fn pages_without_annotations_stay_as_they_are() {
    for (path, text) in pages() {
        let Recovered {
            html, annotated, ..
        } = recover(&text);
        assert!(!annotated && html == text, "{}", path.display());
    }
}

/// Prints how fast recovery and label finding are; run with `--release -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, not a check"]
#[expect(
    clippy::disallowed_methods,
    reason = "a measurement reads the machine's own clock"
)]
fn speeds() {
    let pages: Vec<String> = pages().into_iter().map(|(_, text)| text).collect();
    let megabytes = |texts: &[String]| {
        let bytes: usize = texts.iter().map(String::len).sum();
        u32::try_from(bytes).map_or(0.0, f64::from) / 1e6
    };
    let measure = |name: &str, texts: &[String], run: &dyn Fn(&str)| {
        for text in texts {
            run(text);
        }
        let start = std::time::Instant::now();
        for _ in 0..5 {
            for text in texts {
                run(std::hint::black_box(text));
            }
        }
        let seconds = start.elapsed().as_secs_f64() / 5.0;
        let size = megabytes(texts);
        eprintln!("{name}: {:.0} MB/s over {size:.1} MB", size / seconds);
    };
    measure("recover, saved pages", &pages, &|text| {
        std::hint::black_box(recover(text));
    });
    let clean = vec!["第三届国际会展经济论坛在重庆开幕，".repeat(100_000)];
    measure("recover, clean text", &clean, &|text| {
        std::hint::black_box(recover(text));
    });
    let annotated = vec!["會(huì)展經(jīng)濟(jì)論壇時(shí)候在重慶開(kāi)幕，".repeat(20_000)];
    measure("recover, annotated text", &annotated, &|text| {
        std::hint::black_box(recover(text));
    });
    measure("find_all, clean text", &clean, &|text| {
        std::hint::black_box(labels::find_all(text));
    });
    measure("judge, clean text", &clean, &|text| {
        std::hint::black_box(script::judge(text));
    });
    measure("index_text, clean text", &clean, &|text| {
        std::hint::black_box(bigrams::index_text(text));
    });
}
