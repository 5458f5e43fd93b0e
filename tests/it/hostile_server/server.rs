//! The server: says exactly the bytes it is told to, and remembers what it was asked.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What is said to one request.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// These bytes, then the connection is closed.
    Close(Vec<u8>),
    /// These bytes, and the connection stays open for the next request.
    Open(Vec<u8>),
    /// These bytes, then nothing until the client leaves.
    Silence(Vec<u8>),
    /// The first bytes, then the others again and again as fast as they are taken.
    Endless(Vec<u8>, Vec<u8>),
    /// The first bytes, then the others again and again, with a pause before each.
    Drip(Vec<u8>, Vec<u8>, Duration),
}

/// A connection, plain or within TLS.
pub(crate) trait Wire: Read + Write {
    /// Says that nothing more will be said.
    fn finish(&mut self);
}

impl Wire for TcpStream {
    fn finish(&mut self) {
        let _client_may_have_left = self.shutdown(Shutdown::Write);
    }
}

/// What is answered where: by path, anything else with 404.
pub(crate) type Answers = Arc<Mutex<BTreeMap<String, Answer>>>;

/// The server; its threads end with the test program.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    answers: Answers,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// A server on a free port of 127.0.0.1.
    pub(crate) fn start() -> Self {
        Self::start_on("127.0.0.1:0")
    }

    pub(crate) fn start_on(address: &str) -> Self {
        Self::start_with(address, |stream| Some(Box::new(stream)))
    }

    /// A server that speaks through what `wrap` makes of a connection.
    pub(crate) fn start_with(
        address: &str,
        wrap: impl Fn(TcpStream) -> Option<Box<dyn Wire>> + Clone + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            answers: Answers::default(),
            requests: Arc::default(),
        };
        let (answers, requests) = (Arc::clone(&server.answers), Arc::clone(&server.requests));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answers, requests) = (Arc::clone(&answers), Arc::clone(&requests));
                let wrap = wrap.clone();
                thread::spawn(move || {
                    if let Some(mut wire) = wrap(stream) {
                        converse(wire.as_mut(), &answers, &requests);
                    }
                });
            }
        });
        server
    }

    pub(crate) fn put(&self, path: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The heads of all requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The paths asked for so far.
    pub(crate) fn paths(&self) -> Vec<String> {
        let path = |head: &String| head.split(' ').nth(1).unwrap_or_default().to_owned();
        self.requests().iter().map(path).collect()
    }
}

fn converse(wire: &mut dyn Wire, answers: &Answers, requests: &Mutex<Vec<String>>) {
    while let Some(head) = read_head(wire) {
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        requests.lock().unwrap().push(head);
        let answer = answers.lock().unwrap().get(&path).cloned();
        let nothing_here =
            || Answer::Open(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec());
        if !say(wire, answer.unwrap_or_else(nothing_here)) {
            break;
        }
    }
    wire.finish();
    // until the client has hung up too, or the kernel throws away what it has not read
    let _end = wire.read(&mut [0; 64]);
}

/// Says `answer`; whether the connection goes on.
fn say(wire: &mut dyn Wire, answer: Answer) -> bool {
    let mut write = |bytes: &[u8]| wire.write_all(bytes).and_then(|()| wire.flush()).is_ok();
    match answer {
        Answer::Close(bytes) => {
            write(&bytes);
            false
        }
        Answer::Open(bytes) => write(&bytes),
        Answer::Silence(bytes) => {
            write(&bytes);
            let _until_the_client_leaves = wire.read(&mut [0; 64]);
            false
        }
        Answer::Endless(head, block) => {
            let mut goes_on = write(&head);
            while goes_on {
                goes_on = write(&block);
            }
            false
        }
        Answer::Drip(head, piece, pause) => {
            let mut goes_on = write(&head);
            while goes_on {
                thread::sleep(pause);
                goes_on = write(&piece);
            }
            false
        }
    }
}

fn read_head(wire: &mut dyn Wire) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match wire.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return None,
        }
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

/// An answer that keeps to the rules.
pub(crate) fn proper(content_type: &str, body: impl AsRef<[u8]>) -> Answer {
    let body = body.as_ref();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    Answer::Open([head.as_bytes(), body].concat())
}
