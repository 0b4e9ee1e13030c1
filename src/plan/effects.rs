//! What a call of a change brings about: the plan says it before anything is done, and apply only writes it down.

use super::change::{Call, Change, StateEffect, Work};
use crate::ledger::Effect;
use crate::model::Backup;

impl Change {
    /// What is true once a call of the change has taken effect, made with this work.
    pub fn effects(&self, call: Call, work: &Work) -> Vec<Effect> {
        match (call, work) {
            (Call::Delete, Work::Replace { former, .. }) => self.offered(&self.backup(former)),
            (Call::Delete, _) if self.backup.is_some() => {
                self.backup.iter().flat_map(|backup| self.offered(backup)).collect()
            }
            (Call::Delete, _) => match self.record {
                StateEffect::Drop { .. } => vec![Effect::Forget { address: self.address.clone() }],
                StateEffect::Keep(_) | StateEffect::Nothing => Vec::new(),
            },
            (Call::Create | Call::Update | Call::Nothing, _) => {
                let withdrawn = self.withdraws.iter().map(|id| Effect::Withdraw { id: id.clone() });
                self.moved().into_iter().chain(self.recorded()).chain(withdrawn).collect()
            }
        }
    }

    /// What is deleted for a replacement is kept, under each address that it may be asked for by.
    pub fn backup(&self, former: &Backup) -> Backup {
        let addresses = [&self.address].into_iter().chain(&self.from).cloned().collect();
        Backup { addresses, ..former.clone() }
    }

    /// What is true once the application at this change's address is gone and another is offered: before its replacement is created, and
    /// again when the replacement was taken back.
    pub fn offered(&self, backup: &Backup) -> Vec<Effect> {
        let gone = backup.addresses.iter().cloned().map(|address| Effect::Forget { address });
        gone.chain([Effect::Offer { backup: Box::new(backup.clone()) }]).collect()
    }

    /// What is true once what was deleted for a replacement is created again.
    pub fn restored(&self, backup: &Backup) -> Vec<Effect> {
        let template = backup.recorded.as_ref().map(|recorded| Box::new(recorded.template()));
        let address = self.address.clone();
        let recorded = template.map(|template| Effect::Record { address, template });
        recorded.into_iter().chain([Effect::Withdraw { id: backup.id.clone() }]).collect()
    }

    fn moved(&self) -> Option<Effect> {
        let from = self.from.clone().filter(|_| self.vacates)?;
        Some(Effect::Move { from, to: self.address.clone() })
    }

    fn recorded(&self) -> Option<Effect> {
        let address = self.address.clone();
        match &self.record {
            StateEffect::Keep(template) => {
                Some(Effect::Record { address, template: template.clone() })
            }
            StateEffect::Drop { released: true } => Some(Effect::Release { address }),
            StateEffect::Drop { released: false } => Some(Effect::Forget { address }),
            StateEffect::Nothing => None,
        }
    }
}
