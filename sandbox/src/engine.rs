//! How guests are compiled. What is made at build time must fit what runs, so both ask here.

use wasmtime::{Config, Enabled, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, Result};

/// How guests are compiled: for every processor of the kind, and with nothing of WebAssembly that guests do not need.
pub fn config() -> Result<Config> {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .cranelift_opt_level(OptLevel::Speed)
        .memory_init_cow(true)
        .max_wasm_stack(WASM_STACK)
        .async_stack_size(WASM_STACK + HOST_STACK)
        .wasm_component_model(true)
        .wasm_multi_memory(false)
        .wasm_memory64(false)
        .wasm_relaxed_simd(false)
        .wasm_tail_call(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false);
    target(&mut config)?;
    Ok(config)
}

/// How deep a guest's calls may go, in bytes: some 1,700 levels of a program's functions, 450 where each is called back by
/// `map` or `reduce`. Programs recurse over trees of resources. Twice the stack that the guest has in its own memory.
const WASM_STACK: usize = 1024 * 1024;
/// What host functions have on top of that. Queries are planned and run on tasks of their own.
const HOST_STACK: usize = 1024 * 1024;

/// A named target knows no feature of the processor that compiles; the ones of the second level of x86-64 (2009) make
/// rounding and counting bits one instruction each.
#[cfg(target_arch = "x86_64")]
fn target(config: &mut Config) -> Result<()> {
    config.target(env!("NEPH_TARGET"))?;
    for feature in ["has_sse3", "has_ssse3", "has_sse41", "has_sse42", "has_popcnt"] {
        // SAFETY is wasmtime's: a processor without one of them is refused when the guest is loaded.
        #[expect(unsafe_code, reason = "names a processor's feature; checked by wasmtime when the code is loaded")]
        unsafe {
            config.cranelift_flag_enable(feature);
        }
    }
    Ok(())
}

#[cfg(not(target_arch = "x86_64"))]
fn target(config: &mut Config) -> Result<()> {
    config.target(env!("NEPH_TARGET"))?;
    Ok(())
}

/// A pool of so many instances, each with so much memory at most, and some more: a run gives its place to the next a moment
/// before what it had of the pool is free again.
pub(crate) fn pool(runs_at_once: u32, memory_bytes: usize) -> InstanceAllocationStrategy {
    let instances = runs_at_once.saturating_add(runs_at_once.div_ceil(4));
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(instances)
        .total_core_instances(instances * CORE_INSTANCES)
        .total_memories(instances * MEMORIES)
        .total_tables(instances * TABLES)
        .total_stacks(instances)
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(MEMORIES)
        .max_tables_per_component(TABLES)
        .max_memory_size(memory_bytes)
        .table_elements(TABLE_ELEMENTS)
        .max_component_instance_size(1024 * 1024)
        .max_core_instance_size(1024 * 1024)
        // What a small program dirties stays mapped and is set back by copying, which is faster than asking for new
        // pages; the rest goes back to the system.
        .linear_memory_keep_resident(KEPT_MEMORY)
        .table_keep_resident(TABLE_ELEMENTS * 8)
        .async_stack_keep_resident(64 * 1024)
        // An advisory: dirty pages that were swapped out could survive into the next instance.
        .pagemap_scan(Enabled::No);
    InstanceAllocationStrategy::Pooling(pool)
}

/// Core instances in one component: an interpreter, its libraries and the adapters around them. One of Python has 38.
const CORE_INSTANCES: u32 = 48;
/// Linear memories in one component.
const MEMORIES: u32 = 2;
/// Tables in one component.
const TABLES: u32 = 8;
/// Functions that a table can name. QuickJS has some 2,500.
pub(crate) const TABLE_ELEMENTS: usize = 20_000;
/// What of an instance's memory stays mapped between runs, counted from its beginning: the interpreter's stack (512 KiB),
/// its data and its prepared heap (340 KiB), and some for what a program makes. A page that has to be mapped anew costs as
/// much as setting back twenty.
const KEPT_MEMORY: usize = 1024 * 1024;
