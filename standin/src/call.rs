//! What a handler is given, and what it may answer.

use crate::auth::Principal;
use crate::estate::{Account, Estate, Region};
use crate::protocol::errors;
use crate::state::{Shared, World};
use axum::http::StatusCode;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use std::ops::Range;

/// A service, as signatures name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Service {
    Ec2,
    Elb,
    /// The API of 2012, which signs as the newer one does.
    ClassicElb,
    Rds,
    S3,
    /// The API of whole accounts, which signs as S3 does.
    S3Control,
    Lambda,
    Eks,
    Sts,
    Organizations,
    CloudWatch,
    CostExplorer,
}

impl Service {
    /// The service of a credential scope.
    pub(crate) fn signed(name: &str) -> Option<Self> {
        Some(match name {
            "ec2" => Self::Ec2,
            "elasticloadbalancing" => Self::Elb,
            "rds" => Self::Rds,
            "s3" => Self::S3,
            "lambda" => Self::Lambda,
            "eks" => Self::Eks,
            "sts" => Self::Sts,
            "organizations" => Self::Organizations,
            "monitoring" => Self::CloudWatch,
            "ce" => Self::CostExplorer,
            _ => return None,
        })
    }

    /// The prefix of its actions in policies, counts and faults.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Elb => "elasticloadbalancing",
            // A name of its own, so that its calls are counted and go wrong apart. Its permissions are the newer one's.
            Self::ClassicElb => "elasticloadbalancing-2012",
            Self::Rds => "rds",
            Self::S3 => "s3",
            Self::S3Control => "s3control",
            Self::Lambda => "lambda",
            Self::Eks => "eks",
            Self::Sts => "sts",
            Self::Organizations => "organizations",
            Self::CloudWatch => "cloudwatch",
            Self::CostExplorer => "ce",
        }
    }
}

/// One call, as handlers see it.
pub(crate) struct Call<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) estate: &'a Estate,
    pub(crate) world: &'a World,
    pub(crate) account: &'a Account,
    pub(crate) service: Service,
    pub(crate) region: &'a str,
    pub(crate) action: &'a str,
    pub(crate) principal: &'a Principal,
    pub(crate) signed_at: DateTime<Utc>,
    pub(crate) request_id: &'a str,
    pub(crate) page_cap: usize,
}

impl<'a> Call<'a> {
    /// The region that was called.
    pub(crate) fn here(&self) -> Result<&'a Region, Refusal> {
        let region = self.account.region(self.region).filter(|r| r.opt_in_status != "not-opted-in");
        region.ok_or_else(|| errors::region_not_enabled(self.service))
    }

    /// Where the page that a token asks for begins, and its number, counted from 1.
    pub(crate) fn position(&self, token: Option<&str>) -> Result<(usize, u64), BadToken> {
        match token {
            None | Some("") => Ok((0, 1)),
            Some(token) => match PageToken::parse(token).filter(|token| token.action == self.action) {
                Some(token) => Ok((token.offset, token.page)),
                None => Err(BadToken),
            },
        }
    }

    /// Which of `len` things are on the page that a token asks for, and the token of the next page.
    pub(crate) fn page(
        &self,
        token: Option<&str>,
        largest: usize,
        len: usize,
    ) -> Result<(Range<usize>, Option<String>), BadToken> {
        let (start, page) = self.position(token)?;
        let size = largest.min(self.page_cap).max(1);
        let end = start.saturating_add(size).min(len);
        let next = (end < len).then(|| PageToken::write(self.action, end, page.saturating_add(1)));
        Ok((start.min(len)..end, next))
    }
}

/// A token that this stand-in did not write for this action.
#[derive(Debug)]
pub(crate) struct BadToken;

impl BadToken {
    /// As the error that the service has for it.
    pub(crate) fn refused(self, code: &'static str) -> Refusal {
        Refusal::new(400, code, "The specified token is not valid")
    }
}

/// What a page token says: action, offset and number of the page, in base64.
#[derive(Debug)]
pub(crate) struct PageToken {
    pub(crate) action: String,
    pub(crate) offset: usize,
    pub(crate) page: u64,
}

impl PageToken {
    pub(crate) fn write(action: &str, offset: usize, page: u64) -> String {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("{action}|{offset}|{page}"))
    }

    pub(crate) fn parse(token: &str) -> Option<Self> {
        use base64::Engine;
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(token).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let mut parts = text.split('|');
        let action = parts.next()?.to_owned();
        Some(Self { action, offset: parts.next()?.parse().ok()?, page: parts.next()?.parse().ok()? })
    }
}

/// A call that is refused: an error of the service, before a protocol has written it.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    /// Headers that go with it in any protocol.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), headers: Vec::new() }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// A reply, ready to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn ok(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self { status: StatusCode::OK, content_type, headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}
