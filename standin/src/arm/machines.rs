//! Where each virtual machine of an estate stands, by its id.

use crate::estate::Estate;
use crate::estate::azure::VirtualMachine;
use std::collections::HashMap;

/// Where each virtual machine stands, by its id in lower case.
#[derive(Debug, Default)]
pub(crate) struct Machines(HashMap<String, Place>);

#[derive(Debug, Clone, Copy)]
enum Place {
    Alone { subscription: usize, machine: usize },
    InSet { subscription: usize, set: usize, instance: usize },
}

impl Machines {
    pub(crate) fn of(estate: &Estate) -> Self {
        let mut places = HashMap::new();
        for (subscription, found) in estate.subscriptions.iter().enumerate() {
            for (machine, vm) in found.virtual_machines.iter().enumerate() {
                places.insert(vm.resource.id.to_ascii_lowercase(), Place::Alone { subscription, machine });
            }
            for (set, scale_set) in found.scale_sets.iter().enumerate() {
                for (instance, one) in scale_set.instances.iter().enumerate() {
                    let id = one.machine.resource.id.to_ascii_lowercase();
                    places.insert(id, Place::InSet { subscription, set, instance });
                }
            }
        }
        Self(places)
    }

    /// The machine of an id, in any case, of the estate that this was made of.
    pub(super) fn get<'a>(&self, estate: &'a Estate, id: &str) -> Option<&'a VirtualMachine> {
        Some(match *self.0.get(&id.to_ascii_lowercase())? {
            Place::Alone { subscription, machine } => &estate.subscriptions[subscription].virtual_machines[machine],
            Place::InSet { subscription, set, instance } => {
                &estate.subscriptions[subscription].scale_sets[set].instances[instance].machine
            }
        })
    }
}
