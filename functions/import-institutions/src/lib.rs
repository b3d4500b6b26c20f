//! `import-institutions`: reads the file of an import, tells what is wrong with its rows, and takes them in.
//!
//! Woken by the queue `import`, and by a schedule that goes on with what was broken off.
//!
//! Architecture invariant: whatever it writes names the import, and is seen only from the transaction on that makes the
//! import the list of its desks. So a run that is broken off, comes twice or meets another does no harm: the version of
//! the import lets one of two go on, from the rows that are written already.

mod check;
mod file;
mod write;

use shared::{
    domain::{
        ids::ImportId,
        institution::CodeRules,
        registry::{Import, ImportState},
    },
    queue::ImportWaits,
    runtime::{BoxError, Clock, ConfigError, Environment, Lambda, Message},
    store::{CommitError, Store, StoreError},
};

#[derive(Clone)]
struct App {
    store: Store,
    clock: Clock,
    rules: CodeRules,
}

pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let app = App {
        store: Store::of(environment)?,
        clock: environment.clock.clone(),
        rules: environment.config.code_rules()?,
    };
    Ok(Lambda::on_messages_and_schedule(app, App::hear, App::sweep))
}

impl App {
    async fn hear(self, message: Message) -> Result<(), BoxError> {
        let id = ImportWaits::parse(&message.body).ok_or("the message names no import")?;
        self.go_on(&id).await
    }

    async fn sweep(self) -> Result<(), BoxError> {
        for import in self.store.list_imports_at_work().await? {
            self.go_on(&import.id).await?;
        }
        Ok(())
    }

    async fn go_on(&self, id: &ImportId) -> Result<(), BoxError> {
        let Some(import) = self.store.load_import(id).await? else { return Ok(()) };
        match import.state {
            ImportState::Checking { .. } => self.check(import).await,
            ImportState::Writing { done } => self.write(import, done).await,
            // A run was broken off after the lists changed.
            ImportState::Active { .. } => self.clear(&import).await,
            ImportState::Uploading
            | ImportState::Unreadable { .. }
            | ImportState::Refused
            | ImportState::Unchanged
            | ImportState::Ready
            | ImportState::Overtaken
            | ImportState::Discarded { .. } => Ok(()),
        }
    }

    /// The whole file; `None` if a part of it is missing or is not as long as it must be.
    async fn load_file(&self, import: &Import) -> Result<Option<Vec<u8>>, StoreError> {
        let mut bytes = Vec::with_capacity(import.bytes.try_into().unwrap_or_default());
        for part in 0..import.parts() {
            let Some(loaded) = self.store.load_part(&import.id, part).await? else { return Ok(None) };
            if u32::try_from(loaded.len()).ok() != import.part_bytes(part) {
                return Ok(None);
            }
            bytes.extend(loaded);
        }
        Ok(Some(bytes))
    }

    /// Commits the next state; `None` if somebody else has the import in hand: it is theirs.
    async fn commit(&self, next: Import) -> Result<Option<Import>, StoreError> {
        match self.store.commit_import(&next).await {
            Ok(()) => Ok(Some(next)),
            Err(CommitError::Lost(_)) => Ok(None),
            Err(CommitError::Store(error)) => Err(error),
        }
    }
}
