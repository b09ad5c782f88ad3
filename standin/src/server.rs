//! The server: reads a call in its protocol, lets it be slow or go wrong, and finds the handler in one list. Calls of
//! Azure Resource Manager are handed to [`arm`].

use crate::actions::{classic_elb, cloudwatch, cost_explorer, ec2, eks, elb, lambda, organizations, rds, s3, sts};
use crate::arm;
use crate::auth::{Principal, UnverifiedSignature, Verdict, signed_at};
use crate::behaviour::Behaviour;
use crate::call::{Call, PageToken, Refusal, Reply, Service};
use crate::counts::CallKey;
use crate::faults::FaultKind;
use crate::protocol::query::Form;
use crate::protocol::rest_xml::RestRequest;
use crate::protocol::{Protocol, cbor, errors, json, query, rest_json, rest_xml};
use crate::state::{Shared, World, lock};
use crate::turn;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RANGE};
use axum::http::{HeaderMap, Response, StatusCode, request::Parts};
use axum::serve::ListenerExt;
use bytes::Bytes;
use chrono::Utc;
use serde_json::Value as Json;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Every action that the stand-in answers, and the protocol it is asked in.
const ENDPOINTS: &[Endpoint] = &[
    form(Service::Ec2, "DescribeRegions", ec2::regions::describe),
    form(Service::Ec2, "DescribeInstances", ec2::instances::describe),
    form(Service::Ec2, "DescribeInstanceTypes", ec2::instance_types::describe),
    form(Service::Ec2, "DescribeVolumes", ec2::volumes::describe),
    form(Service::Ec2, "DescribeSnapshots", ec2::snapshots::describe),
    form(Service::Ec2, "DescribeImages", ec2::images::describe),
    form(Service::Ec2, "DescribeVpcs", ec2::vpcs::describe),
    form(Service::Ec2, "DescribeSubnets", ec2::subnets::describe),
    form(Service::Ec2, "DescribeSecurityGroups", ec2::security_groups::describe),
    form(Service::Ec2, "DescribeAddresses", ec2::addresses::describe),
    form(Service::Ec2, "DescribeNatGateways", ec2::nat_gateways::describe),
    form(Service::Ec2, "DescribeTags", ec2::tags::describe),
    form(Service::Elb, "DescribeLoadBalancers", elb::describe_load_balancers),
    form(Service::Elb, "DescribeTags", elb::describe_tags),
    form(Service::ClassicElb, "DescribeLoadBalancers", classic_elb::describe_load_balancers),
    form(Service::ClassicElb, "DescribeTags", classic_elb::describe_tags),
    form(Service::Rds, "DescribeDBInstances", rds::describe_db_instances),
    form(Service::Sts, "GetCallerIdentity", sts::get_caller_identity),
    form(Service::Sts, "AssumeRole", sts::assume_role),
    form(Service::CloudWatch, "GetMetricData", cloudwatch::get_metric_data_form),
    form(Service::CloudWatch, "GetMetricStatistics", cloudwatch::get_metric_statistics_form),
    cbor(Service::CloudWatch, "GetMetricData", cloudwatch::get_metric_data),
    cbor(Service::CloudWatch, "GetMetricStatistics", cloudwatch::get_metric_statistics),
    json(Service::CloudWatch, "GetMetricData", cloudwatch::get_metric_data_json),
    json(Service::CloudWatch, "GetMetricStatistics", cloudwatch::get_metric_statistics_json),
    json(Service::Organizations, "ListAccounts", organizations::list_accounts),
    json(Service::Organizations, "DescribeOrganization", organizations::describe_organization),
    json(Service::CostExplorer, "GetCostAndUsage", cost_explorer::get_cost_and_usage),
    json(Service::CostExplorer, "GetCostAndUsageWithResources", cost_explorer::get_cost_and_usage_with_resources),
    rest(Service::S3, "ListBuckets", s3::list_buckets),
    rest(Service::S3, "HeadBucket", s3::head_bucket),
    rest(Service::S3, "GetBucketTagging", s3::get_bucket_tagging),
    rest(Service::S3, "GetPublicAccessBlock", s3::get_public_access_block),
    rest(Service::S3, "GetBucketPolicyStatus", s3::get_bucket_policy_status),
    rest(Service::S3, "GetBucketAcl", s3::get_bucket_acl),
    rest(Service::S3, "GetBucketLocation", s3::get_bucket_location),
    rest(Service::S3, "ListObjectsV2", s3::list_objects),
    rest(Service::S3, "GetObject", s3::get_object),
    rest(Service::S3, "HeadObject", s3::head_object),
    rest(Service::S3Control, "GetPublicAccessBlock", s3::get_account_public_access_block),
    rest(Service::Lambda, "ListFunctions", lambda::list_functions),
    rest(Service::Lambda, "ListTags", lambda::list_tags),
    rest(Service::Eks, "ListClusters", eks::list_clusters),
    rest(Service::Eks, "DescribeCluster", eks::describe_cluster),
];

/// One action of one service, asked in one way.
struct Endpoint {
    service: Service,
    action: &'static str,
    handler: Handler,
}

/// A handler, by the way it is asked: it says the inside of a document, or a whole reply.
#[derive(Clone, Copy)]
enum Handler {
    Form(fn(&Call<'_>, &Form) -> Result<String, Refusal>),
    Json(fn(&Call<'_>, &Json) -> Result<Json, Refusal>),
    Cbor(fn(&Call<'_>, &ciborium::Value) -> Result<Vec<u8>, Refusal>),
    Rest(fn(&Call<'_>, &RestRequest) -> Result<Reply, Refusal>),
}

const fn form(service: Service, action: &'static str, f: fn(&Call<'_>, &Form) -> Result<String, Refusal>) -> Endpoint {
    Endpoint { service, action, handler: Handler::Form(f) }
}

const fn json(service: Service, action: &'static str, f: fn(&Call<'_>, &Json) -> Result<Json, Refusal>) -> Endpoint {
    Endpoint { service, action, handler: Handler::Json(f) }
}

const fn cbor(
    service: Service,
    action: &'static str,
    f: fn(&Call<'_>, &ciborium::Value) -> Result<Vec<u8>, Refusal>,
) -> Endpoint {
    Endpoint { service, action, handler: Handler::Cbor(f) }
}

const fn rest(
    service: Service,
    action: &'static str,
    f: fn(&Call<'_>, &RestRequest) -> Result<Reply, Refusal>,
) -> Endpoint {
    Endpoint { service, action, handler: Handler::Rest(f) }
}

/// The largest body that is read: 500 metrics are a fifth of a megabyte.
const LARGEST_BODY: usize = 16 << 20;

/// Serves until told to stop.
pub(crate) async fn serve(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    stopped: oneshot::Receiver<()>,
) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?.tap_io(|stream| {
        // Without it small replies wait for the client's acknowledgements; a connection without it still works.
        let _ = stream.set_nodelay(true);
    });
    let router = Router::new().fallback(answer).with_state(shared);
    tokio::select! {
        ended = async { axum::serve(listener, router).await } => ended,
        _ = stopped => Ok(()),
    }
}

/// Answers one request. It has the shape of a call's life: read, counted, slow, struck, handled, written.
async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST_BODY).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "the stand-in reads at most 16 MiB");
    };
    if arm::is_asked(&parts) {
        return arm::answer(&shared, &parts, &body).await;
    }
    let asked = match Asked::read(&parts, &body) {
        Ok(asked) => asked,
        Err(reason) => return plain(StatusCode::BAD_REQUEST, reason),
    };
    let (world, behaviour) = (shared.world(), shared.behaviour());
    let caller = Caller::identify(&parts.headers, &shared, &world, &behaviour);
    let key = CallKey {
        account_id: caller.account_id().unwrap_or("unknown").to_owned(),
        region: asked.region.clone(),
        action: format!("{}:{}", asked.service.prefix(), asked.action),
    };
    let turn = turn::begin(&shared, &behaviour, &key, asked.page(), body.len()).await;
    let done = asked.answer(&shared, &world, &behaviour, &caller, &key, turn.fault, &turn.request_id);
    let (reply, error) = match done {
        Ok(reply) => (reply, None),
        Err(refusal) => (asked.protocol.refuse(&refusal, &turn.request_id), Some(refusal.code)),
    };
    shared.count_reply(&key, error.as_deref(), reply.body.len());
    turn.write(reply, &parts.method, "x-amzn-requestid")
}

/// A call as it was read from the wire.
struct Asked {
    protocol: Protocol,
    service: Service,
    region: String,
    action: String,
    input: Result<Input, Refusal>,
}

enum Input {
    Form(Form),
    Json(Json),
    Cbor(ciborium::Value),
    Rest(RestRequest),
}

impl Asked {
    /// Service and region are the signature's; the action is where the protocol has it.
    fn read(parts: &Parts, body: &Bytes) -> Result<Self, &'static str> {
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let path = parts.uri.path();
        let signature = header(AUTHORIZATION.as_str()).and_then(UnverifiedSignature::parse);
        let signed = signature.as_ref().and_then(|signature| Service::signed(&signature.service));
        let region = signature.as_ref().map_or("us-east-1", |signature| &*signature.region).to_owned();
        if let Some(target) = header("x-amz-target") {
            let (service, action) = json::route(target).ok_or("the stand-in does not serve this X-Amz-Target")?;
            let input = json::parse(body).map(Input::Json);
            return Ok(Self { protocol: Protocol::Json, service, region, action: action.to_owned(), input });
        }
        if let Some(action) = cbor::route(path) {
            let (service, action) = (Service::CloudWatch, action.to_owned());
            let input = cbor::parse(body).map(Input::Cbor);
            return Ok(Self { protocol: Protocol::Cbor, service, region, action, input });
        }
        let is_form =
            header(CONTENT_TYPE.as_str()).is_some_and(|ty| ty.starts_with("application/x-www-form-urlencoded"));
        let service = match signed {
            Some(service) => service,
            // Unsigned requests are told by their shape, to be refused in their own protocol.
            None if signature.is_none() => {
                if is_form {
                    Service::Ec2
                } else {
                    Service::S3
                }
            }
            None => return Err("the stand-in does not serve the service that the signature names"),
        };
        // S3 Control signs as S3 does; at AWS its hosts are others.
        let is_control = service == Service::S3 && path.starts_with(rest_xml::CONTROL);
        let service = if is_control { Service::S3Control } else { service };
        if matches!(service, Service::S3 | Service::S3Control | Service::Lambda | Service::Eks) {
            let range = header(RANGE.as_str()).map(str::to_owned);
            let request = RestRequest::new(parts.method.clone(), path, parts.uri.query().unwrap_or_default(), range);
            let (protocol, action) = match service {
                Service::S3 => (Protocol::RestXml, rest_xml::route(&request)),
                Service::S3Control => (Protocol::S3Control, rest_xml::route_control(&request)),
                _ => (Protocol::RestJson, rest_json::route(&request)),
            };
            let action = action.map_or_else(|| format!("{} {path}", parts.method), str::to_owned);
            return Ok(Self { protocol, service, region, action, input: Ok(Input::Rest(request)) });
        }
        let text =
            if body.is_empty() { parts.uri.query().unwrap_or_default().into() } else { String::from_utf8_lossy(body) };
        let form = Form::parse(&text);
        let action = form.get("Action").unwrap_or("nothing").to_owned();
        // Both generations of load balancing sign alike; which one is meant is the version of its API.
        let is_classic = service == Service::Elb && form.get("Version") == Some(classic_elb::VERSION);
        let service = if is_classic { Service::ClassicElb } else { service };
        let protocol = if service == Service::Ec2 { Protocol::Ec2 } else { Protocol::Query(service) };
        Ok(Self { protocol, service, region, action, input: Ok(Input::Form(form)) })
    }

    /// Which page is asked for, from 1.
    fn page(&self) -> u64 {
        let token = match &self.input {
            Ok(Input::Form(form)) => form.get("NextToken").or_else(|| form.get("Marker")),
            Ok(Input::Json(value)) => value["NextToken"].as_str().or_else(|| value["NextPageToken"].as_str()),
            Ok(Input::Cbor(value)) => cbor::text(value, "NextToken"),
            Ok(Input::Rest(request)) => {
                ["Marker", "continuation-token", "nextToken"].iter().find_map(|name| request.query.get(name))
            }
            Err(_) => None,
        };
        token.and_then(PageToken::parse).map_or(1, |token| token.page)
    }

    /// The reply, or why there is none, in the order in which AWS finds out.
    #[expect(clippy::too_many_arguments, reason = "one call site; a struct would only name them twice")]
    fn answer(
        &self,
        shared: &Shared,
        world: &World,
        behaviour: &Behaviour,
        caller: &Caller,
        key: &CallKey,
        fault: Option<FaultKind>,
        request_id: &str,
    ) -> Result<Reply, Refusal> {
        let service = self.service;
        match fault {
            Some(FaultKind::Throttle) => return Err(errors::throttled(service)),
            Some(FaultKind::ServerError) => return Err(errors::broken(service)),
            Some(FaultKind::ExpiredToken) => return Err(errors::expired(service)),
            Some(FaultKind::Denied) => return Err(errors::denied(service, &key.action, caller.name())),
            Some(FaultKind::Garbage | FaultKind::OtherShape) => {
                return Ok(Reply::ok(self.protocol.content_type(), "<<< no reply of any protocol"));
            }
            Some(FaultKind::Empty) => return Ok(self.protocol.empty(&self.action, request_id)),
            Some(FaultKind::Cut | FaultKind::Hang) | None => {}
        }
        let (principal, date) = match caller {
            Caller::Known { principal, signed_at } => (principal, *signed_at),
            Caller::Expired(_) => return Err(errors::expired(service)),
            Caller::Unknown => return Err(errors::unknown_key(service)),
            Caller::Nobody => return Err(errors::unsigned(service)),
        };
        let account = world.account(&principal.account_id).ok_or_else(|| errors::unknown_key(service))?;
        if !behaviour.allows(errors::permission(&key.action)) {
            return Err(errors::denied(service, &key.action, caller.name()));
        }
        if shared.exceeded(key, behaviour).is_some() {
            return Err(errors::throttled(service));
        }
        let call = Call {
            shared,
            estate: &world.estate,
            world,
            account,
            service,
            region: &self.region,
            action: &key.action,
            principal,
            signed_at: date,
            request_id,
            page_cap: behaviour.page_cap_of(&key.action),
        };
        self.handle(&call)
    }

    fn handle(&self, call: &Call<'_>) -> Result<Reply, Refusal> {
        let input = self.input.as_ref().map_err(Clone::clone)?;
        let candidates = ENDPOINTS.iter().filter(|e| e.service == self.service && e.action == self.action);
        for endpoint in candidates {
            return Ok(match (endpoint.handler, input) {
                (Handler::Form(handler), Input::Form(form)) => {
                    let inner = handler(call, form)?;
                    match self.protocol {
                        Protocol::Ec2 => query::reply_ec2(&self.action, &inner, call.request_id),
                        _ => query::reply(self.service, &self.action, &inner, call.request_id),
                    }
                }
                (Handler::Json(handler), Input::Json(value)) => json::reply(&handler(call, value)?),
                (Handler::Cbor(handler), Input::Cbor(value)) => cbor::reply(handler(call, value)?),
                (Handler::Rest(handler), Input::Rest(request)) => handler(call, request)?,
                // The same action in another protocol.
                _ => continue,
            });
        }
        Err(errors::unknown_action(self.service, &self.action))
    }
}

/// Who calls.
enum Caller {
    Known { principal: Principal, signed_at: chrono::DateTime<Utc> },
    Expired(Principal),
    Unknown,
    Nobody,
}

impl Caller {
    fn identify(headers: &HeaderMap, shared: &Shared, world: &World, behaviour: &Behaviour) -> Self {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let Some(signature) = header(AUTHORIZATION.as_str()).and_then(UnverifiedSignature::parse) else {
            return Self::Nobody;
        };
        let signed_at = header("x-amz-date").and_then(signed_at).unwrap_or(world.estate.now);
        let key = signature.access_key_id.as_str();
        if let Some(principal) = world.user(key) {
            return Self::Known { principal, signed_at };
        }
        let token = header("x-amz-security-token");
        match lock(&shared.sessions).verify(key, token, behaviour.sessions) {
            Verdict::Known(principal) => Self::Known { principal, signed_at },
            Verdict::Expired(principal) => Self::Expired(principal),
            Verdict::Unknown => Self::Unknown,
        }
    }

    fn principal(&self) -> Option<&Principal> {
        match self {
            Self::Known { principal, .. } | Self::Expired(principal) => Some(principal),
            Self::Unknown | Self::Nobody => None,
        }
    }

    fn account_id(&self) -> Option<&str> {
        self.principal().map(|principal| principal.account_id.as_str())
    }

    fn name(&self) -> &str {
        self.principal().map_or("anonymous", |principal| &principal.arn)
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
}
