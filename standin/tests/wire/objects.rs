//! Objects of S3: lists with prefixes and pages, and bytes, whole and in part, from memory and from files.

use super::client::{Client, now, small, start};
use standin::estate::Bucket;
use standin::{Behaviour, Standin};

/// A bucket `bill` in us-east-1 with objects in memory and a folder of files.
fn with_objects(folder: &std::path::Path) -> Standin {
    std::fs::create_dir(folder.join("2026")).unwrap();
    std::fs::write(folder.join("2026/part 1.csv"), "a,b\n1,2\n").unwrap();
    std::fs::write(folder.join("manifest.json"), "{}").unwrap();
    let bucket = Bucket::new("bill", "us-east-1", now())
        .object("loose.txt", "0123456789")
        .object("x/one", "1")
        .object("x/two", "22")
        .folder("export/", folder)
        .unwrap();
    let mut estate = small();
    estate.accounts[0].buckets.push(bucket);
    start(estate, Behaviour::default())
}

#[tokio::test]
async fn objects_are_listed_by_prefix_folder_and_page() {
    let folder = tempfile::tempdir().unwrap();
    let standin = with_objects(folder.path());
    let client = Client::of(&standin, 0).region("us-east-1");
    for (query, keys, prefixes) in [
        (
            "list-type=2",
            &["export/2026/part 1.csv", "export/manifest.json", "loose.txt", "x/one", "x/two"][..],
            &[][..],
        ),
        ("list-type=2&delimiter=%2F", &["loose.txt"], &["export/", "x/"]),
        ("list-type=2&prefix=export%2F&delimiter=%2F", &["export/manifest.json"], &["export/2026/"]),
        ("list-type=2&prefix=nothing", &[], &[]),
        ("list-type=2&start-after=x%2Fone", &["x/two"], &[]),
    ] {
        let list = client.get("s3", &format!("/bill?{query}")).await;
        assert_eq!(list.elements("Key"), keys, "{query}");
        let folders = list.text().split("<CommonPrefixes>").skip(1).count();
        assert_eq!(folders, prefixes.len(), "{query}");
        for prefix in prefixes {
            assert!(list.text().contains(&format!("<CommonPrefixes><Prefix>{prefix}</Prefix>")), "{query}");
        }
    }
    let first = client.get("s3", "/bill?list-type=2&max-keys=3").await;
    assert_eq!(first.element("IsTruncated").as_deref(), Some("true"));
    let token = first.element("NextContinuationToken").unwrap();
    let second = client.get("s3", &format!("/bill?list-type=2&continuation-token={token}")).await;
    assert_eq!(second.elements("Key"), ["x/one", "x/two"]);
}

#[tokio::test]
async fn bytes_come_whole_and_in_part() {
    let folder = tempfile::tempdir().unwrap();
    let standin = with_objects(folder.path());
    let client = Client::of(&standin, 0).region("us-east-1");
    let file = client.get("s3", "/bill/export/2026/part%201.csv").await;
    assert_eq!((file.status, &*file.text()), (200, "a,b\n1,2\n"));
    for (range, status, text, content_range) in [
        ("bytes=2-4", 206, "234", "bytes 2-4/10"),
        ("bytes=7-", 206, "789", "bytes 7-9/10"),
        ("bytes=-2", 206, "89", "bytes 8-9/10"),
        ("bytes=8-99", 206, "89", "bytes 8-9/10"),
    ] {
        let part = client.get_range("/bill/loose.txt", range).await;
        assert_eq!((part.status, &*part.text(), part.header("content-range")), (status, text, content_range));
    }
    assert_eq!(client.get_range("/bill/loose.txt", "bytes=10-").await.code(), "InvalidRange");
    let head = client.head("/bill/loose.txt").await;
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, "10", 0));
    assert_eq!(head.header("last-modified"), "Sun, 01 Nov 2026 00:00:00 GMT");
    assert_eq!(client.get("s3", "/bill/nothing").await.code(), "NoSuchKey");
    assert_eq!(client.head("/bill/nothing").await.status, 404);
}
