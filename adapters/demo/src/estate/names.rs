//! Teams, what they run, and what they call it.

/// One thing that a team runs.
#[derive(Debug)]
pub(crate) struct App {
    /// Its name, which the names of its resources begin with.
    pub(crate) name: &'static str,
    /// Whose it is.
    pub(crate) team: &'static str,
    /// AWS sizes it runs on, and how common each is.
    pub(crate) aws: &'static [(&'static str, u32)],
    /// Azure sizes it runs on.
    pub(crate) azure: &'static [(&'static str, u32)],
    /// How it behaves.
    pub(crate) habit: Habit,
}

/// How an app's instances behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Always there, behind a load balancer or not.
    Service,
    /// Comes and goes; often spot.
    Batch,
    /// Reached from outside by people or the world.
    Edge,
}

const fn app(
    name: &'static str,
    team: &'static str,
    habit: Habit,
    aws: &'static [(&'static str, u32)],
    azure: &'static [(&'static str, u32)],
) -> App {
    App { name, team, aws, azure, habit }
}

/// Everything that runs.
pub(crate) static APPS: &[App] = &[
    app(
        "payments-api",
        "payments",
        Habit::Service,
        &[("m5.xlarge", 4), ("m5.2xlarge", 2), ("m5.large", 2), ("m6i.xlarge", 2)],
        &[("Standard_D4s_v5", 3), ("Standard_D8s_v5", 1)],
    ),
    app(
        "payments-worker",
        "payments",
        Habit::Service,
        &[("c5.xlarge", 3), ("m5.large", 2), ("m4.xlarge", 1), ("c5.2xlarge", 1)],
        &[("Standard_D2s_v5", 2), ("Standard_D4s_v3", 1)],
    ),
    app(
        "ledger",
        "payments",
        Habit::Service,
        &[("r5.xlarge", 2), ("r5.2xlarge", 1), ("m5.xlarge", 2)],
        &[("Standard_E4s_v5", 2), ("Standard_E8s_v5", 1)],
    ),
    app(
        "ingress",
        "platform",
        Habit::Edge,
        &[("c5.large", 3), ("m5.large", 2), ("t3.medium", 1)],
        &[("Standard_D2s_v5", 1)],
    ),
    app(
        "ci-runner",
        "platform",
        Habit::Batch,
        &[("c5.4xlarge", 1), ("c5.2xlarge", 2), ("m5.2xlarge", 1)],
        &[("Standard_D8s_v5", 1), ("Standard_D4s_v3", 1)],
    ),
    app(
        "monitoring",
        "platform",
        Habit::Service,
        &[("r5.large", 2), ("m5.xlarge", 1), ("t3.large", 1)],
        &[("Standard_E2s_v5", 1), ("Standard_B4ms", 1)],
    ),
    app(
        "bastion",
        "platform",
        Habit::Edge,
        &[("t2.micro", 2), ("t3.micro", 2), ("t2.small", 1)],
        &[("Standard_B2s", 1)],
    ),
    app(
        "etl",
        "data",
        Habit::Batch,
        &[("r5.2xlarge", 2), ("m5.4xlarge", 1), ("m4.2xlarge", 1), ("m6i.2xlarge", 1)],
        &[("Standard_E8s_v5", 1), ("Standard_D8s_v5", 2)],
    ),
    app(
        "warehouse",
        "data",
        Habit::Service,
        &[("r5.4xlarge", 1), ("r5.2xlarge", 2), ("m5.2xlarge", 1)],
        &[("Standard_E16s_v5", 1), ("Standard_E8s_v5", 2)],
    ),
    app(
        "kafka",
        "data",
        Habit::Service,
        &[("m5.xlarge", 3), ("r5.large", 2), ("m4.large", 1)],
        &[("Standard_D4s_v5", 1)],
    ),
    app(
        "storefront",
        "web",
        Habit::Service,
        &[("m5.large", 3), ("c5.large", 2), ("t3.large", 2), ("m6i.large", 1)],
        &[("Standard_D2s_v5", 2), ("Standard_D4s_v5", 2)],
    ),
    app(
        "cms",
        "web",
        Habit::Service,
        &[("t3.medium", 2), ("t2.medium", 2), ("m4.large", 1)],
        &[("Standard_B2ms", 2), ("Standard_D2s_v3", 1)],
    ),
    app(
        "web",
        "web",
        Habit::Service,
        &[("t3.medium", 2), ("m5.large", 2), ("c5.large", 1)],
        &[("Standard_D2s_v5", 1), ("Standard_B2ms", 1)],
    ),
    app(
        "training",
        "ml",
        Habit::Batch,
        &[("c5.4xlarge", 2), ("m5.4xlarge", 2), ("r5.4xlarge", 1)],
        &[("Standard_D16s_v5", 1), ("Standard_E16s_v5", 1)],
    ),
    app("inference", "ml", Habit::Service, &[("c5.2xlarge", 2), ("m6i.xlarge", 2)], &[("Standard_D8s_v5", 1)]),
    app(
        "notebook",
        "ml",
        Habit::Service,
        &[("t3.xlarge", 2), ("t2.large", 1), ("m5.xlarge", 2)],
        &[("Standard_B4ms", 2), ("Standard_D4s_v5", 1)],
    ),
];

/// What a team runs. Never empty: every team of [`super::accounts::PLANS`] has apps, which a test holds.
pub(crate) fn apps_of(team: &str) -> Vec<&'static App> {
    APPS.iter().filter(|app| app.team == team).collect()
}

/// The people of a team, as `owner` tags write them.
pub(crate) fn people_of(team: &str) -> &'static [&'static str] {
    match team {
        "payments" => &["dana.ruiz@altocumulus.example", "t.okafor@altocumulus.example", "mei.lin@altocumulus.example"],
        "platform" => &["sven.holm@altocumulus.example", "priya.nair@altocumulus.example"],
        "data" => {
            &["jonas.weber@altocumulus.example", "amara.diallo@altocumulus.example", "li.chen@altocumulus.example"]
        }
        "web" => &["carla.rossi@altocumulus.example", "tom.baker@altocumulus.example"],
        _ => &["yuki.tanaka@altocumulus.example", "omar.haddad@altocumulus.example"],
    }
}

/// The cost centre of a team.
pub(crate) fn cost_center_of(team: &str) -> &'static str {
    match team {
        "payments" => "cc-4100",
        "platform" => "cc-1010",
        "data" => "cc-2300",
        "web" => "cc-4200",
        _ => "cc-2450",
    }
}
