//! A template's text as plain JSON: `!Ref x` and `Fn::…` become one form.

use serde_json::{Map, Number, Value};
use serde_yaml_ng::Value as Yaml;

use super::TemplateError;

/// Reads the YAML; every short tag becomes its long form, `{"Fn::Sub": …}`.
pub(super) fn read(template: &str) -> Result<Map<String, Value>, TemplateError> {
    let yaml: Yaml =
        serde_yaml_ng::from_str(template).map_err(|error| TemplateError::NotYaml(error.to_string()))?;
    match long_form(yaml)? {
        Value::Object(document) => Ok(document),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(TemplateError::NotYaml("the top is not a mapping".to_owned()))
        }
    }
}

fn long_form(yaml: Yaml) -> Result<Value, TemplateError> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::Number(value) => Value::Number(number(&value)?),
        Yaml::String(value) => Value::String(value),
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(long_form).collect::<Result<_, _>>()?),
        Yaml::Mapping(entries) => {
            let entries = entries.into_iter().map(|(key, value)| Ok((key_text(key)?, long_form(value)?)));
            Value::Object(entries.collect::<Result<_, TemplateError>>()?)
        }
        Yaml::Tagged(tagged) => intrinsic(&tagged.tag.to_string(), long_form(tagged.value)?),
    })
}

fn intrinsic(tag: &str, argument: Value) -> Value {
    let name = match tag.trim_start_matches('!') {
        short @ ("Ref" | "Condition") => short.to_owned(),
        short => format!("Fn::{short}"),
    };
    Value::Object(Map::from_iter([(name, argument)]))
}

fn key_text(key: Yaml) -> Result<String, TemplateError> {
    match long_form(key)? {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(value) => Ok(value.to_string()),
        other @ (Value::Null | Value::Array(_) | Value::Object(_)) => {
            Err(TemplateError::NotYaml(format!("a key is not text: {other}")))
        }
    }
}

fn number(value: &serde_yaml_ng::Number) -> Result<Number, TemplateError> {
    (value.as_i64().map(Number::from))
        .or_else(|| value.as_u64().map(Number::from))
        .or_else(|| value.as_f64().and_then(Number::from_f64))
        .ok_or_else(|| TemplateError::NotYaml(format!("{value} is not a number of JSON")))
}
