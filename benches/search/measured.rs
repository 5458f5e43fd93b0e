//! Measuring searches, and the same questions asked with LIKE.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use zhanwen::archive::{Library, SearchOrder, SearchPage};
use zhanwen::search::parse;
use zhanwen::store::sqlite::SqliteLibrary;

use super::filled::{fill, index};

/// How often each question is asked; the median is told.
const TIMES: usize = 15;

/// Fills an archive of so many articles where there is none at `path`, and prints what searches in it
/// cost. Answers whether every count was that of the scan.
pub(crate) fn run(path: &Path, articles: usize) -> bool {
    println!("\n## {articles} articles\n");
    let text_note = path.with_extension("text");
    if !path.exists() {
        eprintln!("writing {articles} articles");
        let text = fill(path, articles);
        fs::write(&text_note, text.to_string()).unwrap();
        eprintln!("indexing them");
        let cpu = cpu_seconds();
        index(path);
        let cpu = cpu_seconds() - cpu;
        println!(
            "Indexed in {cpu:.1} s of CPU, {:.0} articles a second.\n",
            articles as f64 / cpu
        );
    }
    let text: f64 = fs::read_to_string(&text_note).unwrap().parse().unwrap();
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch("PRAGMA cache_size = -65536; PRAGMA mmap_size = 34359738368")
        .unwrap();
    let bytes = |which: &str| -> f64 {
        let sql = format!("SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE {which}");
        connection.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    let (words, beside) = (
        bytes("name LIKE 'fts%'"),
        bytes("name LIKE 'version_listing'"),
    );
    println!(
        "Text {:.1} MB, search index {:.1} MB ({:.2} times the text), list of versions {:.1} MB \
         ({:.2}), whole file {:.1} MB.\n",
        text / 1e6,
        words / 1e6,
        words / text,
        beside / 1e6,
        beside / text,
        fs::metadata(path).unwrap().len() as f64 / 1e6
    );
    println!(
        "| search | hits | as LIKE | top 20: best | latest | most viewed | LIKE: count | latest | times |"
    );
    println!("| --- | --: | --- | --: | --: | --: | --: | --: | --: |");
    let mut right = true;
    for question in questions(&connection) {
        right &= question.measure(path, &connection);
    }
    right
}

struct Question {
    search: String,
    /// The same in SQL, of `v_articles`.
    like: String,
}

fn anywhere(word: &str) -> String {
    let parts = ["title", "summary", "source", "author", "body"];
    let parts = parts.map(|part| format!("coalesce({part}, '') LIKE '%{word}%'"));
    format!("({})", parts.join(" OR "))
}

fn questions(connection: &Connection) -> Vec<Question> {
    connection
        .execute_batch("CREATE VIRTUAL TABLE temp.words USING fts5vocab (main, fts, row)")
        .unwrap();
    let mut found_in = |articles: u32| -> String {
        connection
            .query_row(
                "SELECT term FROM temp.words WHERE length(term) = 2
                 ORDER BY abs(doc - ?1), term LIMIT 1",
                [articles],
                |row| row.get(0),
            )
            .unwrap()
    };
    let words = [20, 100, 1_000, 3_000, 10_000, 30_000].map(&mut found_in);
    let mut questions: Vec<Question> = words
        .iter()
        .map(String::as_str)
        .chain(["国际会展中心", "光伏储能"])
        .map(|word| Question {
            search: word.to_owned(),
            like: anywhere(word),
        })
        .collect();
    let [_, few, some, _, many, _] = &words;
    let like = |word: &str| format!("body LIKE '%{word}%'");
    questions.push(Question {
        search: format!("title:{many}"),
        like: format!("title LIKE '%{many}%'"),
    });
    questions.push(Question {
        search: format!("{some} -{few}"),
        like: format!("{} AND NOT {}", anywhere(some), anywhere(few)),
    });
    questions.push(Question {
        search: format!("body:{few} OR body:{some}"),
        like: format!("({} OR {})", like(few), like(some)),
    });
    questions.push(Question {
        search: format!("{many} site:site-7"),
        like: format!("{} AND site = 'site-7'", anywhere(many)),
    });
    questions.push(Question {
        search: format!("{many} after:2024-07 views:>5000"),
        like: format!(
            "{} AND publish_time >= '2024-07-01' AND views > 5000",
            anywhere(many)
        ),
    });
    questions.push(Question {
        search: "after:2026-07 is:changed".to_owned(),
        like: "publish_time >= '2026-07-01' AND edited".to_owned(),
    });
    questions
}

impl Question {
    fn measure(&self, path: &Path, connection: &Connection) -> bool {
        let library = SqliteLibrary::open(path).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            // a thread that ends takes its share of the CPU time along
            .thread_keep_alive(Duration::from_hours(1))
            .build()
            .unwrap();
        let meant = parse(&self.search).unwrap();
        let ask = |order| {
            let page = SearchPage {
                order,
                limit: 20,
                ..SearchPage::default()
            };
            runtime.block_on(library.search(&meant, page)).unwrap()
        };
        let total = ask(SearchOrder::Relevance).total;
        let [best, latest, viewed] = [
            SearchOrder::Relevance,
            SearchOrder::Published,
            SearchOrder::Views,
        ]
        .map(|order| median(TIMES, || drop(ask(order))));
        let sql = format!("SELECT count(*) FROM v_articles WHERE {}", self.like);
        let scanned = || -> u64 {
            let count: i64 = connection.query_row(&sql, [], |row| row.get(0)).unwrap();
            u64::try_from(count).unwrap()
        };
        let expected = scanned();
        let scan = median(1, || assert_eq!(scanned(), expected));
        let listed = format!(
            "SELECT * FROM v_articles WHERE {} ORDER BY publish_time DESC LIMIT 20",
            self.like
        );
        let list = median(1, || {
            let mut statement = connection.prepare(&listed).unwrap();
            let mut rows = statement.query([]).unwrap();
            while rows.next().unwrap().is_some() {}
        });
        let naive = scan + list;
        println!(
            "| {} | {total} | {} | {best:.1} | {latest:.1} | {viewed:.1} | {scan:.1} | {list:.1} | {:.1} |",
            self.search.replace('|', "\\|"),
            if total == expected {
                "yes".to_owned()
            } else {
                format!("NO: {expected}")
            },
            naive / best
        );
        total == expected
    }
}

/// Milliseconds of CPU that `what` takes.
fn median(times: usize, mut what: impl FnMut()) -> f64 {
    let mut taken: Vec<f64> = (0..times)
        .map(|_| {
            let before = cpu_ms();
            what();
            cpu_ms() - before
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    taken[taken.len() / 2]
}

/// Seconds of CPU so far, those of threads that ended among them.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    let ticks: f64 = [11, 12]
        .map(|place: usize| fields[place].parse::<f64>().unwrap())
        .iter()
        .sum();
    ticks / 100.0
}

/// Milliseconds of CPU of all threads there are.
fn cpu_ms() -> f64 {
    let mut sum = 0.0;
    for task in fs::read_dir("/proc/self/task").unwrap() {
        let file = task.unwrap().path().join("schedstat");
        let text = fs::read_to_string(file).unwrap_or_default();
        let nanoseconds = text.split(' ').next().and_then(|text| text.parse().ok());
        sum += nanoseconds.unwrap_or(0.0);
    }
    sum / 1e6
}
