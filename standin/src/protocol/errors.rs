//! The errors that any call can meet, in each service's own words.

use crate::call::{Refusal, Service};

/// What policies call an action: they know some calls of S3 by other names than its API does.
pub(crate) fn permission(action: &str) -> &str {
    match action {
        "s3:ListBuckets" => "s3:ListAllMyBuckets",
        "s3:ListObjectsV2" | "s3:HeadBucket" => "s3:ListBucket",
        "s3:HeadObject" => "s3:GetObject",
        "elasticloadbalancing-2012:DescribeLoadBalancers" => "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing-2012:DescribeTags" => "elasticloadbalancing:DescribeTags",
        "s3:GetPublicAccessBlock" => "s3:GetBucketPublicAccessBlock",
        "s3control:GetPublicAccessBlock" => "s3:GetAccountPublicAccessBlock",
        other => other,
    }
}

/// The caller may not.
pub(crate) fn denied(service: Service, action: &str, who: &str) -> Refusal {
    let permission = permission(action);
    let message = format!(
        "User: {who} is not authorized to perform: {permission} because no identity-based policy allows the {permission} action"
    );
    match service {
        Service::Ec2 => {
            let message = format!("You are not authorized to perform this operation. {message}");
            Refusal::new(403, "UnauthorizedOperation", message)
        }
        Service::Organizations | Service::CostExplorer => Refusal::new(400, "AccessDeniedException", message),
        Service::Lambda | Service::Eks => Refusal::new(403, "AccessDeniedException", message),
        _ => Refusal::new(403, "AccessDenied", message),
    }
}

/// Too many calls.
pub(crate) fn throttled(service: Service) -> Refusal {
    match service {
        Service::Ec2 => Refusal::new(503, "RequestLimitExceeded", "Request limit exceeded."),
        Service::S3 | Service::S3Control => Refusal::new(503, "SlowDown", "Please reduce your request rate."),
        Service::Lambda => Refusal::new(429, "TooManyRequestsException", "Rate exceeded"),
        Service::Eks => Refusal::new(429, "ThrottlingException", "Rate exceeded"),
        Service::Organizations => Refusal::new(400, "TooManyRequestsException", "Rate exceeded"),
        Service::CostExplorer => Refusal::new(400, "LimitExceededException", "Rate exceeded"),
        _ => Refusal::new(400, "Throttling", "Rate exceeded"),
    }
}

/// The service broke.
pub(crate) fn broken(service: Service) -> Refusal {
    let code = match service {
        Service::Ec2 | Service::S3 | Service::S3Control => "InternalError",
        Service::Lambda | Service::Organizations => "ServiceException",
        Service::CloudWatch => "InternalServiceFault",
        Service::Eks => "ServerException",
        _ => "InternalFailure",
    };
    Refusal::new(500, code, "An internal error has occurred")
}

/// The credentials are past their time.
pub(crate) fn expired(service: Service) -> Refusal {
    const MESSAGE: &str = "The security token included in the request is expired";
    match service {
        Service::Ec2 => Refusal::new(400, "RequestExpired", "Request has expired."),
        Service::S3 | Service::S3Control => Refusal::new(400, "ExpiredToken", "The provided token has expired."),
        Service::Lambda | Service::Eks => Refusal::new(403, "ExpiredTokenException", MESSAGE),
        Service::Organizations | Service::CostExplorer => Refusal::new(400, "ExpiredTokenException", MESSAGE),
        _ => Refusal::new(403, "ExpiredToken", MESSAGE),
    }
}

/// The access key belongs to nobody.
pub(crate) fn unknown_key(service: Service) -> Refusal {
    const MESSAGE: &str = "The security token included in the request is invalid.";
    match service {
        Service::Ec2 => not_validated(),
        Service::S3 | Service::S3Control => {
            Refusal::new(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
        }
        Service::Lambda | Service::Eks => Refusal::new(403, "UnrecognizedClientException", MESSAGE),
        Service::Organizations | Service::CostExplorer => Refusal::new(400, "UnrecognizedClientException", MESSAGE),
        _ => Refusal::new(403, "InvalidClientTokenId", MESSAGE),
    }
}

/// The account does not have the region.
pub(crate) fn region_not_enabled(service: Service) -> Refusal {
    match service {
        Service::Ec2 => not_validated(),
        _ => unknown_key(service),
    }
}

fn not_validated() -> Refusal {
    Refusal::new(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
}

/// Nobody signed.
pub(crate) fn unsigned(service: Service) -> Refusal {
    match service {
        Service::S3 | Service::S3Control => Refusal::new(403, "AccessDenied", "Access Denied"),
        Service::Organizations | Service::CostExplorer | Service::Lambda | Service::Eks => {
            Refusal::new(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        }
        _ => Refusal::new(403, "MissingAuthenticationToken", "Request is missing Authentication Token"),
    }
}

/// The stand-in (or the service) has no such action.
pub(crate) fn unknown_action(service: Service, action: &str) -> Refusal {
    match service {
        Service::Organizations | Service::CostExplorer | Service::Lambda | Service::Eks => {
            Refusal::new(404, "UnknownOperationException", format!("the stand-in does not serve {action}"))
        }
        Service::S3 | Service::S3Control => {
            Refusal::new(501, "NotImplemented", format!("the stand-in does not serve {action}"))
        }
        _ => Refusal::new(400, "InvalidAction", format!("The action {action} is not valid for this web service.")),
    }
}
