//! The adapter against moto: three accounts by role, three regions, and what moto says of calls that it refuses.
//!
//! moto pages by reservations, speaks no CBOR (so no CloudWatch) and has no costs: for those there is the stand-in.

use crate::checks::{self, Ask, ROLE, Server, discover};
use crate::moto_server::Moto;
use crate::truth::{self, Truth, list, tags};
use aws::{OrganizationSettings, Settings, StaticCredentials};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ec2::types as ec2;
use chrono::{DateTime, Utc};
use engine::FetchErrorKind;
use schema::Value;

const ACCOUNTS: [&str; 3] = ["111111111111", "222222222222", "333333333333"];
const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "ap-southeast-2"];

fn now() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-20T09:30:00Z").unwrap().to_utc()
}

fn server(moto: &Moto) -> Server {
    Server {
        url: moto.url(),
        key: ("AKIAIOSFODNN7EXAMPLE".to_owned(), "secret".to_owned()),
        account_ids: ACCOUNTS.iter().map(|id| (*id).to_owned()).collect(),
        regions: REGIONS.iter().map(|region| (*region).to_owned()).collect(),
        now: now(),
    }
}

fn config(moto: &Moto, region: &str, keys: StaticCredentials) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .endpoint_url(moto.url())
        .credentials_provider(aws::SharedCredentialsProvider::new(keys))
        .build()
}

fn root() -> StaticCredentials {
    StaticCredentials::new("AKIAIOSFODNN7EXAMPLE", "secret", None, None, "test")
}

async fn enter(moto: &Moto, account: &str) -> StaticCredentials {
    let sts = aws_sdk_sts::Client::new(&config(moto, "us-east-1", root()));
    let role = format!("arn:aws:iam::{account}:role/{ROLE}");
    let reply = sts.assume_role().role_arn(role).role_session_name("seed").send().await.unwrap();
    let keys = reply.credentials.unwrap();
    StaticCredentials::new(keys.access_key_id, keys.secret_access_key, Some(keys.session_token), None, "test")
}

/// Puts something of every table into every account and region, and says what.
async fn seed(moto: &Moto) -> Truth {
    let mut truth = Truth::default();
    for account in ACCOUNTS {
        let keys = enter(moto, account).await;
        moto.create_role(keys.access_key_id(), keys.session_token().unwrap_or_default(), "runner");
        truth.add(truth::ACCOUNTS, account, "global", account, vec![true.into(), Value::Null, "available".into()]);
        for region in REGIONS {
            let config = config(moto, region, keys.clone());
            let mut add = |shape, id: &str, values| truth.add(shape, account, region, id, values);
            seed_ec2(&config, region, &mut add).await;
            seed_classic_balancer(&config, region, account, &mut add).await;
            seed_rest(&config, account, &mut add).await;
            seed_cluster(&config, account, &mut add).await;
            let (name, values) = seed_bucket(&config, account, region).await;
            truth.add(truth::BUCKETS, account, "global", &name, values);
        }
    }
    truth
}

type Add<'a> = &'a mut (dyn FnMut(truth::Shape, &str, Vec<Value>) + Send);

/// What moto has besides what a test makes: default networks, and images and snapshots of its own.
fn partly(shape: truth::Shape) -> truth::Shape {
    truth::Shape { exact: false, ..shape }
}

async fn seed_ec2(config: &SdkConfig, region: &str, add: Add<'_>) {
    let client = aws_sdk_ec2::Client::new(config);
    let zone = format!("{region}a");
    let vpc = client.create_vpc().cidr_block("10.9.0.0/16").send().await.unwrap().vpc.unwrap();
    let vpc_id = vpc.vpc_id().unwrap();
    add(partly(truth::NETWORKS), vpc_id, vec![list(&["10.9.0.0/16"]), false.into(), tags(&[])]);
    let subnet = client.create_subnet().vpc_id(vpc_id).cidr_block("10.9.1.0/24").availability_zone(&zone).send().await;
    let subnet = subnet.unwrap().subnet.unwrap();
    let subnet_id = subnet.subnet_id().unwrap();
    add(partly(truth::SUBNETS), subnet_id, vec![vpc_id.into(), "10.9.1.0/24".into(), zone.as_str().into()]);

    let group =
        client.create_security_group().group_name("web").description("web").vpc_id(vpc_id).send().await.unwrap();
    let group_id = group.group_id().unwrap();
    let open = ec2::IpRange::builder().cidr_ip("0.0.0.0/0").build();
    let rule = ec2::IpPermission::builder().ip_protocol("tcp").from_port(443).to_port(443).ip_ranges(open).build();
    client.authorize_security_group_ingress().group_id(group_id).ip_permissions(rule).send().await.unwrap();
    add(partly(truth::SECURITY_GROUPS), group_id, vec!["web".into(), vpc_id.into(), true.into(), list(&["443"])]);

    let named = ec2::TagSpecification::builder()
        .resource_type(ec2::ResourceType::Instance)
        .tags(ec2::Tag::builder().key("Name").value("web-1").build())
        .tags(ec2::Tag::builder().key("env").value("prod").build())
        .build();
    let run = client.run_instances().image_id("ami-12c6146b").instance_type(ec2::InstanceType::M5Xlarge);
    let run = run.min_count(3).max_count(3).subnet_id(subnet_id).tag_specifications(named).send().await.unwrap();
    for (nth, instance) in run.instances().iter().enumerate() {
        let id = instance.instance_id().unwrap();
        let state = if nth == 0 { "stopped" } else { "running" };
        if nth == 0 {
            client.stop_instances().instance_ids(id).send().await.unwrap();
        }
        let values = vec![
            "web-1".into(),
            state.into(),
            "m5.xlarge".into(),
            subnet_id.into(),
            tags(&[("Name", "web-1"), ("env", "prod")]),
            4.into(),
            16.0.into(),
            // What moto's image of that id is.
            "windows".into(),
        ];
        add(truth::INSTANCES, id, values);
    }
    let instance_id = run.instances()[1].instance_id().unwrap();
    seed_storage(&client, &zone, instance_id, add).await;

    let address = client.allocate_address().domain(ec2::DomainType::Vpc).send().await.unwrap();
    let (id, ip) = (address.allocation_id().unwrap(), address.public_ip().unwrap());
    client.associate_address().allocation_id(id).instance_id(instance_id).send().await.unwrap();
    add(partly(truth::PUBLIC_IPS), id, vec![ip.into(), "in_use".into(), instance_id.into()]);
    let free = client.allocate_address().domain(ec2::DomainType::Vpc).send().await.unwrap();
    let (id, ip) = (free.allocation_id().unwrap(), free.public_ip().unwrap());
    let gateway = client
        .create_nat_gateway()
        .connectivity_type(ec2::ConnectivityType::Public)
        .subnet_id(subnet_id)
        .allocation_id(id)
        .send()
        .await
        .unwrap();
    let gateway = gateway.nat_gateway.unwrap();
    let values = vec![subnet_id.into(), "public".into(), "available".into()];
    add(truth::NAT_GATEWAYS, gateway.nat_gateway_id().unwrap(), values);
    add(partly_free(), id, vec![ip.into()]);

    let elb = aws_sdk_elasticloadbalancingv2::Client::new(config);
    let second =
        client.create_subnet().vpc_id(vpc_id).cidr_block("10.9.2.0/24").availability_zone(format!("{region}b"));
    let second = second.send().await.unwrap().subnet.unwrap();
    let second_id = second.subnet_id().unwrap();
    add(partly(truth::SUBNETS), second_id, vec![vpc_id.into(), "10.9.2.0/24".into(), format!("{region}b").into()]);
    let tag = aws_sdk_elasticloadbalancingv2::types::Tag::builder().key("team").value("web").build();
    let made = elb
        .create_load_balancer()
        .name("front")
        .scheme(aws_sdk_elasticloadbalancingv2::types::LoadBalancerSchemeEnum::InternetFacing)
        .subnets(subnet_id)
        .subnets(second_id)
        .tags(tag)
        .send()
        .await;
    let made = made.unwrap();
    let arn = made.load_balancers()[0].load_balancer_arn().unwrap();
    let values = vec![arn.into(), "application".into(), "internet-facing".into(), tags(&[("team", "web")])];
    add(truth::LOAD_BALANCERS, "front", values);
}

async fn seed_classic_balancer(config: &SdkConfig, region: &str, account: &str, add: Add<'_>) {
    use aws_sdk_elasticloadbalancing::types::{Listener, Tag};
    let listener = Listener::builder().protocol("tcp").load_balancer_port(80).instance_port(8080).build().unwrap();
    let made = aws_sdk_elasticloadbalancing::Client::new(config)
        .create_load_balancer()
        .load_balancer_name("old-front")
        .listeners(listener)
        .availability_zones(format!("{region}a"))
        .scheme("internal")
        .tags(Tag::builder().key("team").value("data").build().unwrap())
        .send()
        .await;
    assert!(made.unwrap().dns_name().is_some_and(|name| !name.is_empty()));
    let arn = format!("arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/old-front");
    add(
        truth::LOAD_BALANCERS,
        "old-front",
        vec![arn.into(), "classic".into(), "internal".into(), tags(&[("team", "data")])],
    );
}

/// An address of which only the address itself is compared: moto says nothing steady of a gateway's.
fn partly_free() -> truth::Shape {
    truth::Shape { table: "public_ips", columns: &["address"], costly: &[], exact: false }
}

async fn seed_storage(client: &aws_sdk_ec2::Client, zone: &str, instance_id: &str, add: Add<'_>) {
    let volume = client.create_volume().availability_zone(zone).size(40).volume_type(ec2::VolumeType::Gp2).send().await;
    let volume = volume.unwrap();
    let volume_id = volume.volume_id().unwrap();
    let values = |state: &str, holder: Value| vec![state.into(), 40.into(), "gp2".into(), holder, zone.into()];
    add(partly(truth::VOLUMES), volume_id, values("available", Value::Null));
    let used = client.create_volume().availability_zone(zone).size(40).volume_type(ec2::VolumeType::Gp2).send().await;
    let used = used.unwrap();
    let used_id = used.volume_id().unwrap();
    client.attach_volume().volume_id(used_id).instance_id(instance_id).device("/dev/sdf").send().await.unwrap();
    add(partly(truth::VOLUMES), used_id, values("in_use", instance_id.into()));
    let snapshot = client.create_snapshot().volume_id(volume_id).description("nightly").send().await.unwrap();
    let values = vec![volume_id.into(), 40.into(), "available".into(), "nightly".into()];
    // moto does not know who may restore one.
    let shape =
        truth::Shape { columns: &["volume_id", "size_gib", "state", "description"], costly: &[], ..truth::SNAPSHOTS };
    add(partly(shape), snapshot.snapshot_id().unwrap(), values);
    let image = client.create_image().instance_id(instance_id).name("golden").send().await.unwrap();
    add(truth::IMAGES, image.image_id().unwrap(), vec!["golden".into(), "available".into()]);
}

async fn seed_rest(config: &SdkConfig, account: &str, add: Add<'_>) {
    let rds = aws_sdk_rds::Client::new(config);
    let tag = aws_sdk_rds::types::Tag::builder().key("env").value("prod").build();
    let made = rds.create_db_instance().db_instance_identifier("orders").engine("postgres");
    let made = made.db_instance_class("db.m5.large").allocated_storage(20).master_username("root");
    let made = made.master_user_password("not-a-secret").tags(tag).send().await.unwrap();
    let arn = made.db_instance().and_then(|made| made.db_instance_arn()).unwrap().to_owned();
    let values =
        vec![arn.into(), "postgres".into(), "db.m5.large".into(), 20.into(), false.into(), tags(&[("env", "prod")])];
    add(truth::DATABASES, "orders", values);

    let lambda = aws_sdk_lambda::Client::new(config);
    let code = aws_sdk_lambda::types::FunctionCode::builder().zip_file(aws_smithy_types::Blob::new(EMPTY_ZIP)).build();
    let made = lambda.create_function().function_name("resize").runtime("python3.13".into()).handler("main.handler");
    let made = made.role(format!("arn:aws:iam::{account}:role/runner")).memory_size(256).timeout(30);
    let made = made.code(code).tags("team", "web").send().await.unwrap();
    let arn = made.function_arn().unwrap().to_owned();
    let values = vec![arn.into(), "python3.13".into(), 256.into(), 30.into(), tags(&[("team", "web")])];
    add(truth::FUNCTIONS, "resize", values);
}

/// A cluster in the default network of the region, whose API server only the network reaches.
async fn seed_cluster(config: &SdkConfig, account: &str, add: Add<'_>) {
    let client = aws_sdk_ec2::Client::new(config);
    let subnets = client.describe_subnets().send().await.unwrap();
    let own = |subnet: &&ec2::Subnet| subnet.default_for_az() == Some(true);
    let subnets: Vec<String> =
        subnets.subnets().iter().filter(own).map(|subnet| subnet.subnet_id().unwrap().to_owned()).collect();
    let network = aws_sdk_eks::types::VpcConfigRequest::builder().set_subnet_ids(Some(subnets.clone()));
    let network = network.endpoint_public_access(false).endpoint_private_access(true).build();
    let made = aws_sdk_eks::Client::new(config).create_cluster().name("apps").version("1.34");
    let made = made.role_arn(format!("arn:aws:iam::{account}:role/runner")).resources_vpc_config(network);
    let made = made.tags("team", "web").send().await.unwrap().cluster.unwrap();
    let values = vec![
        made.arn().unwrap().into(),
        "available".into(),
        "1.34".into(),
        false.into(),
        subnets.into(),
        tags(&[("team", "web")]),
    ];
    add(truth::CLUSTERS, "apps", values);
}

/// The end of an archive that holds nothing.
const EMPTY_ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

async fn seed_bucket(config: &SdkConfig, account: &str, region: &str) -> (String, Vec<Value>) {
    use aws_sdk_s3::types as s3;
    let client = aws_sdk_s3::config::Builder::from(config).force_path_style(true).build();
    let client = aws_sdk_s3::Client::from_conf(client);
    let name = format!("logs-{account}-{region}");
    let place = s3::CreateBucketConfiguration::builder().location_constraint(region.into()).build();
    let place = (region != "us-east-1").then_some(place);
    client.create_bucket().bucket(&name).set_create_bucket_configuration(place).send().await.unwrap();
    let arn = format!("arn:aws:s3:::{name}");
    // The buckets of one region stay as they were made.
    if region == REGIONS[1] {
        return (name, vec![region.into(), arn.into(), tags(&[]), false.into(), false.into(), false.into()]);
    }
    let block = s3::PublicAccessBlockConfiguration::builder().block_public_acls(true).ignore_public_acls(true);
    let block = block.block_public_policy(true).restrict_public_buckets(true).build();
    client.put_public_access_block().bucket(&name).public_access_block_configuration(block).send().await.unwrap();
    let tag = s3::Tag::builder().key("env").value("prod").build().unwrap();
    let tagging = s3::Tagging::builder().tag_set(tag).build().unwrap();
    client.put_bucket_tagging().bucket(&name).tagging(tagging).send().await.unwrap();
    (name, vec![region.into(), arn.into(), tags(&[("env", "prod")]), true.into(), false.into(), false.into()])
}

#[tokio::test]
async fn a_bucket_that_its_acl_opens_is_public_until_a_block_ignores_acls() {
    use aws_sdk_s3::types as s3;
    let Some(moto) = Moto::start().await else { return };
    let (account, server) = (ACCOUNTS[1], server(&moto));
    let keys = enter(&moto, account).await;
    let builder = aws_sdk_s3::config::Builder::from(&config(&moto, "us-east-1", keys.clone()));
    let client = aws_sdk_s3::Client::from_conf(builder.force_path_style(true).build());
    for name in ["opened", "opened-and-ignored"] {
        client.create_bucket().bucket(name).acl(s3::BucketCannedAcl::PublicRead).send().await.unwrap();
    }
    client.create_bucket().bucket("plain").send().await.unwrap();
    let block = s3::PublicAccessBlockConfiguration::builder().ignore_public_acls(true).build();
    let request = client.put_public_access_block().bucket("opened-and-ignored");
    request.public_access_block_configuration(block).send().await.unwrap();
    let public = async || {
        let aws = server.aws();
        let rows = Ask::new(&aws, &server, "buckets", &server.scope(1, 0)).costly(&["public"]).fetch().await.whole();
        let open = rows.iter().filter(|row| row.get("public") == &Value::from(true));
        open.map(|row| checks::text(row, "name")).collect::<Vec<_>>()
    };
    assert_eq!(public().await, ["opened"]);
    moto.ignore_public_acls(keys.access_key_id(), keys.session_token().unwrap_or_default(), account);
    assert!(public().await.is_empty());
}

#[tokio::test]
async fn three_accounts_and_three_regions_have_what_was_made_in_them() {
    let Some(moto) = Moto::start().await else { return };
    let truth = seed(&moto).await;
    checks::every_table_has_the_truths_rows(&server(&moto), &truth).await;
    checks::conditions_are_handed_on(&server(&moto), "m5.xlarge").await;
    checks::a_pattern_of_regions_is_expanded(&server(&moto), "eu-west-*", &["eu-west-1", "eu-west-2", "eu-west-3"])
        .await;
    metrics_that_moto_lacks_are_a_gap(&server(&moto)).await;
}

/// moto answers CloudWatch's protocol of today with 404.
async fn metrics_that_moto_lacks_are_a_gap(server: &Server) {
    let aws = server.aws();
    let fetched = Ask::new(&aws, server, "instances", &server.scope(0, 0)).costly(&["cpu_avg"]).fetch().await;
    assert!(fetched.result.is_ok());
    assert_eq!(fetched.rows.len(), 3);
    assert_eq!(fetched.gaps.len(), 1, "{:?}", fetched.gaps);
    assert_eq!(fetched.gaps[0].0, ["cpu_avg"]);
}

#[tokio::test]
async fn keys_without_a_policy_are_refused_with_the_providers_own_words() {
    let Some(moto) = Moto::start().await else { return };
    let server = server(&moto);
    // Roles that exist and may do nothing. Whoever enters before permissions are enforced has keys of them.
    for account in ACCOUNTS {
        let keys = enter(&moto, account).await;
        moto.create_role(keys.access_key_id(), keys.session_token().unwrap_or_default(), ROLE);
    }
    let aws = server.aws();
    assert!(discover(&aws, &server).await.gaps.is_empty());
    moto.enforce_permissions();
    for table in ["instances", "databases", "buckets", "functions", "clusters", "load_balancers"] {
        let fetched = Ask::new(&aws, &server, table, &server.scope(1, 1)).fetch().await;
        let error = fetched.result.unwrap_err();
        assert_eq!(error.kind, FetchErrorKind::Denied, "`{table}`: {error:?}");
        assert!(error.message.contains(ACCOUNTS[1]), "{error}");
        assert!(!error.message.contains("secret"), "{error}");
    }
    // A program that begins now cannot enter the accounts at all, and says so of each.
    let found = discover(&server.aws(), &server).await;
    assert!(found.scopes.is_empty());
    let gaps: Vec<&str> = found.gaps.iter().map(|gap| gap.scope.account_id.as_str()).collect();
    assert_eq!(gaps, ACCOUNTS);
    assert!(found.gaps.iter().all(|gap| gap.error.kind == FetchErrorKind::Denied), "{:?}", found.gaps);
}

#[tokio::test]
async fn an_organisations_accounts_are_found() {
    let Some(moto) = Moto::start().await else { return };
    let client = aws_sdk_organizations::Client::new(&config(&moto, "us-east-1", root()));
    client.create_organization().send().await.unwrap();
    for name in ["payments", "sandbox"] {
        client.create_account().account_name(name).email(format!("{name}@example.com")).send().await.unwrap();
    }
    let server = server(&moto);
    let organization = OrganizationSettings {
        role_name: ROLE.to_owned(),
        exclude: vec!["sand*".to_owned()],
        ..OrganizationSettings::default()
    };
    let settings = Settings { accounts: Vec::new(), organization: Some(organization), ..server.settings() };
    let aws = server.aws_with(settings);
    let found = discover(&aws, &server).await;
    assert!(found.gaps.is_empty(), "{:?}", found.gaps);
    assert_eq!(found.scopes.len(), 2 * REGIONS.len());
    let payments = found.scopes.iter().find(|scope| scope.account_name == "payments").unwrap();
    let rows = Ask::new(&aws, &server, "accounts", payments).fetch().await.whole();
    assert_eq!(rows[0].get("email"), &Value::from("payments@example.com"));
    assert_eq!(rows[0].get("readable"), &Value::Bool(true));
    assert!(found.scopes.iter().any(|scope| scope.account_id == "123456789012"), "the account that lists");
}
