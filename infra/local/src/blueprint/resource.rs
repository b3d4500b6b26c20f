//! A resource of the template, read property by property with errors that say where.

use serde_json::{Map, Value};

use super::{
    TemplateError, identity,
    intrinsics::{Resolver, scalar},
};

/// One resource; its properties are resolved when they are read.
pub(super) struct Resource<'a> {
    pub(super) logical_id: &'a str,
    pub(super) kind: &'a str,
    declared: &'a Map<String, Value>,
    resolver: &'a Resolver<'a>,
}

/// A resolved value with its place in the template.
#[derive(Clone, Debug)]
pub(super) struct Node {
    resource: String,
    path: String,
    value: Value,
}

/// All resources of this deployment, in the template's order of names.
pub(super) fn resources<'a>(resolver: &'a Resolver<'a>) -> Result<Vec<Resource<'a>>, TemplateError> {
    let declared = (resolver.document().get("Resources").and_then(Value::as_object))
        .ok_or_else(|| TemplateError::NotYaml("there is no section Resources".to_owned()))?;
    let mut resources = Vec::new();
    for (logical_id, resource) in declared {
        let exists = resolver
            .resource(logical_id, 0)
            .map_err(|problem| TemplateError::at(logical_id, "Condition", problem))?;
        let kind = resource.get("Type").and_then(Value::as_str);
        match (exists, kind) {
            (Some(declared), Some(kind)) => resources.push(Resource { logical_id, kind, declared, resolver }),
            (None, Some(_)) => {}
            (_, None) => return Err(TemplateError::at(logical_id, "Type", "is missing")),
        }
    }
    Ok(resources)
}

impl Resource<'_> {
    pub(super) fn node(&self, property: &str) -> Result<Option<Node>, TemplateError> {
        let properties = self.declared.get("Properties").and_then(Value::as_object);
        let Some(value) = properties.and_then(|properties| properties.get(property)) else { return Ok(None) };
        let value = self.resolver.resolve(value).map_err(|problem| self.refuse(property, problem))?;
        Ok(value.map(|value| Node::new(self.logical_id, property, value)))
    }

    pub(super) fn required(&self, property: &str) -> Result<Node, TemplateError> {
        self.node(property)?.ok_or_else(|| self.refuse(property, "is missing"))
    }

    pub(super) fn text(&self, property: &str) -> Result<Option<String>, TemplateError> {
        self.node(property)?.map(|node| node.to_text()).transpose()
    }

    pub(super) fn number(&self, property: &str, default: u32) -> Result<u32, TemplateError> {
        self.node(property)?.map_or(Ok(default), |node| node.to_number())
    }

    pub(super) fn name(&self) -> Result<String, TemplateError> {
        identity::name(self.resolver, self.logical_id, self.declared, 0)
            .map_err(|problem| self.refuse("name", problem))
    }

    pub(super) fn arn(&self) -> Result<String, TemplateError> {
        identity::arn(self.declared, &self.name()?).map_err(|problem| self.refuse("Arn", problem))
    }

    pub(super) fn url(&self) -> Result<String, TemplateError> {
        Ok(identity::queue_url(self.resolver.endpoint(), &self.name()?))
    }

    pub(super) fn refuse(&self, property: &str, problem: impl Into<String>) -> TemplateError {
        TemplateError::at(self.logical_id, property, problem)
    }
}

impl Node {
    pub(super) fn new(resource: &str, path: &str, value: Value) -> Self {
        Self { resource: resource.to_owned(), path: path.to_owned(), value }
    }

    pub(super) fn value(&self) -> &Value {
        &self.value
    }

    pub(super) fn child(&self, property: &str) -> Option<Node> {
        let value = self.value.get(property)?;
        Some(Self::new(&self.resource, &format!("{}.{property}", self.path), value.clone()))
    }

    pub(super) fn required(&self, property: &str) -> Result<Node, TemplateError> {
        self.child(property).ok_or_else(|| {
            TemplateError::at(&self.resource, &format!("{}.{property}", self.path), "is missing")
        })
    }

    pub(super) fn text(&self, property: &str) -> Result<Option<String>, TemplateError> {
        self.child(property).map(|node| node.to_text()).transpose()
    }

    pub(super) fn required_text(&self, property: &str) -> Result<String, TemplateError> {
        self.required(property)?.to_text()
    }

    pub(super) fn to_text(&self) -> Result<String, TemplateError> {
        scalar(&self.value).map_err(|problem| self.refuse(problem))
    }

    pub(super) fn to_number(&self) -> Result<u32, TemplateError> {
        self.to_text()?.parse().map_err(|_| self.refuse("a whole number is expected"))
    }

    /// A missing property is no list at all; anything but a list is an error.
    pub(super) fn list(&self, property: &str) -> Result<Vec<Node>, TemplateError> {
        self.child(property).map_or(Ok(Vec::new()), |node| node.items())
    }

    pub(super) fn items(&self) -> Result<Vec<Node>, TemplateError> {
        let items = self.value.as_array().ok_or_else(|| self.refuse("a list is expected"))?;
        let named = items.iter().enumerate();
        Ok(named
            .map(|(i, item)| Self::new(&self.resource, &format!("{}[{i}]", self.path), item.clone()))
            .collect())
    }

    /// A list, or a single value that stands for a list of one.
    pub(super) fn one_or_many(&self) -> Result<Vec<Node>, TemplateError> {
        if self.value.is_array() { self.items() } else { Ok(vec![self.clone()]) }
    }

    pub(super) fn entries(&self) -> Result<Vec<(String, Node)>, TemplateError> {
        let fields = self.value.as_object().ok_or_else(|| self.refuse("an object is expected"))?;
        let named = fields.iter();
        Ok(named
            .map(|(name, value)| {
                (name.clone(), Self::new(&self.resource, &format!("{}.{name}", self.path), value.clone()))
            })
            .collect())
    }

    pub(super) fn refuse(&self, problem: impl Into<String>) -> TemplateError {
        TemplateError::at(&self.resource, &self.path, problem)
    }
}
