//! The engine, prepared once and kept: what it holds when it is prepared is what every run begins with.

use crate::bindings::exports::nephoscope::guest::programs::{Fault, Parameter};
use crate::json::{self, Manner, Stopped};
use crate::native::{self, Kind, Name};
use crate::source::{self, Form};
use crate::tools::Tools;
use crate::{bridge, fault, random, values};
use rquickjs::context::{EvalOptions, intrinsic};
use rquickjs::{Context, Ctx, Error, Object, Promise, Result as Outcome, Runtime, Value};
use std::cell::OnceCell;
use std::mem::ManuallyDrop;

/// Garbage is collected when so much has been allocated. Counting references frees nearly everything at once; what is
/// left is cycles, of which a run of seconds makes few, and its memory is given back whole.
const COLLECT_AFTER: usize = 64 << 20;

/// What of the language there is: all but what tells the time finely or depends on the collection of garbage.
type Language = (
    intrinsic::Date,
    intrinsic::Eval,
    intrinsic::RegExpCompiler,
    intrinsic::RegExp,
    intrinsic::Json,
    intrinsic::Proxy,
    intrinsic::MapSet,
    intrinsic::TypedArrays,
    intrinsic::Promise,
);

/// Run once while the interpreter is prepared, so that what is set up at first use is there from the first run on.
const WARM_UP: &str = "[{ a: 1, b: 'x' }].filter((r) => r.a > 0).map((r) => `${r.b}`.replace(/x/, '')).concat(await 1)";

thread_local! {
    /// Never dropped: it lives as long as the guest.
    static INTERPRETER: OnceCell<ManuallyDrop<Interpreter>> = const { OnceCell::new() };
}

/// QuickJS with what a program finds in it.
pub(crate) struct Interpreter {
    context: Context,
    tools: Tools,
}

/// Makes the interpreter and warms it up.
pub(crate) fn prepare() {
    with(|interpreter| interpreter.context.with(|ctx| evaluate(&ctx, WARM_UP).map(drop))).ok();
}

/// Hands over the interpreter, made where it is not yet.
pub(crate) fn with<T>(call: impl FnOnce(&Interpreter) -> T) -> T {
    INTERPRETER.with(|cell| {
        #[expect(clippy::expect_used, reason = "without an engine there is nothing to answer with: it is a trap")]
        call(cell.get_or_init(|| ManuallyDrop::new(Interpreter::new().expect("the engine could not be made"))))
    })
}

impl Interpreter {
    fn new() -> Outcome<Self> {
        let runtime = Runtime::new()?;
        runtime.set_gc_threshold(COLLECT_AFTER);
        let context = Context::custom::<Language>(&runtime)?;
        let tools = context.with(|ctx| {
            let tools = Tools::new(&ctx)?;
            bridge::install(&ctx, &tools)?;
            random::install(&ctx)?;
            Ok::<_, Error>(tools)
        })?;
        Ok(Self { context, tools })
    }

    /// Whether the text is a program.
    pub(crate) fn check(&self, text: &str) -> Result<(), Fault> {
        self.context.with(|ctx| form(&ctx, text).map(drop))
    }

    /// Runs a program and writes its value.
    pub(crate) fn run(&self, text: &str, params: &[Parameter], max_bytes: u32) -> Result<String, Fault> {
        random::seed();
        self.context.with(|ctx| {
            give(&ctx, params).map_err(|error| fault::caught(&ctx, &error, text, Form::Script))?;
            let (value, form) = self.value(&ctx, text)?;
            if value.is_undefined() {
                return Err(fault::no_value(&nothing(&ctx, form)));
            }
            json::write(&self.tools, &value, max_bytes as usize, Manner::Strict).map_err(|stopped| match stopped {
                Stopped::Fault(fault) => *fault,
                Stopped::Thrown(error) => fault::caught(&ctx, &error, text, form),
            })
        })
    }

    fn value<'js>(&self, ctx: &Ctx<'js>, text: &str) -> Result<(Value<'js>, Form), Fault> {
        match settled(ctx, text, Form::Script) {
            Err(fault) if returns(&fault) => {
                // Nothing ran, unless the error came from a text that the program itself evaluates.
                let form = form(ctx, text)?;
                if form == Form::Script { Err(fault) } else { Ok((settled(ctx, text, form)?, form)) }
            }
            value => Ok((value?, Form::Script)),
        }
    }
}

/// How the text is to be read; a fault where it is no program.
fn form(ctx: &Ctx<'_>, text: &str) -> Result<Form, Fault> {
    match compile(ctx, text, Form::Script) {
        Ok(()) => Ok(Form::Script),
        Err(fault) if returns(&fault) => compile(ctx, text, Form::Body).map(|()| Form::Body),
        Err(fault) => Err(fault),
    }
}

fn compile(ctx: &Ctx<'_>, text: &str, form: Form) -> Result<(), Fault> {
    native::compile(ctx, &form.text(text), source::NAME).map_err(|error| fault::caught(ctx, &error, text, form))
}

/// A text that returns at its top level is no script; as the body of a function it may still be a program.
fn returns(fault: &Fault) -> bool {
    fault.class == "SyntaxError" && fault.message.starts_with("return not in a function")
}

fn settled<'js>(ctx: &Ctx<'js>, text: &str, form: Form) -> Result<Value<'js>, Fault> {
    evaluate(ctx, &form.text(text)).map_err(|error| match error {
        Error::WouldBlock => {
            fault::no_value("the program waits for a promise that is never kept: nothing here happens later by itself")
        }
        error => fault::caught(ctx, &error, text, form),
    })
}

/// Evaluates a script to its end: what it waits for, and what it gives back where that is a promise. A script that has no
/// word for waiting is evaluated at once, which takes a fifth less time.
fn evaluate<'js>(ctx: &Ctx<'js>, text: &str) -> Outcome<Value<'js>> {
    let mut options = EvalOptions::default();
    options.strict = false;
    options.promise = text.contains("await");
    options.filename = Some(source::NAME.to_owned());
    let mut value: Value<'js> = if options.promise {
        let promise: Promise<'js> = ctx.eval_with_options(text, options)?;
        let result: Object<'js> = promise.finish()?;
        result.get("value")?
    } else {
        ctx.eval_with_options(text, options)?
    };
    while let Some(promise) = value.as_promise().filter(|_| native::kind(&value) == Kind::Promise) {
        value = promise.finish()?;
    }
    Ok(value)
}

/// Puts the parameters where the program looks for them.
fn give(ctx: &Ctx<'_>, params: &[Parameter]) -> Outcome<()> {
    let object = Object::new(ctx.clone())?;
    for parameter in params {
        let name = Name::new(ctx, &parameter.name)?;
        native::define(&object, &name, values::received(ctx, &parameter.value)?)?;
    }
    native::define(&ctx.globals(), &Name::new(ctx, "params")?, object.into_value())
}

/// Why there is no value, as far as that can be seen.
fn nothing(ctx: &Ctx<'_>, form: Form) -> String {
    let main: Outcome<Value<'_>> = ctx.globals().get("main");
    match form {
        _ if main.is_ok_and(|main| main.is_function()) => {
            "the program defines `main` and ends in no value: call it last, and let it return the rows".to_owned()
        }
        Form::Body => "the program returns nothing on the way that it took: return the rows at its end".to_owned(),
        Form::Script => "the program ends in no value: let its last line be an expression, such as `rows`".to_owned(),
    }
}
