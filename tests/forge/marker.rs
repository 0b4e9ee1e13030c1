//! The hidden line of a comment is found again, whatever it holds, and nothing in it ends the HTML comment.

use spectrumctl::forge::{Mark, Shown};

#[test]
fn a_mark_survives_the_way_through_a_forge() {
    let name = "a --> b <script> -- \u{1f600} \"quoted\"";
    let shown: Shown = [("example.com/a--b".to_owned(), "update 12ab".to_owned())].into();
    let mark = Mark::new("plan", name).with_digest("sha256:1").showing(shown);
    let body = mark.comment(4, "the text\n-->", None);
    let first = body.lines().next().unwrap();
    assert!(first.starts_with("<!-- spectrumctl {") && first.ends_with(" -->"), "{first}");
    let inside = first.trim_start_matches("<!--").trim_end_matches("-->");
    assert!(!inside.contains("--") && !inside.contains(['<', '>']), "{first}");
    for body in [body.clone(), body.replace('\n', "\r\n"), format!("\n{body}\n")] {
        let (read, text) = Mark::read(&body).unwrap();
        assert_eq!(read, mark);
        assert_eq!(text.trim().replace("\r\n", "\n"), "the text\n-->");
    }
}

#[test]
fn what_is_no_mark_is_none_and_unknown_keys_do_not_disturb() {
    for body in ["", "text", "<!-- spectrumctl plan -->\n", "<!-- spectrumctl {\"what\":1} -->"] {
        assert_eq!(Mark::read(body), None, "{body}");
    }
    let later = "<!-- spectrumctl {\"what\":\"plan\",\"name\":\"edge\",\"later\":[1]} -->\ntext";
    assert_eq!(Mark::read(later).unwrap().0, Mark::new("plan", "edge"));
}

#[test]
fn a_long_list_of_changes_is_left_out_whole() {
    let shown: Shown =
        (0..500).map(|index| (format!("example.com/app-{index}"), "create".to_owned())).collect();
    let mark = Mark::new("plan", "edge").showing(shown);
    assert_eq!(mark.shown, None);
    assert!(mark.comment(4, "", None).len() < 200);
}
