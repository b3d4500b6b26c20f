//! Which program stands behind which function of the template, and the environment that each one gets.
//!
//! Architecture invariant: the template and this table name the same functions, or the stack does not
//! start.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use shared::runtime::{Clock, Config, ConfigError, Entropy, Environment, Lambda};

use crate::{
    blueprint::{Blueprint, FunctionSpec, REGION},
    crash::Crashes,
    function::{Function, Functions, Running},
    wire::ADMINISTRATOR,
};

type Build = Arc<dyn Fn(&Environment) -> Result<Lambda, ConfigError> + Send + Sync>;

/// Function name → program.
#[derive(Clone)]
pub struct Registry(BTreeMap<String, Build>);

/// Why the functions of the template cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    #[error(
        "the template and the programs do not agree: {} {}",
        named("functions without a program:", .without_program),
        named("programs without a function in the template:", .without_function)
    )]
    Disagree { without_program: Vec<String>, without_function: Vec<String> },
    #[error("the function {function} cannot start: {error}")]
    Configuration { function: String, error: ConfigError },
}

/// What all functions of one stack share.
pub(crate) struct Surroundings {
    /// Where the wire listens, such as `http://127.0.0.1:4566`.
    pub(crate) endpoint: String,
    pub(crate) clock: Clock,
    pub(crate) entropy: Entropy,
    pub(crate) running: Running,
    pub(crate) crashes: Crashes,
}

impl Registry {
    /// No programs.
    pub fn empty() -> Self {
        Self(BTreeMap::new())
    }

    /// With `build` as the program of `function`.
    #[must_use]
    pub fn with<B>(mut self, function: &str, build: B) -> Self
    where
        B: Fn(&Environment) -> Result<Lambda, ConfigError> + Send + Sync + 'static,
    {
        self.0.insert(function.to_owned(), Arc::new(build));
        self
    }

    /// Starts every function of the blueprint.
    pub(crate) fn start(
        &self,
        blueprint: &Blueprint,
        surroundings: &Surroundings,
    ) -> Result<Functions, RegistryError> {
        self.agree(blueprint)?;
        let start = |spec: &FunctionSpec| {
            let environment = surroundings.environment(&spec.name, spec.environment.clone());
            let build = &self.0[&spec.name];
            let lambda = build(&environment)
                .map_err(|error| RegistryError::Configuration { function: spec.name.clone(), error })?;
            let limit = Duration::from_secs(spec.timeout_seconds.into());
            let function = Function::new(
                &spec.name,
                lambda,
                environment,
                limit,
                surroundings.running.clone(),
                surroundings.crashes.clone(),
            );
            Ok((spec.name.clone(), Arc::new(function)))
        };
        blueprint.functions.iter().map(start).collect()
    }

    fn agree(&self, blueprint: &Blueprint) -> Result<(), RegistryError> {
        let names = || blueprint.functions.iter().map(|function| function.name.clone());
        let without_program: Vec<String> = names().filter(|name| !self.0.contains_key(name)).collect();
        let without_function: Vec<String> =
            self.0.keys().filter(|name| blueprint.function(name).is_none()).cloned().collect();
        if without_program.is_empty() && without_function.is_empty() {
            Ok(())
        } else {
            Err(RegistryError::Disagree { without_program, without_function })
        }
    }
}

impl Surroundings {
    /// The environment of one caller, as Lambda would set it. The access key id tells the wire who calls.
    fn environment(&self, caller: &str, mut variables: BTreeMap<String, String>) -> Environment {
        variables.extend([
            ("AWS_REGION".into(), REGION.into()),
            ("AWS_ACCESS_KEY_ID".into(), caller.into()),
            ("AWS_SECRET_ACCESS_KEY".into(), "local".into()),
            ("AWS_LAMBDA_FUNCTION_NAME".into(), caller.into()),
            // One machine does everything here, perhaps a busy one: slow is not gone.
            ("CALL_TIMEOUT_MS".into(), "30000".into()),
            ("AWS_ENDPOINT_URL_DYNAMODB".into(), self.endpoint.clone()),
            ("AWS_ENDPOINT_URL_SESV2".into(), self.endpoint.clone()),
            ("AWS_ENDPOINT_URL_SQS".into(), self.endpoint.clone()),
        ]);
        Environment::new(Config::new(variables), self.clock.clone(), self.entropy.clone())
    }

    /// All settings of all functions at once, and every permission: for demo rows, pages and tests.
    pub(crate) fn administrator(&self, blueprint: &Blueprint) -> Environment {
        let variables = blueprint.functions.iter().flat_map(|function| function.environment.clone());
        self.environment(ADMINISTRATOR, variables.collect())
    }
}

fn named(what: &str, names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("{what} {}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blueprint(functions: &[&str]) -> Blueprint {
        let spec = |name: &&str| FunctionSpec {
            name: (*name).to_owned(),
            logical_id: (*name).to_owned(),
            environment: BTreeMap::from([("ORIGIN".to_owned(), "http://127.0.0.1:3000".to_owned())]),
            timeout_seconds: 10,
            statements: Vec::new(),
            triggers: Vec::new(),
        };
        Blueprint {
            functions: functions.iter().map(spec).collect(),
            tables: Vec::new(),
            queues: Vec::new(),
            configuration_sets: Vec::new(),
            topics: Vec::new(),
            subscriptions: Vec::new(),
            identities: Vec::new(),
        }
    }

    fn surroundings() -> Surroundings {
        Surroundings {
            endpoint: "http://127.0.0.1:9".into(),
            clock: Clock::system(),
            entropy: Entropy::system(),
            running: Running::new(),
            crashes: Crashes::new(),
        }
    }

    fn idle(environment: &Environment) -> Result<Lambda, ConfigError> {
        environment.config.text("AWS_REGION")?;
        Ok(Lambda::events(|_| async { Ok(Vec::new()) }))
    }

    #[test]
    fn a_difference_between_template_and_programs_is_named_both_ways() {
        let registry = Registry::empty().with("site", idle).with("forgotten", idle);
        let Err(refused) = registry.start(&blueprint(&["site", "track"]), &surroundings()) else {
            panic!("it started");
        };
        assert_eq!(
            refused.to_string(),
            "the template and the programs do not agree: functions without a program: track \
             programs without a function in the template: forgotten"
        );
    }

    #[test]
    fn a_function_gets_its_own_settings_and_its_name_as_access_key() {
        let registry = Registry::empty().with("site", |environment| {
            assert_eq!(environment.config.text("ORIGIN")?, "http://127.0.0.1:3000");
            assert_eq!(environment.config.text("AWS_ACCESS_KEY_ID")?, "site");
            assert_eq!(environment.config.text("AWS_ENDPOINT_URL_SQS")?, "http://127.0.0.1:9");
            idle(environment)
        });
        let functions = registry.start(&blueprint(&["site"]), &surroundings()).unwrap();
        assert!(functions.contains_key("site"));
    }

    #[test]
    fn a_missing_setting_names_function_and_setting() {
        let registry = Registry::empty().with("site", |environment| {
            environment.config.text("PEPPER")?;
            idle(environment)
        });
        let Err(refused) = registry.start(&blueprint(&["site"]), &surroundings()) else {
            panic!("it started");
        };
        assert_eq!(refused.to_string(), "the function site cannot start: the setting PEPPER is missing");
    }
}
