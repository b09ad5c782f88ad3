//! Hosts as they are written, and what they mean.

use super::*;

fn host(text: &str) -> HostPattern {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn check(pattern: &str, url: &str, expected: bool) {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (name, port) = split_port(rest).unwrap();
    assert_eq!(host(pattern).allows(scheme, name, port), expected, "{pattern} and {url}");
}

#[test]
fn a_host_is_shown_as_a_whole_url() {
    for (written, shown) in [
        ("sonar.example.com", "https://sonar.example.com"),
        ("HTTPS://Sonar.Example.COM.:443", "https://sonar.example.com"),
        ("sonar.example.com:9000", "https://sonar.example.com:9000"),
        ("http://sonar.example.com:80", "http://sonar.example.com"),
        ("*.example.com", "https://*.example.com"),
        ("xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("http://192.0.2.7:9000", "http://192.0.2.7:9000"),
        ("https://[2001:DB8:0::1]", "https://[2001:db8::1]"),
        ("localhost", "https://localhost"),
        ("*", "*"),
    ] {
        assert_eq!(host(written).to_string(), shown);
        assert_eq!(host(shown), host(written));
    }
    assert!(host("http://a.example").is_unencrypted() && !host("a.example").is_unencrypted());
}

#[test]
fn what_is_no_host_says_what_is_wrong() {
    let mut said = String::new();
    for text in [
        "",
        "ftp://a.example",
        "https://user:pass@a.example",
        "https://a.example/path",
        "https://a.example/",
        "a.example:0",
        "a.example:99999",
        "a.example:+80",
        "a.example:",
        "10.0.0.0/8",
        "169.254.169.254",
        "[fe80::1]",
        "[::ffff:169.254.169.254]",
        "[fd00:ec2::254]",
        "0.0.0.0",
        "2130706433",
        "0x7f.1",
        "127.1",
        "127.0.0.01",
        "*.com",
        "*.0.0.1",
        "*.*.example.com",
        "a.*.example.com",
        "*example.com",
        "**",
        "a..example",
        "a b.example",
        "-a.example",
        "bücher.example",
        "a\u{1b}[2J.example",
        "[::1]x",
        "::1",
    ] {
        said += &text.parse::<HostPattern>().map_or_else(|error| error.to_string(), |host| format!("!! {host}"));
        said.push('\n');
    }
    insta::assert_snapshot!(said, @r#"
    `` is no host: it has a part between dots that is empty or longer than 63 characters
    `ftp://a.example` is no host: it begins with `ftp`; there are `https://` and `http://`
    `…@a.example` is no host: it has a user or a password; credentials are secrets, which the host adds
    `https://a.example/path` is no host: it has a path, or is a range; write one host alone
    `https://a.example/` is no host: it has a path, or is a range; write one host alone
    `a.example:0` is no host: it has the port `0`; ports are 1 to 65535
    `a.example:99999` is no host: it has the port `99999`; ports are 1 to 65535
    `a.example:+80` is no host: it has the port `+80`; ports are 1 to 65535
    `a.example:` is no host: it has the port ``; ports are 1 to 65535
    `10.0.0.0/8` is no host: it has a path, or is a range; write one host alone
    `169.254.169.254` is no host: it is an address where clouds keep the credentials of machines, or of no host in particular; it cannot be asked for
    `[fe80::1]` is no host: it is an address where clouds keep the credentials of machines, or of no host in particular; it cannot be asked for
    `[::ffff:169.254.169.254]` is no host: it is an address where clouds keep the credentials of machines, or of no host in particular; it cannot be asked for
    `[fd00:ec2::254]` is no host: it is an address where clouds keep the credentials of machines, or of no host in particular; it cannot be asked for
    `0.0.0.0` is no host: it is an address where clouds keep the credentials of machines, or of no host in particular; it cannot be asked for
    `2130706433` is no host: it ends in a number; write an address in full, as in `192.0.2.10`, and no range
    `0x7f.1` is no host: it ends in a number; write an address in full, as in `192.0.2.10`, and no range
    `127.1` is no host: it ends in a number; write an address in full, as in `192.0.2.10`, and no range
    `127.0.0.01` is no host: it ends in a number; write an address in full, as in `192.0.2.10`, and no range
    `*.com` is no host: it would cover a whole top-level domain; name the domain under `*.`
    `*.0.0.1` is no host: it ends in a number; write an address in full, as in `192.0.2.10`, and no range
    `*.*.example.com` is no host: it has a `*` that is not its first part; write `*.name`, or `*` alone
    `a.*.example.com` is no host: it has a `*` that is not its first part; write `*.name`, or `*` alone
    `*example.com` is no host: it has a `*` that is not its first part; write `*.name`, or `*` alone
    `**` is no host: it has a `*` that is not its first part; write `*.name`, or `*` alone
    `a..example` is no host: it has a part between dots that is empty or longer than 63 characters
    `a b.example` is no host: it has the part `a b`; parts are letters, digits and `-` within
    `-a.example` is no host: it has the part `-a`; parts are letters, digits and `-` within
    `bücher.example` is no host: it has letters beyond ASCII; write it as DNS has it (`xn--…`)
    `a\u{1b}[2J.example` is no host: it has the part `a\u{1b}[2j`; parts are letters, digits and `-` within
    `[::1]x` is no host: it has something after `]` that is no port
    `::1` is no host: it has the port `:1`; ports are 1 to 65535
    "#);
}

#[test]
fn a_name_allows_itself_in_any_case_with_or_without_a_dot_at_its_end() {
    for url in ["https://a.example.com", "https://A.Example.Com", "HTTPS://a.example.com.", "https://a.example.com:443"]
    {
        check("a.example.com", url, true);
    }
    for url in [
        "http://a.example.com",
        "https://a.example.com:8443",
        "https://b.a.example.com",
        "https://example.com",
        "https://a.example.com..",
        "ftp://a.example.com",
        "wss://a.example.com",
    ] {
        check("a.example.com", url, false);
    }
    check("http://a.example.com", "http://a.example.com:80", true);
    check("http://a.example.com", "http://a.example.com:443", false);
    check("https://a.example.com:80", "https://a.example.com", false);
}

#[test]
fn a_wildcard_allows_what_is_under_its_name_and_no_trick() {
    for url in ["https://a.example.com", "https://b.a.example.com", "https://A.EXAMPLE.com."] {
        check("*.example.com", url, true);
    }
    for url in [
        "https://example.com",
        "https://.example.com",
        "https://evilexample.com",
        "https://a.example.com.evil.org",
        "https://a.example.comx",
        "https://*.example.com",
        "https://evil.org#.example.com",
        "https://a@b.example.com",
    ] {
        check("*.example.com", url, false);
    }
}

#[test]
fn an_address_allows_itself_however_it_is_written() {
    check("http://127.0.0.1:9000", "http://127.0.0.1:9000", true);
    check("http://127.0.0.1:9000", "http://localhost:9000", false);
    check("http://127.0.0.1:9000", "http://127.1:9000", false);
    check("https://[2001:db8::1]", "https://[2001:DB8:0:0::1]", true);
    assert!(host("https://[2001:db8::1]").allows("https", "2001:db8::1", None));
    check("https://[::1]", "https://[::ffff:127.0.0.1]", false);
}

#[test]
fn what_two_mean_is_the_narrower_of_both() {
    let and = |a: &str, b: &str| host(a).and(&host(b)).map(|both| both.to_string());
    for (a, b, both) in [
        ("*.example.com", "a.example.com", Some("https://a.example.com")),
        ("*", "http://h.example:81", Some("http://h.example:81")),
        ("*", "*", Some("*")),
        ("*.example.com", "*.a.example.com", Some("https://*.a.example.com")),
        ("*.example.com", "*.evilexample.com", None),
        ("*.example.com", "example.com", None),
        ("*.example.com", "http://a.example.com", None),
        ("a.example.com", "a.example.com:8443", None),
        ("192.0.2.7", "192.0.2.7", Some("https://192.0.2.7")),
    ] {
        assert_eq!((and(a, b), and(b, a)), (both.map(str::to_owned), both.map(str::to_owned)), "{a} and {b}");
    }
    assert!(
        host("*.example.com").covers(&host("a.example.com")) && !host("a.example.com").covers(&host("*.example.com"))
    );
    assert!(host("*").covers(&host("*.example.com")) && !host("*.example.com").covers(&host("*")));
}
