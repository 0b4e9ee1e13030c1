//! A server that answers every request with the same bytes.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

/// A server on a free port; it ends with this value.
pub(crate) struct Scripted {
    pub(crate) base_url: String,
    requests: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    port: u16,
    thread: Option<JoinHandle<()>>,
}

impl Scripted {
    /// Answers with a status, a content type and a body.
    pub(crate) fn answering(status: u16, content_type: &str, body: &str) -> Self {
        let length = body.len();
        Scripted::saying(format!(
            "HTTP/1.1 {status} Answer\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\nCF-Ray: 8c1e3a2b4d5f6071-AMS\r\nConnection: close\r\n\r\n{body}"
        ))
    }

    /// Answers with these bytes, whatever they are, and closes the connection.
    pub(crate) fn saying(answer: String) -> Self {
        let listener =
            TcpListener::bind("127.0.0.1:0").expect("a port of the loopback interface is free");
        let port = listener.local_addr().unwrap().port();
        let (stop, requests) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (ended, counted) = (Arc::clone(&stop), Arc::clone(&requests));
        let thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                counted.fetch_add(1, Ordering::SeqCst);
                answer_one(stream, &answer);
            }
        });
        Scripted {
            base_url: format!("http://127.0.0.1:{port}/client/v4"),
            requests,
            stop,
            port,
            thread: Some(thread),
        }
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Reads the head of a request, as none that is sent here has a body that matters, and answers.
fn answer_one(mut stream: TcpStream, answer: &str) {
    let (mut head, mut piece) = (Vec::<u8>::new(), [0; 4096]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return,
            Ok(count) => head.extend(&piece[..count]),
        }
    }
    // A client that went away has nothing to be told.
    let _ = stream.write_all(answer.as_bytes());
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // The connection wakes the server, so that it sees that it is to end.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The address of a port on which nothing listens.
pub(crate) fn closed_port() -> String {
    let listener =
        TcpListener::bind("127.0.0.1:0").expect("a port of the loopback interface is free");
    let port = listener.local_addr().unwrap().port();
    format!("http://127.0.0.1:{port}/client/v4")
}
