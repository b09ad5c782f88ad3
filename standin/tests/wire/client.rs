//! A client that signs by hand and speaks every protocol, for the tests beside it.

use chrono::{DateTime, TimeZone, Utc};
use reqwest::header::HeaderMap;
use standin::{Behaviour, Estate, GenerateSettings, Standin};

/// The time of every test's estate.
pub(crate) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 1, 0, 0, 0).unwrap()
}

/// Two accounts with two regions of 30 instances.
pub(crate) fn small() -> Estate {
    Estate::generate(&GenerateSettings::sized(now(), 2, 2, 30))
}

pub(crate) fn start(estate: Estate, behaviour: Behaviour) -> Standin {
    Standin::start(estate, behaviour).unwrap()
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn cbor(&self) -> ciborium::Value {
        ciborium::from_reader(&self.body[..]).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The texts of all elements of that name.
    pub(crate) fn elements(&self, name: &str) -> Vec<String> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let text = self.text();
        let inner = text.split(&open).skip(1).map(|rest| rest.split(&close).next().unwrap());
        inner.map(|inner| quick_xml::escape::unescape(inner).unwrap().into_owned()).collect()
    }

    pub(crate) fn element(&self, name: &str) -> Option<String> {
        self.elements(name).into_iter().next()
    }

    /// The error's code, wherever the protocol has it.
    pub(crate) fn code(&self) -> String {
        let of_type = |text: &str| text.rsplit('#').next().unwrap_or(text).to_owned();
        if !self.header("x-amzn-errortype").is_empty() {
            return of_type(self.header("x-amzn-errortype"));
        }
        match self.header("content-type") {
            "application/cbor" => {
                let body = self.cbor();
                let fields = body.as_map().unwrap();
                let code = fields.iter().find(|(key, _)| key.as_text() == Some("__type")).unwrap();
                of_type(code.1.as_text().unwrap())
            }
            "application/x-amz-json-1.1" => of_type(self.json()["__type"].as_str().unwrap_or_default()),
            _ => self.element("Code").unwrap_or_default(),
        }
    }
}

/// Signs with one key in one region.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) url: String,
    pub(crate) key: String,
    pub(crate) region: String,
    pub(crate) token: Option<String>,
}

impl Client {
    /// Signs with the long-lived key of an account of the stand-in, in the account's first region.
    pub(crate) fn of(standin: &Standin, account: usize) -> Self {
        let estate = standin.estate();
        let account = &estate.accounts[account];
        Self {
            http: reqwest::Client::new(),
            url: standin.url(),
            key: account.access_key_id.clone(),
            region: account.regions[0].name.clone(),
            token: None,
        }
    }

    pub(crate) fn region(&self, region: &str) -> Self {
        Self { region: region.to_owned(), ..self.clone() }
    }

    fn signed(&self, method: &str, path: &str, service: &str) -> reqwest::RequestBuilder {
        let credential = format!("{}/20261101/{}/{service}/aws4_request", self.key, self.region);
        let signature =
            format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host;x-amz-date, Signature=00");
        let request = self
            .http
            .request(method.parse().unwrap(), format!("{}{path}", self.url))
            .header("authorization", signature)
            .header("x-amz-date", "20261101T000000Z");
        match &self.token {
            Some(token) => request.header("x-amz-security-token", token),
            None => request,
        }
    }

    /// The query protocols.
    pub(crate) async fn query(&self, service: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        self.try_query(service, action, fields).await.unwrap()
    }

    pub(crate) async fn try_query(
        &self,
        service: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> reqwest::Result<Answer> {
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let mut body = format!("Action={action}&Version=2016-11-15");
        for (name, value) in fields {
            body.push_str(&format!("&{}={}", encode(name), encode(value)));
        }
        let request = self.signed("POST", "/", service).header("content-type", "application/x-www-form-urlencoded");
        send(request.body(body)).await
    }

    /// JSON 1.1.
    pub(crate) async fn json(&self, service: &str, target: &str, body: &serde_json::Value) -> Answer {
        let request = self.signed("POST", "/", service).header("x-amz-target", target);
        send(request.header("content-type", "application/x-amz-json-1.1").body(body.to_string())).await.unwrap()
    }

    /// Smithy RPC v2 CBOR, from JSON in which times are numbers.
    pub(crate) async fn cbor(&self, action: &str, body: &serde_json::Value) -> Answer {
        let mut bytes = Vec::new();
        ciborium::into_writer(body, &mut bytes).unwrap();
        let path = format!("/service/GraniteServiceVersion20100801/operation/{action}");
        let request = self.signed("POST", &path, "monitoring").header("smithy-protocol", "rpc-v2-cbor");
        send(request.header("content-type", "application/cbor").body(bytes)).await.unwrap()
    }

    /// The REST protocols.
    pub(crate) async fn get(&self, service: &str, path: &str) -> Answer {
        send(self.signed("GET", path, service)).await.unwrap()
    }

    pub(crate) async fn get_range(&self, path: &str, range: &str) -> Answer {
        send(self.signed("GET", path, "s3").header("range", range)).await.unwrap()
    }

    pub(crate) async fn head(&self, path: &str) -> Answer {
        send(self.signed("HEAD", path, "s3")).await.unwrap()
    }

    /// One plain call of each service: the service's prefix and what came back.
    pub(crate) async fn one_of_each(&self) -> Vec<(&'static str, Answer)> {
        let period = serde_json::json!({ "Start": "2026-10-30", "End": "2026-11-01" });
        let costs = serde_json::json!({ "TimePeriod": period, "Granularity": "DAILY", "Metrics": ["AmortizedCost"] });
        vec![
            ("ec2", self.query("ec2", "DescribeVpcs", &[]).await),
            ("elasticloadbalancing", self.query("elasticloadbalancing", "DescribeLoadBalancers", &[]).await),
            ("rds", self.query("rds", "DescribeDBInstances", &[]).await),
            ("sts", self.query("sts", "GetCallerIdentity", &[]).await),
            ("s3", self.get("s3", "/?max-buckets=10").await),
            ("lambda", self.get("lambda", "/2015-03-31/functions/").await),
            ("eks", self.get("eks", "/clusters").await),
            (
                "organizations",
                self.json("organizations", "AWSOrganizationsV20161128.ListAccounts", &serde_json::json!({})).await,
            ),
            ("ce", self.json("ce", "AWSInsightsIndexService.GetCostAndUsage", &costs).await),
            ("cloudwatch", self.cbor("GetMetricData", &super::metrics::one_query()).await),
        ]
    }
}

async fn send(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.bytes().await?.to_vec();
    Ok(Answer { status, headers, body })
}
