//! Who may reach a bucket: what its policy and its ACL let in, and what the blocks of public access stop of that, its own
//! and the account's.

use super::or_nothing;
use crate::fetch::Fetch;
use crate::pages::listed;
use aws_config::SdkConfig;
use engine::{FetchError, FetchErrorKind};
use std::future::Future;

pub(super) const BLOCK_ACTION: &str = "s3:GetPublicAccessBlock";
pub(super) const ACCOUNT_ACTION: &str = "s3control:GetPublicAccessBlock";
pub(super) const POLICY_ACTION: &str = "s3:GetBucketPolicyStatus";
pub(super) const ACL_ACTION: &str = "s3:GetBucketAcl";

/// The error of a block that was never set, of a bucket's and of an account's.
const NO_BLOCK: &str = "NoSuchPublicAccessBlockConfiguration";

/// What was read, or why it could not be.
pub(super) type Read<T> = Result<T, FetchError>;

/// What a block of public access does. The two settings that refuse policies and ACLs stop only those to come: what was
/// there before is as open as it was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// Whether all four of its settings are on.
    pub(super) is_whole: bool,
    stops_policies: bool,
    stops_acls: bool,
}

impl Block {
    /// ACLs refused, ACLs ignored, policies refused, public buckets restricted to the account.
    fn of(settings: [Option<bool>; 4]) -> Self {
        let on = settings.map(|one| one == Some(true));
        let [_, ignores_acls, _, restricts_buckets] = on;
        Self { is_whole: on == [true; 4], stops_policies: restricts_buckets, stops_acls: ignores_acls }
    }

    fn stops_all(&self) -> bool {
        self.stops_policies && self.stops_acls
    }
}

/// What is known of a bucket before it is asked.
pub(super) struct Known<'a> {
    /// The block of its account.
    pub(super) account: &'a Read<Block>,
    /// Its own, where that was read for another column.
    pub(super) own: Option<Read<Block>>,
    /// Whether its policy is public, where that was read for another column.
    pub(super) policy: Option<Read<bool>>,
}

/// Whether everybody may reach a bucket. Asks no more than it takes to tell: where the account stops both ways in, nothing.
pub(super) async fn is_public(f: &Fetch<'_>, here: &SdkConfig, bucket: &str, known: Known<'_>) -> Read<bool> {
    let Known { account, own, policy } = known;
    if account.as_ref().is_ok_and(Block::stops_all) {
        return Ok(false);
    }
    let own = match own {
        Some(read) => read,
        None => block(f, here, bucket).await,
    };
    let stopped = |by: fn(&Block) -> bool| {
        either(own.as_ref().map(by).map_err(FetchError::clone), account.as_ref().map(by).map_err(FetchError::clone))
    };
    let policy = async {
        match policy {
            Some(read) => read,
            None => policy_is_public(f, here, bucket).await,
        }
    };
    let by_policy = is_open(stopped(|block| block.stops_policies), policy).await;
    if matches!(by_policy, Ok(true)) {
        return Ok(true);
    }
    either(by_policy, is_open(stopped(|block| block.stops_acls), acl_is_public(f, here, bucket)).await)
}

/// Whether a way in is open: it lets everybody in, and is not stopped. A stopped one is not looked at.
async fn is_open(stopped: Read<bool>, lets_in: impl Future<Output = Read<bool>>) -> Read<bool> {
    match stopped {
        Ok(true) => Ok(false),
        Ok(false) => lets_in.await,
        // What lets nobody in need not be stopped.
        Err(error) => match lets_in.await {
            Ok(false) => Ok(false),
            Ok(true) | Err(_) => Err(error),
        },
    }
}

/// True where one of them is, and false only where both are known not to be.
fn either(one: Read<bool>, other: Read<bool>) -> Read<bool> {
    match (one, other) {
        (Ok(true), _) | (_, Ok(true)) => Ok(true),
        (Err(error), _) | (_, Err(error)) => Err(error),
        (Ok(false), Ok(false)) => Ok(false),
    }
}

/// The block of a bucket.
pub(super) async fn block(f: &Fetch<'_>, here: &SdkConfig, bucket: &str) -> Read<Block> {
    let send = || f.clients().s3.get_public_access_block().bucket(bucket).customize().config_override(here).send();
    let reply = or_nothing(f.call(BLOCK_ACTION, send).await, NO_BLOCK)?;
    let set = reply.and_then(|reply| reply.public_access_block_configuration);
    Ok(set.map_or_else(Block::default, |set| {
        Block::of([set.block_public_acls, set.ignore_public_acls, set.block_public_policy, set.restrict_public_buckets])
    }))
}

/// The block of the account, which holds for all of its buckets, whatever their region.
pub(super) async fn of_account(f: &Fetch<'_>) -> Read<Block> {
    let send = || {
        let request = f.clients().s3_control.get_public_access_block().account_id(f.place.account_id.as_str());
        request.customize().config_override(f.here()).send()
    };
    let Some(reply) = or_nothing(f.call(ACCOUNT_ACTION, send).await, NO_BLOCK)? else { return Ok(Block::default()) };
    let set = reply.public_access_block_configuration.ok_or_else(|| {
        FetchError::new(FetchErrorKind::Failed, format!("`{ACCOUNT_ACTION}` does not say what the account blocks"))
    })?;
    Ok(Block::of([set.block_public_acls, set.ignore_public_acls, set.block_public_policy, set.restrict_public_buckets]))
}

/// Whether the policy of a bucket grants something to everybody; what a block stops of that is not asked.
pub(super) async fn policy_is_public(f: &Fetch<'_>, here: &SdkConfig, bucket: &str) -> Read<bool> {
    let send = || f.clients().s3.get_bucket_policy_status().bucket(bucket).customize().config_override(here).send();
    let Some(reply) = or_nothing(f.call(POLICY_ACTION, send).await, "NoSuchBucketPolicy")? else { return Ok(false) };
    reply.policy_status.and_then(|status| status.is_public).ok_or_else(|| {
        FetchError::new(FetchErrorKind::Failed, format!("`{POLICY_ACTION}` does not say whether the policy is public"))
    })
}

/// Whether the ACL of a bucket grants something to everybody. Where its owner turned ACLs off, S3 tells one that grants
/// nothing to others.
async fn acl_is_public(f: &Fetch<'_>, here: &SdkConfig, bucket: &str) -> Read<bool> {
    let send = || f.clients().s3.get_bucket_acl().bucket(bucket).customize().config_override(here).send();
    let reply = f.call(ACL_ACTION, send).await?;
    let mut groups = listed(ACL_ACTION, &reply.grants)?.iter().filter_map(|grant| grant.grantee()?.uri());
    Ok(groups.any(is_everybody))
}

/// Everybody, or everybody with an account of AWS, which anybody may have.
fn is_everybody(group: &str) -> bool {
    ["/groups/global/AllUsers", "/groups/global/AuthenticatedUsers"].iter().any(|everybody| group.ends_with(everybody))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused() -> FetchError {
        FetchError::new(FetchErrorKind::Denied, "refused")
    }

    #[test]
    fn only_two_of_the_four_settings_stop_what_is_there() {
        let block = |settings: [bool; 4]| Block::of(settings.map(Some));
        assert!(!block([true, false, true, false]).stops_all());
        assert!(block([false, true, false, true]).stops_all());
        assert!(!block([false, true, false, true]).is_whole);
        assert!(block([true; 4]).is_whole);
        assert_eq!(Block::of([None; 4]), Block::default());
    }

    #[tokio::test]
    async fn what_is_not_known_is_taken_neither_for_open_nor_for_closed() {
        let check = async |stopped: Read<bool>, lets_in: Read<bool>, expected: Option<bool>| {
            assert_eq!(is_open(stopped, std::future::ready(lets_in)).await.ok(), expected);
        };
        check(Ok(false), Ok(true), Some(true)).await;
        check(Ok(true), Err(refused()), Some(false)).await;
        check(Ok(false), Err(refused()), None).await;
        check(Err(refused()), Ok(true), None).await;
        check(Err(refused()), Ok(false), Some(false)).await;
        assert_eq!(either(Err(refused()), Ok(true)).ok(), Some(true));
        assert_eq!(either(Ok(false), Err(refused())).ok(), None);
    }

    #[test]
    fn the_group_that_writes_logs_is_not_everybody() {
        assert!(is_everybody("http://acs.amazonaws.com/groups/global/AllUsers"));
        assert!(is_everybody("http://acs.amazonaws.com/groups/global/AuthenticatedUsers"));
        assert!(!is_everybody("http://acs.amazonaws.com/groups/s3/LogDelivery"));
    }
}
