//! The words of talk, and those of running something.

/// Words of greeting, thanks and farewell.
pub(super) const GREETINGS: &[&str] = &[
    "hi",
    "hello",
    "hey",
    "hiya",
    "howdy",
    "yo",
    "greetings",
    "morning",
    "afternoon",
    "evening",
    "bye",
    "goodbye",
    "cheers",
    "thanks",
    "thank",
    "thankyou",
    "thx",
    "ty",
    "ta",
    "lol",
    "haha",
    "ok",
    "okay",
    "cool",
    "nice",
    "great",
    "awesome",
    "perfect",
    "wow",
    "welcome",
    "sorry",
    "yes",
    "no",
    "yeah",
    "nope",
    "sup",
    "ciao",
    "hola",
    "bonjour",
    "hallo",
    "moin",
    "servus",
    "namaste",
    "salut",
    "amazing",
    "brilliant",
    "excellent",
    "fantastic",
    "wonderful",
    "congrats",
    "congratulations",
    "understood",
    "gotcha",
    "noted",
    "cu",
    "cya",
];

/// Words that may stand beside them.
pub(super) const BESIDE: &[&str] = &[
    "there",
    "you",
    "all",
    "so",
    "much",
    "a",
    "lot",
    "very",
    "good",
    "day",
    "night",
    "everyone",
    "everybody",
    "team",
    "mate",
    "friend",
    "buddy",
    "bot",
    "neph",
    "nephoscope",
    "again",
    "for",
    "now",
    "the",
    "help",
    "your",
    "that",
    "was",
    "were",
    "is",
    "it",
    "see",
    "later",
    "to",
    "and",
    "my",
    "dear",
    "sir",
    "madam",
    "folks",
    "then",
    "well",
    "job",
    "work",
    "done",
    "bunch",
    "million",
    "i",
    "am",
    "back",
    "this",
    "just",
    "testing",
    "how",
    "are",
    "doing",
    "today",
    "things",
    "going",
    "what's",
    "up",
    "nice",
    "meet",
    "have",
    "weekend",
    "take",
    "care",
    "really",
];

/// What only somebody who talks with the program says.
pub(super) const ADDRESSED: &[&str] = &[
    "are you",
    "you are",
    "you're",
    "you were",
    "made you",
    "built you",
    "created you",
    "trained you",
    "wrote you",
    "programmed you",
    "owns you",
    "do you have feelings",
    "do you feel",
    "do you know me",
    "do you think",
    "do you believe",
    "do you get",
    "do you eat",
    "do you want",
    "do you remember me",
    "do you speak",
    "do you hate",
    "do you love",
    "do you enjoy",
    "do you understand",
    "can you feel",
    "can you think",
    "can you hear",
    "can you dance",
    "can you speak",
    "can you sing",
    "can you code",
    "could you be my",
    "will you be my",
    "your name",
    "your age",
    "your mood",
    "your gender",
    "your purpose",
    "your version",
    "your model",
    "your opinion on",
    "your favorite",
    "your favourite",
    "your day",
    "about you",
    "about yourself",
    "like you",
    "love you",
    "hate you",
    "miss you",
    "with you",
    "i love",
    "i hate",
    "i miss",
    "i feel",
    "i am sad",
    "i'm sad",
    "i'm happy",
    "i'm tired",
    "i am tired",
    "i'm bored",
    "i am bored",
    "i'm hungry",
    "talk to me",
    "chat with me",
    "entertain me",
    "marry me",
    "be my",
    "motivate me",
    "inspire me",
    "flatter me",
    "roast me",
    "insult me",
    "compliment me",
    "guess what",
    "surprise me",
];

/// Verbs of wishes that have nothing to do with clouds, at the beginning.
pub(super) const WISHED: &[&str] = &[
    "play",
    "sing",
    "remind",
    "tweet",
    "text",
    "phone",
    "paint",
    "draw",
    "cook",
    "bake",
    "recommend",
    "compose",
    "invent",
    "imagine",
    "translate",
    "dance",
    "rap",
    "rhyme",
    "improvise",
    "narrate",
    "recite",
    "teach",
    "tutor",
    "proofread",
    "paraphrase",
    "rewrite",
    "plan",
    "suggest",
    "summarise",
    "summarize",
    "convert",
    "solve",
    "say",
    "spell",
    "pronounce",
    "write",
    "draft",
    "debug",
    "refactor",
    "code",
    "program",
    "simulate",
    "book",
];

/// Verbs that send something to others.
pub(super) const SENDS: &[&str] = &[
    "post", "tweet", "email", "e-mail", "mail", "message", "notify", "ping", "page", "slack", "forward", "upload",
    "publish", "whatsapp",
];

/// Whether a word is of running something, so that what is beside it may be the name of it: "is the website down".
pub(in crate::rules) fn is_of_running(word: &str) -> bool {
    matches!(
        word,
        "slow"
            | "down"
            | "broke"
            | "broken"
            | "error"
            | "errors"
            | "failing"
            | "failed"
            | "crash"
            | "crashed"
            | "alert"
            | "alerts"
            | "deploy"
            | "deployed"
            | "deployment"
            | "release"
            | "rollback"
            | "outage"
            | "incident"
            | "tag"
            | "tags"
            | "tagged"
            | "untagged"
            | "resources"
            | "production"
            | "staging"
            | "prod"
            | "dev"
            | "infrastructure"
            | "cloud"
            | "estate"
            | "latency"
            | "uptime"
            | "monitoring"
            | "idle"
            | "unused"
            | "exposed"
            | "compliance"
            | "compliant"
            | "encrypted"
            | "unencrypted"
            | "quota"
            | "cluster"
            | "pods"
            | "logs"
            | "budget"
    )
}
