//! Prepares a guest before it is shipped: runs its `init`, keeps what that leaves in memory as what every run begins
//! with, puts that into one piece, and compiles the result for the engine that the sandbox has. `cargo xtask guest` calls it:
//! `prepare GUEST.wasm FOLDER` writes `program.wasm` and `program.cwasm`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use wasm_encoder::reencode::{self, Reencode, ReencodeComponent};
use wasm_encoder::{ConstExpr, DataSection};
use wasmparser::{DataKind, DataSectionReader, Operator};
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{
    Component, ComponentExportIndex, Instance, Lift, Linker, LinkerInstance, ResourceTable, ResourceType, WasmList,
};
use wasmtime::error::Context;
use wasmtime::{Engine, Result, Store, bail};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wizer::{ComponentInstanceState, Wizer};

/// What a guest's own imports are called, apart from what its toolchain asks for.
const OURS: &str = "nephoscope:guest/";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(guest), Some(folder), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        bail!("usage: prepare GUEST.wasm FOLDER");
    };
    let (guest, folder) = (PathBuf::from(guest), PathBuf::from(folder));
    let wasm = fs::read(&guest).with_context(|| format!("`{}` could not be read", guest.display()))?;
    let engine = Engine::new(&sandbox::engine::config()?)?;
    let prepared = prepare(&engine, &wasm).await.context("the guest could not be prepared")?;
    let prepared = merged(&prepared).context("the guest's memory could not be put into one piece")?;
    let compiled = engine.precompile_component(&prepared).context("the guest could not be compiled")?;
    fs::create_dir_all(&folder).with_context(|| format!("`{}` could not be made", folder.display()))?;
    write(&folder.join("program.wasm"), &prepared)?;
    write(&folder.join("program.cwasm"), &compiled)
}

async fn prepare(engine: &Engine, wasm: &[u8]) -> Result<Vec<u8>> {
    let mut wizer = Wizer::new();
    // Without its `init` the component would no longer be the one that its types describe.
    wizer.init_func("init").keep_init_func(true);
    let (context, instrumented) = wizer.instrument_component(wasm)?;
    let component = Component::new(engine, &instrumented)?;
    let linker = linker(engine, &component)?;
    let mut store = Store::new(engine, Empty::default());
    store.set_epoch_deadline(1);
    let instance = linker.instantiate_async(&mut store, &component).await?;
    let init = instance.get_typed_func::<(), ()>(&mut store, "init")?;
    init.call_async(&mut store, ()).await.context("its `init` did not end well")?;
    wizer.snapshot_component(&context, &mut Initialised { store, instance }).await
}

/// WASI for the toolchain; behind our own imports there is nothing yet, and whoever calls one is stopped.
fn linker(engine: &Engine, component: &Component) -> Result<Linker<Empty>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    for (name, import) in component.component_type().imports(engine) {
        let ComponentItem::ComponentInstance(interface) = import.ty else { continue };
        if name.starts_with(OURS) {
            let mut instance = linker.instance(name)?;
            for (name, item) in interface.exports(engine) {
                stop(&mut instance, name, &item.ty)?;
            }
        }
    }
    Ok(linker)
}

fn stop(instance: &mut LinkerInstance<'_, Empty>, name: &str, item: &ComponentItem) -> Result<()> {
    match item {
        ComponentItem::ComponentFunc(_) => {
            let called = name.to_owned();
            instance.func_new(name, move |_, _, _, _| bail!("`{called}` is not there while a guest is prepared"))?;
        }
        ComponentItem::Resource(_) => instance.resource(name, ResourceType::host::<()>(), |_, _| Ok(()))?,
        _ => {}
    }
    Ok(())
}

/// The state of a guest with nothing behind it.
#[derive(Default)]
struct Empty {
    table: ResourceTable,
    wasi: WasiCtx,
}

impl WasiView for Empty {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// A guest after its `init`, for the snapshot to look into.
struct Initialised {
    store: Store<Empty>,
    instance: Instance,
}

impl Initialised {
    /// Calls a function that the instrumentation has put there. The library's trait knows no failure, and nothing of
    /// the snapshot is of use without each of them.
    async fn call<R: Lift + Send + Sync + 'static>(&mut self, instance: &str, function: &str) -> R {
        let found: Result<R> = async {
            let index = self.export(None, instance)?;
            let index = self.export(Some(&index), function)?;
            let function = self.instance.get_typed_func::<(), (R,)>(&mut self.store, index)?;
            Ok(function.call_async(&mut self.store, ()).await?.0)
        }
        .await;
        found.unwrap_or_else(|error| panic!("`{instance}#{function}` of the guest's state: {error:#}"))
    }

    fn export(&mut self, parent: Option<&ComponentExportIndex>, name: &str) -> Result<ComponentExportIndex> {
        let found = self.instance.get_export(&mut self.store, parent, name);
        Ok(found.with_context(|| format!("there is no `{name}`"))?.1)
    }
}

impl ComponentInstanceState for Initialised {
    async fn call_func_ret_list_u8(&mut self, instance: &str, func: &str, contents: impl FnOnce(&[u8]) + Send) {
        let bytes: WasmList<u8> = self.call(instance, func).await;
        contents(bytes.as_le_slice(&self.store));
    }

    async fn call_func_ret_s32(&mut self, instance: &str, func: &str) -> i32 {
        self.call(instance, func).await
    }

    async fn call_func_ret_s64(&mut self, instance: &str, func: &str) -> i64 {
        self.call(instance, func).await
    }

    async fn call_func_ret_f32(&mut self, instance: &str, func: &str) -> u32 {
        self.call::<f32>(instance, func).await.to_bits()
    }

    async fn call_func_ret_f64(&mut self, instance: &str, func: &str) -> u64 {
        self.call::<f64>(instance, func).await.to_bits()
    }
}

/// The same component, with what each module's memory begins with in one piece. The snapshot leaves out every run of
/// zeros, and thousands of small pieces remain: each costs time whenever an instance is made, though none is copied then.
fn merged(component: &[u8]) -> Result<Vec<u8>> {
    let mut whole = wasm_encoder::Component::new();
    match Merge.parse_component(&mut whole, wasmparser::Parser::new(0), component) {
        Ok(()) => Ok(whole.finish()),
        Err(reencode::Error::UserError(error)) => Err(error),
        Err(error) => bail!("{error}"),
    }
}

struct Merge;

impl Reencode for Merge {
    type Error = wasmtime::Error;

    fn data_count(&mut self, count: u32) -> Result<u32, reencode::Error<Self::Error>> {
        Ok(count.min(1))
    }

    fn parse_data_section(
        &mut self,
        data: &mut DataSection,
        section: DataSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        let mut pieces = Vec::new();
        for piece in section {
            let piece = piece?;
            match piece.kind {
                DataKind::Active { memory_index: 0, offset_expr } => {
                    let place = place(&offset_expr).map_err(reencode::Error::UserError)?;
                    pieces.push((place, piece.data));
                }
                // What the snapshot has taken in and left behind, empty.
                DataKind::Passive if piece.data.is_empty() => {}
                _ => return Err(reencode::Error::UserError(wasmtime::format_err!("it has data of another kind"))),
            }
        }
        // A module without memory has none.
        let Some(start) = pieces.iter().map(|(place, _)| *place).min() else { return Ok(()) };
        let end = pieces.iter().map(|(place, bytes)| place + bytes.len()).max().unwrap_or_default();
        let mut whole = vec![0; end - start];
        for (place, bytes) in pieces {
            whole[place - start..][..bytes.len()].copy_from_slice(bytes);
        }
        let start = u32::try_from(start).unwrap_or(u32::MAX).cast_signed();
        data.active(0, &ConstExpr::i32_const(start), whole);
        Ok(())
    }
}

impl ReencodeComponent for Merge {}

/// Where in memory a piece of data belongs.
fn place(offset: &wasmparser::ConstExpr<'_>) -> Result<usize> {
    match offset.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value.cast_unsigned() as usize),
        other => bail!("a place in its memory is not known beforehand: {other:?}"),
    }
}

/// Whole or not at all: a build may look for it at any moment.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut half = OsString::from(path);
    half.push(".half");
    fs::write(&half, bytes).with_context(|| format!("`{}` could not be written", path.display()))?;
    fs::rename(&half, path).with_context(|| format!("`{}` could not be put in its place", path.display()))
}
