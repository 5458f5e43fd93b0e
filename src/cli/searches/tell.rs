//! Telling the news of a search: taken, told, and only then marked as told.
//!
//! [`Teller::tell`] is all there is to it; whoever has an archive and a way to tell can call it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::alert::{Alert, Service, atom, dingtalk, feishu, markdown, wecom};
use crate::archive::{Archive, Claim, Library, SavedSearch, SearchNews, Told};
use crate::cli::args::{NewsArgs, NewsFormat};
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::render;
use crate::clock::Clock;
use crate::config::Settings;
use crate::net::{Message, Postman, Receiver};
use crate::query;

use super::mistake::SearchesError;
use super::understood_again;

/// How long one who tells is believed to be at it. Longer than a receiver may take to answer.
const TELLING: Duration = Duration::from_mins(5);

/// How long a receiver may take at most, whatever is set.
const LONGEST_ANSWER: Duration = Duration::from_mins(2);

/// Events that a feed holds: readers ask now and then, and would miss what was told in between.
const FEED: usize = 50;

/// Who tells.
pub(super) struct Teller {
    /// Where it is kept what was told; nothing is, where there is none.
    pub(super) archive: Option<Arc<dyn Archive>>,
    pub(super) library: Arc<dyn Library>,
    pub(super) clock: Arc<dyn Clock>,
}

/// How it is told.
pub(super) struct Way {
    pub(super) format: NewsFormat,
    /// To whom it is sent; to standard output, where to nobody.
    pub(super) post: Option<Post>,
}

/// To whom it is sent.
pub(super) struct Post {
    service: Service,
    receiver: Receiver,
    secret: Option<String>,
    postman: Postman,
}

impl Post {
    /// To whom `args` say.
    pub(super) fn of(args: &NewsArgs, settings: &Settings) -> Result<Option<Self>, Failure> {
        let address = match (&args.post, &args.post_file) {
            (Some(address), _) => address.clone(),
            (None, Some(path)) => read_secret(path)?,
            (None, None) => return Ok(None),
        };
        let service = args.format.service().ok_or(SearchesError::NoMessage)?;
        let receiver = Receiver::parse(&address).map_err(SearchesError::from)?;
        let secret = match &args.secret_file {
            Some(path) => Some(read_secret(path)?),
            None => args.secret.clone(),
        };
        let limit = settings.total_timeout.min(LONGEST_ANSWER);
        Ok(Some(Self {
            service,
            receiver,
            secret,
            postman: Postman::new(&settings.user_agent, limit)?,
        }))
    }
}

fn read_secret(path: &Path) -> Result<String, SearchesError> {
    let text = std::fs::read_to_string(path).map_err(|source| SearchesError::Secret {
        path: path.to_owned(),
        source,
    })?;
    Ok(text.trim().to_owned())
}

impl Teller {
    /// Tells what is new of the search called `name`. A failure leaves it to be told again.
    pub(super) async fn tell(
        &self,
        name: &str,
        way: &Way,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let Some(archive) = &self.archive else {
            let searches = self.library.saved_searches().await?;
            if let Some(search) = searches.iter().find(|search| search.name == name) {
                let news = self.news(search).await?;
                self.deliver(search, &news, way, output).await?;
            }
            return Ok(());
        };
        let now = self.clock.now();
        let claim = archive.begin_telling(name.to_owned(), now, now.plus(TELLING));
        let (token, search) = match claim.await? {
            Claim::Yours(token, search) => (token, search),
            Claim::Busy { until } => {
                let name = name.to_owned();
                return Err(SearchesError::Busy { name, until }.into());
            }
            // removed since it was listed
            Claim::Unknown => return Ok(()),
        };
        let told = async {
            let news = self.news(&search).await?;
            self.deliver(&search, &news, way, output).await?;
            Ok::<_, Failure>(news)
        };
        let news = match told.await {
            Ok(news) => news,
            Err(failure) => {
                archive.end_telling(token, None).await?;
                return Err(failure);
            }
        };
        let told = Told {
            until: news.until,
            news: news.entries,
            at: self.clock.now(),
        };
        if !archive.end_telling(token, Some(told)).await? {
            tracing::warn!(search = name, "another process told the same meanwhile");
        }
        Ok(())
    }

    async fn news(&self, search: &SavedSearch) -> Result<SearchNews, Failure> {
        let (meant, watch) = understood_again(search)?;
        Ok(self.library.news(&meant, watch, search.told_until).await?)
    }

    async fn deliver(
        &self,
        search: &SavedSearch,
        news: &SearchNews,
        way: &Way,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let mut entries = news.entries.clone();
        if way.format == NewsFormat::Atom {
            let room = FEED.saturating_sub(entries.len());
            let mut earlier = self.library.told(search.id, room).await?;
            earlier.reverse();
            earlier.append(&mut entries);
            entries = earlier;
        }
        let alert = Alert {
            key: search.key.clone(),
            name: search.name.clone(),
            query: search.query.clone(),
            created_at: search.created_at,
            made_at: self.clock.now(),
            items: query::news_items(&self.library, &entries).await?,
        };
        match &way.post {
            Some(_) if alert.items.is_empty() => Ok(()),
            Some(post) => self.send(&alert, way.format, post).await,
            None => print(&alert, way.format, output),
        }
    }

    async fn send(&self, alert: &Alert, format: NewsFormat, post: &Post) -> Result<(), Failure> {
        let Some(mut body) = message(alert, format) else {
            return Err(SearchesError::NoMessage.into());
        };
        let signature = post
            .secret
            .as_deref()
            .map(|secret| post.service.sign(secret, self.clock.now(), &mut body));
        let signature = signature.unwrap_or_default();
        let message = Message {
            body: body.to_string(),
            query: signature.query,
            header: signature.header,
        };
        let name = || alert.name.clone();
        let answer = post.postman.post(&post.receiver, &message).await;
        let answer = answer.map_err(|source| SearchesError::Post {
            name: name(),
            source,
        })?;
        post.service
            .accepted(&answer)
            .map_err(|source| SearchesError::Refused {
                name: name(),
                source,
            })?;
        tracing::info!(
            search = alert.name,
            events = alert.items.len(),
            to = post.receiver.host(),
            "sent"
        );
        Ok(())
    }
}

/// `alert` as the JSON that is sent.
fn message(alert: &Alert, format: NewsFormat) -> Option<Value> {
    match format {
        NewsFormat::Json => Some(render::alert_object(alert)),
        NewsFormat::Wecom => Some(wecom(alert)),
        NewsFormat::Dingtalk => Some(dingtalk(alert)),
        NewsFormat::Feishu => Some(feishu(alert)),
        NewsFormat::Text | NewsFormat::Jsonl | NewsFormat::Atom | NewsFormat::Markdown => None,
    }
}

/// Prints `alert`. Where nothing is new only a feed and an object of a search are printed, so that cron has
/// nothing to mail.
fn print(alert: &Alert, format: NewsFormat, output: &mut Output) -> Result<(), Failure> {
    let is_empty = alert.items.is_empty();
    match format {
        NewsFormat::Atom => output.bytes(atom(alert).as_bytes()),
        NewsFormat::Json => output.line(&render::alert_object(alert).to_string()),
        _ if is_empty => {}
        NewsFormat::Text => output.line(&render::news(alert, Output::width(), output.paint())),
        NewsFormat::Jsonl => {
            for item in &alert.items {
                output.line(&render::event_object(alert, item).to_string());
            }
        }
        NewsFormat::Markdown => output.bytes(markdown(alert).as_bytes()),
        NewsFormat::Wecom | NewsFormat::Dingtalk | NewsFormat::Feishu => {
            if let Some(message) = message(alert, format) {
                output.line(&message.to_string());
            }
        }
    }
    if output.is_closed() {
        let name = alert.name.clone();
        return Err(SearchesError::Closed { name }.into());
    }
    Ok(())
}
