//! Guests as no compiler would write them: a module as text, made into a component of the world `program`.

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The contract, as guests get it.
const CONTRACT: &str = include_str!("../../../wit/v1/guest.wit");

/// A module with the world's exports: `run` has this body and `check` says yes. Its memory holds the texts, each from the
/// place before it; what `run` gives back is read from the place that it returns.
pub(crate) struct Guest<'a> {
    /// What it imports, defines and begins with.
    pub(crate) parts: &'a str,
    /// The memory, as text.
    pub(crate) memory: &'a str,
    /// What lies in it.
    pub(crate) texts: &'a [(u32, &'a str)],
    /// The body of `run`, which leaves a place on the stack.
    pub(crate) run: &'a str,
}

impl Default for Guest<'_> {
    fn default() -> Self {
        Self { parts: "", memory: "2", texts: &[], run: "i32.const 0" }
    }
}

impl Guest<'_> {
    /// The module as text.
    fn module(&self) -> String {
        let Self { parts, memory, run, .. } = self;
        let texts = self.texts.iter().map(|(place, text)| format!("(data (i32.const {place}) \"{text}\")"));
        let texts: String = texts.collect();
        format!(
            r#"(module
              {parts}
              (memory (export "memory") {memory})
              {texts}
              (global $free (mut i32) (i32.const 65536))
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (local $at i32)
                (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
                (global.set $free (i32.add (local.get $at) (local.get 3)))
                (local.get $at))
              (func (export "nephoscope:guest/programs@0.1.0#run")
                (param $source i32) (param $length i32) (param $params i32) (param $count i32) (param $most i32) (result i32)
                (local $i i32)
                {run})
              (func (export "nephoscope:guest/programs@0.1.0#check") (param i32 i32) (result i32)
                (i32.const 0)))"#
        )
    }

    /// The component of the contract's own world.
    pub(crate) fn component(&self) -> Vec<u8> {
        self.component_of(CONTRACT, "program")
    }

    /// The component of another world.
    pub(crate) fn component_of(&self, contract: &str, world: &str) -> Vec<u8> {
        let module = wat::parse_str(self.module()).expect("the module is text of WebAssembly");
        component(module, contract, world)
    }
}

/// Makes a component of a module.
pub(crate) fn component(mut module: Vec<u8>, contract: &str, world: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_source("contract.wit", contract).expect("the contract can be read");
    let world = resolve.select_world(&[package], Some(world)).expect("the world is there");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().expect("the module fits the world")
}

/// The body of a `run` that gives back text from a place.
pub(crate) fn gives(place: u32, length: u32) -> String {
    format!(
        "(i32.store (i32.const 0) (i32.const 0)) (i32.store (i32.const 4) (i32.const {place})) \
         (i32.store (i32.const 8) (i32.const {length})) (i32.const 0)"
    )
}

/// The body of a `run` that fails: class, message and code, each with its place and length.
pub(crate) fn fails(class: (u32, u32), message: (u32, u32), code: (u32, u32)) -> String {
    let words = [1, class.0, class.1, message.0, message.1, 0, 0, 0, 0, 1, code.0, code.1];
    let stores =
        words.iter().zip(0..).map(|(word, at)| format!("(i32.store (i32.const {}) (i32.const {word})) ", at * 4));
    format!("{}(i32.const 0)", stores.collect::<String>())
}

/// The seeds of `fuzz/corpus/component/` are what these make: small, and with most of what a component has.
#[test]
fn the_seeds_of_components_are_as_they_were_made() {
    let sql = r#"(import "nephoscope:guest/query@0.1.0" "sql" (func $sql (param i32 i32 i32 i32 i32)))
        (import "nephoscope:guest/query@0.1.0" "[method]cursor.next" (func $next (param i32 i32 i32)))"#;
    let ask = "(call $sql (i32.const 1024) (i32.const 8) (i32.const 0) (i32.const 0) (i32.const 2048))";
    let asks = format!("{ask} {}", gives(1100, 3));
    let seeds = [
        ("gives.wasm", Guest { texts: &[(1024, "[1]")], run: &gives(1024, 3), ..Guest::default() }.component()),
        (
            "asks.wasm",
            Guest { parts: sql, texts: &[(1024, "SELECT 1"), (1100, "[1]")], run: &asks, ..Guest::default() }
                .component(),
        ),
        ("traps.wasm", Guest { parts: "(table 3 funcref)", run: "unreachable", ..Guest::default() }.component()),
        ("garbage", b"\0asm\x0d\0\x01\0 and nothing that follows from it".to_vec()),
    ];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/component");
    for (name, bytes) in seeds {
        let path = folder.join(name);
        if !path.exists() {
            std::fs::write(&path, &bytes).unwrap();
            panic!("`{name}` was missing and has been written: look at it, and run again");
        }
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "`{name}` is another; remove it to have it written anew");
    }
}
