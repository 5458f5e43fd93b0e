//! What a server is to blame for, and what not.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use super::*;
use crate::model::Conditional;

/// Answers one request with a body of so many bytes.
fn server_of(length: usize) -> PageUrl {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _request = stream.read(&mut [0; 4096]).unwrap();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let _left = stream.write_all(&vec![b'x'; length]);
        let _left = stream.read(&mut [0; 1]);
    });
    PageUrl::parse(&format!("http://{address}/")).unwrap()
}

/// What comes of a large body that waits so long, for room that there `is` then.
async fn received_after(waiting: Duration, is: bool) -> Result<Fetched, FetchError> {
    let client = HttpFetch::new(HttpSettings {
        allow_net: vec!["127.0.0.0/8".parse().unwrap()],
        total_timeout: Duration::from_secs(15),
        ..HttpSettings::default()
    });
    let client = client.unwrap();
    let places = client.places.clone();
    let mut taken = vec![places.take_one(), places.take_one()];
    let asked = places.asked();
    let request = Request {
        url: server_of(600_000),
        conditional: Conditional::default(),
        referer: None,
        purpose: Purpose::Page,
    };
    let fetching = tokio::spawn(async move { client.fetch(request).await });
    // the clock turns by itself only when nobody has anything to do
    while places.asked() == asked {
        tokio::task::yield_now().await;
    }
    tokio::time::advance(waiting).await;
    if is {
        taken.clear();
    }
    while !fetching.is_finished() {
        tokio::task::yield_now().await;
    }
    fetching.await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn waiting_for_room_is_none_of_the_servers_time() {
    let fetched = received_after(Duration::from_secs(40), true).await.unwrap();
    assert_eq!(fetched.body.len(), 600_000);
    let in_vain = received_after(Duration::from_mins(2), false)
        .await
        .unwrap_err();
    assert_eq!(in_vain.kind(), "no-room");
}
