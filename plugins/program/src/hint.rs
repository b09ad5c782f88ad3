//! What to say besides the engine's own message, to whoever writes the next try.

/// What other hosts of JavaScript have, and this one has not.
const ELSEWHERE: &[&str] = &[
    "Buffer",
    "Deno",
    "Intl",
    "WebAssembly",
    "XMLHttpRequest",
    "clearTimeout",
    "document",
    "exports",
    "fetch",
    "global",
    "module",
    "moment",
    "navigator",
    "os",
    "performance",
    "process",
    "require",
    "setInterval",
    "setTimeout",
    "std",
    "structuredClone",
    "window",
    "_",
];

/// What a program may well give to one of its own constants, and then call.
const GIVEN: &[&str] = &["params", "progress", "query", "today"];

/// A hint for an error of this class, with the line of the program that it is about.
pub(crate) fn hint(class: &str, message: &str, line: &str, source: &str) -> Option<&'static str> {
    if message.contains("could not load module") {
        return Some(MODULES);
    }
    // To the engine a fence is a template, which is called.
    if source.trim_start().starts_with("```") {
        return Some(FENCE);
    }
    match class {
        "SyntaxError" => syntax(message, line),
        "ReferenceError" => reference(message),
        _ => None,
    }
}

const MODULES: &str = "there are no modules here: leave `import` and `export` out, all that there is is at hand";
const TYPES: &str = "programs are JavaScript: leave types out";
const FENCE: &str = "a program is JavaScript alone: leave the fence of backticks out";
const WORLD: &str = "a program has `query`, `today`, `params`, `progress` and `console`, and nothing else of the world";
const SHADOWED: &str = "the program gives a name that is there already to one of its own: choose another for its own";

fn syntax(message: &str, line: &str) -> Option<&'static str> {
    let line = line.trim();
    if line.starts_with("import ") || line.starts_with("import{") || line.starts_with("export ") {
        return Some(MODULES);
    }
    if message.contains("import.meta") {
        return Some(MODULES);
    }
    has_types(line).then_some(TYPES)
}

/// Whether a line looks like TypeScript. Only asked about lines that are no JavaScript.
fn has_types(line: &str) -> bool {
    let declares = ["interface ", "type ", "enum ", "declare ", "namespace ", "abstract "];
    let mentions = [
        ": string",
        ": number",
        ": boolean",
        ": any",
        ": unknown",
        ": void",
        ": never",
        ": object",
        ": Date",
        ": Record<",
        ": Array<",
        ": Map<",
        ": Set<",
        ": Promise<",
        " as ",
        "<string",
        "<number",
        "<any",
        "<Record",
        " satisfies ",
        "[]",
        "!.",
        ": {",
    ];
    declares.iter().any(|word| line.starts_with(word)) || mentions.iter().any(|word| line.contains(word))
}

fn reference(message: &str) -> Option<&'static str> {
    let name = message.split_whitespace().next()?.trim_matches(|c| c == '\'' || c == '"' || c == '`');
    if message.contains("not initialized") || message.contains("initialization") {
        return GIVEN.contains(&name).then_some(SHADOWED);
    }
    ELSEWHERE.contains(&name).then_some(WORLD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(class: &str, message: &str, source: &str, expected: Option<&str>) {
        let line = source.lines().next().unwrap_or_default();
        assert_eq!(hint(class, message, line, source), expected);
    }

    #[test]
    fn typescript_is_told_that_it_is_javascript() {
        check("SyntaxError", "expecting ';'", "const x: number = 1", Some(TYPES));
        check("SyntaxError", "expecting ';'", "interface Row { a: string }", Some(TYPES));
        check("SyntaxError", "expecting ')'", "rows.map((r: any) => r)", Some(TYPES));
    }

    #[test]
    fn modules_are_told_apart_from_types() {
        check("SyntaxError", "unexpected token", "import fs from 'fs'", Some(MODULES));
        check("SyntaxError", "unsupported keyword: export", "export default 1", Some(MODULES));
    }

    #[test]
    fn a_name_of_another_host_is_told_what_there_is() {
        check("ReferenceError", "fetch is not defined", "fetch('x')", Some(WORLD));
        check("ReferenceError", "rowz is not defined", "rowz", None);
    }

    #[test]
    fn a_constant_that_hides_a_function_is_told_so() {
        check("ReferenceError", "today is not initialized", "const today = today()", Some(SHADOWED));
    }

    #[test]
    fn a_plain_mistake_gets_no_guess() {
        check("SyntaxError", "expecting ')'", "rows.map(r => r", None);
    }
}
