//! The accounts of the estate: which there are, how large each is in each region, and what lives there.

/// One account of the estate.
#[derive(Debug, Clone)]
pub struct Account {
    /// What is the same in every estate.
    pub plan: &'static Plan,
    /// Whether it refuses to be read.
    pub denied: bool,
}

/// What is the same of an account in every estate.
#[derive(Debug)]
pub struct Plan {
    /// `aws` or `azure`.
    pub provider: &'static str,
    /// Twelve digits, or a UUID.
    pub id: &'static str,
    /// The name that people type.
    pub name: &'static str,
    /// Its regions, each with how many instances it has at scale 1; everything else follows from that.
    pub regions: &'static [(&'static str, u32)],
    /// Its environments and how common each is.
    pub(crate) envs: &'static [(&'static str, u32)],
    /// Its teams and how common each is.
    pub(crate) teams: &'static [(&'static str, u32)],
    /// The organisational unit or management group that holds it.
    pub(crate) parent: &'static str,
    /// Days since it joined.
    pub(crate) age_days: i64,
    /// Support fee a month, in cents.
    pub(crate) support_cents: i64,
    /// Of a hundred instances that could be covered by its savings plan, so many are; 0: it has none.
    pub(crate) committed_percent: u32,
}

/// Who is invoiced for the AWS accounts: id and name.
pub(crate) const AWS_PAYER: (&str, &str) = ("999900001111", "Altocumulus Trading");
/// Who is invoiced for the Azure subscriptions: id and name.
pub(crate) const AZURE_PAYER: (&str, &str) = ("8611537", "Altocumulus Trading GmbH");

/// Every account.
pub(crate) static PLANS: &[Plan] = &[
    Plan {
        provider: "aws",
        id: "111122223333",
        name: "prod",
        regions: &[("eu-west-1", 78), ("us-east-1", 52), ("eu-central-1", 28), ("us-west-2", 5)],
        envs: &[("prod", 1)],
        teams: &[("payments", 30), ("platform", 20), ("data", 18), ("web", 22), ("ml", 10)],
        parent: "ou-a1b2-workload",
        age_days: 2100,
        support_cents: 184_250,
        committed_percent: 45,
    },
    Plan {
        provider: "aws",
        id: "222233334444",
        name: "staging",
        regions: &[("eu-west-1", 34), ("us-east-1", 12), ("eu-central-1", 8), ("us-west-2", 0)],
        envs: &[("staging", 9), ("test", 1)],
        teams: &[("payments", 28), ("platform", 22), ("data", 18), ("web", 24), ("ml", 8)],
        parent: "ou-a1b2-workload",
        age_days: 1700,
        support_cents: 41_900,
        committed_percent: 0,
    },
    Plan {
        provider: "aws",
        id: "333344445555",
        name: "sandbox",
        regions: &[("eu-west-1", 16), ("us-east-1", 14), ("eu-central-1", 4), ("us-west-2", 3)],
        envs: &[("dev", 6), ("sandbox", 4)],
        teams: &[("ml", 35), ("data", 25), ("platform", 20), ("web", 10), ("payments", 10)],
        parent: "ou-a1b2-playgrnd",
        age_days: 900,
        support_cents: 10_000,
        committed_percent: 0,
    },
    Plan {
        provider: "azure",
        id: "7d3b0c52-4f0e-4c6a-9a1f-2b8e5d6c1a10",
        name: "retail",
        regions: &[("westeurope", 38), ("northeurope", 20), ("eastus", 10)],
        envs: &[("prod", 7), ("staging", 3)],
        teams: &[("web", 40), ("payments", 35), ("platform", 25)],
        parent: "mg-business",
        age_days: 1300,
        support_cents: 10_000,
        committed_percent: 30,
    },
    Plan {
        provider: "azure",
        id: "c01a94e7-83d5-4b52-b6c7-90f4e2a7d3b8",
        name: "analytics",
        regions: &[("westeurope", 22), ("eastus", 18), ("northeurope", 8)],
        envs: &[("prod", 6), ("dev", 4)],
        teams: &[("data", 60), ("ml", 30), ("platform", 10)],
        parent: "mg-insight",
        age_days: 800,
        support_cents: 10_000,
        committed_percent: 0,
    },
];
