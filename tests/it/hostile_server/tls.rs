//! TLS that is expired, for somebody else, self-made, of another age, or broken off.

use std::io::{Read as _, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rusqlite::Connection;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::server::{Answer, Server, Wire, proper};
use super::{Desk, said};

/// A certificate authority that the program is told to trust.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A server's settings with a certificate for `name` from and until these years.
    fn vouches(&self, name: &str, years: [i32; 2]) -> Arc<ServerConfig> {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        [params.not_before, params.not_after] = years.map(|year| date_time_ymd(year, 1, 1));
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        configured(&certificate, &key)
    }
}

fn configured(certificate: &rcgen::Certificate, key: &KeyPair) -> Arc<ServerConfig> {
    // another test may have installed it already
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    Arc::new(config)
}

/// TLS that says goodbye, or leaves without a word.
struct Secure {
    stream: StreamOwned<ServerConnection, TcpStream>,
    polite: bool,
}

impl std::io::Read for Secure {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.stream.read(into)
    }
}

impl Write for Secure {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.stream.flush()
    }
}

impl Wire for Secure {
    fn finish(&mut self) {
        if self.polite {
            self.stream.conn.send_close_notify();
            let _client_may_have_left = self.stream.flush();
        }
        self.stream.sock.finish();
    }
}

fn secure(config: Arc<ServerConfig>, polite: bool) -> Server {
    Server::start_with("127.0.0.1:0", move |stream| {
        let connection = ServerConnection::new(Arc::clone(&config)).ok()?;
        let stream = StreamOwned::new(connection, stream);
        Some(Box::new(Secure { stream, polite }))
    })
}

/// A server that answers the first flight of a handshake with `bytes`.
fn handshake_of(bytes: &'static [u8]) -> Server {
    Server::start_with("127.0.0.1:0", move |mut stream| {
        let _hello = stream.read(&mut [0; 4096]);
        let _client_may_have_left = stream.write_all(bytes);
        stream.finish();
        let _end = stream.read(&mut [0; 4096]);
        None
    })
}

/// What speaks TLS how, what it answers, and the status or the error's kind and words.
type Case<'a> = (&'a str, Server, &'a Answer, Result<u16, (&'a str, &'a str)>);

#[test]
fn tls_that_cannot_be_trusted_gives_no_page_and_a_reason() {
    let authority = Authority::new();
    let now = [2020, 2090];
    let good = || authority.vouches("127.0.0.1", now);
    let own_key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let own = configured(&own.self_signed(&own_key).unwrap(), &own_key);
    let stranger = Authority::new().vouches("127.0.0.1", now);
    let whole = proper("text/html", "<p>ok</p>");
    let until_the_end = Answer::Close(b"HTTP/1.1 200 OK\r\n\r\n<p>ok</p>".to_vec());
    // alert: fatal, protocol_version
    let old = b"\x15\x03\x01\x00\x02\x02\x46".as_slice();
    // a ServerHello of TLS 1.0 without extensions
    let older = b"\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01\
        0123456789abcdef0123456789abcdef\x00\x00\x2f\x00";
    let garbage = &[0x16; 600];
    let cases: Vec<Case<'_>> = vec![
        ("good", secure(good(), true), &whole, Ok(200)),
        (
            "good, without goodbye",
            secure(good(), false),
            &whole,
            Ok(200),
        ),
        (
            "good to the end",
            secure(good(), true),
            &until_the_end,
            Ok(200),
        ),
        (
            "cut off before the end is told",
            secure(good(), false),
            &until_the_end,
            Err(("truncated", "close_notify")),
        ),
        (
            "expired",
            secure(authority.vouches("127.0.0.1", [2001, 2002]), true),
            &whole,
            Err(("tls", "expired")),
        ),
        (
            "not yet valid",
            secure(authority.vouches("127.0.0.1", [2089, 2090]), true),
            &whole,
            Err(("tls", "not valid yet")),
        ),
        (
            "for another name",
            secure(authority.vouches("www.example.cn", now), true),
            &whole,
            Err(("tls", "not valid for")),
        ),
        (
            "self-signed",
            secure(own, true),
            &whole,
            Err(("tls", "certificate")),
        ),
        (
            "of a stranger",
            secure(stranger, true),
            &whole,
            Err(("tls", "certificate")),
        ),
        (
            "an old version",
            handshake_of(old),
            &whole,
            Err(("tls", "ProtocolVersion")),
        ),
        ("TLS 1.0", handshake_of(older), &whole, Err(("tls", ""))),
        ("garbage", handshake_of(garbage), &whole, Err(("tls", ""))),
        ("nothing", handshake_of(b""), &whole, Err(("tls", ""))),
        (
            "half an answer",
            handshake_of(&older[..20]),
            &whole,
            Err(("tls", "")),
        ),
    ];
    let desk = Desk::new();
    std::fs::write(desk.path("authority.pem"), authority.0.pem()).unwrap();
    let mut command = desk.command(&["-q", "scrape", "--interval", "0"]);
    command.env("SSL_CERT_FILE", desk.path("authority.pem"));
    command.args(["--allow-net", "127.0.0.0/8"]);
    let url = |server: &Server| server.url("/1").replace("http:", "https:");
    for (_, server, answer, _) in &cases {
        server.put("/1", (*answer).clone());
        command.arg(url(server));
    }
    let output = command.output().unwrap();
    assert!(!said(&output).contains("panick"), "{}", said(&output));
    let archive = Connection::open(desk.path("archive.db")).unwrap();
    let mut wrong = Vec::new();
    for (name, server, _, expected) in &cases {
        let look = "SELECT status, error, error_detail FROM v_fetches WHERE url_requested = ?1
                    ORDER BY fetch_id DESC LIMIT 1";
        let found: (Option<u16>, Option<String>, Option<String>) = archive
            .query_row(look, [url(server)], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap();
        let detail = found.2.clone().unwrap_or_default();
        let as_expected = match expected {
            Ok(status) => found.0 == Some(*status),
            Err((kind, words)) => {
                found.1.as_deref() == Some(kind) && !detail.is_empty() && detail.contains(words)
            }
        };
        if !as_expected {
            wrong.push(format!("{name}: {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
