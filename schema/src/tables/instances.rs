//! `instances`: virtual machines.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Column, Locality, Table, TableKind, Unit};

/// `instances`: virtual machines.
pub static INSTANCES: Table = Table {
    name: "instances",
    kind: TableKind::Resource,
    doc: "one virtual machine",
    row_kind: Some("compute.instance"),
    aws_type: Some("AWS::EC2::Instance"),
    azure_type: Some("microsoft.compute/virtualmachines"),
    locality: Locality::Regional,
    common: RESOURCE,
    own: &[
        Column::text("instance_type", "the provider's size, such as `m5.xlarge` or `Standard_D4s_v5`")
            .aws("ec2:DescribeInstances: InstanceType")
            .azure("properties.hardwareProfile.vmSize")
            .also(&["type", "size", "instance type", "vm size", "machine type"]),
        Column::int("vcpus", "virtual CPUs")
            .aws("ec2:DescribeInstanceTypes: VCpuInfo.DefaultVCpus; CpuOptions where set")
            .azure("Microsoft.Compute/skus: capabilities vCPUsAvailable, else vCPUs")
            .also(&["vcpu", "cores", "cpus"]),
        Column::float("memory_gib", "memory")
            .unit(Unit::GiB)
            .aws("ec2:DescribeInstanceTypes: MemoryInfo.SizeInMiB")
            .azure("Microsoft.Compute/skus: capabilities MemoryGB")
            .also(&["ram", "memory size", "memory"]),
        Column::text("architecture", "processor architecture")
            .one_of(&["x86_64", "arm64", "i386"])
            .aws("ec2:DescribeInstances: Architecture")
            .azure("Microsoft.Compute/skus: capabilities CpuArchitectureType")
            .also(&["arch"]),
        Column::text("platform", "operating system family")
            .one_of(&["linux", "windows"])
            .aws("ec2:DescribeInstances: PlatformDetails")
            .azure("properties.storageProfile.osDisk.osType")
            .also(&["os", "operating system"]),
        Column::text("image_id", "the image it was made from (`images.native_id`)")
            .aws("ec2:DescribeInstances: ImageId")
            .azure("properties.storageProfile.imageReference: id, else publisher:offer:sku:version")
            .also(&["image", "ami"]),
        Column::text("private_ip", "its first private address")
            .aws("ec2:DescribeInstances: PrivateIpAddress")
            .azure("networkInterfaces: properties.ipConfigurations.properties.privateIPAddress")
            .also(&["private ip", "ip address"]),
        Column::text("public_ip", "its public address")
            .aws("ec2:DescribeInstances: PublicIpAddress")
            .azure("publicIPAddresses: properties.ipAddress")
            .also(&["public ip", "public address"]),
        Column::text("network_id", "its network (`networks.native_id`)")
            .aws("ec2:DescribeInstances: VpcId")
            .azure("the virtual network of the subnet")
            .also(&["vpc", "network", "vnet"]),
        Column::text("subnet_id", "its subnet (`subnets.native_id`)")
            .aws("ec2:DescribeInstances: SubnetId")
            .azure("networkInterfaces: properties.ipConfigurations.properties.subnet.id")
            .also(&["subnet"]),
        Column::list("security_group_ids", "its security groups (`security_groups.native_id`)")
            .aws("ec2:DescribeInstances: SecurityGroups.GroupId")
            .azure("networkInterfaces: properties.networkSecurityGroup.id")
            .also(&["security group", "security groups"]),
        Column::text("lifecycle", "how it is bought")
            .one_of(&["on_demand", "spot", "scheduled", "capacity_block"])
            .aws("ec2:DescribeInstances: InstanceLifecycle")
            .azure("properties.priority"),
        Column::time("launched_at", "when it was last started")
            .aws("ec2:DescribeInstances: LaunchTime")
            .azure("properties.timeCreated: Azure does not say when it was last started")
            .also(&["launched", "launch time", "started"]),
        Column::time("stopped_at", "when it was stopped; null while it runs, and where the provider does not say")
            .aws("ec2:DescribeInstances: the time in StateTransitionReason")
            .azure(
                "virtualMachines, statusOnly: the last change of a machine that is deallocated, which is its stop or \
                 later; null of spot machines",
            ),
        Column::float("cpu_avg", "mean CPU utilisation of the last 14 days")
            .unit(Unit::Percent)
            .costly()
            .aws("cloudwatch:GetMetricData: AWS/EC2 CPUUtilization Average")
            .azure("metrics:getBatch: Percentage CPU average of each day, weighed by its count")
            .also(&["cpu", "cpu utilisation", "cpu utilization", "cpu usage", "average cpu"]),
        Column::float("cpu_p95", "95th percentile of CPU utilisation over the last 14 days")
            .unit(Unit::Percent)
            .costly()
            .aws("cloudwatch:GetMetricData: AWS/EC2 CPUUtilization p95")
            .azure("metrics:getBatch: Percentage CPU average of every 5 minutes, and the 95th percentile of those")
            .also(&["p95 cpu"]),
        Column::float("cpu_max", "highest CPU utilisation of the last 14 days")
            .unit(Unit::Percent)
            .costly()
            .aws("cloudwatch:GetMetricData: AWS/EC2 CPUUtilization Maximum")
            .azure("metrics:getBatch: Percentage CPU maximum")
            .also(&["max cpu", "peak cpu", "maximum cpu"]),
        Column::float("memory_avg", "mean memory utilisation of the last 14 days; null where no agent reports it")
            .unit(Unit::Percent)
            .costly()
            .also(&["memory", "memory utilisation", "memory utilization", "memory usage"])
            .azure("metrics:getBatch: 100 - Available Memory Percentage average of each day, weighed by its count"),
        Column::float("network_in", "mean rate received over the last 14 days")
            .unit(Unit::BytesPerSecond)
            .costly()
            .aws("cloudwatch:GetMetricData: AWS/EC2 NetworkIn Sum / period")
            .azure("metrics:getBatch: Network In Total total / seconds")
            .also(&["network in", "inbound traffic"]),
        Column::float("network_out", "mean rate sent over the last 14 days")
            .unit(Unit::BytesPerSecond)
            .costly()
            .aws("cloudwatch:GetMetricData: AWS/EC2 NetworkOut Sum / period")
            .azure("metrics:getBatch: Network Out Total total / seconds")
            .also(&["network out", "outbound traffic"]),
    ],
    shown: &["name", "provider", "account_name", "region", "instance_type", "state", "private_ip", "launched_at"],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &[
        "instance",
        "vm",
        "vms",
        "virtual machine",
        "virtual machines",
        "server",
        "servers",
        "ec2",
        "ec2 instance",
        "ec2 instances",
        "machine",
        "machines",
        "box",
        "boxes",
    ],
};
