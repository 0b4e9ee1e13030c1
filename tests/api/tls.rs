//! TLS for real: the binary talks to an API behind a certificate that an authority of this test has signed.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::support::Sandbox;

const ZONES: &str = r#"{"success":true,"errors":[],"messages":[],"result":[],"result_info":{"page":1,"per_page":50,"count":0,"total_count":0,"total_pages":0}}"#;

#[test]
fn a_server_whose_authority_is_given_is_trusted() {
    let (sandbox, authority) = before_a_tls_server();
    sandbox.write("authority.pem", authority);
    let ran = sandbox.run(&["--ca-file", "authority.pem", "plan"]);
    assert_eq!(ran.code, 1, "{}", ran.all());
    // The answer was read: the account shows no zone.
    assert!(ran.all().contains("the token sees no zone example.com"), "{}", ran.all());
    assert!(!ran.all().contains("certificate"), "{}", ran.all());
    assert!(!ran.all().contains("could not connect"), "{}", ran.all());
}

#[test]
fn a_server_of_an_unknown_authority_is_refused() {
    let (sandbox, _) = before_a_tls_server();
    let ran = sandbox.run(&["plan"]);
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert!(ran.all().contains("certificate"), "{}", ran.all());
    assert!(ran.all().contains("--ca-file"), "{}", ran.all());
}

/// A configuration whose API is a server with TLS, and the PEM of the authority that signed the server's certificate.
fn before_a_tls_server() -> (Sandbox, String) {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["localhost".to_owned()])
        .unwrap()
        .signed_by(&key, &authority)
        .unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(certificate)],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .unwrap();
    let port = serve(Arc::new(config));
    let mut sandbox = Sandbox::with("zones: {example.com: {apps: {}}}\n");
    sandbox.connect(&format!("https://localhost:{port}/client/v4"));
    (sandbox, authority.pem())
}

/// Answers each request with an empty list, and closes. The thread ends with the test's process.
fn serve(config: Arc<ServerConfig>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of loopback is free");
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that does not trust the certificate hangs up, which is what one test wants.
            let _ = answer(stream, Arc::clone(&config));
        }
    });
    port
}

fn answer(stream: TcpStream, config: Arc<ServerConfig>) -> std::io::Result<()> {
    let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    let (mut head, mut piece) = (Vec::<u8>::new(), [0; 4096]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece)? {
            0 => return Ok(()),
            count => head.extend(&piece[..count]),
        }
    }
    let length = ZONES.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{ZONES}"
    )?;
    stream.conn.send_close_notify();
    stream.flush()
}
