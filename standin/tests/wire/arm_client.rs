//! A client of Azure Resource Manager with one bearer token, for the tests beside it.

use super::client::{Answer, now, start};
use serde_json::Value;
use standin::estate::Subscription;
use standin::{Behaviour, Estate, GenerateSettings, Standin};
use std::sync::Arc;

/// Two subscriptions with two locations of 30 machines, and one account of AWS.
pub(crate) fn azure() -> Estate {
    Estate::generate(&GenerateSettings { subscriptions: 2, ..GenerateSettings::sized(now(), 1, 2, 30) })
}

pub(crate) fn started(behaviour: Behaviour) -> (Standin, Arm) {
    let standin = start(azure(), behaviour);
    let arm = Arm::of(&standin);
    (standin, arm)
}

/// Asks with one token.
#[derive(Debug, Clone)]
pub(crate) struct Arm {
    pub(crate) http: reqwest::Client,
    pub(crate) url: String,
    pub(crate) token: String,
    pub(crate) estate: Arc<Estate>,
}

impl Arm {
    /// With the token that reads every subscription.
    pub(crate) fn of(standin: &Standin) -> Self {
        let estate = standin.estate();
        let token = estate.subscriptions[0].tokens[0].clone();
        Self { http: reqwest::Client::new(), url: standin.url(), token, estate }
    }

    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    /// The first subscription.
    pub(crate) fn subscription(&self) -> &Subscription {
        &self.estate.subscriptions[0]
    }

    pub(crate) async fn try_get(&self, path: &str) -> reqwest::Result<Answer> {
        read(self.http.get(format!("{}{path}", self.url)).bearer_auth(&self.token)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.try_get(path).await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let request = self.http.post(format!("{}{path}", self.url)).bearer_auth(&self.token);
        read(request.header("content-type", "application/json").body(body.to_string())).await.unwrap()
    }

    /// Something of the first subscription, such as `Microsoft.Compute/disks?api-version=…`.
    pub(crate) async fn provided(&self, rest: &str) -> Answer {
        self.get(&format!("/subscriptions/{}/providers/{rest}", self.subscription().id)).await
    }

    /// The values of every page, and how many pages there were.
    pub(crate) async fn all(&self, path: &str) -> (Vec<Value>, usize) {
        let (mut values, mut pages, mut path) = (Vec::new(), 0, path.to_owned());
        loop {
            let answer = self.get(&path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            let body = answer.json();
            values.extend(body["value"].as_array().unwrap().iter().cloned());
            pages += 1;
            match body["nextLink"].as_str() {
                Some(next) => path = next.strip_prefix(&self.url).unwrap().to_owned(),
                None => return (values, pages),
            }
        }
    }
}

/// The code and the status of an error.
pub(crate) fn error(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"]["code"].as_str().unwrap_or_default().to_owned())
}

pub(crate) async fn read(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.bytes().await?.to_vec();
    Ok(Answer { status, headers, body })
}
