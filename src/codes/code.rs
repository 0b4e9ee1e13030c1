//! The shape of an entry: what an error code means, its causes, and what can be known about each of them in advance.

use super::example::Example;
use super::pages::ERROR_CODES;
use super::violation::Violations;
use crate::finding::Severity;
use crate::model::{Field, View};

/// An error code of the Spectrum API, or a rule of ours, which has a slug in place of the number.
#[derive(Debug)]
pub struct Code {
    /// The number that the API answers with; none for our own rules and for what the API has no code for.
    pub number: Option<u32>,
    /// The number that the simulator refuses it with where no page names one (*inferred*); none for
    /// what the API, as far as is known, takes.
    pub inferred_number: Option<u32>,
    /// A name in words: `virtual-network-port-range`.
    pub slug: &'static str,
    /// What it means, a few words.
    pub title: &'static str,
    /// The page that documents it.
    pub docs: &'static str,
    /// A further page, on what it is about; empty where there is none.
    pub more: &'static str,
    /// The HTTP statuses it comes with; empty for our own rules.
    pub http_status: &'static [u16],
    /// Whether the same call may succeed later.
    pub retry: Retry,
    /// When the simulator, and as far as is known the API, looks at it: of several violations the earliest stage answers.
    pub stage: Stage,
    /// The field that a refusal is about, where it is about one.
    pub field: Option<Field>,
    /// How a refusal is remembered for later plans, where it tells of the account or zone and not of the application.
    pub teaches: Option<CachePolicy>,
    /// The severity of its findings, unless the configuration sets another.
    pub severity: Severity,
    /// The exit code of a run that it stops, where that is always the same.
    pub exit: Option<u8>,
    /// Its causes, the most likely first.
    pub causes: &'static [Cause],
    /// A configuration that leads to it, and the same made right, where an example is possible.
    pub example: Option<Example>,
}

/// How refusals of a code are remembered.
#[derive(Debug)]
pub struct CachePolicy {
    /// Whether one holds for the account or for the zone.
    pub scope: Scope,
    /// What an application asks for, the key of a remembered refusal; nothing when it does not ask for it.
    pub asks: fn(&View<'_>) -> Option<String>,
    /// The count beside which it asks, for what is refused from some count on; a refusal lapses below the count at which it was made.
    pub beside: Option<fn(&View<'_>) -> Option<u32>>,
    /// Whether the configuration says that it is granted, which outweighs what was learned.
    pub granted: fn(&View<'_>) -> bool,
}

/// Whether the same call may succeed later without a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It will be refused again.
    Never,
    /// After a while.
    Later,
}

/// The order in which a body is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each variant is the part of the body that it is about")]
pub enum Stage {
    Json,
    /// When the field is looked at that the violation is about.
    Field,
    UnknownField,
    Protocol,
    Dns,
    Origin,
    VirtualNetwork,
    Edge,
    Entitlement,
    Quota,
    Hostname,
    OnCall,
}

/// When a cause can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// From the configuration alone.
    Offline,
    /// While planning, from the live application or by reading from the account.
    Preflight,
    /// Only when the API answers.
    OnCall,
    /// When the run meets it, whatever is configured.
    OnRun,
    /// When a client connects, which only the event log shows.
    OnConnection,
}

impl Known {
    /// For a table: `offline`, `plan`, `on the call`.
    pub fn text(self) -> &'static str {
        match self {
            Known::Offline => "offline",
            Known::Preflight => "plan",
            Known::OnCall => "on the call",
            Known::OnRun => "in the run",
            Known::OnConnection => "in the event log",
        }
    }
}

/// What a cause is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// One application.
    App,
    /// The change of an existing application.
    Change,
    /// The zone.
    Zone,
    /// The account.
    Account,
}

/// A check: looks, and reports what is wrong. What is absent from the view gives no verdict.
pub type Check = fn(&View<'_>, &mut Violations);

/// One way in which a code comes about.
#[derive(Debug)]
pub struct Cause {
    /// A name in words: `ipv6-without-brackets`.
    pub slug: &'static str,
    /// Why it is refused; nothing where the summary of a finding says everything.
    pub why: Option<&'static str>,
    /// What to do.
    pub fix: &'static str,
    /// When it can be known.
    pub known: Known,
    /// What it is about.
    pub scope: Scope,
    /// The fields whose unreadable values are this cause's and not a matter of form only.
    pub claims: &'static [Field],
    /// Words of a server's message that speak for this cause, in lower case.
    pub keywords: &'static [&'static str],
    /// The check, where one is possible.
    pub check: Option<Check>,
    /// Whether the view has everything that a verdict on the cause needs; nothing where the application alone is enough.
    pub decides: Option<fn(&View<'_>) -> bool>,
    /// The field that a refusal of this cause is about, where it is another than that of the code.
    pub field: Option<Field>,
    /// The HTTP statuses that it comes with, where they tell it from the other causes.
    pub http_status: &'static [u16],
    /// The message that the API was seen to send with it.
    pub observed: Option<&'static str>,
}

impl Cause {
    /// A cause of which nothing is said yet, for tables to fill in.
    pub(super) const BLANK: Cause = Cause {
        slug: "",
        why: None,
        fix: "",
        known: Known::OnCall,
        scope: Scope::App,
        claims: &[],
        keywords: &[],
        check: None,
        decides: None,
        field: None,
        http_status: &[],
        observed: None,
    };

    /// A cause that only the server can report.
    pub const fn on_call(
        slug: &'static str,
        scope: Scope,
        why: &'static str,
        fix: &'static str,
    ) -> Cause {
        Cause { slug, why: Some(why), fix, scope, ..Cause::BLANK }
    }

    /// A cause that reading from the account shows before anything is written.
    pub const fn preflight(
        slug: &'static str,
        scope: Scope,
        why: &'static str,
        fix: &'static str,
    ) -> Cause {
        Cause { known: Known::Preflight, ..Cause::on_call(slug, scope, why, fix) }
    }

    /// A cause that the configuration alone shows.
    pub const fn offline(
        slug: &'static str,
        why: &'static str,
        fix: &'static str,
        check: Check,
    ) -> Cause {
        Cause {
            known: Known::Offline,
            check: Some(check),
            ..Cause::on_call(slug, Scope::App, why, fix)
        }
    }

    /// The same cause with a check that speaks once the view holds what it needs.
    #[must_use]
    pub const fn checked(self, check: Check) -> Cause {
        Cause { check: Some(check), ..self }
    }

    /// The same cause about something else than one application.
    #[must_use]
    pub const fn about(self, scope: Scope) -> Cause {
        Cause { scope, ..self }
    }

    /// The same cause, to which unreadable values of these fields belong.
    #[must_use]
    pub const fn claiming(self, claims: &'static [Field]) -> Cause {
        Cause { claims, ..self }
    }

    /// The same cause, for which these words of a server's message speak, written in lower case.
    #[must_use]
    pub const fn reported_by(self, keywords: &'static [&'static str]) -> Cause {
        Cause { keywords, ..self }
    }

    /// The same cause, on which there is a verdict only where the view has what it needs.
    #[must_use]
    pub const fn decided_by(self, decides: fn(&View<'_>) -> bool) -> Cause {
        Cause { decides: Some(decides), ..self }
    }

    /// The same cause, of which a refusal is about this field.
    #[must_use]
    pub const fn on(self, field: Field) -> Cause {
        Cause { field: Some(field), ..self }
    }

    /// The same cause, which comes with these HTTP statuses only.
    #[must_use]
    pub const fn with_status(self, http_status: &'static [u16]) -> Cause {
        Cause { http_status, ..self }
    }

    /// The same cause, with which the API was seen to send this message.
    #[must_use]
    pub const fn observed_as(self, message: &'static str) -> Cause {
        Cause { observed: Some(message), ..self }
    }

    /// Whether a server's message, in lower case, speaks for this cause.
    pub fn is_named_by(&self, message: &str) -> bool {
        self.keywords.iter().any(|keyword| message.contains(keyword))
    }
}

/// The severity of an entry of the catalog, and the exit code of the run that it stops.
pub(super) type DefaultSeverity = (Severity, Option<u8>);

/// A warning.
pub(super) const WARNS: DefaultSeverity = (Severity::Warning, None);

/// An error whose exit code depends on the command.
pub(super) const STOPS: DefaultSeverity = (Severity::Error, None);

/// An error that ends the run with this exit code.
pub(super) const fn exit(code: u8) -> DefaultSeverity {
    (Severity::Error, Some(code))
}

impl Code {
    /// What most refusals of the API have in common.
    pub(super) const REFUSAL: Code = Code {
        number: None,
        inferred_number: None,
        slug: "",
        title: "",
        docs: ERROR_CODES,
        more: "",
        http_status: &[400],
        retry: Retry::Never,
        stage: Stage::OnCall,
        field: None,
        teaches: None,
        severity: Severity::Error,
        exit: None,
        causes: &[],
        example: None,
    };

    /// What most rules of ours have in common.
    pub(super) const RULE: Code = Code {
        inferred_number: Some(1004),
        docs: super::pages::OPTIONS,
        http_status: &[],
        ..Code::REFUSAL
    };

    /// What the code is called in findings and JSON: the number, else the slug.
    pub fn name(&self) -> String {
        self.number.map_or_else(|| self.slug.to_owned(), |number| number.to_string())
    }

    /// The page that documents it, at its own section where that is known (*inferred* from how the page names its sections).
    pub fn page(&self) -> String {
        let Some(number) = self.number.filter(|_| self.docs == ERROR_CODES) else {
            return self.docs.to_owned();
        };
        let stays = |letter: &char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' ');
        let title: String = self.title.to_lowercase().chars().filter(stays).collect();
        format!("{}#{number}--{}", self.docs, title.replace(' ', "-"))
    }

    /// Whether a number that a server answers with says this: its own, or one that was seen for it alone.
    pub fn has_number(&self, number: u32) -> bool {
        let seen = self.inferred_number.filter(|seen| Some(*seen) != Code::RULE.inferred_number);
        self.number.or(seen) == Some(number)
    }

    /// Whether it is about a field: by a refusal, or by the values that its causes claim.
    pub fn judges(&self, field: Field) -> bool {
        let judges = |cause: &Cause| cause.field == Some(field) || cause.claims.contains(&field);
        self.field == Some(field) || self.causes.iter().any(judges)
    }

    /// The earliest moment at which any of its causes can be known.
    pub fn known(&self) -> Known {
        self.causes.iter().map(|cause| cause.known).min().unwrap_or(Known::OnCall)
    }

    /// The first cause, which speaks for the code where nothing better is known.
    pub fn first_cause(&'static self) -> &'static Cause {
        self.causes
            .first()
            .expect("every code has at least one cause, which a test of the code table asserts")
    }

    /// The cause that a server probably means: the one whose check speaks on the view, else one that the words of the message
    /// speak for, else the first that only the server can report, else the first.
    pub fn likely_cause(&'static self, view: Option<&View<'_>>, message: &str) -> &'static Cause {
        let message = message.to_lowercase();
        let is_seen = |cause: &'static Cause| {
            view.is_some_and(|view| !Violations::check_cause(self, cause, view).is_empty())
        };
        let seen = self.causes.iter().find(|cause| is_seen(cause));
        let named = || self.causes.iter().find(|cause| cause.is_named_by(&message));
        let on_call = || self.causes.iter().find(|cause| cause.known == Known::OnCall);
        seen.or_else(named).or_else(on_call).unwrap_or_else(|| self.first_cause())
    }
}
