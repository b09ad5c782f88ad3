//! Services and their categories as people call them, and the names they have on the bill.

use super::{Lexicon, Sense};

/// One service on the bill.
#[derive(Debug)]
pub(crate) struct Service {
    /// What people call it; the first is used in sentences.
    pub(crate) words: &'static [&'static str],
    /// Pieces of `ServiceName`, any of which means it.
    pub(crate) names: &'static [&'static str],
    /// A piece of `ServiceName` that means another service after all.
    pub(crate) but_not: Option<&'static str>,
    /// Another service's piece of `ServiceName` and the `ServiceCategory` under which this one is billed there.
    pub(crate) within: Option<(&'static str, &'static str)>,
}

const fn service(words: &'static [&'static str], names: &'static [&'static str]) -> Service {
    Service { words, names, but_not: None, within: None }
}

static SERVICES: &[Service] = &[
    service(&["EC2", "ec2", "elastic compute cloud", "ec2 instances"], &["Elastic Compute Cloud"]),
    Service {
        words: &["EBS", "ebs", "elastic block store", "ebs volumes"],
        names: &["Elastic Block Store"],
        but_not: None,
        // FOCUS exports of AWS bill volumes under EC2, in the category of storage.
        within: Some(("Elastic Compute Cloud", "Storage")),
    },
    service(&["RDS", "rds", "rds instances", "relational database service"], &["Relational Database"]),
    service(&["S3", "s3", "s3 buckets", "simple storage service"], &["Simple Storage Service"]),
    service(&["Lambda", "lambda", "lambdas", "lambda functions"], &["Lambda"]),
    service(&["CloudWatch", "cloudwatch"], &["CloudWatch"]),
    service(&["CloudFront", "cloudfront"], &["CloudFront"]),
    service(&["CloudTrail", "cloudtrail"], &["CloudTrail"]),
    service(&["DynamoDB", "dynamodb", "dynamo"], &["DynamoDB"]),
    service(&["SQS", "sqs", "simple queue service"], &["Simple Queue Service"]),
    service(&["SNS", "sns", "simple notification service"], &["Simple Notification Service"]),
    service(&["KMS", "kms", "key management service"], &["Key Management Service"]),
    service(&["Route 53", "route 53", "route53"], &["Route 53"]),
    service(&["ECR", "ecr", "elastic container registry"], &["Container Registry (ECR)"]),
    Service {
        words: &["ECS", "ecs", "elastic container service"],
        names: &["Elastic Container Service"],
        but_not: Some("Kubernetes"),
        within: None,
    },
    service(
        &["EKS", "eks", "elastic kubernetes service"],
        &["Elastic Kubernetes Service", "Container Service for Kubernetes"],
    ),
    service(&["EFS", "efs", "elastic file system"], &["Elastic File System"]),
    service(&["ELB", "elb", "elastic load balancing"], &["Elastic Load Balancing"]),
    service(&["ElastiCache", "elasticache"], &["ElastiCache"]),
    service(&["Redshift", "redshift"], &["Redshift"]),
    service(&["Athena", "athena"], &["Athena"]),
    service(&["API Gateway", "api gateway"], &["API Gateway"]),
    service(&["Step Functions", "step functions"], &["Step Functions"]),
    service(&["SageMaker", "sagemaker"], &["SageMaker"]),
    service(&["Bedrock", "bedrock"], &["Bedrock"]),
    service(&["AKS", "aks", "azure kubernetes service"], &["Azure Kubernetes Service"]),
    service(&["Key Vault", "key vault", "key vaults"], &["Key Vault"]),
    service(&["Cosmos DB", "cosmos db", "cosmosdb", "cosmos"], &["Cosmos DB"]),
    service(&["Azure Machine Learning", "azure machine learning"], &["Azure Machine Learning"]),
    service(
        &["Virtual Machine Scale Sets", "virtual machine scale sets", "scale sets"],
        &["Virtual Machine Scale Sets"],
    ),
    service(&["WAF", "waf"], &["WAF"]),
    service(&["GuardDuty", "guardduty"], &["GuardDuty"]),
    service(&["Secrets Manager", "secrets manager"], &["Secrets Manager"]),
    service(&["Kinesis", "kinesis"], &["Kinesis"]),
    service(&["Glue", "aws glue"], &["AWS Glue"]),
    service(&["EMR", "emr"], &["EMR", "Elastic MapReduce"]),
    service(&["OpenSearch", "opensearch"], &["OpenSearch"]),
    service(&["Cognito", "cognito"], &["Cognito"]),
    service(&["EventBridge", "eventbridge"], &["EventBridge"]),
    service(&["CodeBuild", "codebuild"], &["CodeBuild"]),
    service(&["Macie", "macie"], &["Macie"]),
    service(&["AWS Config", "aws config"], &["AWS Config"]),
    service(&["Security Hub", "security hub"], &["Security Hub"]),
    service(&["Neptune", "neptune"], &["Neptune"]),
    service(&["DocumentDB", "documentdb"], &["DocumentDB"]),
    service(&["MSK", "msk"], &["Managed Streaming for Apache Kafka", "Managed Streaming for Kafka"]),
    service(&["Transfer Family", "transfer family"], &["Transfer Family"]),
    service(&["AWS Backup", "aws backup"], &["AWS Backup"]),
    service(&["Direct Connect", "direct connect"], &["Direct Connect"]),
    service(&["Azure App Service", "app service", "azure app service", "app services"], &["App Service"]),
    service(&["Azure Monitor", "azure monitor"], &["Azure Monitor"]),
    service(&["Log Analytics", "log analytics"], &["Log Analytics"]),
    service(&["Event Hubs", "event hubs", "event hub"], &["Event Hubs"]),
    service(&["Service Bus", "service bus"], &["Service Bus"]),
    service(&["Data Factory", "data factory", "azure data factory"], &["Data Factory"]),
    service(&["Synapse", "synapse", "azure synapse"], &["Synapse"]),
    service(&["Azure Firewall", "azure firewall"], &["Azure Firewall"]),
    service(&["ExpressRoute", "expressroute", "express route"], &["ExpressRoute"]),
    service(&["Front Door", "front door", "azure front door"], &["Front Door"]),
    service(&["Databricks", "databricks", "azure databricks"], &["Databricks"]),
];

static CATEGORIES: &[(&str, &[&str])] = &[
    ("Compute", &["compute", "computing"]),
    ("Storage", &["storage"]),
    ("Databases", &["databases", "database"]),
    ("Networking", &["networking", "network"]),
    (
        "AI and Machine Learning",
        &["ai and machine learning", "machine learning", "artificial intelligence", "ai", "ml"],
    ),
    ("Analytics", &["analytics"]),
    ("Security", &["security"]),
    ("Identity", &["identity"]),
    ("Integration", &["integration"]),
    ("Management and Governance", &["management and governance"]),
    ("Developer Tools", &["developer tools", "dev tools", "developer tooling", "dev tooling"]),
    ("Internet of Things", &["iot", "internet of things"]),
];

/// Puts them into the lexicon.
pub(super) fn add(lexicon: &mut Lexicon) {
    for service in SERVICES {
        // The first word is for sentences; the others are in lower case.
        for word in &service.words[1..] {
            lexicon.add(word, Sense::Service(service));
        }
    }
    for (category, words) in CATEGORIES {
        lexicon.add_all(words, Sense::Category(category));
    }
}
