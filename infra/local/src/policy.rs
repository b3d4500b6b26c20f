//! IAM policies: may this caller do that?
//!
//! Architecture invariant: what this module does not understand (an operator, a condition key, a
//! `NotAction`, a policy variable) is an error when the policy is read, never ignored when it is asked.

use serde_json::{Map, Value};

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    effect: Effect,
    /// Only in resource policies: services (`sns.amazonaws.com`), accounts, or `*`.
    principals: Vec<String>,
    actions: Vec<String>,
    resources: Vec<String>,
    conditions: Vec<Condition>,
}

/// Why a policy cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct PolicyError(String);

/// What is known about a request beside action and resource: condition keys and their values.
#[derive(Clone, Debug, Default)]
pub struct Context(Vec<(String, Vec<String>)>);

impl Context {
    /// Adds a condition key's values.
    #[must_use]
    pub fn with(mut self, key: &str, values: Vec<String>) -> Self {
        self.0.push((key.to_owned(), values));
        self
    }

    fn values(&self, key: &str) -> Option<&[String]> {
        self.0
            .iter()
            .find(|(name, values)| name.eq_ignore_ascii_case(key) && !values.is_empty())
            .map(|(_, values)| values.as_slice())
    }
}

/// Whether `statements` allow `action` on `resource`: an explicit deny wins, nothing is allowed by default.
pub fn allows(statements: &[Statement], action: &str, resource: &str, context: &Context) -> bool {
    let mut allowed = false;
    for statement in statements.iter().filter(|statement| statement.speaks_of(action, resource, context)) {
        match statement.effect {
            Effect::Deny => return false,
            Effect::Allow => allowed = true,
        }
    }
    allowed
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Allow,
    Deny,
}

impl Statement {
    /// Reads one element of a policy's `Statement`, all intrinsic functions already resolved.
    pub fn parse(statement: &Value) -> Result<Self, PolicyError> {
        let fields = statement.as_object().ok_or_else(|| refuse("a statement is an object"))?;
        for field in fields.keys() {
            if !["Sid", "Effect", "Principal", "Action", "Resource", "Condition"].contains(&field.as_str()) {
                return Err(refuse(&format!("the element {field} is not understood")));
            }
        }
        Ok(Self {
            effect: parse_effect(fields)?,
            principals: parse_principals(fields.get("Principal"))?,
            actions: strings(fields.get("Action"), "Action")?,
            resources: strings(fields.get("Resource"), "Resource")?,
            conditions: parse_conditions(fields.get("Condition"))?,
        })
    }

    /// Whether a resource policy's statement is about this principal.
    pub fn names_principal(&self, principal: &str) -> bool {
        self.principals.iter().any(|named| named == "*" || named == principal)
    }

    fn speaks_of(&self, action: &str, resource: &str, context: &Context) -> bool {
        let action = action.to_ascii_lowercase();
        self.actions.iter().any(|pattern| matches_wildcards(&pattern.to_ascii_lowercase(), &action))
            && self.resources.iter().any(|pattern| matches_wildcards(pattern, resource))
            && self.conditions.iter().all(|condition| condition.holds(context))
    }
}

/// The condition keys that the wire can answer for; any other would silently never match.
const KNOWN_KEYS: [&str; 5] =
    ["ses:FromAddress", "ses:Recipients", "dynamodb:LeadingKeys", "aws:SourceArn", "aws:SourceAccount"];

/// One key of one operator of a condition block.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    quantifier: Quantifier,
    comparison: Comparison,
    negated: bool,
    if_exists: bool,
    key: String,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantifier {
    Single,
    ForAllValues,
    ForAnyValue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equals,
    EqualsIgnoreCase,
    Like,
}

impl Condition {
    fn parse(operator: &str, key: &str, values: &Value) -> Result<Self, PolicyError> {
        let (quantifier, rest) = match operator.split_once(':') {
            Some(("ForAllValues", rest)) => (Quantifier::ForAllValues, rest),
            Some(("ForAnyValue", rest)) => (Quantifier::ForAnyValue, rest),
            Some(_) => return Err(refuse(&format!("the condition operator {operator} is not understood"))),
            None => (Quantifier::Single, operator),
        };
        let (name, if_exists) = match rest.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (rest, false),
        };
        let (comparison, negated) = match name {
            "StringEquals" => (Comparison::Equals, false),
            "StringNotEquals" => (Comparison::Equals, true),
            "StringEqualsIgnoreCase" => (Comparison::EqualsIgnoreCase, false),
            "StringLike" | "ArnLike" | "ArnEquals" => (Comparison::Like, false),
            "StringNotLike" => (Comparison::Like, true),
            _ => return Err(refuse(&format!("the condition operator {operator} is not understood"))),
        };
        if !KNOWN_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            return Err(refuse(&format!("the condition key {key} is not understood")));
        }
        let values = strings(Some(values), key)?;
        Ok(Self { quantifier, comparison, negated, if_exists, key: key.to_owned(), values })
    }

    fn holds(&self, context: &Context) -> bool {
        let Some(asked) = context.values(&self.key) else {
            return match self.quantifier {
                Quantifier::Single => self.negated || self.if_exists,
                Quantifier::ForAllValues => true,
                Quantifier::ForAnyValue => self.if_exists,
            };
        };
        match self.quantifier {
            Quantifier::ForAllValues => asked.iter().all(|value| self.accepts(value)),
            Quantifier::ForAnyValue => asked.iter().any(|value| self.accepts(value)),
            Quantifier::Single if self.negated => asked.iter().all(|value| self.accepts(value)),
            Quantifier::Single => asked.iter().any(|value| self.accepts(value)),
        }
    }

    fn accepts(&self, asked: &str) -> bool {
        let found = self.values.iter().any(|value| match self.comparison {
            Comparison::Equals => value == asked,
            Comparison::EqualsIgnoreCase => value.to_lowercase() == asked.to_lowercase(),
            Comparison::Like => matches_wildcards(value, asked),
        });
        found != self.negated
    }
}

fn parse_effect(fields: &Map<String, Value>) -> Result<Effect, PolicyError> {
    match fields.get("Effect").and_then(Value::as_str) {
        Some("Allow") => Ok(Effect::Allow),
        Some("Deny") => Ok(Effect::Deny),
        Some(_) | None => Err(refuse("Effect is Allow or Deny")),
    }
}

fn parse_principals(principal: Option<&Value>) -> Result<Vec<String>, PolicyError> {
    match principal {
        None => Ok(Vec::new()),
        Some(Value::Object(kinds)) => {
            let lists = kinds.iter().map(|(kind, names)| strings(Some(names), kind));
            Ok(lists.collect::<Result<Vec<_>, _>>()?.concat())
        }
        Some(other) => strings(Some(other), "Principal"),
    }
}

fn parse_conditions(block: Option<&Value>) -> Result<Vec<Condition>, PolicyError> {
    let Some(block) = block else { return Ok(Vec::new()) };
    let operators = block.as_object().ok_or_else(|| refuse("Condition is an object of operators"))?;
    let mut conditions = Vec::new();
    for (operator, keys) in operators {
        let keys = keys.as_object().ok_or_else(|| refuse(&format!("{operator} is an object of keys")))?;
        for (key, values) in keys {
            conditions.push(Condition::parse(operator, key, values)?);
        }
    }
    Ok(conditions)
}

/// A string, or a list of strings, never empty; without policy variables.
fn strings(value: Option<&Value>, name: &str) -> Result<Vec<String>, PolicyError> {
    let list = match value {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => many
            .iter()
            .map(|one| one.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| refuse(&format!("{name} holds something that is not a string")))?,
        Some(_) | None => return Err(refuse(&format!("{name} is a string or a list of strings"))),
    };
    if list.is_empty() {
        return Err(refuse(&format!("{name} is empty")));
    }
    if list.iter().any(|one| one.contains("${")) {
        return Err(refuse(&format!("{name} holds a policy variable, which is not understood")));
    }
    Ok(list)
}

fn refuse(problem: &str) -> PolicyError {
    PolicyError(problem.to_owned())
}

/// `*` stands for any characters, `?` for one.
fn matches_wildcards(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == '?' || c == text[t] => {
                p += 1;
                t += 1;
            }
            Some(_) | None => {
                let Some((star_at, matched)) = star else { return false };
                star = Some((star_at, matched + 1));
                p = star_at + 1;
                t = matched + 1;
            }
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TABLE: &str = "arn:aws:dynamodb:ap-northeast-1:000000000000:table/applications";

    fn statements(list: &Value) -> Vec<Statement> {
        list.as_array().unwrap().iter().map(|one| Statement::parse(one).unwrap()).collect()
    }

    #[test]
    fn wildcards() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("dynamodb:*Item", "dynamodb:PutItem", true),
            ("dynamodb:*Item", "dynamodb:PutItems", false),
            ("table/?/index/*", "table/a/index/by-desk", true),
            ("a*b*c", "aXbXbXc", true),
            ("a*b*c", "aXbXbX", false),
            ("a?", "a", false),
        ] {
            assert_eq!(matches_wildcards(pattern, text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn deny_wins_and_nothing_is_allowed_by_default() {
        let policy = statements(&json!([
            {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Put*"], "Resource": TABLE},
            {"Effect": "Deny", "Action": "dynamodb:PutItem", "Resource": "*"},
        ]));
        let nothing = Context::default();
        assert!(allows(&policy, "dynamodb:GetItem", TABLE, &nothing));
        assert!(allows(&policy, "DynamoDB:getitem", TABLE, &nothing), "actions are case-insensitive");
        assert!(!allows(&policy, "dynamodb:PutItem", TABLE, &nothing));
        assert!(!allows(&policy, "dynamodb:DeleteItem", TABLE, &nothing));
        assert!(!allows(&policy, "dynamodb:GetItem", &format!("{TABLE}/index/by-desk"), &nothing));
    }

    #[test]
    fn from_address_and_leading_keys() {
        let policy = statements(&json!([
            {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*",
             "Condition": {"StringEquals": {"ses:FromAddress": "info@g-mis.net"}}},
            {"Effect": "Allow", "Action": "dynamodb:Query", "Resource": "*",
             "Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["29#*"]}}},
        ]));
        let from = |address: &str| Context::default().with("ses:FromAddress", vec![address.to_owned()]);
        assert!(allows(&policy, "ses:SendEmail", "x", &from("info@g-mis.net")));
        assert!(!allows(&policy, "ses:SendEmail", "x", &from("else@g-mis.net")));
        assert!(!allows(&policy, "ses:SendEmail", "x", &Context::default()));
        let keys = |list: &[&str]| {
            Context::default().with("dynamodb:LeadingKeys", list.iter().map(|&key| key.to_owned()).collect())
        };
        assert!(allows(&policy, "dynamodb:Query", "x", &keys(&["29#medical", "29#pharmacy"])));
        assert!(!allows(&policy, "dynamodb:Query", "x", &keys(&["29#medical", "27#medical"])));
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for (statement, problem) in [
            (json!({"Effect": "Allow", "NotAction": "x", "Resource": "*"}), "NotAction"),
            (json!({"Effect": "Permit", "Action": "x", "Resource": "*"}), "Effect"),
            (json!({"Effect": "Allow", "Action": "x"}), "Resource"),
            (json!({"Effect": "Allow", "Action": [], "Resource": "*"}), "Action"),
            (json!({"Effect": "Allow", "Action": "x", "Resource": "a/${aws:username}"}), "variable"),
            (
                json!({"Effect": "Allow", "Action": "x", "Resource": "*",
                       "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}),
                "IpAddress",
            ),
            (
                json!({"Effect": "Allow", "Action": "x", "Resource": "*",
                       "Condition": {"StringEquals": {"aws:PrincipalTag/a": "b"}}}),
                "aws:PrincipalTag/a",
            ),
        ] {
            let PolicyError(said) = Statement::parse(&statement).unwrap_err();
            assert!(said.contains(problem), "{said}");
        }
    }
}
