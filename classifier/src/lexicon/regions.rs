//! Regions by code and by the names people use for them.

mod areas;

use super::{Lexicon, Sense};

type Region = (&'static [&'static str], &'static [(&'static str, &'static str)]);

/// The names, and the codes with their providers.
static REGIONS: &[Region] = &[
    (&["ireland"], &[("aws", "eu-west-1"), ("azure", "northeurope")]),
    (&["dublin"], &[("aws", "eu-west-1"), ("azure", "northeurope")]),
    (&["london"], &[("aws", "eu-west-2"), ("azure", "uksouth")]),
    (&["uk south"], &[("azure", "uksouth")]),
    (&["uk west"], &[("azure", "ukwest")]),
    (&["paris"], &[("aws", "eu-west-3"), ("azure", "francecentral")]),
    (&["france central"], &[("azure", "francecentral")]),
    (&["frankfurt"], &[("aws", "eu-central-1"), ("azure", "germanywestcentral")]),
    (&["germany west central"], &[("azure", "germanywestcentral")]),
    (&["zurich", "zürich"], &[("aws", "eu-central-2"), ("azure", "switzerlandnorth")]),
    (&["switzerland north"], &[("azure", "switzerlandnorth")]),
    (&["stockholm"], &[("aws", "eu-north-1")]),
    (&["sweden central"], &[("azure", "swedencentral")]),
    (&["milan"], &[("aws", "eu-south-1"), ("azure", "italynorth")]),
    (&["spain"], &[("aws", "eu-south-2"), ("azure", "spaincentral")]),
    (&["north europe"], &[("azure", "northeurope")]),
    (&["west europe"], &[("azure", "westeurope")]),
    (&["norway east"], &[("azure", "norwayeast")]),
    (&["poland central"], &[("azure", "polandcentral")]),
    (&["virginia", "n. virginia", "north virginia", "northern virginia"], &[("aws", "us-east-1"), ("azure", "eastus")]),
    (&["ohio"], &[("aws", "us-east-2")]),
    (&["n. california", "northern california", "north california"], &[("aws", "us-west-1"), ("azure", "westus")]),
    (&["oregon"], &[("aws", "us-west-2")]),
    (&["east us"], &[("azure", "eastus")]),
    (&["east us 2"], &[("azure", "eastus2")]),
    (&["west us"], &[("azure", "westus")]),
    (&["west us 2"], &[("azure", "westus2")]),
    (&["west us 3"], &[("azure", "westus3")]),
    (&["central us"], &[("azure", "centralus")]),
    (&["north central us"], &[("azure", "northcentralus")]),
    (&["south central us"], &[("azure", "southcentralus")]),
    (&["west central us"], &[("azure", "westcentralus")]),
    (&["canada central"], &[("aws", "ca-central-1"), ("azure", "canadacentral")]),
    (&["canada east"], &[("azure", "canadaeast")]),
    (&["brazil south"], &[("azure", "brazilsouth")]),
    (&["sao paulo", "são paulo"], &[("aws", "sa-east-1"), ("azure", "brazilsouth")]),
    (&["tokyo"], &[("aws", "ap-northeast-1"), ("azure", "japaneast")]),
    (&["japan east"], &[("azure", "japaneast")]),
    (&["japan west"], &[("azure", "japanwest")]),
    (&["osaka"], &[("aws", "ap-northeast-3"), ("azure", "japanwest")]),
    (&["seoul"], &[("aws", "ap-northeast-2"), ("azure", "koreacentral")]),
    (&["korea central"], &[("azure", "koreacentral")]),
    (&["singapore"], &[("aws", "ap-southeast-1"), ("azure", "southeastasia")]),
    (&["southeast asia"], &[("azure", "southeastasia")]),
    (&["east asia"], &[("azure", "eastasia")]),
    (&["hong kong"], &[("aws", "ap-east-1"), ("azure", "eastasia")]),
    (&["sydney"], &[("aws", "ap-southeast-2"), ("azure", "australiaeast")]),
    (&["australia east"], &[("azure", "australiaeast")]),
    (&["melbourne"], &[("aws", "ap-southeast-4"), ("azure", "australiasoutheast")]),
    (&["jakarta"], &[("aws", "ap-southeast-3")]),
    (&["mumbai"], &[("aws", "ap-south-1"), ("azure", "westindia")]),
    (&["hyderabad"], &[("aws", "ap-south-2")]),
    (&["central india"], &[("azure", "centralindia")]),
    (&["south india"], &[("azure", "southindia")]),
    (&["cape town"], &[("aws", "af-south-1")]),
    (&["south africa north"], &[("azure", "southafricanorth")]),
    (&["bahrain"], &[("aws", "me-south-1")]),
    (&["netherlands", "the netherlands", "amsterdam"], &[("azure", "westeurope")]),
    (&["madrid"], &[("azure", "spaincentral")]),
    (&["cardiff"], &[("azure", "ukwest")]),
    (&["california"], &[("aws", "us-west-1"), ("azure", "westus")]),
    (&["texas"], &[("azure", "southcentralus")]),
    (&["iowa"], &[("azure", "centralus")]),
    (&["illinois", "chicago"], &[("azure", "northcentralus")]),
    (&["arizona", "phoenix"], &[("azure", "westus3")]),
    (&["toronto"], &[("azure", "canadacentral")]),
    (&["montreal"], &[("aws", "ca-central-1")]),
    (&["calgary"], &[("aws", "ca-west-1")]),
    (&["pune"], &[("azure", "centralindia")]),
    (&["chennai"], &[("azure", "southindia")]),
    (&["dubai"], &[("azure", "uaenorth")]),
    (&["johannesburg"], &[("azure", "southafricanorth")]),
    (&["uae north"], &[("azure", "uaenorth")]),
];

/// Codes without digits or hyphens, which their shape does not give away.
static AZURE_CODES: &[&[(&str, &str)]] = &[
    &[("azure", "australiacentral")],
    &[("azure", "australiacentral2")],
    &[("azure", "australiaeast")],
    &[("azure", "australiasoutheast")],
    &[("azure", "austriaeast")],
    &[("azure", "belgiumcentral")],
    &[("azure", "brazilsouth")],
    &[("azure", "brazilsoutheast")],
    &[("azure", "canadacentral")],
    &[("azure", "canadaeast")],
    &[("azure", "centralindia")],
    &[("azure", "centralus")],
    &[("azure", "chilecentral")],
    &[("azure", "denmarkeast")],
    &[("azure", "eastasia")],
    &[("azure", "eastus")],
    &[("azure", "eastus2")],
    &[("azure", "francecentral")],
    &[("azure", "francesouth")],
    &[("azure", "germanynorth")],
    &[("azure", "germanywestcentral")],
    &[("azure", "indonesiacentral")],
    &[("azure", "israelcentral")],
    &[("azure", "italynorth")],
    &[("azure", "japaneast")],
    &[("azure", "japanwest")],
    &[("azure", "jioindiacentral")],
    &[("azure", "jioindiawest")],
    &[("azure", "koreacentral")],
    &[("azure", "koreasouth")],
    &[("azure", "malaysiawest")],
    &[("azure", "mexicocentral")],
    &[("azure", "newzealandnorth")],
    &[("azure", "northcentralus")],
    &[("azure", "northeurope")],
    &[("azure", "norwayeast")],
    &[("azure", "norwaywest")],
    &[("azure", "polandcentral")],
    &[("azure", "qatarcentral")],
    &[("azure", "southafricanorth")],
    &[("azure", "southafricawest")],
    &[("azure", "southcentralus")],
    &[("azure", "southeastasia")],
    &[("azure", "southindia")],
    &[("azure", "spaincentral")],
    &[("azure", "swedencentral")],
    &[("azure", "swedensouth")],
    &[("azure", "switzerlandnorth")],
    &[("azure", "switzerlandwest")],
    &[("azure", "uaecentral")],
    &[("azure", "uaenorth")],
    &[("azure", "uksouth")],
    &[("azure", "ukwest")],
    &[("azure", "westcentralus")],
    &[("azure", "westeurope")],
    &[("azure", "westindia")],
    &[("azure", "westus")],
    &[("azure", "westus2")],
    &[("azure", "westus3")],
];

/// Codes of AWS that people also say word by word: "us east one".
static SPOKEN_CODES: &[&[(&str, &str)]] = &[
    &[("aws", "us-east-1")],
    &[("aws", "us-east-2")],
    &[("aws", "us-west-1")],
    &[("aws", "us-west-2")],
    &[("aws", "eu-west-1")],
    &[("aws", "eu-west-2")],
    &[("aws", "eu-west-3")],
    &[("aws", "eu-central-1")],
    &[("aws", "eu-central-2")],
    &[("aws", "eu-north-1")],
    &[("aws", "eu-south-1")],
    &[("aws", "eu-south-2")],
    &[("aws", "ca-central-1")],
    &[("aws", "sa-east-1")],
    &[("aws", "ap-south-1")],
    &[("aws", "ap-southeast-1")],
    &[("aws", "ap-southeast-2")],
    &[("aws", "ap-northeast-1")],
    &[("aws", "ap-northeast-2")],
];

/// Adds the codes as they are spoken, their last number in a word or as a digit.
fn add_spoken(lexicon: &mut Lexicon) {
    for codes in SPOKEN_CODES {
        for spoken in codes.iter().map(|(_, code)| code.replace('-', " ")) {
            lexicon.add(&spoken, Sense::Region(codes));
            for (digit, word) in [(" 1", " one"), (" 2", " two"), (" 3", " three")] {
                if let Some(place) = spoken.strip_suffix(digit) {
                    lexicon.add(&format!("{place}{word}"), Sense::Region(codes));
                }
            }
        }
    }
}

/// Puts them into the lexicon.
pub(super) fn add(lexicon: &mut Lexicon) {
    add_spoken(lexicon);
    for (names, codes) in REGIONS {
        lexicon.add_all(names, Sense::Region(codes));
    }
    for (names, codes) in areas::AREAS {
        lexicon.add_all(names, Sense::Region(codes));
    }
    for codes in AZURE_CODES {
        for (_, code) in *codes {
            lexicon.add(code, Sense::Region(codes));
        }
    }
}

/// Those of the United States, whose short name is a word of English as well.
pub(crate) fn united_states() -> &'static [(&'static str, &'static str)] {
    areas::AREAS.iter().find(|(names, _)| names.contains(&"usa")).map_or(&[], |(_, codes)| codes)
}

/// The codes of the regions of a name, or the code itself; in small letters.
pub(crate) fn regions_called(name: &str) -> Vec<&str> {
    let named = REGIONS.iter().chain(areas::AREAS).filter(|(names, _)| names.contains(&name));
    let mut codes: Vec<&str> = named.flat_map(|(_, codes)| codes.iter().map(|(_, code)| *code)).collect();
    let is_code = looks_like_code(name) || AZURE_CODES.iter().flat_map(|all| all.iter()).any(|(_, code)| *code == name);
    if codes.is_empty() && is_code {
        codes.push(name);
    }
    codes
}

/// What AWS's codes name between their country and their number: `db-proxy-2` is none of them.
const COMPASS: &[&str] = &[
    "north",
    "south",
    "east",
    "west",
    "central",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
    "gov",
    "iso",
    "isob",
    "isoe",
    "isof",
];

/// Whether a word has the shape of an AWS region: `eu-west-1`, `us-gov-east-1`.
pub(crate) fn looks_like_code(word: &str) -> bool {
    if word.as_bytes().get(2) != Some(&b'-') {
        return false;
    }
    let mut parts = word.split('-');
    let short = parts.next().is_some_and(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_lowercase()));
    let rest: Vec<_> = parts.collect();
    let Some((last, middle)) = rest.split_last() else { return false };
    short
        && (1..=2).contains(&middle.len())
        && middle.iter().all(|p| COMPASS.contains(p))
        && (1..=2).contains(&last.len())
        && last.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{AZURE_CODES, areas, looks_like_code, regions_called};

    #[test]
    fn a_region_is_found_by_its_name_and_by_its_code() {
        assert_eq!(regions_called("ireland"), ["eu-west-1", "northeurope"]);
        assert_eq!(regions_called("west europe"), ["westeurope"]);
        assert_eq!(regions_called("westeurope"), ["westeurope"]);
        assert_eq!(regions_called("ap-south-2"), ["ap-south-2"]);
        assert!(regions_called("eu-west").is_empty());
    }

    #[test]
    fn an_area_is_all_of_its_regions_and_every_code_of_azure_in_one_is_known() {
        assert_eq!(regions_called("uk"), ["eu-west-2", "uksouth", "ukwest"]);
        assert!(regions_called("europe").contains(&"uksouth") && !regions_called("eu").contains(&"uksouth"));
        let known = |code: &str| AZURE_CODES.iter().flat_map(|all| all.iter()).any(|(_, known)| *known == code);
        for (names, codes) in areas::AREAS {
            let unknown = codes.iter().find(|(provider, code)| match *provider {
                "azure" => !known(code),
                _ => !looks_like_code(code),
            });
            assert_eq!(unknown, None, "{names:?}");
        }
    }
}
