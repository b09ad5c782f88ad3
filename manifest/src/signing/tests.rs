//! Keys and signatures, sound ones and others.

use super::*;

fn pair(seed: u8, name: &str) -> KeyPair {
    KeyPair::generate(&[seed; 32], name.parse().unwrap())
}

#[test]
fn a_signature_names_its_signer() {
    let (ann, bob) = (pair(1, "ann@example.com"), pair(2, "bob"));
    let text = sign(&bob.secret, b"component");
    assert_eq!(text.lines().count(), 1);
    let trusted = [ann.public, bob.public.clone()];
    assert_eq!(verify(b"component", &text, &trusted), Ok(&bob.public));
    // Signing is without chance, so that a release can be made again and compared.
    assert_eq!(sign(&bob.secret, b"component"), text);
}

#[test]
fn another_file_another_signer_and_no_signer_are_told_apart() {
    let (ann, bob) = (pair(1, "ann"), pair(2, "bob"));
    let text = sign(&bob.secret, b"component");
    let said = |bytes: &[u8], text: &str, trusted: &[PublicKey]| verify(bytes, text, trusted).unwrap_err().to_string();
    // With Ann's id, Bob's signature is a bad one of Ann's.
    let forged = text.replace(&bob.public.id().to_string(), &ann.public.id().to_string());
    insta::assert_snapshot!([
        said(b"Component", &text, std::slice::from_ref(&bob.public)),
        said(b"component", &text, std::slice::from_ref(&ann.public)),
        said(b"component", &text, &[]),
        said(b"component", &forged, &[ann.public.clone(), bob.public.clone()]),
    ].join("\n"), @r#"
    the signature is not one of `bob` for these bytes: the component was changed after it was signed, or the signature belongs to another file
    the component is signed with the key `6a3803d5f059902a`, which is not among the trusted ones; trust its public key first, if you do
    the component is signed with the key `6a3803d5f059902a`, which is not among the trusted ones; trust its public key first, if you do
    the signature is not one of `ann` for these bytes: the component was changed after it was signed, or the signature belongs to another file
    "#);
}

#[test]
fn a_signature_file_that_is_none_says_what_is_wrong() {
    let bob = pair(2, "bob");
    let sound = sign(&bob.secret, b"x");
    let words: Vec<&str> = sound.split_whitespace().collect();
    let texts = [
        String::new(),
        "-----BEGIN PGP SIGNATURE-----".to_owned(),
        sound.replace("sig-1", "sig-2"),
        format!("{} {}", words[0], words[1]),
        format!("{sound}{sound}"),
        sound.replace(words[1], "0123"),
        sound.replace(words[1], &words[1].to_uppercase().replace('0', "G")),
        sound.replace(words[2], &words[2][4..]),
        sound.replace("==", ""),
        "x".repeat(2_000),
    ];
    let said = texts.map(|text| verify(b"x", &text, std::slice::from_ref(&bob.public)).unwrap_err().to_string());
    insta::assert_snapshot!(said.join("\n"), @r#"
    the signature file is wrong: it is empty; it has one line, `neph-plugin-sig-1 KEY-ID SIGNATURE`
    the signature file is wrong: it does not have the three words in one line; it has one line, `neph-plugin-sig-1 KEY-ID SIGNATURE`
    the signature file is not of the kind `neph-plugin-sig-1`, which is the only one that this version knows; sign again, or update `neph`
    the signature file is wrong: it does not have the three words in one line; it has one line, `neph-plugin-sig-1 KEY-ID SIGNATURE`
    the signature file is wrong: it does not have the three words in one line; it has one line, `neph-plugin-sig-1 KEY-ID SIGNATURE`
    the signature file is wrong: the key's id is not 16 hexadecimal digits; it has one line, `neph-plugin-sig-1 KEY-ID SIGNATURE`
    the signature file is wrong: the key's id is not 16 hexadecimal digits; it has one line, `neph-plugin-sig-1 KEY-ID SIGNATURE`
    the signature file is wrong: the signature is not 64 bytes in base64; it has one line, `neph-plugin-sig-1 KEY-ID SIGNATURE`
    the signature file is wrong: the signature is not 64 bytes in base64; it has one line, `neph-plugin-sig-1 KEY-ID SIGNATURE`
    the signature file is wrong: it is too long; it has one line, `neph-plugin-sig-1 KEY-ID SIGNATURE`
    "#);
}

#[test]
fn a_bit_that_is_turned_is_found_in_the_component_and_in_the_signature() {
    let bob = pair(2, "bob");
    let component = [7; 40];
    let text = sign(&bob.secret, &component);
    for bit in (0..component.len() * 8).step_by(7) {
        let mut other = component;
        other[bit / 8] ^= 1 << (bit % 8);
        assert!(verify(&other, &text, std::slice::from_ref(&bob.public)).is_err(), "bit {bit}");
    }
    let raw: [u8; 64] = keys::decode(text.split_whitespace().nth(2).unwrap()).unwrap();
    for bit in (0..raw.len() * 8).step_by(5) {
        let mut other = raw;
        other[bit / 8] ^= 1 << (bit % 8);
        let text = format!("{VERSION} {} {}", bob.public.id(), STANDARD.encode(other));
        assert!(verify(&component, &text, std::slice::from_ref(&bob.public)).is_err(), "bit {bit}");
    }
}

#[test]
fn a_signature_of_the_bare_bytes_or_of_their_bare_hash_is_none() {
    let bob = pair(2, "bob");
    for message in [b"component".to_vec(), Sha256::digest(b"component").to_vec()] {
        let raw = bob.secret.signing().sign(&message).to_bytes();
        let text = format!("{VERSION} {} {}", bob.public.id(), STANDARD.encode(raw));
        assert_eq!(
            verify(b"component", &text, std::slice::from_ref(&bob.public)),
            Err(SignError::Bad(bob.public.name().clone()))
        );
    }
}

#[test]
fn keys_come_back_from_their_files() {
    let bob = pair(2, "bob.b-1_@example.com");
    assert_eq!(bob.public.to_string().parse(), Ok(bob.public.clone()));
    let secret: SecretKey = bob.secret.to_secret_text().parse().unwrap();
    assert_eq!(secret.public(), bob.public);
    assert_eq!(bob.public.id().to_string().parse(), Ok(bob.public.id()));
}

#[test]
fn a_secret_key_is_not_shown() {
    let bob = pair(2, "bob");
    let secret = bob.secret.to_secret_text();
    let key = secret.split_whitespace().nth(2).unwrap();
    let shown = format!("{bob:?} {:?} {}", bob.secret, secret.parse::<PublicKey>().unwrap_err());
    assert!(!shown.contains(key) && !shown.contains("2, 2, 2"), "{shown}");
}

#[test]
fn a_key_file_that_is_none_says_what_is_wrong() {
    let bob = pair(2, "bob");
    let sound = bob.public.to_string();
    let with_key = |bytes: [u8; 32]| format!("neph-plugin-key ed25519 {} bob", STANDARD.encode(bytes));
    let mut one = [0; 32];
    one[0] = 1;
    let texts = [
        String::new(),
        bob.secret.to_secret_text(),
        sound.replace("ed25519", "rsa"),
        sound.replace("bob", ""),
        sound.replace("bob", "bo\u{1b}b"),
        sound.replace("bob", "bob builder"),
        format!("{sound}\n{sound}"),
        sound.replace('=', ""),
        // The neutral element, for which anybody can sign; and no point at all.
        with_key(one),
        with_key([2; 32]),
        "x".repeat(2_000),
    ];
    let said = texts.map(|text| text.parse::<PublicKey>().unwrap_err().to_string());
    insta::assert_snapshot!(said.join("\n"), @r#"
    this is no key of a plugin's author: it does not have the four words; a public key is one line, `neph-plugin-key ed25519 KEY NAME`
    this is a secret key, and a public one is needed here; hand out the file that begins with `neph-plugin-key`, and keep this one
    this is no key of a plugin's author: it is not of the kind `ed25519`; a public key is one line, `neph-plugin-key ed25519 KEY NAME`
    this is no key of a plugin's author: it does not have the four words; a public key is one line, `neph-plugin-key ed25519 KEY NAME`
    a key's name has 1 to 64 letters, digits, `-`, `_`, `.` and `@`, without spaces
    this is no key of a plugin's author: it does not have the four words; a public key is one line, `neph-plugin-key ed25519 KEY NAME`
    this is no key of a plugin's author: it has more than one line; a public key is one line, `neph-plugin-key ed25519 KEY NAME`
    this is no key of a plugin's author: the key is not 32 bytes in base64; a public key is one line, `neph-plugin-key ed25519 KEY NAME`
    this public key is one that anybody can make signatures for; do not trust it
    this is no key of a plugin's author: the bytes are no point of the curve; a public key is one line, `neph-plugin-key ed25519 KEY NAME`
    this is no key of a plugin's author: it is too long; a public key is one line, `neph-plugin-key ed25519 KEY NAME`
    "#);
    assert_eq!(sound.parse::<SecretKey>().unwrap_err(), KeyError::Public);
}
