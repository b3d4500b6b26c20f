//! The intrinsic functions of a template, evaluated.
//!
//! Architecture invariant: a function, a reference or a secret that cannot be resolved is an error; no
//! placeholder ever reaches a function's environment.

use serde_json::{Map, Value};

use super::{
    identity,
    place::{ACCOUNT, Place, REGION},
};

/// Deeper than any template nests: past this something refers to itself.
const DEEPEST: usize = 40;

/// A whole template with the place that it is deployed to.
pub(super) struct Resolver<'a> {
    document: &'a Map<String, Value>,
    place: &'a Place<'a>,
}

/// A resolved value; `None` is `AWS::NoValue`, which removes the property.
type Resolved = Result<Option<Value>, String>;

impl<'a> Resolver<'a> {
    pub(super) fn new(document: &'a Map<String, Value>, place: &'a Place<'a>) -> Self {
        Self { document, place }
    }

    pub(super) fn document(&self) -> &'a Map<String, Value> {
        self.document
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.place.endpoint
    }

    pub(super) fn resolve(&self, value: &Value) -> Resolved {
        self.at_depth(value, 0)
    }

    /// Whether a condition of the section `Conditions` holds.
    pub(super) fn condition(&self, name: &str, depth: usize) -> Result<bool, String> {
        let condition = (self.document.get("Conditions").and_then(|conditions| conditions.get(name)))
            .ok_or_else(|| format!("there is no condition {name}"))?;
        match self.at_depth(condition, depth + 1)? {
            Some(Value::Bool(holds)) => Ok(holds),
            _ => Err(format!("the condition {name} is neither true nor false")),
        }
    }

    /// A resource that exists in this deployment: in the template, and its condition (if any) holds.
    pub(super) fn resource(
        &self,
        logical_id: &str,
        depth: usize,
    ) -> Result<Option<&'a Map<String, Value>>, String> {
        let Some(resource) = (self.document.get("Resources"))
            .and_then(|resources| resources.get(logical_id))
            .and_then(Value::as_object)
        else {
            return Ok(None);
        };
        let exists = match resource.get("Condition").and_then(Value::as_str) {
            Some(condition) => self.condition(condition, depth)?,
            None => true,
        };
        Ok(exists.then_some(resource))
    }

    pub(super) fn at_depth(&self, value: &Value, depth: usize) -> Resolved {
        if depth > DEEPEST {
            return Err("it refers to itself".to_owned());
        }
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(Some(value.clone())),
            Value::String(text) => Ok(Some(Value::String(self.with_secrets(text)?))),
            Value::Array(items) => {
                let items = items.iter().filter_map(|item| self.at_depth(item, depth + 1).transpose());
                Ok(Some(Value::Array(items.collect::<Result<_, _>>()?)))
            }
            Value::Object(fields) => match single(fields) {
                Some((name, argument)) => self.intrinsic(name, argument, depth + 1),
                None => self.object(fields, depth + 1),
            },
        }
    }

    fn object(&self, fields: &Map<String, Value>, depth: usize) -> Resolved {
        let mut resolved = Map::new();
        for (name, value) in fields {
            if let Some(value) = self.at_depth(value, depth)? {
                resolved.insert(name.clone(), value);
            }
        }
        Ok(Some(Value::Object(resolved)))
    }

    fn intrinsic(&self, name: &str, argument: &Value, depth: usize) -> Resolved {
        match name {
            "Ref" => self.reference(argument.as_str().ok_or("Ref takes a name")?, depth),
            "Fn::GetAtt" => self.attribute(argument, depth).map(Some),
            "Fn::Sub" => self.substitute(argument, depth).map(Some),
            "Fn::Join" => self.join(argument, depth).map(Some),
            "Fn::Split" => self.split(argument, depth).map(Some),
            "Fn::Select" => self.select(argument, depth).map(Some),
            "Fn::FindInMap" => self.find_in_map(argument, depth).map(Some),
            "Fn::If" => self.choose(argument, depth),
            "Fn::Equals" => {
                let sides = self.list(argument, depth)?;
                let [left, right] = sides.as_slice() else {
                    return Err("Fn::Equals takes two values".to_owned());
                };
                Ok(Some(Value::Bool(scalar(left)? == scalar(right)?)))
            }
            "Fn::Not" => Ok(Some(Value::Bool(!self.truths(argument, depth)?.iter().all(|&truth| truth)))),
            "Fn::And" => Ok(Some(Value::Bool(self.truths(argument, depth)?.iter().all(|&truth| truth)))),
            "Fn::Or" => Ok(Some(Value::Bool(self.truths(argument, depth)?.iter().any(|&truth| truth)))),
            "Condition" => {
                let name = argument.as_str().ok_or("Condition takes a name")?;
                Ok(Some(Value::Bool(self.condition(name, depth)?)))
            }
            _ => Err(format!("the function {name} is not understood")),
        }
    }

    /// `!Ref`: a pseudo parameter, a parameter, or what AWS gives for the resource.
    fn reference(&self, name: &str, depth: usize) -> Resolved {
        let text = match name {
            "AWS::NoValue" => return Ok(None),
            "AWS::Region" => REGION.to_owned(),
            "AWS::AccountId" => ACCOUNT.to_owned(),
            "AWS::Partition" => "aws".to_owned(),
            "AWS::StackName" => "local".to_owned(),
            "AWS::URLSuffix" => "amazonaws.com".to_owned(),
            _ => return self.named(name, depth).map(Some),
        };
        Ok(Some(Value::String(text)))
    }

    fn named(&self, name: &str, depth: usize) -> Result<Value, String> {
        if let Some(parameter) = self.document.get("Parameters").and_then(|parameters| parameters.get(name)) {
            return self.parameter(name, parameter);
        }
        match self.resource(name, depth)? {
            Some(resource) => identity::reference(self, name, resource, depth).map(Value::String),
            None => Err(format!("there is no parameter or resource {name}")),
        }
    }

    fn parameter(&self, name: &str, parameter: &Value) -> Result<Value, String> {
        if let Some(given) = self.place.parameters.get(name) {
            return Ok(Value::String(given.clone()));
        }
        match parameter.get("Default") {
            Some(default) => Ok(Value::String(scalar(default)?)),
            None => Err(format!("the parameter {name} has neither a value nor a default")),
        }
    }

    fn attribute(&self, argument: &Value, depth: usize) -> Result<Value, String> {
        let dotted = argument.as_str().and_then(|dotted| dotted.split_once('.'));
        let listed = match argument.as_array().map(Vec::as_slice) {
            Some([Value::String(name), Value::String(attribute)]) => {
                Some((name.as_str(), attribute.as_str()))
            }
            Some(_) | None => None,
        };
        let (name, attribute) = dotted.or(listed).ok_or("Fn::GetAtt takes a resource and an attribute")?;
        self.attribute_of(name, attribute, depth).map(Value::String)
    }

    fn attribute_of(&self, name: &str, attribute: &str, depth: usize) -> Result<String, String> {
        let resource = self.resource(name, depth)?.ok_or_else(|| format!("there is no resource {name}"))?;
        identity::attribute(self, name, resource, attribute, depth)
    }

    fn substitute(&self, argument: &Value, depth: usize) -> Result<Value, String> {
        let with_variables = match argument.as_array().map(Vec::as_slice) {
            Some([Value::String(text), Value::Object(variables)]) => Some((text.as_str(), Some(variables))),
            Some(_) | None => None,
        };
        let (text, variables) = (argument.as_str().map(|text| (text, None)))
            .or(with_variables)
            .ok_or("Fn::Sub takes a text, or a text and variables")?;
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            filled.push_str(before);
            let (name, after) = after.split_once('}').ok_or("Fn::Sub: ${ without }")?;
            rest = after;
            if let Some(literal) = name.strip_prefix('!') {
                filled.extend(["${", literal, "}"]);
                continue;
            }
            filled.push_str(&self.variable(name, variables, depth)?);
        }
        filled.push_str(rest);
        Ok(Value::String(self.with_secrets(&filled)?))
    }

    fn variable(
        &self,
        name: &str,
        variables: Option<&Map<String, Value>>,
        depth: usize,
    ) -> Result<String, String> {
        if let Some(value) = variables.and_then(|variables| variables.get(name)) {
            return scalar(&self.at_depth(value, depth)?.unwrap_or(Value::Null));
        }
        match name.split_once('.') {
            Some((resource, attribute)) => self.attribute_of(resource, attribute, depth),
            None => scalar(&self.reference(name, depth)?.unwrap_or(Value::Null)),
        }
    }

    fn join(&self, argument: &Value, depth: usize) -> Result<Value, String> {
        match self.list(argument, depth)?.as_slice() {
            [Value::String(separator), Value::Array(parts)] => {
                let parts: Vec<String> = parts.iter().map(scalar).collect::<Result<_, _>>()?;
                Ok(Value::String(self.with_secrets(&parts.join(separator))?))
            }
            _ => Err("Fn::Join takes a separator and a list".to_owned()),
        }
    }

    fn split(&self, argument: &Value, depth: usize) -> Result<Value, String> {
        match self.list(argument, depth)?.as_slice() {
            [Value::String(separator), Value::String(text)] => {
                Ok(Value::Array(text.split(separator.as_str()).map(Value::from).collect()))
            }
            _ => Err("Fn::Split takes a separator and a text".to_owned()),
        }
    }

    fn select(&self, argument: &Value, depth: usize) -> Result<Value, String> {
        match self.list(argument, depth)?.as_slice() {
            [index, Value::Array(items)] => {
                let index: usize = scalar(index)?.parse().map_err(|_| "Fn::Select takes an index")?;
                items.get(index).cloned().ok_or_else(|| format!("Fn::Select: there is no item {index}"))
            }
            _ => Err("Fn::Select takes an index and a list".to_owned()),
        }
    }

    fn find_in_map(&self, argument: &Value, depth: usize) -> Result<Value, String> {
        let keys = self.list(argument, depth)?;
        let mut found = self.document.get("Mappings");
        for key in &keys {
            found = found.and_then(|map| map.get(key.as_str().unwrap_or_default()));
        }
        found.cloned().ok_or_else(|| format!("Fn::FindInMap finds nothing for {}", Value::Array(keys)))
    }

    fn choose(&self, argument: &Value, depth: usize) -> Resolved {
        match argument.as_array().map(Vec::as_slice) {
            Some([Value::String(condition), then, otherwise]) => {
                self.at_depth(if self.condition(condition, depth)? { then } else { otherwise }, depth)
            }
            _ => Err("Fn::If takes a condition and two values".to_owned()),
        }
    }

    fn list(&self, argument: &Value, depth: usize) -> Result<Vec<Value>, String> {
        match self.at_depth(argument, depth)? {
            Some(Value::Array(items)) => Ok(items),
            _ => Err("a list is expected".to_owned()),
        }
    }

    fn truths(&self, argument: &Value, depth: usize) -> Result<Vec<bool>, String> {
        let items = self.list(argument, depth)?;
        let truths = items.iter().map(|item| item.as_bool().ok_or("a condition is neither true nor false"));
        Ok(truths.collect::<Result<_, _>>()?)
    }

    /// Replaces `{{resolve:secretsmanager:NAME:SecretString:KEY}}` by the secret's value.
    fn with_secrets(&self, text: &str) -> Result<String, String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{resolve:") {
            filled.push_str(before);
            let (reference, after) = after.split_once("}}").ok_or("{{resolve: without }}")?;
            filled.push_str(&self.secret(reference)?);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn secret(&self, reference: &str) -> Result<String, String> {
        let named = reference
            .strip_prefix("secretsmanager:")
            .ok_or_else(|| format!("the reference {reference} is not understood"))?;
        // An ARN has colons of its own: its name is what follows `:secret:`.
        let named = named.split_once(":secret:").map_or(named, |(_, after_arn)| after_arn);
        let mut parts = named.split(':');
        let name = parts.next().unwrap_or_default();
        let key = parts.nth(1).filter(|key| !key.is_empty());
        (self.place.secret)(name, key).ok_or_else(|| format!("there is no secret {named}"))
    }
}

/// The one entry of an object that is a call of an intrinsic function.
fn single(fields: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = fields.iter().next().filter(|_| fields.len() == 1)?;
    // `Condition` is also an ordinary property name (of a policy statement, say): then it is not a text.
    let called = name == "Ref" || name.starts_with("Fn::") || (name == "Condition" && argument.is_string());
    called.then_some((name.as_str(), argument))
}

/// Text, number or boolean as text.
pub(super) fn scalar(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(format!("text is expected, not {value}")),
    }
}
