//! Every control, as data: those that the tables decide, then those that wait for a table or a column.
//!
//! `origin` names the controls of aws-thrifty and azure-thrifty that ask the same; the words and thresholds are ours.

use crate::control::{Control, Is, Look, Saves, View, decided, undecided, when};
use guest_sdk::Severity::{Low, Medium};

static VOLUMES: View = View {
    what: "volumes",
    from: "volumes AS t LEFT JOIN instances AS i ON i.native_id = t.instance_id AND i.account_id = t.account_id",
    columns: &[
        ("instance_id", "t.instance_id"),
        ("instance_state", "i.state"),
        ("iops", "t.iops"),
        ("size_gib", "t.size_gib"),
        ("volume_type", "t.volume_type"),
    ],
};

static SNAPSHOTS: View = View {
    what: "snapshots",
    from: "snapshots AS t",
    columns: &[("created_at", "t.created_at"), ("properties", "t.properties")],
};

static INSTANCES: View = View {
    what: "instances",
    from: "instances AS t",
    columns: &[
        ("architecture", "t.architecture"),
        ("cpu_avg", "t.cpu_avg"),
        ("instance_type", "t.instance_type"),
        ("launched_at", "t.launched_at"),
        ("lifecycle", "t.lifecycle"),
        ("platform", "t.platform"),
        ("vcpus", "t.vcpus"),
    ],
};

static DATABASES: View = View {
    what: "databases",
    from: "databases AS t",
    columns: &[
        ("created_at", "t.created_at"),
        ("engine", "t.engine"),
        ("engine_and_version", "t.engine || ' ' || t.engine_version"),
        ("instance_class", "t.instance_class"),
    ],
};

static PUBLIC_IPS: View =
    View { what: "public addresses", from: "public_ips AS t", columns: &[("associated_with", "t.associated_with")] };

static FUNCTIONS: View =
    View { what: "functions", from: "functions AS t", columns: &[("architecture", "t.architecture")] };

const AWS: Option<&str> = Some("aws");
const AZURE: Option<&str> = Some("azure");

pub(crate) static ALL: &[Control] = &[
    decided(
        "unattached-volume",
        "aws-thrifty ebs_volume_unattached, azure-thrifty compute_disk_unattached",
        Medium,
        [
            "Volume is attached to nothing",
            "Its size is paid for whether something reads it or not.",
            "Keep a snapshot where the data may be wanted, and delete the volume.",
        ],
        Look {
            view: &VOLUMES,
            provider: None,
            when: &[when("state", Is::OneOf(&["available"])), when("instance_id", Is::Null)],
            saves: Saves::All,
        },
    ),
    decided(
        "volume-on-stopped-instance",
        "aws-thrifty ebs_volume_on_stopped_instances, azure-thrifty compute_disk_attached_stopped_virtual_machine",
        Low,
        [
            "Volume is attached to an instance that is stopped",
            "Its size is paid for whether the instance runs or not. On Azure an instance that is stopped and not \
             deallocated is paid for as well.",
            "Where the instance will not be started again, keep a snapshot and delete both.",
        ],
        Look {
            view: &VOLUMES,
            provider: None,
            when: &[when("instance_id", Is::Set), when("instance_state", Is::OneOf(&["stopped"]))],
            saves: Saves::All,
        },
    ),
    decided(
        "gp2-volume",
        "aws-thrifty ebs_volume_using_gp2",
        Low,
        [
            "Volume is of the type gp2",
            "A GiB of gp3 costs a fifth less in the price list, and its speed does not depend on the size.",
            "Change the type to gp3: it takes no downtime. Above 1,000 GiB set the IOPS that gp2 gave.",
        ],
        // Of volumes of no use the whole cost is counted elsewhere.
        Look {
            view: &VOLUMES,
            provider: AWS,
            when: &[
                when("volume_type", Is::OneOf(&["gp2"])),
                when("instance_id", Is::Set),
                when("instance_state", Is::OneOf(&["running"])),
            ],
            saves: Saves::PercentWhile { percent: 20, column: "iops", most: 3000 },
        },
    ),
    decided(
        "io1-volume",
        "aws-thrifty ebs_volume_using_io1",
        Low,
        [
            "Volume is of the type io1",
            "io2 costs the same, lasts longer, and asks less for many IOPS.",
            "Change the type to io2: it takes no downtime.",
        ],
        Look { view: &VOLUMES, provider: AWS, when: &[when("volume_type", Is::OneOf(&["io1"]))], saves: Saves::Unsaid },
    ),
    decided(
        "low-iops-volume",
        "aws-thrifty ebs_volume_low_iops",
        Low,
        [
            "Volume pays for IOPS that gp3 has for nothing",
            "gp3 comes with 3,000 IOPS; io1 and io2 charge for each.",
            "Change the type to gp3, unless its latency would not do.",
        ],
        Look {
            view: &VOLUMES,
            provider: AWS,
            when: &[when("volume_type", Is::OneOf(&["io1", "io2"])), when("iops", Is::AtMost("volume_iops_low"))],
            saves: Saves::Unsaid,
        },
    ),
    decided(
        "high-iops-volume",
        "aws-thrifty ebs_volume_high_iops",
        Low,
        [
            "Volume has very many IOPS",
            "Provisioned IOPS are paid for whether they are used or not.",
            "Look at how many are used, and provision these.",
        ],
        Look {
            view: &VOLUMES,
            provider: AWS,
            when: &[when("iops", Is::Above("volume_iops_high"))],
            saves: Saves::Unsaid,
        },
    ),
    decided(
        "high-iops-disk",
        "azure-thrifty compute_disk_high_iops",
        Low,
        [
            "Disk has many IOPS",
            "IOPS come with the size or are paid for one by one, whether they are used or not.",
            "Look at how many are used, and choose a smaller or a slower disk.",
        ],
        Look {
            view: &VOLUMES,
            provider: AZURE,
            when: &[when("iops", Is::Above("disk_iops_high"))],
            saves: Saves::Unsaid,
        },
    ),
    decided(
        "large-volume",
        "aws-thrifty ebs_volume_large, azure-thrifty compute_disk_large",
        Low,
        [
            "Volume is large",
            "Its size is paid for, not what is on it.",
            "Look at how full it is; what is seldom read is cheaper in a bucket.",
        ],
        Look {
            view: &VOLUMES,
            provider: None,
            when: &[when("size_gib", Is::Above("volume_size"))],
            saves: Saves::Unsaid,
        },
    ),
    decided(
        "old-snapshot",
        "aws-thrifty ebs_snapshot_max_age, azure-thrifty compute_snapshot_age_90",
        Low,
        [
            "Snapshot is old",
            "Snapshots are made by themselves and stay until somebody deletes them.",
            "Delete it unless it must be kept; then keep it in the archive tier.",
        ],
        Look {
            view: &SNAPSHOTS,
            provider: None,
            when: &[when("created_at", Is::OlderThan("snapshot_age"))],
            // What other snapshots of the volume need too is paid for by them from then on.
            saves: Saves::Unsaid,
        },
    ),
    decided(
        "premium-snapshot",
        "azure-thrifty compute_disk_snapshot_storage_standard",
        Low,
        [
            "Snapshot is kept on premium storage",
            "A snapshot is seldom read; on standard storage the same GiB costs less.",
            "Make snapshots on standard storage, whatever the disk is on.",
        ],
        Look {
            view: &SNAPSHOTS,
            provider: AZURE,
            when: &[when("properties", Is::JsonBegins("/sku/name", "Premium"))],
            saves: Saves::Unsaid,
        },
    ),
    decided(
        "idle-instance",
        "aws-thrifty ec2_instance_low_utilization, azure-thrifty compute_virtual_machine_low_utilization",
        Medium,
        [
            "Instance hardly computes",
            "Over the last 14 days its processors had next to nothing to do.",
            "Choose a smaller size, or stop it; look at its memory first.",
        ],
        Look {
            view: &INSTANCES,
            provider: None,
            when: &[
                when("state", Is::OneOf(&["running"])),
                when("cpu_avg", Is::Below("cpu_low")),
                // One of ten minutes has a mean too.
                when("launched_at", Is::OlderThan("measured_days")),
            ],
            saves: Saves::Unsaid,
        },
    ),
    decided(
        "long-running-instance",
        "aws-thrifty ec2_instance_max_age",
        Low,
        [
            "Instance has run for long",
            "What runs for months costs less with a savings plan or a reservation.",
            "Look at whether a commitment covers it, and buy one where it will stay; else stop it.",
        ],
        Look {
            view: &INSTANCES,
            provider: AWS,
            when: &[
                when("state", Is::OneOf(&["running"])),
                when("lifecycle", Is::OneOf(&["on_demand"])),
                when("launched_at", Is::OlderThan("instance_age")),
            ],
            saves: Saves::Unsaid,
        },
    ),
    decided(
        "large-instance",
        "aws-thrifty ec2_instance_large",
        Low,
        [
            "Instance is very large",
            "A machine of this size is expensive, and seldom needed all the time.",
            "Look at whether it is used, and whether several small ones would do at some hours only.",
        ],
        Look {
            view: &INSTANCES,
            provider: AWS,
            when: &[when("state", Is::OneOf(&["running"])), when("vcpus", Is::Above("instance_vcpus"))],
            saves: Saves::Unsaid,
        },
    ),
    decided(
        "old-generation-instance",
        "aws-thrifty ec2_instance_older_generation",
        Low,
        [
            "Instance is of an old generation",
            "Newer ones do more for the same money.",
            "Move to the newest generation of the family; on Linux look at arm64 first.",
        ],
        Look {
            view: &INSTANCES,
            provider: AWS,
            when: &[
                when("state", Is::OneOf(&["running"])),
                when(
                    "instance_type",
                    Is::Begins(&[
                        "t1.", "t2.", "m1.", "m2.", "m3.", "m4.", "c1.", "c3.", "c4.", "r3.", "r4.", "i2.", "d2.",
                        "g2.", "g3.", "p2.",
                    ]),
                ),
            ],
            saves: Saves::Unsaid,
        },
    ),
    decided(
        "x86-instance",
        "aws-thrifty ec2_instance_without_graviton",
        Low,
        [
            "Linux instance is not on arm64",
            "AWS's own processors cost less for the same work, where the software runs on them.",
            "Try the workload on the family with a `g` (`m7g` for `m7i`).",
        ],
        Look {
            view: &INSTANCES,
            provider: AWS,
            when: &[
                when("state", Is::OneOf(&["running"])),
                when("platform", Is::OneOf(&["linux"])),
                when("architecture", Is::OneOf(&["x86_64", "i386"])),
            ],
            saves: Saves::Unsaid,
        },
    ),
    decided(
        "x86-function",
        "aws-thrifty lambda_function_with_graviton",
        Low,
        [
            "Function is not on arm64",
            "A second on arm64 costs a fifth less in the price list.",
            "Set the architecture to arm64; interpreted languages need no more than that.",
        ],
        Look {
            view: &FUNCTIONS,
            provider: AWS,
            when: &[when("architecture", Is::OneOf(&["x86_64"]))],
            saves: Saves::Unsaid,
        },
    ),
    decided(
        "unused-public-ip",
        "aws-thrifty ec2_eips_unattached, azure-thrifty network_public_ip_unattached",
        Medium,
        [
            "Public address is held by nothing",
            "A reserved address is paid for by the hour.",
            "Release it, unless somebody else's rules name it.",
        ],
        Look { view: &PUBLIC_IPS, provider: None, when: &[when("associated_with", Is::Null)], saves: Saves::All },
    ),
    decided(
        "long-running-database",
        "aws-thrifty rds_db_instance_max_age",
        Low,
        [
            "Database has run for long",
            "What runs for months costs less with a reservation.",
            "Look at whether a reservation covers it, and buy one where it will stay.",
        ],
        Look {
            view: &DATABASES,
            provider: AWS,
            when: &[when("created_at", Is::OlderThan("database_age"))],
            saves: Saves::Unsaid,
        },
    ),
    decided(
        "old-generation-database",
        "aws-thrifty rds_instance_prev_gen_class",
        Low,
        [
            "Database is of an old generation",
            "Newer classes do more for the same money.",
            "Change the class in the next maintenance window.",
        ],
        Look {
            view: &DATABASES,
            provider: AWS,
            when: &[when(
                "instance_class",
                Is::Begins(&[
                    "db.t1.", "db.t2.", "db.m1.", "db.m2.", "db.m3.", "db.m4.", "db.r3.", "db.r4.", "db.cr1.",
                ]),
            )],
            saves: Saves::Unsaid,
        },
    ),
    decided(
        "x86-database",
        "aws-thrifty rds_instance_without_graviton",
        Low,
        [
            "Database could run on arm64",
            "For these engines AWS's own processors cost less, and nothing of the application changes.",
            "Change the class to the family with a `g` (`db.m7g` for `db.m7i`) in the next maintenance window.",
        ],
        Look {
            view: &DATABASES,
            provider: AWS,
            when: &[
                when("engine", Is::OneOf(&["mysql", "mariadb", "postgres", "aurora-mysql", "aurora-postgresql"])),
                when(
                    "instance_class",
                    Is::Begins(&[
                        "db.t3.", "db.m5.", "db.m5d.", "db.m6i.", "db.m6id.", "db.m7i.", "db.r5.", "db.r5b.",
                        "db.r5d.", "db.r6i.", "db.r6id.", "db.r7i.",
                    ]),
                ),
            ],
            saves: Saves::Unsaid,
        },
    ),
    decided(
        "unsupported-engine",
        "aws-thrifty rds_instance_unsupported_engine_version",
        Medium,
        [
            "Database engine is past its standard support",
            "AWS charges for extended support by processor and hour, on top of the instance.",
            "Upgrade to a version in standard support.",
        ],
        Look {
            view: &DATABASES,
            provider: AWS,
            when: &[when("engine_and_version", Is::BeginsWithParameter("unsupported_engines"))],
            saves: Saves::Unsaid,
        },
    ),
    undecided(
        "low-usage-volume",
        "aws-thrifty ebs_volume_low_usage, azure-thrifty compute_disk_low_usage",
        "Volume is hardly read or written",
        "volumes.read_ops, volumes.write_ops",
    ),
    undecided(
        "unused-application-load-balancer",
        "aws-thrifty ec2_application_lb_unused",
        "Application load balancer has no targets",
        "load_balancers.target_count",
    ),
    undecided(
        "unused-network-load-balancer",
        "aws-thrifty ec2_network_lb_unused",
        "Network load balancer has no targets",
        "load_balancers.target_count",
    ),
    undecided(
        "unused-gateway-load-balancer",
        "aws-thrifty ec2_gateway_lb_unused",
        "Gateway load balancer has no targets",
        "load_balancers.target_count",
    ),
    undecided(
        "unused-classic-load-balancer",
        "aws-thrifty ec2_classic_lb_unused",
        "Classic load balancer has no instances",
        "classic load balancers in load_balancers",
    ),
    undecided(
        "load-balancer-without-backend",
        "azure-thrifty network_load_balancer_with_missing_backend, \
         azure-thrifty network_load_balancer_with_nonexistent_backend",
        "Load balancer has no backend",
        "load_balancers.target_count",
    ),
    undecided(
        "load-balancer-duplicate-rules",
        "azure-thrifty network_load_balancer_with_duplicate_rules",
        "Load balancer has a rule twice",
        "load_balancers.rules",
    ),
    undecided(
        "unused-nat-gateway",
        "aws-thrifty vpc_nat_gateway_unused",
        "NAT gateway carries nothing",
        "nat_gateways.bytes_out",
    ),
    undecided(
        "idle-database",
        "aws-thrifty rds_instance_low_cpu_utilization",
        "Database hardly computes",
        "databases.cpu_avg",
    ),
    undecided(
        "database-without-clients",
        "aws-thrifty rds_db_instance_low_connection",
        "Nobody connects to the database",
        "databases.connections_avg",
    ),
    undecided(
        "unused-database-snapshot",
        "aws-thrifty rds_db_snapshot_unused",
        "Snapshot is of a database that is gone",
        "database_snapshots",
    ),
    undecided(
        "long-running-sql-database",
        "azure-thrifty sql_database_long_running_reserved_capacity",
        "SQL database has run for long without reserved capacity",
        "databases.created_at on Azure",
    ),
    undecided(
        "long-running-virtual-machine",
        "azure-thrifty compute_virtual_machine_long_running",
        "Virtual machine has run for long",
        "instances.launched_at on Azure, which gives when it was made",
    ),
    undecided(
        "function-timeout",
        "aws-thrifty lambda_function_excessive_timeout",
        "Function may run much longer than it does",
        "functions.duration_avg",
    ),
    undecided(
        "failing-function",
        "aws-thrifty lambda_function_high_error_rate",
        "Function fails often",
        "functions.error_rate",
    ),
    undecided(
        "bucket-without-lifecycle",
        "aws-thrifty s3_bucket_without_lifecycle, azure-thrifty storage_account_without_lifecycle_policy",
        "Bucket keeps everything for ever",
        "buckets.lifecycle_rules",
    ),
    undecided(
        "expiring-reservation",
        "aws-thrifty ec2_reserved_instance_lease_expiration_days",
        "Reservation ends soon",
        "reservations",
    ),
    undecided(
        "table-without-autoscaling",
        "aws-thrifty dynamodb_table_autoscaling_disabled",
        "DynamoDB table does not scale by itself",
        "dynamodb_tables",
    ),
    undecided(
        "stale-table",
        "aws-thrifty dynamodb_table_stale_data",
        "DynamoDB table has not changed for long",
        "dynamodb_tables",
    ),
    undecided("empty-table", "aws-thrifty dynamodb_table_zero_items", "DynamoDB table is empty", "dynamodb_tables"),
    undecided(
        "service-without-autoscaling",
        "aws-thrifty ecs_service_autoscaling_disabled",
        "ECS service does not scale by itself",
        "container_services",
    ),
    undecided(
        "idle-ecs-cluster",
        "aws-thrifty ecs_cluster_low_utilization",
        "ECS cluster hardly computes",
        "ecs_clusters",
    ),
    undecided(
        "x86-container-instance",
        "aws-thrifty ecs_cluster_container_instance_without_graviton",
        "ECS container instance is not on arm64",
        "nodes",
    ),
    undecided(
        "x86-node-group",
        "aws-thrifty eks_node_group_without_graviton",
        "EKS node group is not on arm64",
        "nodes",
    ),
    undecided(
        "long-running-cache",
        "aws-thrifty elasticache_cluster_max_age",
        "Cache has run for long without reserved nodes",
        "caches",
    ),
    undecided(
        "idle-emr-cluster",
        "aws-thrifty emr_cluster_idle_over_30_minutes",
        "EMR cluster waits for work",
        "emr_clusters",
    ),
    undecided(
        "old-generation-emr-cluster",
        "aws-thrifty emr_cluster_instance_prev_gen",
        "EMR cluster is of an old generation",
        "emr_clusters",
    ),
    undecided(
        "long-running-warehouse",
        "aws-thrifty redshift_cluster_max_age",
        "Redshift cluster has run for long without reserved nodes",
        "warehouses",
    ),
    undecided(
        "warehouse-never-pauses",
        "aws-thrifty redshift_cluster_pause_resume_disabled",
        "Redshift cluster is never paused",
        "warehouses",
    ),
    undecided(
        "idle-warehouse",
        "aws-thrifty redshift_cluster_low_utilization",
        "Redshift cluster hardly computes",
        "warehouses",
    ),
    undecided(
        "kusto-without-autoscaling",
        "azure-thrifty kusto_cluster_without_autoscaling",
        "Data Explorer cluster does not scale by itself",
        "kusto_clusters",
    ),
    undecided(
        "short-ttl",
        "aws-thrifty route53_record_higher_ttl",
        "DNS record is asked for very often",
        "dns_records",
    ),
    undecided(
        "unused-health-check",
        "aws-thrifty route53_health_check_unused",
        "DNS health check serves no record",
        "dns_health_checks",
    ),
    undecided(
        "stage-without-cache",
        "aws-thrifty apigateway_stage_with_caching_disabled",
        "API stage has no cache",
        "api_stages",
    ),
    undecided(
        "distribution-price-class",
        "aws-thrifty cloudfront_distribution_pricing_class",
        "CDN distribution serves from everywhere",
        "cdn_distributions",
    ),
    undecided(
        "global-trails",
        "aws-thrifty cloudtrail_trail_global_multiple",
        "Several trails record the whole account",
        "trails",
    ),
    undecided(
        "regional-trails",
        "aws-thrifty cloudtrail_trail_regional_multiple",
        "Several trails record one region",
        "trails",
    ),
    undecided(
        "logs-kept-for-ever",
        "aws-thrifty cloudwatch_log_group_retention_disabled",
        "Log group keeps everything for ever",
        "log_groups",
    ),
    undecided(
        "stale-log-stream",
        "aws-thrifty cloudwatch_log_stream_unused",
        "Nothing is written to the log stream",
        "log_streams",
    ),
    undecided(
        "log-profile-retention",
        "azure-thrifty log_profile_without_retention_policy",
        "Log profile keeps everything for ever",
        "log_profiles",
    ),
    undecided("unused-secret", "aws-thrifty secretsmanager_secret_unused", "Nobody reads the secret", "secrets"),
    undecided(
        "unused-container-image",
        "aws-thrifty ecr_repository_image_unused",
        "Nobody pulls the container image",
        "container_images",
    ),
    undecided(
        "unused-network-gateway",
        "azure-thrifty virtual_network_gateway_unused",
        "Network gateway has no connection",
        "network_gateways",
    ),
    undecided(
        "unused-private-endpoint",
        "azure-thrifty network_private_endpoint_unused",
        "Private endpoint leads to nothing",
        "private_endpoints",
    ),
    undecided(
        "application-gateway-capacity",
        "azure-thrifty network_application_gateway_optimization, \
         azure-thrifty network_application_gateway_with_autoscaling_disabled",
        "Application gateway has a fixed capacity",
        "application gateways in load_balancers",
    ),
    undecided(
        "unused-app-service-plan",
        "azure-thrifty app_service_plan_unused",
        "App Service plan has no apps",
        "app_service_plans",
    ),
];
