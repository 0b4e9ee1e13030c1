//! The expressions of workflows, as far as our own use them: paths, texts, `==`, `!=`, `&&`, `||`, `!`, parentheses, `format`, and the
//! functions that say how the job stands.

use serde_json::{Value as Json, json};

/// Replaces each `${{ … }}` of a text by its value.
pub(super) fn filled(text: &str, contexts: &Json) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let (expression, after) = after.split_once("}}").expect("an expression ends");
        out.push_str(before);
        out.push_str(&text_of(&value(expression, contexts)));
        rest = after;
    }
    out + rest
}

/// Whether a condition holds; what is not there does not.
pub(super) fn holds(condition: &str, contexts: &Json) -> bool {
    is_true(&value(condition, contexts))
}

/// The value of an expression.
pub(super) fn value(expression: &str, contexts: &Json) -> Json {
    let mut parser = Parser { tokens: tokens(expression), at: 0, contexts };
    let value = parser.any();
    assert_eq!(parser.at, parser.tokens.len(), "{expression} is understood to its end");
    value
}

fn text_of(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_true(value: &Json) -> bool {
    !matches!(value, Json::Null | Json::Bool(false)) && *value != json!("") && *value != json!(0)
}

fn tokens(expression: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = expression.trim_start();
    while !rest.is_empty() {
        let length = if let Some(text) = rest.strip_prefix('\'') {
            text.find('\'').expect("a text ends") + 2
        } else if let Some(two) =
            ["&&", "||", "==", "!="].iter().find(|two| rest.starts_with(**two))
        {
            two.len()
        } else if rest.starts_with(['(', ')', ',', '!']) {
            1
        } else {
            let is_word = |letter: char| letter.is_alphanumeric() || "._-".contains(letter);
            rest.find(|letter| !is_word(letter)).unwrap_or(rest.len())
        };
        assert!(length > 0, "{rest} is understood");
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    tokens
}

struct Parser<'a> {
    tokens: Vec<String>,
    at: usize,
    contexts: &'a Json,
}

impl Parser<'_> {
    fn takes(&mut self, token: &str) -> bool {
        let is_next = self.tokens.get(self.at).is_some_and(|next| next == token);
        self.at += usize::from(is_next);
        is_next
    }

    fn any(&mut self) -> Json {
        let mut value = self.all();
        while self.takes("||") {
            let other = self.all();
            value = if is_true(&value) { value } else { other };
        }
        value
    }

    fn all(&mut self) -> Json {
        let mut value = self.comparison();
        while self.takes("&&") {
            let other = self.comparison();
            value = if is_true(&value) { other } else { value };
        }
        value
    }

    fn comparison(&mut self) -> Json {
        let value = self.one();
        if self.takes("==") {
            return json!(text_of(&value) == text_of(&self.one()));
        }
        if self.takes("!=") {
            return json!(text_of(&value) != text_of(&self.one()));
        }
        value
    }

    fn one(&mut self) -> Json {
        if self.takes("!") {
            return json!(!is_true(&self.one()));
        }
        if self.takes("(") {
            let value = self.any();
            assert!(self.takes(")"), "a parenthesis is closed");
            return value;
        }
        let word = self.tokens[self.at].clone();
        self.at += 1;
        if self.takes("(") {
            return self.call(&word);
        }
        match word.strip_prefix('\'') {
            Some(text) => json!(text.trim_end_matches('\'')),
            None if word == "true" || word == "false" => json!(word == "true"),
            None => {
                let path = format!("/{}", word.replace('.', "/"));
                self.contexts.pointer(&path).cloned().unwrap_or_default()
            }
        }
    }

    fn call(&mut self, name: &str) -> Json {
        let mut given = Vec::new();
        while !self.takes(")") {
            given.push(self.any());
            self.takes(",");
        }
        match name {
            "format" => {
                let mut text = text_of(&given[0]);
                for (index, value) in given[1..].iter().enumerate() {
                    text = text.replace(&format!("{{{index}}}"), &text_of(value));
                }
                json!(text)
            }
            "failure" => self.contexts["job"]["failed"].clone(),
            "success" => json!(self.contexts["job"]["failed"] != json!(true)),
            "always" => json!(true),
            other => panic!("the function {other} is unknown"),
        }
    }
}

#[test]
fn expressions_are_evaluated_as_a_forge_does() {
    let contexts = json!({"github": {"ref_name": "trunk", "event": {"repository": {"default_branch": "trunk"}}}, "vars": {}});
    for (expression, expected) in [
        ("github.ref_name == github.event.repository.default_branch", json!(true)),
        ("github.ref_name != 'trunk'", json!(false)),
        ("(github.a == 'x' || github.ref_name == 'trunk') && !github.b", json!(true)),
        (
            "vars.S && format('--state={0}', vars.S) || '--state-branch=b'",
            json!("--state-branch=b"),
        ),
        ("github.ref_name && format('{0}!', github.ref_name) || 'b'", json!("trunk!")),
    ] {
        assert_eq!(value(expression, &contexts), expected, "{expression}");
    }
    assert_eq!(filled("a ${{ github.ref_name }} b ${{ vars.none }}c", &contexts), "a trunk b c");
}
