//! The HTTP client against servers that misbehave: raw sockets on loopback with scripted answers.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use zhanwen::fetch::Fetch;
use zhanwen::model::{Conditional, FetchError, Fetched, PageUrl, Phase, Purpose, Request};
use zhanwen::net::{HttpFetch, HttpSettings};

const BODY_LIMIT: u64 = 100_000;

fn settings() -> HttpSettings {
    HttpSettings {
        user_agent: "zhanwen/test (+http://example.cn/bot)".to_owned(),
        allow_net: vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
        connect_timeout: Duration::from_secs(20),
        // long enough for a busy machine; tests of deadlines set their own
        read_timeout: Duration::from_secs(20),
        total_timeout: Duration::from_mins(1),
        body_limit_bytes: BODY_LIMIT,
        keep_connections: true,
    }
}

/// The client most tests share: building one reads the root certificates.
fn client() -> &'static HttpFetch {
    static CLIENT: OnceLock<HttpFetch> = OnceLock::new();
    CLIENT.get_or_init(|| HttpFetch::new(settings()).unwrap())
}

/// A client that may reach nothing but the public internet.
fn guarded() -> &'static HttpFetch {
    static CLIENT: OnceLock<HttpFetch> = OnceLock::new();
    CLIENT.get_or_init(|| {
        HttpFetch::new(HttpSettings {
            allow_net: Vec::new(),
            ..settings()
        })
        .unwrap()
    })
}

struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// A server that reads a request, does `answer` and hangs up, again and again.
    fn start(answer: impl Fn(&mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                seen.lock().unwrap().push(read_request(&mut stream));
                answer(&mut stream);
                let _already_closed = stream.shutdown(Shutdown::Write);
                // until the client has hung up too, or the kernel throws away what it has not read
                let _end = stream.read(&mut [0; 64]);
            }
        });
        Self { address, requests }
    }

    fn answering(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(move |stream| {
            let _client_may_have_left = stream.write_all(&bytes);
        })
    }

    fn page(&self) -> PageUrl {
        PageUrl::parse(&format!("http://{}/news/1.html", self.address)).unwrap()
    }
}

fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => request.push(byte[0]),
            _ => break,
        }
    }
    String::from_utf8_lossy(&request).into_owned()
}

fn request(url: PageUrl) -> Request {
    Request {
        url,
        conditional: Conditional::default(),
        referer: None,
        purpose: Purpose::Page,
    }
}

async fn ask(answer: impl Into<Vec<u8>>) -> Result<Fetched, FetchError> {
    let server = Server::answering(answer);
    client().fetch(request(server.page())).await
}

/// The error must be of one kind; what it says is given back.
async fn check_refused(answer: impl Into<Vec<u8>>, kind: &str) -> String {
    let error = ask(answer).await.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    error.to_string()
}

#[tokio::test]
async fn a_whole_answer_is_given_back_as_it_came() {
    let server = Server::answering(
        b"HTTP/1.1 200 OK\r\nServer: old\r\nContent-Type: text/html\r\nX-Title: \xd5\xb9\xbb\xe1\r\nSet-Cookie: a=1\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
            .as_slice(),
    );
    let fetched = client().fetch(request(server.page())).await.unwrap();
    assert_eq!(fetched.status, 200);
    assert_eq!(fetched.body, Bytes::from_static(b"hello"));
    assert_eq!(fetched.peer, Some(server.address));
    let names: Vec<_> = fetched.headers.iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "server",
            "content-type",
            "x-title",
            "set-cookie",
            "content-length",
            "connection"
        ]
    );
    let title = fetched.headers.iter().find(|(name, _)| *name == "x-title");
    assert_eq!(title.unwrap().1, b"\xd5\xb9\xbb\xe1");

    // the cookie does not come back
    client().fetch(request(server.page())).await.unwrap();
    let requests = server.requests.lock().unwrap();
    assert!(
        !requests[1].to_ascii_lowercase().contains("cookie"),
        "{}",
        requests[1]
    );
}

#[tokio::test]
async fn a_request_says_who_asks_and_for_what() {
    let server =
        Server::answering("HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nConnection: close\r\n\r\n");
    let list = server.page().join("/news/").unwrap();
    let fetched = client()
        .fetch(Request {
            url: server.page(),
            conditional: Conditional {
                etag: Some("\"v1\"".to_owned()),
                last_modified: Some("Mon, 23 Nov 2026 06:11:00 GMT".to_owned()),
            },
            referer: Some(list.clone()),
            purpose: Purpose::Page,
        })
        .await
        .unwrap();
    assert_eq!(fetched.status, 304);
    assert!(fetched.body.is_empty());
    let sent = server.requests.lock().unwrap()[0].to_ascii_lowercase();
    for line in [
        "get /news/1.html http/1.1",
        "user-agent: zhanwen/test (+http://example.cn/bot)",
        "accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "accept-encoding: gzip, deflate, br, zstd",
        "accept-language: zh-cn,zh;q=0.9,en;q=0.5",
        "if-none-match: \"v1\"",
        "if-modified-since: mon, 23 nov 2026 06:11:00 gmt",
        &format!("referer: {list}"),
    ] {
        assert!(sent.lines().any(|sent| sent == line), "{line} in {sent}");
    }

    let robots = Request {
        purpose: Purpose::Robots,
        ..request(server.page())
    };
    client().fetch(robots).await.unwrap();
    let sent = server.requests.lock().unwrap()[1].to_ascii_lowercase();
    assert!(sent.contains("accept: text/plain,*/*;q=0.5"), "{sent}");
    assert!(!sent.contains("referer") && !sent.contains("if-"), "{sent}");
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let fetched =
        ask("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
            .await
            .unwrap();
    assert_eq!(fetched.status, 302);
    assert_eq!(
        fetched.headers.first("location"),
        Some("http://127.0.0.1:1/")
    );
}

#[tokio::test]
async fn content_codings_stay_on() {
    let packed = b"\x1f\x8b\x08\x00not really";
    let mut answer =
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 14\r\n\r\n".to_vec();
    answer.extend(packed);
    let fetched = ask(answer).await.unwrap();
    assert_eq!(fetched.body.as_ref(), packed);
    assert_eq!(fetched.headers.first("content-encoding"), Some("gzip"));
}

#[tokio::test]
async fn old_servers_are_understood() {
    let fetched = ask("HTTP/1.0 200 OK\r\n\r\nuntil the end").await.unwrap();
    assert_eq!(fetched.body.as_ref(), b"until the end");

    let sloppy = "HTTP/1.1 200 OK\r\nContent-Type : text/html\r\nnot a header\r\nX-Long: one\r\n two\r\nContent-Length: 2\r\n\r\nok";
    let fetched = ask(sloppy).await.unwrap();
    assert_eq!(fetched.body.as_ref(), b"ok");
    assert_eq!(fetched.headers.first("content-type"), Some("text/html"));

    // the chunks say where the body ends, whatever length was announced
    let both = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    let fetched = ask(both).await.unwrap();
    assert_eq!(fetched.body.as_ref(), b"ok");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_none() {
    let said = check_refused(
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
        "truncated",
    )
    .await;
    assert!(said.contains("after 9 bytes"), "{said}");
    check_refused(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nwo",
        "truncated",
    )
    .await;
    check_refused(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nnot hex\r\n",
        "truncated",
    )
    .await;
    check_refused("HTTP/1.1 200 OK\r\nContent-Le", "truncated").await;
    check_refused("", "truncated").await;
}

#[tokio::test]
async fn what_is_not_http_is_no_answer() {
    check_refused("SSH-2.0-OpenSSH_9.6\r\n\r\n", "protocol").await;
    let said = check_refused(
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello",
        "protocol",
    )
    .await;
    assert!(said.contains("content-length"), "{said}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    check_refused(
        "HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n",
        "too-large",
    )
    .await;
    let endless = Server::start(|stream| {
        let _head = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[b'x'; 8192]).is_ok() {}
    });
    let error = client().fetch(request(endless.page())).await.unwrap_err();
    assert_eq!(error.kind(), "too-large");
    // a counter has little to say
    let number = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n");
    let counter = Request {
        purpose: Purpose::Counter,
        ..request(number.page())
    };
    let error = client().fetch(counter).await.unwrap_err();
    assert_eq!(error.kind(), "too-large");

    let size = usize::try_from(BODY_LIMIT).unwrap();
    let mut whole = format!("HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n").into_bytes();
    whole.resize(whole.len() + size, b'x');
    assert_eq!(ask(whole).await.unwrap().body.len(), size);
}

#[tokio::test]
async fn a_silent_server_is_left() {
    let read_timeout = Duration::from_millis(150);
    let impatient = HttpFetch::new(HttpSettings {
        read_timeout,
        ..settings()
    })
    .unwrap();
    for said in [
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
    ] {
        let server = Server::start(move |stream| {
            let _head = stream.write_all(said.as_bytes());
            let _until_the_client_leaves = stream.read(&mut [0]);
        });
        let error = impatient.fetch(request(server.page())).await.unwrap_err();
        let FetchError::Timeout { phase, limit, .. } = error else {
            panic!("{error}");
        };
        assert_eq!((phase, limit), (Phase::Read, read_timeout), "{said:?}");
    }
}

#[tokio::test]
async fn a_server_that_drips_is_left_in_the_end() {
    let server = Server::start(|stream| {
        let _head = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let total_timeout = Duration::from_millis(250);
    let impatient = HttpFetch::new(HttpSettings {
        total_timeout,
        ..settings()
    })
    .unwrap();
    let error = impatient.fetch(request(server.page())).await.unwrap_err();
    let FetchError::Timeout { phase, limit, .. } = error else {
        panic!("{error}");
    };
    assert_eq!((phase, limit), (Phase::Total, total_timeout));
}

#[tokio::test]
async fn a_closed_port_is_a_failed_connection() {
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = PageUrl::parse(&format!("http://{address}/")).unwrap();
    let error = client().fetch(request(url)).await.unwrap_err();
    assert_eq!(error.kind(), "connect", "{error}");
}

#[tokio::test]
async fn what_is_not_tls_fails_as_tls() {
    for answer in ["HTTP/1.1 400 Bad Request\r\n\r\n", ""] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _hello = stream.read(&mut [0; 4096]);
            let _answer = stream.write_all(answer.as_bytes());
        });
        let url = PageUrl::parse(&format!("https://{address}/")).unwrap();
        let error = client().fetch(request(url)).await.unwrap_err();
        assert_eq!(error.kind(), "tls", "{error}");
    }
}

/// A server that does the TLS handshake with a certificate nobody vouches for.
fn self_signed() -> SocketAddr {
    // another test may have installed it already
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            // the client hangs up in the middle of the handshake, or it trusts us
            if stream.read(&mut [0; 1024]).is_ok() {
                let _sent = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi");
            }
        }
    });
    address
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_fails_closed() {
    let url = PageUrl::parse(&format!("https://{}/", self_signed())).unwrap();
    let error = client().fetch(request(url)).await.unwrap_err();
    assert_eq!(error.kind(), "tls", "{error}");
    assert!(error.to_string().contains("certificate"), "{error}");
}

#[tokio::test]
async fn the_inner_network_is_out_of_reach_by_address_and_by_name() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret");
    let port = server.address.port();
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
        "localhost",
    ] {
        let url = PageUrl::parse(&format!("http://{host}:{port}/")).unwrap();
        let error = guarded().fetch(request(url.clone())).await.unwrap_err();
        let FetchError::AddressRefused { address, .. } = error else {
            panic!("{host}: {error}");
        };
        assert!(address.is_loopback(), "{host}: {address}");
        let told = guarded().address_of(&url).await.unwrap_err();
        assert_eq!(told.kind(), "address-refused", "{host}: {told}");
    }
    assert_eq!(*server.requests.lock().unwrap(), Vec::<String>::new());

    // the same name, opened
    let url = PageUrl::parse(&format!("http://localhost:{port}/")).unwrap();
    let fetched = client().fetch(request(url.clone())).await.unwrap();
    assert_eq!(fetched.body.as_ref(), b"secret");
    let told = client().address_of(&url).await.unwrap().unwrap();
    assert!(told.is_loopback(), "{told}");
}

#[tokio::test]
async fn the_address_told_is_the_one_that_answers() {
    let empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let server = Server::answering(empty);
    let port = server.address.port();
    for host in ["127.0.0.1", "0x7f.1", "[::ffff:127.0.0.1]"] {
        let url = PageUrl::parse(&format!("http://{host}:{port}/")).unwrap();
        let told = client().address_of(&url).await.unwrap();
        let peer = client()
            .fetch(request(url.clone()))
            .await
            .unwrap()
            .peer
            .unwrap();
        assert_eq!(told, Some(peer.ip().to_canonical()), "{host}");
    }
    let other = PageUrl::parse("http://127.0.0.1:22/").unwrap();
    let told = client().address_of(&other).await.unwrap_err();
    assert_eq!(told.kind(), "not-fetchable");
}

#[tokio::test]
async fn a_name_that_is_nobodys_is_told() {
    // longer than a name may be, so that no resolver has to be asked
    let url = PageUrl::parse(&format!("http://{}.invalid/", "x".repeat(64))).unwrap();
    let error = client().fetch(request(url.clone())).await.unwrap_err();
    assert_eq!(error.kind(), "dns", "{error}");
    let url = PageUrl::parse(&format!("http://{}.invalid/", "x".repeat(64))).unwrap();
    let told = client().address_of(&url).await.unwrap_err();
    assert_eq!(told.kind(), "dns", "{told}");
}
