//! The stage of the suite: a store, and short words for planning, lending and looking.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use zhanwen::archive::{
    Answer, Archive, Capture, Committed, Due, Lease, LeaseRequest, Leases, Library, NewRun,
    Observation, PageId, Planned, Reading, Redirect, RunId, RunKind, Scope, Visit, WantedAssets,
};
use zhanwen::model::{
    Article, ContentHash, FetchError, Headers, HostState, Notice, Outcome, PageKind, PageUrl,
    Provenance, SiteId, Timestamp,
};
use zhanwen::store::memory::MemoryArchive;
use zhanwen::store::sqlite::{SqliteArchive, SqliteLibrary};
use zhanwen::version::{HASH_RULE, content_hash};

/// A store with two handles for who works and one for who reads.
pub(crate) struct Scene {
    pub(crate) archive: Arc<dyn Archive>,
    /// Another handle on the same archive, as another process has it.
    pub(crate) other: Arc<dyn Archive>,
    pub(crate) library: Arc<dyn Library>,
    // dropped last, after the handles on the files in it
    pub(crate) folder: Option<tempfile::TempDir>,
}

impl Scene {
    pub(crate) fn in_memory() -> Self {
        let archive = Arc::new(MemoryArchive::new());
        Self {
            archive: Arc::clone(&archive) as Arc<dyn Archive>,
            other: Arc::clone(&archive) as Arc<dyn Archive>,
            library: archive,
            folder: None,
        }
    }

    pub(crate) fn in_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive.db");
        Self {
            archive: Arc::new(SqliteArchive::open(&path).unwrap()),
            other: Arc::new(SqliteArchive::open(&path).unwrap()),
            library: Arc::new(SqliteLibrary::open(&path).unwrap()),
            folder: Some(folder),
        }
    }

    pub(crate) async fn run(&self) -> RunId {
        let run = NewRun {
            kind: RunKind::Crawl,
            command_line: "zhanwen crawl".to_owned(),
            started_at: at(0),
            alone: false,
        };
        self.archive.begin_run(run).await.unwrap()
    }

    pub(crate) async fn plan(&self, pages: &[Planned]) -> Vec<PageId> {
        self.archive.plan(pages.to_vec()).await.unwrap()
    }

    pub(crate) async fn lease(&self, now: i64) -> Leases {
        self.archive.lease_hosts(wish(now)).await.unwrap()
    }

    /// The lease of the one host that has due pages.
    pub(crate) async fn only_lease(&self, now: i64) -> Lease {
        let mut leases = self.lease(now).await;
        assert_eq!(leases.granted.len(), 1, "{leases:?}");
        leases.granted.remove(0)
    }

    /// Plans `page` for now, leases it, looks at it and gives the host back.
    pub(crate) async fn look(&self, page: &str, now: i64, seen: Seen) -> Looked {
        let run = self.run().await;
        self.look_in(run, page, now, seen).await
    }

    pub(crate) async fn look_in(&self, run: RunId, page: &str, now: i64, seen: Seen) -> Looked {
        let ids = self.plan(&[planned(page, Due::At(at(now)))]).await;
        let request = LeaseRequest {
            scope: Scope::Pages(ids),
            ..wish(now)
        };
        let lease = self.archive.lease_hosts(request).await.unwrap();
        let lease = lease.granted.first().unwrap();
        let visit = lease.visits.first().unwrap().clone();
        let capture = seen.capture(&visit, run, now);
        let committed = self.archive.commit(lease.token, capture).await.unwrap();
        self.archive
            .release(lease.token, lease.state.clone())
            .await
            .unwrap();
        Looked { visit, committed }
    }

    /// The page's visit as the next worker is given it.
    pub(crate) async fn visit(&self, page: &str, now: i64) -> Visit {
        let ids = self.plan(&[planned(page, Due::At(at(now)))]).await;
        let request = LeaseRequest {
            scope: Scope::Pages(ids),
            ..wish(now)
        };
        let lease = self.archive.lease_hosts(request).await.unwrap();
        let lease = lease.granted.into_iter().next().unwrap();
        self.archive
            .release(lease.token, lease.state)
            .await
            .unwrap();
        lease.visits.into_iter().next().unwrap()
    }

    pub(crate) async fn find(&self, page: &str) -> PageId {
        self.library.find(&url(page)).await.unwrap().unwrap()
    }

    /// The due pages of all hosts, as the next worker would see them.
    pub(crate) async fn due(&self, now: i64) -> Vec<String> {
        let leases = self.lease(now).await;
        let mut due = Vec::new();
        for lease in leases.granted {
            due.extend(lease.visits.iter().map(|visit| visit.url.to_string()));
            self.archive
                .release(lease.token, lease.state)
                .await
                .unwrap();
        }
        due
    }
}

/// What a look found, and what the commit made of it.
pub(crate) struct Looked {
    pub(crate) visit: Visit,
    pub(crate) committed: Committed,
}

/// What is seen at one look.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) outcome: Outcome,
    pub(crate) kind: PageKind,
    pub(crate) in_parts: bool,
    pub(crate) observation: Observation,
    pub(crate) reason: Option<String>,
    pub(crate) reading: Option<Reading>,
    pub(crate) assets: Option<WantedAssets>,
    pub(crate) discovered: Vec<Planned>,
    pub(crate) calls_itself: Option<PageUrl>,
    pub(crate) read_by: Option<String>,
    pub(crate) new_at_most: Option<u64>,
    pub(crate) redirect: Option<Redirect>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) host_state: HostState,
}

impl Seen {
    fn answered(outcome: Outcome, kind: PageKind, status: u16, body: Option<&str>) -> Self {
        Self {
            outcome,
            kind,
            in_parts: false,
            observation: Observation::Answered(answer(status, body, &[])),
            reason: None,
            reading: None,
            assets: None,
            discovered: Vec::new(),
            calls_itself: None,
            read_by: None,
            new_at_most: None,
            redirect: None,
            notices: Vec::new(),
            host_state: HostState::default(),
        }
    }

    pub(crate) fn article(outcome: Outcome, title: &str, views: Option<u64>) -> Self {
        let body = format!("<h1>{title}</h1><i>{views:?}</i>");
        Self {
            reading: Some(reading(title, views)),
            ..Self::answered(outcome, PageKind::Article, 200, Some(&body))
        }
    }

    pub(crate) fn not_modified() -> Self {
        Self::answered(Outcome::NotModified, PageKind::Article, 304, None)
    }

    pub(crate) fn gone() -> Self {
        Self::answered(Outcome::Gone, PageKind::Article, 404, Some("没有"))
    }

    pub(crate) fn failed() -> Self {
        let reason = FetchError::Connect {
            host: url("https://expo.example.cn/").host(),
            reason: "connection refused".to_owned(),
        };
        Self {
            observation: Observation::Failed(reason),
            ..Self::answered(Outcome::Failed, PageKind::Article, 0, None)
        }
    }

    pub(crate) fn refused() -> Self {
        Self {
            observation: Observation::Refused,
            reason: Some("robots.txt".to_owned()),
            ..Self::answered(Outcome::Blocked, PageKind::Article, 0, None)
        }
    }

    pub(crate) fn list(leads_to: &[&str]) -> Self {
        let discovered = leads_to.iter().map(|page| Planned {
            depth: 1,
            ..planned(page, Due::IfNew(at(0)))
        });
        Self {
            discovered: discovered.collect(),
            ..Self::answered(Outcome::Listed, PageKind::List, 200, Some("<ul></ul>"))
        }
    }

    pub(crate) fn part() -> Self {
        Self::answered(Outcome::Part, PageKind::Part, 200, Some("<p>下文</p>"))
    }

    pub(crate) fn redirect(to: &str, permanent: bool) -> Self {
        let status = if permanent { 301 } else { 302 };
        Self {
            redirect: Some(Redirect {
                to: url(to),
                permanent,
            }),
            ..Self::answered(Outcome::Redirected, PageKind::Article, status, Some(""))
        }
    }

    pub(crate) fn with_body(mut self, body: &str) -> Self {
        self.observation = Observation::Answered(answer(200, Some(body), &[]));
        self
    }

    pub(crate) fn with_headers(mut self, headers: &[(&str, &str)]) -> Self {
        if let Observation::Answered(answer) = &mut self.observation {
            answer.headers = fields(headers);
        }
        self
    }

    pub(crate) fn capture(self, visit: &Visit, run: RunId, now: i64) -> Capture {
        Capture {
            page: visit.page,
            run,
            url: visit.url.clone(),
            sent_at: at(now),
            observation: self.observation,
            outcome: self.outcome,
            reason: self.reason,
            kind: self.kind,
            in_parts: self.in_parts,
            reading: self.reading.map(Arc::new),
            assets: self.assets,
            discovered: self.discovered,
            new_at_most: self.new_at_most,
            read_by: self.read_by,
            redirect: self.redirect,
            notices: self.notices,
            calls_itself: self.calls_itself,
            next_visit_at: at(now + 3600),
            host_state: self.host_state,
        }
    }
}

pub(crate) fn answer(status: u16, body: Option<&str>, headers: &[(&str, &str)]) -> Answer {
    let body = body.map(|body| Bytes::from(body.to_owned()));
    let on_the_wire = body.clone().unwrap_or_default();
    Answer {
        status,
        headers: fields(headers),
        wire_length: on_the_wire.len().try_into().unwrap(),
        wire_hash: ContentHash::of(&on_the_wire),
        entity: body,
        elapsed: Duration::from_millis(120),
        peer: Some("192.0.2.7:443".parse().unwrap()),
    }
}

pub(crate) fn reading(title: &str, views: Option<u64>) -> Reading {
    let article = Article {
        title: Some(title.to_owned()),
        source: Some("优创会展".to_owned()),
        body_text: Some(format!("{title}。正文第一段。\n正文第二段。")),
        publish_time: Some("2026-11-23 10:20".parse().unwrap()),
        views,
        ..Article::default()
    };
    Reading {
        content: content_hash(&article),
        article,
        hash_rule: HASH_RULE,
        parser: "zhanwen/1 generic".to_owned(),
        encoding: "gb18030".to_owned(),
        encoding_evidence: "meta".to_owned(),
        warnings: Vec::new(),
        provenance: Provenance::new(),
    }
}

pub(crate) fn fields(headers: &[(&str, &str)]) -> Headers {
    Headers::new(
        headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Bytes::from((*value).to_owned()))),
    )
}

/// `seconds` after the beginning of the scene.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000 + seconds * 1000)
}

pub(crate) fn url(text: &str) -> PageUrl {
    PageUrl::parse(text).unwrap()
}

pub(crate) fn site() -> SiteId {
    SiteId::new("expo-company")
}

pub(crate) fn planned(page: &str, due: Due) -> Planned {
    Planned {
        url: url(page),
        site: site(),
        kind: PageKind::Article,
        due,
        depth: 0,
        referer: None,
        claim: None,
    }
}

/// A wish for whatever is due at the scene's site.
pub(crate) fn wish(now: i64) -> LeaseRequest {
    LeaseRequest {
        scope: Scope::Sites(vec![site()]),
        now: at(now),
        until: at(now + 60),
        hosts: 100,
        visits_per_host: 100,
        spent: Vec::new(),
        busy: Vec::new(),
    }
}
