//! Plugins: components of strangers', scanners and sources. Loading, asking them what they are, and running them.

mod circuit;
mod contract;
pub mod described;
mod filled;
pub mod handed;
pub mod job;
pub mod limits;
pub mod outbound;
mod run;
pub mod source;

use crate::bindings::scanner::ScannerPre;
use crate::bindings::source::SourcePre;
use crate::run::{LoadError, Sandbox};
use crate::state::{State, seed};
use std::fmt;
use wasmtime::component::Component;

/// What a plugin is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum World {
    /// It reads tables and hands over findings.
    Scanner,
    /// It fills tables.
    Source,
}

impl World {
    /// The word in manifests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scanner => "scanner",
            Self::Source => "source",
        }
    }
}

/// A plugin that is ready to run. Clones share it; every run has an instance of its own.
#[derive(Clone)]
pub struct Plugin {
    sandbox: Sandbox,
    pre: Pre,
    /// What chance begins with in each of its runs.
    seed: u64,
}

#[derive(Clone)]
enum Pre {
    Scanner(ScannerPre<State>),
    Source(SourcePre<State>),
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin").field("world", &self.world()).finish_non_exhaustive()
    }
}

impl Plugin {
    /// What it is for.
    pub fn world(&self) -> World {
        match self.pre {
            Pre::Scanner(_) => World::Scanner,
            Pre::Source(_) => World::Source,
        }
    }

    /// Whether its component could make requests at all. One that cannot imports no such interface.
    pub fn imports_http(&self) -> bool {
        let component = match &self.pre {
            Pre::Scanner(pre) => pre.instance_pre().component(),
            Pre::Source(pre) => pre.instance_pre().component(),
        };
        let component_type = component.component_type();
        component_type.imports(self.sandbox.engine()).any(|(name, _)| name.starts_with("nephoscope:guest/http@"))
    }
}

impl Sandbox {
    /// A plugin of this world, from its component. Compiles it, which may take as long and as much memory as a hostile
    /// component likes: outside of tests, [`compile`](crate::compile) does that in a process of its own.
    pub fn plugin(&self, component: &[u8], world: World) -> Result<Plugin, LoadError> {
        let seed = seed(component);
        let component = Component::from_binary(self.engine(), component).map_err(|e| broken(&e))?;
        self.linked(&component, world, seed)
    }

    /// A plugin of this world, from what [`compile`](crate::compile) made of its component.
    ///
    /// `compiled` is machine code, which runs as it is: it must come from `compile` in this very program, and nobody may
    /// have changed it since. Whoever keeps it in a file keeps its hash somewhere else, and compares them before this.
    pub fn compiled_plugin(&self, component: &[u8], compiled: &[u8], world: World) -> Result<Plugin, LoadError> {
        // SAFETY: the caller vouches for the bytes, as above; version and configuration are checked by `deserialize`.
        #[expect(unsafe_code, reason = "loads machine code that this program made")]
        let loaded = unsafe { Component::deserialize(self.engine(), compiled) }.map_err(|e| broken(&e))?;
        self.linked(&loaded, world, seed(component))
    }

    /// Checks that it imports only what the world has, and exports what the world asks for.
    fn linked(&self, component: &Component, world: World, seed: u64) -> Result<Plugin, LoadError> {
        // Said before linking, which only knows that something is not there.
        if let Some(version) = contract::other(component, self.engine()) {
            return Err(LoadError::Component { message: contract::why_not(&version) });
        }
        let pre = match world {
            World::Scanner => self.scanners().instantiate_pre(component).and_then(ScannerPre::new).map(Pre::Scanner),
            World::Source => self.sources().instantiate_pre(component).and_then(SourcePre::new).map(Pre::Source),
        };
        Ok(Plugin { sandbox: self.clone(), pre: pre.map_err(|e| broken(&e))?, seed })
    }
}

fn broken(error: &wasmtime::Error) -> LoadError {
    LoadError::Component { message: format!("{error:#}") }
}
