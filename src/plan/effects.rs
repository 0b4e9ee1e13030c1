//! What a call of a change brings about: the plan says it before anything is done, and apply only writes it down.

use super::change::{Call, Change, StateEffect};
use crate::ledger::Effect;
use crate::model::{Backup, Live};

impl Change {
    /// What is true once a call of the change has taken effect on the application as it was read right before it.
    pub fn effects(&self, call: Call, live: Option<&Live>) -> Vec<Effect> {
        let gives = self.expects.as_ref().and_then(|expects| expects.gives.as_ref());
        let kept = gives.zip(live).map(|(gives, live)| gives.effect(live));
        match (call, self.backup_for(live), &self.record) {
            (Call::Delete, Some(backup), _) => {
                self.offered(&backup).into_iter().chain(kept).collect()
            }
            (Call::Delete, None, StateEffect::Drop { .. }) => {
                vec![Effect::Forget { address: self.address.clone() }]
            }
            (Call::Delete, None, StateEffect::Keep(_) | StateEffect::Nothing) => Vec::new(),
            (Call::Read, ..) => Vec::new(),
            (Call::Create | Call::Update | Call::Nothing, ..) => {
                let withdrawn = self.withdraws.iter().map(|id| Effect::Withdraw { id: id.clone() });
                // Before the record: it is by the record of its address that an application is known which is served already.
                let kept = kept.filter(|_| call == Call::Update);
                let kept = kept.into_iter().chain(self.moved());
                kept.chain(self.recorded()).chain(withdrawn).collect()
            }
        }
    }

    /// What is true once the application at this change's address is gone and another is offered: before its replacement is created, and
    /// again when the replacement was taken back.
    pub(super) fn offered(&self, backup: &Backup) -> Vec<Effect> {
        let gone = backup.addresses.iter().cloned().map(|address| Effect::Forget { address });
        gone.chain([Effect::Offer { backup: Box::new(backup.clone()) }]).collect()
    }

    /// What is true once what was deleted for a replacement is created again.
    pub(super) fn restored(&self, backup: &Backup) -> Vec<Effect> {
        let template = backup.recorded.as_ref().map(|recorded| Box::new(recorded.template()));
        let address = self.address.clone();
        let recorded = template.map(|template| Effect::Record { address, template });
        recorded.into_iter().chain([Effect::Withdraw { id: backup.id.clone() }]).collect()
    }

    fn moved(&self) -> Option<Effect> {
        let from = self.from.clone().filter(|_| self.vacates)?;
        let to = self.address.clone();
        Some(if self.displaces { Effect::Swap { from, to } } else { Effect::Move { from, to } })
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
