//! The template as values: resources by kind, and which resource a value speaks of.
//!
//! Architecture invariant: nothing is evaluated here. Rules compare what stands in the file; intrinsic
//! functions stay visible as `{"Ref": …}`, `{"Fn::GetAtt": …}`, `{"Fn::Sub": …}`.

use serde_json::{Map, Value, json};
use serde_yaml_ng::Value as Yaml;

/// The parsed template.
pub(super) struct Template {
    document: Value,
}

/// One resource of it.
#[derive(Clone, Copy)]
pub(super) struct Resource<'a> {
    pub(super) id: &'a str,
    declared: &'a Value,
}

/// What starts a function.
#[derive(Clone, Copy)]
pub(super) struct Event<'a> {
    pub(super) function: Resource<'a>,
    pub(super) name: &'a str,
    pub(super) properties: &'a Value,
}

impl Template {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let yaml: Yaml = serde_yaml_ng::from_str(text).map_err(|error| error.to_string())?;
        Ok(Self { document: plain(yaml)? })
    }

    /// All resources of `kind`, `AWS::SQS::Queue` for example.
    pub(super) fn resources(&self, kind: &str) -> Vec<Resource<'_>> {
        let declared = self.document["Resources"].as_object().into_iter().flatten();
        let resources = declared.map(|(id, declared)| Resource { id, declared });
        resources.filter(|resource| resource.declared["Type"] == kind).collect()
    }

    pub(super) fn resource(&self, id: &str) -> Option<Resource<'_>> {
        let (id, declared) = self.document["Resources"].as_object()?.get_key_value(id)?;
        Some(Resource { id, declared })
    }

    pub(super) fn functions(&self) -> Vec<Resource<'_>> {
        self.resources("AWS::Serverless::Function")
    }

    /// A function's own property, else what `Globals` says for all.
    pub(super) fn of_function<'a>(&'a self, function: Resource<'a>, property: &str) -> &'a Value {
        let own = function.property(property);
        if own.is_null() { &self.document["Globals"]["Function"][property] } else { own }
    }

    /// Everything that a function may do: the statements of its role.
    pub(super) fn statements(&self, function: Resource<'_>) -> Vec<&Value> {
        let roles = referred(function.property("Role")).into_iter().filter_map(|id| self.resource(id));
        let policies = roles.flat_map(|role| role.property("Policies").as_array().into_iter().flatten());
        policies.flat_map(|policy| list(&policy["PolicyDocument"]["Statement"])).collect()
    }

    /// Whether a function may do `action` to a resource.
    pub(super) fn may(&self, function: Resource<'_>, action: &str, id: &str) -> bool {
        self.statements(function).into_iter().any(|statement| {
            statement["Effect"] == "Allow"
                && strings(&statement["Action"]).contains(&action)
                && referred(&statement["Resource"]).contains(&id)
        })
    }

    /// All events of `kind` (`HttpApi`, `SQS`, `ScheduleV2`) of all functions.
    pub(super) fn events(&self, kind: &str) -> Vec<Event<'_>> {
        self.functions().into_iter().flat_map(|function| function.events(kind)).collect()
    }

    #[cfg(test)]
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Value)) {
        change(&mut self.document);
    }
}

impl<'a> Resource<'a> {
    /// A property; `null` where there is none.
    pub(super) fn property(&self, name: &str) -> &'a Value {
        &self.declared["Properties"][name]
    }

    /// All properties; nothing where there are none.
    pub(super) fn properties(&self) -> Option<&'a Value> {
        self.declared.get("Properties")
    }

    /// `DeletionPolicy` and its like, which stand beside the properties.
    pub(super) fn attribute(&self, name: &str) -> &'a Value {
        &self.declared[name]
    }

    /// The statements of a resource policy (of a queue, of a topic).
    pub(super) fn policy_statements(&self) -> Vec<&'a Value> {
        list(&self.property("PolicyDocument")["Statement"])
    }

    fn events(self, kind: &str) -> Vec<Event<'a>> {
        let events = self.property("Events").as_object().into_iter().flatten();
        let events = events.filter(|(_, event)| event["Type"] == kind);
        events.map(|(name, event)| Event { function: self, name, properties: &event["Properties"] }).collect()
    }
}

/// The resources (logical ids) that a value refers to, at any depth.
pub(super) fn referred(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(fields) => fields.iter().flat_map(|(name, value)| referred_by(name, value)).collect(),
        Value::Array(items) => items.iter().flat_map(referred).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn referred_by<'a>(name: &str, value: &'a Value) -> Vec<&'a str> {
    match (name, value) {
        ("Ref" | "Fn::GetAtt", Value::String(target)) => vec![before_dot(target)],
        ("Fn::GetAtt", Value::Array(parts)) => parts.first().and_then(Value::as_str).into_iter().collect(),
        ("Fn::Sub", Value::String(text)) => {
            let holes = text.split("${").skip(1).filter_map(|rest| rest.split('}').next());
            holes.map(before_dot).collect()
        }
        _ => referred(value),
    }
}

fn before_dot(target: &str) -> &str {
    target.split('.').next().unwrap_or(target)
}

/// All strings in a value, at any depth, names of fields not counted.
pub(super) fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(fields) => fields.values().flat_map(strings).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// One value or a list of them, as policies allow both.
pub(super) fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().collect(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => vec![value],
    }
}

/// YAML without tags: `!GetAtt X.Arn` becomes `{"Fn::GetAtt": "X.Arn"}`.
fn plain(yaml: Yaml) -> Result<Value, String> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(truth) => Value::Bool(truth),
        Yaml::Number(number) => serde_json::to_value(number).map_err(|error| error.to_string())?,
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(plain).collect::<Result<_, _>>()?),
        Yaml::Mapping(fields) => {
            let mut object = Map::new();
            for (name, value) in fields {
                let name = name.as_str().ok_or_else(|| format!("{name:?} is no name"))?.to_owned();
                object.insert(name, plain(value)?);
            }
            Value::Object(object)
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let name = match tag.trim_start_matches('!') {
                name @ ("Ref" | "Condition") => name.to_owned(),
                name => format!("Fn::{name}"),
            };
            json!({ name: plain(tagged.value)? })
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_in_every_spelling() {
        let template = Template::parse(
            "Resources:\n  A:\n    Type: T\n    Properties:\n      P: [!Ref B, !GetAtt C.Arn, {Fn::GetAtt: [D, Arn]}, \
             !Sub 'x${E.Arn}/${F}']\n",
        );
        let template = template.expect("YAML");
        assert_eq!(referred(template.resources("T")[0].property("P")), ["B", "C", "D", "E", "F"]);
    }

    #[test]
    fn a_name_that_stands_twice_is_refused() {
        assert!(Template::parse("Resources: {}\nResources: {}\n").is_err());
    }
}
