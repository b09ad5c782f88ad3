//! "alice's machines", "VMs of bob": a person's name says whose the rows are.

use super::tag;
use crate::draft::Draft;
use crate::rules::starts::Starts;
use schema::query::Op;

/// Given names that are nothing else: any other word before `'s` may be a customer, a month or a machine.
const NAMES: &[&str] = &[
    "aaron",
    "adam",
    "ahmed",
    "aisha",
    "alex",
    "alexander",
    "ali",
    "alice",
    "amanda",
    "amir",
    "amy",
    "ana",
    "andrea",
    "andreas",
    "andrew",
    "anita",
    "anna",
    "anne",
    "antonio",
    "arjun",
    "ben",
    "benjamin",
    "bob",
    "brian",
    "carla",
    "carlos",
    "carol",
    "caroline",
    "charles",
    "charlie",
    "charlotte",
    "chen",
    "chloe",
    "chris",
    "christian",
    "christine",
    "claire",
    "clara",
    "dan",
    "daniel",
    "daniela",
    "dave",
    "david",
    "deepa",
    "diana",
    "diego",
    "eduardo",
    "elena",
    "eli",
    "elias",
    "elif",
    "elizabeth",
    "emily",
    "emma",
    "eric",
    "erik",
    "erin",
    "fatima",
    "felix",
    "fernando",
    "fiona",
    "francois",
    "frank",
    "gabriel",
    "george",
    "hannah",
    "hans",
    "hassan",
    "helen",
    "henry",
    "hiroshi",
    "hugo",
    "ian",
    "ibrahim",
    "ines",
    "ivan",
    "jack",
    "jacob",
    "james",
    "jan",
    "jane",
    "jason",
    "javier",
    "jennifer",
    "jessica",
    "joanna",
    "johannes",
    "john",
    "jonas",
    "jorge",
    "jose",
    "joseph",
    "juan",
    "julia",
    "julie",
    "karen",
    "karim",
    "karl",
    "kate",
    "kavita",
    "kevin",
    "laura",
    "lena",
    "leo",
    "liam",
    "linda",
    "lisa",
    "luca",
    "lucas",
    "lucia",
    "lucy",
    "luis",
    "magda",
    "marco",
    "maria",
    "marie",
    "martin",
    "mary",
    "matthew",
    "mei",
    "michael",
    "miguel",
    "mike",
    "mohamed",
    "mohammed",
    "monika",
    "nadia",
    "natalia",
    "neha",
    "nick",
    "nicole",
    "nina",
    "noah",
    "oliver",
    "olivia",
    "omar",
    "oscar",
    "pablo",
    "patricia",
    "paul",
    "paula",
    "pedro",
    "peter",
    "philip",
    "pierre",
    "piotr",
    "priya",
    "rachel",
    "rahul",
    "raj",
    "rajesh",
    "ravi",
    "rebecca",
    "ricardo",
    "richard",
    "robert",
    "sam",
    "samuel",
    "sandra",
    "sanjay",
    "sara",
    "sarah",
    "sean",
    "simon",
    "sofia",
    "sophie",
    "stefan",
    "stephen",
    "steve",
    "sunita",
    "susan",
    "sven",
    "thomas",
    "tim",
    "tom",
    "tomasz",
    "tony",
    "victor",
    "vikram",
    "wei",
    "yuki",
    "yusuf",
    "zoe",
];

pub(super) const STARTS: Starts = Starts::at(NAMES);

/// Whether a word is a person's name, which no team has.
pub(crate) fn is_person(word: &str) -> bool {
    NAMES.contains(&word)
}

/// Reads a person's name that owns the rows.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    draft.tags_column()?;
    let word = draft.words.lower(at);
    if !NAMES.contains(&word) || !draft.senses.is_unknown(at) || !(theirs(draft, at) || of(draft, at)) {
        return None;
    }
    let mut value = draft.words.raw(at).to_owned();
    // A sentence begins with a capital, whoever it is.
    if at == 0 && value.bytes().skip(1).all(|b| b.is_ascii_lowercase()) {
        value.make_ascii_lowercase();
    }
    let field = tag::field(draft, "owner");
    draft.note(format!("`{value}` is read as the tag `owner`"));
    draft.condition(field, Op::Eq, value);
    Some(1)
}

/// "alice's machines", "alice's stopped machines"; what is in her account is in none that is known.
fn theirs(draft: &Draft<'_>, at: usize) -> bool {
    const OTHERS: &[&str] = &[
        "named", "called", "team", "account", "project", "app", "owner", "by", "to", "and", "or", "with", "user",
        "tag", "=", "prefix", "name", "squad", "env", "from", "service", "customer", "host",
    ];
    let noun = (1..=3).find_map(|ahead| draft.noun(at + ahead).map(|(_, noun)| (ahead, noun)));
    let Some((ahead, noun)) = noun else { return false };
    let plain = (1..ahead).all(|i| {
        let word = draft.words.lower(at + i);
        !draft.senses.is_unknown(at + i)
            && !matches!(word, "and" | "or" | "," | "team" | "squad" | "project" | "app" | "of" | "")
    });
    let led = at == 0 || !OTHERS.contains(&draft.words.lower(at - 1)) && draft.noun(at - 1).is_none();
    plain && led && noun.plural && draft.table.name != "accounts"
}

/// "VMs of bob", "disks of bob in Azure".
fn of(draft: &Draft<'_>, at: usize) -> bool {
    let held = at > 1
        && draft.words.lower(at - 1) == "of"
        && (1..=2).any(|len| at > len && draft.noun(at - 1 - len).is_some_and(|(n, noun)| n == len && noun.plural));
    held && (draft.ends(at + 1) && draft.words.lower(at + 1) != ","
        || matches!(draft.words.lower(at + 1), "in" | "on" | "that" | "which" | "with" | "without"))
}
