//! The SDK's errors as [`FetchError`]s: what sort of failure it is, and a sentence for the person who has to act.
//!
//! The one place where codes of AWS are known. No message holds a credential: whatever looks like one is cut out.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use engine::error::safe_text;
use engine::{FetchError, FetchErrorKind};
use std::error::Error;
use std::time::Duration;

/// The credentials ran out. A fresh set and the same call again usually help.
const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];

/// Too many calls: the codes of `aws-runtime`'s own retry classifier, and those of the services read here.
const THROTTLED: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "TooManyRequests",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
];

/// A permission is missing, or the keys are not accepted.
const DENIED: &[&str] = &[
    "UnauthorizedOperation",
    "AccessDenied",
    "AccessDeniedException",
    "AllAccessDisabled",
    "AuthFailure",
    "AuthorizationError",
    "AuthorizationErrorException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "NotAuthorized",
    "OptInRequired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "AWSOrganizationsNotInUseException",
];

/// The provider's side failed, and may not the next time.
const TRANSIENT: &[&str] = &[
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InternalServiceError",
    "InternalServiceFault",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "Unavailable",
];

/// What EC2, the query services and the JSON services say of good keys in a region that the account has not enabled.
const REGION_OFF: &[&str] = &["AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"];

/// The time of a request is too far from AWS's own.
const CLOCK_OFF: &[&str] = &["RequestTimeTooSkewed", "RequestInTheFuture"];

/// Where a call was made, for the sentence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    /// `ec2:DescribeInstances`.
    pub(crate) action: &'a str,
    /// The account's id, or its name while the id is not known.
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
}

/// What an error of the SDK is to the engine.
pub(crate) fn classify<E>(error: &SdkError<E, HttpResponse>, call: Call<'_>) -> FetchError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    let kind = kind_of(error, status);
    let text = match error {
        SdkError::ServiceError(context) => match context.err().message() {
            Some(text) => safe(text),
            None => status.map_or_else(|| "no reason given".to_owned(), |status| format!("HTTP status {status}")),
        },
        other => safe(&innermost(other)),
    };
    let Call { action, account, region } = call;
    let hint = hint(error.code().unwrap_or_default(), &text, region);
    let message = format!("`{action}` in account `{account}`, region `{region}`, {}: {text}{hint}", verb(kind));
    let fetch_error = FetchError::new(kind, message).with_retry_after(retry_after(error));
    match error.code() {
        Some(code) => fetch_error.with_code(safe(code)),
        None => fetch_error,
    }
}

fn kind_of<E>(error: &SdkError<E, HttpResponse>, status: Option<u16>) -> FetchErrorKind
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::ServiceError(_) => kind_of_code(error.code().unwrap_or_default(), status.unwrap_or_default()),
        SdkError::TimeoutError(_) => FetchErrorKind::Timeout,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => FetchErrorKind::Timeout,
        SdkError::DispatchFailure(failure) if failure.is_user() => FetchErrorKind::Failed,
        // A connection that was cut, before or in the middle of a reply.
        SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => FetchErrorKind::Transient,
        _ => FetchErrorKind::Failed,
    }
}

fn kind_of_code(code: &str, status: u16) -> FetchErrorKind {
    // Some services give the code with a namespace before or a colon after it.
    let code = code.rsplit('#').next().unwrap_or(code);
    let code = code.split(':').next().unwrap_or(code);
    let is = |codes: &[&str]| codes.contains(&code);
    if is(EXPIRED) {
        FetchErrorKind::Expired
    } else if is(CLOCK_OFF) {
        FetchErrorKind::Failed
    } else if is(THROTTLED) || status == 429 {
        FetchErrorKind::Throttled
    } else if is(DENIED) {
        FetchErrorKind::Denied
    } else if is(TRANSIENT) || status >= 500 {
        FetchErrorKind::Transient
    } else if matches!(status, 401 | 403) {
        FetchErrorKind::Denied
    } else {
        FetchErrorKind::Failed
    }
}

/// What to look at, where AWS's own words lead astray.
fn hint(code: &str, text: &str, region: &str) -> String {
    let is_late = text.contains("Signature expired") || text.contains("Signature not yet current");
    if CLOCK_OFF.contains(&code) || is_late {
        "; this machine's clock may be wrong".to_owned()
    } else if REGION_OFF.contains(&code) {
        format!("; where these keys are good elsewhere, the account has not enabled region `{region}`")
    } else {
        String::new()
    }
}

fn verb(kind: FetchErrorKind) -> &'static str {
    match kind {
        FetchErrorKind::Denied => "was refused",
        FetchErrorKind::Expired => "was made with credentials that ran out",
        FetchErrorKind::Throttled => "was throttled",
        FetchErrorKind::Timeout => "took too long",
        FetchErrorKind::Transient | FetchErrorKind::Limited | FetchErrorKind::Failed => "failed",
    }
}

fn retry_after<E>(error: &SdkError<E, HttpResponse>) -> Option<Duration> {
    let headers = error.raw_response()?.headers();
    if let Some(ms) = headers.get("x-amz-retry-after").and_then(|text| text.parse().ok()) {
        return Some(Duration::from_millis(ms));
    }
    headers.get("retry-after").and_then(|text| text.trim().parse().ok()).map(Duration::from_secs)
}

/// The cause at the bottom, which is the one that says something ("connection refused").
pub(crate) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut at = error;
    while let Some(next) = at.source() {
        at = next;
    }
    at.to_string()
}

/// A provider's text on one line, short, and without anything that looks like a key or an encoded message.
pub(crate) fn safe(text: &str) -> String {
    // EC2 adds a kilobyte that only `sts:DecodeAuthorizationMessage` can read.
    let text = text.split("Encoded authorization failure message").next().unwrap_or(text);
    safe_text(text, is_secret)
}

/// Access key ids (`AKIA…`, `ASIA…`), and runs of base64 as long as a secret key or a session token. ARNs may hold
/// such runs in their paths, and are what a refusal is about.
fn is_secret(word: &str) -> bool {
    let in_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let is_key_id = |run: &str| run.len() >= 20 && (run.starts_with("AKIA") || run.starts_with("ASIA"));
    let is_long = |run: &str| run.len() >= 40 && !word.contains("arn:aws");
    word.split(|c: char| !in_key(c)).any(|run| run.split('/').any(is_key_id) || is_long(run))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;

    const CALL: Call<'_> = Call { action: "ec2:DescribeInstances", account: "111122223333", region: "eu-west-1" };

    fn check(status: u16, code: &str, message: &str, kind: FetchErrorKind) -> FetchError {
        let mut response = HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::empty());
        response.headers_mut().insert("retry-after", "7");
        let metadata = ErrorMetadata::builder().code(code).message(message).build();
        let error = classify(&SdkError::service_error(metadata, response), CALL);
        assert_eq!(error.kind, kind, "{status} {code}");
        assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
        error
    }

    #[test]
    fn codes_go_before_the_status() {
        check(403, "ExpiredToken", "", FetchErrorKind::Expired);
        check(400, "ThrottlingException", "", FetchErrorKind::Throttled);
        check(503, "RequestLimitExceeded", "", FetchErrorKind::Throttled);
        check(429, "Whatever", "", FetchErrorKind::Throttled);
        check(400, "com.amazon.coral#AccessDeniedException", "", FetchErrorKind::Denied);
        check(403, "Whatever", "", FetchErrorKind::Denied);
        check(500, "Whatever", "", FetchErrorKind::Transient);
        check(400, "InvalidParameterValue", "", FetchErrorKind::Failed);
    }

    #[test]
    fn a_refusal_says_who_what_and_where_without_a_secret() {
        let error = check(
            403,
            "UnauthorizedOperation",
            "User: arn:aws:sts::111122223333:assumed-role/Reader/nephoscope is not authorized to perform: \
             ec2:DescribeInstances with key ASIAIOSFODNN7EXAMPLE1 and \
             wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYwJalrX. Encoded authorization failure message: AbC_dEf",
            FetchErrorKind::Denied,
        );
        assert_eq!(error.code, "UnauthorizedOperation");
        assert_eq!(
            error.message,
            "`ec2:DescribeInstances` in account `111122223333`, region `eu-west-1`, was refused: \
             User: arn:aws:sts::111122223333:assumed-role/Reader/nephoscope is not authorized to perform: \
             ec2:DescribeInstances with key [cut] and [cut]"
        );
    }

    #[test]
    fn a_wrong_clock_and_a_region_that_is_off_are_named() {
        let message = |code, text, kind| check(403, code, text, kind).message;
        let text = message("RequestTimeTooSkewed", "The difference is too large.", FetchErrorKind::Failed);
        assert!(text.ends_with("too large; this machine's clock may be wrong"), "{text}");
        let text = message("SignatureDoesNotMatch", "Signature expired: 1 is before 2", FetchErrorKind::Denied);
        assert!(text.ends_with("; this machine's clock may be wrong"), "{text}");
        let text = message("AuthFailure", "AWS was not able to validate", FetchErrorKind::Denied);
        assert!(text.ends_with("the account has not enabled region `eu-west-1`"), "{text}");
        assert!(message("AccessDenied", "no", FetchErrorKind::Denied).ends_with("was refused: no"));
    }

    #[test]
    fn arns_stay_and_keys_go() {
        let role = "arn:aws:sts::111122223333:assumed-role/AdministratorAccessForEverybodyInTheHouse/somebodysomewhere";
        assert_eq!(safe(&format!("User: {role} may not.")), format!("User: {role} may not"));
        assert_eq!(safe("key AKIAIOSFODNN7EXAMPLE failed"), "key [cut] failed");
        assert_eq!(safe("Credential=AKIAIOSFODNN7EXAMPLE/20261121/us-east-1"), "[cut]");
        assert_eq!(safe(&format!("token {}", "Ab9/".repeat(20))), "token [cut]");
    }

    #[test]
    fn a_cut_connection_may_pass() {
        let io = aws_smithy_runtime_api::client::result::ConnectorError::io("connection reset by peer".into());
        let error = classify(&SdkError::<ErrorMetadata, _>::dispatch_failure(io), CALL);
        assert_eq!(error.kind, FetchErrorKind::Transient);
        assert!(error.message.ends_with("failed: connection reset by peer"), "{}", error.message);
    }
}
